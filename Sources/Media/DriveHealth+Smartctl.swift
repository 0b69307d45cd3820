import Custody
import FoundationEssentials
import SafeText

extension DriveHealth {
    /// Longest message of smartctl that is kept, in characters.
    private static let messageLimit = 200

    /// Reads what `smartctl --json` printed; nil where that is no JSON object of smartctl's. A member that is missing, of another
    /// type or out of range is passed over: no drive can hide the others by one that it spoils.
    public init?(smartctl output: [UInt8]) {
        guard let report = try? JSONDecoder().decode(SmartctlReport.self, from: Data(output)), let program = report.program else {
            return nil
        }
        self.init(passed: report.passed, figures: report.figures)
        smartctl = program.version.map { $0.prefix(3).map(String.init).joined(separator: ".") }
        guard figures.isEmpty, passed == nil else { return }
        problem = program.message.map { String($0.printable.prefix(Self.messageLimit)) } ?? "nothing-reported"
    }
}

/// The members of smartctl's JSON that are of interest (smartmontools 7, `smartctl --json --all`).
private struct SmartctlReport: Decodable {
    struct Program {
        var version: [Int]?
        var message: String?
    }

    /// Nil where the object is not of smartctl's making.
    let program: Program?
    private(set) var passed: Bool?
    private(set) var figures: [DriveHealth.Figure: Int] = [:]

    init(from decoder: any Decoder) throws {
        let root = try Members(decoder)
        program = root["smartctl"].map { own in
            let messages: [Lenient<Members>] = own.value("messages") ?? []
            return Program(version: own.value("version"), message: messages.first?.value?.value("string"))
        }
        passed = root["smart_status"]?.value("passed")
        take(.temperature, root["temperature"]?.value("current"), in: -100...300)
        take(.powerOnHours, root["power_on_time"]?.value("hours"))
        takeATA(root["ata_smart_attributes"]?.value("table") ?? [])
        take(.reallocatedSectors, root.value("scsi_grown_defect_list"))
        take(.uncorrectableSectors, root["scsi_error_counter_log"]?["read"]?.value("total_uncorrected_errors"))
        let log = root["nvme_smart_health_information_log"]
        take(.percentageUsed, log?.value("percentage_used"), in: 0...255)
        take(.mediaErrors, log?.value("media_errors"))
        take(.unsafeShutdowns, log?.value("unsafe_shutdowns"))
        take(.criticalWarning, log?.value("critical_warning"), in: 0...255)
    }

    /// ATA attributes; of two with one number the first counts.
    private mutating func takeATA(_ table: [Lenient<Members>]) {
        let known: [Int: DriveHealth.Figure] = [
            5: .reallocatedSectors, 197: .pendingSectors, 198: .uncorrectableSectors, 199: .interfaceErrors,
        ]
        for attribute in table.compactMap(\.value) {
            guard let id: Int = attribute.value("id"), let figure = known[id] else { continue }
            // 48 bits; some vendors keep other numbers in the upper ones.
            take(figure, attribute["raw"]?.value("value"), in: 0...1 << 48 - 1)
        }
    }

    /// Strict JSON holds integers up to 2⁵³ - 1.
    private mutating func take(_ figure: DriveHealth.Figure, _ value: Int?, in range: ClosedRange<Int> = 0...1 << 53 - 1) {
        guard let value, range.contains(value), figures[figure] == nil else { return }
        figures[figure] = value
    }
}

/// A JSON object whose members are asked for by name.
private struct Members: Decodable {
    private struct Name: CodingKey {
        let stringValue: String
        let intValue: Int? = nil
        init?(stringValue: String) { self.stringValue = stringValue }
        init?(intValue: Int) { nil }
        init(_ text: String) { stringValue = text }
    }

    private let container: KeyedDecodingContainer<Name>

    init(_ decoder: any Decoder) throws { container = try decoder.container(keyedBy: Name.self) }
    init(from decoder: any Decoder) throws { try self.init(decoder) }

    /// A member that is an object; nil where there is none.
    subscript(name: String) -> Members? { value(name) }

    /// A member of a type; nil where there is none of it.
    func value<Value: Decodable>(_ name: String) -> Value? { try? container.decode(Value.self, forKey: Name(name)) }
}

/// An element of an array that may be of another type than the others.
private struct Lenient<Value: Decodable>: Decodable {
    let value: Value?
    init(from decoder: any Decoder) throws { value = try? Value(from: decoder) }
}
