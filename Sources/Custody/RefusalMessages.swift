// The words of `Refusal`; `message(in:)` makes them printable.

extension Refusal {
    var english: String {
        switch self {
        case .badText(let field, .empty): "\(field) is empty"
        case .badText(let field, .tooLong(let limit)): "\(field) is longer than \(limit) characters"
        case .badText(let field, .controlCharacter): "\(field) holds a line break or another control character"
        case .badText(let field, .notAnIdentifier):
            "\(field) may hold letters, digits and -_.·#()（）[]【】〔〕 only, and may not begin with a dot or a hyphen"
        case .badText(let field, .identityNumber):
            "\(field) holds what looks like a full identity number; use --identity-number of 'fengcun case person', of which only a commitment is kept"
        case .caseExists(let number): "case \(number) is open already (R32.2)"
        case .unknownCase(let number): "there is no case \(number); open it with 'fengcun case open' (R32.2)"
        case .exhibitExists(let exhibit): "exhibit \(exhibit.number) exists already in case \(exhibit.caseNumber) (R34.1)"
        case .unknownExhibit(let text): "there is no exhibit \(text); 'fengcun case show' lists those of a case (R34.1)"
        case .ambiguousExhibit(let text, let cases):
            "exhibit \(text) exists in the cases \(cases.joined(separator: ", ")); name one with --case"
        case .unknownDevice(let device): "no disk \(device) is attached"
        case .notEvidence(let device): "\(device) is not an evidence disk; the udev rule or --evidence decides which are"
        case .notIdentified(let device): "\(device) is still being identified; try again in a moment"
        case .alreadyRegistered(let device, let exhibit): "\(device) is registered already, as exhibit \(exhibit) (R34.1)"
        case .notAttached(let exhibit): "the medium of exhibit \(exhibit) is not attached (R34.1)"
        case .severalAttached(let exhibit):
            "more than one attached disk claims to be the medium of exhibit \(exhibit); unplug the others (R34.1)"
        case .otherContent(let exhibit, let device):
            "\(device) says that it is the medium of exhibit \(exhibit), but its content is not what was registered (R34.1)"
        case .sealed(let exhibit, let number):
            "exhibit \(exhibit) is sealed with \(number); record the unsealing first ('fengcun unseal') (R31.1)"
        case .notSealed(let exhibit): "exhibit \(exhibit) is not sealed (R31.1)"
        case .sealNumberUsed(let number, let exhibit): "seal \(number) was used already, on exhibit \(exhibit) (R34.2)"
        case .otherSeal(let exhibit, let number):
            "exhibit \(exhibit) carries the seal \(number) (R31.1); where another was found, record it by 'fengcun check-seal'"
        case .otherCustodian(let exhibit, let custodian): "the custodian of exhibit \(exhibit) on record is \(custodian) (R32.1)"
        case .alreadyKept(let exhibit, let custodian):
            "exhibit \(exhibit) is with \(custodian) at this place already; name another custodian or another location (R35.place)"
        case .sealNotChecked(let exhibit, let number):
            "exhibit \(exhibit) carries the seal \(number); say how it was found: intact, broken or missing (R31.1)"
        case .busy(let exhibit): "the medium of exhibit \(exhibit) is being imaged (R32.1)"
        case .notWriteProtected(let device):
            "\(device) is not write-protected; check the udev rule, or set the flag with 'blockdev --setro' (R30.4)"
        case .noDigest: "no digest was chosen (R35.2)"
        case .unknownDigest(let name):
            "there is no digest \(name); there are md5, sha1, sha256, sha512, sm3, sha3-256 and blake2b512 (R35.2)"
        case .noImage(let exhibit): "exhibit \(exhibit) has no finished image (R31.2)"
        case .beingVerified(let exhibit): "the image of exhibit \(exhibit) is being read back already (R31.2)"
        case .noBlockTree(let exhibit):
            "the image of exhibit \(exhibit) was made without a block tree; it can only be verified as a whole (R31.2)"
        case .badRanges(let bytes):
            "ranges are START-LENGTH in bytes, 1 to 100 of them, ascending, apart, and inside the image's \(bytes) bytes (R31.2)"
        case .badSample(let limit):
            "a sample is 1 to \(limit) groups of 512 KiB, and goes with neither a quick verification nor ranges (R31.2)"
        case .notAPath(let text): "\(text) is no absolute path"
        case .unknownBlob(let digest): "the attachment \(digest) was not uploaded (R34.2)"
        case .notAPhoto(let name): "the attachment \(name) is empty or no photo (R34.2)"
        case .notSignable(let entry): "entry \(entry) is no act that people sign (R34.3)"
        case .alreadySigned(let entry, let person): "\(person) has signed entry \(entry) in this role already (R34.3)"
        case .badSignature(let error): error.message(in: .english)
        case .notOneManner: "give one of: a signature, a scan of a signed sheet, a reason why there is none (R34.3)"
        }
    }

