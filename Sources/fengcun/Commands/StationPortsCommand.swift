import ArgumentParser
import Control
import Custody
import DurableFiles
import Foundation
import Ports
import SystemPackage

struct StationGroupCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "station", abstract: say("Set up this station.", "设置本台站。"), subcommands: [PortsCommand.self])
}

struct PortsCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "ports",
        abstract: say("Say which ports take evidence. Works without the daemon.", "声明各接口的用途，不需要守护进程。"),
        subcommands: [PortsListCommand.self, PortsDeclareCommand.self, PortsWithdrawCommand.self],
        defaultSubcommand: PortsListCommand.self)
}

/// A port with what is plugged into it.
struct PortView: Encodable {
    var port: String?
    var device: String?
    /// How the disk can be declared.
    var disk: String?
    var model: String?
    var capacity: Int?
    var declared: String?
    /// Now, by udev's database; null where our rules have not seen it.
    var evidence: Bool?
    /// At its next event.
    var willBeEvidence: Bool
    /// `fengcun-protect` refuses it, whatever is declared.
    var systemDisk: Bool
}

struct PortsListCommand: StationCommand {
    static let configuration = CommandConfiguration(
        commandName: "list",
        abstract: say("List the ports, and what is plugged into them.", "列出接口及已接入的磁盘。"))

    @OptionGroup var global: GlobalOptions

    func execute(_ client: ControlClient) async throws {
        try show(try portViews(under: installedRules())) { table($0) }
    }
}

struct PortsDeclareCommand: StationCommand {
    static let configuration = CommandConfiguration(
        commandName: "declare",
        abstract: say(
            "Declare a port as evidence, destination or ignored; or a disk as destination or ignored.",
            "声明接口为检材、目的盘或忽略；或声明磁盘为目的盘或忽略。"),
        discussion: say(
            "Prints the rules and what they make of the disks that are plugged in. With --install, as root, puts them in place.",
            "显示规则以及它们对已接入磁盘的作用；以 root 身份加 --install 则安装。"))

    @Argument(help: ArgumentHelp(say("evidence, destination or ignored.", "evidence、destination 或 ignored。")))
    var role: Declaration.Role

    @OptionGroup var subject: SubjectArguments
    @OptionGroup var installation: InstallationArguments
    @OptionGroup var global: GlobalOptions

    func execute(_ client: ControlClient) async throws {
        var rules = try installedRules()
        rules.declare(try Declaration(subject.subject, role))
        try installation.finish(rules, self)
    }
}

struct PortsWithdrawCommand: StationCommand {
    static let configuration = CommandConfiguration(
        commandName: "withdraw", abstract: say("Take a declaration back.", "撤回声明。"))

    @OptionGroup var subject: SubjectArguments
    @OptionGroup var installation: InstallationArguments
    @OptionGroup var global: GlobalOptions

    func execute(_ client: ControlClient) async throws {
        var rules = try installedRules()
        rules.withdraw(try subject.subject)
        try installation.finish(rules, self)
    }
}

extension Declaration.Role: ExpressibleByArgument {}

/// Names a port or a disk.
struct SubjectArguments: ParsableArguments {
    @Option(help: ArgumentHelp(say("The port, as the list names it.", "接口，按列表中的名称。"), valueName: "name"))
    var port: String?

    @Option(help: ArgumentHelp(say("The disk, as the list names it.", "磁盘，按列表中的标识。"), valueName: "name"))
    var disk: String?

    func validate() throws {
        guard (port == nil) != (disk == nil) else {
            throw ValidationError(say("name either --port or --disk", "--port 与 --disk 二者必居其一"))
        }
    }

    var subject: Declaration.Subject {
        get throws(PortError) {
            if let port { return .port(try Port(port)) }
            return .disk(try DiskName(disk ?? ""))
        }
    }
}

/// Whether the rules are put in place.
struct InstallationArguments: ParsableArguments {
    @Flag(help: ArgumentHelp(say("Put the rules in place (root).", "安装规则（需 root）。")))
    var install = false

    /// Shows the rules and their effect and, where it is wanted, puts them in place.
    func finish(_ rules: PortRules, _ command: some StationCommand) throws {
        // What is generated must be read back as what was meant, or it is not ours to install.
        guard try PortRules(rules.text) == rules.reread else {
            throw PortError.invalid(path: PortRules.path, reason: "not read back")
        }
        let views = try portViews(under: rules)
        if install { try put(rules, views) }
        try command.show(Result(path: PortRules.path, installed: install, rules: rules.text, disks: views)) {
            let state =
                install
                ? say("installed: \(PortRules.path)", "已安装：\(PortRules.path)")
                : say("NOT installed; repeat it with --install", "未安装；加 --install 重新执行即安装")
            return "\($0.rules)\n\(table($0.disks))\n\(state)"
        }
    }

    struct Result: Encodable {
        var path: String
        var installed: Bool
        var rules: String
        var disks: [PortView]
    }

