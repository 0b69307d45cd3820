import ArgumentParser
import Control
import SystemPackage

/// Where an image goes.
struct DestinationArguments: ParsableArguments {
    @Option(
        help: ArgumentHelp(
            say(
                "Existing folder for the image; a second one for another image at the same time.",
                "存放镜像的已有目录；可再给出一个，同时制作第二份镜像。"), valueName: "folder"))
    var to: [String]

    @Option(
        help: ArgumentHelp(
            say(
                "Folder in which the image goes on when there is no room in the one before. Repeatable; needs --segment-size.",
                "前一目录空间不足时续存的目录，可重复；须与 --segment-size 同用。"), valueName: "folder"))
    var then: [String] = []

    @Option(
        help: ArgumentHelp(
            say(
                "Length of a segment, such as 2GiB, 650MB or 4294966784; one file by default.",
                "分段大小，如 2GiB、650MB 或 4294966784；默认为单个文件。"), valueName: "bytes"), transform: bytes)
    var segmentSize: Int?

    @Flag(help: ArgumentHelp(say("Leave out blocks of zeros in the files.", "文件中省略全零块（稀疏文件）。")))
    var sparse = false

    func validate() throws {
        guard (1...2).contains(to.count) else {
            throw ValidationError(say("--to names one folder, or two", "--to 只能指定一个或两个目录"))
        }
        if !then.isEmpty, segmentSize == nil {
            throw ValidationError(say("--then needs --segment-size", "--then 须与 --segment-size 同用"))
        }
    }

    /// Puts all but the first folder into a request.
    func fill(_ request: inout StartImageRequest) {
        request.secondDestination = to.dropFirst().first.map { absolute($0) }
        request.nextFolders = then.isEmpty ? nil : then.map { absolute($0) }
        request.segmentSize = segmentSize
        request.sparse = sparse ? true : nil
    }
}

/// A number of bytes: plain, or with a unit of a thousand (kB, MB, GB, TB) or of 1,024 (KiB, MiB, GiB, TiB).
private func bytes(_ text: String) throws -> Int {
    let digits = text.prefix { $0.isASCII && $0.isNumber }
    let units = ["": 1, "kB": 1000, "MB": 1_000_000, "GB": 1_000_000_000, "TB": 1_000_000_000_000]
        .merging(["KiB": 1 << 10, "MiB": 1 << 20, "GiB": 1 << 30, "TiB": 1 << 40]) { first, _ in first }
    guard let number = Int(digits), number > 0, let unit = units[String(text.dropFirst(digits.count))] else {
        throw ValidationError(say("a length is a number of bytes, or such as 2GiB or 650MB", "长度为字节数，或如 2GiB、650MB"))
    }
    let (product, overflow) = number.multipliedReportingOverflow(by: unit)
    guard !overflow else { throw ValidationError(say("\(text) is too long", "\(text) 过大")) }
    return product
}
