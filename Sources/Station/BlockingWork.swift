import Foundation

/// Runs blocking work on a thread of its own and waits for it without holding a thread of the cooperative pool.
func onThread<Value: Sendable>(_ name: String, _ work: @escaping @Sendable () throws -> Value) async throws -> Value {
    try await withCheckedThrowingContinuation { continuation in
        let thread = Thread { continuation.resume(with: Result(catching: work)) }
        thread.name = name
        thread.start()
    }
}
