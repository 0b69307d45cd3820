import ArgumentParser
import Control
import Custody
import Report
import SafeText

/// The options of commands that draw what was read of a medium.
struct PictureArguments: ParsableArguments {
    @Option(help: ArgumentHelp(say("Path of an older image, as it was recorded.", "较早镜像的记录路径。"), valueName: "path"))
    var image: String?

    @Option(
        help: ArgumentHelp(
            say("Write an SVG drawing to this file, which must not exist.", "将 SVG 图写入该文件（不得已存在）。"), valueName: "file"))
    var svg: String?
}

struct ImageMapCommand: StationCommand {
    static let configuration = CommandConfiguration(
        commandName: "map",
        abstract: say("Draw what could be read of a medium, place by place.", "绘制介质各处的读取情况。"),
        discussion: say(
            "Also for an attempt that ended early. A cell shows the worst that is in it: + read, ? not tried, * and / failed in large reads, - cannot be read.",
            "中止的制作亦可绘制。每格显示其中最差的状态：+ 已读出，? 未尝试，* 和 / 大块读取失败，- 无法读取。"))

    @OptionGroup var which: ExhibitArguments
    @OptionGroup var picture: PictureArguments
    @OptionGroup var global: GlobalOptions

    func execute(_ client: ControlClient) async throws {
        let width = max(1, FullScreen.size.width)
        let cells = picture.svg == nil ? width * 16 : RegionPicture.cellCount
        var query = ["cells=\(cells)"]
        if let caseNumber = which.caseNumber { query.append("case=" + encode(caseNumber)) }
        if let image = picture.image { query.append("image=" + encode(image)) }
        let path = ControlPath.media + "/" + encode(which.exhibit) + "/map?" + query.joined(separator: "&")
        let view = try await client.get(path, as: MapView.self)
        if let file = picture.svg {
            try writeNew(RegionPicture(view.map, title: Self.title(view)).svg(in: say), to: file)
        }
        try show(view) { view in
            var lines = [Self.title(view)]
            if let file = picture.svg {
                lines.append(say("written to \(file)", "已写入 \(file)").printable)
            } else {
                lines += Self.rows(view.map.cells, width)
            }
            lines += RegionState.legend(view.map.totals, say).map { "\($0.state) \($0.text)" }
            if view.map.badAreas > 0 { lines.append(say("bad areas: \(view.map.badAreas)", "坏区：\(view.map.badAreas) 处")) }
            return lines.joined(separator: "\n")
        }
    }

    private static func title(_ view: MapView) -> String {
        let end = view.finished ? "" : say(" (not finished)", "（未完成）")
        return "\(view.caseNumber)/\(view.exhibit) \(view.image)".printable + end
    }

    /// The cells in lines.
    private static func rows(_ cells: String, _ width: Int) -> [String] {
        var (rows, rest) = ([String](), Array(cells)[...])
        while !rest.isEmpty {
            rows.append(String(rest.prefix(width)))
            rest = rest.dropFirst(width)
        }
        return rows
    }
}

struct ImageChartCommand: StationCommand {
    static let configuration = CommandConfiguration(
        commandName: "chart",
        abstract: say("Draw how fast a medium was, place by place.", "绘制介质各处的读取速率。"))

    @OptionGroup var which: ExhibitArguments
    @OptionGroup var picture: PictureArguments
    @OptionGroup var global: GlobalOptions

    private struct View: Encodable {
        let image: String
        let capacity: Int
        let bucketSize: Int
        let buckets: [Bucket]

        struct Bucket: Encodable {
            let bytes: Int
            let microseconds: Int
        }
    }

    func execute(_ client: ControlClient) async throws {
        let query = which.caseNumber.map { "?case=" + encode($0) } ?? ""
        let exhibit = try await client.get(ControlPath.media + "/" + encode(which.exhibit) + query, as: ExhibitView.self)
        guard let image = exhibit.images.last(where: { picture.image == nil || $0.image == picture.image }) else {
            throw PictureError.noImage
        }
        let entries = try await client.get(ControlPath.entries + "?from=\(image.entry)&limit=1", as: EntriesView.self).entries
        guard let attachment = entries.first?.draft.attachments.first(where: { $0.type == .rates }) else {
            throw PictureError.noRates
        }
        guard let curve = RateCurve(try await client.getBytes(ControlPath.blobs + "/" + attachment.sha256)) else {
            throw PictureError.badRates
        }
        let title = "\(image.caseNumber)/\(image.exhibit) \(image.image)"
        if let file = picture.svg { try writeNew(RateChart(curve, title: title).svg(in: say), to: file) }
        let view = View(
            image: image.image, capacity: curve.capacity, bucketSize: curve.bucketSize,
            buckets: curve.buckets.map { .init(bytes: $0.bytes, microseconds: $0.microseconds) })
        try show(view) { _ in
            if let file = picture.svg { return say("written to \(file)", "已写入 \(file)").printable }
            return ([title.printable] + Self.rows(curve, width: FullScreen.size.width)).joined(separator: "\n")
        }
    }

    /// The curve as columns of `#`, eight lines high, with the highest rate beside it.
    private static func rows(_ curve: RateCurve, width: Int) -> [String] {
        let height = 8
        let count = max(1, min(width - 14, curve.buckets.count))
        let rates = (0..<count).map { column -> Double in
            let part = curve.buckets[(column * curve.buckets.count / count)..<((column + 1) * curve.buckets.count / count)]
            let time = part.reduce(0) { $0 + $1.microseconds }
            return time > 0 ? Double(part.reduce(0) { $0 + $1.bytes }) / Double(time) * 1e6 : 0
        }
        let highest = max(1, rates.max() ?? 1)
        return (0..<height).map { row in
            let level = Double(height - row - 1) / Double(height) * highest
            let label = row == 0 ? size(Int(highest)) + "/s" : row == height - 1 ? "0" : ""
            return String(repeating: " ", count: max(0, 13 - label.count)) + label + " "
                + String(rates.map { $0 > level ? "#" : " " })
        } + [String(repeating: " ", count: 14) + "0 - " + size(curve.capacity)]
    }
}

/// Why there is nothing to draw.
enum PictureError: Explained {
    case noImage
    case noRates
    case badRates

    var code: String {
        switch self {
        case .noImage: "no-image"
        case .noRates: "no-rates"
        case .badRates: "bad-rates"
        }
    }

    func message(in language: Language) -> String {
        switch self {
        case .noImage: language("the exhibit has no such finished image", "该检材没有此已完成的镜像")
        case .noRates: language("no rates were kept when this image was made", "制作该镜像时未保留速率")
        case .badRates: language("the rates that were kept cannot be read", "所保留的速率无法读取")
        }
    }
}
