import Custody
import Integrity
import TestSupport
import TransparencyLog

/// A log with everything that comes from outside, each time as the last entry of the log that it is appended to.
struct EvidenceSample {
    typealias File = (bytes: [UInt8], kind: Custody.Attachment.Kind)

    /// One entry, and the log before it.
    struct Step {
        let name: String
        let before: MemoryLog
        let act: Act
        let files: [File]
    }

    let authority: TimeAuthority
    let people: TestAuthority
    let witness: (name: Origin, key: SigningKey)
    /// The station's key after the rotation.
    let newKey: SigningKey
    private(set) var steps: [Step] = []
    private(set) var log: MemoryLog

    /// - Parameter entries: number of entries before; at least 2. Ten more follow: a start, two signatures, a sheet, a reason, a
    ///   time-stamp, a cosigned checkpoint, a restoration, a second cosigned checkpoint, a rotation.
    init(entries: Int) throws {
        authority = try TimeAuthority()
        people = try TestAuthority()
        try people.issue("zhang", subject: "/CN=张三")
        try people.issue("li", subject: "/CN=李四")
        let made = try run("ssh-keygen", ["-q", "-N", "", "-t", "ed25519", "-C", "wang", "-f", people.path("ssh")])
        guard made.status == 0, let name = Origin("witness.example/1") else { throw LogError.malformed(made.errors) }
        witness = (name, try .generate())
        newKey = try .generate()
        log = try MemoryLog(entries: entries, attachments: [Array("photo".utf8)])
        let tool = Tool(name: "t", version: "1", libraries: [:], kernel: "k", host: "h")
        try log.append(.stationStarted(.init(tool: tool, verifierKey: log.verifierKey.text, evidencePatterns: [])))
        try add("cms", signature(of: 0, .cms))
        try add("ssh", signature(of: 1, .ssh))
        try add("sheet", slot(of: 0, .sheet), [(Array("a scan".utf8), .signedSheet)])
        try add("reason", slot(of: 1, .reason, reason: "拒绝签名"))
        try add("time-stamp", timestamp())
        try add("cosignature", cosignature(at: 100))
        try add("restoration", restoration())
        try add("cosignature", cosignature(at: 200))
        let body = try rotation()
        steps.append(Step(name: "rotation", before: log, act: .keyRotated(body), files: []))
        try log.rotate(to: newKey, body)
    }

    /// A policy under which the witness's cosignature is enough.
    var policy: [UInt8] {
        Array("witness w \(CosignerKey(name: witness.name, key: witness.key.verifyingKey).text)\nquorum w\n".utf8)
    }

    /// The log with an export that carries the policy.
    func withPolicy() throws -> MemoryLog {
        var log = log
        try log.append(.ledgerExported(.init(destination: "/x")), files: [(policy, .witnessPolicy)])
        return log
    }

    private mutating func add(_ name: String, _ act: Act, _ files: [File] = []) throws {
        steps.append(Step(name: name, before: log, act: act, files: files))
        try log.append(act, files: files)
    }

    private mutating func add(_ name: String, _ step: (act: Act, files: [File])) throws { try add(name, step.act, step.files) }

    // MARK: People

    /// The statement of an entry.
    func statement(of number: Int, _ role: ActSigned.Role, _ person: String) throws -> [UInt8] {
        var frontier = Frontier()
        for bytes in log.entries[...number] { frontier.append(.leaf(bytes)) }
        let statement = SigningStatement(
            origin: log.origin.name, entry: try Entry(bytes: log.entries[number]),
            leaf: Hex.encode(LogHash.leaf(log.entries[number]).bytes), root: frontier.root.base64, role: role, person: person)
        return Array(statement.text.utf8)
    }

    func slot(of number: Int, _ manner: ActSigned.Manner, signers: [String] = [], reason: String? = nil) -> Act {
        .actSigned(
            .init(
                entry: number, role: .examiner, person: "张三", manner: manner, signers: signers, trustedByStation: nil,
                reason: reason))
    }

    /// A CMS signature without its certificate, which is another file.
    func cms(_ statement: [UInt8], by name: String = "zhang") throws -> [UInt8] {
        let path = try people.folder.write(statement, to: "statement").string
        try people.openssl([
            "cms", "-sign", "-binary", "-nocerts", "-in", path, "-signer", people.path("\(name).pem"), "-inkey",
            people.path("\(name).key"), "-outform", "DER", "-out", people.path("statement.cms"),
        ])
        return try people.bytes("statement.cms")
    }

