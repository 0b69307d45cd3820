import ArgumentParser
import Bundle
import Control
import Custody
import SystemPackage

/// Options that every command takes.
struct GlobalOptions: ParsableArguments {
    @Option(help: ArgumentHelp(say("Control socket of the station.", "台站的控制套接字。"), valueName: "path"))
    var socket = "/run/fengcun/control.sock"

    @Flag(help: ArgumentHelp(say("Print one JSON value and nothing else.", "只输出一个 JSON 值。")))
    var json = false

    @Option(help: ArgumentHelp(say("Language: en or zh. Default: the locale.", "语言：en 或 zh，默认取系统区域设置。"), valueName: "language"))
    var lang: String?

    @Option(help: ArgumentHelp(say("Your name, where several people use one account.", "操作人姓名（多人共用一个账户时）。"), valueName: "name"))
    var person: String?

    func validate() throws {
        if let lang, Language(rawValue: lang) == nil { throw ValidationError(say("--lang is en or zh", "--lang 只能是 en 或 zh")) }
    }

    var client: ControlClient { ControlClient(socket: socket, language: say, person: person) }
}

/// A command that talks to the station. Whatever goes wrong becomes one line on standard error and exit status 1.
protocol StationCommand: AsyncParsableCommand {
    var global: GlobalOptions { get }
    func execute(_ client: ControlClient) async throws
}

extension StationCommand {
    func run() async throws {
        do {
            try await execute(global.client)
        } catch let error as any Explained {
            Screen.error(error.message(in: say))
            throw ExitCode.failure
        }
    }

    /// Prints a value: JSON for programs, else what `table` makes of it.
    func show<Value: Encodable>(_ value: Value, _ table: (Value) -> String) throws {
        if global.json {
            Screen.print(String(decoding: try JSONForm.encode(value, pretty: true), as: UTF8.self))
        } else {
            Screen.print(table(value))
        }
    }
}

/// Names an exhibit on the command line.
struct ExhibitArguments: ParsableArguments {
    @Argument(help: ArgumentHelp(say("Number of the exhibit.", "检材编号。")))
    var exhibit: String

    @Option(
        name: .customLong("case"),
        help: ArgumentHelp(
            say("Number of its case, where the exhibit's number is used in several.", "案件编号（检材编号在多个案件中出现时）。"), valueName: "number"
        ))
    var caseNumber: String?

    var reference: ExhibitReference { ExhibitReference(exhibit: exhibit, caseNumber: caseNumber) }
}
