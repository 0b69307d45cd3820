/// Reads attribute files of the kernel below `/sys`.
public struct SystemAttributes: Sendable {
    private let read: @Sendable (_ path: String) -> String?

    /// - Parameter read: the text of a file, given its path below `/sys`; nil where there is none.
    public init(read: @escaping @Sendable (_ path: String) -> String?) { self.read = read }

    /// An attribute of a device or of the nearest one above it that has it, as udev's ATTRS looks for it.
    func nearest(_ name: String, _ path: String) -> String? {
        for folder in Self.upwards(path) {
            if let value = value("\(folder)/\(name)") { return value }
        }
        return nil
    }

    /// The text of one file without white space at its end, which udev leaves out, too; nil where there is none.
    public func value(_ path: String) -> String? {
        guard let text = read(path) else { return nil }
        return String(text.prefix { !$0.isNewline }.reversed().drop { $0 == " " }.reversed())
    }

    /// Whether a device or one above it has an attribute with this value.
    func any(_ name: String, is value: String, _ path: String) -> Bool {
        Self.upwards(path).contains { self.value("\($0)/\(name)") == value }
    }

    private static func upwards(_ path: String) -> [Substring] {
        var folder = Substring(path)
        var folders = [folder]
        while let slash = folder.lastIndex(of: "/"), slash > folder.startIndex {
            folder = folder[..<slash]
            folders.append(folder)
        }
        return folders
    }
}
