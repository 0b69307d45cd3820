import ArgumentParser
import Control
import Custody
import DurableFiles
import Glibc
import Integrity
import SystemPackage

/// The command of an act that is recorded by its form: the fields are its options, and may come from a file or be asked for.
struct FormCommand<Body: RecordedAct>: StationCommand {
    static var configuration: CommandConfiguration {
        CommandConfiguration(
            commandName: Body.form.command.last, abstract: Body.form.title(say), usage: FormHelp.usage(Body.form),
            discussion: FormHelp.text(Body.form))
    }

    @Argument(help: .hidden)
    var subject: String?

    @Option(
        name: .customLong("case"), help: ArgumentHelp(say("Number of the case.", "案件编号。"), valueName: "number"))
    var caseNumber: String?

    @Option(
        help: ArgumentHelp(
            say(
                "Fill the form from this file: .toml, or .json; - is JSON on standard input. Options go before it.",
                "从文件填写表单（.toml 或 .json，- 表示标准输入的 JSON）；命令行选项优先。"), valueName: "file"))
    var from: String?

    @Flag(help: ArgumentHelp(say("Ask for every field that is not given.", "逐项询问未给出的字段。")))
    var ask = false

    @Option(
        help: ArgumentHelp(
            say("A file whose length, SHA-256 and SM3 stand in the form. Repeatable.", "计算该文件的长度、SHA-256 和 SM3 并填入表单，可重复。"),
            valueName: "file"))
    var file: [String] = []

    @Option(help: .hidden)
    var set: [String] = []

    @Option(help: .hidden)
    var attach: [String] = []

    @Option(
        help: ArgumentHelp(
            say(
                "Number of an identity document, - to read it from standard input: only a commitment and last digits are sent.",
                "身份证件号码，- 表示从标准输入读取；只发送承诺值和末位。"), valueName: "number",
            visibility: Body.self == PersonRegistered.self ? .default : .hidden))
    var identityNumber: String?

    @Option(
        help: ArgumentHelp(
            say("New file for the secret that opens the commitment; keep it.", "保存承诺值密钥的新文件，须妥善保管。"), valueName: "file",
            visibility: Body.self == PersonRegistered.self ? .default : .hidden))
    var saltFile: String?

    @OptionGroup var global: GlobalOptions

    func validate() throws {
        guard (identityNumber == nil) == (saltFile == nil), identityNumber == nil || Body.self == PersonRegistered.self else {
            throw ValidationError(
                say("--identity-number and --salt-file go together", "--identity-number 与 --salt-file 须同时使用"))
        }
    }

    func execute(_ client: ControlClient) async throws {
        var filled = try FormFile.read(from)
        let form = Body.form
        if let subject {
            if let first = form.fields.first, first.name != "reason" {
                filled.body.set(first.name, .string(subject))
            } else {
                filled.caseNumber = subject
            }
        }
        if let caseNumber { filled.caseNumber = caseNumber }
        try fill(&filled.body, form)
        if let identityNumber { try commit(identityNumber, &filled.body) }
        if ask || (from == nil && !global.json && isatty(STDIN_FILENO) == 1) {
            FormDialogue.complete(&filled.body, form, all: ask)
        }
        var attachments: [AttachmentReference] = []
        for (type, path) in filled.files + attach.compactMap(FormHelp.attachment) {
            let file = try await upload(path, type, client)
            attachments.append(file)
            if type == .certificate, form.field(option: "fingerprint") != nil, filled.body[path: "fingerprint"] == nil {
                filled.body.set("fingerprint", .string(file.sha256))
            }
        }
        let request = ActRequest(
            act: Body.kind, caseNumber: filled.caseNumber, body: filled.body, attachments: attachments)
        try show(try await client.post(ControlPath.acts, request, as: RecordedView.self), recorded)
    }

    /// Puts the options into the form; those that may be repeated gather.
    private func fill(_ body: inout JSONValue, _ form: ActForm) throws {
        var lists: [String: [JSONValue]] = [:]
        for option in set {
            guard let equals = option.firstIndex(of: "="), let field = form.field(option: String(option[..<equals])) else {
                continue
            }
            let value = String(option[option.index(after: equals)...])
            switch field.content {
            case .participants, .reasons, .entries: lists[field.name, default: []].append(.string(value))
            case .files: body.set(field.name, try FormFile.json(value))
            default: body.set(field.name, .string(value))
            }
        }
        for (name, list) in lists { body.set(name, .array(list)) }
        if !file.isEmpty { body.set("files", .array(try file.map { try FormFile.measured($0) })) }
    }

    /// Replaces a number by a commitment to it; the salt goes into a file of its own.
    private func commit(_ number: String, _ body: inout JSONValue) throws {
        let number = number == "-" ? readLine(strippingNewline: true) ?? "" : number
        guard case .string(let word)? = body[path: "identity.kind"], let kind = IdentityDocument.Kind(rawValue: word) else {
            throw Refusal.badText(field: "identity-kind", fault: .empty)
        }
        guard !number.isEmpty, let saltFile else { throw Refusal.badText(field: "identity-number", fault: .empty) }
        var generator = SystemRandomNumberGenerator()
        let salt = (0..<IdentityDocument.saltLength).map { _ in UInt8.random(in: .min ... .max, using: &generator) }
        let identity = IdentityDocument(kind: kind, number: number, salt: salt)
        try writeNew(Hex.encode(salt) + "\n", to: saltFile)
        body.set("identity.commitment", .string(identity.commitment))
        if !identity.lastDigits.isEmpty { body.set("identity.lastDigits", .string(identity.lastDigits)) }
    }
}

extension Attachment.Kind {
    /// The duty that such a file serves; nil where none asks for it.
    fileprivate var row: String? {
        switch self {
        case .photo, .photoBefore, .photoAfter: "R34.2"
        case .signedSheet: "R34.3"
        case .document: "R32.2"
        case .electronicCertificate: "O14"
        case .signature, .certificate: "R30.2"
        default: nil
        }
    }
}

/// Sends a file of the operator to the station.
func upload(_ file: String, _ type: Attachment.Kind, _ client: ControlClient) async throws -> AttachmentReference {
    let path = FilePath(file)
    let bytes: [UInt8]
    do {
        bytes = try readFile(path, limit: Attachment.byteLimit, followLinks: true)
    } catch {
        throw LocalFileError(error: error, row: type.row)
    }
    let blob = try await client.postBytes(ControlPath.blobs, bytes, as: BlobView.self)
    return AttachmentReference(sha256: blob.sha256, name: path.lastComponent?.string ?? file, type: type)
}
