import Custody

extension [Judgement] {
    /// What one rule says where it does not speak of the exhibit.
    static let notApplicable = [Judgement.notApplicable]
}

/// What is still open after everything that was asked for was looked at: what is missing, and what has a reason instead.
struct Checklist {
    private(set) var missing: [Words] = []
    private(set) var reasons: [(name: Words, reason: String)] = []
    /// The entries in which something is missing.
    private(set) var faults: [Int] = []

    /// Asks for something.
    ///
    /// - Parameters:
    ///   - entries: positions of the entries that should have it.
    ///   - isThere: whether the record has it.
    ///   - reason: why it has not.
    mutating func ask(_ english: String, _ chinese: String, at entries: [Int], isThere: Bool, reason: String? = nil) {
        if isThere { return }
        if let reason {
            reasons.append((Words(english, chinese), reason))
        } else {
            missing.append(Words(english, chinese))
            faults += entries
        }
    }

    /// A defect that names what is missing, an explanation where everything that is missing has a reason, or shown.
    func judgement(_ entries: [Int], missing english: String, _ chinese: String, remedy: Words) -> Judgement {
        if !missing.isEmpty {
            return .defect(
                entries, faults: faults,
                Words(
                    "\(english): \(missing.map(\.english).joined(separator: ", "))",
                    "\(chinese)：\(missing.map(\.chinese).joined(separator: "、"))"), remedy: remedy)
        }
        if !reasons.isEmpty {
            return .explained(
                entries, reasons.map { "\($0.name.english): \($0.reason)" }.joined(separator: "; "),
                reasons.map { "\($0.name.chinese)：\($0.reason)" }.joined(separator: "；"))
        }
        return .shown(entries)
    }
}

extension ActSigned.Role {
    /// What people read.
    var words: Words {
        switch self {
        case .examiner: Words("examiner", "取证人员")
        case .witness: Words("witness", "见证人")
        case .holder: Words("holder or provider", "持有人（提供人）")
        case .custodian: Words("custodian", "保管人")
        case .deliverer: Words("who hands over", "移交人")
        case .receiver: Words("who receives", "接收人")
        case .maker: Words("maker", "制作人")
        }
    }
}

extension CaseFacts {
    /// Whether the slots of an act are signed, or there are reasons; the entries that show it.
    func signatures(of act: ActFacts, _ roles: [ActSigned.Role], _ list: inout Checklist) -> [Int] {
        let later = later(act)
        var entries = [act.entry]
        let hasSheet = act.files.contains(.signedSheet) || !later.entries(attaching: .signedSheet).isEmpty
        for role in roles {
            let slots = later.slots.filter { $0.role == role }
            entries += slots.map(\.entry)
            let isSigned = slots.contains { $0.manner != .reason }
            // A sheet is signed by those whom the act names.
            let isOnSheet = hasSheet && !(act.participants[role] ?? []).isEmpty
            list.ask(
                role.words.english, role.words.chinese, at: [act.entry], isThere: isSigned || isOnSheet,
                reason: slots.last { $0.manner == .reason }?.reason ?? act.reason(role.rawValue))
        }
        return entries + later.entries(attaching: .signedSheet)
    }

    /// The different people who did the work of an act (R25, O18).
    func workers(of act: ActFacts) -> Set<String> {
        let signed = later(act).slots.filter { ($0.role == .examiner || $0.role == .maker) && $0.manner != .reason }
        return Set((act.participants[.examiner] ?? []) + (act.participants[.maker] ?? []) + signed.map(\.person))
    }
}

extension Timestamp {
    /// Microseconds of a day.
    static let day = 86_400_000_000

    /// Days from another moment to this one, whole ones.
    func days(since other: Timestamp) -> Int { (microseconds - other.microseconds) / Self.day }
}
