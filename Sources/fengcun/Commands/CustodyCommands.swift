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
