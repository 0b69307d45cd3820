import Custody
import DurableFiles
import Foundation
import Integrity
import SafeText
import SystemPackage

/// Why a set of E01 files could not be read or written.
public enum EwfError: Explained {
    /// The program that reads and writes them is not beside this one, or cannot be started.
    case noProgram(FilePath)
    /// What it said, in one line.
    case failed(FilePath, reason: String)
    /// The image is no whole number of sectors, which E01 cannot hold.
    case brokenSector(bytes: Int)
    /// The destination has files of this name already.
    case nameTaken(FilePath)

    /// See `Explained.code`.
    public var code: String {
        switch self {
        case .noProgram: "no-ewf"
        case .failed: "ewf-error"
        case .brokenSector: "broken-sector"
        case .nameTaken: "name-taken"
        }
    }

    /// See `Explained.message(in:)`.
    public func message(in language: Language) -> String {
        switch self {
        case .noProgram(let path):
            language("the program \(path.string.printable) cannot be started", "无法启动程序 \(path.string.printable)")
        case .failed(let path, let reason):
            language(
                "\(path.string.printable) and the files that follow it: \(reason.printable)",
                "\(path.string.printable) 及其后续分卷：\(reason.printable)")
        case .brokenSector(let bytes):
            language(
                "an image of \(bytes) bytes is no whole number of sectors and cannot be stored as E01",
                "\(bytes) 字节的镜像不是整数个扇区，无法存为 E01")
        case .nameTaken(let path):
            language("\(path.string.printable) is there already", "\(path.string.printable) 已存在")
        }
    }
}

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
        let program = Self.program
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

    /// Beside the running program.
    private static var program: FilePath {
        let own = (try? FileManager.default.destinationOfSymbolicLink(atPath: "/proc/self/exe")) ?? "/usr/bin/fengcund"
        return FilePath(own).removingLastComponent().appending("fengcun-ewf")
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
            throw .failed(path, reason: line.isEmpty ? "fengcun-ewf ended with status \(process.terminationStatus)" : line)
        }
    }
}

/// The content of a set of E01 files.
public final class EwfStream: ImageStream, @unchecked Sendable {
    // Read by one thread at a time.

    /// See `ImageStream`.
    public let description: ImageDescription
    private let process: EwfProcess
    private var position = 0

    /// Asks the files what they say of themselves, and begins to read.
    ///
    /// - Parameter path: the first file of the set.
    /// - Throws: `EwfError`, `ImagingError.source`.
    public init(_ path: FilePath) throws {
        let count = try Self.files(of: path)
        let asked = try EwfProcess(path, ["info", path.string], hasInput: false, hasOutput: true)
        var (text, chunk) = ([UInt8](), [UInt8](repeating: 0, count: 1024))
        while case let count = try chunk.withUnsafeMutableBytes({ try asked.read(into: $0) }), count > 0, text.count < 1024 {
            text += chunk[..<count]
        }
        try asked.finish()
        var members: [Substring: Substring] = [:]
        for line in String(decoding: text, as: UTF8.self).split(separator: "\n") {
            let parts = line.split(separator: " ")
            if parts.count == 2 { members[parts[0]] = parts[1] }
        }
        guard let bytes = members["size"].flatMap({ Int($0) }), bytes >= 0 else {
            throw EwfError.failed(path, reason: "fengcun-ewf did not say how long the content is")
        }
        var stored: DigestTable = [:]
        for algorithm in [DigestAlgorithm.md5, .sha1] {
            if let digest = members[algorithm.rawValue[...]].flatMap({ Digest(algorithm, hex: String($0)) }) {
                stored[algorithm] = digest.hex
            }
        }
        description = ImageDescription(
            path: path.string, format: .e01, files: count, bytes: bytes, digests: [:], stored: stored.isEmpty ? nil : stored)
        process = try EwfProcess(path, ["read", path.string], hasInput: false, hasOutput: true)
    }

    /// Number of files in the folder that have the name of the first, but for their ending.
    private static func files(of path: FilePath) throws(ImagingError) -> Int {
        do throws(FileError) {
            // A folder, a pipe or a link is no image.
            _ = try OwnedDescriptor(opening: path, .readOnly, options: [.noFollow, .nonBlocking]).regularFileSize()
            let stem = (path.lastComponent?.stem ?? "") + "."
            return try listDirectory(path.removingLastComponent()).count { name in
                name.hasPrefix(stem) && name.dropFirst(stem.count).count == 3
                    && name.dropFirst(stem.count).first?.uppercased() == "E"
            }
        } catch {
            throw .source(error)
        }
    }

    /// See `ImageStream`.
    public func read(into buffer: UnsafeMutableRawBufferPointer) throws -> Int {
        let count = try process.read(into: buffer)
        guard count > 0 else {
            try process.finish()
            guard position == description.bytes else {
                throw EwfError.failed(FilePath(description.path), reason: "the content ends at byte \(position)")
            }
            return 0
        }
        position += count
        guard position <= description.bytes else {
            throw EwfError.failed(FilePath(description.path), reason: "there is more content than was announced")
        }
        return count
    }
}
