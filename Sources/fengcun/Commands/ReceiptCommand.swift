import ArgumentParser
import Control
import Custody
import DurableFiles
import Glibc
import Report
import SystemPackage
import TransparencyLog

/// The forms of a receipt.
enum ReceiptFormat: String, CaseIterable, ExpressibleByArgument {
    case text, html

    /// The form that a file's name asks for.
    init(of path: String) {
        self = ["html", "htm"].contains(FilePath(path).extension?.lowercased() ?? "") ? .html : .text
    }
}

struct ReceiptCommand: StationCommand {
    static let configuration = CommandConfiguration(
        commandName: "receipt",
        abstract: say(
            "Write a receipt of a seizure, a sealing, an unsealing, a hand-over, a return or the end of an image.",
            "写出扣押、封存、启封、移交、发还或镜像制作结束的回执。"))

    @Argument(help: ArgumentHelp(say("Number of the entry.", "条目编号。")))
    var entry: Int

    @Option(
        help: ArgumentHelp(
            say("text or html. Default: what the file's name says, else text.", "text 或 html，默认按文件名，否则为 text。")))
    var format: ReceiptFormat?

    @Option(
        help: ArgumentHelp(
            say("File to write; must not exist. Default: standard output.", "输出文件，不得已存在；默认写到标准输出。"), valueName: "file"))
    var output: String?

    @OptionGroup var global: GlobalOptions

    func execute(_ client: ControlClient) async throws {
        let page = try await receiptPage(entry, format ?? output.map(ReceiptFormat.init(of:)) ?? .text, client)
        guard let output else {
            return try show(["receipt": page]) { _ in String(page.dropLast()) }
        }
        try writeNew(page, to: output)
        try show(["receipt": output]) { _ in say("written to \(output)", "已写入 \(output)") }
    }
}

/// The option of commands whose act has a receipt.
struct ReceiptOption: ParsableArguments {
    @Option(
        help: ArgumentHelp(
            say(
                "Write a receipt to this file, which must not exist; HTML where its name ends in .html.",
                "将回执写入该文件（不得已存在）；文件名以 .html 结尾则为 HTML。"), valueName: "file"))
    var receipt: String?

    /// Looks for the file before anything is recorded: an act cannot be taken back.
    func checkFree() throws {
        guard let receipt else { return }
        let path = FilePath(absolute(receipt))
        do throws(FileError) {
            guard try !exists(path) else { throw FileError("create", path, .fileExists) }
        } catch {
            throw LocalFileError(error: error)
        }
    }

    /// Writes the receipt of an entry, where one was asked for.
    func write(_ entry: Int, _ client: ControlClient) async throws {
        guard let receipt else { return }
        try writeNew(try await receiptPage(entry, ReceiptFormat(of: receipt), client), to: receipt)
    }
}

/// A receipt with a proof that leads to the newest checkpoint.
private func receiptPage(_ entry: Int, _ format: ReceiptFormat, _ client: ControlClient) async throws -> String {
    let bytes = try await client.getBytes(ControlPath.receipts + "/\(entry)")
    let line = try await client.getBytes(ControlPath.verifierKey)
    let (proof, key): (ReceiptProof, VerifierKey)
    do throws(LogError) {
        guard case .entry(let read) = try KeptProof(parsing: bytes) else {
            throw .malformed("the answer is no proof of an entry")
        }
        proof = read
        key = try VerifierKey(parsing: String(decoding: line.dropLast(), as: UTF8.self))
    } catch {
        throw ReceiptError.unproved(error.description)
    }
    let proved = try ProvedEntry(proof, key: key)
    let path = ControlPath.media + "/" + encode(proved.exhibit.number) + "?case=" + encode(proved.exhibit.caseNumber)
    let exhibit = try await client.get(path, as: ExhibitView.self)
    let medium = ReceiptMedium(
        id: exhibit.medium, description: exhibit.description, label: exhibit.label,
        images: exhibit.images.map {
            .init(entry: $0.entry, path: $0.image, bytes: $0.bytes, digests: $0.digests, blockTree: $0.blockTree)
        })
    let receipt = Receipt(proved, medium: medium)
    return format == .html ? receipt.html(in: say) : receipt.text(in: say)
}
