import Custody

/// Looks at every attachment that entries name, each once.
struct AttachmentCheck {
    private let blobs: BlobStore
    private var conditions: [String: BlobStore.Condition] = [:]
    private var faults: [String: Examination.Damage] = [:]

    init(_ blobs: BlobStore) { self.blobs = blobs }

    /// Takes an entry.
    mutating func add(_ entry: Entry) {
        for attachment in entry.draft.attachments {
            let condition = conditions[attachment.sha256] ?? blobs.condition(of: attachment.sha256)
            conditions[attachment.sha256] = condition
            if condition == .sound(size: attachment.size) { continue }
            faults[
                attachment.sha256,
                default: .init(sha256: attachment.sha256, isMissing: condition == .missing, entries: [])
            ].entries.append(entry.sequence)
        }
    }

    /// What is missing or altered, by digest.
    var damaged: [Examination.Damage] { faults.values.sorted { $0.sha256 < $1.sha256 } }

    /// Number of stored files that no entry named.
    func unreferenced() throws -> Int { try blobs.names().count { conditions[$0] == nil } }
}
