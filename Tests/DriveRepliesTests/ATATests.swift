import TestSupport
import Testing

@testable import DriveReplies

@Suite("What ATA disks say")
struct ATATests {
    @Test("IDENTIFY DEVICE of a 512e disk (ACS-3, 7.12.7)")
    func identify() throws {
        let disk = try #require(ATAIdentify(Replies.identify()))
        #expect(
            disk.serial.text == "WD-WX11A1234567" && disk.model.text == "WDC WD20SPZX-22UA7T0" && disk.firmware.text == "01.01A01"
        )
        #expect(disk.wwn == "50014ee2bb001234")
        #expect(disk.capacity == 2_000_398_934_016)
        #expect(disk.logicalSectorSize == 512 && disk.physicalSectorSize == 4096)
        #expect(disk.rotation == .perMinute(5400) && disk.formFactor == .inches25)
        #expect(disk.fastestSpeed == "6.0" && disk.speed == "3.0")
        #expect(disk.hasHPA && disk.hasDCO && disk.hasAMA && disk.hasSMART && disk.has48BitAddresses && !disk.isTrusted)
        #expect(!disk.trim && disk.afterTrim == .undefined)
        #expect(disk.security.supported && disk.security.frozen && !disk.security.enabled && !disk.security.locked)
        #expect(disk.checksum == true)
    }

    @Test("4Kn: words 117 and 118 hold the sector's words")
    func native4K() throws {
        let disk = try #require(ATAIdentify(Replies.identify(sectors: 1000, words: [106: 1 << 14 | 1 << 12, 117: 2048])))
        #expect(disk.logicalSectorSize == 4096 && disk.physicalSectorSize == 4096 && disk.capacity == 4_096_000)
    }

    @Test("512n: word 106 is not valid")
    func plain() throws {
        let disk = try #require(ATAIdentify(Replies.identify(words: [106: 0])))
        #expect(disk.logicalSectorSize == 512 && disk.physicalSectorSize == 512)
    }

    @Test(
        "what a trimmed sector gives (word 69, bits 14 and 5)",
        arguments: [(0, .undefined), (1 << 14, .deterministic), (1 << 14 | 1 << 5, .zeroes), (1 << 5, .undefined)]
            as [(UInt16, ReadAfterTrim)])
    func trim(_ word: UInt16, _ expected: ReadAfterTrim) throws {
        let disk = try #require(ATAIdentify(Replies.identify(words: [69: word, 169: 1, 217: 1])))
        #expect(disk.trim && disk.afterTrim == expected && disk.rotation == Rotation.none)
    }

    @Test("a locked drive with a master password that only erases (word 128)")
    func locked() throws {
        let security = try #require(ATAIdentify(Replies.identify(words: [128: 0b1_0001_0111]))).security
        #expect(
            security.supported && security.enabled && security.locked && !security.frozen && security.expired
                && security.isMaximum)
    }

    @Test("more sectors than 48 bits hold (words 230 to 233)")
    func extended() throws {
        let disk = try #require(ATAIdentify(Replies.identify(words: [69: 1 << 3, 230: 7, 232: 1])))
        #expect(disk.sectors == 1 << 32 | 7)
    }

    @Test("a small disk has 28-bit addresses only")
    func small() throws {
        let disk = try #require(ATAIdentify(Replies.identify(sectors: 1_000_000, words: [83: 1 << 14])))
        #expect(disk.sectors == 1_000_000 && !disk.has48BitAddresses)
    }

    @Test("capacities that no disk has")
    func impossible() throws {
        #expect(try #require(ATAIdentify(Replies.identify(sectors: 0))).capacity == nil)
        #expect(try #require(ATAIdentify(Replies.identify(sectors: .max))).capacity == nil)
    }

    @Test("a checksum that is wrong, and one that is not there (word 255)")
    func checksum() throws {
        var reply = Replies.identify()
        reply[40] ^= 1
        #expect(try #require(ATAIdentify(reply)).checksum == false)
        #expect(try #require(ATAIdentify(Replies.identify(checksum: false))).checksum == nil)
    }

    @Test("no IDENTIFY data: too short, one byte repeated, a packet device")
    func none() {
        #expect(ATAIdentify(Array(Replies.identify().dropLast())) == nil)
        #expect(ATAIdentify([UInt8](repeating: 0xFF, count: 512)) == nil)
        #expect(ATAIdentify([UInt8](repeating: 0, count: 512)) == nil)
        #expect(ATAIdentify(Replies.identify(words: [0: 0x85C0])) == nil)
    }

    @Test("a world-wide name of zeros is none")
    func zeroName() throws {
        #expect(try #require(ATAIdentify(Replies.identify(words: [108: 0, 109: 0, 110: 0, 111: 0]))).wwn == nil)
        #expect(try #require(ATAIdentify(Replies.identify(words: [87: 1 << 14]))).wwn == nil)
    }

    @Test("native maximum from the registers (SAT-3, 12.2.2.6; ATA8-ACS, 7.34)")
    func registers() throws {
        #expect(ATARegisters(sense: Replies.registers(lba: 0x1234_5678_9ABC))?.nativeMaximum == 0x1234_5678_9ABC)
        let aborted = try #require(ATARegisters(sense: Replies.registers(lba: 5, status: 0x51, error: 0x04)))
        #expect(aborted.nativeMaximum == nil && aborted.error == 0x04)
    }

    @Test("native maximum with 28 bits: LBA(27:24) are bits 3 to 0 of DEVICE (ATA8-ACS, 7.33; SAT-3, 12.2.2.6 and 12.2.2.7)")
    func shortRegisters() {
        // The upper half of the LBA field is leftovers of another command.
        #expect(ATARegisters(sense: Replies.registers(lba: 0x1234_5678_9ABC, isExtended: false))?.nativeMaximum == 0x678_9ABC)
        #expect(ATARegisters(sense: Replies.registers(lba: 0x0FFF_FFFE, isExtended: false))?.nativeMaximum == 0x0FFF_FFFE)
        #expect(ATARegisters(sense: Replies.fixedRegisters(lba: 0x0678_9ABC, isExtended: false))?.nativeMaximum == 0x678_9ABC)
        // With EXTEND these bits of DEVICE are no address.
        var extended = Replies.registers(lba: 0x1234)
        extended[8 + 12] |= 0x0F
        #expect(ATARegisters(sense: extended)?.nativeMaximum == 0x1234)
        var fixed = Replies.fixedRegisters(lba: 0x1234)
        fixed[5] |= 0x0F
        #expect(ATARegisters(sense: fixed)?.nativeMaximum == 0x1234)
    }

    @Test("native maximum from fixed-format sense data (SAT-3, 12.2.2.7)")
    func fixedRegisters() {
        #expect(ATARegisters(sense: Replies.fixedRegisters(lba: 0x123456))?.nativeMaximum == 0x123456)
        #expect(ATARegisters(sense: Replies.fixedRegisters(lba: 0x123456, isMore: true))?.nativeMaximum == nil)
        // An ordinary error holds no registers.
        #expect(ATARegisters(sense: [0x70, 0, 5, 0, 0, 0, 0, 10, 0, 0, 0, 0, 0x20, 0, 0, 0, 0, 0]) == nil)
        #expect(ATARegisters(sense: []) == nil)
    }

    @Test("DEVICE CONFIGURATION IDENTIFY (ATA8-ACS, 7.10.3)")
    func configuration() throws {
        let configuration = try #require(DeviceConfiguration(Replies.configuration(maximum: 3_907_029_167)))
        #expect(configuration.maximum == 3_907_029_167 && configuration.checksum == true)
        #expect(DeviceConfiguration([UInt8](repeating: 0, count: 512)) == nil)
        #expect(DeviceConfiguration(Replies.configuration(maximum: 1 << 48)) == nil)
    }
}
