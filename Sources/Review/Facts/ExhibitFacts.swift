import Custody
import Integrity

/// What the record says about an exhibit, put in order by subject.
struct ExhibitFacts: Sendable {
    /// What a person or the medium itself says it is (R34.1).
    struct Appearance: Sendable, Equatable {
        var make, model, capacity, serial, identification, owner: String?
    }

    /// Data of a running or locked device that were taken or not (R15.3).
    struct Taking: Sendable, Equatable {
        var taken: Bool
        var by: String?
        var reason: String?
    }

    /// How the medium was found, and whom it belongs to.
    struct Particulars: Sendable, Equatable {
        var kind: String?
        var source, owner, holder, user, basis: String?
        var networkable, running: Bool?
        var liveData, credentials, networkData: Taking?
    }

    struct Sealing: Sendable {
        var act: ActFacts
        var number: String
    }

    /// Somebody looked at a seal, or should have.
    struct SealCheck: Sendable {
        enum Occasion: Sendable { case unsealing, handover, check, move }
        var entry: Int
        var occasion: Occasion
        /// What the record says the medium carried.
        var expected: String?
        /// The number as it was read.
        var read: String?
        /// How it was found; nil: nothing is said.
        var condition: MediumUnsealed.Condition?
    }

    /// A place at which the chain of custody does not hold.
    struct Break: Sendable {
        var entry: Int
        var what: Words
        /// Whether nobody is named who had it up to this entry.
        var isGap = false
    }

    struct Keeping: Sendable {
        var entry: Int
        var time: Timestamp
        var custodian: String
        var location: String
    }

    struct Handover: Sendable {
        var act: ActFacts
        var received: ActFacts?
        var contents: String?
        /// Whether one entry records both sides.
        var isOneEntry: Bool
    }

    struct Image: Sendable {
        var act: ActFacts
        /// Whether it was made elsewhere and taken in: the record does not have its making.
        var isImported = false
        var acquisition: String
        var path: String
        var bytes: Int
        var digests: [DigestAlgorithm]
        var hasBlockTree: Bool
        var digestSource: DigestSource
        var unreadableBytes: Int
        var listedBytes: Int
        var hasErrorMap: Bool
        var start: Start?
        /// Whether an image was what was recorded whenever it was read in whole or found to differ.
        var verifications: [(entry: Int, matches: Bool)] = []
        /// Of one from elsewhere: the last comparison with an image that was made here.
        var comparison: Comparison?
        /// Whether a value was computed that changes with every bit: a digest, or the root of the block tree.
        var hasIntegrityValue: Bool { !digests.isEmpty || hasBlockTree }
    }

    struct Start: Sendable {
        var entry: Int
        var capacity: Int
        var isComplete: Bool
    }

    struct Examination: Sendable {
        var begun: ActFacts
        var ended: ActFacts?
    }

    /// Two integrity values that were computed of what should be one thing: a copy, a conversion.
    struct Comparison: Sendable {
        var entry: Int
        /// Path of the copy.
        var path = ""
        var isSame: Bool?
    }

    /// A device that an image was written back to, as it read afterwards.
    struct Restored: Sendable {
        var entry: Int
        var target: RestorationTarget
        /// Whether it holds the image as that was recorded.
        var isSame: Bool
    }

    struct DataFile: Sendable, Equatable {
        var name: String
        var digests: DigestTable
    }

    /// Data without their medium (R27, R28).
    struct Data: Sendable {
        enum Way: String, Sendable { case onSite, online, frozen, requested }
        var act: ActFacts
        var way: Way
        var name, category, format: String?
        var from: ExhibitID?
        var source, access, tool, method, process, related: String?
        var files: [DataFile] = []
        // Of data that a provider delivered (O14).
        var request: String?
        var receiptSigned: Bool?
        var certificate: Certificate?
        /// Checks of the certificate, in their order.
        var checks: [Check] = []
    }

