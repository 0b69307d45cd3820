/// What the ledger says about an exhibit: its entries, folded in their order. The rules of what may follow what live here.
public struct ExhibitRecord: Sendable, Equatable {
    /// The exhibit's id.
    public let id: ExhibitID
    /// The registration from a port, which ties the exhibit to a medium; nil before it, and for data.
    public private(set) var registration: MediumRegistered?
    /// What a person recorded of the medium when it was seized or left where it was.
    public private(set) var particulars: MediumParticulars?
    /// Number of the seal that it carries; nil where it is not sealed.
    public private(set) var seal: String?
    /// Who has it: the custodian of the beginning, then whoever took it over (保管人).
    public private(set) var custodian: String
    /// Where it is kept (存放位置).
    public private(set) var location: String
    /// Id of the acquisition that runs; nil where none does.
    public private(set) var acquisition: String?
    /// Position of the entry that began the examination that is open; nil where none is.
    public private(set) var examination: Int?
    /// The hand-over that nobody has received yet.
    public private(set) var offer: Offer?
    /// What it is where it is not a medium in our hands.
    private var standing: MediumState?
    /// The finished images, oldest first.
    public private(set) var images: [ImageRecord] = []
    /// Copies of them, and images from elsewhere, oldest first: raw ones that match.
    public private(set) var copies: [ImageRecord] = []

    /// A finished image and what became of it.
    public struct ImageRecord: Sendable, Equatable {
        /// The making.
        public let made: AcquisitionFinished
        /// Position of the entry that records it.
        public let entry: Int
        /// The last verification; nil where there was none.
        public fileprivate(set) var verified: Bool?
    }

    /// A hand-over that is on its way.
    public struct Offer: Sendable, Equatable {
        /// Position of its entry.
        public let entry: Int
        /// Who handed over, who is to receive, who carries it.
        public let from, to: String
        /// Who carries it.
        public let carrier: String?
    }

    /// Reads the entries about one exhibit; nil where none of them makes it one.
    public init?(_ entries: [Entry]) {
        guard let beginning = entries.lazy.compactMap({ Self.beginning($0.act) }).first else { return nil }
        id = beginning.id
        custodian = beginning.custodian
        location = beginning.location
        for entry in entries { apply(entry) }
    }

    /// What makes an exhibit: a registration from a port, a seizure, a medium left in its place, data.
    private static func beginning(_ act: Act) -> (id: ExhibitID, custodian: String, location: String)? {
        switch act {
        case .mediumRegistered(let body): (body.exhibit, body.custodian, body.location)
        case .mediumSeized(let body): (body.exhibit, body.custodian, body.location)
        case .mediumLeft(let body): (body.exhibit, body.custodian, body.location)
        case .dataCollected(let body): (body.exhibit, body.custodian, body.location)
        case .dataReceived(let body): (body.exhibit, body.custodian, body.location)
        default: nil
        }
    }

    /// Takes in the next entry.
    mutating func apply(_ entry: Entry) {
        switch entry.act {
        case .mediumRegistered(let body):
            if registration == nil { registration = body }
            custodian = body.custodian
            location = body.location
        case .mediumSeized(let body): particulars = body.particulars
        case .mediumLeft(let body):
            particulars = body.particulars
            standing = .left
        case .dataCollected, .dataReceived: standing = .data
        case .mediumSealed(let body): seal = body.number
        case .mediumUnsealed: seal = nil
        case .mediumTransferred(let body):
            custodian = body.to
            location = body.location
            leaveArchive()
        case .mediumMoved(let body):
            location = body.location
            leaveArchive()
        case .handoverOffered(let body):
            offer = Offer(entry: entry.sequence, from: body.from, to: body.to, carrier: body.carrier)
            leaveArchive()
        case .handoverReceived(let body):
            offer = nil
            custodian = body.to
            location = body.location
        case .handoverWithdrawn: offer = nil
        case .examinationBegun: examination = entry.sequence
        case .examinationEnded: examination = nil
        case .mediumReturned(let body):
            standing = .returned
            custodian = body.to
        case .mediumArchived(let body):
            standing = .archived
            custodian = body.custodian
            location = body.location
        case .acquisitionStarted(let body): acquisition = body.acquisition
        case .acquisitionEnded: acquisition = nil
        case .acquisitionFinished(let body):
            acquisition = nil
            images.append(ImageRecord(made: body, entry: entry.sequence, verified: nil))
        case .imageVerified(let body):
            if body.isComplete || !body.matches {
                Self.note(body, in: &images)
                Self.note(body, in: &copies)
            }
        case .imageCopied(let body):
            if let image = body.image { copies.append(ImageRecord(made: image, entry: entry.sequence, verified: nil)) }
        default: break
        }
    }

