import Custody
import DriveCommands
import Media
import TestSupport
import Testing

@Suite("What a disk says of itself") struct DiskAnswersTests {
    /// What the kernel and udev say about a disk in a USB case.
    private static let bridged = MediumDescription(
        make: "JMicron", model: "Tech", serial: "DD56419883891", wwn: nil, firmware: "0508", bus: "usb",
        capacity: 2_000_398_934_016,
        logicalSectorSize: 512, physicalSectorSize: 4096, removable: false, partitionTable: nil, partitions: [], diskSequence: 7,
        udev: ["ID_SERIAL_SHORT": "DD56419883891"])

    private static func answered(_ replies: [(DriveCommand, data: [UInt8])]) -> ProbeReport {
        ProbeReport(device: "sdb", replies: replies.map { DriveReply($0.0, .answered, data: $0.data) })
    }

    private static func registers(_ command: DriveCommand, last: UInt64) -> DriveReply {
        DriveReply(command, .answered, sense: Replies.registers(lba: last))
    }

    @Test("behind a bridge it is the disk that is named, and the bridge's word is kept beside it")
    func aBridge() throws {
        let answers = try #require(
            DiskAnswers(
                Self.answered([
                    (.inquiry, Replies.inquiry(vendor: "JMicron", product: "Tech")), (.ataIdentify, Replies.identify()),
                ])))
        #expect(answers.standard == .ata)
        #expect(answers.serial == "WD-WX11A1234567")
        #expect(answers.wwn == "0x50014ee2bb001234")
        #expect(answers.rotation == 5400)
        #expect(answers.formFactor == "2.5 inch")
        #expect(answers.linkSpeed == "3.0" && answers.fastestLinkSpeed == "6.0")
        #expect(answers.security == ["supported", "frozen"])
        #expect(answers.hidden.isEmpty && !answers.isWarning)

