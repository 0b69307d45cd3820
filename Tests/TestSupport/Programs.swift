import Foundation
import SystemPackage

/// What a program left behind.
public struct Outcome: Sendable {
    /// Exit status.
    public let status: Int32
    /// Standard output.
    public let output: String
    /// Standard error.
    public let errors: String
}

/// Runs a program to its end. Output goes through files, so that no amount of it blocks the program.
public func run(_ program: String, _ arguments: [String], environment: [String: String] = [:]) throws -> Outcome {
    let folder = TemporaryFolder()
    let process = Process()
    process.executableURL = URL(fileURLWithPath: try find(program))
    process.arguments = arguments
    process.environment = ProcessInfo.processInfo.environment.merging(environment) { _, new in new }
    process.standardInput = FileHandle.nullDevice
    let (output, errors) = (folder("out").string, folder("err").string)
    for path in [output, errors] { _ = FileManager.default.createFile(atPath: path, contents: nil) }
    process.standardOutput = FileHandle(forWritingAtPath: output)
    process.standardError = FileHandle(forWritingAtPath: errors)
    try process.run()
    process.waitUntilExit()
    func text(_ path: String) throws -> String { String(decoding: try contents(FilePath(path)), as: UTF8.self) }
    return Outcome(status: process.terminationStatus, output: try text(output), errors: try text(errors))
}

/// A program that a test needs is not installed.
public struct ProgramMissing: Error { let name: String }

/// The path of a program; ours are looked for beside the tests.
public func find(_ program: String) throws -> String {
    if program.hasPrefix("/") { return program }
    let path: [Substring] = (ProcessInfo.processInfo.environment["PATH"] ?? "").split(separator: ":")
    let folders: [Substring] = [buildFolder] + path + ["/usr/sbin", "/sbin"]
    for folder in folders where FileManager.default.isExecutableFile(atPath: "\(folder)/\(program)") {
        return "\(folder)/\(program)"
    }
    throw ProgramMissing(name: program)
}

/// Where the build put the programs: the folder of the tests themselves.
private var buildFolder: Substring {
    let own = (try? FileManager.default.destinationOfSymbolicLink(atPath: "/proc/self/exe")) ?? ""
    let folder = Substring((own as NSString).deletingLastPathComponent)
    return FileManager.default.isExecutableFile(atPath: "\(folder)/fengcund")
        ? folder : Substring(Checkout.path + "/.build/debug")
}

/// The source tree, for tests that look at files which are not compiled.
public enum Checkout {
    /// Its root.
    public static var path: String {
        ProcessInfo.processInfo.environment["FENGCUN_CHECKOUT"]
            ?? URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
            .deletingLastPathComponent().path
    }
}
