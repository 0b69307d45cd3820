import Testing

@testable import Station

@Suite struct Rights {
    private func peer(_ uid: UInt32, _ user: String, _ groups: Set<String> = []) -> Peer {
        Peer(uid: uid, user: user, person: nil, groups: groups)
    }

    private let rules = AccessRules([.look: ["@audit", "eve"], .operate: ["bob", "@lab"], .administer: ["carol"]])

    @Test func theHighestRoleCounts() {
        #expect(rules.role(of: peer(1001, "bob")) == .operate)
        #expect(rules.role(of: peer(1002, "carol", ["lab", "audit"])) == .administer)
        #expect(rules.role(of: peer(1003, "dave", ["audit"])) == .look)
        #expect(rules.role(of: peer(1004, "eve", ["lab"])) == .operate)
    }

    @Test func whoIsNotNamedMayDoNothing() {
        #expect(rules.role(of: peer(1005, "mallory", ["users"])) == nil)
        // A user called like a group, and a group called like a user.
        #expect(rules.role(of: peer(1006, "lab")) == nil)
        #expect(rules.role(of: peer(1008, "x", ["bob"])) == nil)
    }

    @Test func rootAdministersWhateverTheRulesSay() {
        #expect(AccessRules([:]).role(of: peer(0, "root")) == .administer)
    }

    @Test func eachRoleIncludesTheOnesBefore() {
        #expect(Role.look < .operate)
        #expect(Role.operate < .administer)
    }

    @Test func theAccountDatabaseIsAsked() async throws {
        let root = try await Peer.lookUp(uid: 0, gid: 0, person: nil)
        #expect(root.user == "root")
        #expect(root.groups.contains("root"))
        let nobody = try await Peer.lookUp(uid: 4_000_000_000, gid: 4_000_000_000, person: nil)
        #expect(nobody.user == "#4000000000")
        #expect(nobody.groups.isEmpty)
    }
}
