import Testing

@testable import DriveCommands

/// A drive that answers as a test says, and keeps what it was asked.
final class FakeDrive: DriveTransport {
    private let replies: [DriveCommand: DriveReply]
    private(set) var asked: [DriveCommand] = []

    /// - Parameters:
    ///   - data: what it answers; everything else it refuses.
    ///   - hanging: commands that it does not come back from.
    init(_ data: [DriveCommand: [UInt8]], hanging: Set<DriveCommand> = []) {
        var replies = Dictionary(uniqueKeysWithValues: data.map { ($0, DriveReply($0, .answered, data: $1)) })
        for command in hanging { replies[command] = DriveReply(command, .failed, status: 3 << 16) }
        self.replies = replies
    }

    func send(_ command: DriveCommand) -> DriveReply {
        asked.append(command)
        return replies[command] ?? DriveReply(command, .refused, status: 2)
    }
}

@Suite("What a drive is asked")
struct InterrogationTests {
    static func inquiry(vendor: String = "Seagate ", removable: Bool = false, type: UInt8 = 0) -> [UInt8] {
        [type, removable ? 0x80 : 0, 6, 2, 31, 0, 0, 0] + Array(vendor.utf8) + [UInt8](repeating: 0x20, count: 20)
    }

    static func identify(_ words: [Int: UInt16]) -> [UInt8] {
        var reply = [UInt8](repeating: 0, count: 512)
        reply[0] = 0x40
        for (word, value) in words {
            reply[2 * word] = UInt8(value & 0xFF)
            reply[2 * word + 1] = UInt8(value >> 8)
        }
        return reply
    }

    @Test("a disk behind a bridge: what it says it has, and no more")
    func bridge() {
        let drive = FakeDrive([
            .inquiry: Self.inquiry(), .vpdPages: [0, 0, 0, 3, 0x00, 0x80, 0x83],
            .ataIdentify: Self.identify([82: 1 << 10, 83: 1 << 14 | 1 << 10 | 1 << 11]),
        ])
        let replies = Interrogation.run(.scsi, drive)
        #expect(
            drive.asked == [
                .inquiry, .vpdPages, .vpdSerial, .vpdIdentification, .readCapacity, .ataIdentify, .ataNativeMaximumExtended,
                .ataConfiguration,
            ])
        #expect(replies.map(\.command) == drive.asked)
        #expect(replies.filter { $0.outcome == .answered }.count == 3)
    }

    @Test("a drive without 48-bit addresses is asked with the short command; AMA and TCG where they are there")
    func features() {
        let drive = FakeDrive([
            .inquiry: Self.inquiry(vendor: "ATA     ", removable: true),
            .ataIdentify: Self.identify([48: 1 << 14 | 1, 82: 1 << 10, 83: 1 << 14, 119: 1 << 14 | 1 << 8]),
        ])
        _ = Interrogation.run(.scsi, drive)
        #expect(
            drive.asked == [
                .inquiry, .vpdPages, .readCapacity, .ataIdentify, .ataNativeMaximum, .ataAccessibleMaximum, .securityDiscovery,
            ])
    }

    @Test("a stick is sent no ATA command: some hang")
    func stick() {
        let drive = FakeDrive([.inquiry: Self.inquiry(removable: true)])
        _ = Interrogation.run(.scsi, drive)
        #expect(drive.asked == [.inquiry, .vpdPages, .readCapacity])
    }

    @Test("an optical drive is asked who it is, and nothing else")
    func optical() {
        let drive = FakeDrive([.inquiry: Self.inquiry(type: 5), .vpdPages: [5, 0, 0, 2, 0x00, 0x80]])
        _ = Interrogation.run(.scsi, drive)
        #expect(drive.asked == [.inquiry, .vpdPages, .vpdSerial])
    }

    @Test("garbage for IDENTIFY ends the talk about ATA", arguments: [0x00, 0xFF, 0xA5] as [UInt8])
    func garbage(_ byte: UInt8) {
        let drive = FakeDrive([.inquiry: Self.inquiry(), .ataIdentify: [UInt8](repeating: byte, count: 512)])
        _ = Interrogation.run(.scsi, drive)
        #expect(drive.asked.last == .ataIdentify)
    }

    @Test(
        "a drive that hangs is asked nothing more",
        arguments: [.inquiry, .vpdPages, .vpdSerial, .readCapacity, .ataIdentify] as [DriveCommand])
    func hanging(_ command: DriveCommand) {
        let drive = FakeDrive(
            [.inquiry: Self.inquiry(), .vpdPages: [0, 0, 0, 2, 0x00, 0x80], .ataIdentify: Self.identify([82: 1 << 10])],
            hanging: [command])
        let replies = Interrogation.run(.scsi, drive)
        #expect(drive.asked.last == command && replies.last?.outcome == .failed)
    }

    @Test("an NVMe drive")
    func nvme() {
        var controller = [UInt8](repeating: 0, count: 4096)
        controller[0] = 0x44
        let plain = FakeDrive([.nvmeController: controller])
        _ = Interrogation.run(.nvme, plain)
        #expect(plain.asked == [.nvmeController, .nvmeNamespace, .nvmeActiveNamespaces, .nvmeHealth])
        controller[256] = 0b1001
        let full = FakeDrive([.nvmeController: controller])
        _ = Interrogation.run(.nvme, full)
        #expect(full.asked.contains(.nvmeAllocatedNamespaces) && full.asked.contains(.nvmeSecurityDiscovery))
        let silent = FakeDrive([:])
        _ = Interrogation.run(.nvme, silent)
        #expect(silent.asked == [.nvmeController])
    }

    @Test(
        "how a disk is talked to, by its name",
        arguments: [("sdb", true), ("sr0", true), ("nvme0n1", true), ("loop0", false), ("vda", false), ("mmcblk0", false)])
    func language(_ name: String, _ isAsked: Bool) { #expect((Interrogation.Language(deviceName: name) != nil) == isAsked) }
}