    private mutating func leaveArchive() {
        if standing == .archived { standing = nil }
    }

    private static func note(_ verification: ImageVerified, in images: inout [ImageRecord]) {
        for index in images.indices where images[index].made.acquisition == verification.acquisition {
            images[index].verified = verification.matches
        }
    }

    /// Where the medium stands.
    public var state: MediumState {
        if acquisition != nil { return .imaging }
        if examination != nil { return .examining }
        if offer != nil { return .inTransit }
        if let standing { return standing }
        if seal != nil { return .sealed }
        guard let newest = images.last else { return registration == nil ? .seized : .registered }
        return switch newest.verified {
        case true: .verified
        case false: .imageDiffers
        case nil: .imaged
        }
    }

    // MARK: What may follow

    /// What was registered from a port: nothing is read from a medium that was not.
    public func registered() throws(FormRefusal) -> MediumRegistered {
        guard let registration else { throw .notRegistered(id) }
        return registration
    }

    /// The subjects of an entry about the exhibit.
    public var subjects: [Subject] { [.exhibit(id)] + (registration.map { [.medium($0.medium)] } ?? []) }

    /// An exhibit that was seized is registered from a port once, and not under its seal.
    public func mayBeRegistered() throws {
        guard registration == nil, standing == nil || standing == .left else { throw Refusal.exhibitExists(id) }
        try mustBeAtHand()
        try mustBeFree()
    }

    /// Imaging needs an open medium that nobody else reads. What was left where it was is read there (R36).
    public func mayBeImaged() throws {
        try mustBeAtHand()
        try mustBeFree()
    }

    /// Sealing needs an open medium that nobody reads.
    public func mayBeSealed() throws {
        try mustBeHeld()
        try mustBeFree()
    }

    /// What was given back, or left where it was, is not in our hands; nor is what is on its way.
    private func mustBeHeld() throws(FormRefusal) {
        if let offer { throw .inTransit(id, to: offer.to) }
        if let standing, standing == .returned || standing == .left { throw .notHeld(id, state: standing) }
    }

    /// What was left where it was can be read, though it is not ours to hand over.
    private func mustBeAtHand() throws(FormRefusal) {
        if standing != .left { try mustBeHeld() }
    }

    private func mustBeFree() throws {
        if let seal { throw Refusal.sealed(id, number: seal) }
        try mustRest()
    }

    private func mustRest() throws {
        if acquisition != nil { throw Refusal.busy(id) }
        if examination != nil { throw FormRefusal.beingExamined(id) }
    }

    /// Unsealing needs a seal, and the one that the record knows where the operator names one.
    ///
    /// - Returns: the seal's number.
    public func mayBeUnsealed(number: String?) throws -> String {
        try mustBeHeld()
        guard let seal else { throw Refusal.notSealed(id) }
        if let number, number != seal { throw Refusal.otherSeal(id, number: seal) }
        return seal
    }

    /// A hand-over needs a medium that nobody reads, the custodian on record where the operator names one, somebody or some
    /// place that is new, and what the seal looked like where there is one (R31.1). A seal that was found broken or missing
    /// stays on record until its opening is recorded.
    ///
    /// - Parameters:
    ///   - from: the custodian as the operator names him; nil for the one on record.
    ///   - number: the seal's number as the operator read it; nil where he did not.
    /// - Returns: the number of the seal that the medium carries.
    public func mayBeTransferred(
        from: String?, to: String, location: String, seal condition: MediumUnsealed.Condition?, sealNumber number: String?
    ) throws -> String? {
        try mustBeHeld()
        try mustRest()
        try mustBeKept(by: from)
        guard !to.utf8.elementsEqual(custodian.utf8) || !location.utf8.elementsEqual(self.location.utf8) else {
            throw Refusal.alreadyKept(id, custodian: custodian)
        }
        return try checkSeal(condition, number)
    }

    private func mustBeKept(by name: String?) throws(Refusal) {
        if let name, !name.utf8.elementsEqual(custodian.utf8) { throw .otherCustodian(id, custodian: custodian) }
    }

    /// Where there is a seal, somebody looked at it, and its number is the one on record (R31.1).
    private func checkSeal(_ condition: MediumUnsealed.Condition?, _ number: String?) throws(Refusal) -> String? {
        guard let seal else {
            guard condition == nil, number == nil else { throw .notSealed(id) }
            return nil
        }
        guard condition != nil else { throw .sealNotChecked(id, number: seal) }
        if let number, number != seal { throw .otherSeal(id, number: seal) }
        return seal
    }

