import Custody
import DurableFiles
import Foundation
import ImageTree
import Integrity
import SystemPackage
import TestSupport
import Testing

@testable import Imaging

/// A simulated drive every sector of which says its own address.
struct StampedDrive {
    let capacity: Int
    let faults: DriveFaults
    let simulation: DriveSimulation

    init(_ capacity: Int, _ text: String, beforeRead: @escaping @Sendable () -> Void = {}) throws {
        let faults = try DriveFaults(text)
        self.capacity = capacity
        self.faults = faults
        let content = Self.stamped(capacity, faults.sectorSize)
        self.content = content
        simulation = DriveSimulation(
            name: "/dev/simulated", capacity: capacity, faults: faults, isTimeReal: false, beforeRead: beforeRead
        ) {
            (offset, buffer) throws(Errno) in
            content.withUnsafeBytes {
                buffer.copyMemory(from: UnsafeRawBufferPointer(rebasing: $0[offset..<offset + buffer.count]))
            }
            return buffer.count
        }
    }

    let content: [UInt8]

    /// Each sector begins with its number; no other byte of it is zero.
    private static func stamped(_ capacity: Int, _ sector: Int) -> [UInt8] {
        var bytes = [UInt8](repeating: 0, count: capacity)
        bytes.withUnsafeMutableBytes { memory in
            for start in stride(from: 0, to: capacity, by: sector) {
                let piece = UnsafeMutableRawBufferPointer(rebasing: memory[start..<min(start + sector, capacity)])
                piece.initializeMemory(as: UInt8.self, repeating: UInt8(1 + start / sector % 255))
                if piece.count >= 8 { piece.storeBytes(of: start / sector, as: Int.self) }
            }
        }
        return bytes
    }

    /// What the image should hold.
    func content(unreadable: [ByteRange], fill: [UInt8] = [0]) -> [UInt8] {
        var bytes = content
        for range in unreadable {
            for index in range.offset..<range.end { bytes[index] = fill[(index % faults.sectorSize) % fill.count] }
        }
        return bytes
    }
}

@Suite("Rescuing a failing drive", .timeLimit(.minutes(30)))
struct RescueTests {
    let scratch = TemporaryFolder()

    func acquisition(
        _ drive: StampedDrive, stem: String = "image", earlier: EarlierAttempt? = nil,
        _ set: (inout RescueOptions) -> Void = { _ in }
    ) throws -> Acquisition {
        var options = RescueOptions()
        set(&options)
        return Acquisition(
            source: drive.simulation, images: [try newImage(in: scratch.path, stem: stem, byteCount: drive.capacity)],
            algorithms: [.sha256, .md5], options: options, earlier: earlier)
    }

    func image(_ stem: String = "image") throws -> [UInt8] { try contents(scratch("\(stem).dd")) }

    /// Sectors that are bad, by their number, for a drive of so many.
    static let patterns: [(name: String, bad: @Sendable (Int) -> [Int])] = [
        ("none", { _ in [] }), ("first", { _ in [0] }), ("last", { [$0 - 1] }), ("both ends", { [0, $0 - 1] }),
        ("scattered", { count in stride(from: 3, to: count, by: 97).map { $0 } }),
        ("neighbours", { [$0 / 3, $0 / 3 + 1, $0 / 3 + 3] }),
        ("contiguous", { Array($0 / 4..<$0 / 2) }), ("all but one", { count in (0..<count).filter { $0 != count / 2 } }),
    ]

