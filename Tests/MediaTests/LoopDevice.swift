import Foundation
import Media
import TestSupport
import Testing

/// A block device over a file, detached when the test ends.
final class LoopDevice {
    /// Why a test that needs one is skipped.
    static let requirement: Comment = "a loop device wants root, losetup and a free /dev/loop*"
    static let isAvailable: Bool = {
        guard geteuid() == 0, let found = try? run("losetup", ["--find"]) else { return false }
        return found.status == 0
    }()

    let scratch: TemporaryFolder
    let node: String

    /// The device as udev would report it.
    var device: BlockDevice {
        let name = String(node.dropFirst("/dev/".count))
        let sequence = (try? String(contentsOfFile: "/sys/block/\(name)/diskseq", encoding: .utf8))?.dropLast() ?? "0"
        return BlockDevice(name: name, node: node, properties: ["DISKSEQ": String(sequence)])
    }

    init(_ content: [UInt8], sectorSize: Int = 512) throws {
        scratch = TemporaryFolder()
        let file = try scratch.write(content, to: "disk").string
        let made = try run("losetup", ["--find", "--show", "--sector-size", "\(sectorSize)", file])
        try #require(made.status == 0, "\(made.errors)")
        node = made.output.trimmingCharacters(in: .newlines)
    }

    deinit { _ = try? run("losetup", ["--detach", node]) }
}
