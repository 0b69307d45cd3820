import Foundation
import SystemPackage
import TestSupport
import Testing

/// A daemon with its own state, and the command line to operate it.
final class TestStation {
    let folder = TemporaryFolder()
    let images: FilePath
    private let arguments: [String]
    private let environment: [String: String]
    /// What stands before the program in the command that starts it.
    private let wrapper: [String]
    private(set) var process: Process?
    private var lifeline: Lifeline?

    var state: FilePath { folder("state") }
    var socket: FilePath { folder("control.sock") }
    var log: String { (try? String(decoding: contents(folder("log")), as: UTF8.self)) ?? "" }

    /// - Parameter isUnprivileged: whether the daemon lacks the capability that setting the flag takes, as under its unit.
    init(
        evidence: [String], configuration: String? = nil, environment: [String: String] = [:], isUnprivileged: Bool = false
    ) throws {
        self.environment = environment
        wrapper = isUnprivileged ? [try find("setpriv"), "--bounding-set=-sys_admin"] : []
        images = try folder.folder("images")
        var arguments = evidence.flatMap { ["--evidence", $0] }
        if let configuration { arguments += ["--config", try folder.write(configuration.utf8, to: "fengcund.toml").string] }
        self.arguments = arguments
        try start()
    }

    deinit { stop(SIGKILL) }

    /// Starts the daemon; the first command waits until it answers.
    func start() throws {
        let process = Process()
        // Through a shell, which becomes the daemon: libfaketime, preloaded for some tests, prepares what it shares in the first
        // process that loads it, and a Swift program that does so loses its arguments.
        process.executableURL = URL(fileURLWithPath: "/bin/sh")
        process.arguments =
            ["-c", "exec \"$@\"", "sh"] + wrapper
            + [try find("fengcund"), "--state", state.string, "--socket", socket.string] + arguments
        let path = folder("log").string
        if !FileManager.default.fileExists(atPath: path) { _ = FileManager.default.createFile(atPath: path, contents: nil) }
        let log = FileHandle(forWritingAtPath: path)
        log?.seekToEndOfFile()
        process.standardError = log
        process.standardInput = FileHandle.nullDevice
        process.environment = ProcessInfo.processInfo.environment.merging(environment) { _, new in new }
        try process.run()
        self.process = process
        lifeline = try Lifeline(process)
    }

    /// Sends a signal and waits for the end.
    ///
    /// - Returns: the exit status.
    @discardableResult
    func stop(_ signal: Int32 = SIGTERM) -> Int32 {
        guard let process else { return -1 }
        kill(process.processIdentifier, signal)
        process.waitUntilExit()
        lifeline = nil
        self.process = nil
        return process.terminationStatus
    }

    /// Waits for a daemon that is expected to end by itself.
    func waitForEnd() -> Int32 {
        process?.waitUntilExit()
        lifeline = nil
        let status = process?.terminationStatus ?? -1
        process = nil
        return status
    }

    /// Memory that the daemon occupies, in KiB (proc(5), `VmRSS`).
    func residentKilobytes() throws -> Int {
        let status = try String(contentsOfFile: "/proc/\(try #require(process).processIdentifier)/status", encoding: .utf8)
        let line = try #require(status.split(separator: "\n").first { $0.hasPrefix("VmRSS:") })
        return try #require(line.split(separator: " ").dropLast().last.flatMap { Int($0) })
    }

    // MARK: Commands

    /// Runs a command as it is.
    func fengcun(_ arguments: String...) throws -> Outcome { try fengcun(arguments) }

    func fengcun(_ arguments: [String]) throws -> Outcome {
        try run("fengcun", ["--socket", socket.string] + arguments, environment: ["LANG": "C.UTF-8", "LC_ALL": ""])
    }

    /// Runs a command that must succeed, and returns its JSON.
    @discardableResult
    func json(_ arguments: String..., sourceLocation: SourceLocation = #_sourceLocation) throws -> JSON {
        try json(arguments, sourceLocation: sourceLocation)
    }

    @discardableResult
    func json(_ arguments: [String], sourceLocation: SourceLocation = #_sourceLocation) throws -> JSON {
        let outcome = try fengcun(arguments + ["--json"])
        try #require(outcome.status == 0, "\(arguments): \(outcome.errors)\(log)", sourceLocation: sourceLocation)
        return try JSON(outcome.output)
    }

    /// Runs a command that must be refused in one line.
    ///
    /// - Returns: the line.
    func refusal(_ arguments: String..., sourceLocation: SourceLocation = #_sourceLocation) throws -> String {
        try refusal(arguments, sourceLocation: sourceLocation)
    }

    func refusal(_ arguments: [String], sourceLocation: SourceLocation = #_sourceLocation) throws -> String {
        let outcome = try fengcun(arguments + ["--json"])
        #expect(outcome.status == 1, "\(arguments)", sourceLocation: sourceLocation)
        #expect(outcome.output.isEmpty, "\(outcome.output)", sourceLocation: sourceLocation)
        let lines = outcome.errors.split(separator: "\n")
        try #require(lines.count == 1, "\(outcome.errors)", sourceLocation: sourceLocation)
        #expect(
            !outcome.errors.dropLast().unicodeScalars.contains { $0.properties.generalCategory == .control },
            sourceLocation: sourceLocation)
        return String(lines[0])
    }

    /// Opens case 2026-001 and registers a drive in it.
    func register(_ drive: LoopDevice, as exhibit: String, openCase: Bool = true) throws {
        if openCase { try json("case", "open", "2026-001", "--cause", "非法控制计算机信息系统", "--unit", "示例检察院") }
        try json(
            "medium", "register", drive.node, "--case", "2026-001", "--exhibit", exhibit, "--location", "证物室 3 柜", "--custodian",
            "保管员")
    }

    /// Images an exhibit.
    ///
    /// - Returns: the finished image.
    func image(_ exhibit: String, hash: String = "sha256") throws -> JSON {
        try json("image", "start", exhibit, "--to", images.string, "--hash", hash, "--wait")
    }

    /// Names of the acts in the ledger, in order.
    func acts() throws -> [String] {
        try json("ledger", "show").array.map { $0["act"].string }
    }

    /// Names of the acts in the ledger without the comings and goings of other drives of this machine.
    func acts(of drive: LoopDevice) throws -> [String] {
        try json("ledger", "show").array.filter { $0["body"]["device"].isNull || $0["body"]["device"].string == drive.node }
            .map { $0["act"].string }
    }

    /// Exports the ledger and verifies the bundle; the daemon's own check must agree.
    ///
    /// - Returns: the bundle.
    @discardableResult
    func exportAndVerify(sourceLocation: SourceLocation = #_sourceLocation) throws -> FilePath {
        try json("ledger", "check", sourceLocation: sourceLocation)
        let bundle = folder("bundle-\(UUID().uuidString)")
        try json("ledger", "export", bundle.string, sourceLocation: sourceLocation)
        let key = try json("ledger", "key")["verifierKey"].string
        let outcome = try run("fengcun-verify", [bundle.string, "--key", key])
        #expect(outcome.status == 0, "\(outcome.output)", sourceLocation: sourceLocation)
        return bundle
    }
}
