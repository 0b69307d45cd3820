import Custody
import Testing

@testable import Restoration

/// What may be written to, and how much of it.
@Suite struct RestorationDecisions {
    private func facts(_ change: (inout TargetFacts) -> Void = { _ in }) -> TargetFacts {
        var facts = TargetFacts(
            device: "/dev/sdc", isWholeDisk: true, isKnown: true, isEvidence: false, isReadOnly: false, isSystemDisk: false,
            lower: [], holders: [])
        change(&facts)
        return facts
    }

    private func target(_ capacity: Int, sector: Int = 512, serial: String? = "S 1") -> RestorationTarget {
        RestorationTarget(
            device: "/dev/sdc", model: nil, serial: serial, capacity: capacity, sectorSize: sector, diskSequence: 7)
    }

    @Test func onlyADeviceThatNothingSpeaksAgainstMayBeWrittenTo() {
        #expect(facts().refusal == nil)
        #expect(facts { $0.isEvidence = true }.refusal == .evidence("/dev/sdc"))
        #expect(facts { $0.isWholeDisk = false }.refusal == .noDisk("/dev/sdc"))
        #expect(facts { $0.isKnown = false }.refusal == .unknownDevice("/dev/sdc"))
        #expect(facts { $0.isReadOnly = true }.refusal == .readOnly("/dev/sdc"))
        #expect(facts { $0.isSystemDisk = true }.refusal == .systemDisk("/dev/sdc"))
        #expect(facts { $0.lower = ["sda"] }.refusal == .stacked("/dev/sdc", of: ["sda"]))
        #expect(facts { $0.holders = ["dm-0"] }.refusal == .inUse("/dev/sdc", by: ["dm-0"]))
        // That it is evidence is said first, whatever else is true.
        let all = facts {
            ($0.isWholeDisk, $0.isKnown, $0.isEvidence, $0.isReadOnly, $0.isSystemDisk) = (false, false, true, true, true)
        }
        #expect(all.refusal == .evidence("/dev/sdc"))
    }

