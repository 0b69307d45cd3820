import TestSupport
import Testing

@testable import DriveReplies

@Suite("What SCSI devices and bridges say")
struct SCSITests {
    @Test("standard INQUIRY (SPC-4, 6.4.2)")
    func inquiry() throws {
        let inquiry = try #require(SCSIInquiry(Replies.inquiry(type: 0, removable: true)))
        #expect(inquiry.deviceType == 0 && inquiry.removable && inquiry.version == 6 && !inquiry.isATA)
        #expect(inquiry.vendor.text == "Seagate" && inquiry.product.text == "Expansion" && inquiry.revision.text == "0708")
        #expect(try #require(SCSIInquiry(Replies.inquiry(vendor: "ATA"))).isATA)
        // Qualifier 011b: no device there.
        #expect(SCSIInquiry([0x7F] + Replies.inquiry().dropFirst()) == nil)
        #expect(SCSIInquiry(Array(Replies.inquiry().prefix(35))) == nil)
    }

    @Test("pages that are there, and the serial number (SPC-4, 7.8.15 and 7.8.16)")
    func pages() {
        #expect(VPDPage.supported(Replies.page(0x00, [0x00, 0x80, 0x83])) == [0x00, 0x80, 0x83])
        #expect(VPDPage.serial(Replies.page(0x80, Replies.padded("  Z1D2  ", 12)))?.text == "Z1D2")
        // A bridge that answers every page with the same is not believed.
        #expect(VPDPage.serial(Replies.page(0x00, [1, 2, 3])) == nil)
        #expect(VPDPage.supported(Replies.inquiry()) == [])
    }

    @Test("a page that claims to be longer than it is gives what came")
    func longPage() {
        #expect(VPDPage.serial([0, 0x80, 0xFF, 0xFF] + Array("AB12".utf8))?.text == "AB12")
    }

    @Test("the name of the unit and not that of its port; NAA before EUI-64 (SPC-4, 7.8.6)")
    func identification() throws {
        let identification = try #require(DeviceIdentification(Replies.identification))
        #expect(identification.wwn == "5002538e4067c96b")
        #expect(identification.name?.text == "naa.5002538E4067C96B")
        let eui = Replies.page(0x83, Replies.designator(codeSet: 1, type: 2, [1, 2, 3, 4, 5, 6, 7, 8]))
        #expect(DeviceIdentification(eui)?.wwn == "0102030405060708")
        let none = Replies.page(0x83, Replies.designator(codeSet: 1, type: 3, [UInt8](repeating: 0, count: 8)))
        #expect(try #require(DeviceIdentification(none)).wwn == nil)
    }

    @Test("rotation and form factor (SBC-3, 6.6.2)")
    func characteristics() throws {
        let solid = try #require(BlockCharacteristics(Replies.page(0xB1, [0, 1, 0, 3, 0, 0])))
        #expect(solid.rotation == Rotation.none && solid.formFactor == .inches25)
        let disk = try #require(BlockCharacteristics(Replies.page(0xB1, [0x1C, 0x20, 0, 2])))
        #expect(disk.rotation == .perMinute(7200) && disk.formFactor == .inches35)
        let silent = try #require(BlockCharacteristics(Replies.page(0xB1, [0, 0, 0, 0])))
        #expect(silent.rotation == nil && silent.formFactor == nil)
    }

    @Test("unmapping (SBC-3, 6.6.4)")
    func provisioning() throws {
        let zeroes = try #require(BlockProvisioning(Replies.page(0xB2, [0, 0x84, 2, 0])))
        #expect(zeroes.unmap && zeroes.afterUnmap == .zeroes)
        let none = try #require(BlockProvisioning(Replies.page(0xB2, [0, 0x00, 0, 0])))
        #expect(!none.unmap && none.afterUnmap == .undefined)
    }

    @Test("capacity and sector sizes (SBC-3, 5.16.2)")
    func capacity() throws {
        let disk = try #require(ReadCapacity(Replies.capacity(last: 3_907_029_167, length: 512, exponent: 3)))
        #expect(disk.capacity == 2_000_398_934_016 && disk.logicalSectorSize == 512 && disk.physicalSectorSize == 4096)
        let native = try #require(ReadCapacity(Replies.capacity(last: 9, length: 4096)))
        #expect(native.capacity == 40960 && native.physicalSectorSize == 4096)
    }

    @Test("capacities that no disk has", arguments: [UInt64.max, UInt64.max - 1, 1 << 60])
    func impossibleCapacity(_ last: UInt64) throws {
        #expect(try #require(ReadCapacity(Replies.capacity(last: last, length: 512))).capacity == nil)
    }

    @Test("sector sizes that no disk has", arguments: [0, 1, 500, 513, 1 << 21, 0xFFFF_FFFF] as [UInt64])
    func impossibleSector(_ length: UInt64) { #expect(ReadCapacity(Replies.capacity(last: 9, length: length)) == nil) }

    @Test("the IDENTIFY data in page 89h, and who translates (SAT-3, 12.4.2)")
    func ataInformation() throws {
        let page = try #require(ATAInformation(Replies.ataInformation()))
        #expect(page.vendor.text == "JMicron" && page.product.text == "USB to SATA")
        #expect(ATAIdentify(page.identify)?.serial.text == "WD-WX11A1234567")
    }
}
