import Media
import Testing

@testable import Station

@Suite("What was counted before a medium came") struct DepartedRequestsTests {
    /// A disk that this machine does not have.
    private static func disk(_ name: String, met: String?, path: String = "/devices/pci0000:00/usb2/block/x") -> BlockDevice {
        var properties = ["DEVPATH": path]
        properties["USEC_INITIALIZED"] = met
        return BlockDevice(name: name, node: "/dev/\(name)", properties: properties)
    }

    @Test("the next card in a reader is not to blame for the cards before it") func reader() {
        var departed = DepartedRequests()
        let reader = Self.disk("sdzzy", met: "1000")
        departed.note(reader, requests: 7)
        #expect(departed.requests(before: reader) == 7)
        departed.note(reader, requests: 9)
        #expect(departed.requests(before: reader) == 9)
        #expect(departed.requests(before: Self.disk("sdzzz", met: "1000")) == 0)
    }

    @Test("a disk that takes the name of a reader that is gone begins at zero") func anotherDisk() {
        var departed = DepartedRequests()
        departed.note(Self.disk("sdzzy", met: "1000"), requests: 7)
        #expect(departed.requests(before: Self.disk("sdzzy", met: "2000")) == 0)
        #expect(departed.requests(before: Self.disk("sdzzy", met: nil)) == 0)
    }

    @Test("nothing is kept of a disk that is gone, or that udev has not met") func gone() {
        var departed = DepartedRequests()
        let reader = Self.disk("sdzzy", met: "1000")
        departed.note(reader, requests: 7)
        departed.note(reader)
        #expect(departed.requests(before: reader) == 0)
        departed.note(Self.disk("sdzzy", met: nil), requests: 7)
        #expect(departed.requests(before: Self.disk("sdzzy", met: nil)) == 0)
    }
}