    func ssh(_ statement: [UInt8]) throws -> [UInt8] {
        let path = try people.folder.write(statement, to: "statement").string
        _ = try run("rm", ["-f", path + ".sig"])
        let outcome = try run("ssh-keygen", ["-q", "-Y", "sign", "-n", "fengcun", "-f", people.path("ssh"), path])
        guard outcome.status == 0 else { throw LogError.malformed(outcome.errors) }
        return try people.bytes("statement.sig")
    }

    /// What records a person's signature of an entry.
    func signature(of number: Int, _ format: PersonSignature.Format, by name: String = "zhang") throws -> (
        act: Act, files: [File]
    ) {
        let statement = try statement(of: number, .examiner, "张三")
        let certificate = try people.bytes("\(name).pem")
        let bytes = format == .ssh ? try ssh(statement) : try cms(statement, by: name)
        let signature = try PersonSignature(
            bytes, format, over: statement, with: format == .ssh ? [] : try Certificate.read(certificate))
        var files: [File] = [(statement, .statement), (bytes, .signature)]
        if format != .ssh { files.append((certificate, .certificate)) }
        return (slot(of: number, ActSigned.Manner(format), signers: signature.signers.map(\.name)), files)
    }

    // MARK: Others

    private func timestamp() throws -> (act: Act, files: [File]) {
        let note = try log.checkpoint()
        let checkpoint = try Checkpoint(parsing: note.text)
        let answer = try authority.answer(TimestampRequest(over: Array(note.encoded.utf8), imprint: .sha256).der)
        let token = try TimestampResponse(parsing: answer).token
        return (
            .checkpointTimestamped(.init(size: checkpoint.size, root: checkpoint.root.base64, token: token)),
            [(Array(note.encoded.utf8), .checkpoint), (answer, .timestamp)]
        )
    }

    private func cosignature(at time: Int) throws -> (act: Act, files: [File]) {
        let note = try log.checkpoint()
        let checkpoint = try Checkpoint(parsing: note.text)
        let line = try Cosignature(of: note.text, at: time, with: witness.key, as: witness.name).line
        let key = CosignerKey(name: witness.name, key: witness.key.verifyingKey).text
        return (
            .checkpointCosigned(
                .init(size: checkpoint.size, root: checkpoint.root.base64, cosigners: [.init(key: key, time: time)])),
            [(Array(try note.adding([line]).encoded.utf8), .cosignedCheckpoint)]
        )
    }

    private func restoration() throws -> (act: Act, files: [File]) {
        let note = try log.checkpoint()
        let checkpoint = try Checkpoint(parsing: note.text)
        let request = LedgerRestorationRequest(backup: checkpoint, known: note, person: "王五", reason: "disk died")
        let statement = Array(request.statement.utf8)
        return (
            .ledgerRestored(
                .init(
                    size: checkpoint.size, root: checkpoint.root.base64, anchoredSize: checkpoint.size, person: "王五",
                    reason: "disk died")),
            [(Array(note.encoded.utf8), .checkpoint), (statement, .statement), (try ssh(statement), .signature)]
        )
    }

    /// The station's statement about its new key.
    ///
    /// - Parameter sign: who signs which statement; both keys by default.
    func rotation(
        before: Checkpoint? = nil, _ sign: ((RotationStatement, _ old: SigningKey, _ new: SigningKey) throws -> SignedNote)? = nil
    ) throws -> KeyRotated {
        let log = steps.last { $0.name == "rotation" }?.before ?? log
        let (old, new) = (log.verifierKey, VerifierKey(origin: log.origin, key: newKey.verifyingKey))
        let checkpoint = try before ?? Checkpoint(parsing: log.checkpoint().text)
        let statement = RotationStatement(before: checkpoint, old: old, new: new)
        let note = try sign?(statement, log.key, newKey) ?? statement.signed(old: log.key, new: newKey)
        return KeyRotated(old: old.text, new: new.text, statement: note.encoded, reason: "yearly", compromisedSince: nil)
    }
}
