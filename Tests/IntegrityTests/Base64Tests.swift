import Integrity
import Testing

@Suite("Base64 has one spelling")
struct Base64Tests {
    /// RFC 4648, section 10.
    @Test(
        "the values of RFC 4648",
        arguments: zip(
            ["", "f", "fo", "foo", "foob", "fooba", "foobar"], ["", "Zg==", "Zm8=", "Zm9v", "Zm9vYg==", "Zm9vYmE=", "Zm9vYmFy"]))
    func publishedValues(_ plain: String, _ encoded: String) {
        #expect(Base64.encode(Array(plain.utf8)) == encoded)
        #expect(Base64.decode(encoded) == Array(plain.utf8))
    }

    @Test("every length up to 100 round trips, without line breaks")
    func everyLength() {
        for length in 0...100 {
            let bytes = (0..<length).map { UInt8(truncatingIfNeeded: $0 &* 73 &+ length) }
            let text = Base64.encode(bytes)
            #expect(Base64.decode(text) == bytes)
            #expect(!text.contains("\n"))
        }
    }

    @Test(
        "another spelling is refused",
        arguments: [
            "Zg", "Zg=", "Zg===", "Zm8", "Zm8==", "Zm9v=", "Zm9v====", "=", "====", "Z===", "Zg==Zg==", "Zh==", "Zk==", "Zm9=",
            "Zm+=", " Zm9v", "Zm9v ", "Zm9v\n", "\nZm9v", "Zm\r\n9v", "Zm 9v", "Zm9v\0", "Zm9-", "Zm9_", "Zm9v!", "Zm9é",
            "Ｚm9v", "Zm9v\u{301}", "+/+\u{212A}",
        ])
    func otherSpelling(_ text: String) {
        #expect(Base64.decode(text) == nil)
    }

    @Test("of all last characters before padding only those with zero spare bits are taken")
    func spareBits() {
        let alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/"
        #expect(alphabet.filter { Base64.decode("A\($0)==") != nil } == "AQgw")
        #expect(alphabet.filter { Base64.decode("AA\($0)=") != nil } == "AEIMQUYcgkosw048")
    }

    @Test("changing any one character gives other bytes or none")
    func everyCharacterCounts() throws {
        let bytes: [UInt8] = [0xfb, 0xef, 0xbe, 0xff, 0x00]
        let text = Array(Base64.encode(bytes).utf8)
        for index in text.indices {
            for value in UInt8(0)..<128 where value != text[index] {
                var altered = text
                altered[index] = value
                #expect(Base64.decode(String(decoding: altered, as: UTF8.self)) != bytes)
            }
        }
    }
}
