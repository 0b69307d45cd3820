import Ports
import Testing

@Suite struct PortRulesTests {
    /// A machine with four disks, as `udevadm info --export-db` prints it.
    static let export = """
        P: /devices/pci0000:00/0000:00:14.0/usb2/2-4/2-4:1.0/host6/target6:0:0/6:0:0:0/block/sdb
        N: sdb
        E: DEVNAME=/dev/sdb
        E: DEVTYPE=disk
        E: SUBSYSTEM=block
        E: ID_PATH=pci-0000:00:14.0-usb-0:4:1.0-scsi-0:0:0:0
        E: FENGCUN_EVIDENCE=1

        P: /devices/pci0000:00/0000:00:1f.2/ata2/host1/target1:0:0/1:0:0:0/block/sda
        E: DEVNAME=/dev/sda
        E: DEVTYPE=disk
        E: SUBSYSTEM=block
        E: ID_PATH=pci-0000:00:1f.2-ata-2.0

        P: /devices/pci0000:00/0000:00:1d.0/0000:3a:00.0/nvme/nvme0/nvme0n1
        E: DEVNAME=/dev/nvme0n1
        E: DEVTYPE=disk
        E: SUBSYSTEM=block
        E: ID_PATH=pci-0000:3a:00.0-nvme-1

        P: /devices/pci0000:00/0000:00:05.0/mmc_host/mmc0/mmc0:0001/block/mmcblk0
        E: DEVNAME=/dev/mmcblk0
        E: DEVTYPE=disk
        E: SUBSYSTEM=block

        P: /devices/virtual/block/loop0
        E: DEVNAME=/dev/loop0
        E: DEVTYPE=disk
        E: SUBSYSTEM=block

        """

    static let system = SystemAttributes { path in
        switch path {
        case "/devices/pci0000:00/0000:00:14.0/usb2/2-4/idVendor": "0bc2\n"
        case "/devices/pci0000:00/0000:00:14.0/usb2/2-4/idProduct": "2344\n"
        case "/devices/pci0000:00/0000:00:14.0/usb2/2-4/serial": "NA8TESTSERIAL  \n"
        case "/devices/pci0000:00/0000:00:1f.2/ata2/host1/target1:0:0/1:0:0:0/wwid": "naa.5000c500a1b2c3d4\n"
        case "/devices/pci0000:00/0000:00:05.0/mmc_host/mmc0/mmc0:0001/type": "SD\n"
        default: nil
        }
    }

    private var disks: [UdevRecord] { UdevRecord.parse(Self.export).filter(\.isDisk) }

