/// Something that a person read off a medium, and that the medium says otherwise (R34.1).
public struct LabelDifference: Sendable, Equatable, Codable {
    /// The member of the label.
    public var member: LabelMember
    /// What the label says.
    public var label: String
    /// What the medium says.
    public var medium: String

    /// Describes a difference.
    public init(member: LabelMember, label: String, medium: String) {
        self.member = member
        self.label = label
        self.medium = medium
    }
}

/// What of a label can be compared with what a medium says of itself.
public enum LabelMember: String, Sendable, Codable, CaseIterable {
    case make, model, serial, capacity, identification

    /// Whether label and medium agree, spelling and habits of vendors apart; nil where they cannot be compared.
    ///
    /// - Parameter medium: what the medium says; a capacity in bytes.
    public func agrees(label: String, medium: String) -> Bool? {
        let (printed, said) = (Self.plain(label), Self.plain(medium))
        guard !printed.isEmpty, !said.isEmpty else { return nil }
        switch self {
        case .make: return Self.agreeInMake(printed, said)
        // A label has the long or the short form of a model's name, with the vendor or without.
        case .model:
            return printed == said || min(printed.count, said.count) >= 3 && (said.contains(printed) || printed.contains(said))
        case .serial: return Self.agreeInSerial(printed, said)
        case .identification:
            // The medium knows its world-wide name; a label may have an IMEI or a MAC address as well.
            let (printed, said) = (Self.worldWideName(printed), Self.worldWideName(said))
            guard let printed, let said else { return nil }
            return printed == said
        case .capacity:
            guard let bytes = Int(medium), let claim = LabelCapacity(label) else { return nil }
            return claim.agrees(with: bytes)
        }
    }

    /// Letters and digits in one case; "S/N" and the like before a serial number are the label's.
    private static func plain(_ text: String) -> String {
        let upper = text.uppercased()
        let headings = ["SERIAL NO.", "SERIAL NO", "S/N", "SN:", "SN.", "MODEL:", "MODEL NO.", "P/N", "WWN:", "WWN"]
        let body = headings.first { upper.hasPrefix($0) }.map { upper.dropFirst($0.count) } ?? upper[...]
        return String(body.filter { $0.isLetter || $0.isNumber })
    }

    /// One name of one vendor.
    private static let westernDigital: Set<String> = ["WD", "WDC", "WESTERNDIGITAL"]

    private static func agreeInMake(_ label: String, _ medium: String) -> Bool? {
        // What the kernel and bridges call any disk.
        if ["ATA", "USB", "GENERIC", "NVME"].contains(medium) { return nil }
        if westernDigital.contains(label), westernDigital.contains(medium) { return true }
        return label.contains(medium) || medium.contains(label)
    }

    private static func agreeInSerial(_ label: String, _ medium: String) -> Bool {
        func unpadded(_ text: String) -> Substring { text.drop { $0 == "0" } }
        if unpadded(label) == unpadded(medium) { return true }
        // Western Digital's disks say "WD-" before the number that is printed on them.
        let (shorter, longer) = label.count < medium.count ? (label, medium) : (medium, label)
        return longer == "WD" + shorter
    }

    /// 16 or 32 hexadecimal digits.
    private static func worldWideName(_ text: String) -> String? {
        let prefixes = ["0X", "NAA", "EUI", "WWN"]
        var name = text[...]
        while let prefix = prefixes.first(where: { name.hasPrefix($0) }) { name = name.dropFirst(prefix.count) }
        return [16, 32].contains(name.count) && name.allSatisfy(\.isHexDigit) ? String(name) : nil
    }
}

/// A capacity as vendors print it: `1 TB`, `500GB`, `931.5 GiB`, `1T`, `500107862016`.
struct LabelCapacity: Equatable {
    let bytes: Double
    /// Whether it is a number of bytes and no round figure.
    let isExact: Bool
    /// Whether the unit may be decimal, and whether it may be binary.
    let mayBeDecimal, mayBeBinary: Bool
    private let power: Int

    /// Reads it; nil where it is not one number with a unit or without.
    init?(_ text: String) {
        let compact = text.uppercased().filter { $0 != " " && $0 != "\u{3000}" && $0 != "_" }
        let number = compact.prefix { $0.isASCII && ($0.isNumber || $0 == "." || $0 == ",") }
        let unit = String(compact.dropFirst(number.count))
        let units = ["": 0, "B": 0, "BYTES": 0, "字节": 0, "K": 1, "M": 2, "G": 3, "T": 4, "P": 5]
        let letter = unit.replacing("IB", with: "").replacing("B", with: "")
        guard let power = units[unit] ?? (letter.count == 1 ? units[letter] : nil), let value = Self.value(number) else {
            return nil
        }
        self.power = power
        isExact = power == 0
        mayBeDecimal = !unit.hasSuffix("IB")
        mayBeBinary = power > 0
        bytes = value
    }

    /// `1,000.5` and `1.000.204` have separators of thousands; a single comma or point before other than three digits is a decimal one.
    private static func value(_ text: Substring) -> Double? {
        let groups = text.split(separator: ",", omittingEmptySubsequences: false)
        let isGrouped = groups.count > 1 && groups.dropFirst().allSatisfy { $0.prefix { $0 != "." }.count == 3 }
        let plain = isGrouped ? groups.joined() : String(text).replacing(",", with: ".")
        guard let value = Double(plain), value > 0, value < 1e18 else { return nil }
        return value
    }

    /// Vendors round up and keep a part for themselves: a tenth less and 3 per cent more count as the same.
    func agrees(with capacity: Int) -> Bool {
        if isExact { return Double(capacity) == bytes }
        func isNear(_ base: Double) -> Bool {
            let claimed = (0..<power).reduce(bytes) { value, _ in value * base }
            return Double(capacity) >= 0.9 * claimed && Double(capacity) <= 1.03 * claimed
        }
        return mayBeDecimal && isNear(1000) || mayBeBinary && isNear(1024)
    }
}

extension MediumLabel {
    /// Where the label and what the medium says of itself differ; nil where nothing of it can be compared.
    public func differences(from description: MediumDescription) -> [LabelDifference]? {
        let pairs: [(LabelMember, String?, String?)] = [
            (.make, make, description.make), (.model, model, description.model), (.serial, serial, description.serial),
            (.capacity, capacity, String(description.capacity)), (.identification, identification, description.wwn),
        ]
        let compared = pairs.compactMap { member, label, medium -> (LabelDifference, Bool)? in
            guard let label, let medium, let agree = member.agrees(label: label, medium: medium) else { return nil }
            return (LabelDifference(member: member, label: label, medium: medium), agree)
        }
        return compared.isEmpty ? nil : compared.filter { !$0.1 }.map(\.0)
    }
}
