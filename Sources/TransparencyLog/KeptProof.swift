/// What somebody has kept of a log, whatever its form: a receipt (text or HTML), the text of a receipt's QR code, a proof
/// file, a consistency file, or a bare checkpoint.
public enum KeptProof: Equatable, Sendable {
    /// Largest file that is read, in bytes: two notes and an entry of full length fit, or hundreds of changes of keys.
    public static let byteLimit = 2 * SignedNote.byteLimit

    /// A proof file, alone or in a receipt.
    case entry(ReceiptProof)
    /// The text of a QR code.
    case leaf(CompactProof)
    /// Two checkpoints with the proof that one continues the other.
    case consistency(ConsistencyFile)
    /// A checkpoint and nothing else.
    case checkpoint(SignedNote)

    /// Reads a file. Copying by hand is forgiven: lines may end in CR LF, and blank lines may stand before and after all.
    ///
    /// - Throws: `LogError.malformed`.
    public init(parsing bytes: [UInt8]) throws(LogError) {
        guard bytes.count <= Self.byteLimit else { throw .malformed("the file is too large") }
        var lines = bytes.split(separator: 0x0A, omittingEmptySubsequences: false).map { $0.last == 0x0D ? $0.dropLast() : $0 }
        // No origin holds a space, so no checkpoint begins like this.
        let isHTML = lines.first { !$0.isEmpty }?.elementsEqual("<!DOCTYPE html>".utf8) == true
        var keyChanges: [ArraySlice<UInt8>] = []
        if let inside = try ProofMarkers.proof.find(in: lines) {
            keyChanges = try ProofMarkers.keyChanges.find(in: lines) ?? []
            lines = inside
        } else if isHTML {
            throw .malformed("the receipt holds no proof")
        }
        while lines.last?.isEmpty == true { lines.removeLast() }
        var content = Array(lines.drop(while: \.isEmpty).joined(separator: [0x0A])) + [0x0A]
        if isHTML { content = content.unescapingHTML }
        try self.init(exactly: content, keyChanges)
    }

    private init(exactly bytes: [UInt8], _ keyChanges: [ArraySlice<UInt8>]) throws(LogError) {
        let first = bytes.prefix { $0 != 0x0A }
        if first.elementsEqual(ProofFile.header.utf8) {
            self = .entry(try ReceiptProof(ProofFile(parsing: bytes), parsing: keyChanges))
        } else if first.elementsEqual(CompactProof.header.utf8) {
            self = .leaf(try CompactProof(parsing: bytes))
        } else if first.elementsEqual(ConsistencyFile.header.utf8) {
            self = .consistency(try ConsistencyFile(parsing: bytes))
        } else {
            let note: SignedNote
            do throws(LogError) {
                note = try SignedNote(parsing: bytes)
            } catch {
                throw .malformed("the file is no receipt, no proof and no checkpoint")
            }
            self = .checkpoint(note)
        }
    }
}

extension [UInt8] {
    /// Undoes the escapes that our HTML has.
    fileprivate var unescapingHTML: [UInt8] {
        let escapes: [(text: String, byte: UInt8)] = [
            ("&lt;", UInt8(ascii: "<")), ("&gt;", UInt8(ascii: ">")), ("&quot;", UInt8(ascii: "\"")),
            ("&amp;", UInt8(ascii: "&")),
        ]
        var result: [UInt8] = []
        var rest = self[...]
        while let byte = rest.first {
            if byte == UInt8(ascii: "&"), let escape = escapes.first(where: { rest.starts(with: $0.text.utf8) }) {
                result.append(escape.byte)
                rest = rest.dropFirst(escape.text.utf8.count)
            } else {
                result.append(byte)
                rest = rest.dropFirst()
            }
        }
        return result
    }
}
