import Custody
import Integrity
import SystemPackage
import TestSupport
import Testing
import TransparencyLog

@testable import Bundle

/// Signatures of people in bundles. `DishonestStationTests` has what does not fit at all; here is whom an auditor believes.
@Suite("Signatures of people in a bundle") struct SignatureCheckTests {
    private let scratch = TemporaryFolder()
    private let sample: EvidenceSample

    init() throws { sample = try EvidenceSample(entries: 2) }

    private func report(_ log: MemoryLog, _ change: (inout AuditorTrust) throws -> Void = { _ in }) async throws -> BundleReport {
        let folder = scratch("\(log.entries.count)-\(Int.random(in: 0..<1 << 40))")
        try await log.write(to: folder)
        var trust = AuditorTrust(key: log.verifierKey)
        try change(&trust)
        return try BundleVerifier(folder: folder).verify(trusting: trust)
    }

    /// The log with one more entry.
    private func log(_ step: (act: Act, files: [EvidenceSample.File])) throws -> MemoryLog {
        var log = sample.log
        try log.append(step.act, files: step.files)
        return log
    }

    private var allowed: [UInt8] { get throws { try Array("wang@example ".utf8) + sample.people.bytes("ssh.pub") } }

    private func refusal(_ log: MemoryLog) async -> String {
        do {
            _ = try await report(log)
            return "verified"
        } catch let error as BundleError {
            return error.description
        } catch {
            return "\(error)"
        }
    }

    @Test func theAuditorsRootsAndKeysDecide() async throws {
        let nothing = try await report(sample.log)
        #expect(nothing.signatures.map(\.trust) == [.notChecked, .notChecked, .notChecked, .notChecked])
        #expect(nothing.signersStand)
        let all = try await report(sample.log) {
            $0.signerRoots = try sample.people.bytes("root.pem")
            $0.allowedSigners = try allowed
        }
        #expect(all.signersStand)
        #expect(all.signatures.prefix(2).map(\.trust) == [.trusted(["C=CN, CN=root"]), .trusted(["wang@example"])])
        #expect(all.ledgerRestorations.map(\.trust) == [.trusted(["wang@example"])])
        let strangers = try await report(sample.log) {
            $0.signerRoots = try TestAuthority().bytes("root.pem")
            $0.allowedSigners = try allowed
        }
        #expect(!strangers.signersStand)
    }

