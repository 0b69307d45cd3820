import ArgumentParser
import Custody

/// When, by whom and on what ground, for the acts that have a command of their own; `ActForm.common` for all others.
struct CircumstancesArguments: ParsableArguments {
    @Option(
        help: ArgumentHelp(say("Who took part, as role=name. Repeatable.", "参与人员，写作 身份=姓名，可重复。"), valueName: "role=name"))
    var participant: [String] = []

    @Option(
        help: ArgumentHelp(
            say("When it happened, where it is recorded later: 2026-11-27T08:30:00Z.", "发生时间（事后补记时），例如 2026-11-27T08:30:00Z。"),
            valueName: "time"))
    var time: String?

    @Option(help: ArgumentHelp(say("Number of the legal document that it rests on.", "所依据的法律文书编号。"), valueName: "number"))
    var document: String?

    @Option(
        help: ArgumentHelp(
            say("Why something is missing, as name=reason. Repeatable.", "缺少某项的原因，写作 名称=原因，可重复。"), valueName: "name=reason"))
    var absent: [String] = []

    /// The circumstances as the station reads them; nil where none were given.
    var value: JSONValue? {
        var value = JSONValue.object([:])
        if !participant.isEmpty { value.set("participants", .array(participant.map { .string($0) })) }
        if let time { value.set("time", .string(time)) }
        if let document { value.set("document", .string(document)) }
        if !absent.isEmpty { value.set("absent", .array(absent.map { .string($0) })) }
        return value == .object([:]) ? nil : value
    }
}
