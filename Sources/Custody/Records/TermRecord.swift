/// How a term of a case stands (期限, R38): its entries, folded in their order.
public struct TermRecord: Sendable, Equatable, Codable {
    /// How it stands.
    public enum State: String, Sendable, Codable, CaseIterable {
        /// It runs.
        case running
        /// It runs out soon (即将到期).
        case due
        /// It ran out, and nobody ended it.
        case ranOut = "ran-out"
        /// Somebody ended it.
        case ended
    }

    /// How many days before the end a warning is due where nobody said.
    public static let warnDays = 7

    /// Name of the term.
    public let term: String
    /// What runs out.
    public let what: String
    /// The exhibit that it is about.
    public let exhibit: ExhibitID?
    /// The last day.
    public private(set) var until: CalendarDate
    /// How many days before it a warning is due.
    public let warnDays: Int
    /// How somebody ended it.
    public private(set) var outcome: TermEnded.Outcome?

    /// Begins with the entry that set it.
    public init(_ set: TermSet) {
        term = set.term
        what = set.what
        exhibit = set.exhibit
        until = set.until
        warnDays = set.warnDays ?? Self.warnDays
    }

    /// Takes in what was done with it.
    public mutating func apply(_ ending: TermEnded) {
        if ending.outcome == .extended, let later = ending.until {
            until = later
        } else {
            outcome = ending.outcome
        }
    }

    /// How it stands at a time.
    public func state(at now: Timestamp) -> State {
        if outcome != nil { return .ended }
        if until.end < now { return .ranOut }
        return until.end.microseconds - now.microseconds <= min(warnDays, 100_000) * 86_400_000_000 ? .due : .running
    }

    /// The terms in the entries of a case, in the order in which they were set.
    public static func terms(in entries: [Entry]) -> [TermRecord] {
        var order: [String] = []
        var terms: [String: TermRecord] = [:]
        for entry in entries {
            switch entry.act {
            case .termSet(let body):
                if terms[body.term] == nil { order.append(body.term) }
                terms[body.term] = TermRecord(body)
            case .termEnded(let body): terms[body.term]?.apply(body)
            default: break
            }
        }
        return order.compactMap { terms[$0] }
    }
}
