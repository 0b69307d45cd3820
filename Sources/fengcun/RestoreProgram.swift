import Custody
import DurableFiles
import Foundation
import Restoration
import Synchronization
import SystemPackage

/// The program `fengcun-restore` at work. It writes only as long as its input is open: it ends with this process.
final class RestoreProgram: Sendable {
    private let input: Mutex<FileDescriptor?>
    private let state = Mutex(RestorationReport())

    /// Starts it, through sudo where this user is not root.
    ///
    /// - Throws: `RestorationError.noWriter`.
    init(device: String, overwrite: String?) throws {
        let program = programBesideThis("fengcun-restore").string
        var arguments = [program, device] + (overwrite.map { ["--overwrite=\($0)"] } ?? [])
        if geteuid() != 0 { arguments = ["/usr/bin/sudo", "--"] + arguments }
        let (toIt, fromIt) = (Pipe(), Pipe())
        let process = Process()
        process.executableURL = URL(fileURLWithPath: arguments[0])
        process.arguments = Array(arguments.dropFirst())
        process.standardInput = toIt
        process.standardOutput = fromIt
        // Where it ended before its order came, a write must fail and not end this process.
        signal(SIGPIPE, SIG_IGN)
        do {
            try process.run()
        } catch {
            throw RestorationError.noWriter("\(error.localizedDescription)")
        }
        // Its ends of both pipes belong to it alone, or nobody would ever see an end.
        try? toIt.fileHandleForReading.close()
        try? fromIt.fileHandleForWriting.close()
        input = Mutex(try FileDescriptor(rawValue: toIt.fileHandleForWriting.fileDescriptor).duplicate())
        let output = try FileDescriptor(rawValue: fromIt.fileHandleForReading.fileDescriptor).duplicate()
        try? toIt.fileHandleForWriting.close()
        Thread.detachNewThread { [self] in
            listen(to: output)
            process.waitUntilExit()
            let status = process.terminationStatus
            state.withLock {
                if $0.isDone != true, $0.error == nil { $0.error = .noWriter("it ended with status \(status)") }
            }
        }
    }

    /// The newest of all that it said.
    var latest: RestorationReport { state.withLock { $0 } }

    /// Waits until it has judged the device.
    ///
    /// - Throws: `RestorationError` where it refuses.
    func judgement() async throws -> (target: RestorationTarget, overwrites: Bool) {
        while true {
            let report = latest
            if let error = report.error { throw error }
            if let target = report.target { return (target, report.overwrites ?? false) }
            try await Task.sleep(for: .milliseconds(50))
        }
    }

    /// Tells it what to write. Where it has ended meanwhile, `latest` says why.
    func send(_ order: RestorationOrder) {
        input.withLock { _ = try? $0?.writeAll(order.line) }
    }

    /// Ends it at the next piece.
    func stop() {
        input.withLock {
            try? $0?.close()
            $0 = nil
        }
    }

    private func listen(to output: FileDescriptor) {
        defer { try? output.close() }
        var pending: [UInt8] = []
        var chunk = [UInt8](repeating: 0, count: 4096)
        while let count = try? chunk.withUnsafeMutableBytes({ try output.read(into: $0) }), count > 0 {
            pending += chunk[..<count]
            while let end = pending.firstIndex(of: 0x0A) {
                let report = RestorationReport(Array(pending[..<end]))
                pending.removeSubrange(...end)
                guard let report else { continue }
                state.withLock {
                    $0.target = report.target ?? $0.target
                    $0.overwrites = report.overwrites ?? $0.overwrites
                    $0.written = report.written ?? $0.written
                    $0.isDone = report.isDone ?? $0.isDone
                    $0.error = report.error ?? $0.error
                }
            }
        }
    }
}
