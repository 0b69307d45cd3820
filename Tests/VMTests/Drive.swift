import Foundation
import SystemPackage
import TestSupport

/// A drive of the laboratory: a file on this machine.
struct Drive {
    /// Where it is plugged in.
    enum Port {
        /// A port of the USB controller, 1 to 8.
        case usb(Int)
        /// The same, with an adapter that speaks UAS.
        case uas(Int)
        /// The same, with a reader whose card can be changed.
        case card(Int)
        /// A number on the SCSI bus, 0 to 15.
        case scsi(Int)
        /// A PCI Express slot, 1 or 2.
        case nvme(Int)
    }

    /// Name in QEMU; each may be plugged in once at a time.
    let name: String
    let file: FilePath
    let serial: String
    var model = "LAB DISK"
    /// Logical sectors, 512 or 4,096 bytes.
    var sectorSize = 512
    /// Sectors of 512 bytes that cannot be read.
    var badSectors: [Int] = []
    /// How fast it reads, in bytes a second; so slow that a test can do something in the midst of it. Nil: as fast as it can.
    var speed: Int?

    /// Makes a drive in which every sector of 512 bytes says where it belongs.
    init(_ folder: TemporaryFolder, _ name: String, bytes: Int, serial: String? = nil) throws {
        var content = Data(capacity: bytes)
        var offset = 0
        while content.count < bytes {
            let line = "\(name) \(offset) "
            content.append(contentsOf: line.utf8)
            content.append(contentsOf: repeatElement(UInt8(ascii: "."), count: 512 - line.utf8.count))
            offset += 512
        }
        self.init(name, file: try folder.write(content.prefix(bytes), to: "\(name).raw"), serial: serial)
    }

    /// Makes a drive of which nobody ever wrote a byte, however large, in no time.
    init(_ folder: TemporaryFolder, _ name: String, hole bytes: Int) throws {
        let file = try folder.write([], to: "\(name).raw")
        guard truncate(file.string, bytes) == 0 else { throw LaboratoryError("no file of \(bytes) bytes") }
        self.init(name, file: file)
    }

    /// Wraps a file that is there.
    init(_ name: String, file: FilePath, serial: String? = nil) {
        self.name = name
        self.file = file
        self.serial = serial ?? "SN-\(name)"
    }

    /// Name of the adapter that it is in.
    fileprivate var adapter: String { "adapter-\(name)" }

    /// SHA-256 of its whole content, as the file on this machine has it.
    var digest: String {
        get throws { String(try TestSupport.run("sha256sum", [file.string]).output.prefix(64)) }
    }
}

extension Machine {
    /// Plugs a drive in and waits until the machine's udev has dealt with it.
    ///
    /// - Returns: its node.
    @discardableResult
    func plugIn(_ drive: Drive, _ port: Drive.Port) throws -> String {
        try addNode(of: drive)
        var device: [String: Any] = ["id": drive.name, "drive": "node-\(drive.name)", "serial": drive.serial]
        device["logical_block_size"] = drive.sectorSize
        device["physical_block_size"] = drive.sectorSize
        switch port {
        case .usb(let number):
            device.merge(["driver": "usb-storage", "bus": "xhci.0", "port": String(number)]) { $1 }
        case .uas(let number), .card(let number):
            // The adapter first, in the hand and not in the port: it is plugged in with the disk in it.
            let driver = if case .uas = port { "usb-uas" } else { "usb-bot" }
            try monitor.execute(
                "device_add", ["driver": driver, "id": drive.adapter, "bus": "xhci.0", "port": String(number)])
            device.merge(["driver": "scsi-hd", "bus": "\(drive.adapter).0", "vendor": "LAB", "product": drive.model]) { $1 }
            if case .card = port { device["removable"] = true }
        case .scsi(let number):
            device.merge(["driver": "scsi-hd", "bus": "scsi.0", "scsi-id": number, "vendor": "LAB", "product": drive.model]) {
                $1
            }
        case .nvme(let number):
            device.merge(["driver": "nvme", "bus": "slot\(number)"]) { $1 }
        }
        try monitor.execute("device_add", device)
        if port.hasAdapter {
            try monitor.execute(
                "qom-set", ["path": "/machine/peripheral/\(drive.adapter)", "property": "attached", "value": true])
        }
        let link = port.link
        try run("udevadm wait --timeout=150 --settle \(link)", within: 170)
        return try run("readlink -f \(link)")
    }