    private func put(_ rules: PortRules, _ views: [PortView]) throws {
        let path = FilePath(PortRules.path)
        func write(_ path: FilePath) throws(FileError) {
            try writeDurably(
                rules.text.utf8, to: path, permissions: [.ownerReadWrite, .groupRead, .otherRead], existing: .replace)
        }
        do {
            // systemd 254 and newer can check a file; 252 of Debian 12 answers that it does not know the word.
            if case let (status, errors) = try runLocal("udevadm", "verify", "--help"), status == 0 {
                // Not where udevd would read it: what it says does not hold yet.
                let candidate = FilePath("/run/\(path.lastComponent?.string ?? "fengcun.rules")")
                try write(candidate)
                defer { _ = unlink(candidate.string) }
                let (status, report) = try runLocal("udevadm", "verify", candidate.string)
                guard status == 0 else { throw PortError.invalid(path: path.string, reason: report + errors) }
            }
            try write(path)
        } catch let error as FileError {
            throw LocalFileError(error: error)
        }
        try mustRun("udevadm", "control", "--reload")
        // The beginning of the boot must know it, too.
        if access("/usr/sbin/update-initramfs", X_OK) == 0 { try mustRun("/usr/sbin/update-initramfs", "-u") }
        // What becomes evidence is protected now and not when it is plugged in again. Nothing is taken back from the others.
        for view in views where view.willBeEvidence && view.evidence != true && !view.systemDisk {
            if let device = view.device { try mustRun("udevadm", "trigger", "--action=change", "--settle", device) }
        }
    }
}

extension PortRules {
    /// The declarations in the order in which the file has them.
    fileprivate var reread: PortRules {
        var ordered = PortRules()
        for declaration in declarations { if case .disk = declaration.subject { ordered.declare(declaration) } }
        for declaration in declarations { if case .port = declaration.subject { ordered.declare(declaration) } }
        return ordered
    }
}

/// The declarations that are in place.
private func installedRules() throws -> PortRules {
    let bytes: [UInt8]
    do throws(FileError) {
        bytes = try readFile(FilePath(PortRules.path), limit: 1 << 20)
    } catch {
        guard error.errno == .noSuchFileOrDirectory else { throw LocalFileError(error: error) }
        return PortRules()
    }
    return try PortRules(String(decoding: bytes, as: UTF8.self))
}

/// Every port that the machine shows, and every disk on a port.
private func portViews(under rules: PortRules) throws -> [PortView] {
    let export = try mustRun("udevadm", "info", "--export-db")
    let system = SystemAttributes { path in
        (try? readFile(FilePath("/sys" + path), limit: 4096)).map { String(decoding: $0, as: UTF8.self) }
    }
    var views: [PortView] = []
    for disk in UdevRecord.parse(export).filter(\.isDisk) {
        let run = DryRun(disk, rules, system)
        let protect = "/usr/lib/udev/fengcun-protect"
        let isRefused = { try runLocal(protect, "--dry-run", disk.node).output.contains("FENGCUN_EVIDENCE=0") }
        let refused = try run.willBeEvidence && access(protect, X_OK) == 0 && isRefused()
        views.append(
            PortView(
                port: run.port?.name, device: disk.node, disk: run.name?.name, model: disk.properties["ID_MODEL"],
                capacity: run.capacity, declared: run.role?.rawValue, evidence: run.isEvidence,
                willBeEvidence: run.willBeEvidence && !refused, systemDisk: refused))
    }
    let used = Set(views.compactMap(\.port))
    for port in EmptyPorts.all() where !used.contains(port.name) {
        let role = rules.role(of: port)
        views.append(
            PortView(
                port: port.name, declared: role?.rawValue, willBeEvidence: role.map { $0 == .evidence } ?? port.isUSB,
                systemDisk: false))
    }
    return views.sorted { ($0.port ?? "~", $0.device ?? "") < ($1.port ?? "~", $1.device ?? "") }
}

private func table(_ views: [PortView]) -> String {
    var table = Table(
        say("PORT", "接口"), say("DEVICE", "设备"), say("MODEL", "型号"), say("DECLARED", "声明"), say("EVIDENCE NOW", "现为检材"),
        say("WILL BE", "将为检材"), say("DISK", "磁盘标识"))
    for view in views {
        let future = view.systemDisk ? say("system disk", "系统盘") : yes(view.willBeEvidence)
        table.add(
            view.port, view.device, view.model, view.declared, view.evidence.map { $0 ? say("yes", "是") : say("no", "否") },
            future,
            view.disk)
    }
    return table.text
}

// MARK: Programs of the installation

private func runLocal(_ program: String, _ arguments: String...) throws -> (status: Int32, output: String) {
    try runLocal(program, arguments)
}

/// Runs a program of the system to its end.
///
/// - Returns: its exit status, and what it printed.
private func runLocal(_ program: String, _ arguments: [String]) throws -> (status: Int32, output: String) {
    let process = Process()
    process.executableURL = URL(fileURLWithPath: program.hasPrefix("/") ? program : "/usr/bin/" + program)
    process.arguments = arguments
    process.standardInput = FileHandle.nullDevice
    let pipe = Pipe()
    process.standardOutput = pipe
    process.standardError = pipe
    do {
        try process.run()
    } catch {
        throw PortError.program(program, reason: error.localizedDescription)
    }
    let output = pipe.fileHandleForReading.readDataToEndOfFile()
    process.waitUntilExit()
    return (process.terminationStatus, String(decoding: output, as: UTF8.self))
}

/// Runs a program of the system that must succeed.
@discardableResult
private func mustRun(_ program: String, _ arguments: String...) throws -> String {
    let (status, output) = try runLocal(program, arguments)
    guard status == 0 else { throw PortError.program(program, reason: String(output.suffix(500))) }
    return output
}
