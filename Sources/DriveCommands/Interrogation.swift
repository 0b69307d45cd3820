import DriveReplies

/// Which of the commands a drive is asked, in which order. Few at first: a command that a drive does not know can hang it.
public enum Interrogation {
    /// How a disk is talked to.
    public enum Language: Sendable {
        case scsi, nvme

        /// By the kernel's name of the disk; nil where it can be asked nothing (loop, virtio, SD cards, …).
        public init?(deviceName: String) {
            if deviceName.hasPrefix("sd") || deviceName.hasPrefix("sr") {
                self = .scsi
            } else if deviceName.hasPrefix("nvme") {
                self = .nvme
            } else {
                return nil
            }
        }
    }

    /// Asks a drive. Ends at the first command that the drive does not come back from.
    public static func run(_ language: Language, _ transport: some DriveTransport) -> [DriveReply] {
        var conversation = Conversation(transport: transport)
        switch language {
        case .scsi: askSCSI(&conversation)
        case .nvme: askNVMe(&conversation)
        }
        return conversation.replies
    }

    private static func askSCSI(_ drive: inout Conversation<some DriveTransport>) {
        guard let inquiry = drive.ask(.inquiry).flatMap({ SCSIInquiry($0) }) else { return }
        let pages = drive.ask(.vpdPages).map { VPDPage.supported($0) } ?? []
        // Not B0h (block limits): whether blocks can be unmapped, and what they read as then, stands in B2h; B0h says only how many at
        // a time.
        let wanted: [(UInt8, DriveCommand)] = [
            (0x80, .vpdSerial), (0x83, .vpdIdentification), (0xB1, .vpdCharacteristics), (0xB2, .vpdProvisioning),
            (0x89, .vpdATAInformation),
        ]
        for (code, command) in wanted where pages.contains(code) { drive.ask(command) }
        guard inquiry.deviceType == 0 else { return }
        drive.ask(.readCapacity)
        // A bridge to an ATA disk says that it is not removable; sticks and card readers, which can hang, say that they are.
        // udev's ata_id goes by the same.
        if inquiry.isATA || pages.contains(0x89) || !inquiry.removable { askATA(&drive) }
    }

    private static func askATA(_ drive: inout Conversation<some DriveTransport>) {
        guard let identify = drive.ask(.ataIdentify).flatMap({ ATAIdentify($0) }) else { return }
        if identify.hasHPA { drive.ask(identify.has48BitAddresses ? .ataNativeMaximumExtended : .ataNativeMaximum) }
        if identify.hasDCO { drive.ask(.ataConfiguration) }
        if identify.hasAMA { drive.ask(.ataAccessibleMaximum) }
        if identify.isTrusted { drive.ask(.securityDiscovery) }
    }

    private static func askNVMe(_ drive: inout Conversation<some DriveTransport>) {
        guard let controller = drive.ask(.nvmeController).flatMap({ NVMeController($0) }) else { return }
        drive.ask(.nvmeNamespace)
        drive.ask(.nvmeActiveNamespaces)
        if controller.managesNamespaces { drive.ask(.nvmeAllocatedNamespaces) }
        if controller.hasSecurity { drive.ask(.nvmeSecurityDiscovery) }
        drive.ask(.nvmeHealth)
    }

    /// What was asked so far.
    private struct Conversation<Transport: DriveTransport> {
        let transport: Transport
        var replies: [DriveReply] = []

        /// Sends a command, unless the drive failed an earlier one.
        ///
        /// - Returns: the data of an answer.
        @discardableResult
        mutating func ask(_ command: DriveCommand) -> [UInt8]? {
            if replies.last?.outcome == .failed { return nil }
            let reply = transport.send(command)
            replies.append(reply)
            return reply.outcome == .answered ? reply.data : nil
        }
    }
}
