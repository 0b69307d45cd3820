import ArgumentParser
import Custody
import DurableFiles
import Glibc
import Restoration
import SystemPackage

/// Writes an image to a device: the one program of Fengcun that does. `fengcun image restore` starts it, as root, and talks to the
/// daemon, so that an entry stands in the ledger before the first byte is written; it ends when whoever started it does.
@main
struct FengcunRestore: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "fengcun-restore", abstract: "Writes an image back to a device; started by fengcun image restore.",
        discussion: """
            Judges the device and says so on standard output, as a line of JSON; takes an order, one line of JSON, from standard \
            input; writes. Evidence, read-only devices, system disks and devices in use are never written to.
            Exit status: 0 when everything is on the device; 1 when it was refused or failed; 64 on wrong usage.
            """)

    @Argument(help: "The whole disk that is written to, such as /dev/sdc.")
    var device: String

    @Option(help: "Overwrite a device that is not blank: its serial number, or its length in bytes where it has none.")
    var overwrite: String?

    func run() throws {
        signal(SIGPIPE, SIG_IGN)
        do throws(RestorationError) {
            let target = try Target(device)
            let content = try target.firstContent()
            try Blankness.check(target.description, content: content, confirmed: overwrite)
            try say(RestorationReport(target: target.description, overwrites: content != nil))
            let order = try takeOrder()
            let written = try target.write(order) { (written) throws(RestorationError) in
                if Self.isInputOver { throw .stopped }
                try say(RestorationReport(written: written))
            }
            try say(RestorationReport(written: written, isDone: true))
        } catch {
            try? say(RestorationReport(error: error))
            throw ExitCode.failure
        }
    }

    /// Nobody listens: nobody would record what is written.
    private func say(_ report: RestorationReport) throws(RestorationError) {
        do {
            try FileDescriptor.standardOutput.writeAll(report.line)
        } catch {
            throw .stopped
        }
    }

    private func takeOrder() throws(RestorationError) -> RestorationOrder {
        var line: [UInt8] = []
        var byte: UInt8 = 0
        while line.count < RestorationOrder.byteLimit {
            guard let count = try? withUnsafeMutableBytes(of: &byte, { try FileDescriptor.standardInput.read(into: $0) }),
                count == 1
            else { throw .stopped }
            if byte == 0x0A {
                guard let order = RestorationOrder(line) else { throw .badOrder }
                return order
            }
            line.append(byte)
        }
        throw .badOrder
    }

    /// Whether standard input has ended, or says anything more.
    private static var isInputOver: Bool {
        var input = pollfd(fd: STDIN_FILENO, events: Int16(POLLIN), revents: 0)
        return poll(&input, 1, 0) != 0
    }
}
