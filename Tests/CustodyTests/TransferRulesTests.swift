import Testing

@testable import Custody

@Suite("Hand-over") struct TransferRulesTests {
    private func record(_ acts: Act...) throws -> ExhibitRecord {
        try #require(
            ExhibitRecord(
                ([.mediumRegistered(Sample.registered)] + acts).enumerated().map { Sample.entry($0.element, sequence: $0.offset) }
            ))
    }

    private func transfer(to: String, _ location: String) -> Act {
        .mediumTransferred(
            .init(
                exhibit: Sample.exhibit, from: "?", to: to, location: location, reason: "r", seal: nil, sealNumber: nil,
                place: nil,
                present: [], note: nil))
    }

    @Test("custodian and place are those of the registration, then those of the last hand-over")
    func follows() throws {
        #expect(try record().custodian == "保管员")
        #expect(try record().location == "证物室 3 柜")
        let moved = try record(transfer(to: "甲", "库 1"), transfer(to: "乙", "库 2"))
        #expect(moved.custodian == "乙")
        #expect(moved.location == "库 2")
        #expect(moved.registration == Sample.registered)
    }

    @Test("only the custodian on record hands over")
    func from() throws {
        let record = try record(transfer(to: "甲", "库 1"))
        func check(_ from: String?) throws {
            _ = try record.mayBeTransferred(from: from, to: "乙", location: "库 1", seal: nil, sealNumber: nil)
        }
        try check(nil)
        try check("甲")
        #expect(throws: Refusal.otherCustodian(Sample.exhibit, custodian: "甲")) { try check("保管员") }
    }

    @Test("something has to change: the custodian or the place")
    func changes() throws {
        let record = try record()
        func check(_ to: String, _ location: String) throws {
            _ = try record.mayBeTransferred(from: nil, to: to, location: location, seal: nil, sealNumber: nil)
        }
        #expect(throws: Refusal.alreadyKept(Sample.exhibit, custodian: "保管员")) { try check("保管员", "证物室 3 柜") }
        try check("保管员", "证物室 4 柜")
        try check("甲", "证物室 3 柜")
    }

    @Test(
        "a sealed medium is not handed over before somebody has looked at the seal", arguments: MediumUnsealed.Condition.allCases)
    func sealed(_ condition: MediumUnsealed.Condition) throws {
        let record = try record(try Sample.act(MediumSealed.self))
        func check(_ condition: MediumUnsealed.Condition?, _ number: String? = nil) throws -> String? {
            try record.mayBeTransferred(from: nil, to: "甲", location: "库", seal: condition, sealNumber: number)
        }
        #expect(throws: Refusal.sealNotChecked(Sample.exhibit, number: "F-1")) { try check(nil) }
        #expect(throws: Refusal.otherSeal(Sample.exhibit, number: "F-1")) { try check(condition, "F-2") }
        #expect(try check(condition) == "F-1")
        #expect(try check(condition, "F-1") == "F-1")
        // It stays sealed on record, whatever the seal looked like, until its opening is recorded.
        #expect(try self.record(try Sample.act(MediumSealed.self), try Sample.act(MediumTransferred.self)).seal == "F-1")
    }

    @Test("an open medium has no seal that could have been looked at")
    func open() throws {
        let record = try record()
        for (condition, number) in [(MediumUnsealed.Condition.intact, nil), (nil, "F-1")]
            as [(MediumUnsealed.Condition?, String?)]
        {
            #expect(throws: Refusal.notSealed(Sample.exhibit)) {
                try record.mayBeTransferred(from: nil, to: "甲", location: "库", seal: condition, sealNumber: number)
            }
        }
        #expect(try record.mayBeTransferred(from: nil, to: "甲", location: "库", seal: nil, sealNumber: nil) == nil)
    }

    @Test("while an image is made nobody carries the medium away")
    func whileImaging() throws {
        let record = try record(try Sample.act(AcquisitionStarted.self))
        #expect(throws: Refusal.busy(Sample.exhibit)) {
            try record.mayBeTransferred(from: nil, to: "甲", location: "库", seal: nil, sealNumber: nil)
        }
    }
}
