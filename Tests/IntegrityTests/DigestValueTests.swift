import Foundation
import Integrity
import Testing

@Suite("Digest values")
struct DigestValueTests {
    @Test("a value has exactly the length of its algorithm", arguments: DigestAlgorithm.allCases)
    func length(_ algorithm: DigestAlgorithm) {
        let bytes = [UInt8](repeating: 7, count: algorithm.byteCount)
        #expect(Digest(algorithm, bytes: bytes) != nil)
        #expect(Digest(algorithm, bytes: bytes + [7]) == nil)
        #expect(Digest(algorithm, bytes: Array(bytes.dropLast())) == nil)
        #expect(Digest(algorithm, bytes: []) == nil)
    }

    @Test("a hexadecimal value is read in lower case only")
    func lowerCaseOnly() throws {
        let hex = "d41d8cd98f00b204e9800998ecf8427e"
        #expect(Digest(.md5, hex: hex) == (try Digest.of([], .md5)))
        for other in [hex.uppercased(), hex + "\n", " " + hex, "0x" + hex, String(hex.dropLast()), hex + "00"] {
            #expect(Digest(.md5, hex: other) == nil, "\(other.debugDescription)")
        }
    }

    @Test("one value under two algorithms is two digests")
    func algorithmCounts() {
        let bytes = [UInt8](repeating: 0, count: 32)
        #expect(Digest(.sha256, bytes: bytes) != Digest(.sm3, bytes: bytes))
    }

    @Test("a table of digests in JSON is an object with the algorithms' names")
    func tableInJSON() throws {
        let encoder = JSONEncoder()
        encoder.outputFormatting = .sortedKeys
        let table: [DigestAlgorithm: String] = [.sm3: "c", .md5: "a", .sha256: "b"]
        let json = try encoder.encode(table)
        #expect(String(decoding: json, as: UTF8.self) == #"{"md5":"a","sha256":"b","sm3":"c"}"#)
        #expect(try JSONDecoder().decode([DigestAlgorithm: String].self, from: json) == table)
    }

    @Test("lists of algorithms have one order")
    func order() {
        #expect(DigestAlgorithm.allCases.shuffled().sorted() == [.blake2b512, .md5, .sha1, .sha256, .sha3_256, .sha512, .sm3])
    }
}
