import Control
import TestSupport
import Testing

@testable import Station

/// Which jobs run and which wait.
@Suite struct JobScheduleTests {
    private static func schedule(running: Int = 2, waiting: Int = 100, perBus: Int? = nil) -> JobSchedule {
        JobSchedule(JobLimits(running: running, waiting: waiting, perBus: perBus))
    }

    @Test func jobsBeginInTheirOrderAsPlacesBecomeFree() {
        var schedule = Self.schedule()
        #expect(schedule.submit("a", bus: nil, priority: .normal) == ["a"])
        #expect(schedule.submit("b", bus: nil, priority: .normal) == ["b"])
        #expect(schedule.submit("c", bus: nil, priority: .normal) == [])
        #expect(schedule.submit("d", bus: nil, priority: .normal) == [])
        #expect(schedule.ended("b") == ["c"])
        #expect(schedule.ended("a") == ["d"])
        #expect(schedule.ended("c") == [])
    }

    @Test func aHigherPriorityGoesFirstAndStopsNobody() {
        var schedule = Self.schedule(running: 1)
        #expect(schedule.submit("a", bus: nil, priority: .low) == ["a"])
        #expect(schedule.submit("low", bus: nil, priority: .low) == [])
        #expect(schedule.submit("normal", bus: nil, priority: .normal) == [])
        #expect(schedule.submit("high", bus: nil, priority: .high) == [])
        #expect(schedule.ended("a") == ["high"])
        schedule.setPriority(.high, of: "low")
        #expect(schedule.ended("high") == ["low"])
        #expect(schedule.ended("low") == ["normal"])
    }

    @Test func aFullBusHoldsUpNobodyElse() {
        var schedule = Self.schedule(running: 4, perBus: 1)
        #expect(schedule.submit("usb1", bus: "usb", priority: .normal) == ["usb1"])
        #expect(schedule.submit("usb2", bus: "usb", priority: .high) == [])
        #expect(schedule.submit("ata1", bus: "ata", priority: .low) == ["ata1"])
        #expect(schedule.submit("copy", bus: nil, priority: .low) == ["copy"])
        #expect(schedule.ended("ata1") == [])
        #expect(schedule.ended("usb1") == ["usb2"])
    }

    @Test func whatIsLetGoTakesNoPlaceAndFreesNone() {
        var schedule = Self.schedule(running: 1)
        #expect(schedule.submit("a", bus: nil, priority: .normal) == ["a"])
        #expect(schedule.submit("b", bus: nil, priority: .normal) == [])
        #expect(schedule.submit("c", bus: nil, priority: .normal) == [])
        schedule.letGo("b")
        #expect(schedule.ended("b") == [])
        #expect(schedule.ended("a") == ["c"])
    }

    @Test func theQueueHasABound() {
        var schedule = Self.schedule(running: 1, waiting: 2)
        for id in ["a", "b"] { _ = schedule.submit(id, bus: nil, priority: .normal) }
        #expect(schedule.hasRoom(bus: nil))
        _ = schedule.submit("c", bus: nil, priority: .normal)
        #expect(!schedule.hasRoom(bus: nil))
        _ = schedule.ended("a")
        #expect(schedule.hasRoom(bus: nil))
        var unwilling = Self.schedule(running: 1, waiting: 0)
        #expect(unwilling.hasRoom(bus: nil))
        _ = unwilling.submit("a", bus: nil, priority: .normal)
        #expect(!unwilling.hasRoom(bus: nil))
    }

    @Test func whoeverHardlyGetsOnLeavesHisPlaceToOthers() {
        var schedule = Self.schedule(running: 2, perBus: 1)
        #expect(schedule.submit("dying", bus: "usb", priority: .normal) == ["dying"])
        #expect(schedule.submit("a", bus: "usb", priority: .normal) == [])
        #expect(schedule.setSlow(true, "dying") == ["a"])
        #expect(schedule.submit("b", bus: nil, priority: .normal) == ["b"])
        #expect(schedule.submit("c", bus: nil, priority: .normal) == [])
        // It gets on again: nobody is stopped for it, and nobody begins before there is room.
        #expect(schedule.setSlow(false, "dying") == [])
        #expect(schedule.ended("a") == [])
        #expect(schedule.setSlow(false, "unknown") == [])
        #expect(schedule.ended("b") == ["c"])
        #expect(schedule.ended("dying") == [])
    }

