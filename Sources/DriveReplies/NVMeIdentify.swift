/// Identify Controller data structure (NVMe 1.4, figure 247).
public struct NVMeController: Sendable, Equatable {
    /// PCI vendor.
    public let vendor: UInt16
    /// SN, MN and FR.
    public let serial, model, firmware: DriveText
    /// Whether Security Receive and namespace management are there (OACS bits 0 and 3).
    public let hasSecurity, managesNamespaces: Bool
    /// Whether Dataset Management is there (ONCS bit 2).
    public let trim: Bool
    /// All capacity of the subsystem and what of it belongs to no namespace, in bytes (TNVMCAP, UNVMCAP); nil where not reported.
    public let totalCapacity, unallocatedCapacity: Int?
    /// Temperatures in degrees Celsius from which on the drive warns (WCTEMP) and must not be used (CCTEMP).
    public let warningTemperature, criticalTemperature: Int?

    /// Reads a reply; nil where it is shorter than 4,096 bytes or holds one byte repeated.
    public init?(_ reply: [UInt8]) {
        guard reply.count >= 4096 else { return nil }
        let bytes = ReplyBytes(reply)
        guard let first = bytes[0], !bytes.isUniform(first) else { return nil }
        func number(_ offset: Int) -> UInt16 { UInt16(bytes.littleEndian(offset, 2) ?? 0) }
        vendor = number(0)
        serial = DriveText(bytes.available(4, 20).array)
        model = DriveText(bytes.available(24, 40).array)
        firmware = DriveText(bytes.available(64, 8).array)
        hasSecurity = bytes.bit(0, at: 256)
        managesNamespaces = bytes.bit(3, at: 256)
        trim = bytes.bit(2, at: 520)
        totalCapacity = capacity(bytes, 280)
        // Drives without namespace management report zeros in both.
        unallocatedCapacity = totalCapacity == nil ? nil : wide(bytes, 296)
        func celsius(_ offset: Int) -> Int? { number(offset) > 273 ? Int(number(offset)) - 273 : nil }
        (warningTemperature, criticalTemperature) = (celsius(266), celsius(268))
    }
}

/// Identify Namespace data structure (NVMe 1.4, figure 245).
public struct NVMeNamespace: Sendable, Equatable {
    /// Size and what is in use of it, in bytes (NSZE, NUSE).
    public let size, used: Int?
    /// Bytes of the medium that the namespace has, over-provisioning not counted (NVMCAP); nil where not reported.
    public let allocated: Int?
    /// Length of a logical block in bytes (LBADS of the format in use).
    public let sectorSize: Int
    /// NGUID, or else EUI64, in lower-case hexadecimal; nil where the namespace has neither.
    public let wwn: String?
    /// What a deallocated block gives (DLFEAT).
    public let afterTrim: ReadAfterTrim

    /// Reads a reply; nil where it is shorter than 384 bytes, of an inactive namespace (all zero), or has a block length that is
    /// no power of two from 256 bytes to 1 MiB.
    public init?(_ reply: [UInt8]) {
        guard reply.count >= 384 else { return nil }
        let bytes = ReplyBytes(reply)
        guard let blocks = bytes.littleEndian(0, 8), blocks > 0, let format = bytes[26],
            let shift = bytes[128 + 4 * Int(format & 15) + 2],
            shift < 32, let length = DriveReplies.sectorSize(1 << UInt64(shift))
        else { return nil }
        sectorSize = length
        size = DriveReplies.bytes(blocks, of: length)
        used = DriveReplies.bytes(bytes.littleEndian(16, 8), of: length)
        allocated = capacity(bytes, 48)
        let names = [bytes.part(104, 16), bytes.part(120, 8)].compactMap { $0 }.filter { !$0.isUniform(0) && !$0.isUniform(0xFF) }
        wwn = names.first?.hex
        switch (bytes[33] ?? 0) & 7 {
        case 1: afterTrim = .zeroes
        case 2: afterTrim = .ones
        default: afterTrim = .undefined
        }
    }
}

/// A namespace list (NVMe 1.4, 5.15.2.2 and 5.15.2.9): ascending identifiers, ended by a zero.
public func namespaceList(_ reply: [UInt8]) -> [UInt32] {
    let bytes = ReplyBytes(reply)
    var list: [UInt32] = []
    var offset = 0
    while let id = bytes.littleEndian(offset, 4), id != 0, id > list.last ?? 0, list.count < 1024 {
        list.append(UInt32(id))
        offset += 4
    }
    return list
}

/// A capacity of 16 bytes; nil for zero, which means "not reported", and for what cannot be believed.
private func capacity(_ bytes: ReplyBytes, _ offset: Int) -> Int? { wide(bytes, offset).flatMap { $0 == 0 ? nil : $0 } }

/// A number of 16 bytes; nil beyond 2⁵³ - 1.
private func wide(_ bytes: ReplyBytes, _ offset: Int) -> Int? {
    guard bytes.littleEndian(offset + 8, 8) == 0, let low = bytes.littleEndian(offset, 8), low < 1 << 53 else { return nil }
    return Int(low)
}
