import Custody
import Media
import Testing

@Suite("Which disks are evidence")
struct EvidenceRuleTests {
    static func device(_ node: String, _ properties: [String: String] = [:]) -> BlockDevice {
        BlockDevice(name: String(node.split(separator: "/").last ?? ""), node: node, properties: properties)
    }

    @Test(
        "a pattern is a glob of the device node",
        arguments: [
            ("/dev/loop*", "/dev/loop7", true), ("/dev/loop*", "/dev/loop", true), ("/dev/loop?", "/dev/loop7", true),
            ("/dev/loop?", "/dev/loop17", false), ("/dev/sd[b-d]", "/dev/sdc", true), ("/dev/sd[b-d]", "/dev/sda", false),
            ("/dev/sdb", "/dev/sdb", true), ("/dev/sdb", "/dev/sdbc", false), ("*", "/dev/sdb", false),
            ("/*/sdb", "/dev/sdb", true),
            ("/dev*", "/dev/sdb", false), ("loop*", "/dev/loop7", false), ("", "/dev/sdb", false), ("/dev/[", "/dev/sdb", false),
            ("/dev/*", "/dev/mapper/x", false),
        ])
    func pattern(_ pattern: String, _ node: String, _ matches: Bool) {
        let reason = EvidenceRule(patterns: [pattern]).reason(for: Self.device(node))
        #expect(reason == (matches ? .pattern(pattern) : nil))
    }

    @Test("the first pattern that matches is named")
    func firstPattern() {
        let rule = EvidenceRule(patterns: ["/dev/sd*", "/dev/loop*", "/dev/loop7"])
        #expect(rule.reason(for: Self.device("/dev/loop7")) == .pattern("/dev/loop*"))
    }

    @Test(
        "without patterns only the udev rule decides",
        arguments: [("1", true), ("0", false), ("", false), ("true", false), ("11", false)])
    func udevRule(_ value: String, _ evidence: Bool) {
        let rule = EvidenceRule(patterns: [])
        #expect(rule.reason(for: Self.device("/dev/sdb", ["FENGCUN_EVIDENCE": value])) == (evidence ? .udevRule : nil))
        #expect(rule.reason(for: Self.device("/dev/sdb")) == nil)
    }

    @Test("the udev rule is named before a pattern")
    func both() {
        let rule = EvidenceRule(patterns: ["/dev/sd*"])
        #expect(rule.reason(for: Self.device("/dev/sdb", ["FENGCUN_EVIDENCE": "1"])) == .udevRule)
    }
}
