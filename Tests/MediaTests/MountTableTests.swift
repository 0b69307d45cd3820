import Foundation
import SystemPackage
import TestSupport
import Testing

@testable import Media

@Suite("The kernel's table of mounts")
struct MountTableTests {
    @Test("the example of proc(5)")
    func example() throws {
        let mount = try #require(
            Mount.parse("36 35 98:0 /mnt1 /mnt2 rw,noatime master:1 - ext3 /dev/root rw,errors=continue\n").first)
        #expect(mount.number == DeviceNumber("98:0"))
        #expect(mount.point == "/mnt2")
        #expect(mount.source == "/dev/root")
    }

    @Test(
        "any number of optional fields is skipped",
        arguments: ["", "shared:1 ", "shared:1 master:2 propagate_from:3 unbindable "])
    func optionalFields(_ fields: String) throws {
        let mount = try #require(Mount.parse("1 2 8:1 / / rw \(fields)- ext4 /dev/sda1 rw").first)
        #expect(mount.source == "/dev/sda1")
    }

    @Test("a btrfs line has an anonymous number, and the source names the device")
    func btrfs() throws {
        let mount = try #require(Mount.parse("25 1 0:22 /@ / rw,relatime shared:1 - btrfs /dev/null rw,ssd,subvol=/@").first)
        #expect(mount.number.major == 0)
        #expect(mount.source == "/dev/null")
        #expect(mount.device() == nil, "a source that is no block device gives no disk")
    }

    @Test(
        "a mount without a device gives none",
        arguments: ["tmpfs", "none", "server:/export", "//server/share", "/no/such/device"])
    func noDevice(_ source: String) throws {
        let mount = try #require(Mount.parse("30 1 0:25 / /mnt rw - xfs \(source) rw").first)
        #expect(mount.device() == nil)
    }

    @Test("escaped paths are read as they are called")
    func escapes() throws {
        let mount = try #require(Mount.parse(#"1 2 8:1 / /mnt/a\040b\011c\012d\134e rw - ext4 /dev/disk\040one rw"#).first)
        #expect(mount.point == "/mnt/a b\tc\nd\\e")
        #expect(mount.source == "/dev/disk one")
    }

    @Test(
        "an escape",
        arguments: [
            ("\\040", " "), ("\\134040", "\\040"), ("a\\", "a\\"), ("\\04", "\\04"), ("\\999", "\\999"), ("\\777", "\\777"),
            ("\\345\\260\\201", "封"), ("封", "封"), ("", ""), ("\\x40", "\\x40"),
        ])
    func unescape(_ escaped: String, _ plain: String) {
        #expect(Mount.unescape(escaped) == plain)
    }

    @Test("a line that is none is skipped and the others are read")
    func brokenLines() {
        let table = """

            x
            1 2 3
            1 2 8 / / rw - ext4 /dev/sda1 rw
            1 2 8:x / / rw - ext4 /dev/sda1 rw
            1 2 8:1 / / rw ext4 /dev/sda1 rw
            1 2 8:1 / / rw -
            1 2 8:1 / / rw - ext4
            1 2 8:1 / /good rw - ext4 /dev/sda1 rw
            """
        #expect(Mount.parse(table).map(\.point) == ["/good"])
    }

    @Test("every line of the present table is understood")
    func present() throws {
        // In a chroot the root itself is no mount, so only the number can be expected.
        let lines = try String(contentsOfFile: "/proc/self/mountinfo", encoding: .utf8).split(separator: "\n")
        #expect(Mount.current().count == lines.count)
        #expect(!lines.isEmpty)
    }

    @Test("a table of many mounts is read whole")
    func longTable() throws {
        let scratch = TemporaryFolder()
        let lines = (0..<5000).map { "\($0) 1 0:\($0) / /mnt/\($0) rw,relatime shared:1 - tmpfs tmpfs rw\n" }
        let text = lines.joined() + "1 2 8:1 / / rw - ext4 /dev/sda1 rw\n"
        let path = try scratch.write(text.utf8, to: "mountinfo")
        let mounts = Mount.current(path)
        #expect(mounts.count == 5001)
        #expect(mounts.last?.point == "/")
    }

    @Test(
        "a device number",
        arguments: [("8:16", true), ("0:0", true), ("4294967295:1", true)]
            + ["", ":", "8", "8:", "8:1:1", "-1:1", "8:x", "4294967296:1"].map { ($0, false) })
    func deviceNumber(_ text: String, _ good: Bool) {
        #expect((DeviceNumber(text) != nil) == good)
    }
}
