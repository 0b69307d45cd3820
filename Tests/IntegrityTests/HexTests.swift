import Integrity
import Testing

@Suite("Hexadecimal has one spelling")
struct HexTests {
    @Test("every byte round trips")
    func everyByte() {
        let bytes = (0...255).map { UInt8($0) }
        #expect(Hex.decode(Hex.encode(bytes)) == bytes)
        #expect(Hex.encode([0x00, 0x0f, 0xf0, 0xab]) == "000ff0ab")
        #expect(Hex.encode([]) == "")
        #expect(Hex.decode("") == [])
    }

    @Test(
        "another spelling is refused",
        arguments: [
            "AB", "aB", "Ab", "a", "abc", "0x00", " ab", "ab ", "ab\n", "a b", "a:b:", "+a", "-1", "g0", "0g", "\0\0", "/0", ":0",
            "`0", "０１", "a\u{301}", "éé", "١٢",
        ])
    func otherSpelling(_ text: String) {
        #expect(Hex.decode(text) == nil)
    }

    @Test("of all pairs of ASCII characters only 256 are a byte")
    func allPairs() {
        var values: [UInt8] = []
        for high in UInt8(0)..<128 {
            for low in UInt8(0)..<128 {
                if let bytes = Hex.decode(String(decoding: [high, low], as: UTF8.self)) { values += bytes }
            }
        }
        #expect(values.count == 256)
        #expect(Set(values).count == 256)
    }
}
