import FoundationEssentials

/// Base64 with padding (RFC 4648 §4), canonical only.
public enum Base64 {
    /// Encodes without line breaks.
    public static func encode(_ bytes: some Collection<UInt8>) -> String { Data(bytes).base64EncodedString() }

    /// The bytes; nil for anything that `encode` would not have written. In particular spare bits must be zero
    /// (RFC 4648 §3.5): a value has one spelling only, and a changed character never goes unnoticed.
    public static func decode(_ text: some StringProtocol) -> [UInt8]? {
        guard let data = Data(base64Encoded: String(text)), data.base64EncodedString() == text else { return nil }
        return Array(data)
    }
}
