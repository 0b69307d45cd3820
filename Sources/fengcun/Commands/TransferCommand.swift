import ArgumentParser
import Control
import Custody

struct TransferCommand: StationCommand {
    static let configuration = CommandConfiguration(
        commandName: "transfer", abstract: say("Record that an exhibit was handed over.", "记录检材移交。"))

    @OptionGroup var which: ExhibitArguments

    @Option(help: ArgumentHelp(say("Who has it now.", "接收人。"), valueName: "name"))
    var to: String

    @Option(help: ArgumentHelp(say("Where it is kept now.", "存放位置。")))
    var location: String

    @Option(help: ArgumentHelp(say("Why it was handed over.", "移交原因。")))
    var reason: String

    @Option(
        help: ArgumentHelp(
            say(
                "How the seal was found: intact, broken or missing; none where the exhibit is not sealed.",
                "封条状态：intact（完好）、broken（破损）、missing（缺失）；未封存为 none。"), valueName: "condition"))
    var seal: String

    @Option(help: ArgumentHelp(say("Number of the seal, to be compared with the record.", "封条编号，用于与记录核对。"), valueName: "number"))
    var sealNumber: String?

    @Option(help: ArgumentHelp(say("Who had it, to be compared with the record.", "移交人，用于与记录核对。"), valueName: "name"))
    var deliverer: String?

    @OptionGroup var circumstances: SealCircumstances
    @OptionGroup var people: CircumstancesArguments
    @OptionGroup var receipt: ReceiptOption
    @OptionGroup var form: FormFileArguments
    @OptionGroup var global: GlobalOptions

    func validate() throws {
        guard seal == "none" || MediumUnsealed.Condition(rawValue: seal) != nil else {
            throw ValidationError(
                say("--seal is intact, broken, missing or none", "--seal 只能是 intact、broken、missing 或 none"))
        }
    }

    func execute(_ client: ControlClient) async throws {
        try receipt.checkFree()
        let request = TransferRequest(
            of: which.reference, from: deliverer, to: to, location: location, reason: reason,
            seal: MediumUnsealed.Condition(rawValue: seal), sealNumber: sealNumber, place: circumstances.place,
            present: circumstances.present, note: circumstances.note, attachments: try await circumstances.attachments(client),
            circumstances: people.value)
        let view = try await client.post(ControlPath.transfers, request, as: RecordedView.self)
        try show(view, recorded)
        try await receipt.write(view.entry, client)
    }
}
