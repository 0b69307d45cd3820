import Integrity
import Testing

@testable import TransparencyLog

@Suite("Hashes of the log")
struct LogHashTests {
    @Test("a leaf and a node of the same bytes differ")
    func leafAndNode() {
        let (left, right) = (LogHash.leaf([1]), LogHash.leaf([2]))
        #expect(LogHash.leaf(left.bytes + right.bytes) != .node(left, right))
        #expect(LogHash.leaf([1]).bytes == SHA256.digest([0, 1]))
        #expect(LogHash.node(left, right).bytes == SHA256.digest([1] + left.bytes + right.bytes))
        #expect(LogHash.node(left, right) != .node(right, left))
    }

    @Test("a hash has 32 bytes", arguments: [0, 31, 33, 64])
    func length(_ count: Int) {
        let bytes = [UInt8](repeating: 9, count: count)
        #expect(LogHash(bytes: bytes) == nil)
        #expect(LogHash(base64: Base64.encode(bytes)) == nil)
    }

    @Test("base64 round trips and has one spelling")
    func base64() {
        let hash = LogHash.leaf([])
        #expect(LogHash(base64: hash.base64) == hash)
        #expect(hash.base64 == "bjQLnP+zepicpUTmu3gKLHiQHT+zNzh2hRGjBhevoB0=")
        // The last digit before the padding has two spare bits.
        for other in ["bjQLnP+zepicpUTmu3gKLHiQHT+zNzh2hRGjBhevoB1=", "bjQLnP+zepicpUTmu3gKLHiQHT+zNzh2hRGjBhevoB0", ""] {
            #expect(LogHash(base64: other) == nil)
        }
    }
}
