import DurableFiles
import Foundation
import SystemPackage

/// The program `fengcun-ewf` at work: libewf in a process of its own that can reach one folder and nothing else.
///
/// What it says is as trustworthy as the files that it reads: lengths are checked against what arrives, digests are our own.
final class EwfProcess: @unchecked Sendable {
    // `process` and the pipes belong to the thread that made them; `error` is read after the process has ended.

    /// Longest line of an error that is kept, in bytes.
    private static let errorLimit = 1024
    private let process = Process()
    private let path: FilePath
    private let input: Pipe?
    private let output: Pipe?
    private let error = Pipe()

    /// Starts the program.
    ///
    /// - Parameter path: the file, or the beginning of the names, that errors name.
    init(_ path: FilePath, _ arguments: [String], hasInput: Bool, hasOutput: Bool) throws(EwfError) {
        self.path = path
        let program = programBesideThis("fengcun-ewf")
        process.executableURL = URL(fileURLWithPath: program.string)
        process.arguments = arguments
        process.environment = [:]
        process.currentDirectoryURL = URL(fileURLWithPath: "/")
        input = hasInput ? Pipe() : nil
        output = hasOutput ? Pipe() : nil
        process.standardInput = input ?? FileHandle.nullDevice
        process.standardOutput = output ?? FileHandle.nullDevice
        process.standardError = error
        do {
            try process.run()
        } catch {
            throw .noProgram(program)
        }
        // Our copies of its ends, or nobody would ever see an end.
        try? input?.fileHandleForReading.close()
        try? output?.fileHandleForWriting.close()
        try? error.fileHandleForWriting.close()
    }

    deinit {
        // A job that was given up does not leave it behind.
        if process.isRunning { kill(process.processIdentifier, SIGKILL) }
    }

    /// Reads what it writes; 0 at the end.
    func read(into buffer: UnsafeMutableRawBufferPointer) throws(EwfError) -> Int {
        guard let output else { return 0 }
        do {
            return try FileDescriptor(rawValue: output.fileHandleForReading.fileDescriptor).read(into: buffer)
        } catch {
            throw .failed(path, reason: "\(error)")
        }
    }

    /// Hands bytes to it.
    func write(_ bytes: UnsafeRawBufferPointer) throws(EwfError) {
        guard let input else { return }
        do {
            _ = try FileDescriptor(rawValue: input.fileHandleForWriting.fileDescriptor).writeAll(bytes)
        } catch {
            // It ended; why, it says itself.
            try finish()
            throw .failed(path, reason: "\(error)")
        }
    }

    /// Waits for its end, with nothing more for it to read.
    ///
    /// - Throws: `EwfError.failed` where it says that something went wrong.
    func finish() throws(EwfError) {
        try? input?.fileHandleForWriting.close()
        var text: [UInt8] = []
        var chunk = [UInt8](repeating: 0, count: Self.errorLimit)
        let descriptor = FileDescriptor(rawValue: error.fileHandleForReading.fileDescriptor)
        while let count = try? chunk.withUnsafeMutableBytes({ try descriptor.read(into: $0) }), count > 0 {
            if text.count < Self.errorLimit { text += chunk[..<count] }
        }
        process.waitUntilExit()
        guard process.terminationReason == .exit, process.terminationStatus == 0 else {
            let line = String(decoding: text.prefix(Self.errorLimit).prefix { $0 != 0x0A }, as: UTF8.self)
            throw EwfError(path, said: line.isEmpty ? "fengcun-ewf ended with status \(process.terminationStatus)" : line)
        }
    }
}
