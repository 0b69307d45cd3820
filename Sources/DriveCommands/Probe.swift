import FoundationEssentials

/// What the daemon asks the program `fengcun-probe`: one line of JSON.
public struct ProbeRequest: Sendable, Equatable, Codable {
    /// What is to be done.
    public enum Kind: String, Sendable, Codable {
        /// Ask the drive who it is; the answer is a `ProbeReport`.
        case identify
        /// Ask the drive how it is; the answer is what `smartctl --json --all` prints.
        case health
        /// Ask the drive how warm it is; the answer is what `smartctl --json --attributes` prints.
        case temperature
        /// Set the read-only flag of the disk and its partitions; the answer is a `ProbeReport` without replies.
        case protect
    }

    /// Longest request in bytes.
    public static let byteLimit = 1024

    /// What is to be done.
    public var request: Kind
    /// The kernel's name of the disk, such as `sdb`.
    public var device: String
    /// The kernel's number of this stay of the disk (DISKSEQ): another disk under the same name is refused.
    public var diskSequence: Int
    /// For `health` and `temperature`: the disk is an ATA disk behind a bridge (SAT).
    public var isATA: Bool?

    /// Describes a request.
    public init(_ request: Kind, device: String, diskSequence: Int, isATA: Bool? = nil) {
        self.request = request
        self.device = device
        self.diskSequence = diskSequence
        self.isATA = isATA
    }

    /// Reads a request; nil for what is none, and for a name that the kernel gives no disk.
    public init?(_ line: [UInt8]) {
        guard line.count <= Self.byteLimit, let request = try? JSONDecoder().decode(Self.self, from: Data(line)),
            (1...32).contains(request.device.utf8.count),
            request.device.utf8.allSatisfy({ (0x61...0x7A).contains($0) || (0x30...0x39).contains($0) })
        else { return nil }
        self = request
    }

    /// One line, with its newline.
    public var line: [UInt8] { probeLine(self) }
}

/// What `fengcun-probe` answers: the drive's replies as they came, or why it was not asked.
public struct ProbeReport: Sendable, Equatable, Codable {
    /// Why a request was refused.
    public enum Refusal: String, Sendable, Codable, Error {
        /// The request is not one.
        case malformed = "malformed-request"
        /// The peer is neither the daemon's user nor root.
        case denied
        /// The device cannot be opened, or is no whole disk.
        case noDisk = "no-such-disk"
        /// Another disk has taken the name.
        case otherDisk = "device-changed"
        /// udev does not call it evidence.
        case notEvidence = "not-evidence"
        /// There are no commands for this kind of disk.
        case nothingToAsk = "nothing-to-ask"
        /// smartctl is not installed.
        case notInstalled = "not-installed"
        /// The kernel refused.
        case failed
    }

    /// Longest report in bytes.
    public static let byteLimit = 1 << 20
    /// Seconds after which the program is killed.
    public static let secondsLimit: UInt32 = 60

    /// The disk.
    public var device: String
    /// What was sent and what came, in order.
    public var replies: [DriveReply]
    /// Why nothing was sent.
    public var refusal: Refusal?

    /// Describes a report.
    public init(device: String, replies: [DriveReply] = [], refusal: Refusal? = nil) {
        self.device = device
        self.replies = replies
        self.refusal = refusal
    }

    /// Reads a report; nil for what is none.
    public init?(_ bytes: [UInt8]) {
        guard bytes.count <= Self.byteLimit, let report = try? JSONDecoder().decode(Self.self, from: Data(bytes)) else {
            return nil
        }
        self = report
    }

    /// One line, with its newline.
    public var line: [UInt8] { probeLine(self) }

    /// The data of a command that was answered.
    public func data(_ command: DriveCommand) -> [UInt8]? {
        replies.first { $0.command == command && $0.outcome == .answered }?.data
    }
}

private func probeLine(_ value: some Encodable) -> [UInt8] {
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
    // Nothing in it can fail to encode: texts, whole numbers and base64.
    return Array((try? encoder.encode(value)) ?? Data()) + [0x0A]
}
