import Custody
import DriveReplies

extension DiskAnswers {
    /// What a card in a slot of the machine itself says: its CID register, which the kernel read when the card was put in
    /// (Documentation/driver-api/mmc/mmc-dev-attrs.rst). Nothing is sent to the card. Nil for anything else.
    public init?(cardIn device: BlockDevice) {
        guard device.name.hasPrefix("mmcblk") else { return nil }
        let folder = Sysfs.folder(device.name).appending("device")
        self.init(cid: Sysfs.text(folder.appending("cid")), type: Sysfs.text(folder.appending("type")))
    }

    /// Reads the kernel's attributes.
    init?(cid: String?, type: String?) {
        guard let cid, let kind = type.flatMap({ CardIdentification.Kind(rawValue: $0) }),
            let card = CardIdentification(cid: cid, kind: kind)
        else { return nil }
        self.init(kind == .sd ? .sd : .mmc)
        take(model: card.product, serial: nil, firmware: nil)
        serial = "0x" + card.serial
        firmware = card.revision
        // Manufacturer, product, serial number and date at once: the whole register tells a card apart.
        wwn = "cid." + cid.lowercased()
        manufacturer = MediumProbe.clean("\(card.manufacturer) \(card.oem.text ?? "")")
        manufactured = card.manufactured
        // Readers that hide the check sum put zeros there.
        if !card.checksum, !cid.hasSuffix("00") { oddities.append("checksum") }
    }
}
