import ArgumentParser
import Control
import Custody

struct CaseCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "case",
        abstract: say("Open, list, show, close cases; their people and documents.", "建立、列出、查看、办结案件，登记人员和法律文书。"),
        subcommands: [
            CaseOpenCommand.self, CaseListCommand.self, CaseShowCommand.self, FormCommand<PersonRegistered>.self,
            FormCommand<CredentialRegistered>.self, FormCommand<DocumentAdded>.self, FormCommand<CaseClosed>.self,
            FormCommand<CaseReopened>.self,
        ])
}

struct CaseOpenCommand: StationCommand {
    static let configuration = CommandConfiguration(commandName: "open", abstract: say("Open a case.", "建立案件。"))

    @Argument(help: ArgumentHelp(say("Number of the case.", "案件编号。")))
    var number: String

    @Option(help: ArgumentHelp(say("What the case is about.", "案由。")))
    var cause: String

    @Option(help: ArgumentHelp(say("The unit that handles it.", "办案单位。")))
    var unit: String

    @Option(help: ArgumentHelp(say("Anything else.", "备注。")))
    var note: String?

    @OptionGroup var form: FormFileArguments
    @OptionGroup var global: GlobalOptions

    func execute(_ client: ControlClient) async throws {
        let request = OpenCaseRequest(number: number, cause: cause, unit: unit, note: note)
        try show(try await client.post(ControlPath.cases, request, as: RecordedView.self), recorded)
    }
}

struct CaseListCommand: StationCommand {
    static let configuration = CommandConfiguration(commandName: "list", abstract: say("List the cases.", "列出案件。"))

    @OptionGroup var global: GlobalOptions

    func execute(_ client: ControlClient) async throws {
        try show(try await client.get(ControlPath.cases, as: [CaseView].self)) { cases in
            var table = Table(
                say("CASE", "案件"), say("CAUSE", "案由"), say("UNIT", "单位"), say("OPENED", "建立时间"), say("EXHIBITS", "检材数"))
            for item in cases {
                table.add(item.number, item.cause, item.unit, item.openedAt.description, "\(item.exhibits.count)")
            }
            return table.text
        }
    }
}

struct CaseShowCommand: StationCommand {
    static let configuration = CommandConfiguration(
        commandName: "show", abstract: say("Show a case with its exhibits.", "查看案件及其检材。"))

    @Argument(help: ArgumentHelp(say("Number of the case.", "案件编号。")))
    var number: String

    @OptionGroup var global: GlobalOptions

    func execute(_ client: ControlClient) async throws {
        try show(try await client.get(ControlPath.cases + "/" + encode(number), as: CaseView.self)) { item in
            var form = Form()
            form.add(say("case", "案件"), item.number)
            form.add(say("cause", "案由"), item.cause)
            form.add(say("unit", "单位"), item.unit)
            form.add(say("opened", "建立时间"), item.openedAt.description)
            form.add(say("note", "备注"), item.note)
            if item.isClosed { form.add(say("state", "状态"), say("closed", "已结案")) }
            var table = Table(
                say("EXHIBIT", "检材"), say("STATE", "状态"), say("SEAL", "封条"), say("LOCATION", "存放位置"), say("CUSTODIAN", "保管人"),
                say("IMAGES", "镜像数"))
            for exhibit in item.exhibits {
                table.add(
                    exhibit.exhibit, exhibit.state.words, exhibit.seal, exhibit.location, exhibit.custodian,
                    "\(exhibit.images.count)")
            }
            guard !item.terms.isEmpty else { return form.text + "\n\n" + table.text }
            var terms = Table(say("TERM", "期限"), say("WHAT", "事项"), say("UNTIL", "届满日期"), say("STATE", "状态"))
            for term in item.terms {
                terms.add(term.term, term.what, term.until.description, term.state(at: .now()).words)
            }
            return [form.text, table.text, terms.text].joined(separator: "\n\n")
        }
    }
}