@Suite("The talk between daemon and program")
struct ProbeTests {
    @Test("a request comes back as it went")
    func request() {
        let request = ProbeRequest(.health, device: "sdb", diskSequence: 9, isATA: true)
        #expect(ProbeRequest(request.line) == request)
    }

    @Test(
        "what is no request",
        arguments: [
            "", "{}", "[]", "identify sdb", #"{"request":"identify","device":"sdb"}"#,
            #"{"request":"write","device":"sdb","diskSequence":1}"#,
            #"{"request":"identify","device":"../sda","diskSequence":1}"#,
            #"{"request":"identify","device":"","diskSequence":1}"#, #"{"request":"identify","device":"sd b","diskSequence":1}"#,
            #"{"request":"identify","device":"sdb/../sda","diskSequence":1}"#,
            #"{"request":"identify","device":"\#(String(repeating: "a", count: 33))","diskSequence":1}"#,
            #"{"request":"identify","device":"sdb","diskSequence":1,"x":"\#(String(repeating: "a", count: 1024))"}"#,
        ])
    func malformed(_ line: String) { #expect(ProbeRequest(Array(line.utf8)) == nil) }

    @Test("a report comes back as it went, bytes and refusals")
    func report() {
        let report = ProbeReport(
            device: "sdb",
            replies: [
                DriveReply(.inquiry, .answered, data: [0, 0xFF, 0x22]),
                DriveReply(.ataIdentify, .failed, sense: [0x70], status: -5),
            ])
        #expect(ProbeReport(report.line) == report)
        #expect(report.data(.inquiry) == [0, 0xFF, 0x22] && report.data(.ataIdentify) == nil)
        let refusal = ProbeReport(device: "sdb", refusal: .notEvidence)
        #expect(ProbeReport(refusal.line) == refusal)
        #expect(ProbeReport(Array("{}".utf8)) == nil && ProbeReport([]) == nil)
    }
}
