import SafeText

/// A form that is not filled in so that the act could be recorded, or an act that may not follow what went before.
public enum FormRefusal: Explained, Equatable {
    case noForm(String)
    case missing(ActForm.Words, option: String, rows: [String])
    case unknownMember(String)
    case badChoice(field: String, choices: [String], rows: [String] = [])
    case badValue(field: String, expected: String, chinese: String, rows: [String] = [])
    case inTheFuture(field: String)
    case unknownReason(String, names: [String])
    case noCase
    case caseClosed(String)
    case caseOpen(String)
    case unknownPerson(String, caseNumber: String)
    case personExists(String, caseNumber: String)
    case twoSlots(String)
    case tooFewPeople(Int)
    case unknownDocument(String, caseNumber: String)
    case documentExists(String)
    case documentRunOut(String, until: CalendarDate)
    case unknownTerm(String)
    case termExists(String)
    case termEnded(String)
    case runOut(until: CalendarDate)
    case otherCase(entry: Int)
    case notCorrectable(entry: Int)
    case notHeld(ExhibitID, state: MediumState)
    case notRegistered(ExhibitID)
    case noExamination(ExhibitID)
    case beingExamined(ExhibitID)
    case inTransit(ExhibitID, to: String)
    case noOffer(ExhibitID)
    case otherReceiver(ExhibitID, to: String)
    case fileNotAllowed(Attachment.Kind)
    case fileMissing(Attachment.Kind, rows: [String])
    case notChanged(member: String)
    case notFromProvider(ExhibitID)
    case notACertificate
    case mustStay(entry: Int)
    case fileMustStay(String)
    case nothingWithheld
    case noEdition(entry: Int)

    /// See `Explained.code`.
    public var code: String {
        switch self {
        case .noForm: "no-form"
        case .missing: "missing-field"
        case .unknownMember: "unknown-field"
        case .badChoice, .badValue, .unknownReason: "bad-field"
        case .inTheFuture: "in-the-future"
        case .noCase: "no-case"
        case .caseClosed: "case-closed"
        case .caseOpen: "case-open"
        case .unknownPerson: "unknown-person"
        case .personExists: "person-exists"
        case .twoSlots: "two-slots"
        case .tooFewPeople: "too-few-people"
        case .unknownDocument: "unknown-document"
        case .documentExists: "document-exists"
        case .documentRunOut: "document-run-out"
        case .unknownTerm: "unknown-term"
        case .termExists: "term-exists"
        case .termEnded: "term-ended"
        case .runOut: "term-run-out"
        case .otherCase: "other-case"
        case .notCorrectable: "not-correctable"
        case .notHeld: "not-held"
        case .notRegistered: "not-registered"
        case .noExamination: "no-examination"
        case .beingExamined: "being-examined"
        case .inTransit: "in-transit"
        case .noOffer: "no-offer"
        case .otherReceiver: "other-receiver"
        case .fileNotAllowed: "attachment-not-allowed"
        case .fileMissing: "attachment-missing"
        case .notChanged: "not-changed"
        case .notFromProvider: "not-from-provider"
        case .notACertificate: "not-a-certificate"
        case .mustStay, .fileMustStay: "must-stay"
        case .nothingWithheld: "nothing-withheld"
        case .noEdition: "no-edition"
        }
    }

    /// See `Explained.message(in:)`.
    public func message(in language: Language) -> String { words(language).printable }

