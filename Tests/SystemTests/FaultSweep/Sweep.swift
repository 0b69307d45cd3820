import Foundation
import SystemPackage
import TestSupport
import Testing

/// An operation that is swept. To sweep another one, give the driver (Tests/LedgerDriver) a command and add a line to `all`.
struct Scenario: Sendable, CustomTestStringConvertible {
    let name: String
    /// The driver's command with `STATE` and `OUT` where the folders go.
    let command: [String]
    /// Whether the state directory is there before.
    var continues = true

    static let all = [
        Scenario(name: "begin a ledger", command: ["create", "STATE"], continues: false),
        Scenario(name: "append", command: ["append", "STATE", "2"]),
        Scenario(name: "attach", command: ["attach", "STATE"]),
        Scenario(name: "export", command: ["export", "STATE", "OUT"]),
    ]

    var testDescription: String { name }
}

/// Runs one operation once for every call that it makes and every fault, and judges what is left.
final class Sweep: Sendable {
    private let scenario: Scenario
    private let folder = TemporaryFolder(in: "/dev/shm")
    private let driver: String
    /// Numbers of the cases that the prepared ledger has.
    private let before: Set<String>

    /// Prepares a ledger with some entries and an attachment.
    init(_ scenario: Scenario) throws {
        self.scenario = scenario
        driver = try find("ledger-driver")
        guard scenario.continues else {
            before = []
            return
        }
        let state = folder("state").string
        for command in [["append", state, "3"], ["attach", state]] {
            let outcome = try TestSupport.run(driver, command)
            guard outcome.status == 0 else { throw Failure(description: outcome.errors) }
        }
        // It is made again at each start; without it the copies are small.
        try FileManager.default.removeItem(atPath: state + "/reserve")
        before = Set(try TestSupport.run(driver, ["check", state]).output.split(separator: "\n").map(String.init))
        try FileManager.default.removeItem(atPath: state + "/reserve")
    }

    struct Failure: Error, CustomStringConvertible { let description: String }

    /// Every call of the operation with every fault.
    func points() throws -> [SweepPoint] {
        let place = try place("baseline")
        defer { try? FileManager.default.removeItem(atPath: place.string) }
        let log = place.appending("trace").string
        let outcome = try TestSupport.run(
            "strace", ["-f", "-o", log, "-e", "trace=\(Trace.calls.joined(separator: ","))"] + command(in: place))
        guard outcome.status == 0 else { throw Failure(description: "without a fault: \(outcome.errors)") }
        try judge(outcome, in: place)
        let calls = Trace.operation(String(decoding: try contents(FilePath(log)), as: UTF8.self))
        return calls.flatMap { call in Fault.allCases.map { SweepPoint(call: call, fault: $0) } }
    }

    /// Runs the operation with one fault.
    ///
    /// - Throws: `Failure` where the outcome is not one that the ledger promises.
    func run(_ point: SweepPoint) throws {
        let place = try place(UUID().uuidString)
        defer { try? FileManager.default.removeItem(atPath: place.string) }
        let log = place.appending("trace").string
        // With --seccomp-bpf a stop is no place where a signal could be delivered (ptrace(2)).
        let fast = point.fault == .kill ? [] : ["--seccomp-bpf"]
        let outcome = try TestSupport.run(
            "strace",
            ["-f", "-q", "-o", log, "-e", "trace=\(point.call.name)", "-e", "inject=\(point.injection)"] + fast
                + command(in: place))
        let trace = String(decoding: try contents(FilePath(log)), as: UTF8.self)
        let happened = point.fault == .kill ? trace.contains("killed by SIGKILL") : trace.contains("(INJECTED)")
        guard happened else { throw Failure(description: "the fault did not happen: \(trace.suffix(300))") }
        guard outcome.status == (point.fault == .kill ? 9 : outcome.status), [0, 1, 9].contains(outcome.status) else {
            throw Failure(description: "the program crashed with \(outcome.status): \(outcome.errors)")
        }
        try judge(outcome, in: place)
    }

    /// A folder with a copy of the prepared ledger.
    private func place(_ name: String) throws -> FilePath {
        let place = try folder.folder(name)
        if scenario.continues {
            try FileManager.default.copyItem(atPath: folder("state").string, toPath: place.string + "/state")
        }
        return place
    }

    private func command(in place: FilePath) -> [String] {
        [driver]
            + scenario.command.map {
                switch $0 {
                case "STATE": place.string + "/state"
                case "OUT": place.string + "/out"
                default: $0
                }
            }
    }

    /// Starts again without a fault: the ledger verifies; what was acknowledged is there; at most one entry is there that was
    /// not; a bundle that has its final name verifies.
    private func judge(_ outcome: Outcome, in place: FilePath) throws {
        let lines = outcome.output.split(separator: "\n")
        let acknowledged = Set(lines.filter { $0.hasPrefix("+") }.map { String($0.dropFirst()) })
        let check = try TestSupport.run(driver, ["check", place.string + "/state", place.string + "/out"])
        guard check.status == 0 else { throw Failure(description: "afterwards: \(check.errors)") }
        let found = check.output.split(separator: "\n").map(String.init)
        let recorded = Set(found.filter { !$0.hasPrefix("=") })
        guard recorded.isSuperset(of: acknowledged.union(before)) else {
            throw Failure(description: "acknowledged and gone: \(acknowledged.union(before).subtracting(recorded))")
        }
        let others = recorded.subtracting(acknowledged).subtracting(before)
        guard others.count <= 1, found.filter({ !$0.hasPrefix("=") }).count == recorded.count else {
            throw Failure(description: "recorded and not acknowledged: \(others)")
        }
        if lines.contains(where: { $0.hasPrefix("=") }), !found.contains(where: { $0.hasPrefix("=") }) {
            throw Failure(description: "the export was acknowledged, and its folder is not there")
        }
    }
}
