import Foundation
import TestSupport
import Testing

extension System {
    /// Who may do what is decided by the kernel's word about the peer, and refusals stand in the ledger.
    @Suite struct Access {
        /// Users of the Debian base system: `bin` looks, `daemon` operates, `games` may connect and do nothing.
        private static let configuration = """
            group = 'nogroup'
            [access]
            look = ['bin']
            operate = ['daemon', '@backup']
            """

        private func asUser(_ user: String, _ station: TestStation, groups: String = "nogroup", _ arguments: [String]) throws
            -> Outcome
        {
            try run(
                "setpriv",
                [
                    "--reuid=\(user)", "--regid=\(groups)", "--clear-groups", try find("fengcun"), "--socket",
                    station.socket.string,
                ]
                    + arguments, environment: ["LC_ALL": "C.UTF-8"])
        }

        @Test func rolesDecide() throws {
            let station = try TestStation(evidence: [], configuration: Self.configuration)
            try station.waitUntilItAnswers()
            // The folder of the test is the owner's alone; the daemon's real one is not.
            _ = try run("chmod", ["755", station.folder.path.string])
            let open = ["case", "open", "C-1", "--cause", "x", "--unit", "y"]
            #expect(try asUser("bin", station, ["devices"]).status == 0)
            #expect(
                try asUser("bin", station, open).errors == "fengcun: user bin may not do this; it needs the right to operate\n")
            #expect(try asUser("daemon", station, open).status == 0)
            #expect(try asUser("daemon", station, ["ledger", "check"]).errors.contains("needs the right to administer"))
            #expect(try asUser("games", station, ["status"]).errors.contains("user games may not do this"))
            // Who is not in the group of the socket cannot even connect.
            #expect(try asUser("games", station, groups: "games", ["status"]).errors.contains("you may not use"))

            let entries = try station.json("ledger", "show").array
            let opened = try #require(entries.first { $0["act"].string == "case.opened" })
            #expect(opened["actor"]["user"].string == "daemon")
            #expect(opened["actor"]["uid"].int == 1)
            let refused = entries.filter { $0["act"].string == "access.refused" }
            #expect(Set(refused.map { $0["body"]["user"].string }) == ["bin", "daemon", "games"])
        }

        @Test func knockingDoesNotFillTheLedger() throws {
            let station = try TestStation(evidence: [], configuration: Self.configuration)
            try station.waitUntilItAnswers()
            _ = try run("chmod", ["755", station.folder.path.string])
            let knocks = 40
            for _ in 0..<knocks { _ = try asUser("games", station, ["status"]) }
            #expect(try station.acts() == ["station.started", "access.refused"])
            station.stop()
            try station.start()
            let refused = try station.json("ledger", "show").array.filter { $0["act"].string == "access.refused" }
            #expect(refused.map { $0["body"]["count"].int } == [1, knocks - 1])
            #expect(refused[1]["body"]["requests"].array.map(\.string) == ["GET /v1/status"])
        }

        @Test func thePersonAtTheKeyboardIsRecorded() throws {
            let station = try TestStation(evidence: [])
            try station.json("--person", "张三", "case", "open", "C-1", "--cause", "x", "--unit", "y")
            let opened = try #require(station.json("ledger", "show").array.last)
            #expect(opened["actor"]["person"].string == "张三")
            #expect(opened["actor"]["uid"].int == 0)
            #expect(
                try station.refusal("--person", "张\n三", "case", "open", "C-2", "--cause", "x", "--unit", "y").contains("person"))
        }

        @Test func theSocketBelongsToItsGroup() throws {
            let station = try TestStation(evidence: [], configuration: Self.configuration)
            try station.waitUntilItAnswers()
            #expect(try run("stat", ["-c", "%a %G", station.socket.string]).output == "660 nogroup\n")
            let key = station.state.appending("keys").appending("station.pem").string
            #expect(try run("stat", ["-c", "%a", key]).output == "600\n")
        }
    }
}
