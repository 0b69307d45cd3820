import Custody
import Integrity
import SafeText
import TransparencyLog

/// What stands in a slot for a person's signature, and what a reader can make of it.
public struct SignatureFinding: Sendable {
    /// Position of the entry that holds it.
    public let entry: Int
    /// What the station recorded.
    public let slot: ActSigned
    /// Kind of the act that is signed; nil where its entry is left out.
    public let act: Act.Kind?
    /// Whose signatures they are, as the signature itself says; computed again, not taken from the record.
    public let signers: [String]
    /// Whether the reader trusts the signers; `notChecked` for a sheet and a reason, too.
    public let trust: SignerTrust.Finding
    /// When the signature was there for the question of trust, in seconds since 1970.
    public let judgedAt: Int
    /// Whether that time is proved from outside, or only claimed by the station.
    public let timeIsProved: Bool
    /// A time at which a signer claims to have signed, in seconds since 1970, that lies before what is proved of the signed
    /// entry or after what is proved of the signature; nil where none does. The signer's clock was wrong, or the signature is
    /// not what it seems: people must judge.
    public let impossibleTime: Int?

    /// Whether signature, or the reader's list of keys, has the name that stands in the slot. Whether two names are one person's,
    /// people must judge.
    public var namesItsPerson: Bool { trust.names(slot.person, signers) }
}

extension SignerTrust.Finding {
    /// Whether a name stands in what signers say of themselves, or in what they were found by.
    func names(_ person: String, _ signers: [String]) -> Bool {
        let found: [String] = if case .trusted(let by) = self { by } else { [] }
        return (signers + found).contains { $0.contains(person) }
    }
}

/// Checks the signatures of people in a bundle.
struct SignatureCheck {
    let log: BundleLog
    let trust: SignerTrust

    init(log: BundleLog, trust: AuditorTrust) throws(BundleError) {
        self.log = log
        let roots: TrustRoots?
        let allowed: AllowedSigners?
        do throws(CertificateError) {
            if let pem = trust.signerRoots { roots = try TrustRoots(pem: pem) } else { roots = nil }
        } catch {
            throw .altered(place: "--roots", reason: error.description.printable)
        }
        do throws(AllowedSigners.Failure) {
            if let file = trust.allowedSigners { allowed = try AllowedSigners(file) } else { allowed = nil }
        } catch {
            throw .altered(place: "--allowed-signers", reason: error.description.printable)
        }
        self.trust = SignerTrust(roots: roots, allowed: allowed)
    }

    /// Checks one entry.
    ///
    /// - Parameter proved: what is proved about the times of entries.
    /// - Throws: `BundleError.altered`, naming the entry, where statement or signature does not fit.
    func check(_ entry: Entry, _ slot: ActSigned, proved: ProvedTimes) throws(BundleError) -> SignatureFinding {
        let interval = proved[entry.sequence]
        let place = "entry \(entry.sequence)"
        guard slot.entry >= 0, slot.entry < entry.sequence else {
            throw .altered(place: place, reason: "signs an entry that did not stand before it")
        }
        let signed = log.withheld[slot.entry] == nil ? try log.entry(slot.entry) : nil
        guard signed?.act.kind.canBeSigned ?? true else {
            throw .altered(place: place, reason: "signs what is no act of people")
        }
        let time = Self.time(of: entry, in: interval)
        var signers: [String] = []
        var finding = SignerTrust.Finding.notChecked
        var impossible: Int?
        if let format = slot.manner.format {
            let statement = try log.attachment(.statement, of: entry)
            guard try fits(statement, signed, slot) else {
                throw .altered(place: place, reason: "its statement is not that of entry \(slot.entry)")
            }
            let signature = try verified(entry, format, statement, place)
            signers = signature.signers.map(\.name)
            guard signers == slot.signers else { throw .altered(place: place, reason: "names other signers than its signature") }
            finding = judge(signature, at: time, isProved: interval.notAfter != nil)
            // The statement names the root with the signed entry in it: nobody could sign it before that entry was there.
            let possible = ProvedTimes.Interval(notBefore: proved[slot.entry].notBefore, notAfter: interval.notAfter)
            impossible = signature.claimedTimes.first { !possible.allowsClock($0) }
        } else if slot.manner == .sheet {
            guard slot.signers.isEmpty else { throw .altered(place: place, reason: "names signers without a signature") }
            guard entry.draft.attachments.map(\.type) == [.signedSheet] else {
                throw .altered(place: place, reason: "has no scan of a signed sheet")
            }
        } else {
            guard slot.signers.isEmpty else { throw .altered(place: place, reason: "names signers without a signature") }
            guard let reason = slot.reason, !reason.isEmpty, entry.draft.attachments.isEmpty else {
                throw .altered(place: place, reason: "gives no reason why there is no signature")
            }
        }
        return SignatureFinding(
            entry: entry.sequence, slot: slot, act: signed?.act.kind, signers: signers, trust: finding, judgedAt: time,
            timeIsProved: interval.notAfter != nil, impossibleTime: impossible)
    }

