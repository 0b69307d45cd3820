import Custody
import DurableFiles
import Glibc
import Integrity
import SystemPackage
import TransparencyLog

/// Checks a bundle against its checkpoint and the checkpoint against a key. Reads some tiles at a time.
public struct BundleVerifier {
    private let folder: BundleFolder

    /// Names a bundle.
    public init(folder: FilePath) { self.folder = BundleFolder(folder) }

    /// Checks every byte but those of the guides.
    ///
    /// - Parameter trust: what the reader trusts; without a key the bundle's own is used, which proves only that the bundle
    ///   agrees with itself.
    /// - Parameter look: sees every entry in its order. What it sees is proved only where nothing is thrown.
    /// - Throws: `BundleError.altered` with the first fault.
    public func verify(trusting trust: AuditorTrust, look: (Entry) -> Void = { _ in }) throws(BundleError) -> BundleReport {
        let own = try ownKey()
        let bytes = try folder.contents(BundleLayout.checkpoint, SignedNote.byteLimit)
        let note = try at(BundleLayout.checkpoint) { () throws(LogError) in try SignedNote(parsing: bytes) }
        let checkpoint = try at(BundleLayout.checkpoint) { () throws(LogError) in try Checkpoint(verifying: note, key: own) }
        var report = BundleReport(checkpoint: checkpoint, key: own, keyWasGiven: trust.key != nil)
        report.signersWereAskedFor = trust.signerRoots != nil || trust.allowedSigners != nil
        report.time.wasAskedFor = trust.timeRoots != nil
        try checkSize(checkpoint.size)
        var evidence: [Entry] = []
        var record = KeyRecord()
        let attachments = try checkEntries(checkpoint, &report, &evidence, &record, look)
        var keys = try at(BundleLayout.verifierKey) { () throws(LogError) in
            try StationKeys(
                record, endingWith: own, given: trust.key, checkpoint: note, receipts: trust.receipts.compactMap(\.proof))
        }
        try report.edition.check()
        try checkAttachments(attachments, &report)
        let log = BundleLog(
            folder: folder, checkpoint: checkpoint, keys: keys.history, withheld: report.edition.roots)
        try check(evidence, in: log, trust, &report)
        let revocations = record.revocations.map { Revocation(key: $0.key, since: $0.since) } + trust.revocations
        for receipt in trust.receipts {
            report.receipts.append(try ReceiptCheck(log: log, trail: keys.trail, revocations: revocations).check(receipt))
        }
        keys.revoked = RevokedRange.find(
            revocations, in: keys.history, size: checkpoint.size, given: trust.key, times: report.externalTimes)
        keys.strangers = trust.revocations.compactMap(\.key).filter { key in !keys.history.keys.contains { $0.key == key } }
        report.keys = keys
        report.otherSignatures = note.signatures.count { line in
            let checked =
                keys.history.signers(of: checkpoint.size).map { ($0.origin, $0.keyID) }
                + (keys.second.map { [($0.origin, $0.keyID)] } ?? [])
            return !checked.contains { $0.0.name == line.name && $0.1 == line.keyID }
        }
        report.uncovered = try findOthers(size: checkpoint.size)
        return report
    }

    /// What came from outside the station and stands in the record.
    private func check(_ evidence: [Entry], in log: BundleLog, _ trust: AuditorTrust, _ report: inout BundleReport)
        throws(BundleError)
    {
        report.time.stamps = try TimeCheck(log: log, roots: trust.timeRoots).check(evidence)
        report.witnesses = try CosignatureCheck(log: log, policy: trust.witnessPolicy).check(evidence)
        report.externalTimes = report.time.times + report.witnesses.times
        report.time.conclude(from: report.externalTimes)
        let signatures = try SignatureCheck(log: log, trust: trust)
        let certificates = CertificateFileCheck(log: log, trust: signatures.trust, absent: Set(report.edition.absentFiles))
        for entry in evidence {
            switch entry.act {
            case .ledgerRestored(let body):
                report.ledgerRestorations.append(
                    try LedgerRestorationCheck.check(body, entry, with: signatures, in: report.time.proved[entry.sequence]))
            case .actSigned(let slot):
                report.signatures.append(try signatures.check(entry, slot, proved: report.time.proved))
            default:
                let time = SignatureCheck.time(of: entry, in: report.time.proved[entry.sequence])
                if let found = try certificates.check(entry, at: time) { report.certificates.append(found) }
            }
        }
    }

    private func ownKey() throws(BundleError) -> VerifierKey {
        let bytes = try folder.contents(BundleLayout.verifierKey, 4096)
        return try at(BundleLayout.verifierKey) { () throws(LogError) in
            guard let text = String(validating: bytes, as: UTF8.self), text.utf8.last == 0x0A else {
                throw LogError.malformed("is not one line")
            }
            let key = try VerifierKey(parsing: text.dropLast())
            guard Array((key.text + "\n").utf8) == bytes else { throw LogError.malformed("is not in its only spelling") }
            return key
        }
    }

