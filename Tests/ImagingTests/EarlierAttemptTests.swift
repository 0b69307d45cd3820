import Custody
import Dispatch
import DurableFiles
import Foundation
import ImageTree
import Integrity
import SystemPackage
import TestSupport
import Testing

@testable import Imaging

private let mebibyte = 1 << 20

@Suite("Going on from an earlier attempt", .timeLimit(.minutes(30)))
struct EarlierAttemptTests {
    let scratch = TemporaryFolder()

    /// A map that calls all of a drive finished.
    private func allFinished(_ capacity: Int) -> Mapfile {
        Mapfile(RescueMap(size: capacity, .finished), position: 0, activity: .finished, pass: 1)
    }

    @Test(
        "a pass is gone on from at the beginning of a sector, and nothing is left untried that lies before it or behind",
        arguments: 1...5)
    func passes(_ pass: Int) throws {
        let drive = try StampedDrive(4 * mebibyte, "sector 4096\n")
        let strict = DriveSimulation(name: "/dev/strict", capacity: drive.capacity, faults: drive.faults, isTimeReal: false) {
            [content = drive.content] (offset, buffer) throws(Errno) in
            guard offset.isMultiple(of: 4096), buffer.count.isMultiple(of: 4096) else { throw .invalidArgument }
            content.withUnsafeBytes {
                buffer.copyMemory(from: UnsafeRawBufferPointer(rebasing: $0[offset..<offset + buffer.count]))
            }
            return buffer.count
        }
        var map = RescueMap(size: drive.capacity, .finished)
        map.set(ByteRange(offset: mebibyte, length: mebibyte), to: .nonTried)
        let position = 3 * mebibyte / 2 + 512
        let earlier = try EarlierAttempt(
            Mapfile(map, position: position, activity: .copying, pass: pass), image: scratch.write(drive.content, to: "earlier"))
        let image = try newImage(in: scratch.path, stem: "x", byteCount: drive.capacity)
        let result = try Acquisition(source: strict, images: [image], algorithms: [.sha256], earlier: earlier).run()
        #expect(result.unreadable.isEmpty && result.rescue?.untried == 0)
        #expect(try contents(image.path) == drive.content)
    }

    @Test("time that is up while the drive hangs makes nothing read that was not taken over")
    func hangsWhileCompared() throws {
        let gate = DispatchSemaphore(value: 0)
        let capacity = 4 * mebibyte
        let drive = DriveSimulation(name: "/dev/hung", capacity: capacity, faults: DriveFaults(), isTimeReal: true) {
            (_, buffer) throws(Errno) in
            gate.wait()
            return buffer.count
        }
        var options = RescueOptions()
        options.timeBudget = 1
        let earlier = try EarlierAttempt(
            allFinished(capacity), image: scratch.write([UInt8](repeating: 5, count: capacity), to: "earlier"))
        let image = try newImage(in: scratch.path, stem: "x", byteCount: capacity)
        let result = try Acquisition(
            source: drive, images: [image], algorithms: [.sha256], options: options, earlier: earlier
        ).run()
        gate.signal()
        #expect(result.rescue?.ending == .timeBudget && result.rescue?.untried == capacity)
        #expect(result.unreadable == [ByteRange(offset: 0, length: capacity)])
        #expect(result.mapfile?.map == RescueMap(size: capacity))
    }

    /// A drive that gives nothing of its second half any more, and a job that ends where the earlier image does, in the middle,
    /// although its map says that everything was read.
    private func interrupted() throws -> (StampedDrive, Acquisition) {
        let drive = try StampedDrive(8 * mebibyte, "\(4 * mebibyte) \(4 * mebibyte) -\n")
        let half = try scratch.write(drive.content[..<(4 * mebibyte)], to: "half")
        let image = try newImage(in: scratch.path, stem: "x", byteCount: drive.capacity)
        let job = Acquisition(
            source: drive.simulation, images: [image], algorithms: [.sha256],
            earlier: try EarlierAttempt(allFinished(drive.capacity), image: half))
        let error = try #require(throws: ImagingError.self) { try job.run() }
        #expect(error.code == "image-of-another-drive")
        return (drive, job)
    }

