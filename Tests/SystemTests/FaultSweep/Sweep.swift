import Foundation
import SystemPackage
import TestSupport
import Testing

/// An operation that is swept. To sweep another one, give the driver (Tests/LedgerDriver) a command and add a line to `all`.
struct Scenario: Sendable, CustomTestStringConvertible {
    let name: String
    /// The driver's command with `STATE`, `OUT` and `BACKUP` where the folders go, and `SIGNATURE` for the file with a
    /// person's signature of the restoration.
    let command: [String]
    /// Whether the state directory is there before.
    var continues = true
    /// Whether a backup takes the ledger's place.
    var restores = false

    static let all = [
        Scenario(name: "change the key", command: ["rotate", "STATE"]),
        Scenario(name: "restore", command: ["restore", "STATE", "BACKUP", "SIGNATURE"], restores: true),
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
    /// What the prepared ledger records.
    private let before: Set<String>
    /// What the backup records, where there is one.
    private let saved: Set<String>

    /// Prepares a ledger with some entries and an attachment; where a backup is restored, the backup is two entries behind.
    init(_ scenario: Scenario) throws {
        self.scenario = scenario
        driver = try find("ledger-driver")
        guard scenario.continues else {
            (before, saved) = ([], [])
            return
        }
        let (driver, state, backup) = (driver, folder("state").string, folder("backup").string)
        @discardableResult
        func drive(_ command: String...) throws -> Set<String> {
            let outcome = try TestSupport.run(driver, command)
            guard outcome.status == 0 else { throw Failure(description: outcome.errors) }
            return Set(outcome.output.split(separator: "\n").map(String.init))
        }
        try drive("append", state, scenario.restores ? "1" : "3")
        try drive("attach", state)
        if scenario.restores {
            saved = try drive("check", state)
            try drive("backup", state, backup)
            try drive("append", state, "2")
            let statement = try folder.write(
                TestSupport.run(driver, ["ask", state, backup]).output.dropLast().utf8, to: "statement")
            for command in [
                ["-q", "-t", "ed25519", "-N", "", "-f", folder("signer").string],
                ["-q", "-Y", "sign", "-n", "fengcun", "-f", folder("signer").string, statement.string],
            ] {
                let outcome = try TestSupport.run("ssh-keygen", command)
                guard outcome.status == 0 else { throw Failure(description: outcome.errors) }
            }
        } else {
            saved = []
        }
        before = try drive("check", state)
        // It is made again at each start; without it the copies are small.
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
                case "BACKUP": folder("backup").string
                case "SIGNATURE": folder("statement.sig").string
                default: $0
                }
            }
    }

    /// Starts again without a fault: the ledger verifies; what was acknowledged is there; at most one entry is there that was
    /// not; a bundle that has its final name verifies; no private key is left but the one in force.
    private func judge(_ outcome: Outcome, in place: FilePath) throws {
        let lines = outcome.output.split(separator: "\n")
        let acknowledged = Set(lines.filter { $0.hasPrefix("+") }.map { String($0.dropFirst()) })
        let check = try TestSupport.run(driver, ["check", place.string + "/state", place.string + "/out"])
        guard check.status == 0 else { throw Failure(description: "afterwards: \(check.errors)") }
        let found = check.output.split(separator: "\n").map(String.init)
        let recorded = Set(found.filter { !$0.hasPrefix("=") })
        let isRestored = recorded.contains { $0.hasPrefix("restored ") }
        let before = isRestored ? saved : before
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
        let keys = try FileManager.default.contentsOfDirectory(atPath: place.string + "/state/keys")
        guard Set(keys).isSubset(of: ["station.pem", "station.vkey"]) else { throw Failure(description: "keys: \(keys)") }
        if scenario.restores { try judgeRestoration(isRestored, in: place) }
    }

    /// What was replaced is still there, to the bit; and what took its place can be handed out, the person's signature verifies.
    private func judgeRestoration(_ isRestored: Bool, in place: FilePath) throws {
        let state = place.appending("state")
        let names = try FileManager.default.contentsOfDirectory(atPath: state.string)
        let replaced = names.filter { $0.hasPrefix("replaced-") }
        guard replaced.count == (isRestored ? 1 : 0), !names.contains("restore.ready") else {
            throw Failure(description: "restored: \(isRestored), files: \(names)")
        }
        guard isRestored else { return }
        for file in ["ledger.sqlite", "anchor"] {
            let kept = state.appending(replaced[0]).appending("replaced-\(file)")
            guard try contents(kept) == contents(folder("state").appending(file)) else {
                throw Failure(description: "the old \(file) was altered")
            }
        }
        let exported = try TestSupport.run(driver, ["export", state.string, place.string + "/restored"])
        guard exported.status == 0 else { throw Failure(description: "cannot be handed out: \(exported.errors)") }
    }
}
