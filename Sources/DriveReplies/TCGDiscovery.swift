/// Level 0 Discovery (TCG Storage Architecture Core Specification 2.01, 3.3.6): what a self-encrypting drive tells everybody.
public struct TCGDiscovery: Sendable, Equatable {
    /// The security subsystem classes, such as `opal-2`.
    public let classes: [String]
    /// The locking feature (3.3.6.5): whether locking is switched on, whether a range is locked now, whether the medium is
    /// encrypted, whether a boot image is shown in the place of the drive's beginning.
    public let lockingEnabled, locked, encrypts, shadowsMBR: Bool

    /// Feature codes of the subsystem classes.
    private static let names: [UInt64: String] = [
        0x0100: "enterprise", 0x0200: "opal-1", 0x0203: "opal-2", 0x0301: "opalite", 0x0302: "pyrite-1", 0x0303: "pyrite-2",
        0x0304: "ruby", 0x0305: "key-per-io",
    ]

    /// Reads a reply; nil where it holds no feature at all.
    public init?(_ reply: [UInt8]) {
        let bytes = ReplyBytes(reply)
        guard let length = bytes.bigEndian(0, 4), length >= 48 else { return nil }
        // The length counts from behind itself. No drive sends more than a few hundred bytes.
        let features = bytes.available(48, Int(min(length, 64 << 10)) + 4 - 48)
        var classes: [String] = []
        var locking: ReplyBytes?
        var offset = 0
        var count = 0
        while let code = features.bigEndian(offset, 2), let size = features[offset + 3],
            let body = features.part(offset + 4, Int(size))
        {
            if code != 0 { count += 1 }
            if code == 0x0002 { locking = locking ?? body }
            if let name = Self.names[code], !classes.contains(name) { classes.append(name) }
            offset += 4 + Int(size)
        }
        guard count > 0 else { return nil }
        self.classes = classes
        lockingEnabled = locking?.bit(1, at: 0) ?? false
        locked = locking?.bit(2, at: 0) ?? false
        encrypts = locking?.bit(3, at: 0) ?? false
        shadowsMBR = (locking?.bit(4, at: 0) ?? false) && !(locking?.bit(5, at: 0) ?? false)
    }
}
