import Foundation
import TestSupport
import Testing

/// How often a drive is plugged in for the measurement.
private let plugs = ProcessInfo.processInfo.environment["FENGCUN_PLUGS"].flatMap { Int($0) } ?? 0

extension VM {
    /// How long it takes from udev's first look at a disk until its attach entry is on stable storage. Not part of the tests:
    /// `Benchmarks/attach` asks for it.
    @Suite(.enabled(if: plugs > 0, "measures, and judges nothing: see Benchmarks/attach"))
    struct AttachTime {
        @Test func measure() throws {
            let laboratory = try Laboratory.shared
            let machine = laboratory.machine
            var milliseconds: [Double] = []
            for number in 0..<plugs {
                let drive = try Drive(laboratory.folder, "plug\(number)", bytes: 8 << 20)
                let node = try machine.plugIn(drive, .usb(1))
                let device = try #require(machine.devices().first { $0["device"].string == node })
                let entry = try machine.entries(from: device["entry"].int)[0]
                // Both are microseconds of CLOCK_MONOTONIC.
                let began = try machine.run("udevadm info --query=property --property=USEC_INITIALIZED --value \(node)")
                milliseconds.append(Double(entry["monotonic"].int - (Int(began) ?? 0)) / 1000)
                try machine.pull(drive, .usb(1))
                try FileManager.default.removeItem(atPath: drive.file.string)
            }
            milliseconds.sort()
            func percentile(_ share: Double) -> Int {
                Int(milliseconds[min(milliseconds.count - 1, Int(Double(milliseconds.count) * share))])
            }
            print("attach to entry: \(plugs)", percentile(0), percentile(0.5), percentile(0.99), percentile(1))
        }
    }
}
