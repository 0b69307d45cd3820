import Custody
import DurableFiles
import Foundation
import Integrity
import Synchronization
import SystemPackage
import TestSupport
import Testing

@testable import Imaging

private let mebibyte = 1 << 20

/// A disk that keeps a log of its reads; a test says when each answers, and which fail.
private final class LoggedDisk: ImageSource {
    struct Log {
        var begun: [ByteRange] = []
        var answered: Set<Int> = []
        var (active, mostActive, mostActiveAfterError) = (0, 0, 0)
        var hasFailed = false
    }

    let name = "/dev/logged"
    let capacity: Int
    let sectorSize = 512
    let content: [UInt8]
    private let errors: [Int: Errno]
    private let log = Mutex(Log())
    private let beforeAnswer: @Sendable (LoggedDisk, Int) -> Void

    /// - Parameters:
    ///   - errors: what sectors answer that cannot be read, by their offset.
    ///   - beforeAnswer: called by the thread that reads, with the offset.
    init(_ capacity: Int, errors: [Int: Errno] = [:], beforeAnswer: @escaping @Sendable (LoggedDisk, Int) -> Void = { _, _ in }) {
        self.capacity = capacity
        self.errors = errors
        self.beforeAnswer = beforeAnswer
        content = SimulatedSource(capacity).content
    }

    var state: Log { log.withLock { $0 } }

    /// Waits until the log says something.
    func wait(until isTrue: (Log) -> Bool) { while !isTrue(state) { usleep(100) } }

    func isPresent() -> Bool { true }

    func read(at offset: Int, into buffer: UnsafeMutableRawBufferPointer) throws(Errno) -> Int {
        let range = ByteRange(offset: offset, length: min(buffer.count, capacity - offset))
        log.withLock { log in
            log.begun.append(range)
            log.active += 1
            log.mostActive = max(log.mostActive, log.active)
            if log.hasFailed { log.mostActiveAfterError = max(log.mostActiveAfterError, log.active) }
        }
        beforeAnswer(self, offset)
        let error = errors.first { $0.key >= range.offset && $0.key < range.end }?.value
        if error == nil {
            content[range.offset..<range.end].withUnsafeBytes { buffer.copyMemory(from: $0) }
        }
        log.withLock { log in
            log.active -= 1
            log.answered.insert(offset)
            log.hasFailed = log.hasFailed || error != nil
        }
        if let error { throw error }
        return range.length
    }
}

@Suite("Several reads under way")
struct RequestTests {
    let scratch = TemporaryFolder()

    private func job(_ disk: any ImageSource, requests: Int, stem: String = "image") throws -> Acquisition {
        Acquisition(
            source: disk, images: [try newImage(in: scratch.path, stem: stem, byteCount: disk.capacity)],
            algorithms: [.md5, .sha256], requests: requests)
    }

    @Test("whatever order the answers come in, the image is the source, and everything was read once", arguments: [1, 2, 4, 8])
    func order(_ requests: Int) throws {
        let disk = LoggedDisk(40 * mebibyte + 1536) { disk, offset in
            // So many are under way before the first answers.
            if offset < requests * mebibyte { disk.wait { $0.begun.count >= requests } }
            usleep(UInt32.random(in: 0...3000))
        }
        let result = try job(disk, requests: requests).run()
        #expect(result.digestSource == .stream && result.rescue == nil)
        #expect(result.digests == [try Digest.of(disk.content, .md5), try Digest.of(disk.content, .sha256)])
        #expect(try contents(scratch("image.dd")) == disk.content)
        #expect(disk.state.mostActive == requests)
        #expect(disk.state.begun.map(\.offset).sorted() == (0...40).map { $0 * mebibyte })
    }

    @Test("reads that were under way together share the time, so that every place has a rate", arguments: [1, 3, 4])
    func rates(_ requests: Int) throws {
        let disk = LoggedDisk(12 * mebibyte) { _, _ in usleep(3000) }
        let buckets = try job(disk, requests: requests).run().rates.buckets
        #expect(buckets.map(\.bytes) == Array(repeating: mebibyte, count: 12))
        for start in stride(from: 0, to: 12, by: requests) {
            let times = buckets[start..<start + requests].map(\.microseconds)
            #expect(try #require(times.min()) > 0)
            // But for the fractions that each drops.
            #expect(try #require(times.max()) - #require(times.min()) <= 1)
        }
    }

