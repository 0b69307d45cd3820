import Foundation
import SystemPackage
import TestSupport
import Testing

extension System {
    /// What goes wrong in a laboratory, and what somebody does on purpose: one clear line, nothing lost.
    @Suite struct BadInput {
        @Test func aDeviceThatVanishesBetweenListingAndImaging() throws {
            let drive = try LoopDevice(TemporaryFolder.shared, bytes: 1 << 20)
            let station = try TestStation(evidence: [drive.node])
            try drive.plugIn()
            try station.register(drive, as: "E1")
            drive.unplug()
            #expect(
                try station.refusal("image", "start", "E1", "--to", station.images.string, "--wait").contains("is not attached"))
            // The same drive comes back and is recognised.
            try drive.plugIn()
            #expect(try station.json("devices")[0]["exhibit"].string == "E1")
            _ = try station.image("E1")
            try station.exportAndVerify()
        }

        @Test func destinationsThatCannotWork() throws {
            let drive = try LoopDevice(TemporaryFolder.shared, bytes: 8 << 20)
            let other = try LoopDevice.withFileSystem(TemporaryFolder.shared)
            let station = try TestStation(evidence: [drive.node, other.node])
            try drive.plugIn()
            try station.register(drive, as: "E1")
            func refusal(_ folder: String) throws -> String {
                try station.refusal("image", "start", "E1", "--to", folder, "--wait")
            }

            #expect(try refusal("/nonexistent/folder").contains("is no existing folder"))
            #expect(try refusal(station.folder("log").string).contains("is no existing folder"))
            #expect(try refusal("/proc").contains("bytes free"))

            let small = try station.folder.folder("small")
            try #require(run("mount", ["-t", "tmpfs", "-o", "size=4m", "none", small.string]).status == 0)
            defer { _ = try? run("umount", [small.string]) }
            // 8 MiB are 16 groups of 512 KiB: their hashes, the root and the header stand beside the image.
            let needed = (8 << 20) + 17 * 32 + 32
            #expect(try refusal(small.string).contains("bytes free, the image and its block tree need \(needed)"))
            try #require(run("mount", ["-o", "remount,ro,size=64m", small.string]).status == 0)
            #expect(try refusal(small.string).contains("Read-only file system"))

            // An evidence disk that somebody mounted is no place for an image.
            try other.plugIn()
            #expect(try station.json("devices").array.count == 2)
            let mounted = try station.folder.folder("mounted")
            try #require(run("mount", ["-o", "ro", other.node, mounted.string]).status == 0)
            defer { _ = try? run("umount", [mounted.string]) }
            #expect(try refusal(mounted.string).contains("is on the evidence medium \(other.node)"))

            #expect(try FileManager.default.contentsOfDirectory(atPath: station.images.string).isEmpty)
            #expect(try station.acts().filter { $0.hasPrefix("acquisition") }.isEmpty)
            try station.exportAndVerify()
        }

