import ArgumentParser
import Control
import Custody
import DurableFiles
import Foundation
import Imaging
import Integrity
import SafeText
import Station
import SystemPackage

/// Makes an image of a simulated drive, for training: no daemon, no ledger, no disk.
struct RehearseCommand: ParsableCommand {
    /// The language of whoever practises.
    private static let say = Language.ofEnvironment()

    static let configuration = CommandConfiguration(
        commandName: "rehearse",
        abstract: say("Images a simulated failing drive, for training; nothing is recorded.", "演练：为模拟的故障硬盘制作镜像；不作任何记录。"),
        discussion: say(
            """
            IMAGE gives the drive's content, FAULTS what is wrong with it: lines 'OFFSET LENGTH WHAT', where WHAT is '-' (cannot
            be read), 'bad N' (comes back on the N-th try), 'slow N' (bytes per second) or 'hang N' (an error after N seconds);
            'sector N', 'stop N [SECONDS]' and 'gone N'. A mapfile of GNU ddrescue is such a file.
            """,
            """
            IMAGE 为硬盘内容，FAULTS 为其故障：每行“偏移 长度 故障”，故障为 '-'（无法读取）、'bad N'（第 N 次才能读出）、
            'slow N'（每秒字节数）或 'hang N'（N 秒后报错）；另有 'sector N'、'stop N [秒]' 和 'gone N'。
            GNU ddrescue 的映射文件也可直接使用。
            """))

    @Argument(help: ArgumentHelp(say("File with the drive's content.", "含硬盘内容的文件。")))
    var image: String

    @Option(help: ArgumentHelp(say("File that says what is wrong.", "说明故障的文件。"), valueName: "file"))
    var faults: String

    @Option(help: ArgumentHelp(say("Existing folder for image and map.", "存放镜像和映射文件的现有文件夹。"), valueName: "folder"))
    var to: String

    @Option(
        help: ArgumentHelp(
            say("Digests, separated by commas; 'none' leaves the block tree alone.", "摘要算法，以逗号分隔；none 表示只计算块树。"),
            valueName: "digests"))
    var hash = "sha256"

    @Option(help: ArgumentHelp(say("Passes over the bad sectors.", "对坏扇区的重试遍数。"), valueName: "number"))
    var retries: Int?

    @Option(help: ArgumentHelp(say("Seconds after which nothing more is read.", "读取时限（秒）。"), valueName: "seconds"))
    var timeBudget: Int?

    @Option(
        help: ArgumentHelp(
            say("Bytes per second below which an area is skipped at first.", "低于此速率（字节/秒）的区域先跳过。"), valueName: "bytes"))
    var minRate: Int?

    @Flag(help: ArgumentHelp(say("All passes in the other direction.", "各遍均反向读取。")))
    var reverse = false

    func run() throws {
        do {
            let acquisition = try acquisition()
            do {
                show(try acquisition.run())
            } catch {
                for partial in acquisition.destinations.abandon() {
                    print(Self.say("incomplete image: \(partial.string.printable)", "未完成的镜像：\(partial.string.printable)"))
                }
                throw error
            }
        } catch let error as any Explained {
            throw Fengcund.failure(error.message(in: Self.say))
        } catch {
            throw Fengcund.failure("\(error)")
        }
    }

    private func show(_ result: Acquisition.Result) {
        let say = Self.say
        let read = result.bytes - result.unreadable.reduce(0) { $0 + $1.length }
        let areas = result.unreadable.count
        print(
            say(
                "\(read) of \(result.bytes) bytes were read; areas that were not: \(areas)",
                "共 \(result.bytes) 字节，读出 \(read) 字节；未读出的区域：\(areas)"))
        if let rescue = result.rescue {
            print(
                say(
                    "bad \(rescue.bad), untried \(rescue.untried), read errors \(rescue.readErrors), \(rescue.ending.words(in: say))",
                    "坏 \(rescue.bad) 字节，未尝试 \(rescue.untried) 字节，读取错误 \(rescue.readErrors) 次，\(rescue.ending.words(in: say))"))
        }
        let source = say(result.digestSource.rawValue, result.digestSource == .stream ? "数据流" : "回读")
        for digest in result.digests { print("\(digest.algorithm.rawValue) \(digest.hex) (\(source))") }
        print("fs-verity \(result.blockTree) (\(source))")
    }

    private func acquisition() throws -> Acquisition {
        let file = try OwnedDescriptor(opening: FilePath(image), .readOnly, options: .nonBlocking)
        let text = try readFile(FilePath(faults), limit: Mapfile.byteLimit)
        let drive = DriveSimulation(
            name: image, capacity: try file.regularFileSize(), faults: try DriveFaults(String(decoding: text, as: UTF8.self)),
            isTimeReal: true
        ) { (offset, buffer) throws(Errno) in
            do throws(FileError) {
                return try file.read(at: offset, into: buffer)
            } catch {
                throw error.errno
            }
        }
        var request = RescueRequest()
        request.retries = retries
        request.timeBudget = timeBudget
        request.minimumRate = minRate
        request.reverse = reverse
        let options = try request.options()
        let algorithms = try Station.algorithms(hash.split(separator: ",").map(String.init))
        let target = try DestinationPlan(folder: FilePath(to)).create(stem: "rehearsal", byteCount: drive.capacity)
        return Acquisition(source: drive, images: [target], algorithms: algorithms, options: options)
    }
}