    @Test func noMoreThanTwiceAsManyRunAsMay() {
        var schedule = Self.schedule(running: 2)
        #expect(schedule.submit("a", bus: nil, priority: .normal) == ["a"])
        #expect(schedule.submit("b", bus: nil, priority: .normal) == ["b"])
        for id in ["c", "d", "e", "f"] { #expect(schedule.submit(id, bus: nil, priority: .normal) == []) }
        #expect(schedule.setSlow(true, "a") == ["c"])
        #expect(schedule.setSlow(true, "b") == ["d"])
        #expect(schedule.setSlow(true, "c") == [])
        #expect(schedule.ended("d") == ["e"])
        #expect(schedule.ended("a") == ["f"])
    }

    @Test func whatBeginsAtOnceNeedsNoRoomInTheQueue() {
        var schedule = Self.schedule(running: 2, waiting: 0, perBus: 1)
        #expect(schedule.submit("usb1", bus: "usb", priority: .normal) == ["usb1"])
        #expect(!schedule.hasRoom(bus: "usb"))
        #expect(schedule.hasRoom(bus: "ata") && schedule.hasRoom(bus: nil))
    }

    /// Whatever comes and goes: never more run than may, nothing that may run waits, the best of what waits begins, and every
    /// job begins once.
    @Test(arguments: 0..<50) func anyOrderKeepsTheLimits(seed: Int) {
        struct Waiting {
            let id: String
            let number: Int
            let bus: String?
            var rank: Int
        }
        let ranks: [JobView.Priority] = [.high, .normal, .low]
        var random = SeededRandom(UInt64(seed))
        var schedule = Self.schedule(running: 3, perBus: 2)
        var (running, waiting): ([String: String?], [Waiting]) = ([:], [])
        func isTaken(_ bus: String?) -> Bool { bus != nil && running.values.count { $0 == bus } == 2 }
        func check(_ begun: [String]) {
            for id in begun {
                let able = waiting.filter { !isTaken($0.bus) }
                let best = able.min { ($0.rank, $0.number) < ($1.rank, $1.number) }
                #expect(running.count < 3 && best?.id == id)
                waiting.removeAll { $0.id == id }
                running[id] = .some(best?.bus)
            }
            #expect(running.count == 3 || waiting.allSatisfy { isTaken($0.bus) })
        }
        for number in 0..<300 {
            switch Int.random(in: 0..<8, using: &random) {
            case 0..<3:
                guard let id = running.keys.sorted().randomElement(using: &random) else { continue }
                running[id] = nil
                check(schedule.ended(id))
            case 3:
                guard let index = waiting.indices.randomElement(using: &random) else { continue }
                waiting[index].rank = Int.random(in: 0..<3, using: &random)
                schedule.setPriority(ranks[waiting[index].rank], of: waiting[index].id)
            case 4:
                guard let index = waiting.indices.randomElement(using: &random) else { continue }
                schedule.letGo(waiting.remove(at: index).id)
            default:
                let (bus, rank) = (
                    ["usb", "ata", nil].randomElement(using: &random) ?? nil, Int.random(in: 0..<3, using: &random)
                )
                waiting.append(Waiting(id: "\(number)", number: number, bus: bus, rank: rank))
                check(schedule.submit("\(number)", bus: bus, priority: ranks[rank]))
            }
        }
        for id in running.keys.sorted() {
            running[id] = nil
            check(schedule.ended(id))
        }
        while let id = running.keys.min() {
            running[id] = nil
            check(schedule.ended(id))
        }
        #expect(waiting.isEmpty)
    }
}
