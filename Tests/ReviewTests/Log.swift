import Custody
import Foundation

@testable import Review

/// Entries of one case, one after the other.
struct Log {
    private(set) var entries: [Entry] = []
    private(set) var time = CleanCase.start

    init() { add(.caseOpened(.init(number: CleanCase.number, cause: "c", unit: "u", note: nil))) }

    var last: Int { entries.count - 1 }

    var reviewer: Reviewer {
        var reviewer = Reviewer()
        for entry in entries { reviewer.add(entry) }
        return reviewer
    }

    func id(_ number: String) -> ExhibitID { ExhibitID(caseNumber: CleanCase.number, number: number) }

    private func description(_ number: String) -> MediumDescription {
        MediumDescription(
            make: "ACME", model: "Disk 9", serial: number, wwn: "0x5000", firmware: nil, bus: "usb", capacity: 1024,
            logicalSectorSize: 512, physicalSectorSize: 512, removable: true, partitionTable: nil, partitions: [],
            diskSequence: 1, udev: [:])
    }

    func medium(_ number: String) -> MediumID { MediumID(description(number), sample: nil, boot: "b") }

    mutating func add(_ act: Act) {
        time = Timestamp(microseconds: time.microseconds + 60_000_000)
        entries.append(
            Entry(
                sequence: entries.count, time: time, boot: "b", monotonic: 1, clockSynchronised: true,
                tree: .init(size: entries.count, root: "cm9vdA=="),
                draft: EntryDraft(
                    act, case: CleanCase.number, about: [.station], by: Actor(kind: .operator, uid: 1, user: "u"))))
    }

    mutating func exhibit(_ number: String) {
        add(
            .mediumRegistered(
                .init(
                    exhibit: id(number), medium: medium(number), device: "/dev/sdb", description: description(number),
                    sample: nil, label: MediumLabel(owner: "o"), location: "证物室", custodian: "甲", note: nil)))
    }

    mutating func image(_ number: String, bytes: Int, capacity: Int) {
        let protection = Protection(readOnly: true, writeRequests: 0, discardRequests: 0, flushRequests: 0)
        add(
            .acquisitionStarted(
                .init(
                    acquisition: number, exhibit: id(number), medium: medium(number), device: "/dev/sdb", capacity: capacity,
                    sectorSize: 512, image: "/d/\(number).dd", algorithms: [.sha256],
                    tool: .init(name: "fengcund", version: "1", libraries: [:], kernel: "Linux 6.1", host: "h"),
                    parameters: ["read": "O_DIRECT"], protection: protection)))
        add(
            .acquisitionFinished(
                .init(
                    acquisition: number, exhibit: id(number), medium: medium(number), image: "/d/\(number).dd", bytes: bytes,
                    digests: [.sha256: "01"], unreadableBytes: 0, unreadable: [], startedAt: time, finishedAt: time,
                    protection: protection)))
    }

    mutating func verify(_ number: String, matches: Bool) {
        add(
            .imageVerified(
                .init(
                    acquisition: number, exhibit: id(number), image: "/d/\(number).dd", matches: matches, bytes: 1024,
                    digests: [.sha256: "01"], problem: nil, reading: "direct", startedAt: time, finishedAt: time)))
    }
}

enum Measure {
    static let exhibits = ProcessInfo.processInfo.environment["FENGCUN_REVIEW_EXHIBITS"].flatMap { Int($0) } ?? 300
}

enum JSONCopy {
    /// What comes back when a value is written and read.
    static func of<Value: Codable>(_ value: Value) throws -> Value {
        try JSONDecoder().decode(Value.self, from: try JSONEncoder().encode(value))
    }
}
