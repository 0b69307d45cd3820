/// What the rules make of one disk that is plugged in.
public struct DryRun: Sendable {
    /// The disk.
    public let disk: UdevRecord
    /// Where it hangs.
    public let port: Port?
    /// Its length in bytes; nil where the kernel says none that can be (2⁵³ - 1 at most, as in strict JSON).
    public let capacity: Int?
    /// What it is called, so that it can be declared.
    public let name: DiskName?
    /// What was declared about it: about its port, or else about the disk.
    public let role: Declaration.Role?
    /// Whether it counts as evidence now, as the rules left it in udev's database; nil where no rule of ours has seen it.
    public let isEvidence: Bool?
    /// Whether it will count as evidence at its next event. A disk that carries the system is refused by `fengcun-protect` then,
    /// whatever stands here.
    public let willBeEvidence: Bool

    /// Judges a disk as the rules will: declared ports, then declared disks, then the buses of `10-fengcun.rules`.
    public init(_ disk: UdevRecord, _ rules: PortRules, _ system: SystemAttributes) {
        self.disk = disk
        port = Port(of: disk)
        name = DiskName(of: disk, system)
        capacity = system.value("\(disk.path)/size").flatMap { Int($0) }.flatMap { sectors in
            let (bytes, overflow) = sectors.multipliedReportingOverflow(by: 512)
            return overflow || !(0...1 << 53 - 1).contains(bytes) ? nil : bytes
        }
        role = rules.role(of: port) ?? rules.role(of: name)
        // The rule leaves the property away on disks on which nothing was decided.
        isEvidence = disk.properties["FENGCUN_EVIDENCE"].map { $0 == "1" }
        willBeEvidence = role.map { $0 == .evidence } ?? Self.isEvidenceByBus(disk, system)
    }

    private static func isEvidenceByBus(_ disk: UdevRecord, _ system: SystemAttributes) -> Bool {
        if disk.hidesItsPort { return true }
        let parts = disk.path.split(separator: "/")
        func hangs(on prefix: String) -> Bool {
            parts.contains { $0.hasPrefix(prefix) && $0.dropFirst(prefix.count).first?.isNumber == true }
        }
        if hangs(on: "usb") || hangs(on: "fw") || hangs(on: "memstick") || hangs(on: "pcmcia") { return true }
        if parts.contains("mmc_host"), system.nearest("type", disk.path)?.hasPrefix("SD") == true { return true }
        return system.any("removable", is: "removable", disk.path)
    }
}
