import SafeText

/// Which logs are accepted, which witnesses are known, and which of them must have cosigned a checkpoint
/// (c2sp.org/tlog-policy).
public struct WitnessPolicy: Equatable, Sendable {
    /// More bytes than that are refused before they are looked at.
    public static let byteLimit = 1 << 20
    /// Number of logs, of witnesses and of groups that a reader accepts.
    public static let countLimit = 256

    /// A witness that the policy knows.
    public struct Witness: Equatable, Sendable {
        /// What the policy calls it, safe to print; it means nothing outside of the policy.
        public let name: String
        /// Its key.
        public let key: CosignerKey
        /// Where it takes requests, where the policy says it.
        public let url: String?
    }

    /// Who must have cosigned.
    public indirect enum Quorum: Equatable, Sendable {
        /// Nobody.
        case nobody
        /// This witness.
        case witness(CosignerKey)
        /// At least so many of these.
        case group(threshold: Int, members: [Quorum])

        /// Whether these cosigners are enough.
        public func isMet(by cosigners: Set<CosignerKey>) -> Bool {
            switch self {
            case .nobody: true
            case .witness(let key): cosigners.contains(key)
            case .group(let threshold, let members): members.count { $0.isMet(by: cosigners) } >= threshold
            }
        }
    }

    /// The logs that are accepted; none means that they are known from elsewhere.
    public private(set) var logs: [VerifierKey] = []
    /// The witnesses, in the order of the file.
    public private(set) var witnesses: [Witness] = []
    /// The rule.
    public let quorum: Quorum

    /// Reads a policy file.
    ///
    /// - Throws: `LogError.malformed`, naming the line.
    public init(parsing bytes: [UInt8]) throws(LogError) {
        guard bytes.count <= Self.byteLimit else { throw .malformed("the policy is too large") }
        guard bytes.allSatisfy({ $0 == 0x09 || $0 == 0x0A || $0 >= 0x20 && $0 != 0x7F }) else {
            throw .malformed("the policy holds a control character")
        }
        guard bytes.last == 0x0A else { throw .malformed("the policy's last line is cut off") }
        var names = Names()
        var logs: [VerifierKey] = []
        var witnesses: [Witness] = []
        var quorum: Quorum?
        var number = 0
        for line in bytes.dropLast().split(separator: 0x0A, omittingEmptySubsequences: false) {
            number += 1
            let items = line.split { $0 == 0x20 || $0 == 0x09 }.map(Array.init)
            guard let keyword = items.first, keyword.first != UInt8(ascii: "#") else { continue }
            do throws(LogError) {
                switch String(decoding: keyword, as: UTF8.self) {
                case "log":
                    guard (2...3).contains(items.count) else { throw .malformed("a log has a key and perhaps an address") }
                    let key = try VerifierKey(parsing: Self.text(items[1]))
                    guard !logs.contains(where: { $0.key == key.key }) else { throw .malformed("the log's key stands twice") }
                    guard logs.count < Self.countLimit else { throw .malformed("there are too many logs") }
                    logs.append(key)
                case "witness":
                    guard (3...4).contains(items.count) else {
                        throw .malformed("a witness has a name, a key and perhaps an address")
                    }
                    let key = try CosignerKey(parsing: Self.text(items[2]))
                    guard !witnesses.contains(where: { $0.key.key == key.key }) else {
                        throw .malformed("the witness's key stands twice")
                    }
                    guard witnesses.count < Self.countLimit else { throw .malformed("there are too many witnesses") }
                    try names.define(items[1], .witness(key))
                    witnesses.append(
                        Witness(
                            name: String(decoding: items[1], as: UTF8.self).printable, key: key,
                            url: try items.count == 4 ? Self.text(items[3]) : nil))
                case "group": try names.define(items[safe: 1], try Self.group(items, &names))
                case "quorum":
                    guard items.count == 2 else { throw .malformed("a quorum has one name") }
                    guard quorum == nil else { throw .malformed("there is a second quorum") }
                    quorum = items[1] == Names.nobody ? .nobody : try names.find(items[1])
                default: throw .malformed("the line begins with none of 'log', 'witness', 'group' and 'quorum'")
                }
            } catch {
                throw .malformed("line \(number) of the policy: \(error)")
            }
        }
        guard let quorum else { throw .malformed("the policy has no quorum") }
        self.logs = logs
        self.witnesses = witnesses
        self.quorum = quorum
    }

    /// Whether checkpoints of this log are accepted.
    public func accepts(_ log: VerifierKey) -> Bool { logs.isEmpty || logs.contains(log) }

    private static func text(_ item: [UInt8]) throws(LogError) -> String {
        guard let text = String(validating: item, as: UTF8.self) else { throw .malformed("a key or an address is not UTF-8") }
        return text
    }

    private static func group(_ items: [[UInt8]], _ names: inout Names) throws(LogError) -> Quorum {
        guard items.count >= 4 else { throw .malformed("a group has a name, a number and members") }
        var members: [Quorum] = []
        for item in items[3...] { members.append(try names.take(item)) }
        let threshold: Int? =
            switch String(decoding: items[2], as: UTF8.self) {
            case "all": members.count
            case "any": 1
            case let number: Int(decimal: number)
            }
        guard let threshold, (1...members.count).contains(threshold) else {
            throw .malformed("a group's number is 'all', 'any' or from 1 to the number of its members")
        }
        return .group(threshold: threshold, members: members)
    }
}

/// The names that a policy has defined so far; to the format they are octets.
private struct Names {
    static let nobody = Array("none".utf8)

    private var defined: [[UInt8]: WitnessPolicy.Quorum] = [:]
    private var members: Set<[UInt8]> = []
    private var groups = 0

    mutating func define(_ name: [UInt8]?, _ meaning: WitnessPolicy.Quorum) throws(LogError) {
        guard let name, name != Self.nobody else { throw .malformed("'none' cannot be defined") }
        guard defined[name] == nil else { throw .malformed("the name is defined already") }
        if case .group = meaning {
            groups += 1
            guard groups <= WitnessPolicy.countLimit else { throw .malformed("there are too many groups") }
        }
        defined[name] = meaning
    }

    func find(_ name: [UInt8]) throws(LogError) -> WitnessPolicy.Quorum {
        guard let meaning = defined[name] else { throw .malformed("a name is not defined on a line above") }
        return meaning
    }

    /// A member of a group: each name counts in one place only.
    mutating func take(_ name: [UInt8]) throws(LogError) -> WitnessPolicy.Quorum {
        guard members.insert(name).inserted else { throw .malformed("a name is a member of a group already") }
        return try find(name)
    }
}

extension [[UInt8]] {
    fileprivate subscript(safe index: Int) -> [UInt8]? { indices.contains(index) ? self[index] : nil }
}
