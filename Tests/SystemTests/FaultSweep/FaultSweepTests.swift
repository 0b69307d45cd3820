import Foundation
import Synchronization
import TestSupport
import Testing

/// For every call that an operation makes to the file system: the call fails with EIO, with ENOSPC, with EINTR, or the process
/// is killed there; one run each, under strace. Afterwards nothing that was acknowledged is gone, the ledger verifies, and
/// no bundle has its name that does not verify.
@Suite("Fault sweep", .serialized, .enabled(if: canTrace, "needs strace and the right to trace"), .timeLimit(.minutes(30)))
struct FaultSweep {
    @Test(arguments: Scenario.all) func everyCallFailsOnce(scenario: Scenario) throws {
        let sweep = try Sweep(scenario)
        let points = try sweep.points()
        #expect(points.count > 200)
        let failures = Mutex<[String]>([])
        DispatchQueue.concurrentPerform(iterations: points.count) { index in
            do {
                try sweep.run(points[index])
            } catch {
                failures.withLock { $0.append("\(points[index]): \(error)") }
            }
        }
        let found = failures.withLock { $0.sorted() }
        #expect(found.isEmpty, "\(found.count) of \(points.count) points: \(found.joined(separator: "\n"))")
        print("fault sweep, \(scenario.name): \(points.count) points (\(points.count / Fault.allCases.count) calls)")
    }
}

private let canTrace = (try? run("strace", ["-qq", "-o", "/dev/null", "true"]))?.status == 0
