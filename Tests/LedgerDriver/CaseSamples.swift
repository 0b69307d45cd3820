import Custody
import Ledger

/// Drafts of one large case: for each exhibit ten entries, a registration, an image that was read again, a sealing with its slots,
/// a hand-over.
enum CaseSamples {
    private static let caseNumber = "2026-001"

    static func draft(_ index: Int) -> EntryDraft {
        guard index > 0 else { return Driver.draft(caseNumber) }
        let group = (index - 1) / 10
        let exhibit = ExhibitID(caseNumber: caseNumber, number: "E\(group)")
        let description = Samples.description(group)
        let medium = MediumID(description, sample: nil, boot: Samples.boot)
        let seal = "F-\(group)"
        func draft(_ act: Act, _ more: Subject...) -> EntryDraft {
            EntryDraft(act, case: caseNumber, about: [.exhibit(exhibit), .medium(medium)] + more, by: Driver.actor)
        }
        switch (index - 1) % 10 {
        case 0:
            let body = MediumRegistered(
                exhibit: exhibit, medium: medium, device: "/dev/sdb", description: description, sample: nil,
                label: MediumLabel(make: "ACME", serial: description.serial, owner: "资产标签 \(group)"), location: "证物室 3 柜",
                custodian: "保管员", note: nil)
            return draft(.mediumRegistered(body), .exhibitNumber(exhibit.number), .caseNumber(caseNumber))
        case 1: return draft(.acquisitionStarted(Samples.started(group, exhibit, medium)), .acquisition("a-\(group)"))
        case 2:
            let body = AcquisitionFinished(
                acquisition: "a-\(group)", exhibit: exhibit, medium: medium, image: "/srv/images/\(group).dd",
                bytes: 1_000_204_886_016, digests: Samples.digests(group), unreadableBytes: 0, unreadable: [],
                startedAt: .now(), finishedAt: .now(), protection: Samples.protection)
            return draft(.acquisitionFinished(body), .acquisition("a-\(group)"))
        case 3:
            let body = ImageVerified(
                acquisition: "a-\(group)", exhibit: exhibit, image: "/srv/images/\(group).dd", matches: true,
                bytes: 1_000_204_886_016, digests: Samples.digests(group), problem: nil, reading: "direct",
                startedAt: .now(), finishedAt: .now())
            return draft(.imageVerified(body))
        case 4:
            let body = MediumSealed(
                exhibit: exhibit, number: seal, method: "防拆封条", place: nil, present: [], note: nil,
                circumstances: Circumstances(
                    participants: [.init(role: .examiner, name: "甲"), .init(role: .examiner, name: "乙")]))
            return draft(.mediumSealed(body), .seal(seal))
        case 9:
            let body = MediumTransferred(
                exhibit: exhibit, from: "保管员", to: "物证中心", location: "物证中心", reason: "移交", seal: .intact, sealNumber: seal,
                place: nil, present: [], note: nil)
            return draft(.mediumTransferred(body), .seal(seal))
        case let slot:
            let roles: [ActSigned.Role] = [.examiner, .witness, .holder, .maker]
            // Slots of the sealing, which stands before them.
            let body = ActSigned(
                entry: index - slot + 4, role: roles[slot - 5], person: "丙", manner: .reason, signers: [],
                trustedByStation: nil, reason: "未到场")
            return draft(.actSigned(body), .signed(body.entry))
        }
    }
}
