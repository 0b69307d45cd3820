/// As much of DER (ITU-T X.690) as is needed to hand keys and signatures to libcrypto.
enum DERWriter {
    static func sequence(_ parts: [[UInt8]]) -> [UInt8] { value(0x30, parts.flatMap { $0 }) }

    /// A number that is not negative, from its bytes, the highest first.
    static func integer(_ magnitude: [UInt8]) -> [UInt8] {
        let digits = Array(magnitude.drop { $0 == 0 })
        guard let first = digits.first else { return value(0x02, [0]) }
        return value(0x02, (first >= 0x80 ? [0] : []) + digits)
    }

    static func bitString(_ bytes: [UInt8]) -> [UInt8] { value(0x03, [0] + bytes) }

    /// An object identifier whose body is encoded already.
    static func identifier(_ body: [UInt8]) -> [UInt8] { value(0x06, body) }

    static let null: [UInt8] = [0x05, 0x00]

    private static func value(_ tag: UInt8, _ body: [UInt8]) -> [UInt8] {
        guard body.count >= 0x80 else { return [tag, UInt8(body.count)] + body }
        var length: [UInt8] = []
        var rest = body.count
        while rest > 0 {
            length.insert(UInt8(rest & 0xFF), at: 0)
            rest >>= 8
        }
        return [tag, 0x80 | UInt8(length.count)] + length + body
    }
}
