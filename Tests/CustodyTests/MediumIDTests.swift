import Testing

@testable import Custody

@Suite("What tells a medium apart")
struct MediumIDTests {
    static let plain = MediumDescription(
        make: "ACME", model: "D1", serial: "S1", wwn: nil, firmware: "1.0", bus: "usb", capacity: 1 << 30, logicalSectorSize: 512,
        physicalSectorSize: 4096, removable: false, partitionTable: "gpt", partitions: [], diskSequence: 7,
        udev: ["ID_BUS": "usb"])
    static let sample = ContentSample(sha256: String(repeating: "a", count: 64), blocks: 16, uniform: false)

    static func id(
        _ sample: ContentSample? = nil, boot: String = "boot-1", _ change: (inout MediumDescription) -> Void = { _ in }
    ) -> MediumID {
        var description = plain
        change(&description)
        return MediumID(description, sample: sample, boot: boot)
    }

    /// The first eight bytes of SHA-256("8:reported4:ACME2:D12:S10:10:1073741824"), computed with another program.
    @Test("an id is m- and 16 hexadecimal digits, and stays the same")
    func form() {
        #expect(Self.id().text == "m-a4fd53247938d17c")
        #expect(Self.id().description == Self.id().text)
    }

    @Test("a medium with a serial keeps its id on another port, after a reboot, with other firmware, partitions and content")
    func stable() {
        let id = Self.id()
        #expect(Self.id(boot: "boot-2") == id)
        #expect(Self.id(Self.sample) == id)
        #expect(
            Self.id {
                $0.firmware = "2.0"
                $0.bus = "ata"
                $0.partitionTable = nil
                $0.partitions = [.init(number: 1, offset: 0, length: 512)]
                $0.diskSequence = 8
                $0.udev = [:]
                $0.logicalSectorSize = 4096
                $0.removable = true
            } == id)
    }

    @Test("make, model, serial, world-wide name and capacity each tell two media apart")
    func identifying() {
        let ids = [
            Self.id(), Self.id { $0.make = "ACME2" }, Self.id { $0.model = "D2" }, Self.id { $0.serial = "S2" },
            Self.id { $0.wwn = "w" },
            Self.id { $0.capacity += 512 }, Self.id { $0.make = nil }, Self.id { $0.model = nil },
            Self.id {
                $0.serial = nil
                $0.wwn = "S1"
            },
        ]
        #expect(Set(ids).count == ids.count)
    }

    @Test("text that moves from one field into the next makes another medium")
    func boundaries() {
        func joined(_ make: String?, _ model: String?) -> MediumID {
            Self.id {
                $0.make = make
                $0.model = model
            }
        }
        let ids = [
            joined("ab", "c"), joined("a", "bc"), joined("abc", nil), joined(nil, "abc"), joined("abc2:D1", ""),
            joined("ab1:c", nil),
        ]
        #expect(Set(ids).count == ids.count)
    }

    @Test("without serial and world-wide name the content decides, whatever make and port")
    func content() {
        let id = Self.id(Self.sample) { $0.serial = nil }
        #expect(
            Self.id(Self.sample, boot: "boot-2") {
                $0.serial = nil
                $0.make = nil
                $0.diskSequence = 99
            } == id)
        let other = ContentSample(sha256: String(repeating: "b", count: 64), blocks: 16, uniform: false)
        #expect(Self.id(other) { $0.serial = nil } != id)
        #expect(
            Self.id(Self.sample) {
                $0.serial = nil
                $0.capacity += 512
            } != id)
    }

    @Test(
        "a blank medium, or one that cannot be sampled, without a serial is known only while it stays", arguments: [true, false])
    func blank(_ sampled: Bool) {
        let sample = sampled ? ContentSample(sha256: String(repeating: "0", count: 64), blocks: 16, uniform: true) : nil
        let id = Self.id(sample) { $0.serial = nil }
        #expect(Self.id(sample) { $0.serial = nil } == id)
        #expect(Self.id(sample, boot: "boot-2") { $0.serial = nil } != id)
        #expect(
            Self.id(sample) {
                $0.serial = nil
                $0.diskSequence = 8
            } != id)
    }
}
