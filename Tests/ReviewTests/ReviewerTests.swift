import Custody
import Integrity
import Testing

@testable import Review

/// From entries to findings.
struct ReviewerTests {
    @Test("What the acts say stands where the rules look")
    func acts() throws {
        var log = Log()
        log.exhibit("E1")
        log.add(.mediumSealed(.init(exhibit: log.id("E1"), number: "F1", method: "m", place: nil, present: [], note: nil)))
        let sealed = log.last
        log.add(
            .actSigned(
                .init(
                    entry: sealed, role: .witness, person: "丙", manner: .cms, signers: [], trustedByStation: true, reason: nil)))
        log.add(.sealedMediumAttached(.init(medium: log.medium("E1"), device: "/dev/sdb", sealNumber: "F1")))
        let attached = log.last
        log.add(
            .mediumTransferred(
                .init(
                    exhibit: log.id("E1"), from: "别人", to: "乙", location: "x", reason: "r", seal: .broken, sealNumber: "F1",
                    place: nil, present: [], note: nil)))
        let transferred = log.last
        let report = log.reviewer.report(at: log.time)
        func findings(_ rule: String) -> [Finding] { report.cases[0].rules.first { $0.id == rule }?.findings ?? [] }
        #expect(findings("R31.1").map(\.entries) == [[transferred], [attached]])
        #expect(findings("R31.1").allSatisfy { $0.isOpen })
        #expect(findings("R32.1").first?.what?.english.contains("别人") == true)
        let slots = try #require(findings("R34.3").first)
        #expect(slots.what?.english.contains("examiner, holder") == true && slots.entries == [sealed, sealed + 1])
    }

