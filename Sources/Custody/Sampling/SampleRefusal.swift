import SafeText

/// A sample that cannot be fixed, drawn or examined.
public enum SampleRefusal: Explained, Equatable {
    case noMembers
    case tooManyMembers(limit: Int)
    case populationExists(String)
    case unknownPopulation(String)
    case alreadyDrawn(String, entry: Int)
    case notDrawn(String)
    case badCount(population: Int)
    case notAMember(exhibit: String)

    /// See `Explained.code`.
    public var code: String {
        switch self {
        case .noMembers: "no-members"
        case .tooManyMembers: "too-many-members"
        case .populationExists: "population-exists"
        case .unknownPopulation: "unknown-population"
        case .alreadyDrawn: "already-drawn"
        case .notDrawn: "not-drawn"
        case .badCount: "bad-count"
        case .notAMember: "not-a-member"
        }
    }

    /// See `Explained.message(in:)`.
    public func message(in language: Language) -> String { words(language).printable }

    private func words(_ say: Language) -> String {
        switch self {
        case .noMembers: say("a population needs images to draw from (R22)", "总体中没有镜像可供抽取（R22）")
        case .tooManyMembers(let limit): say("a population has at most \(limit) members (R22)", "总体最多 \(limit) 个成员（R22）")
        case .populationExists(let name): say("the population \(name) is fixed already (R22)", "总体 \(name) 已经确定（R22）")
        case .unknownPopulation(let name):
            say(
                "there is no population \(name); use 'fengcun sample fix' first (R22)",
                "没有总体 \(name)，请先用 fengcun sample fix 确定（R22）")
        case .alreadyDrawn(let name, let entry):
            say(
                "the sample of \(name) was drawn in entry \(entry); another draw would be a choice (O20)",
                "总体 \(name) 已在第 \(entry) 条抽样，再次抽取即成为挑选（O20）")
        case .notDrawn(let name): say("no sample of \(name) was drawn yet (O20)", "总体 \(name) 尚未抽样（O20）")
        case .badCount(let population): say("draw from 1 to \(population) members (O20)", "抽取数量须为 1 至 \(population)（O20）")
        case .notAMember(let exhibit): say("exhibit \(exhibit) is not in the sample (R22)", "检材 \(exhibit) 不在样本中（R22）")
        }
    }
}