        @Test func exhibitsAndCasesThatDoNotFit() throws {
            let drive = try LoopDevice(TemporaryFolder.shared, bytes: 1 << 20)
            let second = try LoopDevice(TemporaryFolder.shared, bytes: 1 << 20)
            let station = try TestStation(evidence: [drive.node])
            try drive.plugIn()
            try station.register(drive, as: "E1")
            func register(_ node: String, _ exhibit: String, _ number: String = "2026-001", location: String = "x") throws
                -> String
            {
                try station.refusal(
                    "medium", "register", node, "--case", number, "--exhibit", exhibit, "--location", location, "--custodian", "y"
                )
            }
            #expect(try station.refusal("case", "open", "2026-001", "--cause", "x", "--unit", "y").contains("is open already"))
            #expect(try register(drive.node, "E2").contains("is registered already, as exhibit 2026-001/E1"))
            #expect(try register("/dev/nothing", "E2").contains("no disk /dev/nothing is attached"))
            try second.plugIn()
            #expect(try register(second.node, "E2").contains("is not an evidence disk"))
            #expect(try register(drive.node, "E1", "2026-999").contains("there is no case 2026-999"))
            for exhibit in ["../E1", "E\n1", "\u{1B}[2JE1", String(repeating: "E", count: 300), "", ".E", "a/b", "a b"] {
                #expect(try register(drive.node, exhibit).contains("exhibit"))
            }
            for location in ["a\nb", "\u{1B}]0;x\u{7}", String(repeating: "长", count: 1001), "\u{202E}abc", " "] {
                #expect(try register(drive.node, "E9", location: location).contains("location"))
            }
            #expect(try station.refusal("image", "start", "E7", "--to", "/tmp").contains("there is no exhibit E7"))
            #expect(
                try station.refusal("image", "start", "E1", "--to", station.images.string, "--hash", "crc32").contains(
                    "there is no digest crc32"))
            #expect(
                try station.refusal("image", "start", "E1", "--to", station.images.string, "--hash", "").contains(
                    "no digest was chosen"))
            #expect(try station.refusal("image", "verify", "E1").contains("has no finished image"))
            #expect(try station.refusal("unseal", "E1", "--condition", "intact", "--reason", "x").contains("is not sealed"))
            #expect(try station.refusal("image", "wait", "a-1").contains("there is no job a-1"))
            #expect(try station.refusal("ledger", "prove", "999").contains("no entry 999"))
            try station.exportAndVerify()
        }

        @Test func aMediumThatIsBeingImagedOrSealed() throws {
            let drive = try LoopDevice(TemporaryFolder.shared, bytes: 256 << 20)
            let station = try TestStation(evidence: [drive.node])
            try drive.plugIn()
            try station.register(drive, as: "E1")
            let job = try station.json(
                "image", "start", "E1", "--to", station.images.string, "--hash", "md5,sha1,sha256,sha512,sm3")
            #expect(try station.refusal("image", "start", "E1", "--to", station.images.string).contains("is being imaged"))
            #expect(try station.refusal("seal", "E1", "--number", "F-1", "--method", "x").contains("is being imaged"))
            #expect(try station.json("devices")[0]["state"].string == "imaging")
            #expect(try station.json("image", "wait", job["job"].string)["bytes"].int == 256 << 20)

            try station.json("seal", "E1", "--number", "F-1", "--method", "x", "--present", "甲", "--present", "乙")
            #expect(try station.refusal("image", "start", "E1", "--to", station.images.string).contains("is sealed with F-1"))
            #expect(try station.refusal("seal", "E1", "--number", "F-2", "--method", "x").contains("is sealed with F-1"))
            #expect(
                try station.refusal("unseal", "E1", "--number", "F-9", "--condition", "intact", "--reason", "x").contains(
                    "carries the seal F-1"))
            drive.unplug()
            try drive.plugIn()
            _ = try station.json("devices")
            #expect(try station.acts().contains("medium.attached-while-sealed"))
            #expect(station.log.contains("A SEALED MEDIUM WAS PLUGGED IN"))
            try station.json("unseal", "E1", "--condition", "intact", "--reason", "复检")
            _ = try station.image("E1")
            #expect(try station.refusal("seal", "E1", "--number", "F-1", "--method", "x").contains("seal F-1 was used already"))
            try station.exportAndVerify()
        }

        @Test func photosAreKeptByDigestAndOnlyOnce() throws {
            let drive = try LoopDevice(TemporaryFolder.shared, bytes: 1 << 20)
            let station = try TestStation(evidence: [drive.node])
            try drive.plugIn()
            try station.register(drive, as: "E1")
            let photo = try station.folder.write("not really a picture".utf8, to: "封条.jpg")
            let empty = try station.folder.write("".utf8, to: "empty.jpg")
            func seal(_ option: String, _ file: String) throws -> String {
                try station.refusal("seal", "E1", "--number", "F-1", "--method", "x", option, file)
            }
            #expect(try seal("--photo", "/nonexistent.jpg").contains("No such file"))
            #expect(try seal("--photo", "/dev/zero").contains("regular file"))
            #expect(try seal("--photo", empty.string).contains("is empty"))
            try station.json(
                "seal", "E1", "--number", "F-1", "--method", "x", "--photo-before", photo.string, "--photo-after", photo.string)
            let bundle = try station.exportAndVerify()
            #expect(try FileManager.default.contentsOfDirectory(atPath: bundle.appending("blobs").string).count == 1)
        }

        @Test func requestsThatAreNoRequests() throws {
            let station = try TestStation(evidence: [])
            _ = try station.json("status")
            func curl(_ arguments: String...) throws -> Outcome {
                try run(
                    "curl", ["-s", "-o", "/dev/stderr", "-w", "%{http_code}", "--unix-socket", station.socket.string] + arguments)
            }
            #expect(try curl("http://x/v1/nothing").output == "404")
            #expect(try curl("http://x/v2/status").output == "404")
            #expect(try curl("-X", "DELETE", "http://x/v1/cases").output == "404")
            #expect(try curl("-d", "{", "http://x/v1/cases").output == "400")
            #expect(try curl("-d", #"{"number":1,"cause":"x","unit":"y"}"#, "http://x/v1/cases").output == "400")
            #expect(try curl("-d", #"{"number":"1","cause":"x"}"#, "http://x/v1/cases").errors.contains("'unit' is missing"))
            #expect(try curl("-H", "Fengcun-Person: %0A", "http://x/v1/status").output == "400")
            #expect(try curl("http://x/v1/ledger/tile/0/../../../../etc/passwd", "--path-as-is").output == "404")
            #expect(try curl("http://x/v1/ledger/tile/0/999").output == "404")
            #expect(try curl("http://x/v1/blobs/..%2F..%2Fkeys%2Fstation.pem").output == "404")
            #expect(try curl("http://x/v1/ledger/entries?from=-1").output == "400")
            #expect(try curl("http://x/v1/ledger/entries?from=9223372036854775807").output == "400")
            #expect(try curl("http://x/v1/ledger/proofs/9223372036854775807").output == "400")
            #expect(try curl("http://x/v1/ledger/tile/0/-500").output == "404")
            #expect(try curl("http://x/v1/ledger/tile/0/x999/x999/x999/x999/x999/x999/999").output == "404")
            for number in [Int.max, Int.max - 1, -1, .min, 1] {
                for entry in ["\(number)", "\"\(number)\"", "[\(number)]"] {
                    let correction = #"{"act":"entry.corrected","body":{"entry":\#(entry),"member":"m","was":"a","now":"b"}}"#
                    #expect(try curl("-d", correction, "http://x/v1/acts").output == "404", "\(entry)")
                }
                let slot = #"{"entry":\#(number),"role":"examiner","name":"甲","reason":"r"}"#
                #expect(try curl("-d", slot, "http://x/v1/signatures").output == "404", "\(number)")
                let edition = #"{"destination":"/d","edition":\#(number)}"#
                #expect(
                    try curl("-d", edition, "http://x/v1/ledger/exports").errors.contains("entry \(number) "), "\(number)")
            }
            let large = station.folder("large")
            _ = try run("truncate", ["-s", "100M", large.string])
            #expect(try curl("-H", "Expect:", "--data-binary", "@\(large.string)", "http://x/v1/cases").output == "413")
            #expect(
                try curl(
                    "-H", "Expect:", "-H", "Transfer-Encoding: chunked", "--data-binary", "@\(large.string)", "http://x/v1/cases"
                ).output == "413")
            #expect(try curl("-H", "Expect:", "--data-binary", "@\(large.string)", "http://x/v1/blobs").output == "413")
            #expect(try station.acts() == ["station.started"])
            try station.exportAndVerify()
        }

        @Test func twoHundredIdleConnectionsKeepNobodyOut() throws {
            let station = try TestStation(evidence: [])
            _ = try station.json("status")
            let idle = try (0..<200).map { _ in try UnixConnection(station.socket.string) }
            #expect(try station.json("status")["entries"].int == 1)
            withExtendedLifetime(idle) {}
            #expect(station.stop() == 0)
        }

        @Test func asecondDaemonOnTheSameState() throws {
            let station = try TestStation(evidence: [])
            _ = try station.json("status")
            let second = try run("fengcund", ["--state", station.state.string, "--socket", station.folder("other.sock").string])
            #expect(second.status == 1)
            #expect(second.errors.hasSuffix("is in use by another fengcund\n"))
            let third = try run("fengcund", ["--state", station.folder("other").string, "--socket", station.socket.string])
            #expect(third.status == 1)
            #expect(third.errors.hasSuffix("is served by another fengcund\n"))
            try station.exportAndVerify()
        }

        @Test func statesThatTheDaemonRefuses() throws {
            let station = try TestStation(evidence: [])
            _ = try station.json("status")
            station.stop()
            func start() throws -> String {
                let outcome = try run("fengcund", ["--state", station.state.string, "--socket", station.socket.string])
                #expect(outcome.status == 1)
                return outcome.errors
            }
            let key = station.state.appending("keys").appending("station.pem").string
            try FileManager.default.setAttributes([.posixPermissions: 0o640], ofItemAtPath: key)
            #expect(try start().contains("has mode 640"))
            try FileManager.default.setAttributes([.posixPermissions: 0o600], ofItemAtPath: key)
            try FileManager.default.moveItem(atPath: key, toPath: key + ".away")
            #expect(try start().contains("its key \(key) is gone"))
            try #require(run("openssl", ["genpkey", "-algorithm", "ed25519", "-out", key]).status == 0)
            try FileManager.default.setAttributes([.posixPermissions: 0o600], ofItemAtPath: key)
            #expect(try start().contains("the ledger belongs to"))
            try FileManager.default.removeItem(atPath: key)
            try FileManager.default.moveItem(atPath: key + ".away", toPath: key)

            // A state that is a file, and a folder that cannot be written to.
            let file = try station.folder.write([], to: "file").string
            #expect(try run("fengcund", ["--state", file, "--socket", station.socket.string]).status == 1)
            let nobody = try run(
                "setpriv",
                [
                    "--reuid=65534", "--regid=65534", "--clear-groups", try find("fengcund"), "--state", "/var/lib/no",
                    "--socket", "/tmp/no.sock",
                ])
            #expect(nobody.status == 1)
            #expect(nobody.errors.split(separator: "\n").count == 1)

            try station.start()
            try station.exportAndVerify()
        }

        @Test func configurationsThatCannotBeUsed() throws {
            let folder = TemporaryFolder()
            for (text, word) in [
                ("origin = 5", "malformed"), ("orgin = 'x'", "malformed"), ("origin = 'a b'", "may hold no space"),
                ("destinations = ['images']", "no absolute path"), ("[access", "malformed"),
                ("[jobs]\nrunning = 0", "running is 1 to 64"), ("[jobs]\nrequests = 9", "requests 1 to 8"),
            ] {
                let file = try folder.write(text.utf8, to: "bad.toml")
                let outcome = try run(
                    "fengcund", ["--config", file.string, "--state", folder("s").string, "--socket", folder("k").string])
                #expect(outcome.status == 78)
                #expect(outcome.errors.contains(word), "\(outcome.errors)")
            }
            #expect(try run("fengcund", ["--config", "/nonexistent.toml"]).errors.contains("No such file"))
        }
    }
}

/// A client that connects and says nothing.
final class UnixConnection {
    private let descriptor: Int32

    init(_ path: String) throws {
        descriptor = socket(AF_UNIX, Int32(SOCK_STREAM.rawValue), 0)
        var address = sockaddr_un()
        address.sun_family = sa_family_t(AF_UNIX)
        withUnsafeMutableBytes(of: &address.sun_path) { $0.copyBytes(from: path.utf8) }
        let result = withUnsafePointer(to: &address) {
            $0.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                connect(descriptor, $0, socklen_t(MemoryLayout<sockaddr_un>.size))
            }
        }
        try #require(result == 0)
    }

    deinit { close(descriptor) }
}

extension LoopDevice {
    /// A drive with an ext4 file system.
    static func withFileSystem(_ folder: TemporaryFolder) throws -> LoopDevice {
        let drive = try LoopDevice(folder, bytes: 16 << 20, blank: true)
        try #require(run("mkfs.ext4", ["-q", "-U", UUID().uuidString, drive.file.string]).status == 0)
        return drive
    }
}
