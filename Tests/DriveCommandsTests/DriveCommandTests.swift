import Testing

@testable import DriveCommands

/// The claim that nothing which changes a drive is ever sent rests on these.
@Suite("The closed list of commands")
struct DriveCommandTests {
    /// SCSI commands that only read, by opcode and, where the opcode has them, service action (SPC-4, table 73; SBC-3, table 18).
    static let reading: Set<[UInt8]> = [[0x12], [0x9E, 0x10], [0xA2]]
    /// ATA commands that only read, with the subcommand (ATA8-ACS, ACS-3).
    static let ataReading: Set<[UInt8]> = [[0xEC, 0x00], [0xF8, 0x00], [0x27, 0x00], [0xB1, 0xC2], [0x78, 0x00]]
    /// NVMe admin commands that only read: Get Log Page, Identify, Security Receive (NVMe 1.4, figure 139).
    static let nvmeReading: Set<UInt8> = [0x02, 0x06, 0x82]

    @Test("no command writes, sets, erases or freezes anything", arguments: DriveCommand.allCases)
    func onlyReads(_ command: DriveCommand) {
        switch command.form {
        case .scsi(let block) where block[0] == 0x85: checkATA(block, command.length)
        case .scsi(let block):
            #expect([6, 12, 16].contains(block.count))
            #expect(Self.reading.contains([block[0]]) || Self.reading.contains([block[0], block[1] & 0x1F]))
        case .nvme(let opcode, _, let cdw10, _):
            #expect(Self.nvmeReading.contains(opcode))
            // Bits 1:0 of the opcode: 10b is controller to host; 01b would be host to controller (NVMe 1.4, figure 139).
            #expect(opcode & 3 == 2)
            // Retain Asynchronous Event: reading the log clears nothing.
            if opcode == 0x02 { #expect(cdw10 >> 15 & 1 == 1) }
        }
    }

    /// ATA PASS-THROUGH (16) (SAT-3, 12.2.3).
    private func checkATA(_ block: [UInt8], _ length: Int) {
        #expect(block.count == 16)
        #expect(Self.ataReading.contains([block[14], block[4]]))
        let (transferLength, fromDevice, protocolField) = (block[2] & 3, block[2] >> 3 & 1, block[1] >> 1 & 15)
        if length == 0 {
            // Non-data: nothing goes in any direction; CK_COND brings the registers back.
            #expect(protocolField == 3 && transferLength == 0 && block[2] & 0x20 != 0 && block[6] == 0)
        } else {
            // PIO data-in; T_DIR 1 is from the device.
            #expect(protocolField == 4 && fromDevice == 1 && block[6] == 1 && length == 512)
        }
        // Neither a feature nor an address above what the command reads.
        #expect(block[3] == 0 && block[7...12].allSatisfy { $0 == 0 })
    }

    @Test("the allocation length in a block is the room that there is", arguments: DriveCommand.allCases)
    func allocation(_ command: DriveCommand) {
        switch command.form {
        case .scsi(let block) where block[0] == 0x12: #expect(Int(block[3]) << 8 | Int(block[4]) == command.length)
        case .scsi(let block) where block[0] == 0x9E: #expect(Int(block[12]) << 8 | Int(block[13]) == command.length)
        case .scsi(let block) where block[0] == 0xA2: #expect(Int(block[8]) << 8 | Int(block[9]) == command.length)
        case .scsi: break
        case .nvme(0x82, _, _, let length): #expect(Int(length) == command.length)
        case .nvme(0x02, _, let cdw10, _): #expect((Int(cdw10 >> 16) + 1) * 4 == command.length)
        case .nvme: #expect(command.length == 4096)
        }
    }
}
