/// What the ledger says about an exhibit: its entries, folded in their order. The rules of what may follow what live here.
public struct ExhibitRecord: Sendable, Equatable {
    /// The registration that made it an exhibit.
    public let registration: MediumRegistered
    /// Number of the seal that it carries; nil where it is not sealed.
    public private(set) var seal: String?
    /// Who has it: the custodian of the registration, then whoever took it over (保管人).
    public private(set) var custodian: String
    /// Where it is kept (存放位置).
    public private(set) var location: String
    /// Id of the acquisition that runs; nil where none does.
    public private(set) var acquisition: String?
    /// The finished images, oldest first.
    public private(set) var images: [ImageRecord] = []

    /// A finished image and what became of it.
    public struct ImageRecord: Sendable, Equatable {
        /// The making.
        public let made: AcquisitionFinished
        /// Position of the entry that records it.
        public let entry: Int
        /// The last verification; nil where there was none.
        public fileprivate(set) var verified: Bool?
    }

    /// Reads the entries about one exhibit; nil where none of them registers it.
    public init?(_ entries: [Entry]) {
        let registrations = entries.lazy.compactMap { entry -> MediumRegistered? in
            guard case .mediumRegistered(let body) = entry.act else { return nil }
            return body
        }
        guard let registration = registrations.first else { return nil }
        self.registration = registration
        custodian = registration.custodian
        location = registration.location
        for entry in entries { apply(entry) }
    }

    private mutating func apply(_ entry: Entry) {
        switch entry.act {
        case .mediumSealed(let body): seal = body.number
        case .mediumUnsealed: seal = nil
        case .mediumTransferred(let body):
            custodian = body.to
            location = body.location
        case .acquisitionStarted(let body): acquisition = body.acquisition
        case .acquisitionEnded: acquisition = nil
        case .acquisitionFinished(let body):
            acquisition = nil
            images.append(ImageRecord(made: body, entry: entry.sequence, verified: nil))
        case .imageVerified(let body):
            for index in images.indices
            where images[index].made.acquisition == body.acquisition && (body.isComplete || !body.matches) {
                images[index].verified = body.matches
            }
        default: break
        }
    }

    /// The exhibit's id.
    public var id: ExhibitID { registration.exhibit }

    /// Where the medium stands.
    public var state: MediumState {
        if acquisition != nil { return .imaging }
        if seal != nil { return .sealed }
        guard let newest = images.last else { return .registered }
        return switch newest.verified {
        case true: .verified
        case false: .imageDiffers
        case nil: .imaged
        }
    }

    /// Imaging needs an open medium that nobody else reads.
    public func mayBeImaged() throws(Refusal) { try mustBeFree() }

    /// Sealing needs an open medium that nobody reads.
    public func mayBeSealed() throws(Refusal) { try mustBeFree() }

    private func mustBeFree() throws(Refusal) {
        if let seal { throw .sealed(id, number: seal) }
        if acquisition != nil { throw .busy(id) }
    }

    /// Unsealing needs a seal, and the one that the record knows where the operator names one.
    ///
    /// - Returns: the seal's number.
    public func mayBeUnsealed(number: String?) throws(Refusal) -> String {
        guard let seal else { throw .notSealed(id) }
        if let number, number != seal { throw .otherSeal(id, number: seal) }
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
    ) throws(Refusal) -> String? {
        if acquisition != nil { throw .busy(id) }
        if let from, !from.utf8.elementsEqual(custodian.utf8) { throw .otherCustodian(id, custodian: custodian) }
        guard !to.utf8.elementsEqual(custodian.utf8) || !location.utf8.elementsEqual(self.location.utf8) else {
            throw .alreadyKept(id, custodian: custodian)
        }
        guard let seal else {
            guard condition == nil, number == nil else { throw .notSealed(id) }
            return nil
        }
        guard condition != nil else { throw .sealNotChecked(id, number: seal) }
        if let number, number != seal { throw .otherSeal(id, number: seal) }
        return seal
    }

    /// The making of the image at a path, or the newest.
    public func image(_ path: String?) throws(Refusal) -> ImageRecord {
        guard let image = images.last(where: { path == nil || $0.made.copy(at: path).image == path }) else { throw .noImage(id) }
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
}
