import Foundation
import SystemPackage
import TestSupport
import Testing

/// A drive: a file behind a loop device.
final class LoopDevice {
    let node: String
    /// What is on it.
    let file: FilePath
    /// What the loop device reads from: the same, unless something stands in between.
    lazy var backing = file
    private let sectorSize: Int
    private(set) var isPluggedIn = false

    /// Makes a drive with random content in `folder`; plugged in later.
    init(_ folder: TemporaryFolder, bytes: Int, sectorSize: Int = 512, blank: Bool = false) throws {
        file = folder("drive-\(UUID().uuidString)")
        self.sectorSize = sectorSize
        let source = blank ? "/dev/zero" : "/dev/urandom"
        let outcome = try run(
            "dd", ["if=\(source)", "of=\(file.string)", "bs=\(bytes)", "count=1", "iflag=fullblock", "status=none"])
        try #require(outcome.status == 0, "\(outcome.errors)")
        node = Self.freeNode()
    }

    /// Makes a drive of which nobody ever wrote a byte, however large, in no time; plugged in later.
    init(_ folder: TemporaryFolder, hole bytes: Int) throws {
        file = try folder.write([], to: "drive-\(UUID().uuidString)")
        try #require(truncate(file.string, bytes) == 0)
        sectorSize = 512
        node = Self.freeNode()
    }

    /// The same drive at another port: plugged in later.
    init(_ other: LoopDevice) throws {
        file = other.file
        sectorSize = other.sectorSize
        node = Self.freeNode()
    }

    /// A device that neither this process nor anybody else has used: the kernel makes loop devices of any number.
    private static func freeNode() -> String {
        let number = (20...).first {
            !taken.contains($0) && !FileManager.default.fileExists(atPath: "/sys/block/loop\($0)/loop") && isUnwritten($0)
        }
        taken.insert(number ?? 20)
        return "/dev/loop\(number ?? 20)"
    }

    /// The kernel's counts of writes, discards and flushes stay with the number, whatever file stood behind it.
    private static func isUnwritten(_ number: Int) -> Bool {
        guard let text = try? String(contentsOfFile: "/sys/block/loop\(number)/stat", encoding: .utf8) else { return true }
        let fields = text.split(separator: " ").map { $0.trimmingCharacters(in: .whitespacesAndNewlines) }
        return [4, 11, 15].allSatisfy { $0 >= fields.count || fields[$0] == "0" }
    }

    // The suites run one after the other.
    private nonisolated(unsafe) static var taken: Set<Int> = []

    deinit { unplug() }

    func plugIn() throws {
        clearFlag()
        let outcome = try run("losetup", ["--sector-size", "\(sectorSize)", node, backing.string])
        try #require(outcome.status == 0, "\(outcome.errors)")
        isPluggedIn = true
    }

    func unplug() {
        guard isPluggedIn else { return }
        _ = try? run("losetup", ["--detach", node])
        // The rule may still act on the event of this: only then the flag can be cleared.
        _ = try? run("udevadm", ["settle"])
        clearFlag()
        isPluggedIn = false
    }

    /// A loop device keeps the flag of whatever it was before, also of a run that was killed.
    private func clearFlag() {
        guard FileManager.default.fileExists(atPath: node) else { return }
        _ = try? run("blockdev", ["--setrw", node])
    }
}
