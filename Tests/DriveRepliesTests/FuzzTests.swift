import TestSupport
import Testing

@testable import DriveReplies

/// A parser that traps on what a drive says would let a drive end the daemon.
@Suite("No reply traps a parser")
struct FuzzTests {
    @Test("every reply, cut off at every length", arguments: Replies.all)
    func truncated(_ reply: [UInt8]) {
        for length in 0...min(reply.count, 1024) { parseAll(Array(reply.prefix(length))) }
    }

    @Test("every reply with each bit turned over", arguments: Replies.all)
    func flipped(_ reply: [UInt8]) {
        // Identify data of NVMe have nothing behind byte 640 that is read.
        for bit in 0..<8 * min(reply.count, 640) {
            var bytes = reply
            bytes[bit / 8] ^= 1 << UInt8(bit % 8)
            parseAll(bytes)
        }
    }

    @Test("every reply with each byte set to nothing and to all", arguments: Replies.all)
    func extremes(_ reply: [UInt8]) {
        for index in 0..<min(reply.count, 640) {
            for value: UInt8 in [0x00, 0x7F, 0x80, 0xFF] {
                var bytes = reply
                bytes[index] = value
                parseAll(bytes)
            }
        }
    }

    @Test("replies changed at random, and bytes at random", arguments: 0..<UInt64(8))
    func random(_ seed: UInt64) {
        var random = SeededRandom(seed)
        for _ in 0..<500 {
            parseAll(mutate(Replies.all.randomElement(using: &random) ?? [], &random))
            parseAll(random.bytes(upTo: 700))
        }
    }

    @Test("nothing, all zeros and all ones in every size", arguments: [0, 1, 36, 252, 511, 512, 572, 4096, 65536])
    func blank(_ count: Int) {
        for value: UInt8 in [0x00, 0x20, 0xFF] { parseAll([UInt8](repeating: value, count: count)) }
    }
}
