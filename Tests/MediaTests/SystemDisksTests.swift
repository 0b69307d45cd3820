import Foundation
import SystemPackage
import TestSupport
import Testing

@testable import Media

/// The whole disks under `/`, as lsblk sees them.
private func disksOfRoot() -> Set<String> {
    guard let source = try? run("findmnt", ["-n", "-v", "-o", "SOURCE", "/"]).output, source.hasPrefix("/dev/"),
        let listing = try? run("lsblk", ["-n", "-s", "-r", "-o", "NAME,TYPE", source.trimmingCharacters(in: .newlines)])
            .output
    else { return [] }
    return Set(
        listing.split(separator: "\n").compactMap { line in
            let fields = line.split(separator: " ")
            return fields.last == "disk" ? fields.first.map(String.init) : nil
        })
}

@Suite("The disks that this machine lives on")
struct SystemDisksTests {
    @Test(
        "the disk of / is among them, asked for or not",
        .enabled(if: !disksOfRoot().isEmpty, "/ is on no disk that findmnt and lsblk name"))
    func root() {
        #expect(SystemDisks.names(holding: []).isSuperset(of: disksOfRoot()))
        #expect(SystemDisks.names(holdingPath: "/").isSuperset(of: disksOfRoot()))
    }

    @Test(
        "a path that does not exist yet is on the disk of its nearest folder",
        .enabled(if: !disksOfRoot().isEmpty, "/ is on no disk that findmnt and lsblk name"))
    func missingPath() {
        #expect(SystemDisks.names(holdingPath: "/no/such/folder/at/all").isSuperset(of: disksOfRoot()))
    }

    @Test("a path in memory is on no disk")
    func memory() {
        #expect(SystemDisks.names(holdingPath: "/proc").isEmpty)
        #expect(SystemDisks.names(holdingPath: "/proc/self/status").isEmpty)
    }
}
