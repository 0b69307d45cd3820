import Custody
import Foundation
import TestSupport
import Testing

@testable import Imaging

@Suite("The map of a rescue")
struct RescueMapTests {
    /// Random changes and questions, beside an array that has one element for each byte.
    @Test("is what an array of bytes is, whatever is done in which order", arguments: 0..<40)
    func likeAnArray(_ seed: Int) {
        var random = Numbers(seed: UInt64(seed))
        let size = Int.random(in: 1...300, using: &random)
        var map = RescueMap(size: size)
        var bytes = [RescueMap.State](repeating: .nonTried, count: size)
        for _ in 0..<300 {
            let start = Int.random(in: -5...size + 5, using: &random)
            let length = Int.random(in: 0...40, using: &random)
            let state = RescueMap.State.allCases.randomElement(using: &random) ?? .bad
            map.set(ByteRange(offset: start, length: length), to: state)
            for index in max(0, start)..<max(0, start, min(size, start + length)) { bytes[index] = state }
            let place = Int.random(in: 0...size, using: &random)
            let wanted = RescueMap.State.allCases.randomElement(using: &random) ?? .bad
            let first = bytes[place...].firstIndex(of: wanted)
            let next = map.first(wanted, from: place)
            #expect(next?.offset == first)
            if let next { #expect(next.end == size || bytes[next.end] != wanted) }
            let last = bytes[..<place].lastIndex(of: wanted)
            let previous = map.last(wanted, before: place)
            #expect(previous?.end == last.map { $0 + 1 })
            if let previous { #expect(previous.offset == 0 || bytes[previous.offset - 1] != wanted) }
            #expect(map.state(at: place) == (place < size ? bytes[place] : nil))
        }
        var position = 0
        for region in map.regions {
            #expect(region.range.offset == position && region.range.length > 0)
            #expect(bytes[position..<region.range.end].allSatisfy { $0 == region.state })
            position = region.range.end
        }
        #expect(position == size)
        #expect(zip(map.regions, map.regions.dropFirst()).allSatisfy { $0.state != $1.state })
        for state in RescueMap.State.allCases {
            #expect(map.bytes(state) == bytes.count { $0 == state })
            #expect(map.areas(state) == map.regions.count { $0.state == state })
        }
    }

    @Test("a million regions are made in order within moments")
    func large() {
        var map = RescueMap(size: 1 << 30)
        for sector in 0..<1_000_000 { map.set(ByteRange(offset: sector * 1024, length: 512), to: .bad) }
        #expect(map.areas(.bad) == 1_000_000 && map.count == 2_000_000)
    }

    @Test("a drive of no bytes has no regions")
    func empty() {
        var map = RescueMap(size: 0)
        #expect(map.regions.isEmpty && map.isFinished && map.first(.nonTried, from: 0) == nil)
    }
}

@Suite("The mapfile")
struct MapfileTests {
    static func sample(_ seed: UInt64, size: Int) -> Mapfile {
        var random = Numbers(seed: seed)
        var map = RescueMap(size: size)
        for _ in 0..<50 {
            let start = Int.random(in: 0..<size / 512, using: &random) * 512
            let length = Int.random(in: 1...size / 512, using: &random) * 512 / 8
            map.set(
                ByteRange(offset: start, length: length / 512 * 512 + 512),
                to: RescueMap.State.allCases.randomElement(using: &random) ?? .bad)
        }
        return Mapfile(map, position: size / 2, activity: .trimming, pass: 1, medium: "m-0123456789abcdef")
    }

    @Test("what is written is what is read", arguments: [UInt64](0..<20))
    func roundTrip(_ seed: UInt64) throws {
        let mapfile = Self.sample(seed, size: 512 * 1000 + 100)
        #expect(try Mapfile(Array(mapfile.text.utf8), capacity: mapfile.map.size) == mapfile)
    }

    @Test("the example of ddrescue's manual is read")
    func manual() throws {
        let text = """
            # Mapfile. Created by GNU ddrescue version 1.27
            # Command line: ddrescue -d -c18 /dev/fd0 fdimage mapfile
            # current_pos  current_status  current_pass
            0x00120000     ?               1
            #      pos        size  status
            0x00000000  0x00117000  +
            0x00117000  0x00000200  -   # a comment
            1143296  010000  /
            0x00118200  0x00007E00  *
            0x00120000  0x00048000  ?
            """
        let mapfile = try Mapfile(Array(text.utf8), capacity: 0x168000)
        #expect(mapfile.position == 0x120000 && mapfile.activity == .copying && mapfile.pass == 1 && mapfile.medium == nil)
        #expect(mapfile.map.regions.map { $0.state } == [.finished, .bad, .nonScraped, .nonTrimmed, .nonTried])
        #expect(mapfile.map.bytes(.nonScraped) == 0x1000)
    }

    static let hostile: [(String, MapfileError)] = [
        ("", MapfileError(nil, .noStatus)), ("0 + 1\n", MapfileError(nil, .otherSize(capacity: 4096))),
        ("0 + 1\n0 512 +\n1024 3072 +\n", MapfileError(3, .gap)), ("0 + 1\n512 3584 +\n0 512 +\n", MapfileError(2, .gap)),
        ("0 + 1\n0 1024 +\n512 3584 -\n", MapfileError(3, .overlap)),
        ("0 + 1\n0 8192 +\n", MapfileError(2, .otherSize(capacity: 4096))),
        ("0 + 1\n0 4096 X\n", MapfileError(2, .syntax)), ("0 + 1\n0 0 +\n0 4096 +\n", MapfileError(2, .syntax)),
        ("0 + 1\n0 -4096 +\n", MapfileError(2, .syntax)),
        ("0 + 1\n0 0x7fffffffffffffff +\n0x7fffffffffffffff 9 +", MapfileError(2, .otherSize(capacity: 4096))),
        ("0 + 1\n9 0x7fffffffffffffff +\n", MapfileError(2, .syntax)),
        ("0 + 1\n0 99999999999999999999 +\n", MapfileError(2, .syntax)),
        ("0 + 0\n0 4096 +\n", MapfileError(1, .syntax)), ("0 + x\n0 4096 +\n", MapfileError(1, .syntax)),
        ("0 4096 +\n", MapfileError(1, .syntax)), (String(repeating: "1", count: 500), MapfileError(1, .syntax)),
        ("0 + 1\n0 4096 + +\n", MapfileError(2, .syntax)), ("\u{0}\u{1}\u{FFFD}", MapfileError(1, .syntax)),
    ]

    @Test("what is no mapfile of this drive is refused in one clear word", arguments: hostile.indices)
    func refused(_ index: Int) {
        let (text, error) = Self.hostile[index]
        #expect(throws: error) { try Mapfile(Array(text.utf8), capacity: 4096) }
    }

    @Test("millions of line breaks are read line by line")
    func lineBreaks() {
        #expect(throws: MapfileError(nil, .noStatus)) {
            try Mapfile([UInt8](repeating: 0x0A, count: 3_000_000), capacity: 4096)
        }
    }

    @Test(
        "ddrescuelog reads it, writes it, and both say the same",
        .enabled(if: (try? find("ddrescuelog")) != nil, "ddrescuelog (package gddrescue) is not installed"),
        arguments: [UInt64](0..<5))
    func ddrescuelog(_ seed: UInt64) throws {
        let mapfile = Self.sample(seed, size: 1 << 20)
        let scratch = TemporaryFolder()
        let file = try scratch.write(mapfile.text.utf8, to: "map").string
        let shown = try run("ddrescuelog", ["-t", file])
        #expect(shown.status == 0, "\(shown.errors)")
        let bad = mapfile.map.regions.filter { $0.state == .bad }.flatMap { region in
            stride(from: region.range.offset, to: region.range.end, by: 512).map { "\($0 / 512)" }
        }
        let listed = try run("ddrescuelog", ["-b", "512", "-l-", file])
        #expect(listed.output.split(separator: "\n").map(String.init) == bad)
    }

    @Test("a map of small sectors becomes one of whole large ones, the least processed state first")
    func wholeSectors() throws {
        var map = RescueMap(size: 16384, .finished)
        map.set(ByteRange(offset: 4608, length: 512), to: .bad)
        map.set(ByteRange(offset: 5120, length: 512), to: .nonTried)
        map.set(ByteRange(offset: 12288, length: 512), to: .nonScraped)
        let scratch = TemporaryFolder()
        let image = try scratch.write([UInt8](repeating: 1, count: 16384), to: "i")
        let earlier = try EarlierAttempt(Mapfile(map, position: 0, activity: .finished, pass: 1), image: image)
        var expected = RescueMap(size: 16384, .finished)
        expected.set(ByteRange(offset: 4096, length: 4096), to: .nonTried)
        expected.set(ByteRange(offset: 12288, length: 4096), to: .nonScraped)
        #expect(earlier.map(sectorSize: 4096) == expected)
    }
}

/// Numbers that are the same in every run (SplitMix64).
struct Numbers: RandomNumberGenerator {
    private var state: UInt64
    init(seed: UInt64) { state = seed }
    mutating func next() -> UInt64 {
        state &+= 0x9E37_79B9_7F4A_7C15
        var value = state
        value = (value ^ (value >> 30)) &* 0xBF58_476D_1CE4_E5B9
        value = (value ^ (value >> 27)) &* 0x94D0_49BB_1331_11EB
        return value ^ (value >> 31)
    }
}
