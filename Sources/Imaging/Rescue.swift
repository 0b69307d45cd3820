import Custody
import Foundation
import Integrity

/// Reads what a failing drive still gives, as GNU ddrescue's manual describes ("Algorithm"): large reads first, then the
/// edges of what failed, then sector by sector, then the bad sectors again.
final class Rescue: @unchecked Sendable {
    // Touched by the reading thread until it ends or is given up (`JobProgress.giveUp`), and by whoever waited afterwards.

    /// Ends the work before all was tried.
    struct Stop: Error { let ending: RescueSummary.Ending }

    /// Failures in a row after which known places are read, to tell a dead zone from a drive that stopped answering; the
    /// distance doubles as long as the drive proves to be alive.
    static let failuresBeforeProbe = 16
    private static let longestProbeDistance = 1024
    /// Seconds without an answer after which the same is done, however few reads failed in them: where the kernel waits for a
    /// command and repeats it, one read lasts minutes.
    static let longestSilence = 120.0
    /// Seconds that a drive which answers nothing is left alone before it is asked again, and how often.
    private static let recovery = (seconds: 5.0, times: 2)
    /// Seconds between two copies of the map beside the image.
    private static let saveInterval = 30.0

    let source: any ImageSource
    let options: RescueOptions
    private let destinations: Destinations
    private let progress: JobProgress
    private let deadline: Double?
    private let medium: String?
    private let buffer = AlignedBuffer(byteCount: Pipeline.bufferSize)
    /// Where everything stands.
    var map: RescueMap
    /// What the progress shows.
    var shown = JobProgress.Rescue(phase: .copying)
    /// Why it ended; nil while it goes on.
    var ending: RescueSummary.Ending?
    private var lastGood: ByteRange?
    /// The source's clock when the drive last gave something, or said that it cannot.
    private var lastAnswer: Double
    /// Whether it ever said that it cannot give a sector.
    private var hasRefused = false
    /// The failures since the last read that succeeded, as the map was before them.
    private var failures: [RescueMap.Region] = []
    private var nextProbe = Rescue.failuresBeforeProbe
    private var lastSave = DispatchTime.now()
    private var written: Set<Int> = []
    /// Groups of the block tree that were written to since their hash was put.
    var unhashed: [Int] { written.sorted() }

    /// Prepares the work; nothing is read yet.
    ///
    /// - Parameter deadline: time of the source's clock after which nothing more is read.
    init(
        _ source: any ImageSource, _ map: RescueMap, into destinations: Destinations, options: RescueOptions, deadline: Double?,
        medium: String?, progress: JobProgress
    ) {
        self.medium = medium
        self.source = source
        self.map = map
        self.destinations = destinations
        self.options = options
        self.deadline = deadline
        self.progress = progress
        lastAnswer = source.clock
    }

    /// The map in its form as a file.
    var mapfile: Mapfile {
        let activity: Mapfile.Activity
        if ending == .complete {
            activity = .finished
        } else {
            activity =
                switch shown.phase {
                case .checking, .takingOver, .copying, .readingBack: .copying
                case .trimming: .trimming
                case .scraping: .scraping
                case .retrying: .retrying
                }
        }
        return Mapfile(map, position: shown.position, activity: activity, pass: shown.pass, medium: medium)
    }

    /// Begins a pass.
    func begin(_ phase: RescuePhase, _ pass: Int, isBackward: Bool) {
        shown.phase = phase
        shown.pass = pass
        shown.isBackward = isBackward
        show()
    }

    private func show() {
        shown.rescued = map.bytes(.finished)
        shown.untried = map.bytes(.nonTried)
        shown.bad = map.bytes(.bad)
        shown.badAreas = map.areas(.bad)
        progress.show(shown)
    }

    /// Reads a run that lies in one region, and writes what it gave.
    ///
    /// - Parameter state: what the part that failed becomes; nil: it stays as it was.
    /// - Returns: whether all of it was read.
    /// - Throws: `Stop`, `ImagingError`.
    func read(_ range: ByteRange, orMark state: RescueMap.State?) throws -> Bool {
        try progress.checkCancelled()
        if let deadline, source.clock >= deadline { throw Stop(ending: .timeBudget) }
        shown.position = range.offset
        let piece = UnsafeMutableRawBufferPointer(rebasing: buffer.bytes[..<range.length])
        let read = try source.fill(piece, from: range.offset, progress) {
            hasRefused = true
            lastAnswer = source.clock
        }
        let count = wholeSectors(read, of: range)
        let now = source.clock
        progress.noteRead(count, at: range.offset, clock: now)
        if count > 0 {
            lastAnswer = now
            let good = ByteRange(offset: range.offset, length: count)
            try take(UnsafeRawBufferPointer(rebasing: piece[..<count]), at: good)
            lastGood = good
            failures = []
            nextProbe = Self.failuresBeforeProbe
        }
        if count < range.length {
            try failed(ByteRange(offset: range.offset + count, length: range.length - count), state)
        }
        if map.count > Mapfile.regionLimit { throw Stop(ending: .tooManyAreas) }
        show()
        try saveNowAndThen()
        return count == range.length
    }

    /// Writes what was read of a range.
    func take(_ bytes: UnsafeRawBufferPointer, at range: ByteRange) throws {
        try destinations.write(bytes, at: range.offset)
        map.set(range, to: .finished)
        for group in range.offset / BlockTree.groupSize...(range.end - 1) / BlockTree.groupSize { written.insert(group) }
    }