    private func words(_ say: Language) -> String {
        switch self {
        case .noForm(let act): say("there is no form for \(act)", "没有 \(act) 的表单")
        case .missing(let label, let option, let rows):
            say(
                "\(label.english) is missing (--\(option))\(Self.list(rows))",
                "缺少“\(label.chinese)”（--\(option)）\(Self.chineseList(rows))")
        case .unknownMember(let name): say("the form has no field \(name)", "表单中没有字段 \(name)")
        case .badChoice(let field, let choices, let rows):
            say(
                "\(field) is one of: \(choices.joined(separator: ", "))\(Self.list(rows))",
                "\(field) 只能是：\(choices.joined(separator: "、"))\(Self.chineseList(rows))")
        case .badValue(let field, let expected, let chinese, let rows):
            say("\(field) must be \(expected)\(Self.list(rows))", "\(field) 应为\(chinese)\(Self.chineseList(rows))")
        case .inTheFuture(let field): say("\(field) lies in the future (R32.1)", "\(field) 晚于当前时间（R32.1）")
        case .unknownReason(let name, let names):
            say(
                "there can be no reason for \(name); there are: \(names.joined(separator: ", "))",
                "没有可说明原因的项目 \(name)；可用：\(names.joined(separator: "、"))")
        case .noCase: say("name the case with --case", "请用 --case 指明案件")
        case .caseClosed(let number):
            say(
                "case \(number) is closed; reopen it first ('fengcun case reopen') (R32.2)",
                "案件 \(number) 已结案，请先用 fengcun case reopen 重新开启（R32.2）")
        case .caseOpen(let number): say("case \(number) is open (R32.2)", "案件 \(number) 未结案（R32.2）")
        case .unknownPerson(let name, let number):
            say(
                "\(name) is not registered in case \(number); use 'fengcun case person' first (R32.4)",
                "\(name) 未在案件 \(number) 中登记，请先用 fengcun case person 登记（R32.4）")
        case .personExists(let name, let number):
            say("\(name) is registered in case \(number) already (R32.4)", "\(name) 已在案件 \(number) 中登记（R32.4）")
        case .twoSlots(let name):
            say(
                "\(name) stands in two slots that exclude each other (R32.4, R34.3)",
                "\(name) 同时担任不得由一人兼任的两种身份（R32.4、R34.3）")
        case .tooFewPeople(let count):
            say(
                "the act needs \(count) different people as examiner or maker (R25, O18), or --absent secondPerson=REASON",
                "该行为须由 \(count) 名以上不同人员（examiner 或 maker）进行（R25、O18），否则用 --absent secondPerson=原因 说明")
        case .unknownDocument(let document, let number):
            say(
                "there is no legal document \(document) in case \(number); use 'fengcun case document' first (R32.2)",
                "案件 \(number) 中没有法律文书 \(document)，请先用 fengcun case document 登记（R32.2）")
        case .documentExists(let number):
            say("the legal document \(number) is recorded already (R32.2)", "法律文书 \(number) 已经登记（R32.2）")
        case .documentRunOut(let number, let until):
            say("the legal document \(number) ran out on \(until) (R32.2)", "法律文书 \(number) 已于 \(until) 到期（R32.2）")
        case .unknownTerm(let term): say("there is no term \(term) (R38)", "没有期限 \(term)（R38）")
        case .termExists(let term): say("the term \(term) exists already (R38)", "期限 \(term) 已经存在（R38）")
        case .termEnded(let term): say("the term \(term) has ended already (R38)", "期限 \(term) 已经终结（R38）")
        case .runOut(let until):
            say(
                "the term ran out on \(until); what has run out cannot be extended or set (R38)",
                "期限已于 \(until) 届满，届满后不能续期或者设定（R38）")
        case .otherCase(let entry): say("entry \(entry) belongs to another case (R30.4)", "第 \(entry) 条不属于该案件（R30.4）")
        case .notCorrectable(let entry): say("entry \(entry) is no act of people (R30.4)", "第 \(entry) 条不是人员的行为（R30.4）")
        case .notHeld(let exhibit, let state):
            say(
                "exhibit \(exhibit) is \(state.rawValue), so this cannot follow (R32.1)",
                "检材 \(exhibit) 的状态为“\(state.chinese)”，不能进行该行为（R32.1）")
        case .notRegistered(let exhibit):
            say(
                "the medium of exhibit \(exhibit) was never registered from a port; use 'fengcun medium register' (R34.1)",
                "检材 \(exhibit) 的介质尚未接入登记，请先用 fengcun medium register（R34.1）")
        case .noExamination(let exhibit):
            say("no examination of exhibit \(exhibit) is open (R40)", "检材 \(exhibit) 没有正在进行的检查（R40）")
        case .beingExamined(let exhibit):
            say(
                "exhibit \(exhibit) is being examined; end the examination first (R40)", "检材 \(exhibit) 正在检查，请先结束检查（R40）")
        case .inTransit(let exhibit, let to):
            say(
                "exhibit \(exhibit) is on its way to \(to); it must be received or withdrawn first (R53)",
                "检材 \(exhibit) 正在移交给 \(to)，须先接收或撤回（R53）")
        case .noOffer(let exhibit): say("exhibit \(exhibit) was not handed over to anybody (R53)", "检材 \(exhibit) 没有待接收的移交（R53）")
        case .otherReceiver(let exhibit, let to):
            say("exhibit \(exhibit) was handed over to \(to) (R53)", "检材 \(exhibit) 的接收人是 \(to)（R53）")
        case .fileNotAllowed(let type):
            say("an attachment of type \(type.rawValue) does not belong to this act", "该行为不接受 \(type.rawValue) 类附件")
        case .fileMissing(let type, let rows):
            say(
                "an attachment of type \(type.rawValue) is missing\(Self.list(rows))",
                "缺少 \(type.rawValue) 类附件\(Self.chineseList(rows))")
        case .notChanged(let member): say("\(member): the new value is the old one (R30.4)", "\(member) 更正前后相同（R30.4）")
        case .notFromProvider(let exhibit):
            say("exhibit \(exhibit) is no data from a provider (O17)", "检材 \(exhibit) 不是调取的电子数据（O17）")
        case .mustStay(let entry):
            say(
                "entry \(entry) must stay: without it nobody could verify the others (O19)", "第 \(entry) 条不能略去，否则其他条目无法核验（O19）")
        case .fileMustStay(let digest):
            say(
                "the file \(digest) must stay, or belongs to no entry that is shown (O19)", "附件 \(digest) 不能略去，或者不属于所展示的条目（O19）")
        case .nothingWithheld: say("the edition leaves nothing out (O19)", "该版本未略去任何内容（O19）")
        case .noEdition(let entry):
            say(
                "entry \(entry) decides no edition; use 'fengcun edition decide' first (O19)",
                "第 \(entry) 条不是版本决定，请先用 fengcun edition decide（O19）")
        case .notACertificate:
            say(
                "the file is no electronic certificate as 'fengcun certificate write' writes it (O14)",
                "该文件不是由 fengcun certificate write 生成的电子证明文件（O14）")
        }
    }

    /// The refusal of what a field holds, with the duties that the field serves.
    func under(_ rows: [String]) -> FormRefusal {
        switch self {
        case .badChoice(let field, let choices, _): .badChoice(field: field, choices: choices, rows: rows)
        case .badValue(let field, let expected, let chinese, _):
            .badValue(field: field, expected: expected, chinese: chinese, rows: rows)
        default: self
        }
    }

    private static func list(_ rows: [String]) -> String { rows.isEmpty ? "" : " (\(rows.joined(separator: ", ")))" }

    private static func chineseList(_ rows: [String]) -> String { rows.isEmpty ? "" : "（\(rows.joined(separator: "、"))）" }
}
