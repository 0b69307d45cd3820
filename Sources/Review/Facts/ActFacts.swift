import Custody

/// When, by whom and with what an act was recorded.
struct ActFacts: Sendable, Equatable {
    /// Position of the entry.
    var entry: Int
    /// When it happened, as the record says.
    var time: Timestamp
    /// Who took part, by capacity.
    var participants: [ActSigned.Role: [String]] = [:]
    /// Number of the legal document that it rests on.
    var document: String?
    /// Why something is missing, by name.
    var absent: [String: String] = [:]
    /// What is attached.
    var files: Set<Attachment.Kind> = []

    /// The reason for which something is missing.
    func reason(_ names: String...) -> String? { names.lazy.compactMap { absent[$0] }.first }
}

/// What later entries add to an entry.
struct Aftermath: Sendable, Equatable {
    /// A signature slot that was filled.
    struct Slot: Sendable, Equatable {
        var entry: Int
        var role: ActSigned.Role
        var person: String
        var manner: ActSigned.Manner
        var trustedByStation: Bool?
        var reason: String?
    }

    /// Signatures and reasons.
    var slots: [Slot] = []
    /// Files that were attached later.
    var files: [(entry: Int, kind: Attachment.Kind)] = []
    /// Recordings that show the act.
    var recordings: [Int] = []
    /// Corrections of the entry.
    var corrections: [Int] = []

    static func == (left: Self, right: Self) -> Bool {
        left.slots == right.slots && left.recordings == right.recordings && left.corrections == right.corrections
            && left.files.elementsEqual(right.files) { $0 == $1 }
    }

    /// The later entries that attach a file of one of some kinds.
    func entries(attaching kinds: Attachment.Kind...) -> [Int] { files.filter { kinds.contains($0.kind) }.map(\.entry) }
}
