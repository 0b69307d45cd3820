import CLinux
import DriveCommands
import Glibc

/// smartmontools' program, which knows the health reports of drives better than we ever could.
struct Smartctl {
    /// Where Debian puts it.
    static let defaultPath = "/usr/sbin/smartctl"

    let path: String
    /// Whether the disk is an ATA disk behind a bridge.
    let isATA: Bool
    /// Whether the attributes are enough, among which the temperature is.
    let isBrief: Bool

    /// Everything that it can find out by reading. `--all` and not `--xall`, which writes SCT commands into a log.
    func arguments(_ language: Interrogation.Language?, _ name: String) -> [String] {
        let type: [String] =
            switch language {
            case .nvme: ["--device=nvme"]
            case .scsi: isATA ? ["--device=sat"] : []
            case nil: []
            }
        return ["smartctl", "--json=c", isBrief ? "--attributes" : "--all"] + type + ["/dev/\(name)"]
    }

    /// Puts smartctl into the place of this process, its output going to whoever asked. It can open nothing for writing: the
    /// kernel answers EROFS, and smartctl then opens the disk for reading.
    ///
    /// - Returns: only where it could not be started.
    func become(_ language: Interrogation.Language?, _ disk: EvidenceDisk) -> ProbeReport.Refusal {
        guard access(path, X_OK) == 0 else { return .notInstalled }
        guard clinux_open_read_only_from_now_on() == 0 else { return .failed }
        var arguments: [UnsafeMutablePointer<CChar>?] = arguments(language, disk.name).map { strdup($0) }
        var environment: [UnsafeMutablePointer<CChar>?] = [strdup("LC_ALL=C"), strdup("PATH=/usr/sbin:/usr/bin")]
        arguments.append(nil)
        environment.append(nil)
        execve(path, arguments, environment)
        return .failed
    }
}
