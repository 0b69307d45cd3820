import Integrity
import Testing

@testable import TransparencyLog

@Suite("Checkpoints")
struct CheckpointTests {
    static let root = "47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU="

    @Test("a checkpoint is three lines")
    func threeLines() throws {
        let checkpoint = try Checkpoint(parsing: "log.example\n42\n\(Self.root)\n")
        #expect(checkpoint.origin.name == "log.example")
        #expect(checkpoint.size == 42)
        #expect(checkpoint.root == .emptyTree)
        #expect(checkpoint.text == "log.example\n42\n\(Self.root)\n")
    }

    @Test(
        "a size has one spelling",
        arguments: [
            "", "-1", "+1", "01", "00", "1 ", " 1", "1.0", "1e3", "0x1", "１", "9223372036854775808", "1_000", "-0",
            "9223372036854775807", "9007199254740993",
        ])
    func sizeSpelling(_ size: String) {
        #expect(throws: LogError.malformed("the checkpoint's size is malformed")) {
            try Checkpoint(parsing: "log\n\(size)\n\(Self.root)\n")
        }
    }

    @Test("the smallest and the largest size are read", arguments: [0, 1, 10, 1 << 53])
    func sizeEdges(_ size: Int) throws {
        #expect(try Checkpoint(parsing: "log\n\(size)\n\(Self.root)\n").size == size)
    }

    @Test(
        "what is no checkpoint is refused",
        arguments: [
            "", "\n\n\n", "log\n1\n", "log\n1\n\(root)", "log\n1\n\(root)\nextension\n", "log\n1\n\(root)\n\n", "\n1\n\(root)\n",
            "lo g\n1\n\(root)\n", "log\n1\n\(root.dropLast())\n", "log\n1\nAAAA\n", "log\r\n1\r\n\(root)\r\n",
            "log\n1\n \(root)\n",
        ])
    func refused(_ text: String) {
        #expect(throws: LogError.self) { try Checkpoint(parsing: text) }
    }

    @Test("a signed checkpoint round trips and vouches for its log")
    func signed() throws {
        let log = try SampleLog()
        let checkpoint = Checkpoint(origin: log.origin, size: 7, root: .leaf([1]))
        let note = try SignedNote(parsing: Array(try checkpoint.signed(with: log.key).encoded.utf8))
        #expect(try Checkpoint(verifying: note, key: log.verifierKey) == checkpoint)
    }

    @Test("every byte of a signed checkpoint counts")
    func everyByte() throws {
        let log = try SampleLog("封存站/1")
        let bytes = Array(try log.checkpoint(NaiveTree(size: 5)).encoded.utf8)
        for index in bytes.indices {
            for mask in [0x01, 0x20, 0x80] as [UInt8] {
                var altered = bytes
                altered[index] ^= mask
                #expect(throws: LogError.self, "byte \(index) with mask \(mask)") {
                    try Checkpoint(verifying: SignedNote(parsing: altered), key: log.verifierKey)
                }
            }
        }
    }

    @Test("a key that signed the checkpoint of another log does not vouch for it")
    func otherLog() throws {
        let log = try SampleLog()
        let other = try #require(Origin("other.example"))
        let text = Checkpoint(origin: other, size: 1, root: .leaf([])).text
        let note = try SignedNote(signing: text, with: log.key, as: log.origin)
        #expect(throws: LogError.unproved("the checkpoint is that of another log than the key")) {
            try Checkpoint(verifying: note, key: log.verifierKey)
        }
    }
}
