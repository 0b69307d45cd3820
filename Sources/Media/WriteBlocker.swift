import Custody
import SafeText

/// Hardware write blockers, by what they say on the USB bus. A blocker that hides its own name behind the disk's is not
/// recognised; an operator names it when he registers the medium.
enum WriteBlocker {
    /// USB vendors that make forensic bridges, as the usb.ids of Debian's package of that name (2025.07.26) has them. All that
    /// Guidance Software (Tableau) sells is one; WiebeTech makes other cases, too.
    private static let vendors = ["13d7": "Guidance Software (Tableau)", "0e90": "WiebeTech"]
    /// The devices that usb.ids names.
    private static let devices = ["13d7:0001": "Tableau T5 PATA", "13d7:000c": "Tableau T8-R2"]
    /// Beginnings of vendor names that the makers' bridges give themselves.
    private static let names = ["Tableau", "WiebeTech", "CRU"]

    /// The blocker that a disk is behind, as its maker's name and its ids; nil where none is recognised.
    static func name(vendor: String?, product: String?, title: String?) -> String? {
        let ids = [vendor, product].compactMap { $0?.lowercased() }.joined(separator: ":")
        if let device = devices[ids] { return "\(device) (USB \(ids))" }
        if let vendor, let maker = vendors[vendor.lowercased()] { return "\(maker) (USB \(ids))" }
        guard let title, names.contains(where: { title.hasPrefix($0) }) else { return nil }
        return ids.isEmpty ? title : "\(title) (USB \(ids))"
    }
}

extension BlockDevice {
    /// The hardware write blocker that it is behind, by its ids on the USB bus; nil where none is recognised.
    public var writeBlocker: String? {
        MediumProbe.clean(
            WriteBlocker.name(
                vendor: properties["ID_USB_VENDOR_ID"] ?? properties["ID_VENDOR_ID"],
                product: properties["ID_USB_MODEL_ID"] ?? properties["ID_MODEL_ID"],
                title: [
                    properties["ID_USB_VENDOR"] ?? properties["ID_VENDOR"], properties["ID_USB_MODEL"] ?? properties["ID_MODEL"],
                ]
                .compactMap { $0 }.joined(separator: " ")))
    }
}
