import Testing

@testable import Media

@Suite("Events that wait") struct PendingEventsTests {
    private func disk(_ name: String, _ sequence: Int, _ event: Int) -> BlockDevice {
        BlockDevice(name: name, node: "/dev/" + name, properties: ["DISKSEQ": "\(sequence)", "SEQNUM": "\(event)"])
    }

    /// What waits, in few words.
    private func words(_ pending: inout PendingEvents) -> [String] {
        pending.take().map { event in
            switch event {
            case .scanned(let disks): "scan of \(disks.count)"
            case .changed(let disk): "\(disk.name) \(disk.diskSequence) event \(disk.properties["SEQNUM"] ?? "")"
            case .removed(let name, let sequence): "\(name) \(sequence) gone"
            }
        }
    }

    @Test("a storm of changes waits as its last one, and other disks keep their own") func storm() {
        var pending = PendingEvents()
        for number in 0..<10_000 {
            pending.add(.changed(disk("sdb", 7, number)))
            if number == 5000 { pending.add(.changed(disk("sdc", 8, number))) }
        }
        #expect(words(&pending) == ["sdb 7 event 9999", "sdc 8 event 5000"])
        #expect(words(&pending).isEmpty)
    }

    @Test("no stay is lost: a removal, another disk under the name, and a scan keep their places") func order() {
        var pending = PendingEvents()
        pending.add(.scanned([]))
        for number in 0..<3 {
            pending.add(.changed(disk("sdb", 7 + number, 2 * number)))
            pending.add(.changed(disk("sdb", 7 + number, 2 * number + 1)))
            if number > 0 { pending.add(.removed(name: "sdb", diskSequence: 7 + number)) }
        }
        pending.add(.changed(disk("sdb", 9, 6)))
        pending.add(.scanned([disk("sdb", 9, 7)]))
        pending.add(.changed(disk("sdb", 9, 8)))
        #expect(
            words(&pending) == [
                "scan of 0", "sdb 7 event 1", "sdb 8 event 3", "sdb 8 gone", "sdb 9 event 5", "sdb 9 gone", "sdb 9 event 6",
                "scan of 1", "sdb 9 event 8",
            ])
    }
}
