import Custody
import Integrity
import TransparencyLog

/// Checks the time-stamps that stand in a bundle's record.
struct TimeCheck {
    private let log: BundleLog
    private let roots: TrustRoots?

    /// - Parameter roots: the reader's, in PEM; nil where he brought none.
    /// - Throws: `BundleError.altered` where they are no certificates.
    init(log: BundleLog, roots: [UInt8]?) throws(BundleError) {
        self.log = log
        do throws(CertificateError) {
            self.roots = if let roots { try TrustRoots(pem: roots) } else { nil }
        } catch {
            throw .altered(place: "--time-roots", reason: error.description)
        }
    }

    /// Checks every time-stamp among the entries. One that does not verify is an error; one whose authority the reader does not
    /// trust is told.
    func check(_ evidence: [Entry]) throws(BundleError) -> [TimeReport.Stamp] {
        var stamps: [TimeReport.Stamp] = []
        for entry in evidence {
            guard case .checkpointTimestamped(let body) = entry.act else { continue }
            let token = try verify(body, of: entry)
            stamps.append(TimeReport.Stamp(entry: entry.sequence, body: body, trust: trust(in: token)))
        }
        return stamps
    }

    private func verify(_ body: CheckpointTimestamped, of entry: Entry) throws(BundleError) -> TimestampToken {
        let place = "entry \(entry.sequence)"
        let note = try log.attachment(.checkpoint, of: entry)
        let answer = try log.attachment(.timestamp, of: entry)
        let checkpoint = try checkpoint(note, place)
        guard checkpoint.size == body.size, checkpoint.size <= entry.sequence, checkpoint.root.base64 == body.root,
            try log.root(at: checkpoint.size) == checkpoint.root
        else { throw .altered(place: place, reason: "the checkpoint that was time-stamped is none of this ledger") }
        do throws(TimestampError) {
            let response = try TimestampResponse(parsing: answer)
            try response.verify(over: note, nonce: nil)
            guard CheckpointTimestamped(size: body.size, root: body.root, token: response.token) == body else {
                throw TimestampError.malformed(what: "the entry", reason: "it does not say what its time-stamp says")
            }
            return response.token
        } catch {
            throw .altered(place: place, reason: error.description)
        }
    }

    private func checkpoint(_ note: [UInt8], _ place: String) throws(BundleError) -> Checkpoint {
        do throws(LogError) {
            let signed = try SignedNote(parsing: note)
            guard let key = log.keys.key(for: try Checkpoint(parsing: signed.text).size) else {
                throw LogError.unproved("no key of the station signed checkpoints of that size")
            }
            return try Checkpoint(verifying: signed, key: key)
        } catch {
            throw .altered(place: place, reason: error.description)
        }
    }

    private func trust(in token: TimestampToken) -> TimeReport.Trust {
        guard let roots else { return .unchecked }
        do throws(CertificateError) {
            try token.chain(to: roots)
            return .trusted
        } catch {
            return .untrusted(error.description)
        }
    }
}
