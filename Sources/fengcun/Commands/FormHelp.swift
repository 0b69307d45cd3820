import Control
import Custody

/// What a form says about itself on the command line, and how its options are read.
enum FormHelp {
    /// What stands behind `fengcun`.
    static func usage(_ form: ActForm) -> String {
        let first = form.fields.first.map { $0.name == "reason" ? "case" : $0.option } ?? "case"
        return
            "fengcun \(form.command.joined(separator: " ")) <\(first)> [--case <number>] [--from <file>] [--<field> <value> ...]"
    }

    /// The fields, one a line: `!` must be there, `?` must be there or have a reason.
    static func text(_ form: ActForm) -> String {
        var lines = [
            say("Needs: \(form.follows.english).", "前提：\(form.follows.chinese)。"),
            say(
                "Fields (! is mandatory, ? needs a value or --absent NAME=REASON):",
                "字段（! 必填，? 须填写或者用 --absent 名称=原因 说明）："),
        ]
        for field in form.givenFields {
            let mark =
                switch field.need {
                case .always: "!"
                case .orReason: "?"
                case .optional: " "
                }
            var line = "  \(mark) --\(field.option)  \(field.label(say))"
            if case .choice(let words) = field.content { line += ": " + words.joined(separator: ", ") }
            if let condition = field.condition {
                line += say(" (where --way is ", "（取证方式为 ") + condition.values.joined(separator: ", ") + say(")", "）")
            }
            if !field.rows.isEmpty { line += " [" + field.rows.joined(separator: ", ") + "]" }
            lines.append(line)
        }
        if !form.slots.isEmpty {
            lines.append(
                say("Signature slots: ", "签名栏：") + form.slots.map { say($0.rawValue, $0.chinese) }.joined(separator: ", "))
        }
        lines.append(
            say("Files: ", "附件：") + form.files.map { "--" + option(of: $0.type) }.joined(separator: ", "))
        return lines.joined(separator: "\n")
    }

    /// The option for a kind of attachment.
    static func option(of type: Attachment.Kind) -> String {
        switch type {
        case .photoBefore: "photo-before"
        case .photoAfter: "photo-after"
        case .signedSheet: "sheet"
        case .document: "document-file"
        case .certificate: "certificate-file"
        case .signature: "signature-file"
        case .electronicCertificate: "electronic-certificate"
        case .trustRoots: "roots"
        default: type.rawValue
        }
    }

    /// Reads `TYPE=FILE`.
    static func attachment(_ text: String) -> (type: Attachment.Kind, path: String)? {
        guard let equals = text.firstIndex(of: "="), let type = Attachment.Kind(rawValue: String(text[..<equals])) else {
            return nil
        }
        return (type, String(text[text.index(after: equals)...]))
    }

    /// The form whose command begins the arguments; nil where none does.
    private static func form(_ arguments: [String]) -> ActForm? {
        ActForm.all.first { arguments.starts(with: $0.form.command) }?.form
    }

    /// The arguments with every field of a form, and every file, written as `--set FIELD=VALUE` or `--attach TYPE=FILE`: the parser
    /// of the command line knows those, whatever the form.
    static func rewrite(_ arguments: [String]) -> [String] {
        guard let form = form(arguments) else { return arguments }
        var result: [String] = []
        var rest = arguments[...]
        while let argument = rest.popFirst() {
            guard argument.hasPrefix("--"), argument != "--" else {
                result.append(argument)
                continue
            }
            let name = String(argument.dropFirst(2).prefix { $0 != "=" })
            let prefix: String
            if form.field(option: name) != nil {
                prefix = "--set=\(name)="
            } else if let file = form.files.first(where: { option(of: $0.type) == name }) {
                prefix = "--attach=\(file.type.rawValue)="
            } else {
                result.append(argument)
                continue
            }
            if let equals = argument.firstIndex(of: "=") {
                result.append(prefix + argument[argument.index(after: equals)...])
            } else if let value = rest.popFirst() {
                result.append(prefix + value)
            } else {
                result.append(argument)
            }
        }
        return result
    }
}

/// Asks for the fields of a form in a terminal.
enum FormDialogue {
    /// Asks for what is missing and must be there; with `all` for everything that is not given.
    static func complete(_ body: inout JSONValue, _ form: ActForm, all: Bool) {
        for field in form.givenFields where body[path: field.name] == nil && (all || field.need == .always) {
            guard let answer = ask(field) else {
                if field.isAskedFor(in: body) { askReason(field, &body) }
                continue
            }
            switch field.content {
            case .participants, .reasons, .entries:
                body.set(field.name, .array(answer.split(separator: ";").map { .string(String($0)) }))
            case .files: body.set(field.name, (try? FormFile.measured(answer)).map { .array([$0]) } ?? .null)
            default: body.set(field.name, .string(answer))
            }
        }
    }

    private static func ask(_ field: ActForm.Field) -> String? {
        var question = field.label(say)
        if case .choice(let words) = field.content { question += " (" + words.joined(separator: ", ") + ")" }
        return line(question)
    }

    private static func askReason(_ field: ActForm.Field, _ body: inout JSONValue) {
        guard let reason = line("  " + say("why is it missing?", "未填写的原因？")) else { return }
        var given: [String: JSONValue] = [:]
        if case .object(let members)? = body[path: "circumstances.absent"] { given = members }
        given[field.option] = .string(reason)
        body.set("circumstances.absent", .object(given))
    }

    /// Asks; nil for an empty line.
    static func line(_ question: String) -> String? {
        Screen.write(question + ": ", to: .standardError)
        guard let answer = readLine(strippingNewline: true), !answer.isEmpty else { return nil }
        return answer
    }
}
