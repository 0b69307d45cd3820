import ArgumentParser
import Control
import Custody
import DurableFiles
import SystemPackage
import TransparencyLog

struct WitnessCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "witness", abstract: say("Have witnesses outside cosign the ledger.", "请外部见证方为台账签名。"),
        subcommands: [
            WitnessListCommand.self, WitnessAskCommand.self, WitnessRequestCommand.self, WitnessAnswerCommand.self,
        ])
}

/// The witness that a person means by a name or a key's id.
///
/// - Throws: `UnknownWitness`.
func findWitness(_ name: String, _ client: ControlClient) async throws -> WitnessView {
    let known = try await client.get(ControlPath.witnesses, as: [WitnessView].self)
    guard let witness = known.first(where: { $0.name == name || $0.id == name }) else { throw UnknownWitness(name: name) }
    return witness
}

/// The station asks no witness of this name.
struct UnknownWitness: Explained {
    let name: String

    var code: String { "unknown-witness" }

    func message(in language: Language) -> String {
        language(
            "there is no witness \(name); 'fengcun witness list' lists them", "没有见证方 \(name)；fengcun witness list 可列出全部"
        ).printable
    }
}

struct WitnessListCommand: StationCommand {
    static let configuration = CommandConfiguration(
        commandName: "list", abstract: say("Show the witnesses and what each cosigned last.", "列出见证方及其最近的签名。"))

    @OptionGroup var global: GlobalOptions

    func execute(_ client: ControlClient) async throws {
        try show(try await client.get(ControlPath.witnesses, as: [WitnessView].self)) { witnesses in
            var table = Table(
                say("WITNESS", "见证方"), say("ID", "标识"), say("ENTRIES", "条数"), say("AT", "时间"), say("ADDRESS", "地址"))
            for witness in witnesses {
                table.add(
                    witness.name, witness.id, "\(witness.cosignedSize)",
                    witness.cosignedAt.map { Timestamp(microseconds: $0 * 1_000_000).description }, witness.url)
            }
            return table.text
        }
    }
}

struct WitnessRequestCommand: StationCommand {
    static let configuration = CommandConfiguration(
        commandName: "request",
        abstract: say("Write a request to a witness into a file, to be carried there.", "将给见证方的请求写入文件，以便带去。"))

    @Argument(help: ArgumentHelp(say("Name or id of the witness.", "见证方名称或标识。")))
    var name: String

    @Option(
        help: ArgumentHelp(say("File to write; must not exist.", "输出文件，不得已存在。"), valueName: "file"))
    var to: String

    @Option(
        help: ArgumentHelp(
            say(
                "Number of entries that the witness says it cosigned last. Default: what the ledger says.",
                "见证方称最近签到的条数，默认取台账记录。"), valueName: "size"))
    var old: Int?

    @OptionGroup var global: GlobalOptions

    func execute(_ client: ControlClient) async throws {
        let witness = try await findWitness(name, client)
        let request = try await client.witnessRequest(witness, old: old)
        do {
            try writeDurably(
                request.encoded.utf8, to: FilePath(absolute(to)), permissions: [.ownerReadWrite, .groupRead, .otherRead],
                existing: .keep)
        } catch {
            throw LocalFileError(error: error)
        }
        try show(["request": to]) { _ in
            say(
                "written to \(to); the witness answers it with: fengcun-witness cosign FILE > ANSWER",
                "已写入 \(to)；见证方以 fengcun-witness cosign FILE > ANSWER 应答")
        }
    }
}

struct WitnessAnswerCommand: StationCommand {
    static let configuration = CommandConfiguration(
        commandName: "answer",
        abstract: say("Check a witness's answer from a file and record it.", "核对并记录见证方的应答文件。"))

    @Argument(help: ArgumentHelp(say("Name or id of the witness.", "见证方名称或标识。")))
    var name: String

    @Argument(
        help: ArgumentHelp(
            say("The cosigned checkpoint, or signature lines alone with --request.", "见证后的检查点；仅有签名行时须加 --request。")))
    var file: String

    @Option(
        help: ArgumentHelp(
            say("The request that was answered, where the answer holds signature lines alone.", "所应答的请求文件（应答仅含签名行时）。"),
            valueName: "file"))
    var request: String?

    @OptionGroup var global: GlobalOptions

    func execute(_ client: ControlClient) async throws {
        let witness = try await findWitness(name, client)
        var answer = try read(file)
        if let request {
            do {
                answer = Array(
                    try WitnessRequest(parsing: try read(request)).checkpoint.adding(try SignedNote.signatures(parsing: answer))
                        .encoded.utf8)
            } catch let error as LogError {
                throw WitnessRefusal.unreadable(witness: witness.name, reason: error.description)
            }
        }
        try show(try await client.addCosignature(of: witness, answer)) { cosigned(witness, $0) }
    }

    private func read(_ path: String) throws -> [UInt8] {
        do {
            return try readFile(FilePath(path), limit: WitnessRequest.byteLimit, followLinks: true)
        } catch {
            throw LocalFileError(error: error)
        }
    }
}

extension ControlClient {
    /// See `Station.witnessRequest`.
    func witnessRequest(_ witness: WitnessView, old: Int?) async throws -> WitnessRequest {
        let path = "\(ControlPath.witnesses)/\(witness.id)/request" + (old.map { "?old=\(max(0, $0))" } ?? "")
        do {
            return try WitnessRequest(parsing: try await getBytes(path))
        } catch let error as LogError {
            throw ControlError.badAnswer(error.description)
        }
    }

    /// See `Station.addCosignature`.
    func addCosignature(of witness: WitnessView, _ note: [UInt8]) async throws -> RecordedView {
        try await postBytes("\(ControlPath.witnesses)/\(witness.id)/cosignatures", note)
    }
}

/// What a recorded cosignature means, for people.
func cosigned(_ witness: WitnessView, _ view: RecordedView) -> String {
    say("\(witness.name) has cosigned; ", "\(witness.name) 已签名；").printable + recorded(view)
}
