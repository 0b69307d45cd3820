import FoundationEssentials
import SafeText

/// An entry whose bytes are not an entry.
public struct EntryError: Error, Equatable, CustomStringConvertible {
    /// What is wrong, in one English line without bytes of the entry.
    public let description: String

    init(_ description: String) { self.description = description }
}

extension Entry: Codable {
    private enum Key: String, CodingKey, CaseIterable {
        case version = "v"
        case sequence = "seq"
        case time, boot, monotonic, clockSynchronised, tree, act, actor
        case caseNumber = "case"
        case subjects
        case attachments = "blobs"
        case body
    }

    /// The one line that is hashed and stored: members sorted by name, no white space.
    ///
    /// - Throws: `EntryError` where it would be longer than 65,535 bytes.
    public func bytes() throws -> [UInt8] {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
        let bytes = [UInt8](try encoder.encode(self))
        guard bytes.count <= Self.byteLimit else {
            throw EntryError("the entry has \(bytes.count) bytes; \(Self.byteLimit) is the most")
        }
        do {
            try StrictJSON.check(bytes)
        } catch {
            throw EntryError("the entry is not strict JSON: \(error)")
        }
        return bytes
    }

    /// Reads a stored entry.
    ///
    /// - Throws: `EntryError`.
    public init(bytes: [UInt8]) throws(EntryError) {
        guard bytes.count <= Self.byteLimit else { throw EntryError("the entry is longer than \(Self.byteLimit) bytes") }
        let json: StrictJSON
        do throws(StrictJSON.Violation) {
            json = try StrictJSON(parsing: bytes)
        } catch {
            throw EntryError("not strict JSON: \(error)")
        }
        do {
            self = try StrictJSONDecoder.decode(Entry.self, from: json)
        } catch let error as EntryError {
            throw error
        } catch let error as DecodingError {
            throw EntryError("not an entry: \(error.place)")
        } catch {
            throw EntryError("not an entry")
        }
    }

    /// Reads an entry. Use `init(bytes:)`, which also checks that the JSON is strict.
    public init(from decoder: any Decoder) throws {
        let container = try decoder.container(keyedBy: Key.self)
        guard try container.decode(Int.self, forKey: .version) == Self.version else {
            throw EntryError("the entry has a version that this program does not know")
        }
        sequence = try container.decode(Int.self, forKey: .sequence)
        time = try container.decode(Timestamp.self, forKey: .time)
        boot = try container.decode(String.self, forKey: .boot)
        monotonic = try container.decode(Int.self, forKey: .monotonic)
        clockSynchronised = try container.decode(Bool?.self, forKey: .clockSynchronised)
        tree = try container.decode(Tree.self, forKey: .tree)
        let kind = try container.decode(Act.Kind.self, forKey: .act)
        draft = EntryDraft(
            try Act(kind, body: container.superDecoder(forKey: .body)),
            case: try container.decodeIfPresent(String.self, forKey: .caseNumber),
            about: try container.decode([Subject].self, forKey: .subjects),
            attachments: try container.decode([Attachment].self, forKey: .attachments),
            by: try container.decode(Actor.self, forKey: .actor))
    }

    /// Writes an entry. Use `bytes()`, which also fixes the order of members.
    public func encode(to encoder: any Encoder) throws {
        var container = encoder.container(keyedBy: Key.self)
        try container.encode(Self.version, forKey: .version)
        try container.encode(sequence, forKey: .sequence)
        try container.encode(time, forKey: .time)
        try container.encode(boot, forKey: .boot)
        try container.encode(monotonic, forKey: .monotonic)
        try container.encode(clockSynchronised, forKey: .clockSynchronised)
        try container.encode(tree, forKey: .tree)
        guard Act.Kind(rawValue: act.kind.rawValue) != nil else {
            throw EntryError("the act \(act.kind.rawValue) could not be read again")
        }
        try container.encode(act.kind, forKey: .act)
        try container.encode(draft.actor, forKey: .actor)
        try container.encodeIfPresent(draft.caseNumber, forKey: .caseNumber)
        try container.encode(draft.subjects, forKey: .subjects)
        try container.encode(draft.attachments, forKey: .attachments)
        try act.body.encode(to: container.superEncoder(forKey: .body))
    }
}

extension DecodingError {
    /// The path of the faulty member, from our own key names only.
    fileprivate var place: String {
        let context: Context? =
            switch self {
            case .dataCorrupted(let context), .keyNotFound(_, let context), .typeMismatch(_, let context),
                .valueNotFound(_, let context):
                context
            @unknown default: nil
            }
        var path = (context?.codingPath ?? []).map(\.stringValue)
        if case .keyNotFound(let key, _) = self { path.append(key.stringValue) }
        return path.isEmpty ? "its structure" : "member " + path.joined(separator: ".").printable
    }
}
