import ArgumentParser
import Control
import Custody
import SafeText

struct CertificateCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "certificate",
        abstract: say("Electronic certificates: write, record, check.", "电子证明文件：生成、记录、核验。"),
        subcommands: [
            CertificateWriteCommand.self, FormCommand<CertificateIssued>.self, FormCommand<CertificateChecked>.self,
        ])
}

/// Needs no station: whoever hands data over can write a certificate anywhere.
struct CertificateWriteCommand: StationCommand {
    static let configuration = CommandConfiguration(
        commandName: "write", abstract: say("Write an electronic certificate, to be signed.", "生成电子证明文件，供签名。"),
        discussion: say(
            """
            The unit signs it with its own key:
              openssl cms -sign -binary -in FILE -signer unit.pem -inkey unit.key -outform DER -out FILE.cms
            Whoever gets it checks it with:
              openssl cms -verify -binary -inform DER -in FILE.cms -content FILE -CAfile roots.pem
            """,
            """
            由出具单位用自己的密钥签名：
              openssl cms -sign -binary -in 文件 -signer unit.pem -inkey unit.key -outform DER -out 文件.cms
            接收方核验：
              openssl cms -verify -binary -inform DER -in 文件.cms -content 文件 -CAfile roots.pem
            """))

    @Argument(help: ArgumentHelp(say("File to write; must not exist.", "输出文件，不得已存在。")))
    var output: String

    @Option(help: ArgumentHelp(say("Number of the document that asked for the data.", "调证法律文书编号。"), valueName: "number"))
    var documentNumber: String

    @Option(help: ArgumentHelp(say("Unit that hands them over.", "出具单位。")))
    var unit: String

    @Option(
        help: ArgumentHelp(
            say("How the integrity of the data is protected, besides the values.", "除校验值外，如何保护电子数据的完整性。")))
    var protection: String?

    @Option(help: ArgumentHelp(say("A file that is handed over. Repeatable.", "移交的文件，可重复。"), valueName: "file"))
    var file: [String]

    @Option(help: ArgumentHelp(say("Also write a sheet for people to this file.", "同时输出供人阅读的文本。"), valueName: "file"))
    var sheet: String?

    @OptionGroup var global: GlobalOptions

    func execute(_ client: ControlClient) async throws {
        let computed = "SHA-256 and SM3 over every byte of each file 对每个文件的全部字节计算 SHA-256 和 SM3"
        let certificate = ElectronicCertificate(
            documentNumber: try FieldText.identifier(documentNumber, field: "document-number"),
            unit: try FieldText.line(unit, field: "unit"), issuedAt: .now(),
            protection: try FieldText.line(
                [computed, protection].compactMap(\.self).joined(separator: "; "), field: "protection"),
            files: try file.map { try FormFile.measured($0).decoded(as: DataFile.self) })
        try writeNew(String(decoding: try certificate.bytes(), as: UTF8.self), to: output)
        if let sheet { try writeNew(certificate.sheet, to: sheet) }
        try show(["certificate": output]) { _ in
            say(
                "written to \(output); sign it with openssl cms, see 'fengcun certificate write --help'",
                "已写入 \(output)；请用 openssl cms 签名，见 fengcun certificate write --help")
        }
    }
}

extension ElectronicCertificate {
    /// The same for people, in both languages.
    fileprivate var sheet: String {
        var lines = [
            "电子证明文件 Electronic certificate", "",
            "调证法律文书编号 document number: \(documentNumber)", "出具单位 unit: \(unit)", "出具时间 written at: \(issuedAt)",
            "完整性保护方法 protection of integrity: \(protection)", "",
        ]
        for file in files {
            lines.append("文件 file: \(file.name)  字节 bytes: \(file.bytes)")
            for (algorithm, value) in file.digests.sorted(by: { $0.key < $1.key }) {
                lines.append("  \(algorithm.displayName)  \(value)")
            }
        }
        lines += ["", "电子签名和单位电子公章见随附的签名文件。The signature and the unit's seal are in the signature file beside it."]
        return lines.map(\.printable).joined(separator: "\n") + "\n"
    }
}
