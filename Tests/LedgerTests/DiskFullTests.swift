import Custody
import Foundation
import Ledger
import SystemPackage
import TestSupport
import Testing

/// A state directory on a file system of its own that fills up.
@Suite(.requiresRoot) struct DiskFull {
    private let folder = TemporaryFolder()

    private func withSmallDisk(_ body: (FilePath) async throws -> Void) async throws {
        let disk = try folder.folder("disk")
        try #require(run("mount", ["-t", "tmpfs", "-o", "size=12m", "none", disk.string]).status == 0)
        do {
            try await body(disk)
        } catch {
            _ = try? run("umount", ["--lazy", disk.string])
            throw error
        }
        _ = try? run("umount", ["--lazy", disk.string])
    }

    @Test func newActsAreRefusedAndEndsAreRecorded() async throws {
        try await withSmallDisk { disk in
            let ledger = try openLedger(disk.appending("state"))
            _ = try await ledger.append(openingCase("C-1"))
            _ = try run("dd", ["if=/dev/zero", "of=\(disk.string)/ballast", "bs=4096", "status=none"])
            // Entries until not even the reserve's neighbours have room: each is recorded or refused, none is lost.
            var acknowledged = 1
            var refused = false
            for number in 0..<50 where !refused {
                do {
                    _ = try await ledger.append(openingCase("D-\(number)", note: String(repeating: "n", count: 4000)))
                    acknowledged += 1
                } catch LedgerError.diskFull {
                    refused = true
                }
            }
            #expect(refused)
            #expect(try await ledger.check() == acknowledged)
            for _ in 0..<20 { _ = try await ledger.append(stopping) }
            await #expect(throws: LedgerError.self) { try await ledger.append(openingCase("E-1")) }
            #expect(try await ledger.check() == acknowledged + 20)
            // With room again the reserve is taken again, and new acts are accepted.
            try FileManager.default.removeItem(atPath: disk.appending("ballast").string)
            _ = try await ledger.append(openingCase("F-1"))
            #expect(try await ledger.check() == acknowledged + 21)
        }
    }
}
