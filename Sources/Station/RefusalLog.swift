import Custody
import SafeText

/// Sums up refused requests: the first of a user is recorded at once, the others of the next minutes are counted, so that
/// nobody can fill the ledger by knocking.
struct RefusalLog {
    /// Most users that are told apart at a time; a machine has few.
    static let userLimit = 64
    /// Most examples that an entry quotes.
    static let exampleLimit = 5

    private var open: [Int: AccessRefused?] = [:]

    /// Counts a refusal.
    ///
    /// - Returns: what to record now; nil where it is only counted.
    mutating func add(uid: Int, user: String, request: String, at time: Timestamp) -> AccessRefused? {
        let refusal = AccessRefused(
            count: 1, first: time, last: time, requests: [String(request.printable.prefix(200))], uid: uid, user: user)
        guard let counted = open[uid] else {
            guard open.count < Self.userLimit else { return nil }
            open[uid] = .some(nil)
            return refusal
        }
        guard var sum = counted else {
            open[uid] = refusal
            return nil
        }
        sum.count += 1
        sum.last = time
        if sum.requests.count < Self.exampleLimit, !sum.requests.contains(refusal.requests[0]) {
            sum.requests += refusal.requests
        }
        open[uid] = sum
        return nil
    }

    /// Ends a user's window.
    ///
    /// - Returns: what was counted since its first refusal.
    mutating func close(uid: Int) -> AccessRefused? { open.removeValue(forKey: uid) ?? nil }

    /// Ends all windows.
    mutating func closeAll() -> [AccessRefused] {
        defer { open = [:] }
        return open.sorted { $0.key < $1.key }.compactMap(\.value)
    }
}