    @Test func whatIsNotBlankIsOverwrittenOnlyWhenItIsNamed() throws {
        try Blankness.check(target(512), content: nil, confirmed: nil)
        try Blankness.check(target(512), content: 9, confirmed: "S 1")
        try Blankness.check(target(512, serial: nil), content: 9, confirmed: "512")
        try Blankness.check(target(512, serial: ""), content: nil, confirmed: "512")
        #expect(throws: RestorationError.notBlank("/dev/sdc", at: 9, confirmation: "S 1")) {
            try Blankness.check(target(512), content: 9, confirmed: nil)
        }
        // Where there is a serial number, the length is not enough; a blank device is no excuse for another name.
        for (content, confirmed) in [(9, "512"), (nil, "S 2"), (nil, ""), (9, "s 1")] as [(Int?, String)] {
            #expect(throws: RestorationError.notConfirmed("/dev/sdc", confirmation: "S 1")) {
                try Blankness.check(target(512), content: content, confirmed: confirmed)
            }
        }
    }

    @Test(arguments: [1, 512, 4096, 1 << 20, 16 << 20, (16 << 20) + 512, 100 << 20, (1 << 40) + 512, Int.max / 4096 * 4096])
    func blanknessLooksAtBothEndsAndBetween(capacity: Int) throws {
        let places = Blankness.places(of: capacity)
        #expect(places.first?.lowerBound == 0)
        #expect(places.last?.upperBound == capacity)
        for (one, next) in zip(places, places.dropFirst()) { #expect(one.upperBound <= next.lowerBound) }
        #expect(places.allSatisfy { $0.lowerBound % 4096 == 0 && !$0.isEmpty })
        if capacity > 16 << 20 {
            #expect(places[0].count == 4 << 20 && places.count == 1026)
            #expect(places[places.count - 1].count >= 4 << 20)
            // No two of them lie further apart than twice the mean.
            let gap = zip(places, places.dropFirst()).map { $1.lowerBound - $0.upperBound }.max()
            #expect(try #require(gap) <= 2 * (capacity / 1024 + 4096))
        } else {
            #expect(places == [0..<capacity])
        }
        #expect(Blankness.places(of: 0).isEmpty)
    }

    @Test func theTailsOfImageAndDevice() throws {
        func tails(_ bytes: Int, _ target: RestorationTarget, truncates: Bool = false, wipes: Bool = false) throws
            -> RestorationTails
        { try RestorationTails(image: bytes, to: target, truncates: truncates, wipes: wipes) }
        #expect(
            try tails(1024, target(1024), truncates: true, wipes: true)
                == RestorationTails(written: 1024, missing: nil, behind: nil, rest: nil))
        #expect(
            try tails(1024, target(4096)) == RestorationTails(written: 1024, missing: nil, behind: 3072, rest: .untouched))
        #expect(
            try tails(1024, target(4096), wipes: true)
                == RestorationTails(written: 1024, missing: nil, behind: 3072, rest: .wiped))
        #expect(
            try tails(4096, target(1024), truncates: true)
                == RestorationTails(written: 1024, missing: 3072, behind: nil, rest: nil))
        #expect(throws: RestorationError.tooSmall("/dev/sdc", capacity: 1024, bytes: 4096)) {
            try tails(4096, target(1024), wipes: true)
        }
        #expect(throws: RestorationError.brokenSector("/dev/sdc", bytes: 1024, sector: 4096)) {
            try tails(1024, target(8192, sector: 4096))
        }
        #expect(throws: RestorationError.brokenSector("/dev/sdc", bytes: 0, sector: 512)) { try tails(0, target(1024)) }
        // A sector of the device that has no room for the image may cut one of the image, not one of its own.
        #expect(try tails(8192 + 512, target(8192, sector: 4096), truncates: true).missing == 512)
    }

    @Test func anOrderThatDoesNotFitIsNotObeyed() throws {
        let target = target(4096)
        func order(_ bytes: Int, _ written: Int, _ behind: Int?, _ rest: RestorationTails.Rest?) -> RestorationOrder {
            RestorationOrder(
                image: "/i.dd", layout: nil, bytes: bytes,
                tails: RestorationTails(written: written, missing: nil, behind: behind, rest: rest))
        }
        #expect(order(1024, 1024, 3072, .wiped).fits(target))
        #expect(order(4096, 4096, nil, nil).fits(target))
        #expect(order(8192, 4096, nil, nil).fits(target))
        let bad = [
            order(8192, 8192, nil, nil), order(1024, 2048, 2048, .wiped), order(1000, 1000, 3096, .wiped),
            order(1024, 1024, nil, nil), order(1024, 1024, 3072, nil), order(1024, 1024, 4096, .wiped),
            order(4096, 4096, nil, .wiped), order(0, 0, 4096, .untouched), order(-512, -512, 4608, .wiped),
        ]
        for order in bad { #expect(!order.fits(target), "\(order)") }
        let line = order(1024, 1024, 3072, .wiped).line
        #expect(line.last == 0x0A)
        #expect(RestorationOrder(line) == order(1024, 1024, 3072, .wiped))
        #expect(RestorationOrder(Array("{}".utf8)) == nil)
    }

    @Test(arguments: Language.allCases)
    func reportsCrossThePipeAndErrorsAreSaidInBothLanguages(language: Language) {
        let errors: [RestorationError] = [
            .noDisk("d"), .evidence("d"), .unknownDevice("d"), .readOnly("d"), .systemDisk("d"), .stacked("d", of: ["sda"]),
            .inUse("d", by: ["dm-0"]), .inUse("d", by: []), .notBlank("d", at: 1, confirmation: "s"),
            .notConfirmed("d", confirmation: "s"), .otherDevice("d"), .tooSmall("d", capacity: 1, bytes: 2),
            .brokenSector("d", bytes: 1, sector: 2), .device("d", reason: "r"), .write("d", at: 1, reason: "r"),
            .image(english: "e", chinese: "中"), .stopped, .badOrder, .noWriter("r"), .silent(seconds: 30), .failed("r"),
            .notWriting("r-1"),
        ]
        for error in errors {
            let report = RestorationReport(written: 5, error: error)
            #expect(RestorationReport(report.line.dropLast()) == report)
            let message = error.message(in: language)
            #expect(!message.isEmpty && !message.contains("\n"))
            if language == .chinese, error != .failed("r") {
                #expect(message.unicodeScalars.contains { (0x4E00...0x9FFF).contains($0.value) }, "\(message)")
            }
        }
        #expect(RestorationError.evidence("/dev/sd\u{1B}[2J").message(in: language).contains("\\u{1b}"))
    }
}

extension RestorationReport {
    fileprivate init?(_ line: ArraySlice<UInt8>) { self.init(Array(line)) }
}
