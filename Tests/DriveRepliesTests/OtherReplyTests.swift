import TestSupport
import Testing

@testable import DriveReplies

@Suite("What NVMe drives say")
struct NVMeTests {
    @Test("Identify Controller (NVMe 1.4, figure 247)")
    func controller() throws {
        let drive = try #require(NVMeController(Replies.controller(unallocated: 1 << 30)))
        #expect(
            drive.serial.text == "S1234567890" && drive.model.text == "Samsung SSD 970 PRO 1TB"
                && drive.firmware.text == "1B2QEXP7")
        #expect(drive.vendor == 0x144D && drive.hasSecurity && drive.managesNamespaces && drive.trim)
        #expect(drive.totalCapacity == 1_024_209_543_168 && drive.unallocatedCapacity == 1 << 30)
        #expect(drive.warningTemperature == 85 && drive.criticalTemperature == nil)
        #expect(NVMeController([UInt8](repeating: 0, count: 4096)) == nil)
        let silent = try #require(NVMeController(Replies.controller(total: 0)))
        #expect(silent.totalCapacity == nil && silent.unallocatedCapacity == nil)
    }

    @Test("Identify Namespace (NVMe 1.4, figure 245)")
    func namespace() throws {
        let space = try #require(NVMeNamespace(Replies.namespace(nguid: Array(1...16), eui: Array(1...8))))
        #expect(space.size == 1_024_209_543_168 && space.used == 512_104_771_584 && space.sectorSize == 512)
        #expect(space.wwn == "0102030405060708090a0b0c0d0e0f10" && space.afterTrim == .zeroes)
        #expect(try #require(NVMeNamespace(Replies.namespace(shift: 12, eui: Array(1...8)))).wwn == "0102030405060708")
        #expect(try #require(NVMeNamespace(Replies.namespace())).wwn == nil)
        #expect(NVMeNamespace(Replies.namespace(blocks: 0)) == nil)
        #expect(NVMeNamespace(Replies.namespace(shift: 3)) == nil)
        #expect(NVMeNamespace(Replies.namespace(shift: 200)) == nil)
        #expect(try #require(NVMeNamespace(Replies.namespace(blocks: .max))).size == nil)
    }

    @Test("namespace lists end at zero, and at what does not ascend")
    func lists() {
        let list = Replies.little(1, 4) + Replies.little(3, 4)
        #expect(namespaceList(list + Replies.little(0, 4) + Replies.little(9, 4)) == [1, 3])
        #expect(namespaceList(list + Replies.little(3, 4)) == [1, 3])
        #expect(namespaceList([1, 0, 0]) == [])
    }
}

@Suite("What self-encrypting drives say (TCG Storage Core 2.01, 3.3.6)")
struct TCGTests {
    @Test("locking: supported, enabled, locked, encrypting, shadowing the boot record")
    func locking() throws {
        let locked = try #require(TCGDiscovery(Replies.discovery(locking: 0b0001_1111)))
        #expect(locked.classes == ["opal-2"] && locked.lockingEnabled && locked.locked && locked.encrypts && locked.shadowsMBR)
        let open = try #require(TCGDiscovery(Replies.discovery(locking: 0b0011_1001)))
        #expect(!open.lockingEnabled && !open.locked && open.encrypts && !open.shadowsMBR)
    }

    @Test("no features: zeros, a length that holds nothing")
    func none() {
        #expect(TCGDiscovery([UInt8](repeating: 0, count: 512)) == nil)
        #expect(TCGDiscovery(Replies.big(44, 4) + [UInt8](repeating: 0, count: 508)) == nil)
    }
}

@Suite("What cards say")
struct CardTests {
    @Test("CID of an SD card (Physical Layer 6.00, 5.2), with its CRC7")
    func sd() throws {
        // MID 03h, OID "SD", PNM "SU08G", PRV 8.0, PSN 00B5A2C1h, MDT 2012-11.
        let body = "035344535530384780" + "00b5a2c1" + "00cb"
        let card = try #require(CardIdentification(cid: body + "00", kind: .sd))
        #expect(card.manufacturer == 3 && card.oem.text == "SD" && card.product.text == "SU08G")
        #expect(card.revision == "8.0" && card.serial == "00b5a2c1" && card.manufactured == "2012-11")
        #expect(!card.checksum)
        let right = (0...255).filter { CardIdentification(cid: body + String(format: "%02x", $0), kind: .sd)?.checksum == true }
        #expect(right.count == 1 && right[0] & 1 == 1)
    }

    @Test("the CRC7 of the SD specification's own example (4.5: CMD17 with argument 0 has 2Ah)")
    func crc() {
        #expect(CardIdentification.crc7([0x51, 0, 0, 0, 0]) == 0x2A)
        #expect(CardIdentification.crc7([0x40, 0, 0, 0, 0]) == 0x4A)
    }