    @Test(
        "the image is the drive wherever it can be read, and what cannot be read is named exactly",
        arguments: patterns.indices.flatMap { p in [512, 4096].flatMap { s in [false, true].map { (p, s, $0) } } })
    func matrix(_ pattern: Int, _ sector: Int, _ isReverse: Bool) throws {
        for capacity in [3 << 20, (1 << 20) + 5 * sector, 65 * sector, (1 << 20) + 700] {
            let count = (capacity + sector - 1) / sector
            let bad = Self.patterns[pattern].bad(count)
            let text = bad.map { "\($0 * sector) \(min(sector, capacity - $0 * sector)) -\n" }.joined()
            let drive = try StampedDrive(capacity, "sector \(sector)\n" + text)
            let stem = "\(capacity)"
            let job = try acquisition(drive, stem: stem) { $0.isReverse = isReverse }
            let result = try job.run()
            #expect(result.unreadable == RescueMap.joined(drive.faults.places.map(\.range)))
            let bytes = try image(stem)
            #expect(bytes == drive.content(unreadable: result.unreadable))
            #expect(result.digests.first { $0.algorithm == .sha256 }?.hex == Hex.encode(SHA256.digest(bytes)))
            #expect(result.digestSource == (bad.isEmpty && !isReverse ? .stream : .readBack))
            #expect(job.progress.unreadable == result.unreadable.reduce(0) { $0 + $1.length })
            #expect(job.progress.done == capacity)
            let path = scratch("\(stem).dd")
            let level = try BlockTreeFile.open(BlockTreeFile.path(of: path), recorded: result.blockTree)
            let quick = try verification(of: path, algorithms: []).run(.quick, comparing: level)
            #expect(quick.blockTree == result.blockTree && quick.differences?.byteCount == 0)
            if !bad.isEmpty {
                #expect(result.rescue?.bad == result.unreadable.reduce(0) { $0 + $1.length })
                #expect(result.rescue?.ending == .complete && result.rescue?.untried == 0)
                let map = try Mapfile(contents(FilePath(scratch(stem + ".dd").string + ".map")), capacity: capacity)
                #expect(map.map.unread == result.unreadable && map.activity == .finished)
            }
        }
    }

    @Test("what comes back on a later try is rescued with as many retries, and not with fewer", arguments: 0...4)
    func comesBack(_ retries: Int) throws {
        // One try in a large read, one in 64 KiB, one alone; then the retries.
        let drive = try StampedDrive(4 << 20, "1048576 1024 bad 5\n")
        let result = try acquisition(drive) { $0.retries = retries }.run()
        #expect(result.unreadable.isEmpty == (retries >= 2), "\(result.unreadable) \(drive.simulation.readCount)")
        #expect(try image() == drive.content(unreadable: result.unreadable))
        #expect(result.digestSource == .readBack)
    }

    @Test("the pattern stands exactly where nothing could be read")
    func fill() throws {
        let drive = try StampedDrive(2 << 20 | 512, "512 512 -\n1048576 4096 -\n2097152 512 -\n")
        let pattern = Array("BAD".utf8)
        let result = try acquisition(drive) { $0.fill = pattern }.run()
        #expect(try image() == drive.content(unreadable: result.unreadable, fill: pattern))
        #expect(result.rescue?.fill == "424144")
    }

    @Test("when the time is used up, the job ends with what is there and names what nobody tried")
    func timeBudget() throws {
        let drive = try StampedDrive(8 << 20, "1048576 65536 hang 40\n4194304 1048576 hang 40\n")
        let result = try acquisition(drive) { $0.timeBudget = 200 }.run()
        let summary = try #require(result.rescue)
        #expect(summary.ending == .timeBudget)
        let left = result.unreadable.reduce(0) { $0 + $1.length }
        #expect(summary.untried + summary.untrimmed + summary.unscraped + summary.bad == left)
        #expect(left >= 65536 + 1 << 20)
        #expect(try image() == drive.content(unreadable: result.unreadable))
        #expect(try #require(result.mapfile).map.unread == result.unreadable)
    }

    @Test("a healthy drive for which there is no time is untried where it was not read")
    func timeBudgetOfHealthyDrive() throws {
        let drive = try StampedDrive(8 << 20, "0 8388608 slow 1048576\n")
        let result = try acquisition(drive) { $0.timeBudget = 3 }.run()
        #expect(result.rescue?.untried == 5 << 20)
        #expect(result.unreadable == [ByteRange(offset: 3 << 20, length: 5 << 20)])
    }

    @Test("slow areas are read last, and all of them")
    func slowAreas() throws {
        let drive = try StampedDrive(24 << 20, "4194304 2097152 slow 65536\n")
        let job = try acquisition(drive) { $0.minimumRate = 1 << 20 }
        let result = try job.run()
        #expect(result.unreadable.isEmpty)
        #expect(try #require(result.rescue).slowReads > 0)
        #expect(try image() == drive.content(unreadable: []))
    }