    /// What a check of a certificate found (O17).
    struct Check: Sendable {
        var entry: Int
        var signature, values, number, certificate: CertificateCheck.Result
        var problems: [String: String] = [:]
        /// What a person stated of the digital watermark, and why nobody did.
        var watermark: CertificateChecked.Watermark?
        var noWatermark: String?
    }

    struct Certificate: Sendable {
        var documentNumber, unit, protection: String?
        var isSealed: Bool?
        var files: [DataFile] = []
    }

    let id: ExhibitID
    var medium: MediumID?
    /// What the medium says about itself.
    var reported: Appearance?
    /// What people read off it, as corrected since.
    var label = Appearance()
    /// What they had read off it before anything was corrected; nil where nothing was.
    var uncorrectedLabel: Appearance?
    var particulars = Particulars()
    var registration: ActFacts?
    var seizure: ActFacts?
    var left: (act: ActFacts, reason: String)?
    /// When it was given back; who kept it until then is the last keeping.
    var returned: ActFacts?
    var isolations: [(entry: Int, measure: String)] = []
    var sealings: [Sealing] = []
    var unsealings: [ActFacts] = []
    var sealChecks: [SealCheck] = []
    var keepings: [Keeping] = []
    /// Where the chain of custody does not hold (R32.1).
    var breaks: [Break] = []
    var handovers: [Handover] = []
    var starts: [String: Start] = [:]
    /// The images, those from elsewhere included, oldest first.
    var images: [Image] = []
    /// What is on record of the image or copy at a path.
    var recorded: [String: AcquisitionFinished] = [:]
    var copies: [Comparison] = []
    /// Devices with a copy of an image, each as it was read last.
    var restored: [Restored] = []
    var conversions: [Comparison] = []
    var examinations: [Examination] = []
    var data: Data?
    /// Entries that count writes to the medium (R30.4).
    var writes: [Int] = []
    /// Entries where it was plugged in though it is recorded as sealed.
    var attachedSealed: [Int] = []
    /// Number of the seal that it carries now.
    var seal: String?

    init(id: ExhibitID) { self.id = id }

    /// The images of which the record has the making.
    var ownImages: [Image] { images.filter { !$0.isImported } }

    /// The act that brought it into the case.
    var origin: ActFacts? { seizure ?? left?.act ?? data?.act ?? registration }
    /// Whether it is a medium, and not data without one.
    var isMedium: Bool { registration != nil || seizure != nil || left != nil }

    /// Somebody hands it over, who should be its keeper.
    mutating func handOver(_ act: ActFacts, by name: String) {
        guard let last = keepings.last, !last.custodian.utf8.elementsEqual(name.utf8) else { return }
        let what = Words(
            "\(name) handed it over, but the custodian on record was \(last.custodian)",
            "由 \(name) 移交，但记录的保管人为 \(last.custodian)")
        breaks.append(Break(entry: act.entry, what: what))
    }

    /// Takes over where the chain of custody breaks; what seals have to do with it is another row.
    mutating func add(_ found: [CustodyTimeline.Break]) {
        let known = attachedSealed
        breaks += found.compactMap { found -> Break? in
            switch found.kind {
            case .gap:
                Break(entry: found.entry, what: Words("nobody is named who had it on the way", "移交途中的保管人未记录"), isGap: true)
            case .overlap:
                Break(
                    entry: found.entry,
                    what: Words("it is said to have happened before what it follows", "所述时间早于在先的行为，保管时间重叠"))
            case .elsewhere where !known.contains(found.entry):
                Break(entry: found.entry, what: Words("plugged in though it was on its way or given back", "移交途中或者发还后却被接入"))
            case .elsewhere, .uncheckedSeal, .badSeal: nil
            }
        }
    }

    /// A new keeper or place.
    mutating func keep(_ act: ActFacts, custodian: String, location: String) {
        keepings.append(Keeping(entry: act.entry, time: act.time, custodian: custodian, location: location))
    }
}