    /// Opens the file of a drive.
    private func addNode(of drive: Drive) throws {
        var file: [String: Any] = ["driver": "file", "filename": drive.file.string]
        if !drive.badSectors.isEmpty {
            file = [
                "driver": "blkdebug", "image": file,
                "inject-error": drive.badSectors.map {
                    ["event": "read_aio", "sector": $0, "errno": 5, "once": false] as [String: Any]
                },
            ]
        }
        if let speed = drive.speed {
            let limits = ["bps-total": speed]
            try monitor.execute("object-add", ["qom-type": "throttle-group", "id": "speed-\(drive.name)", "limits": limits])
            file = ["driver": "throttle", "throttle-group": "speed-\(drive.name)", "file": file]
        }
        try monitor.execute(
            "blockdev-add",
            [
                "node-name": "node-\(drive.name)", "driver": "raw", "file": file, "cache": ["direct": false, "no-flush": true],
            ])
    }

    /// Takes the card out of a reader and puts another in; the reader stays.
    func change(_ card: Drive, for other: Drive, _ port: Drive.Port) throws {
        try monitor.execute("blockdev-open-tray", ["id": card.name, "force": true])
        try monitor.execute("blockdev-remove-medium", ["id": card.name])
        try letGo(of: card)
        try waitUntilSize(port, "= 0")
        try addNode(of: other)
        try monitor.execute("blockdev-insert-medium", ["id": card.name, "node-name": "node-\(other.name)"])
        try monitor.execute("blockdev-close-tray", ["id": card.name])
        try waitUntilSize(port, "!= 0")
    }

    private func waitUntilSize(_ port: Drive.Port, _ condition: String) throws {
        try run(
            """
            size=/sys/class/block/$(basename $(readlink -f \(port.link)))/size
            timeout 150 sh -c "until [ \\$(cat $size) \(condition) ]; do sleep 0.2; done"
            udevadm settle
            """)
    }

    /// Pulls a drive out and waits until the machine has noticed.
    ///
    /// - Parameter card: what is in it by now, where it is a reader.
    func pull(_ drive: Drive, _ port: Drive.Port, with card: Drive? = nil) throws {
        try monitor.execute("device_del", ["id": port.hasAdapter ? drive.adapter : drive.name])
        try monitor.waitUntilDeleted(drive.name)
        try letGo(of: card ?? drive)
        try run("udevadm wait --timeout=60 --removed --settle \(port.link)")
    }

    /// Closes the file of a drive that has been pulled out.
    func letGo(of drive: Drive) throws {
        try monitor.execute("blockdev-del", ["node-name": "node-\(drive.name)"])
        if drive.speed != nil { try monitor.execute("object-del", ["id": "speed-\(drive.name)"]) }
    }
}

extension Drive.Port {
    /// The link by which the machine's udev names the drive in this port.
    var link: String {
        switch self {
        case .usb(let number), .card(let number), .uas(let number):
            "/dev/disk/by-path/pci-0000:00:10.0-usb-0:\(number):1.0-scsi-0:0:0:0"
        case .scsi(let number): "/dev/disk/by-path/pci-0000:00:11.0-scsi-0:0:\(number):0"
        case .nvme(let number): "/dev/disk/by-path/pci-0000:0\(number):00.0-nvme-1"
        }
    }

    fileprivate var hasAdapter: Bool {
        switch self {
        case .uas, .card: true
        case .usb, .scsi, .nvme: false
        }
    }
}
