import ArgumentParser
import Control
import Custody
import Foundation

struct MediumCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "medium", abstract: say("Register and show media.", "登记、查看存储介质。"),
        subcommands: [MediumRegisterCommand.self, MediumShowCommand.self])
}

struct MediumRegisterCommand: StationCommand {
    static let configuration = CommandConfiguration(
        commandName: "register", abstract: say("Make an attached disk an exhibit of a case.", "将已接入的磁盘登记为案件检材。"))

    @Argument(help: ArgumentHelp(say("Device node, such as /dev/sdb.", "设备节点，例如 /dev/sdb。")))
    var device: String

    @Option(name: .customLong("case"), help: ArgumentHelp(say("Number of the case.", "案件编号。"), valueName: "number"))
    var caseNumber: String

    @Option(help: ArgumentHelp(say("Number of the exhibit in the case.", "检材编号。"), valueName: "number"))
    var exhibit: String

    @Option(help: ArgumentHelp(say("Where it is kept.", "存放位置。")))
    var location: String

    @Option(help: ArgumentHelp(say("Who keeps it.", "保管人。")))
    var custodian: String

    @Option(help: ArgumentHelp(say("Brand as read off the label.", "标签上的品牌。")))
    var labelMake: String?

    @Option(help: ArgumentHelp(say("Model as read off the label.", "标签上的型号。")))
    var labelModel: String?

    @Option(help: ArgumentHelp(say("Serial number as read off the label.", "标签上的序列号。")))
    var labelSerial: String?

    @Option(help: ArgumentHelp(say("Capacity as read off the label.", "标签上的容量。")))
    var labelCapacity: String?

    @Option(help: ArgumentHelp(say("Owner's label or asset tag.", "用户标识或资产标签。")))
    var labelOwner: String?

    @Option(help: ArgumentHelp(say("Identification code as read off it: IMEI, MAC, WWN.", "标签或机身上的识别码（IMEI、MAC、WWN）。")))
    var labelIdentification: String?

    @Option(
        help: ArgumentHelp(
            say("The hardware write blocker between disk and station: maker, model, serial number.", "硬件只读设备（品牌、型号、序列号）。")))
    var blocker: String?

    @Option(help: ArgumentHelp(say("Anything else.", "备注。")))
    var note: String?

    @OptionGroup var people: CircumstancesArguments
    @OptionGroup var form: FormFileArguments
    @OptionGroup var global: GlobalOptions

    func execute(_ client: ControlClient) async throws {
        let label = MediumLabel(
            make: labelMake, model: labelModel, serial: labelSerial, capacity: labelCapacity, owner: labelOwner,
            identification: labelIdentification)
        let request = RegisterMediumRequest(
            device: device, caseNumber: caseNumber, exhibit: exhibit, location: location, custodian: custodian, label: label,
            blocker: blocker, note: note, circumstances: people.value)
        try show(try await client.post(ControlPath.media, request, as: RecordedView.self)) { view in
            ([recorded(view)] + (view.labelDifferences ?? []).map { $0.words }).joined(separator: "\n")
        }
    }
}

struct MediumShowCommand: StationCommand {
    static let configuration = CommandConfiguration(
        commandName: "show", abstract: say("Show an exhibit with its images.", "查看检材及其镜像。"))

    @OptionGroup var which: ExhibitArguments
    @OptionGroup var global: GlobalOptions

    func execute(_ client: ControlClient) async throws {
        let query = which.caseNumber.map { "?case=" + encode($0) } ?? ""
        try show(try await client.get(ControlPath.media + "/" + encode(which.exhibit) + query, as: ExhibitView.self)) { exhibit in
            var form = Form()
            let device = exhibit.description
            form.add(say("exhibit", "检材"), "\(exhibit.caseNumber)/\(exhibit.exhibit)")
            form.add(say("state", "状态"), exhibit.state.words)
            form.add(say("seal", "封条"), exhibit.seal)
            form.add(say("medium", "介质"), exhibit.medium)
            form.add(say("name", "名称"), exhibit.particulars?.name)
            form.add(say("make", "品牌"), device?.make ?? exhibit.label.make)
            form.add(say("model", "型号"), device?.model ?? exhibit.label.model)
            form.add(say("serial", "序列号"), device?.serial)
            form.add(say("serial on the label", "标签序列号"), exhibit.label.serial)
            form.add(say("identification", "识别码"), device?.wwn ?? exhibit.label.identification)
            form.add(say("capacity", "容量"), device.map { "\($0.capacity) B (\(size($0.capacity)))" })
            form.add(say("location", "存放位置"), exhibit.location)
            form.add(say("custodian", "保管人"), exhibit.custodian)
            for image in exhibit.images {
                form.add(say("image", "镜像"), image.image)
                for (algorithm, value) in image.digests.sorted(by: { $0.key < $1.key }) {
                    form.add("  " + algorithm.displayName, value)
                }
                if image.digests.isEmpty { form.add("  fs-verity", image.blockTree) }
                form.add("  " + say("verified", "复核"), image.verified.map { yes($0) } ?? "—")
            }
            return [form.text, exhibit.custody?.text].compactMap(\.self).joined(separator: "\n\n")
        }
    }
}

/// A text as a part of a path or a query.
func encode(_ text: String) -> String {
    text.addingPercentEncoding(withAllowedCharacters: .alphanumerics) ?? text
}

extension CustodyTimeline {
    /// The periods as a table, and what is wrong in the chain.
    fileprivate var text: String {
        var table = Table(
            say("SINCE", "起"), say("UNTIL", "止"), say("RESPONSIBLE", "保管人"), say("PLACE", "存放位置"), say("STATE", "状态"),
            say("SEAL", "封条"), say("ENTRY", "条目"))
        for period in periods {
            table.add(
                period.since.description, period.until?.description, period.custodian, period.location, period.state.words,
                period.seal, "\(period.entry)")
        }
        let lines = breaks.map { say("entry \($0.entry): \($0.kind.words)", "第 \($0.entry) 条：\($0.kind.words)") }
        return ([table.text] + lines).joined(separator: "\n")
    }
}
