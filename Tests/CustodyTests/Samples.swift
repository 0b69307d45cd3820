import Testing

@testable import Custody

/// One act of each kind with every member set, and the entry that holds it.
enum Sample {
    static let exhibit = ExhibitID(caseNumber: "2026-001", number: "E1")
    static let description = MediumDescription(
        make: "ACME", model: "Disk 9", serial: "S/N 1", wwn: "0x5000", firmware: "1.0", bus: "usb", capacity: 1_000_204_886_016,
        logicalSectorSize: 512, physicalSectorSize: 4096, removable: true, partitionTable: "gpt",
        partitions: [.init(number: 1, offset: 1_048_576, length: 512)], diskSequence: 9, udev: ["ID_BUS": "usb", "DEVPATH": "/x"])
    static let medium = MediumID(description, sample: nil, boot: "b")
    static let content = ContentSample(sha256: "ab", blocks: 16, uniform: false)
    static let protection = Protection(readOnly: true, writeRequests: 0, discardRequests: 0, flushRequests: 1)
    static let tool = Tool(
        name: "fengcund", version: "0.1.0", libraries: ["sqlite": "3.40.1", "openssl": "OpenSSL 3.0.17"], kernel: "Linux 6.1",
        host: "h")
    static let early = Timestamp(microseconds: 0)
    static let late = Timestamp(microseconds: 1_795_325_400_123_456)

    static let attached = MediumAttached(
        medium: medium, device: "/dev/sdb", evidence: .pattern("/dev/sd*"), foundAtStart: false, description: description,
        sample: content, protection: ProtectionAtAttach(readOnlyBefore: false, state: protection, problem: "no"))
    static let registered = MediumRegistered(
        exhibit: exhibit, medium: medium, device: "/dev/sdb", description: description, sample: content,
        label: MediumLabel(make: "甲", model: "乙", serial: "丙", capacity: "1 TB", owner: "丁"), location: "证物室 3 柜",
        custodian: "保管员",
        note: "n")
    static let finished = AcquisitionFinished(
        acquisition: "a-0", exhibit: exhibit, medium: medium, image: "/d/x.dd", bytes: 1024,
        digests: [.sm3: "03", .md5: "01", .sha256: "02"], unreadableBytes: 512, unreadable: [ByteRange(offset: 512, length: 512)],
        startedAt: early, finishedAt: late, protection: protection)
    static let verified = ImageVerified(
        acquisition: "a-0", exhibit: exhibit, image: "/d/x.dd", matches: false, bytes: 1024, digests: [.md5: "01"], problem: "p",
        reading: "direct", startedAt: early, finishedAt: late)

