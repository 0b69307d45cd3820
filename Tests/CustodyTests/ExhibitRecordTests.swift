import Testing

@testable import Custody

@Suite("What may follow what")
struct ExhibitRecordTests {
    /// The acts that change what an exhibit may undergo.
    enum Step: CaseIterable, Sendable {
        case seal, unseal, image, verifyGood, verifyBad, attach

        func act(_ number: Int, imaged: Int) -> Act {
            let exhibit = Sample.exhibit
            switch self {
            case .seal:
                return .mediumSealed(
                    .init(exhibit: exhibit, number: "F-\(number)", method: "x", place: nil, present: [], note: nil))
            case .unseal:
                return .mediumUnsealed(
                    .init(exhibit: exhibit, number: "F", condition: .intact, reason: "x", place: nil, present: [], note: nil))
            case .image:
                var body = Sample.finished
                body.acquisition = "a-\(imaged)"
                return .acquisitionFinished(body)
            case .verifyGood, .verifyBad:
                var body = Sample.verified
                body.acquisition = "a-\(imaged - 1)"
                body.matches = self == .verifyGood
                return .imageVerified(body)
            case .attach: return .mediumAttached(Sample.attached)
            }
        }
    }

    /// What an exhibit should be after some steps, in the plainest words.
    struct Expected {
        var seal: String?
        var images: [Bool?] = []

        var state: MediumState {
            guard seal == nil else { return .sealed }
            switch images.last {
            case nil: return .registered
            case .some(nil): return .imaged
            case .some(true): return .verified
            case .some(false): return .imageDiffers
            }
        }
    }

    /// Every order of at most four acts.
    static let orders: [[Step]] = {
        var all: [[Step]] = [[]]
        var last: [[Step]] = [[]]
        for _ in 0..<4 {
            last = last.flatMap { order in Step.allCases.map { order + [$0] } }
            all += last
        }
        return all
    }()

    @Test("every order of up to four acts leads to the state that the last seal and the newest image give")
    func everyOrder() throws {
        #expect(Self.orders.count == 1 + 6 + 36 + 216 + 1296)
        for order in Self.orders {
            var entries = [Sample.entry(.mediumRegistered(Sample.registered), sequence: 0)]
            var expected = Expected()
            for (number, step) in order.enumerated() {
                entries.append(Sample.entry(step.act(number, imaged: expected.images.count), sequence: number + 1))
                switch step {
                case .seal: expected.seal = "F-\(number)"
                case .unseal: expected.seal = nil
                case .image: expected.images.append(Bool?.none)
                case .verifyGood: if !expected.images.isEmpty { expected.images[expected.images.count - 1] = true }
                case .verifyBad: if !expected.images.isEmpty { expected.images[expected.images.count - 1] = false }
                case .attach: break
                }
            }
            let record = try #require(ExhibitRecord(entries))
            try #require(record.seal == expected.seal, "\(order)")
            try #require(record.images.map(\.verified) == expected.images, "\(order)")
            try #require(record.state == expected.state, "\(order)")
            try Self.checkRules(record, order)
        }
    }

    /// A sealed medium is neither imaged nor sealed again; only a sealed one is unsealed.
    static func checkRules(_ record: ExhibitRecord, _ order: [Step]) throws {
        if let seal = record.seal {
            let sealed = Refusal.sealed(Sample.exhibit, number: seal)
            #expect(throws: sealed, "\(order)") { try record.mayBeImaged() }
            #expect(throws: sealed, "\(order)") { try record.mayBeSealed() }
            #expect(try record.mayBeUnsealed(number: nil) == seal)
            #expect(try record.mayBeUnsealed(number: seal) == seal)
            #expect(throws: Refusal.otherSeal(Sample.exhibit, number: seal)) { try record.mayBeUnsealed(number: seal + "x") }
        } else {
            try record.mayBeImaged()
            try record.mayBeSealed()
            #expect(throws: Refusal.notSealed(Sample.exhibit), "\(order)") { try record.mayBeUnsealed(number: nil) }
        }
        if let newest = record.images.last {
            #expect(try record.image(nil) == newest)
        } else {
            #expect(throws: Refusal.noImage(Sample.exhibit)) { try record.image(nil) }
        }
    }

    @Test("while an image is made the medium is neither imaged nor sealed; its end, good or bad, sets it free")
    func whileImaging() throws {
        for end: Act in [try Sample.act(AcquisitionFinished.self), try Sample.act(AcquisitionEnded.self)] {
            var acts: [Act] = [.mediumRegistered(Sample.registered), try Sample.act(AcquisitionStarted.self)]
            let busy = try #require(ExhibitRecord(acts.enumerated().map { Sample.entry($0.element, sequence: $0.offset) }))
            #expect(busy.state == .imaging)
            #expect(throws: Refusal.busy(Sample.exhibit)) { try busy.mayBeImaged() }
            #expect(throws: Refusal.busy(Sample.exhibit)) { try busy.mayBeSealed() }
            acts.append(end)
            let free = try #require(ExhibitRecord(acts.enumerated().map { Sample.entry($0.element, sequence: $0.offset) }))
            try free.mayBeImaged()
            try free.mayBeSealed()
        }
    }

    @Test("a verification counts for the image that it names, not for the newest")
    func olderImage() throws {
        func image(_ id: String) -> Act {
            var body = Sample.finished
            body.acquisition = id
            return .acquisitionFinished(body)
        }
        var verified = Sample.verified
        verified.acquisition = "old"
        verified.matches = true
        let acts: [Act] = [.mediumRegistered(Sample.registered), image("old"), image("new"), .imageVerified(verified)]
        let record = try #require(ExhibitRecord(acts.enumerated().map { Sample.entry($0.element, sequence: $0.offset) }))
        #expect(record.images.map(\.verified) == [true, nil])
        #expect(record.images.map(\.entry) == [1, 2])
        #expect(record.state == .imaged)
    }

    @Test("without a registration there is no exhibit")
    func noRegistration() {
        #expect(ExhibitRecord([]) == nil)
        #expect(ExhibitRecord([Sample.entry(.acquisitionFinished(Sample.finished), sequence: 0)]) == nil)
    }

    @Test("the first registration counts")
    func twoRegistrations() throws {
        var later = Sample.registered
        later.location = "elsewhere"
        let record = try #require(
            ExhibitRecord([
                Sample.entry(.mediumRegistered(Sample.registered), sequence: 0),
                Sample.entry(.mediumRegistered(later), sequence: 1),
            ]))
        #expect(record.registration == Sample.registered)
        #expect(record.id == Sample.exhibit)
    }
}
