/// What acts of people have in common beside their place: when, who took part, on what legal ground, and why something that
/// the law asks for is missing.
public struct Circumstances: Sendable, Equatable, Codable {
    /// When it happened; nil where it was recorded at once.
    public var time: Timestamp?
    /// Who took part, and in what capacity (R32.4): the signature slots of the record (R34.3).
    public var participants: [Participant]
    /// Number of the legal document that it rests on (R32.2).
    public var document: String?
    /// Why a field, a photo, a slot or a recording is missing (R30.1, R34.3, R32.5): its name, and the reason.
    public var absent: [String: String]

    private enum CodingKeys: String, CodingKey {
        case time, participants, document, absent
    }

    /// Describes circumstances.
    public init(
        time: Timestamp? = nil, participants: [Participant] = [], document: String? = nil, absent: [String: String] = [:]
    ) {
        self.time = time
        self.participants = participants
        self.document = document
        self.absent = absent
    }

    /// Reads circumstances; every member may be missing.
    public init(from decoder: any Decoder) throws {
        let container = try decoder.container(keyedBy: CodingKeys.self)
        time = try container.decodeIfPresent(Timestamp.self, forKey: .time)
        participants = try container.decodeIfPresent([Participant].self, forKey: .participants) ?? []
        document = try container.decodeIfPresent(String.self, forKey: .document)
        absent = try container.decodeIfPresent([String: String].self, forKey: .absent) ?? [:]
    }

    /// Writes what is there.
    public func encode(to encoder: any Encoder) throws {
        var container = encoder.container(keyedBy: CodingKeys.self)
        try container.encodeIfPresent(time, forKey: .time)
        if !participants.isEmpty { try container.encode(participants, forKey: .participants) }
        try container.encodeIfPresent(document, forKey: .document)
        if !absent.isEmpty { try container.encode(absent, forKey: .absent) }
    }

    /// The people in a capacity.
    public func people(_ role: ActSigned.Role) -> [String] { participants.filter { $0.role == role }.map(\.name) }

    /// Those who do the work: who collects or examines (取证人员), and who makes a copy (制作人).
    public var workers: Set<String> { Set(people(.examiner) + people(.maker)) }
}

/// A person who took part in an act.
public struct Participant: Hashable, Sendable, Codable {
    /// In what capacity.
    public var role: ActSigned.Role
    /// Name under which the person is registered in the case.
    public var name: String

    /// Names a participant.
    public init(role: ActSigned.Role, name: String) {
        self.role = role
        self.name = name
    }
}

extension [Participant] {
    /// Whoever fills two slots that exclude each other, or one twice: a witness (见证人) takes no other part, the holder
    /// (持有人) does not collect, and nobody hands over to himself. Nil where there is nobody.
    public var inTwoSlots: String? {
        var roles: [String: [ActSigned.Role]] = [:]
        for participant in self { roles[participant.name, default: []].append(participant.role) }
        return roles.sorted { $0.key < $1.key }.first { Self.exclude($0.value) }?.key
    }

    private static func exclude(_ roles: [ActSigned.Role]) -> Bool {
        let set = Set(roles)
        return set.count < roles.count || (set.contains(.witness) && set.count > 1)
            || (set.contains(.holder) && !set.isDisjoint(with: [.examiner, .maker]))
            || set.isSuperset(of: [.deliverer, .receiver])
    }
}
