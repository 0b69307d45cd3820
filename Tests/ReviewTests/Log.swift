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

    /// What a rule finds in the first case as the record stands.
    func findings(_ rule: String, exhibit: String? = nil) -> [Finding] {
        reviewer.report(exhibit: exhibit, at: time).cases[0].rules.first { $0.id == rule }?.findings ?? []
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

    /// Reads an image back; nil: the one that was made here.
    mutating func verify(_ number: String, acquisition: String? = nil, image: String? = nil, matches: Bool) {
        add(
            .imageVerified(
                .init(
                    acquisition: acquisition ?? number, exhibit: id(number), image: image ?? "/d/\(number).dd", matches: matches,
                    bytes: 1024, digests: [.sha256: "01"], problem: nil, reading: "direct", startedAt: time, finishedAt: time)))
    }

    /// An image that was made elsewhere.
    mutating func takeIn(_ number: String, as copy: String, from format: ImageDescription.Format) {
        func side(_ path: String, _ format: ImageDescription.Format) -> ImageDescription {
            ImageDescription(path: path, format: format, files: 1, bytes: 1024, digests: [.sha256: "01"])
        }
        add(
            .imageCopied(
                .init(
                    copy: copy, purpose: .import, exhibit: id(number), medium: medium(number), from: side("/usb/x", format),
                    to: side("/i/\(copy).dd", .raw), matches: true, problem: nil, startedAt: time, finishedAt: time)))
    }

    /// An image is written back to a device.
    ///
    /// - Parameters:
    ///   - sha256: of the image as it read then.
    ///   - differing: bytes of the device that differ from it.
    ///   - isWiped: whether zeros behind the image were asked for and found.
    mutating func restore(_ number: String, to serial: String?, sha256: String = "01", differing: Int = 0, isWiped: Bool = true) {
        let matches = differing == 0 && isWiped && sha256 == "01"
        let target = RestorationTarget(
            device: "/dev/sdc", model: nil, serial: serial, capacity: 2048, sectorSize: 512, diskSequence: entries.count)
        let from = ImageDescription(path: "/d/\(number).dd", format: .raw, files: 1, bytes: 1024, digests: [.sha256: sha256])
        add(
            .restorationFinished(
                .init(
                    restoration: "r", exhibit: id(number), medium: medium(number), target: target,
                    tails: .init(written: 1024, missing: nil, behind: 1024, rest: .wiped), from: from, to: from, matches: matches,
                    differing: [], differingBytes: differing, problem: matches ? nil : "p", startedAt: time, finishedAt: time)))
    }

    /// Two files of an exhibit are compared.
    mutating func compare(_ number: String, _ first: String, _ second: String, equal: Bool) {
        func side(_ path: String) -> ImageDescription {
            ImageDescription(path: path, format: .raw, files: 1, bytes: 1024, digests: [:])
        }
        add(
            .imagesCompared(
                .init(
                    exhibit: id(number), first: side(first), second: side(second), equal: equal, differing: [], places: 0,
                    differingBytes: 0, problem: nil, startedAt: time, finishedAt: time)))
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