    /// A station could have anybody sign with a key of another kind.
    @Test func anotherFormatIsNoWayAroundTheAuditorsRoots() async throws {
        for change: (inout AuditorTrust) throws -> Void in [
            { $0.signerRoots = try sample.people.bytes("root.pem") }, { $0.allowedSigners = try allowed },
        ] {
            let report = try await report(sample.log, change)
            #expect(!report.signersStand)
            #expect(
                report.signatures.prefix(2).filter {
                    if case .notTrusted = $0.trust { true } else { false }
                }.count == 1)
        }
    }

    @Test func whoAsksForSignaturesIsNotContentWithoutAny() async throws {
        let bare = try MemoryLog(entries: 2)
        #expect(try await report(bare).signersStand)
        let asking = try await report(bare) { $0.signerRoots = try sample.people.bytes("root.pem") }
        #expect(!asking.signersStand && asking.signersAreAbsent)
    }

    /// Who signs for a restoration is judged like everybody who signs.
    @Test func aStrangerCannotSignForARestoration() async throws {
        let step = try #require(sample.steps.first { $0.name == "restoration" })
        var log = step.before
        try log.append(step.act, files: step.files)
        let report = try await report(log) {
            $0.signerRoots = try sample.people.bytes("root.pem")
            $0.allowedSigners = Array("# nobody\n".utf8)
        }
        #expect(report.ledgerRestorations.map(\.person) == ["王五"])
        guard case .notTrusted = report.ledgerRestorations.first?.trust else {
            Issue.record("a stranger was believed")
            return
        }
    }

    @Test func aSignatureIsForOneEntryOneRoleAndOneName() async throws {
        let (act, files) = try sample.signature(of: 1, .cms)
        guard case .actSigned(let body) = act else { return }
        func outcome(_ change: (inout ActSigned) -> Void, _ files: [EvidenceSample.File]) async throws -> String {
            var changed = body
            change(&changed)
            return await refusal(try log((.actSigned(changed), files)))
        }
        let place = "entry \(sample.log.entries.count): "
        #expect(try await outcome({ _ in }, files) == "verified")
        #expect(try await outcome({ $0.entry = 0 }, files).hasSuffix(place + "its statement is not that of entry 0"))
        #expect(try await outcome({ $0.person = "李四" }, files).hasSuffix(place + "its statement is not that of entry 1"))
        #expect(try await outcome({ $0.role = .witness }, files).hasSuffix(place + "its statement is not that of entry 1"))
        #expect(try await outcome({ $0.signers = ["CN=李四"] }, files).hasSuffix(place + "names other signers than its signature"))
        let own = sample.log.entries.count
        #expect(try await outcome({ $0.entry = own }, files).hasSuffix(place + "signs an entry that did not stand before it"))
        #expect(try await outcome({ $0.entry = 2 }, files).hasSuffix(place + "signs what is no act of people"))
        // The right statement with the signature of another entry.
        let other = try sample.signature(of: 0, .cms).files
        #expect(try await outcome({ _ in }, [files[0], other[1], files[2]]).hasPrefix(place))
        #expect(try await outcome({ $0.manner = .sheet }, files).contains(place))
    }

    @Test func anAlteredCertificateLeadsNowhere() async throws {
        let (act, files) = try sample.signature(of: 0, .cms)
        let place = "entry \(sample.log.entries.count): "
        // Another person's.
        let other = try sample.people.bytes("li.pem")
        #expect(await refusal(try log((act, [files[0], files[1], (other, .certificate)]))).hasPrefix(place))
        // The same name and key, the authority's signature altered: it is the same signer, but no root vouches for him.
        var der = try #require(
            Base64.decode(
                String(decoding: files[2].bytes, as: UTF8.self).split(separator: "\n").filter { !$0.hasPrefix("-") }.joined()))
        der[der.count - 1] ^= 1
        let pem = "-----BEGIN CERTIFICATE-----\n\(Base64.encode(der))\n-----END CERTIFICATE-----\n"
        let altered = try log((act, [files[0], files[1], (Array(pem.utf8), .certificate)]))
        let report = try await report(altered) {
            $0.signerRoots = try sample.people.bytes("root.pem")
            $0.allowedSigners = try allowed
        }
        guard case .notTrusted = report.signatures.last?.trust else {
            Issue.record("an altered certificate was believed")
            return
        }
        #expect(!report.signersStand)
    }

    @Test func aSheetNeedsItsScanAndAnEmptySlotItsReason() async throws {
        let place = "entry \(sample.log.entries.count): "
        let scan: EvidenceSample.File = ([1], .signedSheet)
        #expect(await refusal(try log((sample.slot(of: 0, .sheet), [scan]))) == "verified")
        #expect(await refusal(try log((sample.slot(of: 0, .sheet), []))).hasPrefix(place))
        #expect(await refusal(try log((sample.slot(of: 0, .sheet), [scan, ([2], .signedSheet)]))).hasPrefix(place))
        #expect(await refusal(try log((sample.slot(of: 0, .sheet, signers: ["CN=张三"]), [scan]))).hasPrefix(place))
        #expect(await refusal(try log((sample.slot(of: 0, .reason, reason: "refused"), []))) == "verified")
        #expect(await refusal(try log((sample.slot(of: 0, .reason, reason: ""), []))) != "verified")
        #expect(await refusal(try log((sample.slot(of: 0, .reason), []))).hasPrefix(place))
        #expect(await refusal(try log((sample.slot(of: 0, .reason, reason: "x"), [scan]))).hasPrefix(place))
        #expect(
            await refusal(try log((sample.slot(of: 0, .reason, signers: ["CN=张三"], reason: "x"), []))).hasPrefix(place))
    }

    /// What the auditor makes of one more signature by a person with this certificate.
    private func trust(_ name: String, heeding list: [UInt8] = []) async throws -> SignerTrust.Finding? {
        let (act, files) = try sample.signature(of: 0, .cms, by: name)
        let report = try await report(try log((act, files))) {
            $0.signerRoots = try sample.people.bytes("root.pem") + list
            $0.allowedSigners = try allowed
        }
        let finding = report.signatures.last?.trust
        if case .notTrusted = finding { #expect(!report.signersStand) } else { #expect(report.signersStand) }
        return finding
    }

    @Test func aCertificateMustBeGoodWhenItSigned() async throws {
        let people = sample.people
        try people.issue("before", subject: "/CN=张三", from: "20200101000000Z", to: "20210101000000Z")
        try people.issue("after", subject: "/CN=张三", from: "20390101000000Z", to: "20400101000000Z")
        try people.issue("server", subject: "/CN=张三", extensions: ["extendedKeyUsage=serverAuth"])
        try people.issue("gone", subject: "/CN=张三")
        #expect(try await trust("gone") == .trusted(["C=CN, CN=root"]))
        try people.revoke("gone")
        for (name, word) in [
            ("before", "is valid from"), ("after", "is valid from"), ("server", "another purpose"), ("gone", "revoked"),
        ] {
            guard case .notTrusted(let reason) = try await trust(name, heeding: people.bytes("crl.pem")) else {
                Issue.record("\(name) was believed")
                continue
            }
            #expect(reason.contains(word), "\(name): \(reason)")
        }
    }

    /// Where the station says that 张三 signed, and it was somebody whom the auditor trusts, too.
    @Test func anotherTrustedPersonIsNotTakenForTheOneInTheSlot() async throws {
        for (step, names) in [
            (try sample.signature(of: 0, .cms), true), (try sample.signature(of: 0, .cms, by: "li"), false),
            (try sample.signature(of: 0, .ssh), false),
        ] {
            let report = try await report(try log(step)) {
                $0.signerRoots = try sample.people.bytes("root.pem")
                $0.allowedSigners = try allowed
            }
            #expect(report.signersStand)
            #expect(report.signatures.last?.namesItsPerson == names)
        }
        let listed = try await report(try log(sample.signature(of: 0, .ssh))) {
            $0.signerRoots = try sample.people.bytes("root.pem")
            $0.allowedSigners = try Array("张三 ".utf8) + sample.people.bytes("ssh.pub")
        }
        #expect(listed.signatures.last?.namesItsPerson == true)
        #expect(listed.ledgerRestorations.map(\.namesItsPerson) == [false])
    }

    /// The witness of the sample saw the first signature in 1970; its signer's clock has today.
    @Test func aSigningTimeThatWasProvedImpossibleIsNamed() async throws {
        let unproved = try await report(sample.log)
        #expect(unproved.signatures.map(\.impossibleTime) == [nil, nil, nil, nil])
        let proved = try await report(sample.log) { $0.witnessPolicy = sample.policy }
        let claimed = try #require(proved.signatures.first?.impossibleTime)
        #expect(abs(claimed - Timestamp.now().microseconds / 1_000_000) < 3600)
        #expect(proved.signatures.dropFirst().allSatisfy { $0.impossibleTime == nil })
        // Nobody proves a time after the last one.
        let later = try await report(try log(sample.signature(of: 0, .cms))) { $0.witnessPolicy = sample.policy }
        #expect(later.signatures.last?.impossibleTime == nil)
    }

    @Test func aClockHasFiveMinutes() {
        func time(_ seconds: Int) -> ExternalTime {
            ExternalTime(size: 1, earliest: seconds * 1_000_000, latest: seconds * 1_000_000, source: "w", recordedIn: 0)
        }
        let interval = ProvedTimes.Interval(notBefore: time(10_000), notAfter: time(20_000))
        #expect([9_700, 10_000, 20_000, 20_300].allSatisfy(interval.allowsClock))
        #expect(![Int.min, 9_699, 20_301, Int.max].contains(where: interval.allowsClock))
    }

    @Test func oneMannerIsNotTakenForAnother() async throws {
        let place = "entry \(sample.log.entries.count): "
        for (format, others) in [(PersonSignature.Format.cms, [ActSigned.Manner.ssh, .sm2]), (.ssh, [.cms, .sm2])] {
            let (act, files) = try sample.signature(of: 0, format)
            guard case .actSigned(let body) = act else { continue }
            for manner in others {
                var changed = body
                changed.manner = manner
                #expect(await refusal(try log((.actSigned(changed), files))).hasPrefix("\(scratch.path)") == false)
                #expect(await refusal(try log((.actSigned(changed), files))).contains(place))
            }
        }
    }

    /// A signature of this very entry in another station's ledger, and over another text that was made up.
    @Test func aSignatureOverAnythingElseIsRefused() async throws {
        let place = "entry \(sample.log.entries.count): "
        let (act, files) = try sample.signature(of: 0, .cms)
        let statement = Array(
            String(decoding: files[0].bytes, as: UTF8.self).replacing("test.example/station", with: "other.example/station").utf8)
        let foreign = try sample.cms(statement)
        #expect(await refusal(try log((act, [files[0], (foreign, .signature), files[2]]))).contains(place))
        // Statement and signature fit each other, and not the entry.
        #expect(await refusal(try log((act, [(statement, .statement), (foreign, .signature), files[2]]))).contains(place))
        let invented = Array("I saw nothing.\n".utf8)
        let signed = try sample.cms(invented)
        #expect(await refusal(try log((act, [(invented, .statement), (signed, .signature), files[2]]))).contains(place))
    }

    /// That somebody signed for a backup is no signature of an act of custody.
    @Test func aRestorationIsNoSignatureOfAnAct() async throws {
        let step = try #require(sample.steps.first { $0.name == "restoration" })
        var log = try MemoryLog(entries: 2)
        let checkpoint = try Checkpoint(parsing: log.checkpoint().text)
        let request = LedgerRestorationRequest(backup: checkpoint, known: nil, person: "王五", reason: "disk died")
        let statement = Array(request.statement.utf8)
        guard case .ledgerRestored(var body) = step.act else { return }
        (body.size, body.root, body.anchoredSize) = (checkpoint.size, checkpoint.root.base64, nil)
        try log.append(.ledgerRestored(body), files: [(statement, .statement), (try sample.ssh(statement), .signature)])
        let report = try await report(log) { $0.allowedSigners = try allowed }
        #expect(report.ledgerRestorations.map(\.trust) == [.trusted(["wang@example"])])
        #expect(report.signersAreAbsent && !report.signersStand)
    }

    /// A station that claims a time at which a certificate was good is not believed where somebody proves that it was later.
    @Test func aSignerIsNotJudgedBeforeWhatIsProved() throws {
        let entry = try Entry(bytes: sample.log.entries[0])
        let claimed = entry.time.microseconds
        func time(_ size: Int, _ earliest: Int, _ latest: Int, _ recorded: Int) -> ExternalTime {
            ExternalTime(size: size, earliest: earliest, latest: latest, source: "s", recordedIn: recorded)
        }
        let later = claimed + 60_000_000
        #expect(SignatureCheck.time(of: entry, in: ProvedTimes([])[0]) == claimed / 1_000_000)
        #expect(SignatureCheck.time(of: entry, in: ProvedTimes([time(0, later, later, 0)])[0]) == later / 1_000_000)
        #expect(SignatureCheck.time(of: entry, in: ProvedTimes([time(0, 5, 5, 0)])[0]) == claimed / 1_000_000)
        #expect(SignatureCheck.time(of: entry, in: ProvedTimes([time(1, 5, 5, 1)])[0]) == 0)
    }
}
