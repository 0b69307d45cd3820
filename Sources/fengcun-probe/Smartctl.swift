import CLinux
import DriveCommands
import Glibc

/// smartmontools' program, which knows the health reports of drives better than we ever could.
enum Smartctl {
    /// Where Debian puts it.
    static let path = "/usr/sbin/smartctl"

    /// Everything that it can find out by reading. `--all` and not `--xall`, which writes SCT commands into a log.
    static func arguments(_ language: Interrogation.Language, _ name: String, isATA: Bool) -> [String] {
        let type: [String] =
            switch language {
            case .nvme: ["--device=nvme"]
            case .scsi: isATA ? ["--device=sat"] : []
            }
        return ["smartctl", "--json=c", "--all"] + type + ["/dev/\(name)"]
    }

    /// Puts smartctl into the place of this process, its output going to whoever asked. It can open nothing for writing: the
    /// kernel answers EROFS, and smartctl then opens the disk for reading.
    ///
    /// - Returns: only where it could not be started.
    static func become(_ language: Interrogation.Language, _ disk: EvidenceDisk, isATA: Bool) -> ProbeReport.Refusal {
        guard access(path, X_OK) == 0 else { return .notInstalled }
        guard clinux_open_read_only_from_now_on() == 0 else { return .failed }
        var arguments: [UnsafeMutablePointer<CChar>?] = Self.arguments(language, disk.name, isATA: isATA).map { strdup($0) }
        var environment: [UnsafeMutablePointer<CChar>?] = [strdup("LC_ALL=C"), strdup("PATH=/usr/sbin:/usr/bin")]
        arguments.append(nil)
        environment.append(nil)
        execve(path, arguments, environment)
        return .failed
    }
}
