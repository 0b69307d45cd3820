import Custody
import DurableFiles
import Foundation
import SystemPackage
import TestSupport
import Testing

@testable import Media

@Suite("A real block device", .enabled(if: LoopDevice.isAvailable, LoopDevice.requirement), .serialized)
struct LoopDeviceTests {
    /// Every block differs from the others.
    static func content(_ count: Int) -> [UInt8] { (0..<count).map { UInt8(truncatingIfNeeded: $0 / 4096 + $0 % 251) } }

    @Test("write protection is set, seen, and stops a write")
    func writeProtection() throws {
        let loop = try LoopDevice(Self.content(1 << 20))
        // A udev rule may have set the flag already.
        let before = try #require(WriteProtection.state(of: loop.device))
        try WriteProtection.set(loop.device)
        let after = try #require(WriteProtection.state(of: loop.device))
        #expect(after.readOnly)
        #expect(after.writeRequests == before.writeRequests)
        #expect(try run("blockdev", ["--getro", loop.node]).output == "1\n")
        #expect(throws: FileError.self) {
            let file = try OwnedDescriptor(opening: FilePath(loop.node), .writeOnly)
            try [UInt8](repeating: 0xEE, count: 4096).withUnsafeBytes { try file.write($0) }
            try file.sync()
        }
        try WriteProtection.set(loop.device)
        #expect(WriteProtection.state(of: loop.device)?.readOnly == true)
    }

    @Test("a disk that is gone has no state, and cannot be protected")
    func gone() {
        let device = BlockDevice(name: "no-such-disk", node: "/dev/no-such-disk", properties: [:])
        #expect(WriteProtection.state(of: device) == nil)
        #expect(throws: MediaError.self) { try WriteProtection.set(device) }
    }

    @Test("the description gives the figures of the kernel", arguments: [512, 4096])
    func description(_ sectorSize: Int) throws {
        let loop = try LoopDevice(Self.content(1 << 20), sectorSize: sectorSize)
        let description = try #require(MediumProbe.describe(loop.device))
        #expect(description.capacity == 1 << 20)
        #expect(description.logicalSectorSize == sectorSize)
        #expect(description.bus == "loop")
        #expect(description.serial == nil && description.partitions.isEmpty)
        #expect(description.diskSequence == loop.device.diskSequence && description.diskSequence > 0)
    }

    @Test("a sample is the same twice, and another where a sampled byte differs")
    func sample() throws {
        var content = Self.content(1 << 20)
        let one = try LoopDevice(content)
        let sample = try #require(ContentSampler.sample(one.device, capacity: 1 << 20))
        #expect(sample.blocks == 16 && !sample.uniform)
        #expect(ContentSampler.sample(one.device, capacity: 1 << 20) == sample)
        content[(1 << 20) - 1] ^= 1
        let other = try LoopDevice(content)
        #expect(ContentSampler.sample(other.device, capacity: 1 << 20) != sample)
    }

    @Test("a blank disk's sample says that it identifies nothing", arguments: [0x00, 0xFF] as [UInt8])
    func blank(_ byte: UInt8) throws {
        let loop = try LoopDevice([UInt8](repeating: byte, count: 1 << 20))
        #expect(try #require(ContentSampler.sample(loop.device, capacity: 1 << 20)).uniform)
    }

    @Test("the disk under the file of a loop device counts as holding what is on the loop device")
    func stacked() throws {
        let loop = try LoopDevice([UInt8](repeating: 0, count: 16 << 20))
        let point = TemporaryFolder()
        // Made in the file and mounted read-only: a udev rule may protect the device.
        try #require(run("mkfs.ext4", ["-q", "-F", loop.scratch("disk").string]).status == 0)
        try #require(run("mount", ["-o", "ro", loop.node, point.path.string]).status == 0)
        defer { _ = try? run("umount", [point.path.string]) }
        let disks = SystemDisks.names(holdingPath: point.path)
        #expect(disks.contains(loop.device.name))
        #expect(disks.isSuperset(of: SystemDisks.names(holdingPath: loop.scratch.path)))
    }
}
