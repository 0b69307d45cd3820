import Control
import Custody
import Ledger
import SafeText
import TransparencyLog

// Witnesses. The daemon has no network: it hands out requests and takes in answers.
extension Station {
    /// The witnesses of the configuration, with what the ledger says they cosigned last.
    public func witnesses() async throws -> [WitnessView] {
        try await ledger.read { [configured = configuration.witnesses] reader in
            try configured.map { witness in
                let last = try reader.newestCosigned(by: witness.key)
                return WitnessView(
                    id: witness.id, name: witness.key.name.name, key: witness.key.text, url: witness.url,
                    cosignedSize: last?.size ?? 0, cosignedAt: last?.time, entry: last?.entry)
            }
        }
    }

    /// The body of a request to a witness (c2sp.org/tlog-witness): the newest checkpoint, and the proof that it continues the
    /// one that the witness cosigned last.
    ///
    /// - Parameter oldSize: the size that the witness knows; nil takes what the ledger says.
    /// - Throws: `WitnessRequestError.witnessAhead` where the ledger is smaller than that.
    public func witnessRequest(to id: String, oldSize: Int?) async throws -> WitnessRequest {
        let witness = try witness(id)
        return try await ledger.read { reader in
            let size = try reader.size()
            let old = try oldSize ?? reader.newestCosigned(by: witness.key)?.size ?? 0
            guard old <= size else { throw WitnessRequestError.witnessAhead(known: old, size: size) }
            guard let note = try reader.checkpoint() else { throw StationError.unknownEntry(0) }
            let proof = try ConsistencyProof(oldSize: old, newSize: size) { try reader.node($0) }
            return WitnessRequest(oldSize: old, path: proof.path, checkpoint: note)
        }
    }

    /// Records a checkpoint of this ledger with the cosignature of a witness.
    public func addCosignature(of id: String, _ bytes: [UInt8], by peer: Peer) async throws -> RecordedView {
        let witness = try witness(id)
        let (checkpoint, note, times) = try await ledger.read { reader in try reader.cosigned(bytes, by: witness.key) }
        let encoded = Array(note.encoded.utf8)
        let sha256 = try await onThread("fc-blob") { [blobs = ledger.blobs] in try blobs.add(encoded) }
        let body = CheckpointCosigned(
            size: checkpoint.size, root: checkpoint.root.base64, cosigners: times.map { .init(key: witness.key.text, time: $0) })
        let attachment = Attachment(sha256: sha256, size: encoded.count, name: "checkpoint", type: .cosignedCheckpoint)
        let appended = try await append { _ in
            EntryDraft(
                .checkpointCosigned(body), about: [.station, .witness(witness.key.text)], attachments: [attachment],
                by: peer.actor)
        }
        return RecordedView(entry: appended.entry, checkpoint: appended.checkpoint.encoded)
    }

    /// Records that a witness knows another history than this ledger's.
    public func addDispute(of id: String, _ request: DisputeRequest, by peer: Peer) async throws -> RecordedView {
        let witness = try witness(id)
        let body = WitnessDisputed(
            witness: witness.key.text, knownSize: request.knownSize, size: request.size,
            answer: try FieldText.foreignLine(
                String(request.answer.printable.prefix(FieldText.lengthLimit / 4)), field: "answer"))
        logger.error(
            "a witness knows another history of this ledger",
            metadata: ["witness": "\(witness.key.name)", "size": "\(request.size)"])
        let appended = try await append { _ in
            EntryDraft(.witnessDisputed(body), about: [.station, .witness(witness.key.text)], by: peer.actor)
        }
        return RecordedView(entry: appended.entry, checkpoint: appended.checkpoint.encoded)
    }

    /// The configured policy, for an entry's attachments.
    func policyAttachments() async throws -> [Attachment] {
        guard let policy = configuration.witnessPolicy else { return [] }
        let sha256 = try await onThread("fc-blob") { [blobs = ledger.blobs] in try blobs.add(policy) }
        return [Attachment(sha256: sha256, size: policy.count, name: "policy", type: .witnessPolicy)]
    }

    private func witness(_ id: String) throws(WitnessRequestError) -> ConfiguredWitness {
        guard let witness = configuration.witnesses.first(where: { $0.id == id }) else { throw .unknownWitness(id) }
        return witness
    }
}

extension LedgerReader {
    /// The largest checkpoint that a witness cosigned, as the ledger records it, and the newest time of that.
    fileprivate func newestCosigned(by key: CosignerKey) throws -> (size: Int, time: Int, entry: Int)? {
        try entries(about: .witness(key.text)).compactMap { entry -> (size: Int, time: Int, entry: Int)? in
            guard case .checkpointCosigned(let body) = entry.act else { return nil }
            return body.cosigners.filter { $0.key == key.text }.map(\.time).max().map { (body.size, $0, entry.sequence) }
        }.max { ($0.size, $0.time) < ($1.size, $1.time) }
    }

    /// Reads a cosigned checkpoint and compares it with this ledger's own of that size.
    ///
    /// - Returns: the checkpoint, the ledger's own note with the cosignatures of this witness, and their times.
    /// - Throws: `WitnessRequestError.badCosignature`.
    fileprivate func cosigned(_ bytes: [UInt8], by key: CosignerKey) throws -> (Checkpoint, SignedNote, [Int]) {
        do {
            let note = try SignedNote(parsing: bytes)
            let checkpoint = try Checkpoint(parsing: note.text)
            guard let own = try self.checkpoint(size: checkpoint.size), own.text.utf8.elementsEqual(note.text.utf8) else {
                throw LogError.unproved("it is over another checkpoint than those of this ledger")
            }
            let cosignatures = try note.cosignatures(by: [key])
            guard !cosignatures.isEmpty else { throw LogError.unproved("the witness has not signed it") }
            return (checkpoint, try own.adding(cosignatures.map(\.line)), cosignatures.map(\.time))
        } catch let error as LogError {
            throw WitnessRequestError.badCosignature(error.description)
        }
    }
}
