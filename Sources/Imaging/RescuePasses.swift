import Custody

// The passes over the drive, in the order and with the rules of GNU ddrescue's manual, "Algorithm".
extension Rescue {
    /// Works until everything was tried as often as it should be.
    ///
    /// - Parameter start: the copying pass to begin with, and where; the beginning where it is left out.
    /// - Throws: `ImagingError`. A time budget that is used up, or more bad areas than a map may have, are no errors: they
    ///   stand in `ending`.
    func run(from start: (pass: Int, position: Int)? = nil) throws {
        do {
            try saveFirst()
            try copy(from: start)
            try trim()
            try scrape()
            for pass in 0..<options.retries { try retry(pass) }
            try checkAnythingWasRead()
            ending = .complete
        } catch let stop as Stop {
            ending = stop.ending
        } catch let error as ImagingError {
            // What failed just before may have failed because the drive was going.
            if error.isOfDrive { forgetFailures() }
            throw error
        }
    }

    /// Sectors of a drive that is tried whole before it is given up.
    private static let smallDrive = 16_384

    /// Up to five passes over what nobody tried, in alternating directions.
    private func copy(from start: (pass: Int, position: Int)?) throws {
        let first = start?.pass ?? 1
        for pass in first...max(first, 5) where map.bytes(.nonTried) > 0 {
            // The third and fourth read what was too slow for the first two.
            if pass == 3 || pass == 4, shown.slowReads == 0 { continue }
            // The last pass leaves nothing untried, wherever it was when the drive stopped answering: only what was not tried is
            // read.
            try copy(pass, from: pass == first && pass < 5 ? start?.position : nil)
            // A small one is tried whole.
            if pass == 2, map.bytes(.finished) == 0, map.size / source.sectorSize > Self.smallDrive { try sample() }
        }
    }

    private func copy(_ pass: Int, from start: Int?) throws {
        let isBackward = pass.isMultiple(of: 2) != options.isReverse
        begin(.copying, pass, isBackward: isBackward)
        var position = start ?? (isBackward ? map.size : 0)
        var meter = RateMeter(minimum: pass <= 2 ? options.minimumRate : nil)
        var (skip, calm) = (0, 0)
        // Work that goes on at a place goes on where something failed.
        var cluster = start == nil && shown.readErrors == 0 ? Pipeline.bufferSize : RescueOptions.cluster
        while let run = next(.nonTried, position, isBackward) {
            let piece = run.part(cluster, isBackward: isBackward, sectorSize: source.sectorSize)
            if piece.near(isBackward) != position { skip = 0 }
            position = piece.far(isBackward)
            let begun = source.clock
            // A large read that fails only says that something in it is bad: it is read again in small pieces.
            let isSmall = piece.length <= RescueOptions.cluster
            guard try read(piece, orMark: isSmall ? .nonTrimmed : nil) else {
                (cluster, calm) = (RescueOptions.cluster, 0)
                if !isSmall {
                    position = piece.near(isBackward)
                } else if pass == 1 {
                    skip = nextSkip(after: skip)
                    position = position.moved(by: skip, isBackward)
                } else if pass <= 4 {
                    position = run.far(isBackward)
                }
                continue
            }
            calm += piece.length
            if calm >= RescueOptions.calm { cluster = Pipeline.bufferSize }
            meter.add(piece.length, seconds: source.clock - begun)
            guard meter.isSlow else {
                skip = 0
                continue
            }
            shown.slowReads += 1
            skip = nextSkip(after: skip)
            position = position.moved(by: skip, isBackward)
        }
    }

    /// Twice the last skip, from the first to the longest, in whole sectors.
    private func nextSkip(after skip: Int) -> Int {
        let first = options.firstSkip(capacity: map.size)
        let longest = options.longestSkip(capacity: map.size)
        let next = skip == 0 ? first : min(2 * skip, longest)
        return (next + source.sectorSize - 1) / source.sectorSize * source.sectorSize
    }

    /// Reads what failed in large reads from both edges inwards until a sector fails; what is between waits.
    private func trim() throws {
        begin(.trimming, 1, isBackward: options.isReverse)
        var position = options.isReverse ? map.size : 0
        while let run = next(.nonTrimmed, position, options.isReverse) {
            position = run.far(options.isReverse)
            var rest = run
            // The edge that the pass comes to first is trimmed first.
            for isBackward in [options.isReverse, !options.isReverse] {
                // An edge beside a bad sector was trimmed already.
                if map.state(at: isBackward ? rest.end : rest.offset - 1) == .bad { continue }
                while rest.length > 0 {
                    let sector = rest.part(source.sectorSize, isBackward: isBackward, sectorSize: source.sectorSize)
                    if !isBackward { rest.offset = sector.end }
                    rest.length -= sector.length
                    guard try read(sector, orMark: .bad) else { break }
                }
            }
            map.set(rest, to: .nonScraped)
        }
    }

    /// Reads everything that is left sector by sector.
    private func scrape() throws {
        begin(.scraping, 1, isBackward: options.isReverse)
        try sectors(.nonScraped, isBackward: options.isReverse)
    }

    /// Reads every bad sector once more.
    private func retry(_ pass: Int) throws {
        let isBackward = pass.isMultiple(of: 2) == options.isReverse
        begin(.retrying, pass + 1, isBackward: isBackward)
        try sectors(.bad, isBackward: isBackward)
    }

    private func sectors(_ state: RescueMap.State, isBackward: Bool) throws {
        var position = isBackward ? map.size : 0
        while let run = next(state, position, isBackward) {
            let sector = run.part(source.sectorSize, isBackward: isBackward, sectorSize: source.sectorSize)
            position = sector.far(isBackward)
            _ = try read(sector, orMark: .bad)
        }
    }

    private func next(_ state: RescueMap.State, _ position: Int, _ isBackward: Bool) -> ByteRange? {
        isBackward ? map.last(state, before: position) : map.first(state, from: position)
    }
}

extension ImagingError {
    /// Whether the drive as a whole failed, and not a place on it.
    fileprivate var isOfDrive: Bool {
        switch self {
        case .sourceGone, .sourceStopped, .sourceSilent: true
        default: false
        }
    }
}

extension ByteRange {
    /// The end that a pass comes to first.
    fileprivate func near(_ isBackward: Bool) -> Int { isBackward ? end : offset }
    /// The end that a pass comes to last.
    fileprivate func far(_ isBackward: Bool) -> Int { isBackward ? offset : end }

    /// The part of at most so many bytes that a pass comes to first. It begins at a sector's beginning.
    fileprivate func part(_ count: Int, isBackward: Bool, sectorSize: Int) -> ByteRange {
        guard length > count else { return self }
        guard isBackward else { return ByteRange(offset: offset, length: count) }
        let start = max(offset, (end - 1) / sectorSize * sectorSize - (count - sectorSize))
        return ByteRange(offset: start, length: end - start)
    }
}

extension Int {
    /// An offset moved in the direction of a pass.
    fileprivate func moved(by count: Int, _ isBackward: Bool) -> Int { isBackward ? Swift.max(0, self - count) : self + count }
}
