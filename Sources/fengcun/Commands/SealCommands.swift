import ArgumentParser
import Control
import Custody

/// What sealing, unsealing and hand-over have in common.
struct SealCircumstances: ParsableArguments {
    @Option(help: ArgumentHelp(say("Where.", "地点。")))
    var place: String?

    @Option(help: ArgumentHelp(say("Who was there. Repeatable.", "在场人员，可重复。"), valueName: "name"))
    var present: [String] = []

    @Option(help: ArgumentHelp(say("Anything else.", "备注。")))
    var note: String?

    @Option(help: ArgumentHelp(say("A photo. Repeatable.", "照片，可重复。"), valueName: "file"))
    var photo: [String] = []

    @Option(help: ArgumentHelp(say("A photo taken before. Repeatable.", "操作前的照片，可重复。"), valueName: "file"))
    var photoBefore: [String] = []

    @Option(
        help: ArgumentHelp(
            say("A photo taken afterwards that shows the seal. Repeatable.", "操作后反映封口或封条的照片，可重复。"), valueName: "file"))
    var photoAfter: [String] = []

    /// Uploads the photos.
    func attachments(_ client: ControlClient) async throws -> [AttachmentReference] {
        var references: [AttachmentReference] = []
        for (files, type) in [(photo, Attachment.Kind.photo), (photoBefore, .photoBefore), (photoAfter, .photoAfter)] {
            for file in files { references.append(try await upload(file, type, client)) }
        }
        return references
    }
}

struct SealCommand: StationCommand {
    static let configuration = CommandConfiguration(
        commandName: "seal", abstract: say("Record that an exhibit was sealed.", "记录检材封存。"))

    @OptionGroup var which: ExhibitArguments

    @Option(help: ArgumentHelp(say("Number of the seal.", "封条编号。")))
    var number: String

    @Option(help: ArgumentHelp(say("How it was sealed.", "封存方法。")))
    var method: String

    @OptionGroup var circumstances: SealCircumstances
    @OptionGroup var people: CircumstancesArguments
    @OptionGroup var receipt: ReceiptOption
    @OptionGroup var form: FormFileArguments
    @OptionGroup var global: GlobalOptions

    func execute(_ client: ControlClient) async throws {
        try receipt.checkFree()
        let request = SealRequest(
            of: which.reference, number: number, method: method, place: circumstances.place, present: circumstances.present,
            note: circumstances.note, attachments: try await circumstances.attachments(client),
            circumstances: people.value)
        let view = try await client.post(ControlPath.seals, request, as: RecordedView.self)
        try show(view, recorded)
        try await receipt.write(view.entry, client)
    }
}

struct UnsealCommand: StationCommand {
    static let configuration = CommandConfiguration(
        commandName: "unseal", abstract: say("Record that a seal was opened.", "记录检材启封。"))

    @OptionGroup var which: ExhibitArguments

    @Option(
        help: ArgumentHelp(say("How the seal was found: intact, broken or missing.", "封条状态：intact（完好）、broken（破损）、missing（缺失）。")))
    var condition: String

    @Option(help: ArgumentHelp(say("Why it was opened.", "启封原因。")))
    var reason: String

    @Option(help: ArgumentHelp(say("Number of the seal, to be compared with the record.", "封条编号，用于与记录核对。")))
    var number: String?

    @OptionGroup var circumstances: SealCircumstances
    @OptionGroup var people: CircumstancesArguments
    @OptionGroup var receipt: ReceiptOption
    @OptionGroup var form: FormFileArguments
    @OptionGroup var global: GlobalOptions

    func execute(_ client: ControlClient) async throws {
        guard let condition = MediumUnsealed.Condition(rawValue: condition) else {
            throw ValidationError(say("--condition is intact, broken or missing", "--condition 只能是 intact、broken 或 missing"))
        }
        try receipt.checkFree()
        let request = UnsealRequest(
            of: which.reference, number: number, condition: condition, reason: reason, place: circumstances.place,
            present: circumstances.present, note: circumstances.note, attachments: try await circumstances.attachments(client),
            circumstances: people.value)
        let view = try await client.post(ControlPath.unsealings, request, as: RecordedView.self)
        try show(view, recorded)
        try await receipt.write(view.entry, client)
    }
}
