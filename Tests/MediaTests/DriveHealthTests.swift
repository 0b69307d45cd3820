import Custody
import Media
import TestSupport
import Testing

/// Reports put together from what smartmontools 7.3 prints with `--json` (its ataprint.cpp, nvmeprint.cpp and scsiprint.cpp).
@Suite("Health of a drive, from smartctl's JSON") struct DriveHealthTests {
    private static let head = #""json_format_version":[1,0],"smartctl":{"version":[7,3],"exit_status":0}"#

    private static func ata(_ attributes: String, _ more: String = "") -> String {
        #"{\#(head),"smart_status":{"passed":true},"ata_smart_attributes":{"revision":16,"table":[\#(attributes)]}"#
            + #","power_on_time":{"hours":20817},"temperature":{"current":34}\#(more)}"#
    }

    private static func attribute(_ id: Int, raw: String) -> String {
        #"{"id":\#(id),"name":"x","value":100,"raw":{"value":\#(raw),"string":"\#(raw)"}}"#
    }

    private static func read(_ text: String) -> DriveHealth? { DriveHealth(smartctl: Array(text.utf8)) }

    @Test("an ATA drive") func ata() throws {
        let table = [(5, "8"), (9, "20817"), (194, "34"), (197, "2"), (198, "1"), (199, "77")]
        let health = try #require(
            Self.read(Self.ata(table.map { Self.attribute($0.0, raw: $0.1) }.joined(separator: ","))))
        #expect(health.passed == true)
        #expect(
            health.figures == [
                .temperature: 34, .powerOnHours: 20817, .reallocatedSectors: 8, .pendingSectors: 2, .uncorrectableSectors: 1,
                .interfaceErrors: 77,
            ])
        #expect(health.smartctl == "7.3")
        #expect(health.problem == nil)
        #expect(health.faults == [.reallocatedSectors, .pendingSectors, .uncorrectableSectors])
    }

    @Test("an NVMe drive") func nvme() throws {
        let health = try #require(
            Self.read(
                #"{\#(Self.head),"smart_status":{"passed":false,"nvme":{"value":4}},"nvme_smart_health_information_log":"#
                    + #"{"critical_warning":4,"temperature":41,"percentage_used":104,"unsafe_shutdowns":19,"media_errors":3,"#
                    + #""host_reads":18446744073709551615},"temperature":{"current":41},"power_on_time":{"hours":812}}"#))
        #expect(health.passed == false)
        #expect(
            health.figures == [
                .temperature: 41, .powerOnHours: 812, .percentageUsed: 104, .mediaErrors: 3, .unsafeShutdowns: 19,
                .criticalWarning: 4,
            ])
    }

    @Test("a SCSI drive") func scsi() throws {
        let health = try #require(
            Self.read(
                #"{\#(Self.head),"smart_status":{"passed":true},"scsi_grown_defect_list":12,"scsi_error_counter_log":"#
                    + #"{"read":{"total_uncorrected_errors":2,"gigabytes_processed":"1.5"}},"temperature":{"current":29}}"#))
        #expect(health.figures == [.temperature: 29, .reallocatedSectors: 12, .uncorrectableSectors: 2])
    }

    @Test("a drive that smartctl cannot ask has a problem in smartctl's words, printable and bounded") func problem() throws {
        let health = try #require(
            Self.read(
                #"{"smartctl":{"version":[7,3],"messages":[{"string":"/dev/x: Unable to detect device type\u001b[2J\#(String(repeating: "x", count: 900))","severity":"error"}],"exit_status":1}}"#
            ))
        #expect(health.figures.isEmpty && health.passed == nil)
        let problem = try #require(health.problem)
        #expect(problem.hasPrefix("/dev/x: Unable to detect device type"))
        #expect(problem.count <= 200 && !problem.contains("\u{1B}"))
        #expect(Self.read(#"{"smartctl":{}}"#)?.problem == "nothing-reported")
    }

    @Test("a member that is spoilt hides no other one")
    func spoilt() throws {
        let table = [
            "null", "7", "[]", #"{"id":"5"}"#, #"{"id":5,"raw":{"value":"many"}}"#, Self.attribute(5, raw: "-1"),
            Self.attribute(5, raw: "99999999999999999999999999"), Self.attribute(5, raw: "1e400"),
            Self.attribute(5, raw: "281474976710656"), Self.attribute(5, raw: "3"), Self.attribute(5, raw: "4"),
            Self.attribute(197, raw: "0"),
        ]
        let health = try #require(
            Self.read(Self.ata(table.joined(separator: ","), #","nvme_smart_health_information_log":[1,2]"#)))
        #expect(health.figures[.reallocatedSectors] == 3)
        #expect(health.figures[.pendingSectors] == 0)
        #expect(health.figures[.temperature] == 34)
        let absurd = try #require(
            Self.read(#"{\#(Self.head),"smart_status":"yes","temperature":{"current":99999},"power_on_time":-3}"#))
        #expect(absurd.figures.isEmpty)
    }

    @Test(
        "what is no report is none",
        arguments: [
            "", "{", "[]", "7", #"{"json_format_version":[1,0]}"#, #"{"smartctl":7}"#, "\u{0}\u{1}",
            String(repeating: #"{"a":"#, count: 100_000), #"{"smartctl":"# + String(repeating: "[", count: 100_000),
        ]) func noReport(_ text: String)
    { #expect(Self.read(text) == nil) }

    @Test("whatever is spoilt, nothing crashes and no figure leaves its range")
    func fuzz() {
        var random = SeededRandom(11)
        let sample = Array(Self.ata([(5, "8"), (197, "2")].map { Self.attribute($0.0, raw: $0.1) }.joined(separator: ",")).utf8)
        for _ in 0..<3000 {
            guard let health = DriveHealth(smartctl: mutate(sample, &random)) else { continue }
            #expect(health.figures.allSatisfy { $0.key == .temperature || (0..<1 << 53).contains($0.value) })
        }
    }

    @Test("a difference names what both know and what is not the same")
    func changes() {
        let before = DriveHealth(figures: [.pendingSectors: 0, .reallocatedSectors: 8, .temperature: 30, .mediaErrors: 1])
        let after = DriveHealth(figures: [.pendingSectors: 16, .reallocatedSectors: 8, .temperature: 44, .powerOnHours: 5])
        #expect(
            after.changes(since: before) == [
                HealthChange(figure: .temperature, before: 30, after: 44),
                HealthChange(figure: .pendingSectors, before: 0, after: 16),
            ])
    }
}
