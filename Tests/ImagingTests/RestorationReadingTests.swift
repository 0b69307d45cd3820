import Custody
import Integrity
import SystemPackage
import TestSupport
import Testing

@testable import Imaging

/// Reading back a device that an image was written to.
@Suite struct RestorationReadingTests {
    let scratch = TemporaryFolder()

    private func read(
        image: [UInt8], device: [UInt8], missing: Int? = nil, rest: RestorationTails.Rest? = nil
    ) throws -> RestorationReading.Result {
        let written = image.count - (missing ?? 0)
        let tails = RestorationTails(
            written: written, missing: missing, behind: device.count > written ? device.count - written : nil, rest: rest)
        let progress = JobProgress(total: 0)
        let reading = RestorationReading(
            try RawStream(named: try scratch.write(image, to: "i.dd")), FixedSource(content: device), tails,
            algorithms: [.sha256], progress: progress)
        let result = try reading.run()
        let all = RestorationReading.length(image: image.count, tails)
        #expect(result.firstNotWiped == nil ? progress.done == all : progress.done < all)
        return result
    }

    private func image(_ count: Int) -> [UInt8] { SimulatedSource(count).content.map { $0 | 1 } }

    @Test(arguments: [512, 4096, (1 << 20) + 512, 5 << 20])
    func aDeviceThatHoldsTheImage(count: Int) throws {
        let image = image(count)
        let result = try read(image: image, device: image)
        #expect(result.differingBytes == 0 && result.differing.isEmpty && result.firstNotWiped == nil)
        #expect(result.image == result.device)
        #expect(result.device == [try Digest.of(image, .sha256)])
    }

    @Test func whatDiffersIsPlaced() throws {
        let image = image(3 << 20)
        var device = image
        device[1_234_567] ^= 6
        device[0] ^= 6
        let result = try read(image: image, device: device + [1, 2, 3], rest: .untouched)
        #expect(result.differing == [ByteRange(offset: 0, length: 1), ByteRange(offset: 1_234_567, length: 1)])
        #expect(result.differingBytes == 2)
        #expect(result.image != result.device)
    }

    @Test func theEndThatHasNoRoomIsNoDifference() throws {
        let image = image(3 << 20)
        let held = Array(image[..<(2 << 20)])
        let result = try read(image: image, device: held, missing: 1 << 20)
        #expect(result.differingBytes == 0 && result.differing.isEmpty)
        #expect(result.image == [try Digest.of(image, .sha256)])
        #expect(result.device == [try Digest.of(held, .sha256)])
        // A difference that goes up to the end stays one, and no longer than the device.
        var changed = held
        changed[changed.count - 1] ^= 6
        let other = try read(image: image, device: changed, missing: 1 << 20)
        #expect(other.differingBytes == 1)
        #expect(other.differing == [ByteRange(offset: (2 << 20) - 1, length: 1)])
    }

    @Test func theRestThatWasToBeWiped() throws {
        let image = image(1 << 20)
        let zeros = [UInt8](repeating: 0, count: 3 << 20)
        #expect(try read(image: image, device: image + zeros, rest: .wiped).firstNotWiped == nil)
        var dirty = zeros
        dirty[dirty.count - 1] = 1
        #expect(
            try read(image: image, device: image + dirty, rest: .wiped).firstNotWiped == image.count + dirty.count - 1)
    }
}

/// A device that holds what it is given.
private struct FixedSource: ImageSource {
    let name = "/dev/fixed"
    let content: [UInt8]
    var capacity: Int { content.count }
    var sectorSize: Int { 512 }

    func isPresent() -> Bool { true }
    func read(at offset: Int, into buffer: UnsafeMutableRawBufferPointer) throws(Errno) -> Int {
        let count = min(buffer.count, content.count - offset)
        buffer.copyBytes(from: content[offset..<offset + count])
        return count
    }
}
