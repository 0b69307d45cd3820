import Custody
import DurableFiles
import Foundation
import ImageTree
import Integrity
import Synchronization
import SystemPackage
import TestSupport
import Testing

@testable import Imaging

private let mebibyte = 1 << 20

@Suite("Going on after an interruption")
struct ContinuationTests {
    let scratch = TemporaryFolder()

    /// Reads a medium in order until it is stopped.
    func interrupted(_ source: SimulatedSource, after reads: Int, isSparse: Bool = false) throws -> ImageSegments {
        let handle = ProgressHandle()
        let stopping = SimulatedSource(source.capacity) { if $0 == reads { handle.cancel() } }
        let plan = DestinationPlan(folder: scratch.path, isSparse: isSparse)
        let image = try plan.create(stem: "x", byteCount: source.capacity)
        let job = Acquisition(source: stopping, images: [image], algorithms: [.sha256])
        handle.set(job.progress)
        #expect(throws: ImagingError.self) { try job.run() }
        job.destinations.suspend()
        return image.segments
    }

    func reopened(_ segments: ImageSegments, _ source: any ImageSource) throws -> Acquisition {
        Acquisition(source: source, images: [try ImageFile.reopen(segments, isSparse: false)], algorithms: [.sha256])
    }

    /// Goes on and checks the result.
    func finish(_ segments: ImageSegments, _ source: SimulatedSource) throws -> (Continuation, Int) {
        let job = try reopened(segments, source)
        let continuation = try job.prove()
        let before = source.readCount
        let result = try Acquisition(job, continuing: continuation).run()
        #expect(result.digestSource == .readBack)
        #expect(result.digests == [try Digest.of(source.expected, .sha256)])
        #expect(try contents(segments.image) == source.expected)
        return (continuation, source.readCount - before)
    }

    @Test("what is proven is not read again")
    func proven() throws {
        let source = SimulatedSource(24 * mebibyte)
        let (continuation, reads) = try finish(try interrupted(source, after: 20), source)
        #expect(continuation.provenBytes > 0 && continuation.provenBytes <= 20 * mebibyte)
        #expect(continuation.comparedPlaces == 16)
        #expect(reads == (source.capacity - continuation.provenBytes + mebibyte - 1) / mebibyte)
    }

    @Test("what was read of the medium is known whatever is gone through now")
    func bytesRead() {
        let progress = JobProgress(total: 10)
        progress.show(JobProgress.Rescue(phase: .checking))
        progress.advance(by: 4)
        #expect(progress.done == 4 && progress.bytesRead == nil)
        progress.endChecking()
        progress.advance(by: 7)
        #expect(progress.bytesRead == 7)
        progress.showReadingBack(unreadable: 3)
        progress.advance(by: 2)
        #expect(progress.done == 2 && progress.bytesRead == 7 && progress.unreadable == 3)
    }

    @Test(
        "work that went on and is cancelled leaves no more than was written, and it can be continued", arguments: [false, true])
    func cancelledAfterwards(_ isSparse: Bool) throws {
        let source = SimulatedSource(24 * mebibyte)
        let segments = try interrupted(source, after: 8, isSparse: isSparse)
        let partial = FilePath(segments.image.string + ".partial")
        let read = try status(of: partial).st_size
        #expect(read > 0 && read < 9 * mebibyte)
        // It goes on, which gives the file its full length, and stops again before a byte is read.
        let again = try ImageFile.reopen(segments, isSparse: isSparse)
        let job = Acquisition(source: source, images: [again], algorithms: [.sha256])
        let next = Acquisition(job, continuing: try job.prove())
        next.progress.cancel()
        #expect(throws: ImagingError.self) { try next.run() }
        next.destinations.suspend()
        #expect(try status(of: partial).st_size == source.capacity)
        #expect(try ImageFile.reopen(segments, isSparse: isSparse).abandon() == partial)
        let left = try status(of: partial)
        #expect(isSparse || left.st_size == read)
        #expect(left.st_blocks * 512 < read + mebibyte)
        let map = try Mapfile(contents(FilePath(segments.image.string + ".map")), capacity: source.capacity)
        #expect(map.map.bytes(.finished) <= Int(read))
        let target = try newImage(in: scratch.folder("next"), stem: "y", byteCount: source.capacity)
        let last = Acquisition(
            source: source, images: [target], algorithms: [.sha256], earlier: try EarlierAttempt(map, image: partial))
        #expect(try last.run().digests == [try Digest.of(source.expected, .sha256)])
    }

    @Test("a byte that changed in what was written is read again", arguments: [0, 700_000, 3 * mebibyte])
    func changedByte(_ place: Int) throws {
        let source = SimulatedSource(24 * mebibyte)
        let segments = try interrupted(source, after: 20)
        let partial = try OwnedDescriptor(opening: FilePath(segments.image.string + ".partial"), .readWrite)
        try partial.write([0], at: place)
        let (continuation, _) = try finish(segments, source)
        #expect(continuation.discardedBytes >= BlockTree.groupSize)
    }

