import Testing

@testable import Media

@Suite("Where a disk is sampled")
struct ContentSamplerTests {
    @Test(
        "sixteen blocks, the first and the last among them, ascending, inside the disk",
        arguments: [16 * 4096, 17 * 4096, 1 << 20, (1 << 20) + 512, 1_000_204_886_016, 22_000_969_973_760, 1 << 53 - 1])
    func sixteen(_ capacity: Int) throws {
        let offsets = ContentSampler.offsets(capacity: capacity)
        #expect(offsets.count == 16)
        #expect(offsets.first == 0)
        #expect(offsets == Set(offsets).sorted())
        #expect(offsets.allSatisfy { $0.isMultiple(of: 4096) && $0 + 4096 <= capacity })
        #expect(try #require(offsets.last) + 2 * 4096 > capacity)
    }

    @Test("a small disk is sampled whole and no block twice", arguments: 1...15)
    func small(_ blocks: Int) {
        #expect(ContentSampler.offsets(capacity: blocks * 4096 + 511) == (0..<blocks).map { $0 * 4096 })
    }

    @Test("a device that is missing, or too small for a block, has no sample")
    func noSample() {
        let device = BlockDevice(name: "none", node: "/dev/no-such-device", properties: [:])
        #expect(ContentSampler.sample(device, capacity: 1 << 20) == nil)
        #expect(ContentSampler.sample(device, capacity: 4095) == nil)
        #expect(ContentSampler.sample(device, capacity: 0) == nil)
    }
}
