import Integrity

/// The text that a person signs (R30.2, R34.3). It follows from the ledger, the role and the name alone, so that everybody who
/// has the entries writes the same bytes: nobody parses it.
public struct SigningStatement: Sendable, Equatable {
    /// Name of the ledger.
    public let origin: String
    /// The entry that is signed.
    public let entry: Entry
    /// Leaf hash of the entry in lower-case hexadecimal.
    public let leaf: String
    /// Root over the entries up to and with this one, in base64.
    public let root: String
    /// In what capacity.
    public let role: ActSigned.Role
    /// Who signs.
    public let person: String

    /// Puts a statement together.
    public init(origin: String, entry: Entry, leaf: String, root: String, role: ActSigned.Role, person: String) {
        self.origin = origin
        self.entry = entry
        self.leaf = leaf
        self.root = root
        self.role = role
        self.person = person
    }

    /// The statement, UTF-8, every line ended by a line feed.
    public var text: String {
        Self.head(origin: origin, sequence: entry.sequence, leaf: leaf, root: root) + """
            act 行为: \(entry.act.kind.rawValue)
            case 案件: \(entry.draft.caseNumber ?? "-")
            time claimed by the station 台站记录时间: \(entry.time)

            """ + Self.tail(role: role, person: person)
    }

    /// Whether a text can be the statement for an entry that a reader does not have: what follows from its place and its leaf
    /// hash is right, and three lines about it stand between.
    public static func canBe(
        _ text: String, origin: String, sequence: Int, leaf: String, root: String, role: ActSigned.Role, person: String
    ) -> Bool {
        let head = head(origin: origin, sequence: sequence, leaf: leaf, root: root).utf8
        let tail = tail(role: role, person: person).utf8
        let bytes = text.utf8
        guard bytes.count >= head.count + tail.count, bytes.starts(with: head), bytes.suffix(tail.count).elementsEqual(tail)
        else { return false }
        return bytes.dropFirst(head.count).dropLast(tail.count).count { $0 == 0x0A } == 3
    }

    private static func head(origin: String, sequence: Int, leaf: String, root: String) -> String {
        """
        Fengcun signing statement v1 封存签名声明
        ledger 台账: \(origin)
        entry 条目: \(sequence)
        entry hash 条目散列 (SHA-256, RFC 6962 leaf): \(leaf)
        tree size 树大小: \(sequence + 1)
        tree root 树根: \(root)

        """
    }

    private static func tail(role: ActSigned.Role, person: String) -> String {
        """
        role 身份: \(role.rawValue) \(role.chinese)
        name 姓名: \(person)
        I took part in this act in the role named above and sign the entry that records it.
        本人以上述身份参与该行为，对记录该行为的条目予以签名确认。

        """
    }
}

extension ActSigned.Role {
    /// The name that forms have for it.
    public var chinese: String {
        switch self {
        case .examiner: "取证人员"
        case .witness: "见证人"
        case .holder: "持有人（提供人）"
        case .custodian: "保管人"
        case .deliverer: "移交人"
        case .receiver: "接收人"
        case .maker: "制作人"
        }
    }
}

extension ActSigned.Manner {
    /// The manner of a signature in a format.
    public init(_ format: PersonSignature.Format) {
        self =
            switch format {
            case .cms: .cms
            case .ssh: .ssh
            case .sm2: .sm2
            }
    }

    /// The format of the signature; nil where there is none that can be computed.
    public var format: PersonSignature.Format? { PersonSignature.Format(rawValue: rawValue) }
    /// Whether somebody's hand or key stands in the slot.
    public var isSignature: Bool { self != .reason }
}