    /// A checkpoint may claim any size; the tiles must be there before their list is made.
    private func checkSize(_ size: Int) throws(BundleError) {
        guard size > 0 else { throw .altered(place: BundleLayout.checkpoint, reason: "the log is empty") }
        let last = Tile(.entries, index: (size - 1) / Tile.fullWidth, width: (size - 1) % Tile.fullWidth + 1)
        guard try isThere(last.path) else { throw .altered(place: last.path, reason: "is missing") }
    }

    private func isThere(_ name: String) throws(BundleError) -> Bool {
        do throws(FileError) {
            return try exists(folder.path.appending(name))
        } catch {
            throw .file(error)
        }
    }

    private func checkEntries(
        _ checkpoint: Checkpoint, _ report: inout BundleReport, _ evidence: inout [Entry], _ keys: inout KeyRecord,
        _ look: (Entry) -> Void
    ) throws(BundleError) -> [String: Int] {
        var rows = TileRows()
        var attachments: [String: Int] = [:]
        let frontier = try EntryTiles(folder: folder, size: checkpoint.size).forEach {
            (tile, roots, completed) throws(BundleError) in
            var roots = roots[...]
            for (offset, (entry, _)) in tile.entries.enumerated() {
                guard let entry else {
                    if let root = roots.popFirst() { report.leaveOut(tile.start + offset, root: root) }
                    continue
                }
                report.add(entry)
                look(entry)
                do throws(LogError) {
                    try keys.add(entry)
                } catch {
                    throw .altered(place: "\(tile.tile.path) entry \(entry.sequence)", reason: error.description)
                }
                if entry.act.kind.isEvidence || entry.draft.attachments.contains(where: { $0.type == .witnessPolicy }) {
                    evidence.append(entry)
                }
                for attachment in entry.draft.attachments {
                    guard
                        attachments.updateValue(attachment.size, forKey: attachment.sha256) ?? attachment.size == attachment.size
                    else { throw .altered(place: tile.tile.path, reason: "two entries name one attachment with two sizes") }
                }
            }
            rows.add(completed)
            for full in rows.takeFull() { try compare(full) }
        }
        for rest in rows.takeRest() { try compare(rest) }
        guard frontier.root == checkpoint.root else {
            throw .altered(place: BundleLayout.tiles, reason: "the entries do not lead to the checkpoint's root")
        }
        return attachments
    }

    private func compare(_ row: TileRows.Finished) throws(BundleError) {
        let bytes = try folder.contents(row.tile.path, Tile.fullWidth * LogHash.byteCount)
        guard bytes == Tile.encode(row.hashes) else {
            throw .altered(place: row.tile.path, reason: "does not fit the entries")
        }
    }

    private func checkAttachments(_ attachments: [String: Int], _ report: inout BundleReport) throws(BundleError) {
        let mayBeAbsent = report.edition.filesLeftOut
        for (sha256, size) in attachments.sorted(by: { $0.key < $1.key }) {
            guard Digest(.sha256, hex: sha256) != nil else {
                throw .altered(place: BundleLayout.tiles, reason: "an entry names an attachment by something that is no digest")
            }
            let place = "\(BundleLayout.blobs)/\(sha256)"
            if mayBeAbsent.contains(sha256), try !isThere(place) {
                report.edition.absentFiles.append(sha256)
                continue
            }
            report.attachments += 1
            let bytes = try folder.contents(place, Attachment.byteLimit)
            guard bytes.count == size, Hex.encode(SHA256.digest(bytes)) == sha256 else {
                throw .altered(place: place, reason: "is not what its name says")
            }
        }
        guard (try? exists(folder.path.appending(BundleLayout.blobs))) ?? true else { return }
        for name in try folder.list(BundleLayout.blobs) where attachments[name] == nil {
            throw .altered(place: "\(BundleLayout.blobs)/\(name)", reason: "belongs to no entry")
        }
    }

    /// Under `tile/` only the tiles of this size may stand; elsewhere a stranger's file is named, not refused.
    private func findOthers(size: Int) throws(BundleError) -> [String] {
        let expected = Set(Tile.all(size: size).map(\.path))
        try checkFolder(BundleLayout.tiles, expected)
        let known = [BundleLayout.checkpoint, BundleLayout.verifierKey, BundleLayout.blobs, BundleLayout.tiles]
        return try folder.list("").filter { !known.contains($0) }
    }

    private func checkFolder(_ path: String, _ expected: Set<String>) throws(BundleError) {
        for name in try folder.list(path) {
            let child = "\(path)/\(name)"
            if expected.contains(child) { continue }
            guard expected.contains(where: { $0.hasPrefix(child + "/") }) else {
                throw .altered(place: child, reason: "belongs to no log of this size")
            }
            try checkFolder(child, expected)
        }
    }

    private func at<Value>(_ place: String, _ check: () throws(LogError) -> Value) throws(BundleError) -> Value {
        do throws(LogError) {
            return try check()
        } catch {
            throw .altered(place: place, reason: error.description)
        }
    }
}