        var description = Self.bridged
        description.take(answers)
        #expect(description.make == nil)
        #expect(description.model == "WDC WD20SPZX-22UA7T0")
        #expect(description.serial == "WD-WX11A1234567")
        #expect(description.udev["ID_SERIAL_SHORT"] == "DD56419883891")
        #expect(description.differences?.map(\.member) == ["model", "serial", "firmware"])
        #expect(description.differences?[1].reported == "DD56419883891")
    }

    @Test("the translation layer's copy of the IDENTIFY data serves where the disk itself was not reached")
    func pageOfATAInformation() throws {
        let answers = try #require(
            DiskAnswers(Self.answered([(.inquiry, Replies.inquiry()), (.vpdATAInformation, Replies.ataInformation())])))
        #expect(answers.standard == .ata)
        #expect(answers.serial == "WD-WX11A1234567")
    }

    @Test("two disks in one bridge are two media")
    func twoDisksInOneBridge() throws {
        let ids = try ["WD-1", "WD-2"].map { serial in
            var description = Self.bridged
            description.take(try #require(DiskAnswers(Self.answered([(.ataIdentify, Replies.identify(serial: serial))]))))
            return MediumID(description, sample: nil, boot: "b")
        }
        #expect(ids[0] != ids[1])
    }

    @Test("spelling is no difference")
    func spelling() throws {
        var description = Self.bridged
        (description.make, description.model, description.serial) = ("ATA", "WDC_WD20SPZX-22UA7T0", "WD-WX11A1234567")
        (description.wwn, description.firmware) = ("0x50014EE2BB001234", "01.01A01")
        description.take(try #require(DiskAnswers(Self.answered([(.ataIdentify, Replies.identify())]))))
        #expect(description.differences == [])
    }

    @Test("a host protected area and an overlay behind it are told apart, with their lengths")
    func hiddenAreas() throws {
        let addressable: UInt64 = 3_900_000_000
        let (native, factory): (UInt64, UInt64) = (addressable + 2048 - 1, addressable + 2048 + 4096 - 1)
        var report = Self.answered([
            (.ataIdentify, Replies.identify(sectors: addressable)), (.ataConfiguration, Replies.configuration(maximum: factory)),
        ])
        report.replies.append(Self.registers(.ataNativeMaximumExtended, last: native))
        let answers = try #require(DiskAnswers(report))
        #expect(answers.hidden == [.init(area: "hpa", bytes: 2048 * 512), .init(area: "dco", bytes: 4096 * 512)])
        #expect(answers.isWarning)
    }

    /// 80,026,361,856 bytes, of which the host protected area leaves 40 GB: addresses beyond 2²⁴, within 2²⁸.
    @Test("a host protected area of a disk with 28-bit addresses (READ NATIVE MAX ADDRESS, ATA8-ACS, 7.33)")
    func hiddenAreaOfASmallDisk() throws {
        let (addressable, whole): (UInt64, UInt64) = (78_165_360, 156_301_488)
        for sense in [
            Replies.registers(lba: whole - 1, isExtended: false),
            Replies.fixedRegisters(lba: UInt32(whole - 1), isExtended: false),
        ] {
            var report = Self.answered([(.ataIdentify, Replies.identify(sectors: addressable, words: [83: 1 << 14]))])
            report.replies.append(DriveReply(.ataNativeMaximum, .answered, sense: sense))
            let answers = try #require(DiskAnswers(report))
            #expect(answers.capacity == Int(addressable) * 512)
            #expect(answers.hidden == [.init(area: "hpa", bytes: Int(whole - addressable) * 512)])
        }
    }

    @Test("a native maximum that is the last address hides nothing, and a lower one is no area")
    func nothingHidden() throws {
        for last in [3_907_029_167, 5] as [UInt64] {
            var report = Self.answered([(.ataIdentify, Replies.identify())])
            report.replies.append(Self.registers(.ataNativeMaximumExtended, last: last))
            #expect(try #require(DiskAnswers(report)).hidden.isEmpty)
        }
    }

    @Test("a locked disk is a warning") func locked() throws {
        let answers = try #require(DiskAnswers(Self.answered([(.ataIdentify, Replies.identify(words: [128: 0b0111]))])))
        #expect(answers.security == ["supported", "enabled", "locked"])
        #expect(answers.isWarning)
        let own = try #require(
            DiskAnswers(
                Self.answered([(.ataIdentify, Replies.identify()), (.securityDiscovery, Replies.discovery(locking: 0b1111))])))
        #expect(own.selfEncryption == .init(classes: ["opal-2"], lockingEnabled: true, locked: true, shadowsMBR: false))
        #expect(own.isWarning)
    }

    @Test("an NVMe disk says what belongs to no namespace, and which namespace is not attached")
    func nvme() throws {
        func list(_ ids: [UInt64]) -> [UInt8] { (ids + [0]).flatMap { Replies.little($0, 4) } }
        let answers = try #require(
            DiskAnswers(
                Self.answered([
                    (.nvmeController, Replies.controller(unallocated: 1 << 30)),
                    (.nvmeNamespace, Replies.namespace(nguid: Array(1...16))), (.nvmeActiveNamespaces, list([1])),
                    (.nvmeAllocatedNamespaces, list([1, 2])),
                ])))
        #expect(answers.standard == .nvme)
        #expect(answers.warningTemperature == 358 - 273)
        #expect(answers.serial == "S1234567890")
        #expect(answers.wwn == "eui.0102030405060708090a0b0c0d0e0f10")
        #expect(
            answers.hidden == [
                .init(area: "nvme-unallocated", bytes: 1 << 30), .init(area: "nvme-detached-namespaces", bytes: nil),
            ])
    }

    @Test("a SCSI disk is named by its pages; without a serial number the connection's stands")
    func scsi() throws {
        let answers = try #require(
            DiskAnswers(
                Self.answered([
                    (.inquiry, Replies.inquiry(vendor: "Kingston", product: "DataTraveler 3.0", removable: true)),
                    (.vpdIdentification, Replies.identification),
                    (.readCapacity, Replies.capacity(last: 999, length: 4096)),
                ])))
        #expect(answers.standard == .scsi)
        #expect(answers.serial == nil)
        #expect(answers.wwn == "0x5002538e4067c96b")
        var description = Self.bridged
        description.take(answers)
        #expect(description.make == "Kingston")
        #expect(description.serial == "DD56419883891")
        #expect(description.differences?.contains { $0.member == "capacity" && $0.disk == "4096000" } == true)
    }

    /// A bridge answers INQUIRY whatever becomes of the disk behind it.
    @Test("a disk that hangs at IDENTIFY has not named itself, and its bridge is not taken for it")
    func hangingAtIdentify() throws {
        var report = Self.answered([(.inquiry, Replies.inquiry(vendor: "JMicron", product: "Tech"))])
        report.replies.append(DriveReply(.ataIdentify, .failed, status: 3 << 16))
        var description = Self.bridged
        description.take(report)
        #expect(description.unasked == "no-answer")
        #expect(description.disk == nil && description.differences == nil)
        #expect(description.model == Self.bridged.model && description.serial == Self.bridged.serial)
    }

    @Test("a disk that named itself and then hangs is named, and it is said that not all was answered")
    func hangingLater() throws {
        var report = Self.answered([(.inquiry, Replies.inquiry()), (.ataIdentify, Replies.identify())])
        report.replies.append(DriveReply(.ataNativeMaximumExtended, .failed, status: 3 << 16))
        var description = Self.bridged
        description.take(report)
        #expect(description.serial == "WD-WX11A1234567")
        // Nobody knows whether something is hidden.
        #expect(description.disk?.hidden == [] && description.unasked == "no-answer")
        // A refusal is an answer.
        report.replies[2].outcome = .refused
        description = Self.bridged
        description.take(report)
        #expect(description.disk != nil && description.unasked == nil)
    }

    @Test("a report that names nothing") func nothingNamed() {
        var description = Self.bridged
        description.take(ProbeReport(device: "sdb"))
        #expect(description.disk == nil && description.unasked == "no-answer")
    }

    @Test("hostile and empty texts are shown, bounded and remarked")
    func oddTexts() throws {
        let answers = try #require(
            DiskAnswers(Self.answered([(.ataIdentify, Replies.identify(serial: "\u{1B}[2J\n", model: "", checksum: true))])))
        #expect(answers.model == nil)
        #expect(answers.serial?.unicodeScalars.allSatisfy { $0.value >= 0x20 && $0.value < 0x7F } == true)
        #expect(answers.oddities.contains("serial: control"))
        #expect(answers.oddities.contains("model: empty"))
        var broken = Replies.identify()
        broken[40] ^= 1
        #expect(try #require(DiskAnswers(Self.answered([(.ataIdentify, broken)]))).oddities.contains("checksum"))
    }

    @Test("whatever a drive answers, nothing is believed that cannot be, and nothing crashes")
    func fuzz() {
        var generator = SeededRandom(5)
        for reply in Replies.all {
            for command in DriveCommand.allCases {
                for _ in 0..<4 {
                    var data = reply
                    for _ in 0..<Int.random(in: 0...3, using: &generator) where !data.isEmpty {
                        data[Int.random(in: data.indices, using: &generator)] = UInt8.random(in: 0...255, using: &generator)
                    }
                    data = Array(data.prefix(Int.random(in: 0...data.count, using: &generator)))
                    var report = Self.answered([(command, data), (.ataIdentify, Replies.identify(sectors: UInt64.max >> 1))])
                    report.replies.append(DriveReply(.ataNativeMaximumExtended, .answered, sense: data))
                    var description = Self.bridged
                    if let answers = DiskAnswers(report) { description.take(answers) }
                    #expect(description.capacity == 2_000_398_934_016)
                }
            }
        }
        #expect(DiskAnswers(ProbeReport(device: "sdb")) == nil)
    }
}
