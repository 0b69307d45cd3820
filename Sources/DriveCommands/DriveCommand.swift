/// Every command that is ever sent to a drive: a closed list of commands that only read. A test holds the list against the
/// opcodes of the standards; nothing outside it can be sent, because the transports take no other type.
public enum DriveCommand: String, Sendable, Codable, CaseIterable {
    case inquiry = "scsi-inquiry"
    case vpdPages = "scsi-vpd-00"
    case vpdSerial = "scsi-vpd-80"
    case vpdIdentification = "scsi-vpd-83"
    case vpdATAInformation = "scsi-vpd-89"
    case vpdCharacteristics = "scsi-vpd-b1"
    case vpdProvisioning = "scsi-vpd-b2"
    case readCapacity = "scsi-read-capacity-16"
    case securityDiscovery = "scsi-security-protocol-in"
    case ataIdentify = "ata-identify-device"
    case ataNativeMaximum = "ata-read-native-max-address"
    case ataNativeMaximumExtended = "ata-read-native-max-address-ext"
    case ataConfiguration = "ata-device-configuration-identify"
    case ataAccessibleMaximum = "ata-get-native-max-address-ext"
    case nvmeController = "nvme-identify-controller"
    case nvmeNamespace = "nvme-identify-namespace"
    case nvmeActiveNamespaces = "nvme-active-namespaces"
    case nvmeAllocatedNamespaces = "nvme-allocated-namespaces"
    case nvmeHealth = "nvme-health-log"
    case nvmeSecurityDiscovery = "nvme-security-receive"

    /// What goes over the wire.
    public enum Form: Sendable, Equatable {
        /// A command descriptor block. Data, where there are any, come from the drive.
        case scsi([UInt8])
        /// An admin command: opcode, whether it is about the namespace that the device is, CDW10 and CDW11.
        case nvme(opcode: UInt8, ofNamespace: Bool, cdw10: UInt32, cdw11: UInt32)
    }

    /// Most milliseconds that a drive has for it.
    public static let timeLimit: UInt32 = 5_000

    /// The bytes of the command.
    public var form: Form {
        switch self {
        // SPC-4, 6.4. Not more than the 36 bytes that every device has: some hang when they are asked for more.
        case .inquiry: .scsi([0x12, 0, 0, 0, 36, 0])
        case .vpdPages: Self.page(0x00, 252)
        case .vpdSerial: Self.page(0x80, 252)
        case .vpdIdentification: Self.page(0x83, 252)
        case .vpdATAInformation: Self.page(0x89, 572)
        case .vpdCharacteristics: Self.page(0xB1, 64)
        case .vpdProvisioning: Self.page(0xB2, 64)
        // SBC-3, 5.16: SERVICE ACTION IN (16) with service action 10h.
        case .readCapacity: .scsi([0x9E, 0x10, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 32, 0, 0])
        // SPC-4, 6.30: protocol 01h, ComID 0001h is Level 0 Discovery (TCG Storage Core, 3.3.6).
        case .securityDiscovery: .scsi([0xA2, 0x01, 0x00, 0x01, 0, 0, 0, 0, 0x08, 0x00, 0, 0])
        // ACS-3, 7.12.
        case .ataIdentify: Self.ata(0xEC, reads: true)
        // ATA8-ACS, 7.33 and 7.34. They change nothing; SET MAX ADDRESS, which does, is not in this list.
        case .ataNativeMaximum: Self.ata(0xF8)
        case .ataNativeMaximumExtended: Self.ata(0x27, isExtended: true)
        // ATA8-ACS, 7.10.3: the subcommand is C2h. C0h (RESTORE), C1h (FREEZE LOCK) and C3h (SET) are not in this list.
        case .ataConfiguration: Self.ata(0xB1, feature: 0xC2, reads: true)
        // ACS-3, 7.1.2: feature 0000h. 0001h (SET) and 0002h (FREEZE) are not in this list.
        case .ataAccessibleMaximum: Self.ata(0x78, isExtended: true)
        // NVMe 1.4, 5.15: CNS 01h, 00h, 02h, 10h.
        case .nvmeController: .nvme(opcode: 0x06, ofNamespace: false, cdw10: 0x01, cdw11: 0)
        case .nvmeNamespace: .nvme(opcode: 0x06, ofNamespace: true, cdw10: 0x00, cdw11: 0)
        case .nvmeActiveNamespaces: .nvme(opcode: 0x06, ofNamespace: false, cdw10: 0x02, cdw11: 0)
        case .nvmeAllocatedNamespaces: .nvme(opcode: 0x06, ofNamespace: false, cdw10: 0x10, cdw11: 0)
        // NVMe 1.4, 5.14.1.2: log page 02h, 128 dwords (NUMDL is counted from 0), with RAE so that no event is cleared.
        case .nvmeHealth: .nvme(opcode: 0x02, ofNamespace: false, cdw10: 0x02 | 1 << 15 | 127 << 16, cdw11: 0)
        // NVMe 1.4, 5.25: SECP 01h, SPSP 0001h, allocation length.
        case .nvmeSecurityDiscovery: .nvme(opcode: 0x82, ofNamespace: false, cdw10: 0x01 << 24 | 0x0001 << 8, cdw11: 2048)
        }
    }

    /// Most bytes that the reply has; 0 for a command whose answer is in registers.
    public var length: Int {
        switch self {
        case .inquiry: 36
        case .vpdPages, .vpdSerial, .vpdIdentification: 252
        case .vpdATAInformation: 572
        case .vpdCharacteristics, .vpdProvisioning: 64
        case .readCapacity: 32
        case .securityDiscovery, .nvmeSecurityDiscovery: 2048
        case .ataIdentify, .ataConfiguration, .nvmeHealth: 512
        case .ataNativeMaximum, .ataNativeMaximumExtended, .ataAccessibleMaximum: 0
        case .nvmeController, .nvmeNamespace, .nvmeActiveNamespaces, .nvmeAllocatedNamespaces: 4096
        }
    }

    /// INQUIRY with EVPD (SPC-4, 6.4 and 7.8).
    private static func page(_ code: UInt8, _ length: UInt16) -> Form {
        .scsi([0x12, 0x01, code, UInt8(length >> 8), UInt8(length & 0xFF), 0])
    }

    /// ATA PASS-THROUGH (16) (SAT-3, 12.2.3).
    ///
    /// - Parameter reads: PIO data-in of one block (protocol 4, T_DIR 1, BYT_BLOK 1, T_LENGTH 10b: the count field); else non-data
    ///   (protocol 3) with CK_COND, so that the registers come back as sense data.
    private static func ata(_ command: UInt8, feature: UInt8 = 0, reads: Bool = false, isExtended: Bool = false) -> Form {
        let transfer: (UInt8, UInt8, UInt8) = reads ? (4 << 1, 0b0000_1110, 1) : (3 << 1, 0b0010_0000, 0)
        // Device bit 6: the address is an LBA.
        let device: UInt8 = reads ? 0 : 0x40
        return .scsi([
            0x85, transfer.0 | (isExtended ? 1 : 0), transfer.1, 0, feature, 0, transfer.2, 0, 0, 0, 0, 0, 0, device, command, 0,
        ])
    }
}