    /// One act of each kind.
    static let acts: [Act] = [
        .stationStarted(.init(tool: tool, verifierKey: "s+00000000+AQ==", evidencePatterns: ["/dev/loop*"])),
        .stationStopped(.init(reason: "SIGTERM")),
        .accessRefused(.init(count: 3, first: early, last: late, requests: ["POST /v1/cases"], uid: 1000, user: "mallory")),
        .mediumAttached(attached),
        .mediumDetached(.init(medium: medium, device: "/dev/sdb", observed: true, protection: protection)),
        .sealedMediumAttached(.init(medium: medium, device: "/dev/sdb", sealNumber: "F-1")),
        .protectionLost(.init(medium: medium, device: "/dev/sdb", state: protection, problem: "p")),
        .writeCounted(
            .init(
                medium: medium, device: "/dev/sdb",
                state: Protection(
                    readOnly: false, writeRequests: 3, discardRequests: 0, flushRequests: 1,
                    partitions: PartitionProtection(
                        checked: 2,
                        deviating: [.init(number: 1, readOnly: false, writeRequests: 3, discardRequests: 0, flushRequests: 0)])),
                before: 1)),
        .diskPassedOver(
            .init(
                place: "pci-0000:00:14.0-usb-0:2:1.0-scsi-0:0:0:0", device: "/dev/sdb", reason: .unsteady, count: 9940,
                first: early, last: late)),
        .caseOpened(.init(number: "2026-001", cause: "非法控制计算机信息系统", unit: "示例检察院", note: "\"quoted\" \\ /")),
        .mediumRegistered(registered),
        .acquisitionStarted(
            .init(
                acquisition: "a-0", exhibit: exhibit, medium: medium, device: "/dev/sdb", capacity: 1024, sectorSize: 512,
                image: "/d/x.dd", algorithms: [.sha256, .md5], tool: tool, parameters: ["read": "O_DIRECT", "buffers": "16"],
                protection: protection)),
        .acquisitionPaused(
            .init(
                acquisition: "a-0", exhibit: exhibit, medium: medium, cause: .destinationFull, reason: "r", bytesRead: 512,
                givenUp: [.init(image: "/e/x.001", layout: .init(segmentSize: 512), problem: "p")])),
        .acquisitionResumed(
            .init(
                acquisition: "a-0", exhibit: exhibit, medium: medium, device: "/dev/sdc", provenBytes: 512, discardedBytes: 0,
                comparedPlaces: 1, protection: protection)),
        .acquisitionFinished(finished),
        .acquisitionEnded(
            .init(
                acquisition: "a-0", exhibit: exhibit, medium: medium, outcome: .failed, reason: "r",
                partial: "/d/x.dd.partial", protection: nil)),
        .imageVerified(verified),
        .populationFixed(.init(population: "P1", what: "同型号服务器的镜像", members: [3, 5, 6], note: "n")),
        .sampleDrawn(
            .init(
                population: "P1", fixed: 4, root: "cm9vdA==", algorithm: "fengcun-sample-v1", members: [6, 3], reason: "r",
                method: "m", confidence: 95, bound: 1)),
        .sampleChecked(.init(population: "P1", draw: 5, member: 6, isGood: true, what: "w")),
        .mediumSealed(.init(exhibit: exhibit, number: "F-1", method: "防拆封条", place: "p", present: ["甲", "乙"], note: "n")),
        .mediumUnsealed(
            .init(exhibit: exhibit, number: "F-1", condition: .broken, reason: "r", place: "p", present: ["甲"], note: "n")),
        .ledgerExported(.init(destination: "/mnt/bundle")),
        .actSigned(
            .init(
                entry: 5, role: .witness, person: "赵六", manner: .cms, signers: ["CN=赵六"], trustedByStation: false,
                reason: "r")),
        .checkpointTimestamped(
            .init(size: 5, root: "cm9vdA==", imprint: .sm3, time: late, accuracy: 1_000_000, authority: "TSA", serial: "01")),
        .checkpointCosigned(
            .init(size: 5, root: "cm9vdA==", cosigners: [.init(key: "w+01020304+A", time: 1_700_000_000)])),
        .witnessDisputed(.init(witness: "w", knownSize: 9, size: 5, answer: "409")),
        .clockStepped(.init(occasion: .running, from: early, to: late, count: 1, largest: -2)),
        .keyRotated(.init(old: "s+0+A", new: "s+1+B", statement: "text", reason: "r", compromisedSince: early)),
        .ledgerBackedUp(.init(destination: "/mnt/backup", size: 7, root: "cm9vdA==")),
        .ledgerRestored(.init(size: 5, root: "cm9vdA==", anchoredSize: 9, person: "王五", reason: "r")),
        .ledgerDamaged(.init(count: 2, faults: ["f"])),
        .mediumTransferred(
            .init(
                exhibit: exhibit, from: "甲", to: "乙", location: "柜", reason: "r", seal: .intact, sealNumber: "F-1",
                place: "p", present: ["丙"], note: "n")),
        .imageCopied(
            .init(
                copy: "c-0", purpose: .import, exhibit: exhibit, medium: medium,
                from: .init(path: "/m/x.E01", format: .e01, files: 2, bytes: 1024, digests: [.md5: "01"], stored: [.md5: "01"]),
                to: .init(path: "/d/x.dd", format: .raw, files: 1, bytes: 1024, digests: [.md5: "01"], blockTree: "04"),
                matches: false, problem: "p", startedAt: early, finishedAt: late)),
        .imagesCompared(
            .init(
                exhibit: exhibit,
                first: .init(path: "/d/x.dd", format: .raw, files: 1, bytes: 1024, digests: [.md5: "01"]),
                second: .init(path: "/m/x.dd", format: .raw, files: 1, bytes: 1024, digests: [.md5: "02"]), equal: false,
                differing: [ByteRange(offset: 5, length: 1)], places: 1, differingBytes: 1, problem: "p", startedAt: early,
                finishedAt: late)),
        .jobStopped(
            .init(job: "v-0", work: "verification", exhibit: exhibit, outcome: .cancelled, bytesDone: 512, bytesTotal: 1024)),
        .restorationStarted(
            .init(
                restoration: "r-0", exhibit: exhibit, medium: medium, image: "/d/x.dd", bytes: 1024, target: target,
                tails: tails, overwrites: true)),
        .restorationFinished(
            .init(
                restoration: "r-0", exhibit: exhibit, medium: medium, target: target, tails: tails,
                from: .init(path: "/d/x.dd", format: .raw, files: 1, bytes: 1024, digests: [.md5: "01"]),
                to: .init(path: "/dev/sdc", format: .raw, files: 1, bytes: 512, digests: [.md5: "02"]), matches: false,
                differing: [ByteRange(offset: 5, length: 1)], differingBytes: 1, problem: "p", startedAt: early,
                finishedAt: late)),
        .restorationEnded(
            .init(
                restoration: "r-0", exhibit: exhibit, medium: medium, target: target, outcome: .failed, reason: "r",
                written: 512)),
    ]

    private static let target = RestorationTarget(
        device: "/dev/sdc", model: "m", serial: "s", capacity: 4096, sectorSize: 512, diskSequence: 9)
    private static let tails = RestorationTails(written: 512, missing: 512, behind: 3584, rest: .wiped)

    /// The act of a kind.
    static func act(_ kind: Act.Kind) throws -> Act {
        if let act = acts.first(where: { $0.kind == kind }) { return act }
        // Acts with a form are made by reading: their sample is the golden entry, which has every member.
        let text = try #require(GoldenEntries.text[kind.rawValue], "a new act needs its sample or its golden entry")
        return try Entry(bytes: Array(text.utf8)).act
    }

    /// The act of a kind.
    static func act(_ type: any ActBody.Type) throws -> Act { try act(Act.Kind(type)) }

    static let actor = Actor(kind: .operator, uid: 1000, user: "wang", person: "王五")

    static func entry(_ act: Act, sequence: Int = 7, note attachments: [Custody.Attachment] = []) -> Entry {
        Entry(
            sequence: sequence, time: late, boot: "b0", monotonic: 12_345, clockSynchronised: true,
            tree: .init(size: sequence, root: "cm9vdA=="),
            draft: EntryDraft(
                act, case: "2026-001", about: [.exhibit(exhibit), .medium(medium)], attachments: attachments, by: actor))
    }
}
