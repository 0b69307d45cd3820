import Foundation
import SystemPackage
import TestSupport

/// An emulated station: QEMU without hardware virtualisation, one disk of its own, ports for drives.
final class Machine {
    /// What it boots from.
    struct Files {
        /// Its disk, which it changes.
        let disk: FilePath
        let kernel: FilePath
        let initrd: FilePath
        /// A second disk, for files on their way out.
        let exchange: FilePath
        /// What it says on its serial console; kept.
        let console: FilePath
    }

    private let folder = TemporaryFolder()
    private let process = Process()
    private let lifeline: Lifeline
    private let shell: LineSocket
    /// What it was asked, and how long it took; kept beside the console.
    private let asked: FileHandle?
    /// QEMU's control socket.
    let monitor: Monitor

    /// Switches it on and waits until its system is up.
    ///
    /// - Parameter drives: what is plugged in before it is switched on, in its SATA bays, from the first on.
    init(_ files: Files, drives: [Drive] = []) throws {
        let (shellPath, monitorPath) = (folder("shell").string, folder("monitor").string)
        var arguments = [
            "-M", "q35", "-accel", "tcg,thread=multi", "-cpu", "max", "-m", "1280", "-smp", "2", "-nodefaults", "-display",
            "none",
            "-no-reboot", "-kernel", files.kernel.string, "-initrd", files.initrd.string, "-append",
            "root=/dev/vda rw console=ttyS0 quiet panic=-1 no_timer_check systemd.journald.forward_to_console=1 "
                + "systemd.journald.max_level_console=notice systemd.show_status=false",
            "-drive", "file=\(files.disk),if=virtio,format=raw,cache=unsafe",
            "-drive", "file=\(files.exchange),if=virtio,format=raw,cache=unsafe", "-chardev",
            "file,id=console,append=on,path=\(files.console)", "-serial", "chardev:console", "-device", "virtio-serial-pci",
            "-chardev", "socket,id=shell,server=on,wait=off,path=\(shellPath)", "-device",
            "virtserialport,chardev=shell,name=laboratory", "-qmp", "unix:\(monitorPath),server=on,wait=off",
            "-device", "qemu-xhci,id=xhci,addr=0x10,p2=8,p3=8", "-device", "virtio-scsi-pci,id=scsi,addr=0x11",
            "-device", "pcie-root-port,id=slot1,chassis=1,addr=0x12", "-device", "pcie-root-port,id=slot2,chassis=2,addr=0x13",
        ]
        for (bay, drive) in drives.enumerated() {
            arguments += [
                "-drive", "file=\(drive.file),if=none,format=raw,cache=unsafe,id=bay\(bay)", "-device",
                "ide-hd,bus=ide.\(bay),drive=bay\(bay),serial=\(drive.serial),model=\(drive.model)",
            ]
        }
        let asked = files.console.string + ".asked"
        _ = FileManager.default.createFile(atPath: asked, contents: nil)
        self.asked = FileHandle(forWritingAtPath: asked)
        process.executableURL = URL(fileURLWithPath: try find("qemu-system-x86_64"))
        process.arguments = arguments
        process.standardInput = FileHandle.nullDevice
        process.standardOutput = FileHandle.nullDevice
        // What QEMU itself has to say is rare, and worth reading.
        process.standardError = self.asked ?? FileHandle.nullDevice
        try process.run()
        lifeline = try Lifeline(process)
        // The sockets are there as soon as QEMU has started, which no event tells.
        func connected<Socket>(_ connect: () throws -> Socket) throws -> Socket {
            for _ in 0..<600 {
                if let socket = try? connect() { return socket }
                usleep(100_000)
            }
            return try connect()
        }
        do {
            monitor = try connected { try Monitor(monitorPath) }
            shell = try connected { try LineSocket(shellPath) }
        } catch {
            kill(process.processIdentifier, SIGKILL)
            throw LaboratoryError("QEMU does not start (\(error)); see \(asked)")
        }
        do {
            guard try answer(within: 300) == "READY" else { throw LaboratoryError("the shell does not say that it is ready") }
        } catch {
            throw LaboratoryError("the machine does not come up (\(error)); console: \(files.console)")
        }
    }

    deinit { cutPower() }

    /// Kills QEMU: what the guest had not written out is lost.
    func cutPower() {
        guard process.isRunning else { return }
        kill(process.processIdentifier, SIGKILL)
        process.waitUntilExit()
    }

    private func answer(within seconds: Int) throws -> String {
        try shell.line(within: seconds, check: monitor.requireRunning)
    }

    /// Runs a bash script as root in the machine.
    ///
    /// - Returns: its exit status, and standard output and standard error as they came.
    func attempt(_ script: String, within seconds: Int = 180) throws -> (status: Int, output: String) {
        let began = ContinuousClock.now
        try shell.send(Data(script.utf8).base64EncodedString())
        let answer = try answer(within: seconds).split(separator: " ", maxSplits: 1, omittingEmptySubsequences: false)
        guard let first = answer.first, let status = Int(first) else { throw LaboratoryError("the shell answers \(answer)") }
        let output = String(decoding: Data(base64Encoded: String(answer.last ?? "")) ?? Data(), as: UTF8.self)
        try asked?.write(contentsOf: Data("\(began.duration(to: .now)), status \(status): \(script)\n\(output)\n".utf8))
        return (status, output.trimmingCharacters(in: .newlines))
    }

    /// Runs a bash script that must succeed.
    ///
    /// - Returns: what it printed.
    @discardableResult
    func run(_ script: String, within seconds: Int = 180) throws -> String {
        let (status, output) = try attempt("set -e\n" + script, within: seconds)
        guard status == 0 else { throw LaboratoryError("in the machine, status \(status): \(script)\n\(output)") }
        return output
    }

    /// Runs a command of `fengcun` that must succeed.
    func fengcun(_ arguments: String, within seconds: Int = 180) throws -> JSON {
        try JSON(run("fengcun --json \(arguments) 2>/tmp/errors || { cat /tmp/errors >&2; exit 1; }", within: seconds))
    }

    /// The evidence disks that are plugged in, once each of them has been identified: the station makes nobody wait for that longer
    /// than a real processor takes.
    func devices() throws -> [JSON] {
        for _ in 0..<60 {
            let devices = try fengcun("devices").array
            if devices.allSatisfy({ $0["state"].string != "identifying" }) { return devices }
        }
        throw LaboratoryError("a disk is being identified for ever")
    }

    /// The newest entry of an act about a device.
    func entry(_ act: String, _ node: String) throws -> JSON {
        guard let found = try entries().last(where: { $0["act"].string == act && $0["body"]["device"].string == node }) else {
            throw LaboratoryError("no entry \(act) about \(node)")
        }
        return found
    }

    /// The entries of the ledger, from the first or a later one on.
    func entries(from first: Int = 0) throws -> [JSON] { try fengcun("ledger show --from \(first) --limit 1000").array }
}