    @Test("An image: what the medium gave, and every later reading")
    func image() throws {
        var log = Log()
        log.exhibit("E1")
        log.image("E1", bytes: 1024, capacity: 1024)
        let made = log.last
        log.verify("E1", matches: true)
        func verdicts(_ rule: String) -> [Verdict] {
            log.findings(rule, exhibit: "E1").map(\.verdict)
        }
        for rule in ["R62.8", "R35.1", "R35.2", "R31.2", "R31.3", "R30.3"] { #expect(verdicts(rule) == [.shown], "\(rule)") }
        let points = try #require(log.reviewer.report(at: log.time).cases[0].images.first)
        #expect(points.entries == [made])
        log.verify("E1", matches: false)
        let final = log.findings("R44").first
        #expect(final?.isFinal == true)
    }

    @Test("Copies and conversions are compared with what they were made of; one that did not come about is none")
    func copies() throws {
        var log = Log()
        log.exhibit("E1")
        log.image("E1", bytes: 1024, capacity: 1024)
        log.verify("E1", matches: true)
        func copy(_ path: String, _ format: ImageDescription.Format, _ digests: DigestTable, matches: Bool) {
            log.add(
                .imageCopied(
                    .init(
                        copy: "c", purpose: .copy, exhibit: log.id("E1"), medium: log.medium("E1"),
                        from: side("/d/E1.dd", .raw, [.sha256: "01"]), to: side(path, format, digests), matches: matches,
                        problem: nil, startedAt: log.time, finishedAt: log.time)))
        }
        func side(_ path: String, _ format: ImageDescription.Format, _ digests: DigestTable) -> ImageDescription {
            ImageDescription(path: path, format: format, files: 1, bytes: 1024, digests: digests)
        }
        copy("/e/full.dd", .raw, [:], matches: false)
        #expect(log.findings("R31.3").map(\.verdict) == [.shown])
        copy("/e/E1.dd", .raw, [.sha256: "01"], matches: true)
        let copied = log.last
        copy("/e/E1.E01", .e01, [.sha256: "02"], matches: false)
        #expect(log.findings("R31.3").first?.entries == [copied])
        #expect(log.findings("R59").map(\.isFinal) == [true])
        // Another file that differs says nothing about the copy; the image does.
        log.compare("E1", "/x/other.dd", "/e/E1.dd", equal: false)
        #expect(log.findings("R31.3").first?.verdict == .shown)
        log.compare("E1", "/d/E1.dd", "/e/E1.dd", equal: false)
        #expect(log.findings("R31.3").first?.isFinal == true)
    }

    @Test(
        "An image from elsewhere is one more image, in whatever format it came", arguments: [ImageDescription.Format.raw, .e01])
    func imported(_ format: ImageDescription.Format) {
        var log = Log()
        log.exhibit("E1")
        log.takeIn("E1", as: "c", from: format)
        let taken = log.last
        func findings(_ rule: String) -> [Finding] { log.findings(rule, exhibit: "E1") }
        #expect(findings("R35.2").map(\.entries) == [[taken]] && findings("R34.2").map(\.verdict) == [.shown])
        #expect(findings("R59").map(\.verdict) == (format == .e01 ? [.shown] : []))
        #expect(findings("R31.2").map(\.verdict) == [.defect])
        // The record does not have its making, and nobody signed that here.
        for rule in ["R62.8", "R35.1", "R30.3", "R31.3"] { #expect(findings(rule).map(\.verdict) == [.notJudged], "\(rule)") }
        for rule in ["R34.3", "R25"] { #expect(findings(rule).isEmpty, "\(rule)") }
        log.verify("E1", acquisition: "c", image: "/i/c.dd", matches: true)
        #expect(findings("R31.2").map(\.verdict) == [.shown])
        log.verify("E1", acquisition: "c", image: "/i/c.dd", matches: false)
        for rule in ["R31.2", "R30.5", "R44"] { #expect(findings(rule).map(\.isFinal) == [true], "\(rule)") }
    }

    @Test("An image from elsewhere is compared with the one that was made here")
    func importedCompared() {
        var log = Log()
        log.exhibit("E1")
        log.image("E1", bytes: 1024, capacity: 1024)
        log.verify("E1", matches: true)
        log.takeIn("E1", as: "c", from: .e01)
        #expect(log.findings("R31.3").map(\.verdict) == [.shown, .notJudged])
        log.takeIn("E1", as: "d", from: .raw)
        log.compare("E1", "/i/c.dd", "/i/d.dd", equal: true)
        #expect(log.findings("R31.3").map(\.verdict) == [.shown, .notJudged, .notJudged])
        log.compare("E1", "/i/c.dd", "/d/E1.dd", equal: true)
        #expect(log.findings("R31.3").map(\.verdict) == [.shown, .shown, .notJudged])
        log.compare("E1", "/d/E1.dd", "/i/d.dd", equal: false)
        #expect(log.findings("R31.3").map(\.isFinal) == [nil, nil, true])
    }

    @Test("A device that does not hold the image condemns the device and not the evidence")
    func restored() {
        var log = Log()
        log.exhibit("E1")
        log.image("E1", bytes: 1024, capacity: 1024)
        log.verify("E1", matches: true)
        // Every byte of the image is there; that one behind it is not zero is no matter of the copy.
        log.restore("E1", to: "A", isWiped: false)
        #expect(log.findings("R31.3").map(\.verdict) == [.shown, .shown])
        log.restore("E1", to: "B", differing: 7)
        #expect(log.findings("R31.3").map(\.isFinal) == [nil, false, nil])
        #expect(log.findings("R44").map(\.verdict) == [.shown] && log.findings("R30.5").map(\.isFinal) == [false])
        // The same device again, and then two that do not say which they are.
        log.restore("E1", to: "B")
        #expect(log.findings("R31.3").map(\.verdict) == [.shown, .shown, .shown])
        log.restore("E1", to: nil, differing: 7)
        log.restore("E1", to: nil)
        #expect(log.findings("R31.3").map(\.verdict) == [.shown, .shown, .defect, .shown, .shown])
    }

    @Test("An image that reads otherwise when it is written back is one that differs (R31.2)")
    func restoredFromAnother() {
        var log = Log()
        log.exhibit("E1")
        log.image("E1", bytes: 1024, capacity: 1024)
        log.verify("E1", matches: true)
        log.restore("E1", to: "A", sha256: "02")
        #expect(log.findings("R31.2").map(\.isFinal) == [true])
        #expect(log.findings("R31.3").map(\.isFinal) == [false, true])
        log.verify("E1", matches: true)
        #expect(log.findings("R31.2").map(\.isFinal) == [false])
    }

    @Test("Writes that were counted before the medium became an exhibit belong to it")
    func earlierWrites() {
        var log = Log()
        log.add(
            .mediumDetached(
                .init(
                    medium: log.medium("E1"), device: "/dev/sdb", observed: true,
                    protection: .init(readOnly: false, writeRequests: 3, discardRequests: 0, flushRequests: 0))))
        let written = log.last
        log.exhibit("E1")
        log.add(
            .writeCounted(
                .init(
                    medium: log.medium("E1"), device: "/dev/sdb",
                    state: .init(readOnly: true, writeRequests: 0, discardRequests: 0, flushRequests: 1), before: 0)))
        let found = log.findings("R30.4")
        #expect(found.first?.entries == [written, log.last] && found.first?.isOpen == true)
    }

    @Test("Only what was asked for is judged")
    func chosen() {
        var log = Log()
        log.exhibit("E1")
        log.exhibit("E2")
        #expect(log.reviewer.report(case: "2026-001", at: log.time).cases.map(\.exhibits) == [2])
        #expect(log.reviewer.report(case: "2026-001", exhibit: "E2", at: log.time).cases.map(\.exhibits) == [1])
        #expect(log.reviewer.report(case: "x", at: log.time).cases.isEmpty)
    }

    @Test("The text names what is open, in both languages, and the JSON comes back as it was")
    func text() throws {
        var log = Log()
        log.exhibit("E1")
        let report = log.reviewer.report(at: log.time)
        let english = ReviewText(report, in: .english).lines
        let chinese = ReviewText(report, in: .chinese).lines
        #expect(english.contains { $0.contains("R62.2") } && english.last?.contains("open defects") == true)
        #expect(chinese.contains { $0.hasPrefix("完整性") } && chinese.last?.contains("未补正") == true)
        #expect(!(english + chinese).contains { $0.contains("\u{1B}") || $0.contains("\n") })
        #expect(try JSONCopy.of(report) == report)
    }

    /// Ten entries for each exhibit. The number is small in the suite; `FENGCUN_REVIEW_EXHIBITS=10000` measures.
    @Test("A case of many exhibits is reviewed in one pass")
    func many() {
        let count = Measure.exhibits
        var log = Log()
        for number in 0..<count {
            let exhibit = "E\(number)"
            log.exhibit(exhibit)
            log.image(exhibit, bytes: 1024, capacity: 1024)
            log.verify(exhibit, matches: true)
            log.add(
                .mediumSealed(
                    .init(exhibit: log.id(exhibit), number: "F\(number)", method: "m", place: nil, present: [], note: nil)))
            let sealed = log.last
            for role in [ActSigned.Role.examiner, .witness, .holder, .maker] {
                log.add(
                    .actSigned(
                        .init(
                            entry: sealed, role: role, person: role.rawValue, manner: .sheet, signers: [], trustedByStation: nil,
                            reason: nil)))
            }
        }
        let clock = ContinuousClock()
        let entries = log.entries
        var reviewer = Reviewer()
        let took = clock.measure { for entry in entries { reviewer.add(entry) } }
        var report = reviewer.report(at: log.time)
        let judged = clock.measure { report = reviewer.report(at: log.time) }
        if count >= 10000 { print("\(entries.count) entries taken in \(took), \(count) exhibits judged in \(judged)") }
        #expect(report.cases[0].exhibits == count)
        #expect(report.cases[0].rules.first { $0.id == "R31.2" }?.counts == ["shown": count])
        #expect(report.cases[0].rules.first { $0.id == "R34.3" }?.counts == ["shown": count, "defect": count])
    }
}