    @Test("a taking over that ends early leaves a map and an image of what was taken over, and no more")
    func endsEarly() throws {
        let (drive, job) = try interrupted()
        var expected = RescueMap(size: drive.capacity)
        expected.set(ByteRange(offset: 0, length: 4 * mebibyte), to: .finished)
        #expect(try #require(job.mapfileAtEnd).map == expected)
        let image = job.destinations.images[0]
        #expect(try Mapfile(contents(image.mapPath), capacity: drive.capacity).map == expected)
        let partial = try #require(image.abandon())
        #expect(try contents(partial).elementsEqual(drive.content[..<(4 * mebibyte)]))
    }

    /// The job goes on with an earlier image that may be whole by now, or gone.
    private func resumed(_ job: Acquisition, _ drive: StampedDrive, _ earlier: FilePath) throws -> (Acquisition, Continuation) {
        job.destinations.suspend()
        let again = Acquisition(
            source: drive.simulation, images: [try ImageFile.reopen(job.destinations.images[0].segments, isSparse: false)],
            algorithms: [.sha256], earlier: EarlierAttempt(resuming: allFinished(drive.capacity), image: earlier))
        let continuation = try again.prove()
        return (Acquisition(again, continuing: continuation), continuation)
    }

    @Test("what was not yet taken over when the work stopped is taken over when it goes on, and not asked of the drive")
    func goesOn() throws {
        let (drive, job) = try interrupted()
        let whole = try scratch.write(drive.content, to: "whole")
        let (next, continuation) = try resumed(job, drive, whole)
        #expect(continuation.provenBytes == 4 * mebibyte && continuation.discardedBytes == 0)
        let result = try next.run()
        #expect(result.unreadable.isEmpty)
        #expect(try contents(job.destinations.images[0].path) == drive.content)
    }

    @Test("what cannot be proven any more is taken from the earlier image once more", arguments: [false, true])
    func takenAgain(_ isMapThere: Bool) throws {
        let (drive, job) = try interrupted()
        let image = job.destinations.images[0]
        let partial = try OwnedDescriptor(opening: image.partialPath, .readWrite)
        try partial.write([0xEE], at: 512)
        if !isMapThere { unlink(image.mapPath.string) }
        let (next, continuation) = try resumed(job, drive, try scratch.write(drive.content, to: "whole"))
        #expect(continuation.provenBytes == (isMapThere ? 4 * mebibyte - BlockTree.groupSize : 0))
        #expect(try next.run().unreadable.isEmpty)
        #expect(try contents(image.path) == drive.content)
    }

    @Test("an earlier image that is gone stops the work as long as something of it is missing, and no longer")
    func gone() throws {
        let (drive, job) = try interrupted()
        let whole = try scratch.write(drive.content, to: "whole")
        let (without, _) = try resumed(job, drive, scratch("nothing"))
        let error = try #require(throws: ImagingError.self) { try without.run() }
        #expect(error.code == "earlier-image-error")
        #expect(try #require(without.mapfileAtEnd).map.bytes(.finished) == 4 * mebibyte)
        // All of it is taken over, and nothing recorded.
        let (next, _) = try resumed(without, drive, whole)
        _ = try next.run()
        let (last, continuation) = try resumed(next, drive, scratch("nothing"))
        #expect(continuation.provenBytes == drive.capacity)
        #expect(try last.run().unreadable.isEmpty)
        #expect(try contents(job.destinations.images[0].path) == drive.content)
    }

    @Test("an earlier image that is gone is no reason to begin", arguments: [nil, "folder"])
    func refused(_ name: String?) throws {
        if let name { _ = try scratch.folder(name) }
        let error = try #require(throws: ImagingError.self) {
            try EarlierAttempt(allFinished(mebibyte), image: scratch(name ?? "nothing"))
        }
        #expect(error.code == "earlier-image-error")
    }
}