    @Test("a drive that stops answering ends the job, and the rest is not called bad", arguments: [40, 100, 400])
    func stops(_ reads: Int) throws {
        let drive = try StampedDrive(64 << 20, "1048576 4096 -\n3145728 512 -\nstop \(reads)\n")
        let job = try acquisition(drive)
        let error = try #require(throws: ImagingError.self) { try job.run() }
        #expect(error.code == "source-stopped")
        let map = try #require(job.mapfileAtEnd).map
        #expect(map.bytes(.bad) <= 4096 + 512)
        #expect(map.bytes(.nonTrimmed) + map.bytes(.nonScraped) <= 2 * RescueOptions.cluster)
        #expect(map.bytes(.finished) > 1 << 20)
        let partial = try #require(job.file.abandon())
        let bytes = try contents(partial)
        let expected = drive.content(unreadable: [])
        for region in map.regions where region.state == .finished {
            #expect(bytes[region.range.offset..<region.range.end].elementsEqual(expected[region.range.offset..<region.range.end]))
        }
    }

    @Test("a drive that comes to itself after a moment is read on")
    func recovers() throws {
        let drive = try StampedDrive(32 << 20, "1048576 512 -\nstop 60 4\n")
        let result = try acquisition(drive) { $0.retries = 1 }.run()
        #expect(result.unreadable == [ByteRange(offset: 1 << 20, length: 512)])
    }

    @Test("a drive that is gone ends the job; what failed just before is not called bad")
    func gone() throws {
        let drive = try StampedDrive(32 << 20, "1048576 512 -\ngone 100\n")
        let job = try acquisition(drive)
        let error = try #require(throws: ImagingError.self) { try job.run() }
        #expect(error.code == "source-gone")
        #expect(try #require(job.mapfileAtEnd).map.bytes(.bad) <= 512)
    }

    @Test("a drive of which nothing can be read ends the job within few reads, and nothing is called bad")
    func dead() throws {
        let drive = try StampedDrive(64 << 20, "0 67108864 -\n")
        let job = try acquisition(drive)
        let error = try #require(throws: ImagingError.self) { try job.run() }
        #expect(error.code == "nothing-readable")
        #expect(drive.simulation.readCount < 500)
        #expect(job.file.abandon() == nil)
        #expect(try listDirectory(scratch.path).isEmpty)
    }

    @Test(
        "a drive that answers nothing is not called unreadable, nor asked for hours",
        arguments: [("stop 0", 500), ("0 67108864 hang 180", 10), ("0 67108864 hang 20", 60)])
    func hangs(_ fault: String, _ reads: Int) throws {
        let drive = try StampedDrive(64 << 20, fault + "\n")
        let job = try acquisition(drive)
        let error = try #require(throws: ImagingError.self) { try job.run() }
        #expect(error.code == "source-silent")
        #expect(drive.simulation.readCount < reads)
        #expect(drive.simulation.clock < 1200)
        #expect(job.file.abandon() == nil)
    }

    @Test("a drive that hangs in its first half is read in its second one")
    func hangsAtFirst() throws {
        let drive = try StampedDrive(64 << 20, "0 33554432 hang 180\n")
        let result = try acquisition(drive) { $0.timeBudget = 24 * 3600 }.run()
        #expect(try #require(result.rescue).bad == 0)
        // In a day the piece at the edge is not tried sector by sector.
        let lost = try #require(result.unreadable.first)
        #expect(result.unreadable.count == 1 && lost.offset == 0)
        #expect((32 << 20...32 << 20 + RescueOptions.cluster).contains(lost.length))
        #expect(try image() == drive.content(unreadable: result.unreadable))
    }

    @Test("a single sector of which the drive says that it is bad shows that it answers")
    func refusesOnce() throws {
        let drive = try StampedDrive(64 << 20, "0 33554432 -\n33554432 33554432 hang 30\n")
        let error = try #require(throws: ImagingError.self) { try acquisition(drive).run() }
        #expect(error.code == "nothing-readable")
    }

