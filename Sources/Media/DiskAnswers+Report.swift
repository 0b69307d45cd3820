import Custody
import DriveCommands
import DriveReplies

extension DiskAnswers {
    /// Reads what a disk answered; nil where nothing in it names a disk.
    ///
    /// NVMe before ATA before SCSI: behind a bridge all but the ATA data are the bridge's own.
    public init?(_ report: ProbeReport) {
        if let controller = report.data(.nvmeController).flatMap({ NVMeController($0) }) {
            self.init(controller, report)
        } else if let identify = Self.identify(report).flatMap({ ATAIdentify($0) }) {
            self.init(identify, report)
        } else if let inquiry = report.data(.inquiry).flatMap({ SCSIInquiry($0) }) {
            self.init(inquiry, report)
        } else {
            return nil
        }
        if let discovery = [.securityDiscovery, .nvmeSecurityDiscovery].lazy.compactMap({ report.data($0) }).first
            .flatMap({ TCGDiscovery($0) })
        {
            selfEncryption = SelfEncryption(
                classes: discovery.classes, lockingEnabled: discovery.lockingEnabled, locked: discovery.locked,
                shadowsMBR: discovery.shadowsMBR)
        }
    }

    /// IDENTIFY DEVICE data: from the disk, or as its translation layer keeps them.
    private static func identify(_ report: ProbeReport) -> [UInt8]? {
        report.data(.ataIdentify) ?? report.data(.vpdATAInformation).flatMap { ATAInformation($0)?.identify }
    }

    // MARK: NVMe

    private init(_ controller: NVMeController, _ report: ProbeReport) {
        self.init(.nvme)
        take(model: controller.model, serial: controller.serial, firmware: controller.firmware)
        trim = controller.trim
        warningTemperature = controller.warningTemperature
        rotation = 0
        if let namespace = report.data(.nvmeNamespace).flatMap({ NVMeNamespace($0) }) {
            wwn = namespace.wwn.map { "eui." + $0 }
            capacity = namespace.size
            logicalSectorSize = namespace.sectorSize
            afterTrim = namespace.afterTrim.rawValue
        }
        if let unallocated = controller.unallocatedCapacity, unallocated > 0 { hide(.unallocated, unallocated) }
        if let active = report.data(.nvmeActiveNamespaces), let allocated = report.data(.nvmeAllocatedNamespaces),
            !Set(namespaceList(allocated)).isSubset(of: namespaceList(active))
        {
            hide(.detachedNamespaces, nil)
        }
    }

    // MARK: ATA

    private init(_ identify: ATAIdentify, _ report: ProbeReport) {
        self.init(.ata)
        take(model: identify.model, serial: identify.serial, firmware: identify.firmware)
        wwn = identify.wwn.map { "0x" + $0 }
        capacity = identify.capacity
        logicalSectorSize = identify.logicalSectorSize
        physicalSectorSize = identify.physicalSectorSize
        rotation = identify.rotation?.number
        formFactor = identify.formFactor?.text
        linkSpeed = identify.speed
        fastestLinkSpeed = identify.fastestSpeed
        trim = identify.trim
        afterTrim = identify.afterTrim.rawValue
        security = identify.security.names
        if identify.checksum == false { oddities.append("checksum") }
        findHidden(identify, report)
    }

    /// Compares the last addresses: what can be addressed, what could be without a host protected area (or an accessible maximum),
    /// and what could be as the disk left the factory.
    private mutating func findHidden(_ identify: ATAIdentify, _ report: ProbeReport) {
        func registers(_ command: DriveCommand) -> UInt64? {
            report.replies.first { $0.command == command && $0.outcome == .answered }
                .flatMap { ATARegisters(sense: $0.sense)?.nativeMaximum }
        }
        func length(_ sectors: UInt64) -> Int? {
            let (product, overflow) = sectors.multipliedReportingOverflow(by: UInt64(identify.logicalSectorSize))
            return overflow || product > 1 << 53 - 1 ? nil : Int(product)
        }
        var addressable = identify.sectors
        let areas: [(HiddenArea, UInt64?)] = [
            (.hostProtectedArea, registers(.ataNativeMaximumExtended) ?? registers(.ataNativeMaximum)),
            (.accessibleMaximum, registers(.ataAccessibleMaximum)),
            (.deviceConfiguration, report.data(.ataConfiguration).flatMap { DeviceConfiguration($0)?.maximum }),
        ]
        // The addresses have 48 bits: one more does not overflow.
        for case (let area, let last?) in areas where last + 1 > addressable {
            hide(area, length(last + 1 - addressable))
            addressable = last + 1
        }
    }

    // MARK: SCSI

