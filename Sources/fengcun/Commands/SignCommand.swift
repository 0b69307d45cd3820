import ArgumentParser
import Control
import Custody
import DurableFiles
import Foundation
import SystemPackage

struct SignCommand: StationCommand {
    static let configuration = CommandConfiguration(
        commandName: "sign",
        abstract: say("Write the statement that a person signs, or take the signature in.", "写出供人员签名的声明，或收入签名。"),
        discussion: say(
            """
            Without --signature, --sheet and --reason the statement is written. It is read, and signed on the person's own
            machine or token, by one of:
              openssl cms -sign -binary -in S -signer CERT.pem -inkey KEY.pem -outform PEM -out S.sig
              ssh-keygen -Y sign -n fengcun -f KEY S
              openssl dgst -sm3 -sign KEY.pem -sigopt distid:1234567812345678 -out S.sig S    (SM2; --certificate is needed)
            """,
            """
            不带 --signature、--sheet、--reason 时写出声明。由本人阅读后，在自己的机器或密钥介质上以下列方式之一签名：
              openssl cms -sign -binary -in S -signer CERT.pem -inkey KEY.pem -outform PEM -out S.sig
              ssh-keygen -Y sign -n fengcun -f KEY S
              openssl dgst -sm3 -sign KEY.pem -sigopt distid:1234567812345678 -out S.sig S    （SM2，须提供 --certificate）
            """))

    @Argument(help: ArgumentHelp(say("Number of the entry.", "条目编号。")))
    var entry: Int

    @Option(
        name: .customLong("as"),
        help: ArgumentHelp(
            say(
                "Role: examiner, witness, holder, custodian, deliverer, receiver or maker.",
                "身份：examiner（取证人员）、witness（见证人）、holder（持有人）、custodian（保管人）、deliverer（移交人）、receiver（接收人）、maker（制作人）。"),
            valueName: "role"))
    var role: String

    @Option(help: ArgumentHelp(say("Who signs.", "签名人姓名。")))
    var name: String

    @Option(
        help: ArgumentHelp(
            say("File for the statement; must not exist. Default: standard output.", "声明的输出文件，不得已存在；默认写到标准输出。"),
            valueName: "file"))
    var statement: String?

    @Option(help: ArgumentHelp(say("The signature.", "签名文件。"), valueName: "file"))
    var signature: String?

    @Option(help: ArgumentHelp(say("Certificates that are not in the signature.", "签名中未包含的证书。"), valueName: "file"))
    var certificate: String?

    @Option(help: ArgumentHelp(say("A scan of a signed sheet.", "签字页扫描件。"), valueName: "file"))
    var sheet: String?

    @Option(help: ArgumentHelp(say("Why there is no signature.", "未签名的原因。")))
    var reason: String?

    @OptionGroup var form: FormFileArguments
    @OptionGroup var global: GlobalOptions

    func validate() throws {
        let manners = [signature, sheet, reason].count { $0 != nil }
        guard manners <= 1, manners == 0 || statement == nil, signature != nil || certificate == nil else {
            throw ValidationError(
                say(
                    "one of --signature (with --certificate), --sheet, --reason; or --statement",
                    "只能使用 --signature（可加 --certificate）、--sheet、--reason 之一，或 --statement"))
        }
    }

    func execute(_ client: ControlClient) async throws {
        guard let role = ActSigned.Role(rawValue: role) else {
            let roles = ActSigned.Role.allCases.map(\.rawValue).joined(separator: ", ")
            throw ValidationError(say("--as is one of: \(roles)", "--as 只能是：\(roles)"))
        }
        guard signature != nil || sheet != nil || reason != nil else { return try await writeStatement(role, client) }
        let request = SignRequest(
            entry: entry, role: role, name: name, signature: try await sent(signature, .signature, client),
            certificate: try await sent(certificate, .certificate, client),
            sheet: try await sent(sheet, .signedSheet, client),
            reason: reason)
        try show(try await client.post(ControlPath.signatures, request, as: RecordedView.self), recorded)
    }

    private func writeStatement(_ role: ActSigned.Role, _ client: ControlClient) async throws {
        let encoded = name.addingPercentEncoding(withAllowedCharacters: .alphanumerics) ?? ""
        let path = "\(ControlPath.statements)/\(entry)?role=\(role.rawValue)&name=\(encoded)"
        let bytes = try await client.getBytes(path)
        guard let statement else {
            return try show(["statement": String(decoding: bytes, as: UTF8.self)]) { _ in
                String(decoding: bytes.dropLast(), as: UTF8.self)
            }
        }
        do {
            try writeDurably(
                bytes, to: FilePath(absolute(statement)), permissions: [.ownerReadWrite, .groupRead, .otherRead],
                existing: .keep)
        } catch {
            throw LocalFileError(error: error)
        }
        try show(["statement": statement]) { _ in say("written to \(statement)", "已写入 \(statement)") }
    }

    private func sent(_ file: String?, _ type: Attachment.Kind, _ client: ControlClient) async throws -> AttachmentReference? {
        guard let file else { return nil }
        return try await upload(file, type, client)
    }
}
