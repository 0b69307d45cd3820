/// The blocks of a PEM file (RFC 7468), in their order; text between them is a comment.
struct PEMBlocks: Sequence {
    struct Block {
        let label: String
        /// What stands in it; nil where that is no Base64.
        let bytes: [UInt8]?
    }

    private let blocks: [Block]

    init(_ bytes: [UInt8]) {
        var blocks: [Block] = []
        var label: String?
        var body: [UInt8] = []
        for line in bytes.split(separator: UInt8(ascii: "\n"), omittingEmptySubsequences: true) {
            var text = line
            while let last = text.last, last == 0x0D || last == 0x20 || last == 0x09 { text.removeLast() }
            if let begun = Self.label(text, "-----BEGIN ") {
                label = begun
                body = []
            } else if let ended = Self.label(text, "-----END ") {
                if ended == label {
                    blocks.append(Block(label: ended, bytes: Base64.decode(String(decoding: body, as: UTF8.self))))
                }
                label = nil
            } else if label != nil {
                body += text
            }
        }
        // A block without its end is damage, not a comment.
        if let label { blocks.append(Block(label: label, bytes: nil)) }
        self.blocks = blocks
    }

    private static func label(_ line: ArraySlice<UInt8>, _ beginning: String) -> String? {
        let end = Array("-----".utf8)
        guard line.starts(with: beginning.utf8), line.suffix(end.count).elementsEqual(end), line.count > beginning.utf8.count + 4
        else { return nil }
        return String(decoding: line.dropFirst(beginning.utf8.count).dropLast(end.count), as: UTF8.self)
    }

    func makeIterator() -> IndexingIterator<[Block]> { blocks.makeIterator() }
}
