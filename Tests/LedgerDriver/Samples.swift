import Custody
import Integrity
import Ledger
import TransparencyLog

/// Drafts as a station writes them: a case with one exhibit for every ten entries, a drive that comes and goes three times, an
/// image.
enum Samples {
    static func draft(_ index: Int) -> EntryDraft {
        let group = index / 10
        let caseNumber = "2026-\(group)"
        let exhibit = ExhibitID(caseNumber: caseNumber, number: "E1")
        let description = description(group)
        let medium = MediumID(description, sample: nil, boot: boot)
        // Entry 1 to 5 of each ten, 6 to 7, and 8 to 9.
        let stay = Subject.attachment(boot: boot, diskSequence: group * 3 + max(0, (index % 10 - 4) / 2))
        switch index % 10 {
        case 0:
            return Driver.draft(caseNumber)
        case 2:
            let body = MediumRegistered(
                exhibit: exhibit, medium: medium, device: "/dev/sdb", description: description, sample: nil,
                label: MediumLabel(make: nil, model: nil, serial: nil, capacity: nil, owner: nil), location: "证物室 3 柜",
                custodian: "保管员",
                note: nil)
            return EntryDraft(
                .mediumRegistered(body), case: caseNumber,
                about: [
                    .exhibit(exhibit), .caseNumber(caseNumber), .medium(medium), .exhibitNumber(exhibit.number + "-\(group)"),
                ],
                by: Driver.actor)
        case 4:
            let body = AcquisitionFinished(
                acquisition: "a-\(group)", exhibit: exhibit, medium: medium, image: "/srv/images/\(caseNumber)_E1.dd",
                bytes: 1_000_204_886_016, digests: digests(group), unreadableBytes: 0, unreadable: [], startedAt: .now(),
                finishedAt: .now(), protection: protection)
            return EntryDraft(
                .acquisitionFinished(body), case: caseNumber, about: [.exhibit(exhibit), .acquisition("a-\(group)")],
                by: Driver.actor)
        case 3:
            return EntryDraft(
                .acquisitionStarted(started(group, exhibit, medium)), case: caseNumber,
                about: [.exhibit(exhibit), .acquisition("a-\(group)")], by: Driver.actor)
        case 5, 7, 9:
            let body = MediumDetached(medium: medium, device: "/dev/sdb", observed: true, protection: protection)
            return EntryDraft(.mediumDetached(body), about: [.medium(medium), stay], by: Driver.actor)
        default:
            let body = MediumAttached(
                medium: medium, device: "/dev/sdb", evidence: .udevRule, foundAtStart: false, description: description,
                sample: ContentSample(sha256: digest(index), blocks: 16, uniform: false),
                protection: ProtectionAtAttach(readOnlyBefore: true, state: protection, problem: nil))
            return EntryDraft(.mediumAttached(body), about: [.medium(medium), stay], by: Driver.actor)
        }
    }

    static func started(_ group: Int, _ exhibit: ExhibitID, _ medium: MediumID) -> AcquisitionStarted {
        AcquisitionStarted(
            acquisition: "a-\(group)", exhibit: exhibit, medium: medium, device: "/dev/sdb", capacity: 1_000_204_886_016,
            sectorSize: 512, image: "/srv/images/2026-\(group)_E1.dd", algorithms: [.sha256, .sm3, .md5],
            tool: Tool(
                name: "fengcund", version: "0.1", libraries: ["OpenSSL": "3.0.17", "SQLite": "3.40.1"], kernel: "Linux 6.1.0",
                host: "station-1"),
            parameters: ["bufferSize": "1048576", "buffers": "16", "reading": "O_DIRECT"], protection: protection)
    }

    static let boot = "8f1c7a52-0b0e-4c39-9b1f-3f0c5b9a7e11"
    static let protection = Protection(readOnly: true, writeRequests: 0, discardRequests: 0, flushRequests: 0)

    private static func digest(_ number: Int) -> String { Hex.encode(SHA256.digest(Array("\(number)".utf8))) }

    static func digests(_ number: Int) -> [DigestAlgorithm: String] {
        [.sha256: digest(number), .sm3: digest(-number), .md5: String(digest(number).prefix(32))]
    }

    static func description(_ number: Int) -> MediumDescription {
        MediumDescription(
            make: "ACME", model: "Portable SSD", serial: "S4X\(number)", wwn: nil, firmware: "1.02", bus: "usb",
            capacity: 1_000_204_886_016, logicalSectorSize: 512, physicalSectorSize: 4096, removable: false,
            partitionTable: "gpt",
            partitions: [.init(number: 1, offset: 1_048_576, length: 1_000_202_788_864)], diskSequence: number,
            udev: [
                "DEVPATH": "/devices/pci0000:00/0000:00:14.0/usb2/2-1/2-1:1.0/host6/target6:0:0/6:0:0:0/block/sdb",
                "ID_BUS": "usb", "ID_SERIAL": "ACME_Portable_SSD_S4X\(number)-0:0", "ID_USB_DRIVER": "uas",
                "ID_VENDOR_ID": "04e8", "ID_MODEL_ID": "61f5",
            ])
    }
}