    @Test("what a power cut took is read again: the end of the image, of the tree, both, all", arguments: [0, 1, 2, 3])
    func powerCut(_ what: Int) throws {
        let source = SimulatedSource(24 * mebibyte)
        let segments = try interrupted(source, after: 20)
        let (image, tree) = (segments.image.string + ".partial", segments.image.string + ".blocktree.partial")
        unlink(segments.image.string + ".map")
        if what != 1 { truncate(image, off_t(what == 3 ? 0 : 5 * mebibyte + 77)) }
        if what != 0 { truncate(tree, off_t(what == 3 ? 0 : 32 + 7 * 32 + 5)) }
        let (continuation, _) = try finish(segments, source)
        #expect(continuation.provenBytes == [5 * mebibyte, 7 * mebibyte / 2, 7 * mebibyte / 2, 0][what])
    }

    @Test("another medium is refused before a byte is written")
    func otherMedium() throws {
        let source = SimulatedSource(24 * mebibyte)
        let segments = try interrupted(source, after: 20)
        let partial = FilePath(segments.image.string + ".partial")
        let before = try contents(partial)
        var content = source.content
        for index in content.indices { content[index] &+= 1 }
        let other = DriveSimulation(name: "other", capacity: source.capacity, faults: DriveFaults(), isTimeReal: false) {
            [content] (offset, buffer) throws(Errno) in
            content.withUnsafeBytes {
                buffer.copyMemory(from: UnsafeRawBufferPointer(rebasing: $0[offset..<offset + buffer.count]))
            }
            return buffer.count
        }
        let job = try reopened(segments, other)
        let error = try #require(throws: ImagingError.self) { try job.prove() }
        #expect(error.code == "image-of-another-drive")
        #expect(job.progress.bytesRead == nil)
        #expect(try contents(partial).starts(with: before))
        _ = try finish(segments, source)
    }

    @Test("an image that was finished and not recorded is proven whole and read from nobody")
    func finishedUnrecorded() throws {
        let source = SimulatedSource(5 * mebibyte + 512)
        let image = try newImage(in: scratch.path, stem: "x", byteCount: source.capacity)
        _ = try Acquisition(source: source, images: [image], algorithms: [.sha256]).run()
        let (continuation, reads) = try finish(image.segments, source)
        #expect(continuation.provenBytes == source.capacity)
        #expect(reads == 0)
        #expect(try listDirectory(scratch.path) == ["x.dd", "x.dd.blocktree"])
    }

    @Test("a folder without the image is no destination, and nothing is created in it")
    func unmounted() throws {
        let segments = ImageSegments(scratch("x.dd"), nil, byteCount: mebibyte)
        let error = try #require(throws: ImagingError.self) { try ImageFile.reopen(segments, isSparse: false) }
        #expect(error.code == "destination-gone")
        #expect(try listDirectory(scratch.path).isEmpty)
    }

    @Test("a rescue that was interrupted twice knows its bad sectors and loses none")
    func rescueTwice() throws {
        let bad = [1_048_576, 5_242_880, 9_437_184].map { "\($0) 512 -\n" }.joined()
        let capacity = 16 * mebibyte
        let handle = ProgressHandle()
        let reads = Atomic(0)
        let stops: Set<Int> = [40, 300]
        let drive = try StampedDrive(capacity, bad) {
            if stops.contains(reads.add(1, ordering: .relaxed).newValue) { handle.cancel() }
        }
        let image = try newImage(in: scratch.path, stem: "x", byteCount: capacity)
        var job = Acquisition(source: drive.simulation, images: [image], algorithms: [.sha256])
        var result: Acquisition.Result?
        var rounds = 0
        while result == nil, rounds < 10 {
            rounds += 1
            handle.set(job.progress)
            result = try? job.run()
            guard result == nil else { break }
            job.destinations.suspend()
            let again = Acquisition(
                source: drive.simulation, images: [try ImageFile.reopen(image.segments, isSparse: false)], algorithms: [.sha256])
            let continuation = try again.prove()
            #expect(continuation.discardedBytes == 0)
            job = Acquisition(again, continuing: continuation)
        }
        #expect(rounds == 3)
        let unreadable = [1_048_576, 5_242_880, 9_437_184].map { ByteRange(offset: $0, length: 512) }
        #expect(result?.unreadable == unreadable)
        #expect(try contents(image.path) == drive.content(unreadable: unreadable))
    }

    /// Images of a healthy drive that is stopped after 20 reads, so that what is written first is written for certain.
    private func interrupted(_ drive: StampedDrive, _ handle: ProgressHandle, isSparse: Bool) throws -> [ImageSegments] {
        let plans = try ["a", "b"].map { DestinationPlan(folder: try scratch.folder($0), isSparse: isSparse) }
        let images = try DestinationPlan.create(plans, stem: "x", byteCount: drive.capacity)
        let job = Acquisition(source: drive.simulation, images: images, algorithms: [.sha256])
        handle.set(job.progress)
        #expect(throws: ImagingError.self) { try job.run() }
        job.destinations.suspend()
        return images.map(\.segments)
    }

