import Control
import Custody
import Integrity
import Ledger
import TransparencyLog

// Time from outside: requests for time-stamps are handed out, answers taken in. The daemon itself asks nobody.
extension Station {
    /// Hands out the request for a time-stamp over a signed checkpoint. Asked again, it is the same request.
    ///
    /// - Throws: `TimestampRefusal`, `LedgerError`.
    public func timestampRequest(_ body: TimestampRequestBody) async throws -> TimestampRequestView {
        let algorithm = DigestAlgorithm(rawValue: body.imprint)
        guard let algorithm, TimestampRequest.imprints.contains(algorithm) else {
            throw TimestampRefusal.unknownImprint(body.imprint)
        }
        guard let note = try await ledger.read({ try $0.checkpoint(size: body.size) }) else {
            throw TimestampRefusal.unknownCheckpoint(body.size ?? 0)
        }
        let size = try Checkpoint(parsing: note.text).size
        let request = try await onThread("fc-timestamp") { [requests = ledger.requests] in
            try requests.request(size: size, over: Array(note.encoded.utf8), imprint: algorithm)
        }
        return TimestampRequestView(size: size, imprint: algorithm, note: note.encoded, request: Base64.encode(request.der))
    }

    /// Takes in an authority's answer: it is to a request of ours, its nonce is the request's, and it is well signed. Whether
    /// the authority is to be trusted is not asked here.
    ///
    /// - Parameter answer: a TimeStampResp in DER.
    /// - Throws: `TimestampError`, `TimestampRefusal`, `LedgerError`.
    public func addTimestamp(_ answer: [UInt8], by peer: Peer) async throws -> TimestampView {
        let response = try TimestampResponse(parsing: answer)
        let imprint = response.token.imprint
        let pending = try await onThread("fc-timestamp") { [requests = ledger.requests] in try requests.find(imprint) }
        guard let pending, let note = try await ledger.read({ try $0.checkpoint(size: pending.size) }) else {
            throw TimestampRefusal.unknownRequest
        }
        let bytes = Array(note.encoded.utf8)
        try response.verify(over: bytes, nonce: pending.request.nonce)
        let body = CheckpointTimestamped(
            size: pending.size, root: try Checkpoint(parsing: note.text).root.base64, token: response.token)
        let attachments = try await onThread("fc-blob") { [blobs = ledger.blobs] in
            [
                Attachment(sha256: try blobs.add(bytes), size: bytes.count, name: "checkpoint", type: .checkpoint),
                Attachment(sha256: try blobs.add(answer), size: answer.count, name: "timestamp.tsr", type: .timestamp),
            ]
        }
        let appended = try await append { reader in
            for entry in try reader.entries(about: .checkpoint(pending.size)) where entry.draft.attachments == attachments {
                throw TimestampRefusal.recorded(entry: entry.sequence)
            }
            return EntryDraft(
                .checkpointTimestamped(body), about: [.station, .checkpoint(pending.size)], attachments: attachments,
                by: peer.actor)
        }
        return TimestampView(body, entry: appended.entry.sequence, checkpoint: appended.checkpoint.encoded)
    }
}
