import Custody
import FoundationEssentials

/// What `fengcun-restore` is told once the entry that says so is in the ledger: one line of JSON.
public struct RestorationOrder: Sendable, Equatable, Codable {
    /// Longest order in bytes.
    public static let byteLimit = 1 << 20

    /// Path of the image, or of its first segment.
    public var image: String
    /// Its segments; nil where it is one file.
    public var layout: ImageLayout?
    /// Length of the image in bytes.
    public var bytes: Int
    /// What is written.
    public var tails: RestorationTails

    /// Describes an order.
    public init(image: String, layout: ImageLayout?, bytes: Int, tails: RestorationTails) {
        self.image = image
        self.layout = layout
        self.bytes = bytes
        self.tails = tails
    }

    /// Reads a line; nil where it is none.
    public init?(_ line: [UInt8]) {
        guard let order = try? JSONDecoder().decode(Self.self, from: Data(line)) else { return nil }
        self = order
    }

    /// Whether it fits a device: a program that runs as root believes nobody's arithmetic.
    public func fits(_ target: RestorationTarget) -> Bool {
        let behind = tails.behind ?? 0
        return tails.written > 0 && tails.written <= bytes && tails.written <= target.capacity
            && tails.written % target.sectorSize == 0 && behind == target.capacity - tails.written
            && (tails.rest != nil) == (behind > 0)
    }

    /// One line, with its newline.
    public var line: [UInt8] { restorationLine(self) }
}

/// What `fengcun-restore` says, one line of JSON each: first the device, then how far it is, at last the end or an error.
public struct RestorationReport: Sendable, Equatable, Codable {
    /// The device, once it was judged.
    public var target: RestorationTarget?
    /// Whether it holds something that a person gave up.
    public var overwrites: Bool?
    /// Bytes that were written so far, zeros behind the image included.
    public var written: Int?
    /// Whether everything is on the device.
    public var isDone: Bool?
    /// Why it ended.
    public var error: RestorationError?

    /// Describes a report.
    public init(
        target: RestorationTarget? = nil, overwrites: Bool? = nil, written: Int? = nil, isDone: Bool? = nil,
        error: RestorationError? = nil
    ) {
        self.target = target
        self.overwrites = overwrites
        self.written = written
        self.isDone = isDone
        self.error = error
    }

    /// Reads a line; nil where it is none.
    public init?(_ line: [UInt8]) {
        guard let report = try? JSONDecoder().decode(Self.self, from: Data(line)) else { return nil }
        self = report
    }

    /// One line, with its newline.
    public var line: [UInt8] { restorationLine(self) }
}

private func restorationLine(_ value: some Encodable) -> [UInt8] {
    // Strings, numbers and enumerations only: there is nothing in these types that JSON could not hold.
    (try? [UInt8](JSONEncoder().encode(value)) + [0x0A]) ?? []
}
