/// Who was responsible for an exhibit, where it was and in what state, at every moment since it is one (R32.1, R35.place): a
/// fold over its entries. What breaks the chain is found here, and judged in the review.
public struct CustodyTimeline: Sendable, Equatable, Codable {
    /// A time in which nothing changed.
    public struct Period: Sendable, Equatable, Codable {
        /// From when, as the act claims or the station recorded it.
        public let since: Timestamp
        /// Until when; nil for the present.
        public fileprivate(set) var until: Timestamp?
        /// Position of the entry that began it.
        public let entry: Int
        /// Who was responsible; nil where nobody is named.
        public let custodian: String?
        /// Where it was; nil where that is not known.
        public let location: String?
        /// In what state.
        public let state: MediumState
        /// Number of the seal that it carried.
        public let seal: String?
    }

    /// An image file of the exhibit.
    public struct Image: Sendable, Equatable, Codable {
        /// Path on the station.
        public let image: String
        /// Position of the entry that records it.
        public let entry: Int
        /// What was known of it, since when, and from which entry.
        public fileprivate(set) var periods: [ImagePeriod]
    }

    /// A time in which the same was known of an image file.
    public struct ImagePeriod: Sendable, Equatable, Codable {
        /// From when.
        public let since: Timestamp
        /// Position of the entry.
        public let entry: Int
        /// Who had the file made or read back: the person, else the user.
        public let custodian: String
        /// Made, read back as recorded, or read back otherwise: `imaged`, `verified`, `imageDiffers`.
        public let state: MediumState
    }

    /// What is wrong in the chain.
    public struct Break: Sendable, Equatable, Codable {
        /// Kinds of break.
        public enum Kind: String, Sendable, Codable, CaseIterable {
            /// For a time nobody is named who had it.
            case gap
            /// An act claims a time before the act that it follows: two people had it at once.
            case overlap
            /// A seal changed hands or places and nobody looked at it.
            case uncheckedSeal = "unchecked-seal"
            /// A seal was found broken or missing, or another in its place (R31.1).
            case badSeal = "bad-seal"
            /// It was at a port while the record says that it was sealed or elsewhere.
            case elsewhere
        }

        /// What kind.
        public let kind: Kind
        /// Position of the entry that shows it.
        public let entry: Int
        /// From when to when.
        public let since, until: Timestamp?
    }

    /// The periods in order; without a hole: each ends where the next begins.
    public private(set) var periods: [Period] = []
    /// The image files, oldest first.
    public private(set) var images: [Image] = []
    /// What is wrong, in order.
    public private(set) var breaks: [Break] = []

    private init() {}

    /// Folds the entries about an exhibit, and those about its medium; others are left out.
    public init(_ entries: [Entry]) {
        var folding = Folding()
        for entry in entries { folding.add(entry) }
        self = folding.timeline
    }

    /// The chain as far as the entries have come.
    public struct Folding: Sendable {
        /// What follows from the entries so far.
        public private(set) var timeline = CustodyTimeline()
        private var record: ExhibitRecord?

        /// Before the first entry.
        public init() {}

        /// Takes the next entry about the exhibit or its medium.
        public mutating func add(_ entry: Entry) {
            let before = record
            if record == nil {
                record = ExhibitRecord([entry])
            } else {
                record?.apply(entry)
            }
            if let record { timeline.add(entry, record, before) }
        }
    }

    private mutating func add(_ entry: Entry, _ record: ExhibitRecord, _ before: ExhibitRecord?) {
        note(entry, before)
        addImage(entry)
        guard record.standsOtherwise(than: before) else { return }
        var since = entry.act.circumstances?.time ?? entry.time
        if let last = periods.last {
            if since < last.since {
                breaks.append(Break(kind: .overlap, entry: entry.sequence, since: since, until: last.since))
                since = last.since
            }
            if last.state == .inTransit, last.custodian == nil, since > last.since {
                breaks.append(Break(kind: .gap, entry: entry.sequence, since: last.since, until: since))
            }
            periods[periods.count - 1].until = since
        }
        let moving = record.state == .inTransit
        periods.append(
            Period(
                since: since, until: nil, entry: entry.sequence,
                custodian: moving ? record.offer?.carrier : record.custodian, location: moving ? nil : record.location,
                state: record.state, seal: record.seal))
    }

    /// What an act says about the seal, and whether it should have said more.
    private mutating func note(_ entry: Entry, _ before: ExhibitRecord?) {
        let sealed = before?.seal != nil
        let condition: MediumUnsealed.Condition?
        var isOther = false
        switch entry.act {
        case .mediumUnsealed(let body): condition = body.condition
        case .sealChecked(let body):
            condition = body.condition
            isOther = before?.seal.map { !$0.utf8.elementsEqual(body.number.utf8) } ?? false
        case .mediumTransferred(let body): condition = body.seal
        case .mediumMoved(let body): condition = body.seal
        case .handoverOffered(let body): condition = body.seal
        case .handoverReceived(let body): condition = body.seal
        case .handoverWithdrawn(let body): condition = body.seal
        case .mediumArchived(let body): condition = body.seal
        case .sealedMediumAttached:
            breaks.append(Break(kind: .elsewhere, entry: entry.sequence, since: entry.time, until: nil))
            return
        case .mediumAttached where before?.offer != nil || before?.state == .returned:
            breaks.append(Break(kind: .elsewhere, entry: entry.sequence, since: entry.time, until: nil))
            return
        default: return
        }
        if sealed, condition == nil {
            breaks.append(Break(kind: .uncheckedSeal, entry: entry.sequence, since: entry.time, until: nil))
        } else if let condition, condition != .intact || isOther {
            breaks.append(Break(kind: .badSeal, entry: entry.sequence, since: entry.time, until: nil))
        }
    }

    private mutating func addImage(_ entry: Entry) {
        let actor = entry.draft.actor.person ?? entry.draft.actor.user
        switch entry.act {
        case .acquisitionFinished(let body):
            let copies = (body.copies ?? []).filter { $0.problem == nil && $0.image != body.image }.map(\.image)
            for path in [body.image] + copies { begin(path, entry, since: body.finishedAt, actor, .imaged) }
        case .imageCopied(let body) where body.matches:
            // It was read back.
            begin(body.to.path, entry, since: body.finishedAt, actor, .verified)
        case .imageVerified(let body):
            for index in images.indices where images[index].image == body.image {
                images[index].periods.append(
                    .init(
                        since: body.finishedAt, entry: entry.sequence, custodian: actor,
                        state: body.matches ? .verified : .imageDiffers))
            }
        default: break
        }
    }

    private mutating func begin(
        _ path: String, _ entry: Entry, since: Timestamp, _ custodian: String, _ state: MediumState
    ) {
        let period = ImagePeriod(since: since, entry: entry.sequence, custodian: custodian, state: state)
        images.append(Image(image: path, entry: entry.sequence, periods: [period]))
    }
}

extension ExhibitRecord {
    /// Whether custodian, place, state or seal differ.
    fileprivate func standsOtherwise(than before: ExhibitRecord?) -> Bool {
        guard let before else { return true }
        return before.custodian != custodian || before.location != location || before.state != state || before.seal != seal
            || before.offer != offer
    }
}

extension Act {
    /// The circumstances of an act of people; nil where it has none.
    public var circumstances: Circumstances? {
        switch self {
        case .mediumRegistered(let body): body.circumstances
        case .mediumSealed(let body): body.circumstances
        case .mediumUnsealed(let body): body.circumstances
        case .mediumTransferred(let body): body.circumstances
        default: (body as? any RecordedAct)?.circumstances
        }
    }
}
