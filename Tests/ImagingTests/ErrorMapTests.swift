import Custody
import Foundation
import TestSupport
import Testing

@testable import Imaging

@Suite("The map of errors")
struct ErrorMapTests {
    @Test("a map, spelled out")
    func spelledOut() {
        let text = ErrorMap.text(size: 4096, unreadable: [ByteRange(offset: 512, length: 1024)])
        #expect(
            text == """
                # Mapfile. Created by fengcund
                # current_pos  current_status  current_pass
                0x00001000     +               1
                #      pos        size  status
                0x00000000  0x00000200  +
                0x00000200  0x00000400  -
                0x00000600  0x00000A00  +

                """)
    }

    static let samples: [(size: Int, bad: [ByteRange])] = [
        (512, []), (512, [ByteRange(offset: 0, length: 512)]), (1 << 20, [ByteRange(offset: 0, length: 512)]),
        (1 << 20, [ByteRange(offset: (1 << 20) - 512, length: 512)]),
        (1 << 20, [ByteRange(offset: 512, length: 512), ByteRange(offset: 1536, length: 4096)]),
        (18_000_207_937_536, [ByteRange(offset: 17_000_000_000_000 / 512 * 512, length: 1 << 30)]),
    ]

    @Test(
        "ddrescuelog reads it and lists exactly the bad blocks",
        .enabled(if: (try? find("ddrescuelog")) != nil, "ddrescuelog (package gddrescue) is not installed"),
        arguments: samples.indices)
    func ddrescuelog(_ index: Int) throws {
        let (size, bad) = Self.samples[index]
        let scratch = TemporaryFolder()
        let file = try scratch.write(ErrorMap.text(size: size, unreadable: bad).utf8, to: "map").string
        let shown = try run("ddrescuelog", ["-t", file])
        #expect(shown.status == 0, "\(shown.errors)")
        let done = try run("ddrescuelog", ["--done-status", file])
        #expect((done.status == 0) == bad.isEmpty)
        // The largest sample would list two million blocks; there the totals must do.
        if size < 1 << 30 {
            let blocks = bad.flatMap { range in stride(from: range.offset, to: range.end, by: 512).map { "\($0 / 512)" } }
            let listed = try run("ddrescuelog", ["-b", "512", "-l-", file])
            #expect(listed.status == 0, "\(listed.errors)")
            #expect(listed.output.split(separator: "\n").map(String.init) == blocks)
        }
    }
}
