import Custody
import Testing

@testable import Media

@Suite("Cards in a slot, and hardware write blockers") struct CardAndBlockerTests {
    /// A SanDisk card, register for register as the SD specification 5.2 lays it out: MID 03h, OID "SD", PNM "SU08G", PRV 8.0,
    /// PSN 2a3b4c5dh, MDT 2012-03; the last byte is its own CRC7 and the stop bit.
    private static let cid = "035344535530384780" + "2a3b4c5d" + "00c3"

    private static func withChecksum(_ cid: String) -> String {
        // CRC7, x⁷ + x³ + 1, bit by bit.
        var crc = 0
        for digit in cid {
            let value = digit.hexDigitValue ?? 0
            for bit in (0..<4).reversed() {
                let feedback = crc >> 6 ^ (value >> bit & 1)
                crc = crc << 1 & 0x7F ^ (feedback & 1 == 1 ? 0x09 : 0)
            }
        }
        let byte = String(crc << 1 | 1, radix: 16)
        return cid + (byte.count == 1 ? "0" : "") + byte
    }

    @Test("a card is named by its register") func card() throws {
        let register = Self.withChecksum(Self.cid)
        let answers = try #require(DiskAnswers(cid: register, type: "SD"))
        #expect(answers.standard == .sd)
        #expect(answers.model == "SU08G")
        #expect(answers.serial == "0x2a3b4c5d")
        #expect(answers.firmware == "8.0")
        #expect(answers.wwn == "cid." + register)
        #expect(answers.manufacturer == "3 SD")
        #expect(answers.manufactured == "2012-03")
        #expect(answers.oddities.isEmpty)
        var description = MediumDescription(
            make: nil, model: nil, serial: "0x2A3B4C5D", wwn: nil, firmware: nil, bus: "mmc", capacity: 1 << 33,
            logicalSectorSize: 512, physicalSectorSize: 512, removable: true, partitionTable: nil, partitions: [],
            diskSequence: 3, udev: [:])
        description.take(answers)
        #expect(description.model == "SU08G")
        #expect(description.differences == [])
    }

    @Test("a check sum that is wrong is odd, one that the reader hides is not") func checksum() {
        #expect(DiskAnswers(cid: Self.cid + "7f", type: "SD")?.oddities == ["checksum"])
        #expect(DiskAnswers(cid: Self.cid + "00", type: "SD")?.oddities == [])
    }

    @Test(
        "what is no card is none",
        arguments: [
            (nil, nil), ("", "SD"), ("zz", "SD"), (String(repeating: "0", count: 32), "SDIO"),
            (String(repeating: "0", count: 31), "SD"),
        ] as [(String?, String?)]) func noCard(_ cid: String?, _ type: String?)
    {
        #expect(DiskAnswers(cid: cid, type: type) == nil)
    }

    @Test("an empty optical drive has no medium, whatever the kernel calls its length") func emptyDrive() {
        func hasMedium(_ properties: [String: String]) -> Bool {
            BlockDevice(name: "sr0", node: "/dev/sr0", properties: properties).hasMedium
        }
        #expect(!hasMedium(["ID_CDROM": "1"]))
        #expect(hasMedium(["ID_CDROM": "1", "ID_CDROM_MEDIA": "1"]))
        #expect(hasMedium([:]))
        #expect(BlockDevice(name: "sr0", node: "/dev/sr0", properties: ["ID_CDROM": "1"]).capacity == 0)
    }

    @Test("the record of an image names the blocker and where the limits of the flag are written") func statement() {
        #expect(ProtectionStatement.text(blocker: "Tableau T8u").hasPrefix("hardware blocker Tableau T8u; "))
        #expect(ProtectionStatement.text(blocker: nil).hasPrefix("no hardware blocker known; "))
        // The version is the document's.
        #expect(ProtectionStatement.text(blocker: nil).hasSuffix("docs/write-protection.md, version 1"))
    }

    private func blocker(_ properties: [String: String]) -> String? {
        BlockDevice(name: "sdx", node: "/dev/sdx", properties: properties).writeBlocker
    }

    @Test("a blocker is known by its ids on the bus, or by the name that it gives itself") func blockers() {
        #expect(blocker(["ID_VENDOR_ID": "13d7", "ID_MODEL_ID": "000C"]) == "Tableau T8-R2 (USB 13d7:000c)")
        #expect(blocker(["ID_VENDOR_ID": "13d7", "ID_MODEL_ID": "001e"]) == "Guidance Software (Tableau) (USB 13d7:001e)")
        #expect(blocker(["ID_USB_VENDOR_ID": "0e90", "ID_USB_MODEL_ID": "0100"]) == "WiebeTech (USB 0e90:0100)")
        #expect(blocker(["ID_VENDOR": "Tableau", "ID_MODEL": "T35u_\u{1B}[2J"])?.contains("\u{1B}") == false)
        #expect(
            blocker(["ID_VENDOR": "CRU", "ID_MODEL": "ForensicDock", "ID_VENDOR_ID": "1234"]) == "CRU ForensicDock (USB 1234)")
        #expect(blocker(["ID_VENDOR": "SanDisk", "ID_VENDOR_ID": "0781", "ID_MODEL_ID": "5581"]) == nil)
        #expect(blocker([:]) == nil)
    }
}