    @Test("whether a drive answers again is asked at places spread over it, and of one that hangs only once")
    func givesAnything() throws {
        #expect(try StampedDrive(512, "").simulation.givesAnything(from: 0))
        #expect(try StampedDrive(8 << 20, "").simulation.givesAnything(from: 0))
        #expect(try StampedDrive(8 << 20, "0 \((8 << 20) - 512) -\n").simulation.givesAnything(from: 0))
        let dead = try StampedDrive(8 << 20, "0 8388608 -\n").simulation
        let half = try StampedDrive(8 << 20, "0 4194304 hang 180\n").simulation
        #expect(!half.givesAnything(from: 1) && half.givesAnything(from: 9))
        #expect(!dead.givesAnything(from: 0) && dead.readCount == 16)
        let hanging = try StampedDrive(8 << 20, "0 8388608 hang 180\n").simulation
        #expect(!hanging.givesAnything(from: 0) && hanging.readCount == 1)
    }

    @Test("a cancelled rescue leaves image and map, and another goes on from them, reading nothing twice")
    func continues() throws {
        let bad = "1048576 512 -\n9437184 1024 -\n20971520 512 -\n"
        let first = try StampedDrive(32 << 20, bad + "stop 150\n")
        let job = try acquisition(first)
        #expect(throws: ImagingError.self) { try job.run() }
        let (partial, mapfile) = (try #require(job.file.abandon()), try #require(job.mapfileAtEnd))
        let text = try contents(job.file.mapPath)
        #expect(try Mapfile(text, capacity: 32 << 20) == mapfile)

        let second = try StampedDrive(32 << 20, bad)
        let next = try acquisition(second, stem: "next", earlier: EarlierAttempt(mapfile, image: partial))
        let result = try next.run()
        #expect(result.unreadable == second.faults.places.map(\.range))
        #expect(try image("next") == second.content(unreadable: result.unreadable))
    }

    @Test("a map without its image only orders the work: everything is read from the drive")
    func mapAlone() throws {
        let drive = try StampedDrive(4 << 20, "1048576 512 -\n")
        let map = RescueMap(size: 4 << 20, .finished)
        let earlier = try EarlierAttempt(Mapfile(map, position: 0, activity: .finished, pass: 1), image: nil)
        let result = try acquisition(drive, earlier: earlier).run()
        #expect(result.unreadable == drive.faults.places.map(\.range))
        #expect(try image() == drive.content(unreadable: result.unreadable))
    }

    @Test("an image of another drive is refused before a byte of it is taken over")
    func otherImage() throws {
        let drive = try StampedDrive(2 << 20, "512 512 -\n")
        let other = try scratch.write([UInt8](repeating: 7, count: 2 << 20), to: "other")
        var map = RescueMap(size: 2 << 20, .finished)
        map.set(ByteRange(offset: 512, length: 512), to: .bad)
        let earlier = try EarlierAttempt(Mapfile(map, position: 0, activity: .finished, pass: 1), image: other)
        let job = try acquisition(drive, earlier: earlier)
        let error = try #require(throws: ImagingError.self) { try job.run() }
        #expect(error.code == "image-of-another-drive")
        #expect(job.file.abandon() == nil)
    }

    @Test("a drive that hangs does not hold up a cancelled job", .timeLimit(.minutes(30)))
    func hangs() throws {
        let faults = try DriveFaults("")
        let gate = DispatchSemaphore(value: 0)
        let drive = DriveSimulation(name: "/dev/hung", capacity: 4 << 20, faults: faults, isTimeReal: true) {
            (offset, buffer) throws(Errno) in
            if offset >= 2 << 20 { gate.wait() }
            buffer.initializeMemory(as: UInt8.self, repeating: 5)
            return buffer.count
        }
        let image = try newImage(in: scratch.path, stem: "image", byteCount: 4 << 20)
        let job = Acquisition(source: drive, images: [image], algorithms: [.sha256])
        Thread.detachNewThread {
            // The drive hangs for a second: everything before it has been written by then.
            while job.progress.waitingSeconds < 1 { usleep(10_000) }
            job.progress.cancel()
        }
        let error = try #require(throws: ImagingError.self) { try job.run() }
        #expect(error.code == "cancelled")
        #expect(try #require(job.mapfileAtEnd).map.bytes(.finished) == 2 << 20)
        _ = image.abandon()
        gate.signal()
        usleep(200_000)
        #expect(try status(of: image.partialPath).st_size == 2 << 20)
    }

    @Test(
        "the same sectors are rescued as by GNU ddrescue, and each goes on from the other's map",
        .enabled(if: (try? find("ddrescue")) != nil, "ddrescue (package gddrescue) is not installed"), arguments: [UInt64](0..<3))
    func likeDdrescue(_ seed: UInt64) throws {
        var random = Numbers(seed: seed)
        let capacity = (4 << 20) + 512 * Int.random(in: 0...200, using: &random)
        var truth = RescueMap(size: capacity, .finished)
        for _ in 0..<Int.random(in: 1...60, using: &random) {
            let start = Int.random(in: 0..<capacity / 512, using: &random) * 512
            truth.set(ByteRange(offset: start, length: 512 << Int.random(in: 0...6, using: &random)), to: .bad)
        }
        let faults = try scratch.write(Mapfile(truth, position: 0, activity: .finished, pass: 1).text.utf8, to: "faults")
        let drive = try StampedDrive(capacity, String(decoding: try contents(faults), as: UTF8.self))
        let disk = try scratch.write(drive.content(unreadable: []), to: "disk")
        func ddrescue(_ image: FilePath, _ map: FilePath, _ options: String...) throws {
            let outcome = try run("ddrescue", ["-q", "-H", faults.string] + options + [disk.string, image.string, map.string])
            #expect(outcome.status == 0, "\(outcome.errors)")
        }
        try ddrescue(scratch("theirs"), scratch("theirs.map"))
        let theirs = try Mapfile(contents(scratch("theirs.map")), capacity: capacity)
        let ours = try acquisition(drive).run()
        #expect(try #require(ours.mapfile).map == theirs.map)
        #expect(try image() == contents(scratch("theirs")))

        // ddrescue begins, we go on.
        try ddrescue(scratch("begun"), scratch("begun.map"), "-n", "-N", "--cpass=1", "-s", "\(capacity / 1024 * 512)")
        let begun = try Mapfile(contents(scratch("begun.map")), capacity: capacity)
        #expect(!begun.map.isFinished && begun.map.bytes(.finished) > 0)
        let next = try acquisition(drive, stem: "next", earlier: EarlierAttempt(begun, image: scratch("begun"))).run()
        #expect(try #require(next.mapfile).map == theirs.map)

        // We begin, ddrescue goes on.
        let weak = try StampedDrive(capacity, String(decoding: try contents(faults), as: UTF8.self) + "\nstop 40\n")
        let job = try acquisition(weak, stem: "weak")
        if (try? job.run()) == nil {
            let partial = try #require(job.file.abandon())
            try FileManager.default.setAttributes([.posixPermissions: 0o600], ofItemAtPath: job.file.mapPath.string)
            try ddrescue(partial, job.file.mapPath)
            #expect(try Mapfile(contents(job.file.mapPath), capacity: capacity).map == theirs.map)
            let (one, other) = (try contents(partial), try contents(scratch("theirs")))
            for region in theirs.map.regions where region.state == .finished {
                #expect(one[region.range.offset..<region.range.end] == other[region.range.offset..<region.range.end])
            }
        }
    }
}

@Suite("The faults of a simulated drive")
struct DriveFaultsTests {
    @Test(
        "what is no fault is refused with its line",
        arguments: ["0 512 bad", "0 512 bad 0", "0 512 slow 0", "sector 500", "stop", "stop x", "0 0 -", "1 2 3 4 5", "nonsense"])
    func refused(_ line: String) {
        #expect(throws: MapfileError(2, .noFault)) { try DriveFaults("# faults\n\(line)\n") }
    }

    @Test("places that overlap are refused")
    func overlap() { #expect(throws: MapfileError(nil, .overlap)) { try DriveFaults("512 1024 -\n0 1024 slow 5\n") } }
}

extension RescueMap {
    /// Ranges, neighbours joined.
    static func joined(_ ranges: [ByteRange]) -> [ByteRange] {
        ranges.reduce(into: []) { joined, range in
            if let last = joined.last, last.end == range.offset {
                joined[joined.count - 1].length += range.length
            } else {
                joined.append(range)
            }
        }
    }
}

extension Acquisition {
    /// The only image.
    fileprivate var file: ImageFile { destinations.images[0] }
}
