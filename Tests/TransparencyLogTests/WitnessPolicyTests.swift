import Integrity
import Testing

@testable import TransparencyLog

@Suite("Policies of witnesses")
struct WitnessPolicyTests {
    /// Seven witnesses, made once.
    static let keys: [CosignerKey] = (1...7).compactMap { number in
        guard let name = Origin("witness.example/\(number)"), let key = try? SigningKey.generate() else { return nil }
        return CosignerKey(name: name, key: key.verifyingKey)
    }

    /// The example of the specification, with keys.
    static let example = """
        witness X1 \(keys[0].text)
        witness X2 \(keys[1].text) https://witness.example/2
        witness X3 \(keys[2].text)
        group X-witnesses 2 X1 X2 X3

        # The other organisation.
        \twitness  Y1 \(keys[3].text)
        witness Y2 \(keys[4].text) \u{20}
        witness 丙 \(keys[5].text)
        group Y-witnesses any Y1 Y2 丙
          # All of them.
        group X-and-Y all X-witnesses Y-witnesses
        quorum X-and-Y

        """

    private func policy(_ text: String) throws(LogError) -> WitnessPolicy { try WitnessPolicy(parsing: Array(text.utf8)) }

    @Test("the specification's example decides about every set of cosigners as it says")
    func example() throws {
        let policy = try policy(Self.example)
        #expect(policy.witnesses.map(\.name) == ["X1", "X2", "X3", "Y1", "Y2", "丙"])
        #expect(policy.witnesses[1].url == "https://witness.example/2")
        #expect(policy.logs.isEmpty)
        for bits in 0..<128 {
            let cosigners = Set(Self.keys.indices.filter { bits >> $0 & 1 == 1 }.map { Self.keys[$0] })
            let x = (bits & 0b111).nonzeroBitCount
            let y = (bits >> 3 & 0b111).nonzeroBitCount
            #expect(policy.quorum.isMet(by: cosigners) == (x >= 2 && y >= 1), "\(bits)")
        }
    }

    @Test("logs that are listed are the only ones accepted")
    func logs() throws {
        let (one, two) = (try SampleLog("one"), try SampleLog("two"))
        let named = try policy("log \(one.verifierKey.text) https://log.example/\nquorum none\n")
        #expect(named.accepts(one.verifierKey) && !named.accepts(two.verifierKey))
        #expect(named.quorum.isMet(by: []))
        #expect(try policy("quorum none\n").accepts(two.verifierKey))
    }

    @Test("a single witness may be the quorum")
    func single() throws {
        let policy = try policy("witness w \(Self.keys[0].text)\nquorum w\n")
        #expect(policy.quorum.isMet(by: [Self.keys[0]]))
        #expect(!policy.quorum.isMet(by: [Self.keys[1]]))
    }

    @Test(
        "what the specification forbids is refused",
        arguments: [
            "", "\n", "# nothing\n", "quorum none", "quorum\n", "quorum none none\n", "quorum w\n", "quorum none\nquorum none\n",
            "witness w K1\n", "witness none K1\nquorum none\n", "witness w K1\nwitness w K2\nquorum w\n",
            "witness a K1\nwitness b K1\nquorum a\n", "quorum w\nwitness w K1\n", "witness w L1\nquorum w\n",
            "log K1\nquorum none\n", "log L1\nlog L1\nquorum none\n", "log\nquorum none\n", "log L1 a b\nquorum none\n",
            "group g any\nquorum none\n", "group g any w\nwitness w K1\nquorum none\n", "witness w K1\ngroup g 0 w\nquorum g\n",
            "witness w K1\ngroup g 2 w\nquorum g\n", "witness w K1\ngroup g 01 w\nquorum g\n",
            "witness w K1\ngroup g 1 w w\nquorum g\n",
            "witness w K1\ngroup g any none\nquorum g\n", "witness w K1\ngroup g any g\nquorum g\n",
            "witness w K1\ngroup w any w\nquorum w\n", "witness w K1\ngroup g any w\ngroup h any w\nquorum g\n",
            "witness w K1\ngroup none any w\nquorum none\n", "group\nquorum none\n", "group g\nquorum none\n",
            "Quorum none\n", "quorum none\r\n", "quorum none\u{0}\n", "quorum none\u{7F}\n", "quorum\u{A0}none\n",
            "frob\nquorum none\n",
        ])
    func refused(_ text: String) throws {
        let log = try SampleLog()
        let full = text.replacing("K1", with: Self.keys[0].text).replacing("K2", with: Self.keys[1].text)
            .replacing("L1", with: log.verifierKey.text)
        #expect(throws: LogError.self, "\(text.debugDescription)") { try policy(full) }
    }

    @Test("names are octets: what is no UTF-8 is a name, too, and shown safely")
    func octets() throws {
        var bytes = Array("witness ".utf8) + [0xFF, 0xE2]
        bytes += Array(" \(Self.keys[0].text)\n# \n".utf8)
        bytes += Array("quorum ".utf8) + [0xFF, 0xE2, 0x0A]
        let policy = try WitnessPolicy(parsing: bytes)
        #expect(policy.quorum == .witness(Self.keys[0]))
    }

    @Test("the fault is named with its line")
    func line() throws {
        #expect(throws: LogError.malformed("line 3 of the policy: there is a second quorum")) {
            try policy("quorum none\n# x\nquorum none\n")
        }
    }

    @Test("no mutation of a policy crashes the parser")
    func mutations() {
        for _ in 0..<5000 { _ = try? WitnessPolicy(parsing: mutated(Array(Self.example.utf8))) }
    }

    @Test("limits hold: 256 of each are read, one more is not")
    func limits() throws {
        // Groups without witnesses cannot be; each takes one of the witnesses that are there.
        let keys = try (0..<257).map { number in
            CosignerKey(name: try #require(Origin("w\(number)")), key: try SigningKey.generate().verifyingKey)
        }
        func text(_ count: Int) -> String {
            keys.prefix(count).enumerated().map { "witness \($0) \($1.text)\n" }.joined()
                + (0..<count).map { "group g\($0) any \($0)\n" }.joined() + "quorum g0\n"
        }
        #expect(try policy(text(256)).witnesses.count == 256)
        #expect(throws: LogError.self) { try policy(text(257)) }
        #expect(throws: LogError.self) { try WitnessPolicy(parsing: Array(repeating: 0x0A, count: 1 << 20 | 1)) }
    }
}