    private init(_ inquiry: SCSIInquiry, _ report: ProbeReport) {
        self.init(.scsi)
        let serial = report.data(.vpdSerial).flatMap { VPDPage.serial($0) }
        take(make: inquiry.vendor, model: inquiry.product, serial: serial, firmware: inquiry.revision)
        wwn = report.data(.vpdIdentification).flatMap { DeviceIdentification($0)?.wwn }.map { "0x" + $0 }
        if let length = report.data(.readCapacity).flatMap({ ReadCapacity($0) }) {
            capacity = length.capacity
            logicalSectorSize = length.logicalSectorSize
            physicalSectorSize = length.physicalSectorSize
        }
        if let characteristics = report.data(.vpdCharacteristics).flatMap({ BlockCharacteristics($0) }) {
            rotation = characteristics.rotation?.number
            formFactor = characteristics.formFactor?.text
        }
        if let provisioning = report.data(.vpdProvisioning).flatMap({ BlockProvisioning($0) }) {
            trim = provisioning.unmap
            afterTrim = provisioning.afterUnmap.rawValue
        }
    }

    // MARK: Texts

    mutating func take(make: DriveText? = nil, model: DriveText, serial: DriveText?, firmware: DriveText?) {
        self.make = make.flatMap { MediumProbe.clean($0.text) }
        self.model = MediumProbe.clean(model.text)
        self.serial = serial.flatMap { MediumProbe.clean($0.text) }
        self.firmware = firmware.flatMap { MediumProbe.clean($0.text) }
        for (name, text) in [("make", make), ("model", model), ("serial", serial), ("firmware", firmware)] {
            oddities += (text?.oddities.map(\.rawValue) ?? []).sorted().map { "\(name): \($0)" }
        }
    }

    private mutating func hide(_ area: HiddenArea, _ bytes: Int?) { hidden.append(Hidden(area: area.rawValue, bytes: bytes)) }
}

extension Rotation {
    /// Revolutions a minute, 0 for none.
    fileprivate var number: Int {
        switch self {
        case .none: 0
        case .perMinute(let number): number
        }
    }
}

extension ATAIdentify.Security {
    /// What is set, by name.
    fileprivate var names: [String] {
        [
            ("supported", supported), ("enabled", enabled), ("locked", locked), ("frozen", frozen), ("expired", expired),
            ("maximum", isMaximum),
        ].filter(\.1).map(\.0)
    }
}

extension MediumDescription {
    /// Takes over what the disk itself says in a report. Where the disk did not come back from a command, or nothing in the
    /// report names it, `unasked` says so.
    public mutating func take(_ report: ProbeReport) {
        let answers = DiskAnswers(report)
        let hasStopped = report.replies.last?.outcome == .failed
        if answers == nil || hasStopped { unasked = ProbeClient.Failure.noAnswer.text }
        // INQUIRY is answered by the bridge: a disk that hangs before it gives its IDENTIFY data has not named itself.
        guard let answers, !hasStopped || answers.standard != .scsi else { return }
        take(answers)
    }

    /// Takes over what the disk itself says, and notes where udev or the kernel said otherwise.
    public mutating func take(_ answers: DiskAnswers) {
        var found: [IdentityDifference] = []
        func compare(_ member: String, _ disk: String?, _ reported: String?) {
            guard let disk, let reported, !Self.isSame(disk, reported) else { return }
            found.append(IdentityDifference(member: member, disk: disk, reported: reported))
        }
        // "ATA" is what the kernel calls every ATA disk's vendor; ATA and NVMe disks name none.
        if answers.standard == .scsi { compare("make", answers.make, make) }
        compare("model", answers.model, model)
        compare("serial", answers.serial, serial)
        compare("wwn", answers.wwn, wwn)
        compare("firmware", answers.firmware, firmware)
        compare("capacity", answers.capacity.map { "\($0)" }, "\(capacity)")
        compare("logicalSectorSize", answers.logicalSectorSize.map { "\($0)" }, "\(logicalSectorSize)")
        compare("physicalSectorSize", answers.physicalSectorSize.map { "\($0)" }, "\(physicalSectorSize)")
        make = answers.make
        model = answers.model ?? model
        serial = answers.serial ?? serial
        wwn = answers.wwn ?? wwn
        firmware = answers.firmware ?? firmware
        disk = answers
        differences = found
    }

    /// Spelling apart: upper and lower case, spaces and underscores, the prefixes of world-wide names.
    private static func isSame(_ left: String, _ right: String) -> Bool {
        func plain(_ text: String) -> String {
            let lower = text.lowercased().filter { $0 != " " && $0 != "_" }
            return ["0x", "eui.", "naa.", "nvme.", "cid."].first { lower.hasPrefix($0) }.map { String(lower.dropFirst($0.count)) }
                ?? lower
        }
        return plain(left) == plain(right)
    }
}