    var chinese: String {
        switch self {
        case .badText(let field, .empty): "\(field) 为空"
        case .badText(let field, .tooLong(let limit)): "\(field) 超过 \(limit) 个字符"
        case .badText(let field, .controlCharacter): "\(field) 含有换行或其他控制字符"
        case .badText(let field, .notAnIdentifier): "\(field) 只能包含文字、数字和 -_.·#()（）[]【】〔〕，且不得以点或连字符开头"
        case .badText(let field, .identityNumber):
            "\(field) 中似有完整的身份证件号码；请使用 fengcun case person 的 --identity-number，系统只保存其承诺值"
        case .caseExists(let number): "案件 \(number) 已经建立（R32.2）"
        case .unknownCase(let number): "没有案件 \(number)，请先用 fengcun case open 建立（R32.2）"
        case .exhibitExists(let exhibit): "案件 \(exhibit.caseNumber) 中已有检材 \(exhibit.number)（R34.1）"
        case .unknownExhibit(let text): "没有检材 \(text)；fengcun case show 可列出案件的检材（R34.1）"
        case .ambiguousExhibit(let text, let cases): "检材 \(text) 同时存在于案件 \(cases.joined(separator: "、"))，请用 --case 指明"
        case .unknownDevice(let device): "没有接入磁盘 \(device)"
        case .notEvidence(let device): "\(device) 不是检材磁盘；由 udev 规则或 --evidence 决定"
        case .notIdentified(let device): "\(device) 正在识别，请稍后再试"
        case .alreadyRegistered(let device, let exhibit): "\(device) 已登记为检材 \(exhibit)（R34.1）"
        case .notAttached(let exhibit): "检材 \(exhibit) 的存储介质未接入（R34.1）"
        case .severalAttached(let exhibit): "有多个已接入的磁盘自称是检材 \(exhibit) 的介质，请拔下其余磁盘（R34.1）"
        case .otherContent(let exhibit, let device): "\(device) 自称是检材 \(exhibit) 的介质，但其内容与登记时不一致（R34.1）"
        case .sealed(let exhibit, let number): "检材 \(exhibit) 已封存（封条 \(number)），请先记录启封（fengcun unseal）（R31.1）"
        case .notSealed(let exhibit): "检材 \(exhibit) 未封存（R31.1）"
        case .sealNumberUsed(let number, let exhibit): "封条 \(number) 已用于检材 \(exhibit)（R34.2）"
        case .otherSeal(let exhibit, let number):
            "检材 \(exhibit) 上的封条是 \(number)（R31.1）；实物编号不符的，用 fengcun check-seal 如实记录"
        case .otherCustodian(let exhibit, let custodian): "检材 \(exhibit) 记录在案的保管人是 \(custodian)（R32.1）"
        case .alreadyKept(let exhibit, let custodian): "检材 \(exhibit) 已由 \(custodian) 保管于该处，请指明新的保管人或存放位置（R35.place）"
        case .sealNotChecked(let exhibit, let number):
            "检材 \(exhibit) 贴有封条 \(number)，请注明封条状态：intact（完好）、broken（破损）或 missing（缺失）（R31.1）"
        case .busy(let exhibit): "检材 \(exhibit) 的介质正在制作镜像（R32.1）"
        case .notWriteProtected(let device): "\(device) 未处于写保护状态；请检查 udev 规则，或用 blockdev --setro 设置（R30.4）"
        case .noDigest: "没有选择散列算法（R35.2）"
        case .unknownDigest(let name): "没有散列算法 \(name)；可用 md5、sha1、sha256、sha512、sm3、sha3-256、blake2b512（R35.2）"
        case .noImage(let exhibit): "检材 \(exhibit) 没有已完成的镜像（R31.2）"
        case .beingVerified(let exhibit): "检材 \(exhibit) 的镜像正在复核（R31.2）"
        case .noBlockTree(let exhibit): "检材 \(exhibit) 的镜像制作时没有块树，只能整体复核（R31.2）"
        case .badRanges(let bytes): "范围写作“起始-长度”（字节），1 至 100 个，递增、互不重叠，且不超出镜像的 \(bytes) 字节（R31.2）"
        case .badSample(let limit): "抽样为 1 至 \(limit) 组（每组 512 KiB），不能与快速复核或指定范围同用（R31.2）"
        case .notAPath(let text): "\(text) 不是绝对路径"
        case .unknownBlob(let digest): "附件 \(digest) 尚未上传（R34.2）"
        case .notAPhoto(let name): "附件 \(name) 为空或不是照片（R34.2）"
        case .notSignable(let entry): "第 \(entry) 条不是由人员签名的行为（R34.3）"
        case .alreadySigned(let entry, let person): "\(person) 已以该身份签署第 \(entry) 条（R34.3）"
        case .badSignature(let error): error.message(in: .chinese)
        case .notOneManner: "签名、签字页扫描件、未签名原因，三者须提供其一（R34.3）"
        }
    }
}