    /// Whether an act that is recorded by its form may follow.
    ///
    /// - Throws: `Refusal`, `FormRefusal`.
    public func mayFollow(_ act: Act) throws {
        switch act {
        case .mediumSeized, .mediumLeft, .dataCollected, .dataReceived: throw Refusal.exhibitExists(id)
        case .mediumIsolated: try mustBeHeld()
        case .sealChecked:
            // Whatever number it carries: that it is another one must be on record, and is judged in the review.
            try mustBeHeld()
            guard seal != nil else { throw Refusal.notSealed(id) }
        case .mediumMoved(let body):
            try mustBeHeld()
            try mustRest()
            guard !body.location.utf8.elementsEqual(location.utf8) else {
                throw Refusal.alreadyKept(id, custodian: custodian)
            }
            if body.seal != nil, seal == nil { throw Refusal.notSealed(id) }
        case .handoverOffered(let body):
            try mustBeHeld()
            try mustRest()
            try mustBeKept(by: body.from)
            guard !body.to.utf8.elementsEqual(body.from.utf8) else { throw FormRefusal.twoSlots(body.to) }
            _ = try checkSeal(body.seal, body.sealNumber)
        case .handoverReceived(let body):
            guard let offer else { throw FormRefusal.noOffer(id) }
            guard body.to.utf8.elementsEqual(offer.to.utf8) else { throw FormRefusal.otherReceiver(id, to: offer.to) }
            _ = try checkSeal(body.seal, body.sealNumber)
        case .handoverWithdrawn(let body):
            guard offer != nil else { throw FormRefusal.noOffer(id) }
            _ = try checkSeal(body.seal, nil)
        case .examinationBegun:
            try mustBeHeld()
            try mustBeFree()
        case .examinationEnded:
            guard examination != nil else { throw FormRefusal.noExamination(id) }
        case .mediumReturned:
            try mustBeHeld()
            try mustBeFree()
        case .mediumArchived(let body):
            try mustBeHeld()
            try mustRest()
            if standing == .archived { throw FormRefusal.notHeld(id, state: .archived) }
            _ = try checkSeal(body.seal, nil)
        default: break
        }
    }

    /// The making of the image or copy at a path, or of the newest image; where none was made here, the newest that came from
    /// elsewhere.
    public func image(_ path: String?) throws(Refusal) -> ImageRecord {
        let image =
            if let path {
                (images + copies).last { $0.made.copy(at: path).image == path }
            } else {
                images.last ?? copies.last
            }
        guard let image else { throw .noImage(id) }
        return image
    }
}

/// Where a medium stands in its life.
public enum MediumState: String, Sendable, Codable, CaseIterable {
    /// Not evidence: it carries the system, the ledger or a destination.
    case system
    /// Not evidence: neither the rule nor a pattern names it.
    case ignored
    /// Plugged in and being looked at.
    case identifying
    /// Recorded, part of no case yet.
    case attached
    /// Seized, and not yet read by a station.
    case seized
    /// An exhibit of a case.
    case registered
    /// An image is being made.
    case imaging
    /// An image was made.
    case imaged
    /// The newest image was read back and is what was recorded.
    case verified
    /// The newest image was read back and is not what was recorded.
    case imageDiffers
    /// Sealed.
    case sealed
    /// Being examined.
    case examining
    /// Handed over and not yet received.
    case inTransit
    /// Not seized: it stays where it was found.
    case left
    /// Data without a medium of their own.
    case data
    /// Given back.
    case returned
    /// In the archive.
    case archived

    /// The state in Chinese.
    public var chinese: String {
        switch self {
        case .system: "系统盘"
        case .ignored: "非检材"
        case .identifying: "识别中"
        case .attached: "已接入"
        case .seized: "已扣押"
        case .registered: "已登记"
        case .imaging: "镜像制作中"
        case .imaged: "已制作镜像"
        case .verified: "已复核"
        case .imageDiffers: "镜像与记录不符"
        case .sealed: "已封存"
        case .examining: "检查中"
        case .inTransit: "移交途中"
        case .left: "留存原处"
        case .data: "电子数据"
        case .returned: "已发还"
        case .archived: "已归档"
        }
    }
}

extension Entry {
    /// The exhibit that the entry makes one; nil for others.
    public var beginningExhibit: ExhibitID? { ExhibitRecord([self])?.id }
}
