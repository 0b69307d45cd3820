import ArgumentParser
import Custody
import Foundation
import Glibc

/// What an act that has a command of its own can be filled in from: like the acts with a form, from a file or by answers in a
/// terminal. `CommandForm` takes them before the command line is parsed; they are declared for the help, and for whoever
/// forgets their value.
struct FormFileArguments: ParsableArguments {
    @Option(
        help: ArgumentHelp(
            say(
                "Take the options from this file: .toml, or .json; - is JSON on standard input. What is given here goes before it.",
                "从文件取得各选项（.toml 或 .json，- 表示标准输入的 JSON）；命令行上给出的优先。"), valueName: "form"))
    var from: String?

    @Flag(help: ArgumentHelp(say("Ask for every option that is not given.", "逐项询问未给出的选项。")))
    var ask = false
}

/// The options of an act that has a command of its own, filled in from a file and by questions. The parser of the command line says
/// itself which options there are.
struct CommandForm {
    /// The commands of such acts.
    private static let commands = [
        ["case", "open"], ["medium", "register"], ["seal"], ["unseal"], ["transfer"], ["sign"], ["image", "start"],
        ["image", "verify"], ["image", "copy"], ["image", "export"], ["image", "import"], ["image", "compare"],
        ["sample", "fix"], ["sample", "draw"], ["sample", "check"],
    ]
    /// Options that say how and not what, and those of this type.
    private static let others: Set<String> = ["socket", "json", "lang", "person", "version", "help", "from", "ask"]

    /// What the parser says about itself, as far as it matters here.
    private struct Tool: Decodable { let command: Command }

    private struct Command: Decodable {
        let commandName: String
        let subcommands: [Command]?
        let arguments: [Argument]?
    }

    private struct Argument: Decodable {
        enum Kind: String, Decodable { case positional, option, flag }
        struct Name: Decodable { let name: String }

        let kind: Kind
        let isOptional: Bool
        let isRepeating: Bool
        let shouldDisplay: Bool
        let names: [Name]?
        let valueName: String?
        let abstract: String?

        /// By which name a file calls it.
        var name: String { (kind == .positional ? nil : names?.first?.name) ?? valueName ?? "" }
    }

    private let declared: [Argument]
    private var options: [String] = []
    private var arguments: [String] = []
    private var named: Set<String> = []
    private var file: String?
    private var isAsking = false

    /// The command line with what a file and the answers add to it.
    ///
    /// - Throws: `Explained`, where the file is no form of this command.
    static func complete(_ arguments: [String]) throws -> [String] {
        guard let words = commands.first(where: { arguments.starts(with: $0) }) else { return arguments }
        let rest = arguments.dropFirst(words.count)
        guard rest.allSatisfy({ !["--help", "-h", "--version"].contains($0) }) else { return arguments }
        let isAtTerminal = isatty(STDIN_FILENO) == 1 && !rest.contains("--json")
        guard isAtTerminal || rest.contains(where: { $0 == "--ask" || $0 == "--from" || $0.hasPrefix("--from=") }) else {
            return arguments
        }
        var form = try CommandForm(words, rest)
        if let file = form.file {
            let filled = try FormFile.read(file)
            if let number = filled.caseNumber { try form.set("case", .string(number)) }
            try form.take(filled.body)
            for (type, path) in filled.files { try form.attach(type, path) }
        }
        if form.isAsking || (form.file == nil && isAtTerminal) { try form.ask() }
        return words + form.options + ["--"] + form.arguments
    }

    private init(_ words: [String], _ line: ArraySlice<String>) throws {
        var command = try JSONDecoder().decode(Tool.self, from: Data(Fengcun._dumpHelp().utf8)).command
        for word in words {
            guard let next = command.subcommands?.first(where: { $0.commandName == word }) else { break }
            command = next
        }
        declared = (command.arguments ?? []).filter(\.shouldDisplay)
        var rest = line
        while let word = rest.popFirst() {
            if word == "--" {
                arguments += rest
                break
            }
            guard word.hasPrefix("-"), word != "-" else {
                arguments.append(word)
                continue
            }
            let name = String(word.drop { $0 == "-" }.prefix { $0 != "=" })
            if name == "ask" {
                isAsking = true
            } else if name == "from", let value = word.contains("=") ? String(word.dropFirst(7)) : rest.popFirst() {
                file = value
            } else {
                named.insert(name)
                options.append(word)
                let isOption = declared.contains { $0.kind == .option && $0.name == name }
                if isOption, !word.contains("="), let value = rest.popFirst() { options.append(value) }
            }
        }
    }