    @Test("what was read behind an error is kept, and all else is as with one read at a time")
    func error() throws {
        let bad = 3 * mebibyte + 20_480
        let errors = [bad: Errno.ioError, bad + 512: .ioError]
        let disk = LoggedDisk(12 * mebibyte, errors: errors) { disk, offset in
            // The large read that fails answers when all behind it have.
            guard offset == 3 * mebibyte, !disk.state.hasFailed else { return }
            disk.wait { $0.answered.isSuperset(of: [4 * mebibyte, 5 * mebibyte, 6 * mebibyte]) }
        }
        let several = try job(disk, requests: 4).run()
        let one = try job(LoggedDisk(12 * mebibyte, errors: errors), requests: 1, stem: "one").run()
        #expect(several.unreadable == [ByteRange(offset: bad, length: 1024)])
        #expect(several.unreadable == one.unreadable && several.digests == one.digests)
        #expect(several.blockTree == one.blockTree)
        #expect(try #require(several.mapfile).map == one.mapfile?.map)
        #expect(try contents(scratch("image.dd")) == contents(scratch("one.dd")))
        let behind = disk.state.begun.filter { $0.end > 4 * mebibyte && $0.offset < 7 * mebibyte }
        #expect(behind.map(\.length) == [mebibyte, mebibyte, mebibyte])
        // A drive that failed is asked for one thing at a time.
        #expect(disk.state.mostActiveAfterError == 1)
    }

    @Test("a disk that goes while several reads are under way ends the job as before, and the job goes on")
    func gone() throws {
        let disk = LoggedDisk(12 * mebibyte, errors: [3 * mebibyte: .noSuchAddressOrDevice]) { disk, offset in
            if offset == 3 * mebibyte { disk.wait { $0.answered.contains(6 * mebibyte) } }
        }
        let begun = try job(disk, requests: 4)
        let error = try #require(throws: ImagingError.self) { try begun.run() }
        #expect(error.code == "source-gone")
        #expect(try #require(begun.mapfileAtEnd).map.bytes(.finished) == 3 * mebibyte)
        begun.destinations.suspend()
        let again = LoggedDisk(12 * mebibyte)
        let image = try ImageFile.reopen(begun.destinations.images[0].segments, isSparse: false)
        let prepared = Acquisition(source: again, images: [image], algorithms: [.md5, .sha256], requests: 4)
        let continuation = try prepared.prove()
        #expect(continuation.provenBytes == 3 * mebibyte)
        let result = try Acquisition(prepared, continuing: continuation).run()
        #expect(result.digests == [try Digest.of(disk.content, .md5), try Digest.of(disk.content, .sha256)])
        #expect(try contents(scratch("image.dd")) == disk.content)
    }

    @Test("several reads that hang do not hold up a cancelled job")
    func hangs() throws {
        let isOpen = Mutex(false)
        let disk = LoggedDisk(16 * mebibyte) { _, offset in
            while offset >= 2 * mebibyte, !isOpen.withLock({ $0 }) { usleep(1000) }
        }
        let job = try job(disk, requests: 4)
        Thread.detachNewThread {
            while job.progress.waitingSeconds < 1 { usleep(10_000) }
            job.progress.cancel()
        }
        let error = try #require(throws: ImagingError.self) { try job.run() }
        #expect(error.code == "cancelled")
        #expect(try #require(job.mapfileAtEnd).map.bytes(.finished) == 2 * mebibyte)
        let image = job.destinations.images[0]
        _ = image.abandon()
        isOpen.withLock { $0 = true }
        disk.wait { $0.active == 0 }
        usleep(200_000)
        #expect(try status(of: image.partialPath).st_size == 2 * mebibyte)
    }

    @Test("a drive that does not answer holds up no other")
    func dying() throws {
        let areDone = Mutex(false)
        let dying = LoggedDisk(4 * mebibyte) { _, offset in
            while offset >= mebibyte, !areDone.withLock({ $0 }) { usleep(1000) }
        }
        let stuck = try job(dying, requests: 4, stem: "dying")
        let end = DispatchSemaphore(value: 0)
        let digests = Mutex<[Digest]>([])
        Thread.detachNewThread {
            let result = try? stuck.run()
            digests.withLock { $0 = result?.digests ?? [] }
            end.signal()
        }
        let healthy = (0..<7).map { _ in LoggedDisk(8 * mebibyte) }
        let jobs = try healthy.enumerated().map { try job($1, requests: 4, stem: "healthy\($0)") }
        let results = Mutex<[Int: [Digest]]>([:])
        DispatchQueue.concurrentPerform(iterations: jobs.count) { index in
            let result = try? jobs[index].run()
            results.withLock { $0[index] = result?.digests }
        }
        let expected = [try Digest.of(healthy[0].content, .md5), try Digest.of(healthy[0].content, .sha256)]
        for index in jobs.indices { #expect(results.withLock { $0[index] } == expected) }
        #expect(stuck.progress.done <= mebibyte)
        areDone.withLock { $0 = true }
        end.wait()
        #expect(try digests.withLock { $0 } == [Digest.of(dying.content, .md5), Digest.of(dying.content, .sha256)])
    }
}
