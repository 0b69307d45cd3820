import ArgumentParser
import CLinux
import DriveCommands
import DurableFiles
import Glibc
import SystemPackage

/// Asks a drive what only a privileged program may ask. The one program of Fengcun with a capability; systemd starts it for
/// each request on its socket (`systemd/fengcun-probe.socket`), with the connection as standard input and output.
@main
struct FengcunProbe: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "fengcun-probe", abstract: "Asks an evidence disk who it is and how it is, with commands that only read.",
        discussion: """
            Without options it takes one request from the socket that is its standard input, as the daemon sends it.
            Exit status: 0 when it answered, also with a refusal; 64 on wrong usage.
            """)

    @Option(help: "Ask this disk (such as sdb), by hand.")
    var device: String?

    @Option(help: "What to ask, with --device: identify, health, temperature or protect.")
    var request: ProbeRequest.Kind = .identify

    @Option(help: "The user whose processes may ask over the socket, beside root.")
    var user = "fengcun"

    @Option(help: "Path of smartctl. Whoever asks over the socket has no say in it.")
    var smartctl = Smartctl.defaultPath

    func run() throws {
        // Whatever hangs ends here, also smartctl in the place of this program (alarm(2) survives execve). A process that waits
        // for the kernel to reset a drive ends when that lets it go; nobody waits for it meanwhile.
        alarm(ProbeReport.secondsLimit)
        signal(SIGPIPE, SIG_IGN)
        do throws(ProbeReport.Refusal) {
            answer(try serve(try taken()))
        } catch {
            answer(ProbeReport(device: device ?? "", refusal: error))
        }
    }

    private func answer(_ report: ProbeReport) { _ = try? FileDescriptor.standardOutput.writeAll(report.line) }

    /// The request, from whoever may make one.
    private func taken() throws(ProbeReport.Refusal) -> ProbeRequest {
        if let device {
            guard let sequence = Sysfs.diskSequence(device) else { throw .noDisk }
            return ProbeRequest(request, device: device, diskSequence: sequence)
        }
        guard let peer = Peer(of: .standardInput), peer.mayAsk(as: user) else { throw .denied }
        var line: [UInt8] = []
        var byte: UInt8 = 0
        while line.count <= ProbeRequest.byteLimit {
            guard let count = try? withUnsafeMutableBytes(of: &byte, { try FileDescriptor.standardInput.read(into: $0) }),
                count == 1,
                byte != 0x0A
            else { break }
            line.append(byte)
        }
        guard let request = ProbeRequest(line) else { throw .malformed }
        return request
    }

    private func serve(_ request: ProbeRequest) throws(ProbeReport.Refusal) -> ProbeReport {
        let language = Interrogation.Language(deviceName: request.device)
        if request.request == .identify, language == nil { throw .nothingToAsk }
        guard clinux_keep_capability(capability(request.request, language)) == 0 else { throw .failed }
        let disk = try EvidenceDisk(request)
        switch (request.request, language) {
        case (.identify, let language?):
            return ProbeReport(
                device: request.device, replies: Interrogation.run(language, KernelTransport(disk.file.descriptor)))
        case (.identify, nil): throw .nothingToAsk
        // Whom smartctl can ask it knows better than we do.
        case (.health, _), (.temperature, _):
            throw Smartctl(path: smartctl, isATA: request.isATA ?? false, isBrief: request.request == .temperature)
                .become(language, disk)
        case (.protect, _):
            try disk.protect()
            return ProbeReport(device: request.device)
        }
    }

    /// The one capability that is kept, by what the kernel asks for: CAP_SYS_RAWIO lets SCSI commands pass (SG_IO), CAP_SYS_ADMIN
    /// NVMe's admin commands and BLKROSET. The other is given up before the device is opened.
    private func capability(_ kind: ProbeRequest.Kind, _ language: Interrogation.Language?) -> CInt {
        switch (kind, language) {
        case (.protect, _), (_, .nvme): clinux_cap_sys_admin
        case (_, .scsi): clinux_cap_sys_rawio
        case (_, nil): -1
        }
    }
}

extension ProbeRequest.Kind: ExpressibleByArgument {}

/// Who is at the other end of the socket.
struct Peer {
    let uid: uid_t

    /// Names a peer.
    init(uid: uid_t) { self.uid = uid }

    /// Asks the kernel (SO_PEERCRED; unix(7)); nil where the descriptor is no connected unix socket.
    init?(of descriptor: FileDescriptor) {
        var credentials = clinux_ucred()
        var length = socklen_t(MemoryLayout<clinux_ucred>.size)
        guard getsockopt(descriptor.rawValue, SOL_SOCKET, clinux_so_peercred, &credentials, &length) == 0,
            length == MemoryLayout<clinux_ucred>.size, credentials.pid != 0
        else { return nil }
        uid = credentials.uid
    }

    /// Whether it is root or the named user. A name without an account lets nobody in.
    func mayAsk(as user: String) -> Bool {
        uid == 0 || getpwnam(user)?.pointee.pw_uid == uid
    }
}
