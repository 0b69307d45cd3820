import CLinux
import FoundationEssentials
import Glibc
import SystemPackage

/// Carries commands to one drive. Blocks for at most the time limit of a command, and what the kernel takes to reset the drive.
public protocol DriveTransport {
    /// Sends one command.
    func send(_ command: DriveCommand) -> DriveReply
}

/// What became of one command, as it came from the drive: nothing is interpreted.
public struct DriveReply: Sendable, Equatable, Codable {
    /// How it ended.
    public enum Outcome: String, Sendable, Codable {
        /// The drive answered.
        case answered
        /// The drive said that it does not know the command, or will not.
        case refused
        /// The drive did not answer in time, or was gone: no further command is sent to it.
        case failed
    }

    /// The command.
    public var command: DriveCommand
    /// How it ended.
    public var outcome: Outcome
    /// The data.
    public var data: [UInt8]
    /// SCSI sense data.
    public var sense: [UInt8]
    /// The status: SCSI status and host byte, NVMe status field, or an errno below zero.
    public var status: Int

    /// Describes a reply.
    public init(_ command: DriveCommand, _ outcome: Outcome, data: [UInt8] = [], sense: [UInt8] = [], status: Int = 0) {
        self.command = command
        self.outcome = outcome
        self.data = data
        self.sense = sense
        self.status = status
    }

    private enum CodingKeys: String, CodingKey { case command, outcome, data, sense, status }

    /// Reads a reply; bytes are in base64.
    public init(from decoder: any Decoder) throws {
        let container = try decoder.container(keyedBy: CodingKeys.self)
        command = try container.decode(DriveCommand.self, forKey: .command)
        outcome = try container.decode(Outcome.self, forKey: .outcome)
        data = Array(try container.decode(Data.self, forKey: .data))
        sense = Array(try container.decode(Data.self, forKey: .sense))
        status = try container.decode(Int.self, forKey: .status)
    }

    /// Writes a reply.
    public func encode(to encoder: any Encoder) throws {
        var container = encoder.container(keyedBy: CodingKeys.self)
        try container.encode(command, forKey: .command)
        try container.encode(outcome, forKey: .outcome)
        try container.encode(Data(data), forKey: .data)
        try container.encode(Data(sense), forKey: .sense)
        try container.encode(status, forKey: .status)
    }
}

/// Sends commands through an open block device: SG_IO, or NVMe's admin pass-through.
public struct KernelTransport: DriveTransport {
    private let descriptor: CInt

    /// Uses a descriptor, which the caller keeps open.
    public init(_ descriptor: FileDescriptor) { self.descriptor = descriptor.rawValue }

    /// Sends one command.
    public func send(_ command: DriveCommand) -> DriveReply {
        var data = [UInt8](repeating: 0, count: command.length)
        var answer = clinux_drive_answer()
        let result: CInt
        switch command.form {
        case .scsi(let block):
            result = clinux_scsi_read(
                descriptor, block, UInt8(block.count), &data, UInt32(data.count), DriveCommand.timeLimit, &answer)
        case .nvme(let opcode, let ofNamespace, let cdw10, let cdw11):
            let namespace = ofNamespace ? clinux_nvme_namespace(descriptor) : 0
            result =
                namespace < 0
                ? namespace
                : clinux_nvme_read(
                    descriptor, opcode, UInt32(namespace), cdw10, cdw11, &data, UInt32(data.count), DriveCommand.timeLimit,
                    &answer)
        }
        guard result == 0 else { return DriveReply(command, Self.isRefusal(result) ? .refused : .failed, status: Int(result)) }
        let sense = withUnsafeBytes(of: answer.sense) { Array($0.prefix(Int(answer.sense_length))) }
        // The host byte is of the kernel: it could not bring the command to the drive, or waited in vain (DID_TIME_OUT).
        let outcome: DriveReply.Outcome =
            answer.host != 0 ? .failed : answer.status == 0 || command.length == 0 && !sense.isEmpty ? .answered : .refused
        return DriveReply(
            command, outcome, data: outcome == .answered ? Array(data.prefix(Int(answer.length))) : [], sense: sense,
            status: Int(answer.status | answer.host << 16))
    }

    /// The kernel knows no such command for this device, or does not let it pass; the drive was not asked.
    private static func isRefusal(_ result: CInt) -> Bool {
        [ENOTTY, EINVAL, EOPNOTSUPP, EACCES, EPERM].contains(-result)
    }
}
