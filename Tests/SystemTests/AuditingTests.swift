import Foundation
import SystemPackage
import TestSupport
import Testing

extension System {
    /// The walk-through of docs/auditing.md, word for word, on a bundle that has everything.
    @Suite struct Auditing {
        private let people: TestAuthority
        private let time = try? TimeAuthority()
        private let witness: TestWitness
        private let folder = TemporaryFolder()

        init() throws {
            people = try TestAuthority()
            try people.issue("zhang", subject: "/CN=张三")
            witness = try TestWitness("witness.example/w")
        }

        /// The shell blocks of the page, in order.
        private func script() throws -> String {
            let page = String(decoding: try contents(FilePath(Checkout.path + "/docs/auditing.md")), as: UTF8.self)
            var blocks: [Substring] = []
            for piece in page.components(separatedBy: "```sh\n").dropFirst() {
                blocks.append(try #require(piece.components(separatedBy: "```\n").first)[...])
            }
            #expect(blocks.count >= 11)
            return "set -euo pipefail\n" + blocks.joined(separator: "\n")
        }

        private func audit() throws -> Outcome {
            let script = try folder.write(try script().utf8, to: "walk-through.sh")
            return try run("bash", ["-c", "cd \"$1\" && . \"$2\"", "bash", folder.path.string, script.string])
        }

        /// A ledger with a sealed exhibit, an image, a person's signature, a time-stamp, a cosignature and a changed key.
        private func makeBundle(on drive: LoopDevice) throws {
            let time = try #require(time)
            let server = try time.serve()
            let configuration = "[time]\nserver = \"\(server.url)/\"\n\n[[witness]]\nkey = \"\(witness.key)\"\n"
            let station = try TestStation(evidence: [drive.node], configuration: configuration)
            try drive.plugIn()
            try station.register(drive, as: "E1")
            _ = try station.image("E1")
            let receipt = folder("receipt.txt").string
            try station.json(
                "seal", "E1", "--number", "F-1", "--method", "防拆封条", "--present", "王五", "--receipt", receipt)
            let held = try station.json("ledger", "key")["verifierKey"].string
            try folder.write("\(held)\n".utf8, to: "station.vkey")

            let sealed = try #require(try station.json("ledger", "show").array.first { $0["act"].string == "medium.sealed" })[
                "seq"
            ]
            .int
            let statement = folder("statement").string
            let who = ["sign", "\(sealed)", "--as", "witness", "--name", "张三"]
            try station.json(who + ["--statement", statement])
            try people.openssl([
                "cms", "-sign", "-binary", "-cades", "-in", statement, "-signer", people.path("zhang.pem"), "-inkey",
                people.path("zhang.key"), "-outform", "PEM", "-out", statement + ".sig",
            ])
            try station.json(who + ["--signature", statement + ".sig"])
            try station.json("timestamp")
            try witness.serve(held)
            try station.json("witness", "ask", witness.name, "--url", witness.url)
            try station.json("ledger", "export", folder("short").string)
            try station.json("ledger", "rotate-key", "--reason", "每年更换")
            try station.json("receipt", "\(sealed)", "--output", folder("late.txt").string)
            try station.json("ledger", "export", folder("bundle").string)
            try folder.write(people.bytes("root.pem"), to: "people.pem")
            try folder.write(contents(time("root.pem")), to: "authorities.pem")
            try folder.write("\(witness.key)\n".utf8, to: "witness.vkey")
        }

        @Test func theWalkThroughWorksWordForWord() throws {
            let drive = try LoopDevice(folder, bytes: 1 << 20)
            try makeBundle(on: drive)
            let outcome = try audit()
            #expect(outcome.status == 0, "\(outcome.output)\n\(outcome.errors)")
            for line in [
                "Signature Verified Successfully", "the bundle's key follows from yours", "it is entry", "Verification: OK",
                "cosigned 20", "the receipt is about entry",
            ] {
                #expect((outcome.output + outcome.errors).contains(line), "\(line)")
            }

            // A receipt from after the change of the key, for one who holds the key from before it: of this bundle, and of one
            // that ends before the change.
            try FileManager.default.removeItem(atPath: folder("receipt.txt").string)
            try FileManager.default.moveItem(atPath: folder("late.txt").string, toPath: folder("receipt.txt").string)
            let late = try audit()
            #expect(late.status == 0 && late.output.contains("the receipt is about entry"), "\(late.errors)")
            try FileManager.default.moveItem(atPath: folder("bundle").string, toPath: folder("whole").string)
            try FileManager.default.moveItem(atPath: folder("short").string, toPath: folder("bundle").string)
            try? FileManager.default.removeItem(atPath: folder("altered").string)
            let cut = try audit()
            #expect(cut.status != 0 && cut.output.contains("the receipt is about entry"), "\(cut.output)\(cut.errors)")
            #expect(cut.errors.contains("CUT: the bundle is shorter than that checkpoint"), "\(cut.errors)")
            try FileManager.default.removeItem(atPath: folder("bundle").string)
            try FileManager.default.moveItem(atPath: folder("whole").string, toPath: folder("bundle").string)

            // Nobody of those whom the auditor trusts: the same words say so.
            let stranger = try TestAuthority()
            try folder.write(stranger.bytes("root.pem"), to: "people.pem")
            #expect(try audit().status != 0)
            try folder.write(people.bytes("root.pem"), to: "people.pem")
            try folder.write(stranger.bytes("root.pem"), to: "authorities.pem")
            #expect(try audit().status != 0)
        }
    }
}
