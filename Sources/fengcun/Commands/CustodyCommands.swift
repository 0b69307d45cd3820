import ArgumentParser
import Custody

struct HandoverCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "handover",
        abstract: say("Hand an exhibit over to somebody elsewhere, and receive it: both sides.", "异地移交检材：移交方与接收方分别记录。"),
        subcommands: [
            FormCommand<HandoverOffered>.self, FormCommand<HandoverReceived>.self, FormCommand<HandoverWithdrawn>.self,
        ])
}

struct ExamineCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "examine", abstract: say("Begin and end an examination.", "记录电子数据检查的开始和结束。"),
        subcommands: [FormCommand<ExaminationBegun>.self, FormCommand<ExaminationEnded>.self])
}

struct TermCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "term", abstract: say("Set, extend and end terms.", "设定、延长、终结期限。"),
        subcommands: [FormCommand<TermSet>.self, FormCommand<TermEnded>.self])
}

struct EditionCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "edition",
        abstract: say("Editions of the ledger that leave out what must not be shown.", "略去不得展示内容的台账版本。"),
        discussion: say(
            "First decide, which is an entry of its own, then 'fengcun ledger export FOLDER --edition ENTRY'.",
            "先作出决定（该决定本身即为条目），再用 fengcun ledger export 目录 --edition 条目 输出。"),
        subcommands: [FormCommand<EditionDecided>.self])
}