    @Test("CID of an MMC (JESD84-B51, 7.2)")
    func mmc() throws {
        let card = try #require(CardIdentification(cid: "15010038474e4433520" + "1" + "deadbeef" + "75" + "00", kind: .mmc))
        #expect(card.product.text == "8GND3R" && card.serial == "deadbeef" && card.manufactured == "2002-07")
    }

    @Test(
        "what is no CID",
        arguments: ["", "0353", "zz5344535530384780" + "00b5a2c100cb00", "+35344535530384780" + "00b5a2c100cb00"])
    func none(_ text: String) { #expect(CardIdentification(cid: text, kind: .sd) == nil) }
}

@Suite("Texts of drives")
struct DriveTextTests {
    @Test(
        "what is odd is said, and nothing is hidden",
        arguments: [
            ("Samsung         ", "Samsung", []), ("    Z1D2", "Z1D2", [.padded]), ("        ", nil, [.empty]),
            ("\0\0\0\0", nil, [.empty, .nul]), ("AB\0CD", "AB\\u{0}CD", [.nul]), ("AB\0\0", "AB", [.nul]),
            ("\u{1B}[2Jboo", "\\u{1b}[2Jboo", [.control]), ("000000000000", "000000000000", [.placeholder]),
            ("0123456789ABCDEF", "0123456789ABCDEF", [.placeholder]), ("123456789012", "123456789012", [.placeholder]),
            ("0123", "0123", []), ("A1 \u{7F}", "A1 \\u{7f}", [.control]),
        ] as [(String, String?, Set<DriveText.Oddity>)])
    func oddities(_ raw: String, _ text: String?, _ oddities: Set<DriveText.Oddity>) {
        let read = DriveText(raw.utf8)
        #expect(read.text == text)
        #expect(read.oddities == oddities)
    }

    @Test("bytes that are no ASCII are shown as bytes, whatever they would mean in UTF-8")
    func nonASCII() {
        let read = DriveText([0x41, 0xE4, 0xBD, 0xA0, 0xFF])
        #expect(read.text == "A\\u{e4}\\u{bd}\\u{a0}\\u{ff}" && read.oddities == [.nonASCII])
    }
}

@Suite("Signs of encryption")
struct EncryptionSignTests {
    static func beginning(_ bytes: [UInt8], at offset: Int) -> [UInt8] {
        var beginning = [UInt8](repeating: 0, count: EncryptionSign.length)
        Replies.put(bytes, at: offset, in: &beginning)
        return beginning
    }

    @Test(
        "signatures",
        arguments: [
            (Array("-FVE-FS-".utf8), 3, .bitLocker),
            ([0x3B, 0xD6, 0x67, 0x49, 0x29, 0x2E, 0xD8, 0x4A, 0x83, 0x99, 0xF6, 0xA3, 0x39, 0xE3, 0xD0, 0x01], 424, .bitLocker),
            (Array("LUKS".utf8) + [0xBA, 0xBE, 0, 1], 0, .luks1), (Array("LUKS".utf8) + [0xBA, 0xBE, 0, 2], 0, .luks2),
            (Array("LUKS".utf8) + [0xBA, 0xBE, 0, 3], 0, nil), (Array("NTFS    ".utf8), 3, nil),
        ] as [([UInt8], Int, EncryptionSign?)])
    func signatures(_ bytes: [UInt8], _ offset: Int, _ sign: EncryptionSign?) {
        #expect(EncryptionSign(Self.beginning(bytes, at: offset)) == sign)
    }

    @Test("an APFS container with and without keys; a CoreStorage volume")
    func apple() {
        var container = Self.beginning(Array("NXSB".utf8), at: 32)
        #expect(EncryptionSign(container) == nil)
        container[1304] = 1
        #expect(EncryptionSign(container) == .apfsKeys)
        var volume = Self.beginning(Array("CS".utf8), at: 88)
        Replies.put([1, 0, 0x10, 0], at: 8, in: &volume)
        #expect(EncryptionSign(volume) == .coreStorage)
    }

    @Test("random bytes look like VeraCrypt; text, counting bytes and too few bytes do not", arguments: 0..<UInt64(16))
    func entropy(_ seed: UInt64) {
        var random = SeededRandom(seed)
        let bytes = (0..<EncryptionSign.length).map { _ in UInt8.random(in: 0...255, using: &random) }
        #expect(EncryptionSign(bytes) == .highEntropy)
        #expect(EncryptionSign(Array(bytes.dropLast())) == nil)
        #expect(EncryptionSign(bytes.map { $0 & 0x7F }) == nil)
        #expect(EncryptionSign(bytes.prefix(1 << 15) + [UInt8](repeating: 0, count: 1 << 15)) == nil)
    }
}
