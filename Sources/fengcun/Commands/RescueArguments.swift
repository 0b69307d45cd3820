import ArgumentParser
import Control
import Custody
import DurableFiles
import SystemPackage

/// How stubborn to be with a drive that fails.
struct RescueArguments: ParsableArguments {
    @Option(help: ArgumentHelp(say("Passes over the bad sectors, 0 to 100.", "对坏扇区重试的遍数，0 至 100。"), valueName: "n"))
    var retries: Int?

    @Option(
        help: ArgumentHelp(
            say("Finish with what is there after this time: 90s, 30m, 2h, 1d.", "到时以已有数据结束：90s、30m、2h、1d。"), valueName: "time"),
        transform: seconds)
    var timeBudget: Int?

    @Option(
        help: ArgumentHelp(
            say("Skip areas slower than this at first, in bytes per second.", "先跳过低于此速率（字节/秒）的区域。"), valueName: "bytes"))
    var minRate: Int?

    @Option(
        help: ArgumentHelp(
            say("Bytes to skip after the first error, and the most: 65536,1073741824.", "首次出错后跳过的字节数及上限：65536,1073741824。"),
            valueName: "first[,most]"), transform: skips)
    var skipSize: [Int] = []

    @Flag(help: ArgumentHelp(say("Read from the end to the beginning.", "从末尾向开头读取。")))
    var reverse = false

    @Option(
        help: ArgumentHelp(
            say("What stands where nothing could be read, in hexadecimal; zeros by default.", "不可读位置的填充内容（十六进制），默认为零。"),
            valueName: "hex"))
    var fillPattern: String?

    @Option(
        help: ArgumentHelp(
            say("Mapfile of an earlier attempt, of ddrescue's or ours.", "以前抢救的映射文件（ddrescue 或本软件）。"), valueName: "file"))
    var fromMap: String?

    @Option(
        help: ArgumentHelp(
            say(
                "Incomplete image of that attempt, on the station; without it the map only says what to read last.",
                "该次抢救在工作站上的未完成镜像；不给出时映射文件只决定读取次序。"), valueName: "path"))
    var fromImage: String?

    /// The request; uploads the mapfile. nil: the defaults.
    func request(_ client: ControlClient) async throws -> RescueRequest? {
        var request = RescueRequest()
        request.retries = retries
        request.timeBudget = timeBudget
        request.minimumRate = minRate
        request.firstSkip = skipSize.first
        request.longestSkip = skipSize.count > 1 ? skipSize.last : nil
        request.reverse = reverse ? true : nil
        request.fill = fillPattern
        if let fromMap {
            let bytes = try Self.read(FilePath(fromMap))
            request.mapfile = try await client.postBytes(ControlPath.blobs, bytes, as: BlobView.self).sha256
        }
        request.image = fromImage.map(absolute)
        return request == RescueRequest() ? nil : request
    }

    private static func read(_ path: FilePath) throws -> [UInt8] {
        do throws(FileError) {
            return try readFile(path, limit: Attachment.byteLimit, followLinks: true)
        } catch {
            throw LocalFileError(error: error)
        }
    }
}

/// A time such as `90s`, `30m`, `2h` or `1d`, in seconds.
private func seconds(_ text: String) throws -> Int {
    let units = ["s": 1, "m": 60, "h": 3600, "d": 86400]
    guard let unit = text.last.flatMap({ units[String($0)] }), let count = Int(text.dropLast()), (1...1_000_000).contains(count)
    else { throw ValidationError(say("'\(text)' is no time such as 90s, 30m, 2h or 1d", "“\(text)”不是 90s、30m、2h、1d 这样的时间")) }
    return count * unit
}

private func skips(_ text: String) throws -> [Int] {
    let numbers = text.split(separator: ",", omittingEmptySubsequences: false).map { Int($0) ?? -1 }
    guard (1...2).contains(numbers.count), numbers.allSatisfy({ $0 >= 0 }) else {
        throw ValidationError(
            say("'\(text)' is no size such as 65536 or 65536,1073741824", "“\(text)”不是 65536 或 65536,1073741824 这样的大小"))
    }
    return numbers
}