    /// Begins to take over what an earlier attempt read.
    func beginTakingOver() throws {
        begin(.takingOver, 1, isBackward: false)
        try saveFirst()
    }

    /// Takes over a piece that an earlier attempt read.
    func takeOver(_ bytes: UnsafeRawBufferPointer, at range: ByteRange) throws {
        try take(bytes, at: range)
        show()
        try saveNowAndThen()
    }

    /// What was read of a run, without a broken sector at its end.
    private func wholeSectors(_ count: Int, of range: ByteRange) -> Int {
        count == range.length ? count : count / source.sectorSize * source.sectorSize
    }

    private func failed(_ range: ByteRange, _ state: RescueMap.State?) throws {
        shown.readErrors += 1
        guard let state, let before = map.state(at: range.offset) else { return }
        failures.append(RescueMap.Region(range, before))
        map.set(range, to: state)
        guard failures.count >= nextProbe || isSilent(since: lastAnswer) else { return }
        guard try isAlive() else { throw ImagingError.sourceStopped(source.name, failures: failures.count) }
        lastAnswer = source.clock
        failures = []
        nextProbe = min(2 * nextProbe, Self.longestProbeDistance)
    }

    /// The map as it was before the failures since the last read that succeeded: they say nothing about the medium.
    func forgetFailures() {
        for region in failures.reversed() { map.set(region.range, to: region.state) }
        failures = []
        show()
    }

    /// Whether nothing was heard of the drive for too long.
    private func isSilent(since time: Double) -> Bool { source.clock - time >= Self.longestSilence }

    /// Whether the drive still gives what it gave before. Where nothing was read yet, places spread over it are tried once it has
    /// been silent for too long; as long as errors come quickly, nothing can be said.
    ///
    /// - Throws: `ImagingError.sourceSilent`, and what `read` throws.
    private func isAlive() throws -> Bool {
        let known = [lastGood, map.first(.finished, from: 0), map.last(.finished, before: map.size)].compactMap { $0 }
        guard !known.isEmpty else {
            if isSilent(since: lastAnswer) { try sample() }
            return true
        }
        let begun = source.clock
        for time in 0...Self.recovery.times {
            if time > 0 { source.rest(seconds: Self.recovery.seconds) }
            for range in known {
                try progress.checkCancelled()
                // Each place may last as long as what failed before.
                if isSilent(since: begun) { return false }
                let sector = UnsafeMutableRawBufferPointer(rebasing: buffer.bytes[..<min(range.length, source.sectorSize)])
                if try source.fill(sector, from: range.offset, progress) == sector.count { return true }
            }
        }
        return false
    }

    /// Places that are tried on a drive of which nothing was read yet, before it is given up; and how many of a silent one.
    private static let samples = (all: 128, ofSilent: 4)
    /// From one such place to the next, around the drive: odd, so that all are visited, and near the golden section, so that
    /// the first few lie far from each other.
    private static let sampleStep = 79

    /// A drive that gives nothing is dead or hangs, and to try all of it would take for ever: some sectors spread over it
    /// decide. One that answers nothing is not asked for longer than it takes to see that.
    ///
    /// - Throws: `ImagingError.nothingReadable`, `ImagingError.sourceSilent`, and what `read` throws.
    func sample() throws {
        let sectors = map.size / source.sectorSize
        let begun = source.clock
        for number in 1...Self.samples.all {
            // The first is the last of the drive: what was tried so far lies mostly at its beginning.
            let place = (Self.samples.all - 1 + (number - 1) * Self.sampleStep) % Self.samples.all
            let range = ByteRange(offset: sectors * place / Self.samples.all * source.sectorSize, length: source.sectorSize)
            if try read(range, orMark: nil) { return }
            if !hasRefused, number >= Self.samples.ofSilent, isSilent(since: begun) { break }
        }
        try checkAnythingWasRead()
    }

    /// A drive that gives nothing and says so has nothing to give. Where the kernel alone says it, the drive may hang.
    func checkAnythingWasRead() throws {
        guard map.bytes(.finished) == 0, map.size > 0 else { return }
        map = RescueMap(size: map.size)
        throw hasRefused ? ImagingError.nothingReadable(source.name) : .sourceSilent(source.name)
    }

    /// Keeps the map from the start on: where there is one, a group that has a hash need not be read to its end.
    func saveFirst() throws {
        try destinations.extend()
        try destinations.save(mapfile, rehashing: unhashed)
        written = []
    }

    private func saveNowAndThen() throws {
        let now = DispatchTime.now()
        guard Double(now.uptimeNanoseconds - lastSave.uptimeNanoseconds) / 1e9 >= Self.saveInterval else { return }
        try destinations.save(mapfile, rehashing: unhashed)
        written = []
        lastSave = .now()
    }
}

extension Rescue {
    /// The work in numbers, for the record.
    var summary: RescueSummary {
        RescueSummary(
            ending: ending ?? .timeBudget, untried: map.bytes(.nonTried), untrimmed: map.bytes(.nonTrimmed),
            unscraped: map.bytes(.nonScraped), bad: map.bytes(.bad), badAreas: map.areas(.bad), readErrors: shown.readErrors,
            slowReads: shown.slowReads, fill: options.fill.isEmpty ? nil : Hex.encode(options.fill))
    }
}