    /// The moment at which a signer's certificate must be good, in seconds since 1970: when the entry stood at the latest, as
    /// proved; else when the station claims, but never before what is proved.
    static func time(of entry: Entry, in interval: ProvedTimes.Interval) -> Int {
        (interval.notAfter?.latest ?? max(entry.time.microseconds, interval.notBefore?.earliest ?? .min)) / 1_000_000
    }

    /// What the reader makes of a signature. A reader who brought something to judge signers by trusts nobody whom he cannot
    /// judge: else a station could evade his roots with a signature of another format.
    func judge(_ signature: PersonSignature, at time: Int, isProved: Bool) -> SignerTrust.Finding {
        let finding = trust.judge(signature, at: time, isProved: isProved)
        guard finding == .notChecked, trust.roots != nil || trust.allowed != nil else { return finding }
        return .notTrusted(
            trust.roots == nil ? "you brought no roots for certificates" : "you brought no list of SSH keys")
    }

    /// Whether a statement is that of the signed entry; of one that is left out, as far as its place and its hash go.
    private func fits(_ statement: [UInt8], _ signed: Entry?, _ slot: ActSigned) throws(BundleError) -> Bool {
        guard let root = try log.root(at: slot.entry + 1) else {
            throw .altered(place: "entry \(slot.entry)", reason: "has no root after it")
        }
        let leaf = Hex.encode(try log.leaf(slot.entry).bytes)
        guard let signed else {
            return SigningStatement.canBe(
                String(decoding: statement, as: UTF8.self), origin: log.checkpoint.origin.name, sequence: slot.entry, leaf: leaf,
                root: root.base64, role: slot.role, person: slot.person)
        }
        let expected = SigningStatement(
            origin: log.checkpoint.origin.name, entry: signed, leaf: leaf, root: root.base64, role: slot.role,
            person: slot.person)
        return Array(expected.text.utf8) == statement
    }

    private func verified(_ entry: Entry, _ format: PersonSignature.Format, _ statement: [UInt8], _ place: String)
        throws(BundleError) -> PersonSignature
    {
        let bytes = try log.attachment(.signature, of: entry)
        let file: [UInt8]? =
            entry.draft.attachments.contains { $0.type == .certificate } ? try log.attachment(.certificate, of: entry) : nil
        let certificates: [Certificate]
        do throws(CertificateError) {
            if let file { certificates = try Certificate.read(file) } else { certificates = [] }
        } catch {
            throw .altered(place: place, reason: error.description.printable)
        }
        do throws(SignatureError) {
            return try PersonSignature(bytes, format, over: statement, with: certificates)
        } catch {
            throw .altered(place: place, reason: error.description.printable)
        }
    }
}
