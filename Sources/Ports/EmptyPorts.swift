import Foundation

/// The ports of a machine that it shows even while nothing is plugged in: SATA and USB. A slot for NVMe drives or cards shows
/// only with something in it.
public enum EmptyPorts {
    /// Reads `/sys`.
    public static func all() -> [Port] {
        let sata = links("/sys/class/ata_port").compactMap { sataPort($0) { number($0) } }
        let usb = links("/sys/bus/usb/devices").flatMap { device in
            names(device).filter { $0.contains("-port") }.compactMap { usbPort(device + "/" + $0) }
        }
        return (sata + usb).sorted()
    }

    /// `/sys/devices/pci0000:00/0000:00:1f.2/ata2/ata_port/ata2`, whose `port_no` is 2.
    static func sataPort(_ path: String, number: (String) -> Int?) -> Port? {
        let parts = path.split(separator: "/")
        guard let index = parts.lastIndex(of: "ata_port"), index >= 2, let number = number(path + "/port_no") else { return nil }
        return try? Port("pci-\(parts[index - 2])-ata-\(number)")
    }

    /// `…/0000:00:14.0/usb2/2-0:1.0/usb2-port4` is port 4, `…/usb2/2-4/2-4:1.0/2-4-port1` is port 4.1.
    static func usbPort(_ path: String) -> Port? {
        let parts = path.split(separator: "/").map(String.init)
        guard let root = parts.firstIndex(where: { $0.hasPrefix("usb") && $0.dropFirst(3).allSatisfy(\.isNumber) }), root > 0,
            let last = parts.last, let mark = last.ranges(of: "-port").last
        else { return nil }
        let hub = last[..<mark.lowerBound].split(separator: "-").dropFirst().first
        let number = last[mark.upperBound...]
        return try? Port("pci-\(parts[root - 1])-usb-0:" + (hub.map { "\($0)." } ?? "") + number)
    }

    private static func names(_ folder: String) -> [String] {
        (try? FileManager.default.contentsOfDirectory(atPath: folder)) ?? []
    }

    private static func links(_ folder: String) -> [String] {
        names(folder).map { URL(fileURLWithPath: folder + "/" + $0).resolvingSymlinksInPath().path }
    }

    private static func number(_ path: String) -> Int? {
        (try? String(contentsOfFile: path, encoding: .utf8)).flatMap { Int($0.filter { !$0.isNewline }) }
    }
}