    private var positionals: [Argument] { declared.filter { $0.kind == .positional } }

    private func isGiven(_ argument: Argument) -> Bool {
        guard argument.kind == .positional else { return named.contains(argument.name) }
        return (positionals.firstIndex { $0.name == argument.name } ?? 0) < arguments.count
    }

    // MARK: From a file

    /// Takes the members of an object, each by the name of its option; members of an object in it have its name before theirs.
    private mutating func take(_ value: JSONValue, prefix: String = "") throws {
        guard case .object(let members) = value else { return }
        // Arguments have an order; options have none.
        let order = positionals.map(\.name)
        let sorted = members.map { (key: prefix + Self.option($0.key), value: $0.value) }.sorted {
            (order.firstIndex(of: $0.key) ?? .max, $0.key) < (order.firstIndex(of: $1.key) ?? .max, $1.key)
        }
        for (name, value) in sorted {
            switch (name, value) {
            case ("circumstances", .object): try take(value)
            case ("absent", .object(let reasons)):
                let texts = try reasons.sorted { $0.key < $1.key }.map { "\($0.key)=\(try Self.text($0.value, name))" }
                try set(name, .array(texts.map { .string($0) }))
            case ("participants", .array(let people)): try set("participant", .array(people.map(Self.participant)))
            case (_, .object): try take(value, prefix: name + "-")
            default: try set(name, value)
            }
        }
    }

    private mutating func attach(_ type: Attachment.Kind, _ path: String) throws {
        let names = [FormHelp.option(of: type), type.rawValue]
        guard let name = names.first(where: { name in declared.contains { $0.name == name } }) else {
            throw FormRefusal.fileNotAllowed(type)
        }
        try set(name, .array([.string(path)]))
    }

    /// Fills one option or argument in, unless the command line has it already.
    private mutating func set(_ name: String, _ value: JSONValue) throws {
        guard !Self.others.contains(name), let argument = declared.first(where: { $0.name == name }) else {
            throw FormRefusal.unknownMember(name)
        }
        guard !isGiven(argument), value != .null else { return }
        switch (argument.kind, value) {
        case (.flag, .bool(let isSet)): if isSet { options.append("--\(name)") }
        case (.positional, _):
            // Arguments are told apart by their places.
            let next = positionals[arguments.count].name
            guard next == name else { throw FormRefusal.badValue(field: next, expected: "there", chinese: "必填") }
            arguments.append(try Self.text(value, name))
        case (_, .array(let values)): for value in values { options.append("--\(name)=\(try Self.text(value, name))") }
        default: options.append("--\(name)=\(try Self.text(value, name))")
        }
    }

    private static func participant(_ value: JSONValue) -> JSONValue {
        guard case .string(let role)? = value[path: "role"], case .string(let name)? = value[path: "name"] else { return value }
        return .string("\(role)=\(name)")
    }

    private static func text(_ value: JSONValue, _ name: String) throws -> String {
        switch value {
        case .string(let text): text
        case .integer(let number): String(number)
        case .bool(let value): value ? "yes" : "no"
        default: throw FormRefusal.badValue(field: name, expected: "a text", chinese: "文字")
        }
    }

    /// `labelMake` as an option: `label-make`.
    private static func option(_ member: String) -> String {
        member.reduce("") { $0 + ($1.isUppercase ? "-" + $1.lowercased() : String($1)) }
    }

    // MARK: By questions

    /// Asks for what must be there, or for everything.
    private mutating func ask() throws {
        for argument in declared where argument.kind != .flag && !Self.others.contains(argument.name) {
            guard isAsking || !argument.isOptional, !isGiven(argument) else { continue }
            let question = (argument.abstract ?? argument.name).drop { $0 == " " }
            guard
                let answer = FormDialogue.line(
                    String(question.last == "." || question.last == "。" ? question.dropLast() : question))
            else { continue }
            let answers =
                argument.isRepeating ? answer.split(separator: ";").map { JSONValue.string(String($0)) } : [.string(answer)]
            try set(argument.name, argument.kind == .positional ? .string(answer) : .array(answers))
        }
    }
}
