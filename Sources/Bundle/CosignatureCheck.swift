import Custody
import TransparencyLog

/// Checks the cosigned checkpoints that the record holds, and which of them are enough for whom.
struct CosignatureCheck {
    private let log: BundleLog
    private let policy: WitnessPolicy?

    /// - Parameter policy: the auditor's own (c2sp.org/tlog-policy).
    init(log: BundleLog, policy: [UInt8]?) throws(BundleError) {
        self.log = log
        self.policy = try policy.map { (bytes) throws(BundleError) in try Self.parse(bytes, "--policy") }
    }

    private static func parse(_ bytes: [UInt8], _ place: String) throws(BundleError) -> WitnessPolicy {
        do throws(LogError) {
            return try WitnessPolicy(parsing: bytes)
        } catch {
            throw .altered(place: place, reason: error.description)
        }
    }

    /// Checks entries.
    ///
    /// - Throws: `BundleError.altered`, naming the entry, where a note is not what the entry says, speaks of another log or
    ///   another history, or bears a bad cosignature of a key that the entry or the auditor names.
    func check(_ entries: [Entry]) throws(BundleError) -> WitnessReport {
        var report = WitnessReport()
        report.policy = policy
        var claim: (entry: Int, sha256: String, policy: WitnessPolicy)?
        // Every export may name the same policy.
        var policies: [String: WitnessPolicy] = [:]
        for entry in entries {
            if case .checkpointCosigned(let body) = entry.act { report.cosigned += try check(body, entry) }
            guard entry.draft.attachments.contains(where: { $0.type == .witnessPolicy }) else { continue }
            let sha256 = try log.named(.witnessPolicy, of: entry).sha256
            let policy: WitnessPolicy
            if let known = policies[sha256] {
                policy = known
            } else {
                policy = try Self.parse(try log.attachment(.witnessPolicy, of: entry), "entry \(entry.sequence)")
                policies[sha256] = policy
            }
            claim = (entry.sequence, sha256, policy)
        }
        report.witnessedSize = policy.flatMap { witnessedSize(report.cosigned, $0) }
        report.claim = claim.map {
            .init(entry: $0.entry, sha256: $0.sha256, witnessedSize: witnessedSize(report.cosigned, $0.policy))
        }
        return report
    }

    private func check(_ body: CheckpointCosigned, _ entry: Entry) throws(BundleError) -> [WitnessReport.Cosigned] {
        let place = "entry \(entry.sequence)"
        let bytes = try log.attachment(.cosignedCheckpoint, of: entry)
        guard body.size <= entry.sequence, let root = try log.root(at: body.size), let key = log.keys.key(for: body.size),
            root.base64 == body.root
        else { throw .altered(place: place, reason: "names a checkpoint that is none of this ledger") }
        let cosignatures: [Cosignature]
        do throws(LogError) {
            let note = try SignedNote(parsing: bytes)
            guard try Checkpoint(verifying: note, key: key) == Checkpoint(origin: key.origin, size: body.size, root: root) else {
                throw LogError.unproved("the cosigned checkpoint is not the one that the entry names")
            }
            var known: [CosignerKey] = policy?.witnesses.map(\.key) ?? []
            for cosigner in body.cosigners {
                let key = try CosignerKey(parsing: cosigner.key)
                if !known.contains(key) { known.append(key) }
            }
            cosignatures = try note.cosignatures(by: known)
        } catch {
            throw .altered(place: place, reason: error.description)
        }
        let found = Set(cosignatures.map { CheckpointCosigned.Cosigner(key: $0.key.text, time: $0.time) })
        guard !body.cosigners.isEmpty, found.isSuperset(of: body.cosigners) else {
            throw .altered(place: place, reason: "names a witness whose cosignature is not there")
        }
        return cosignatures.map {
            WitnessReport.Cosigned(
                entry: entry.sequence, size: body.size, cosignature: $0,
                isKnown: policy.map { [witness = $0.key] in Self.counts(witness, of: key, by: $0) } ?? false)
        }
    }

    /// Whether a policy knows the witness and accepts the log.
    private static func counts(_ witness: CosignerKey, of log: VerifierKey, by policy: WitnessPolicy) -> Bool {
        policy.accepts(log) && policy.witnesses.contains { $0.key == witness }
    }

    /// The largest number of entries, from the first, that enough witnesses vouch for. A witness that cosigned a checkpoint
    /// vouches for every smaller tree in it, too, so witnesses need not have cosigned the same checkpoint.
    private func witnessedSize(_ cosigned: [WitnessReport.Cosigned], _ policy: WitnessPolicy) -> Int? {
        guard policy.quorum != .nobody else {
            return log.keys.key(for: log.checkpoint.size).map(policy.accepts) == true ? log.checkpoint.size : nil
        }
        // The largest of each witness says all: so the work does not grow with the square of how often they were asked.
        var newest: [CosignerKey: Int] = [:]
        for one in cosigned {
            let witness = one.cosignature.key
            guard let key = log.keys.key(for: one.size), Self.counts(witness, of: key, by: policy) else { continue }
            newest[witness] = max(newest[witness] ?? 0, one.size)
        }
        return Set(newest.values).sorted(by: >).first { size in
            policy.quorum.isMet(by: Set(newest.filter { $0.value >= size }.keys))
        }
    }
}
