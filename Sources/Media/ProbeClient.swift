import Custody
import DriveCommands
import Glibc
import SystemPackage

/// Asks `fengcun-probe`, the one program with a privilege, over its socket.
public struct ProbeClient: Sendable {
    /// Where the unit `fengcun-probe.socket` listens.
    public static let defaultSocket = FilePath("/run/fengcun-probe.socket")
    /// Most seconds that an answer may take. A drive has five for each command, and the first that it does not answer is the last;
    /// the kernel takes its time to reset it. smartctl waits longer for a drive that has to spin up or fails.
    static func secondsLimit(_ kind: ProbeRequest.Kind) -> Int {
        switch kind {
        case .identify, .protect: 20
        case .health, .temperature: 30
        }
    }

    private let socket: FilePath

    /// Uses a socket.
    public init(_ socket: FilePath = Self.defaultSocket) { self.socket = socket }

    /// Why there is no answer.
    public enum Failure: Error, Equatable {
        /// Nobody listens.
        case noProbe
        /// No answer in time, or none that can be read.
        case noAnswer
        /// The program says why not.
        case refused(ProbeReport.Refusal)

        /// As it stands in entries.
        public var text: String {
            switch self {
            case .noProbe: "no-probe"
            case .noAnswer: "no-answer"
            case .refused(let refusal): refusal.rawValue
            }
        }
    }

    /// Asks, and waits for the answer. Blocks; call it on a thread of its own.
    public func ask(_ request: ProbeRequest) throws(Failure) -> ProbeReport {
        guard let report = ProbeReport(try exchange(request)) else { throw .noAnswer }
        // Who refuses need not say for which disk.
        if let refusal = report.refusal { throw .refused(refusal) }
        guard report.device == request.device else { throw .noAnswer }
        return report
    }

    /// Asks how a disk is. Blocks for at most 30 seconds; call it on a thread of its own.
    ///
    /// - Parameters:
    ///   - kind: `health`, or `temperature` where that is enough.
    ///   - isATA: whether an ATA disk answered when it was asked who it is.
    public func health(_ kind: ProbeRequest.Kind = .health, of device: BlockDevice, isATA: Bool) -> HealthReport {
        do throws(Failure) {
            let output = try exchange(
                ProbeRequest(kind, device: device.name, diskSequence: device.diskSequence, isATA: isATA))
            if let report = ProbeReport(output), let refusal = report.refusal { throw .refused(refusal) }
            guard let health = DriveHealth(smartctl: output) else { throw .noAnswer }
            return HealthReport(health: health, output: output)
        } catch {
            return HealthReport(health: DriveHealth(problem: error.text), output: nil)
        }
    }

    /// Sends a request and takes what comes back, until the other side closes the connection.
    private func exchange(_ request: ProbeRequest) throws(Failure) -> [UInt8] {
        let limit = Self.secondsLimit(request.request)
        let descriptor = try connect(limit)
        defer { try? descriptor.close() }
        let deadline = ContinuousClock.now.advanced(by: .seconds(limit))
        guard (try? descriptor.writeAll(request.line)) != nil else { throw .noAnswer }
        var answer: [UInt8] = []
        var buffer = [UInt8](repeating: 0, count: 64 << 10)
        while answer.count <= ProbeReport.byteLimit {
            // A byte at a time must not make the wait longer than it is.
            guard ContinuousClock.now < deadline,
                let count = try? buffer.withUnsafeMutableBytes({ try descriptor.read(into: $0) })
            else { throw .noAnswer }
            if count == 0 { break }
            answer += buffer[..<count]
        }
        guard answer.count <= ProbeReport.byteLimit else { throw .noAnswer }
        return answer
    }

    private func connect(_ seconds: Int) throws(Failure) -> FileDescriptor {
        var address = sockaddr_un()
        address.sun_family = sa_family_t(AF_UNIX)
        let path = Array(socket.string.utf8)
        guard path.count < MemoryLayout.size(ofValue: address.sun_path) else { throw .noProbe }
        withUnsafeMutableBytes(of: &address.sun_path) { $0.copyBytes(from: path) }
        let number = Glibc.socket(AF_UNIX, Int32(SOCK_STREAM.rawValue | SOCK_CLOEXEC.rawValue), 0)
        guard number >= 0 else { throw .noProbe }
        let descriptor = FileDescriptor(rawValue: number)
        var limit = timeval(tv_sec: seconds, tv_usec: 0)
        for option in [SO_RCVTIMEO, SO_SNDTIMEO] {
            setsockopt(number, SOL_SOCKET, option, &limit, socklen_t(MemoryLayout<timeval>.size))
        }
        let result = withUnsafePointer(to: &address) {
            $0.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                Glibc.connect(number, $0, socklen_t(MemoryLayout<sockaddr_un>.size))
            }
        }
        guard result == 0 else {
            try? descriptor.close()
            throw .noProbe
        }
        return descriptor
    }
}

/// What came of asking how a disk is.
public struct HealthReport: Sendable {
    /// The main figures, or why there are none.
    public let health: DriveHealth
    /// What smartctl printed; nil where it did not run.
    public let output: [UInt8]?
}
