import Foundation
import SystemPackage
import TestSupport
import Testing

extension Laboratory {
    /// A disk on which everything is that other programs act on (`Guest/make-dangerous`); made once for each version of the script.
    func dangerousDisk(_ name: String) throws -> Drive {
        let script = Checkout.path + "/Tests/VMTests/Guest/make-dangerous"
        let version = try TestSupport.run("sha256sum", [script]).output.prefix(16)
        let kept = Laboratory.kept.appending("dangerous-\(version).raw").string
        if !FileManager.default.fileExists(atPath: kept) { try makeDangerousDisk(script, kept) }
        let file = folder("\(name).raw")
        try #require(TestSupport.run("cp", ["--sparse=always", kept, file.string]).status == 0)
        return Drive(name, file: file)
    }

    /// Makes it in the machine, on a port that is not for evidence, and pulls it out in the midst of things.
    private func makeDangerousDisk(_ script: String, _ kept: String) throws {
        let file = FilePath(kept + ".new")
        _ = FileManager.default.createFile(atPath: file.string, contents: nil)
        try #require(truncate(file.string, 224 << 20) == 0)
        let drive = Drive("making", file: file)
        let node = try machine.plugIn(drive, .scsi(4))
        let text = try String(contentsOfFile: script, encoding: .utf8)
        try machine.run("cat >/root/make-dangerous <<'SCRIPT'\n\(text)\nSCRIPT\nbash /root/make-dangerous \(node)", within: 600)
        try machine.monitor.execute("device_del", ["id": drive.name])
        try machine.monitor.waitUntilDeleted(drive.name)
        try machine.run(
            """
            umount --lazy /tmp/ext4 /tmp/lv || true
            dmsetup remove --force suspect-volume || true
            mdadm --quiet --stop /dev/md/suspect || true
            udevadm wait --timeout=60 --removed --settle \(Drive.Port.scsi(4).link)
            """)
        try machine.letGo(of: drive)
        try FileManager.default.moveItem(atPath: file.string, toPath: kept)
    }
}

extension Drive {
    /// SHA-256 of each partition, by its name.
    var partitionDigests: [String: String] {
        get throws {
            let table = try JSON(TestSupport.run("sfdisk", ["--json", file.string]).output)["partitiontable"]["partitions"].array
            var digests: [String: String] = [:]
            for partition in table {
                let (start, size) = (partition["start"].int, partition["size"].int)
                let content = "dd if='\(file)' bs=512 skip=\(start) count=\(size) status=none | sha256sum"
                digests[partition["name"].string] = try TestSupport.run("sh", ["-c", content]).output
            }
            return digests
        }
    }
}

extension Machine {
    /// Waits until somebody has mounted a device.
    func waitUntilMounted(_ node: String) throws {
        try run("timeout 150 sh -c 'until findmnt \(node); do sleep 0.2; done'")
    }

    /// What is built on a disk and its partitions: device-mapper, MD, bcache; empty where nothing is.
    func holders(_ node: String) throws -> String {
        let folder = "/sys/block/\(node.dropFirst("/dev/".count))"
        return try run("ls \(folder)/*/holders \(folder)/holders | grep -v : | tr -d '\\n'; true")
    }
}
