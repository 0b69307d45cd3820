import ArgumentParser
import Custody
import DurableFiles
import Foundation
import Imaging
import Integrity
import SystemPackage

/// Makes an image of a simulated drive, for training: no daemon, no ledger, no disk.
struct RehearseCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "rehearse", abstract: "Images a simulated failing drive, for training; nothing is recorded.",
        discussion: """
            IMAGE gives the drive's content, FAULTS what is wrong with it: lines 'OFFSET LENGTH WHAT', where WHAT is '-' (cannot
            be read), 'bad N' (comes back on the N-th try), 'slow N' (bytes per second) or 'hang N' (an error after N seconds);
            'sector N', 'stop N [SECONDS]' and 'gone N'. A mapfile of GNU ddrescue is such a file.
            """)

    @Argument(help: "File with the drive's content.")
    var image: String

    @Option(help: "File that says what is wrong.")
    var faults: String

    @Option(help: "Existing folder for image and map.")
    var to: String

    @Option(help: "Passes over the bad sectors.")
    var retries = 0

    @Option(help: "Seconds after which nothing more is read.")
    var timeBudget: Int?

    @Option(help: "Bytes per second below which an area is skipped at first.")
    var minRate: Int?

    @Flag(help: "All passes in the other direction.")
    var reverse = false

    func run() throws {
        do {
            let result = try acquisition().run()
            let summary = result.rescue
            let read = result.bytes - result.unreadable.reduce(0) { $0 + $1.length }
            print("\(read) of \(result.bytes) bytes were read; \(result.unreadable.count) areas were not")
            if let summary {
                print(
                    "bad \(summary.bad), untried \(summary.untried), read errors \(summary.readErrors), end \(summary.ending.rawValue)"
                )
            }
            for digest in result.digests { print("\(digest.algorithm.rawValue) \(digest.hex) (\(result.digestSource.rawValue))") }
        } catch let error as any Explained {
            throw Fengcund.failure(error.message(in: .ofEnvironment()))
        } catch {
            throw Fengcund.failure("\(error)")
        }
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
        var options = RescueOptions()
        options.retries = max(0, min(retries, RescueOptions.retryLimit))
        options.timeBudget = timeBudget
        options.minimumRate = minRate
        options.isReverse = reverse
        let target = try ImageFile(in: FilePath(to), stem: "rehearsal", byteCount: drive.capacity)
        return Acquisition(source: drive, image: target, algorithms: [.sha256], options: options)
    }
}