    @Test(
        "where the drive no longer gives what could not be proven, the image is empty, whatever its file held there",
        arguments: [false, true])
    func staleBytes(_ isSparse: Bool) throws {
        let handle = ProgressHandle()
        let reads = Atomic(0)
        let healthy = try StampedDrive(24 * mebibyte, "") {
            if reads.add(1, ordering: .relaxed).newValue == 20 { handle.cancel() }
        }
        let segments = try interrupted(healthy, handle, isSparse: isSparse)
        let lost = ByteRange(offset: 3 * mebibyte / 2 + 512, length: 65536)
        // A byte of the same group, so that none of the group is proven; only one of two images is changed.
        let partial = FilePath(segments[1].image.string + ".partial")
        try OwnedDescriptor(opening: partial, .readWrite).write([0], at: lost.end + 100)
        #expect(try contents(partial)[lost.offset] != 0)
        let dying = try StampedDrive(24 * mebibyte, "\(lost.offset) \(lost.length) -\n")
        let images = try segments.map { try ImageFile.reopen($0, isSparse: isSparse) }
        let job = Acquisition(source: dying.simulation, images: images, algorithms: [.sha256])
        let result = try Acquisition(job, continuing: try job.prove()).run()
        #expect(result.unreadable == [lost])
        #expect(result.problems.isEmpty)
        for image in images { #expect(try contents(image.path) == dying.content(unreadable: [lost])) }
        #expect(result.digests == [try Digest.of(dying.content(unreadable: [lost]), .sha256)])
    }

    @Test("what was never written takes no space where it could not be read")
    func nothingWritten() throws {
        let drive = try StampedDrive(16 * mebibyte, "4194304 8388608 -\n")
        let image = try DestinationPlan(folder: scratch.path, isSparse: true).create(stem: "x", byteCount: drive.capacity)
        let result = try Acquisition(source: drive.simulation, images: [image], algorithms: [.sha256]).run()
        #expect(result.unreadable == drive.faults.places.map(\.range))
        #expect(try contents(image.path) == drive.content(unreadable: result.unreadable))
        #expect(try status(of: image.path).st_blocks * 512 < 9 * mebibyte)
    }

    @Test("a map that cannot be read makes no bad sector a good one: the medium is read anew")
    func damagedMap() throws {
        let handle = ProgressHandle()
        let reads = Atomic(0)
        let drive = try StampedDrive(16 * mebibyte, "1048576 512 -\n15728640 512 -\n") {
            if reads.add(1, ordering: .relaxed).newValue == 420 { handle.cancel() }
        }
        let image = try newImage(in: scratch.path, stem: "x", byteCount: drive.capacity)
        let job = Acquisition(source: drive.simulation, images: [image], algorithms: [.sha256])
        handle.set(job.progress)
        #expect(throws: ImagingError.self) { try job.run() }
        job.destinations.suspend()
        #expect(try Mapfile(contents(image.mapPath), capacity: drive.capacity).map.bytes(.bad) > 0)
        try OwnedDescriptor(opening: image.mapPath, .readWrite).write(Array("damaged".utf8), at: 0)
        let again = Acquisition(
            source: drive.simulation, images: [try ImageFile.reopen(image.segments, isSparse: false)], algorithms: [.sha256])
        let continuation = try again.prove()
        #expect(continuation.provenBytes == 0 && continuation.discardedBytes > 0)
        let result = try Acquisition(again, continuing: continuation).run()
        #expect(result.unreadable == drive.faults.places.map(\.range))
        #expect(try contents(image.path) == drive.content(unreadable: result.unreadable))
    }

    @Test("a drive that stops anywhere in a rescue is tried whole once it answers", arguments: 0..<27)
    func stopped(_ number: Int) throws {
        let reads = 20 + 23 * number
        let bad = (0..<40).map { "\(2 * mebibyte + $0 * 147_456) 512 -\n" }.joined()
        let dying = try StampedDrive(12 * mebibyte, bad + "stop \(reads)\n")
        let image = try newImage(in: scratch.path, stem: "x", byteCount: dying.capacity)
        let first = Acquisition(source: dying.simulation, images: [image], algorithms: [.sha256])
        let error = try #require(throws: ImagingError.self) { try first.run() }
        #expect(error.code == "source-stopped")
        first.destinations.suspend()
        let well = try StampedDrive(12 * mebibyte, bad)
        let job = Acquisition(
            source: well.simulation, images: [try ImageFile.reopen(image.segments, isSparse: false)], algorithms: [.sha256])
        let result = try Acquisition(job, continuing: try job.prove()).run()
        #expect(result.unreadable == well.faults.places.map(\.range))
        let summary = try #require(result.rescue)
        #expect(summary.untried == 0 && summary.ending == .complete)
    }

    @Test("options survive in the words of the record")
    func options() {
        var options = RescueOptions()
        options.retries = 3
        options.isReverse = true
        options.minimumRate = 1000
        options.timeBudget = 60
        options.firstSkip = 4096
        options.longestSkip = 65536
        options.fill = [0xDE, 0xAD]
        #expect(RescueOptions(parameters: options.parameters) == options)
        #expect(RescueOptions(parameters: RescueOptions().parameters) == RescueOptions())
    }
}
