import Foundation
import SystemPackage
import TestSupport
import Testing

extension System {
    /// The path as an operator scripts it, on a drive with every sector different.
    @Suite struct WholePath {
        @Test func aDriveBecomesASealedExhibitThatAStrangerCanVerify() throws {
            let folder = TemporaryFolder()
            let drive = try LoopDevice(folder, bytes: 5 << 20 | 3 << 9)
            let station = try TestStation(evidence: ["/dev/loop*"])
            try drive.plugIn()

            let device = try #require(station.json("devices").array.first { $0["device"].string == drive.node })
            let expected: Set = [
                "device", "medium", "make", "model", "serial", "wwn", "capacity", "logicalSectorSize", "physicalSectorSize",
                "bus",
                "readOnly", "state",
            ]
            #expect(device.names.isSuperset(of: expected))
            #expect(device["capacity"].int == 5 << 20 | 3 << 9)
            #expect(device["logicalSectorSize"].int == 512)
            #expect(device["readOnly"].bool)
            #expect(device["state"].string == "attached")
            #expect(try run("blockdev", ["--getro", drive.node]).output == "1\n")

            try station.register(drive, as: "E1")
            let image = try station.image("E1", hash: "sha256,md5,sm3")
            let file = image["image"].string
            #expect(
                image.names.isSuperset(of: [
                    "image", "medium", "bytes", "digests", "unreadableBytes", "startedAt", "finishedAt", "entry",
                ]))
            #expect(image["medium"].string == device["medium"].string)
            #expect(image["bytes"].int == 5 << 20 | 3 << 9)
            #expect(image["unreadableBytes"].int == 0)
            #expect(try run("cmp", [file, drive.node]).status == 0)
            for (name, option) in [("sha256", "-sha256"), ("md5", "-md5"), ("sm3", "-sm3")] {
                let other = try run("openssl", ["dgst", option, "-r", file]).output.split(separator: " ").first
                #expect(image["digests"][name].string == other.map(String.init))
            }
            #expect(image["digests"].names == ["sha256", "md5", "sm3"])
            #expect(try FileManager.default.attributesOfItem(atPath: file)[.posixPermissions] as? Int == 0o440)

            #expect(try station.json("image", "verify", "E1")["matches"].bool)
            #expect(try station.json("seal", "E1", "--number", "F-0001", "--method", "防拆封条")["number"].string == "F-0001")
            #expect(try station.json("medium", "show", "E1")["state"].string == "sealed")

            let bundle = folder("bundle")
            try station.json("ledger", "export", bundle.string)
            let key = try station.json("ledger", "key")["verifierKey"].string
            let verified = try run("fengcun-verify", [bundle.string, "--key", key, "--image", file])
            #expect(verified.status == 0, "\(verified.output)")
            #expect(verified.output.contains("is the image of exhibit 2026-001/E1"))
            let script = try run("python3", [bundle.appending("verify.py").string, bundle.string, "--key", key, "--image", file])
            #expect(script.status == 0, "\(script.output)\(script.errors)")

            #expect(
                try station.acts(of: drive) == [
                    "station.started", "medium.attached", "case.opened", "medium.registered", "acquisition.started",
                    "acquisition.finished", "image.verified", "medium.sealed", "ledger.exported",
                ])
            drive.unplug()
            #expect(station.stop() == 0)
            try station.start()
            #expect(try station.acts(of: drive).suffix(3) == ["medium.detached", "station.stopped", "station.started"])
        }

        @Test func theBundleIsReadByGosTransparencyLog() throws {
            let station = try TestStation(evidence: [])
            try station.waitUntilItAnswers()
            for number in 1...300 { try station.openCaseQuickly(number) }
            let bundle = try station.exportAndVerify()
            var proofs: [String] = []
            for entry in [0, 1, 150, 255, 256, 300] {
                let file = station.folder("proof-\(entry)").string
                try station.json("ledger", "prove", "\(entry)", "--output", file)
                let key = try station.json("ledger", "key")["verifierKey"].string
                #expect(try run("fengcun-verify", ["--proof", file, "--key", key]).status == 0)
                proofs.append(file)
            }
            // The proofs lead to the ledger as it was before the export was recorded or after it; both are signed.
            let outcome = try run(
                "go", ["run", Checkout.path + "/Tests/BundleTests/Independent/check.go", bundle.string] + proofs,
                environment: [
                    "GO111MODULE": "off", "GOPATH": "/usr/share/gocode", "GOCACHE": station.folder("go-cache").string,
                    "HOME": "/root",
                ])
            #expect(outcome.status == 0, "\(outcome.output)\(outcome.errors)")
        }

        @Test(arguments: [(512, 512), (4096, 4096), (512, 1 << 20), (4096, 3 << 20 | 4096), (512, 1 << 20 | 512)])
        func capacitiesThatAreNoRoundNumber(sectorSize: Int, bytes: Int) throws {
            let folder = TemporaryFolder()
            let drive = try LoopDevice(folder, bytes: bytes, sectorSize: sectorSize)
            let station = try TestStation(evidence: [drive.node])
            try drive.plugIn()
            #expect(try station.json("devices")[0]["logicalSectorSize"].int == sectorSize)
            try station.register(drive, as: "E1")
            let image = try station.image("E1", hash: "md5,sha1,sha256,sha512,sm3,sha3-256,blake2b512")
            #expect(image["bytes"].int == bytes)
            #expect(try run("cmp", [image["image"].string, drive.file.string]).status == 0)
            #expect(try station.json("image", "verify", "E1")["matches"].bool)
        }

        @Test func bothLanguagesAndTables() throws {
            let drive = try LoopDevice(TemporaryFolder.shared, bytes: 1 << 20)
            let station = try TestStation(evidence: [drive.node])
            try drive.plugIn()
            #expect(try station.fengcun("devices").output.hasPrefix("DEVICE"))
            #expect(try station.fengcun("--lang", "zh", "devices").output.hasPrefix("设备"))
            #expect(try station.fengcun("devices", "--lang=zh").output.hasPrefix("设备"))
            #expect(
                try station.fengcun("--lang", "zh", "case", "show", "X").errors
                    == "fengcun: 没有案件 X，请先用 fengcun case open 建立（R32.2）\n")
            #expect(try station.fengcun("--lang", "xx", "devices").status == 64)
            #expect(try run("fengcun", ["--generate-completion-script", "bash"]).output.contains("fengcun"))
        }
    }
}

extension TemporaryFolder {
    /// For drives that a test does not look at again.
    static let shared = TemporaryFolder()
}

extension TestStation {
    /// Opens a case through curl: a process less than our own command line, and another client.
    func openCaseQuickly(_ number: Int) throws {
        let body = #"{"number":"C-\#(number)","cause":"x","unit":"y"}"#
        let outcome = try run(
            "curl",
            [
                "-sf", "--unix-socket", socket.string, "-d", body,
                "http://station/v1/cases",
            ])
        try #require(outcome.status == 0, "\(outcome.errors)\(log)")
    }
}
