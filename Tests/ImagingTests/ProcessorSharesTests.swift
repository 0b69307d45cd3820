import Foundation
import Synchronization
import TestSupport
import Testing

@testable import Imaging

/// Fair places, and threads that share them.
@Suite struct ProcessorSharesTests {
    /// Parties with pieces of their own size, each of which takes as long as it is large.
    private struct Simulation {
        private var queue: FairQueue<Int>
        private let sizes: [Int]
        private var ends: [Int]
        private var clock = 0
        /// What each party has had.
        private(set) var done: [Int]
        /// Who is in, and until when.
        private(set) var isIn: [(party: Int, until: Int)] = []

        init(places: Int, sizes: [Int]) {
            queue = FairQueue(places: places, arrears: 100)
            self.sizes = sizes
            done = sizes.map { _ in 0 }
            ends = done
        }

        mutating func come(_ party: Int) {
            let (start, entered) = queue.arrive(party, after: ends[party])
            ends[party] = start + sizes[party]
            if entered { isIn.append((party, clock + sizes[party])) }
        }

        /// The piece that is done next is done.
        ///
        /// - Returns: whose it was.
        @discardableResult
        mutating func finish(comesAgain: (Int) -> Bool = { _ in true }) -> Int? {
            guard let index = isIn.indices.min(by: { isIn[$0].until < isIn[$1].until }) else { return nil }
            let (party, until) = isIn.remove(at: index)
            clock = until
            done[party] += sizes[party]
            if let next = queue.leave() { isIn.append((next, clock + sizes[next])) }
            if comesAgain(party) { come(party) }
            return party
        }
    }

    @Test(arguments: [1, 2, 3]) func whoAlwaysWantsMoreGetsAsMuchAsTheOthers(places: Int) {
        var random = SeededRandom(7)
        for _ in 0..<50 {
            let sizes = (0..<8).map { _ in Int.random(in: 10...20, using: &random) }
            var simulation = Simulation(places: places, sizes: sizes)
            for party in sizes.indices { simulation.come(party) }
            for _ in 0..<2_000 {
                #expect(simulation.isIn.count == places)
                simulation.finish()
                let done = simulation.done
                #expect((done.max() ?? 0) - (done.min() ?? 0) <= 20 * (places + 1), "\(sizes): \(done)")
            }
        }
    }

    @Test func whoComesLateIsOwedLittle() {
        var simulation = Simulation(places: 1, sizes: [10, 10, 10])
        simulation.come(0)
        simulation.come(1)
        for _ in 0..<1_000 { simulation.finish() }
        simulation.come(2)
        let before = simulation.done
        for _ in 0..<310 { simulation.finish() }
        let got = zip(before, simulation.done).map { $1 - $0 }
        // What it is owed, one piece, and its third of the rest.
        #expect((990...1_010).contains(got[0]) && (990...1_010).contains(got[1]) && (1_090...1_120).contains(got[2]), "\(got)")
    }

    @Test func whoWantsLittleIsServedNext() {
        var simulation = Simulation(places: 1, sizes: [10, 10, 10, 1])
        for party in 0..<3 { simulation.come(party) }
        for _ in 0..<100 { simulation.finish() }
        for _ in 0..<50 {
            let before = simulation.done[3]
            simulation.come(3)
            // The piece that is being worked on, and those of the others that were to begin no later.
            for _ in 0..<4 where simulation.done[3] == before { simulation.finish { $0 != 3 } }
            #expect(simulation.done[3] == before + 1)
            #expect(simulation.isIn.count == 1)
        }
    }

    @Test func aPlaceThatNobodyWantsIsFree() {
        var queue = FairQueue<Int>(places: 2, arrears: 0)
        #expect(queue.arrive(0, after: 0).isIn)
        #expect(queue.arrive(1, after: 0).isIn)
        #expect(!queue.arrive(2, after: 0).isIn)
        #expect(queue.leave() == 2)
        #expect(queue.leave() == nil)
        #expect(queue.leave() == nil)
        #expect(queue.arrive(3, after: 0).isIn)
        #expect(queue.arrive(4, after: 0).isIn)
        #expect(!queue.arrive(5, after: 0).isIn)
    }

    @Test func threadsAreNeverMoreThanThereArePlaces() {
        struct Failure: Error {}
        let shares = ProcessorShares(places: 2)
        let counts = Mutex((now: 0, most: 0, all: 0))
        let running = DispatchGroup()
        for number in 0..<8 {
            running.enter()
            Thread.detachNewThread {
                var share = ProcessorShare(of: shares)
                for piece in 0..<500 {
                    // What fails gives its place back, too.
                    try? share.hash(1) {
                        counts.withLock {
                            $0.now += 1
                            $0.most = max($0.most, $0.now)
                            $0.all += 1
                        }
                        if piece % 100 == number { usleep(1_000) }
                        counts.withLock { $0.now -= 1 }
                        if piece.isMultiple(of: 3) { throw Failure() }
                    }
                }
                running.leave()
            }
        }
        running.wait()
        #expect(counts.withLock { $0.all } == 4_000)
        #expect(counts.withLock { $0.now } == 0)
        #expect(counts.withLock { $0.most } == 2)
    }
}
