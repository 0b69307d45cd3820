import Foundation
import SystemPackage
import TestSupport
import Testing

extension System {
    /// Time from outside, with the real daemon and command line and an authority on 127.0.0.1.
    @Suite struct Timestamps {
        @Test func overHTTPAndByFile() throws {
            let authority = try TimeAuthority()
            let server = try authority.serve()
            let station = try TestStation(evidence: [], configuration: "[time]\nserver = \"\(server.url)/\"\n")
            #expect(try station.json("status")["timeServer"].string == server.url + "/")

            let first = try station.json("timestamp")
            #expect(first["size"].int == 1)
            #expect(first["imprint"].string == "sha256")
            #expect(try station.acts() == ["station.started", "checkpoint.timestamped"])

            // The same by file, with SM3; the answer comes after a restart and after other acts.
            let (request, answer) = (station.folder("r.tsq").string, station.folder("r.tsr"))
            let asked = try station.json("timestamp", "--request", request, "--imprint", "sm3")
            #expect(asked["size"].int == 2)
            let again = try station.json("timestamp", "--request", request + "2", "--imprint", "sm3", "--size", "2")
            #expect(again["request"].string == asked["request"].string)
            station.stop()
            try station.start()
            try station.folder.write(authority.answer(contents(FilePath(request))), to: "r.tsr")
            let second = try station.json("timestamp", "--answer", answer.string)
            #expect(second["size"].int == 2)
            #expect(try station.refusal("timestamp", "--answer", answer.string).contains("recorded already"))

            // What openssl says about the files of the bundle.
            let bundle = try station.exportAndVerify()
            let entries = try station.json("ledger", "show").array.filter { $0["act"].string == "checkpoint.timestamped" }
            #expect(entries.count == 2)
            for entry in entries {
                let blobs = entry["blobs"].array
                let paths = ["checkpoint", "timestamp"].compactMap { kind in blobs.first { $0["type"].string == kind } }
                    .map { bundle.appending("blobs").appending($0["sha256"].string).string }
                try #require(paths.count == 2)
                let outcome = try run(
                    "openssl", ["ts", "-verify", "-data", paths[0], "-in", paths[1], "-CAfile", authority("root.pem").string])
                #expect(outcome.status == 0, "\(outcome.errors)")
            }
            let key = try station.json("ledger", "key")["verifierKey"].string
            let trusted = try run(
                "fengcun-verify",
                [bundle.string, "--key", key, "--time-roots", authority("root.pem").string, "--times", "--lang", "en"])
            #expect(trusted.status == 0, "\(trusted.output)")
            #expect(trusted.output.contains("leads to your roots"))
            #expect(trusted.output.contains("entries from both sides"))
            #expect(!trusted.output.contains("WARNING"), "\(trusted.output)")
            let stranger = try run(
                "fengcun-verify",
                [bundle.string, "--key", key, "--time-roots", TimeAuthority()("root.pem").string, "--lang", "en"])
            #expect(stranger.status == 1)
            #expect(stranger.output.contains("NOT TRUSTED"))
        }

        @Test func whatIsNoAnswerIsNotRecorded() throws {
            let authority = try TimeAuthority()
            let server = try authority.serve()
            let station = try TestStation(evidence: [])
            #expect(try station.refusal("timestamp").contains("--url"))
            #expect(try station.refusal("timestamp", "--url", server.url + "/refuse").contains("503"))
            #expect(try station.refusal("timestamp", "--url", server.url + "/text").contains("malformed"))
            #expect(try station.refusal("timestamp", "--url", "http://127.0.0.1:1/").contains("no answer"))
            #expect(try station.refusal("timestamp", "--url", server.url, "--imprint", "md5").contains("md5"))
            #expect(try station.refusal("timestamp", "--url", server.url, "--size", "99").contains("99"))
            // An answer to another request over the same checkpoint: its nonce is another.
            let request = station.folder("r.tsq").string
            let note = try station.json("timestamp", "--request", request)["note"].string
            try station.folder.write(note.utf8, to: "note")
            let foreign = station.folder("f.tsq").string
            try #require(
                run("openssl", ["ts", "-query", "-data", station.folder("note").string, "-sha256", "-cert", "-out", foreign])
                    .status == 0)
            let answer = try station.folder.write(authority.answer(contents(FilePath(foreign))), to: "f.tsr").string
            #expect(try station.refusal("timestamp", "--answer", answer).contains("nonce"))
            #expect(try station.acts() == ["station.started"])
        }
    }
}