    @Test func portsAreNamedByTheMachine() {
        #expect(
            disks.map { Port(of: $0)?.name } == [
                "pci-0000:00:14.0-usb-0:4", "pci-0000:00:1f.2-ata-2", "pci-0000:3a:00.0-nvme", "pci-0000:00:05.0-mmc",
            ])
        #expect(
            disks.map { DiskName(of: $0, Self.system)?.name } == [
                "usb:0bc2:2344:NA8TESTSERIAL", "wwid:naa.5000c500a1b2c3d4", nil, nil,
            ])
    }

    @Test func aRuleNamesAPortAndNoOther() throws {
        var rules = PortRules()
        for name in disks.compactMap({ Port(of: $0)?.name }) + ["pci-0000:00:11.0-scsi-0:0:3:0"] {
            try rules.declare(Declaration(.port(Port(name)), .evidence))
        }
        let conditions = rules.text.split(separator: "\n").filter { $0.contains("FENGCUN_ROLE") }.map {
            String($0.prefix(upTo: $0.ranges(of: ", ENV{FENGCUN_ROLE}")[0].lowerBound))
        }
        #expect(
            conditions == [
                "ENV{ID_PATH}==\"pci-0000:00:14.0-usb-0:4:*\"",
                "ENV{ID_PATH}==\"pci-0000:00:1f.2-ata-2|pci-0000:00:1f.2-ata-2.*\"",
                "SUBSYSTEMS==\"pci\", KERNELS==\"0000:3a:00.0\"", "SUBSYSTEMS==\"pci\", KERNELS==\"0000:00:05.0\"",
                "ENV{ID_PATH}==\"pci-0000:00:11.0-scsi-0:0:3:0\"",
            ])
    }

    @Test func theFileIsReadBackAndEditingIsNoticed() throws {
        var rules = PortRules()
        try rules.declare(Declaration(.port(Port("pci-0000:00:1f.2-ata-2")), .evidence))
        try rules.declare(Declaration(.disk(DiskName("usb:0bc2:2344:NA8TESTSERIAL")), .destination))
        try rules.declare(Declaration(.port(Port("pci-0000:00:1f.2-ata-2")), .ignored))
        #expect(rules.declarations.count == 2)
        let text = rules.text
        #expect(text.contains("FENGCUN_EVIDENCE}=\"0\""))
        #expect(!text.contains("FENGCUN_EVIDENCE}=\"1\""))
        #expect(try Set(PortRules(text).declarations) == Set(rules.declarations))
        for edited in [
            text.replacing("=\"0\"", with: "=\"1\""), text + "\n", text.replacing("ata-2", with: "ata-3", maxReplacements: 1),
            text.replacing("ignored port", with: "evidence port"), text.replacing("# declared: ", with: "# "),
        ] {
            #expect(throws: PortError.self) { try PortRules(edited) }
        }
    }

    @Test func aDeclaredPortCountsMoreThanWhatADriveSays() throws {
        var rules = PortRules()
        func judged() -> [Bool] { disks.map { DryRun($0, rules, Self.system).willBeEvidence } }
        #expect(judged() == [true, false, false, true])
        try rules.declare(Declaration(.disk(DiskName("usb:0bc2:2344:NA8TESTSERIAL")), .destination))
        try rules.declare(Declaration(.port(Port("pci-0000:3a:00.0-nvme")), .evidence))
        #expect(judged() == [false, false, true, true])
        try rules.declare(Declaration(.port(Port("pci-0000:00:14.0-usb-0:4")), .evidence))
        #expect(judged() == [true, false, true, true])
        // … and in the file, where the last assignment counts, the port comes last.
        let text = rules.text
        let (disk, port) = (text.ranges(of: "ATTRS{serial}")[0].lowerBound, text.ranges(of: "usb-0:4:*")[0].lowerBound)
        #expect(disk < port)
        #expect(rules.withdraw(.port(try Port("pci-0000:3a:00.0-nvme"))))
        #expect(judged() == [true, false, false, true])
    }

    /// An NVMe disk with two ports, whose node the kernel's multipath driver hangs on none.
    @Test func aDiskThatHidesItsPortIsEvidence() throws {
        let export = """
            P: /devices/virtual/nvme-subsystem/nvme-subsys0/nvme0n1
            E: DEVNAME=/dev/nvme0n1
            E: DEVTYPE=disk
            E: SUBSYSTEM=block

            P: /devices/virtual/block/dm-0
            E: DEVNAME=/dev/dm-0
            E: DEVTYPE=disk
            E: SUBSYSTEM=block

            """
        let disks = UdevRecord.parse(export).filter(\.isDisk)
        #expect(disks.map(\.node) == ["/dev/nvme0n1"])
        let run = DryRun(try #require(disks.first), PortRules(), Self.system)
        #expect(run.port == nil && run.willBeEvidence)
    }

    /// A drive says how long it is, and can say anything.
    @Test(
        arguments: [
            ("2048\n", 1 << 20), ("17592186044415\n", 1 << 53 - 512), ("17592186044416\n", nil), ("18014398509481984\n", nil),
            ("9223372036854775807\n", nil), ("18446744073709551615\n", nil), ("-1\n", nil), ("\n", nil),
        ] as [(String, Int?)])
    func aLengthThatCannotBeIsNone(_ sectors: String, _ bytes: Int?) throws {
        let disk = try #require(disks.first)
        let system = SystemAttributes { $0 == disk.path + "/size" ? sectors : nil }
        #expect(DryRun(disk, PortRules(), system).capacity == bytes)
    }

    /// A seized drive must not be able to write rules.
    @Test(arguments: [
        "usb:0bc2:2344:A\", RUN+=\"/bin/sh", "usb:0bc2:2344:*", "usb:0bc2:2344:AB\nCD", "usb:0bc2:2344:A|B2", "usb:0bc2:2344:",
        "usb:0bc2:2344:[ABC]", "usb:0bc2:2344:$env{X}", "usb:bc2:2344:ABCDEF", "wwid:", "wwid:eui.?", "NA8TESTSERIAL", "",
    ])
    func hostileNamesOfDisksAreRefused(_ name: String) {
        #expect(throws: PortError.badDisk(name)) { try DiskName(name) }
    }

    @Test(arguments: [
        "", "*", "pci-*", "pci-0000:00:14.0-usb-0:4\"", "pci-0000:00:14.0-usb-0:*", "pci-0000:00:14.0-usb-0:4:1.0",
        "pci-0000:00:1f.2-ata-2.0", "pci-0000:00:1f.2-ata-", "/dev/sda", "pci-0000:00:1f.2-ata-2|x",
    ])
    func namesThatCouldMeanOtherPortsAreRefused(_ name: String) {
        #expect(throws: PortError.badPort(name)) { try Port(name) }
    }

    @Test func noDiskIsEvidenceByItsOwnWord() throws {
        let disk = try DiskName("wwid:naa.5000c500a1b2c3d4")
        #expect(throws: PortError.diskAsEvidence) { try Declaration(.disk(disk), .evidence) }
    }
}
