import Foundation
import Integrity
import TestSupport
import Testing

@Suite("Signatures of people")
struct PersonSignatureTests {
    private let statement = Array("封存签名声明 statement\nsecond line\n".utf8)

    // MARK: CMS

    @Test(
        "openssl's CMS signatures are accepted, altered ones are not", arguments: [TestAuthority.KeyKind.p256, .rsa],
        [true, false])
    func cms(kind: TestAuthority.KeyKind, isCAdES: Bool) throws {
        let authority = try TestAuthority()
        let bytes = try signed(authority, kind, isCAdES ? ["-cades"] : [])
        let signature = try CMSSignature(bytes, over: statement)
        #expect(signature.signers.map(\.certificate.subject) == ["CN=张三"])
        #expect(signature.signers.map(\.bindsCertificate) == [isCAdES])
        #expect(signature.signers.map(\.digest) == ["SHA256"])
        #expect(try abs(Int(time(nil)) - #require(signature.signers[0].signingTime)) < 600)
        #expect(throws: SignatureError.otherStatement) { try CMSSignature(bytes, over: statement + [0x0A]) }
        // Neither the frame nor, without CAdES, the certificate's own bytes are what is signed: then the certificates are the
        // same, or they lead to no root any more.
        let roots = SignerTrust(roots: try TrustRoots(pem: authority.bytes("root.pem")))
        try rejectAltered(bytes) {
            _ = try CMSSignature($0, over: statement)
        } isSame: {
            guard let altered = try? PersonSignature($0, .cms, over: statement, with: []) else { return false }
            if altered.certificates == signature.certificates { return true }
            guard case .notTrusted = roots.judge(altered, at: Int(time(nil))) else { return false }
            return !isCAdES
        }
    }

    @Test("two people sign one statement, each is reported")
    func twoSigners() throws {
        let authority = try TestAuthority()
        try authority.issue("li", subject: "/CN=李四", .rsa)
        let bytes = try signed(authority, .p256, ["-signer", authority.path("li.pem"), "-inkey", authority.path("li.key")])
        let signature = try CMSSignature(bytes, over: statement)
        #expect(Set(signature.signers.map(\.certificate.subject)) == ["CN=张三", "CN=李四"])
    }

    @Test(
        "weak or incomplete CMS is refused",
        arguments: [["-md", "sha1"], ["-noattr"], ["-nodetach"], ["-nocerts"], ["-md", "md5"]])
    func refusedCMS(options: [String]) throws {
        let authority = try TestAuthority()
        let bytes = try signed(authority, .rsa, options)
        #expect(throws: SignatureError.self) { try CMSSignature(bytes, over: statement) }
        if options == ["-nocerts"] {
            let certificates = try Certificate.read(authority.bytes("zhang.pem"))
            #expect(try CMSSignature(bytes, over: statement, with: certificates).signers.count == 1)
        }
    }

    @Test("without -binary openssl signs another text, and a short key is refused")
    func otherCMS() throws {
        let authority = try TestAuthority()
        let text = try signed(authority, .p256, [], isBinary: false)
        #expect(throws: SignatureError.otherStatement) { try CMSSignature(text, over: statement) }
        let weak = try signed(TestAuthority(), .weakRSA, [])
        #expect(throws: SignatureError.unsupported("a short key")) { try CMSSignature(weak, over: statement) }
    }

    @Test("the auditor's roots decide about a CMS signer")
    func trust() throws {
        let authority = try TestAuthority()
        let signature = try PersonSignature(signed(authority, .p256, []), .cms, over: statement, with: [])
        let now = Int(time(nil))
        let own = SignerTrust(roots: try TrustRoots(pem: authority.bytes("root.pem")))
        let other = SignerTrust(roots: try TrustRoots(pem: TestAuthority().bytes("root.pem")))
        #expect(own.judge(signature, at: now) == .trusted(["C=CN, CN=root"]))
        #expect(SignerTrust().judge(signature, at: now) == .notChecked)
        for finding in [other.judge(signature, at: now), own.judge(signature, at: 1_500_000_000)] {
            guard case .notTrusted = finding else {
                Issue.record("\(finding)")
                continue
            }
        }
    }

    // MARK: SSH

    @Test(
        "ssh-keygen's signatures are accepted, altered ones are not",
        arguments: [
            ["ed25519"], ["ecdsa", "-b", "256"], ["ecdsa", "-b", "384"], ["ecdsa", "-b", "521"], ["rsa", "-b", "2048"],
        ])
    func ssh(type: [String]) throws {
        let folder = TemporaryFolder()
        let key = folder("key").string
        try require("ssh-keygen", ["-q", "-N", "", "-C", "zhang@example", "-f", key, "-t"] + type)
        let bytes = try sshSigned(folder, key)
        let signature = try SSHSignature(bytes, over: statement)
        #expect(try require("ssh-keygen", ["-l", "-f", key]).contains(signature.key.fingerprint + " "))
        #expect(throws: SignatureError.wrong) { try SSHSignature(bytes, over: statement + [0x0A]) }
        try rejectAltered(bytes) {
            _ = try SSHSignature($0, over: statement)
        } isSame: { _ in
            false
        }
        let wrongNamespace = try sshSigned(folder, key, namespace: "file")
        #expect(throws: SignatureError.self) { try SSHSignature(wrongNamespace, over: statement) }
        let publicKey = try contents(folder("key.pub"))
        let allowed = try AllowedSigners(Array("zhang@example ".utf8) + publicKey)
        #expect(try allowed.principals(of: signature.key, at: 0) == "zhang@example")
    }

    @Test("a key on a token: ssh-keygen and we accept the same signature")
    func token() throws {
        // No token is at hand: what it would sign is put together here (PROTOCOL.u2f) and signed by a software key.
        let folder = TemporaryFolder()
        let key = try SigningKey.generate()
        func string(_ bytes: [UInt8]) -> [UInt8] {
            [24, 16, 8, 0].map { UInt8(truncatingIfNeeded: bytes.count >> $0) } + bytes
        }
        let type = Array("sk-ssh-ed25519@openssh.com".utf8)
        let blob = string(type) + string(key.verifyingKey.bytes) + string(Array("ssh:".utf8))
        let digest = try #require(try? Digest.of(statement, .sha512)).bytes
        let head = Array("SSHSIG".utf8)
        let signedText = head + string(Array("fengcun".utf8)) + string([]) + string(Array("sha512".utf8)) + string(digest)
        let flags: [UInt8] = [1, 0, 0, 0, 7]
        let value = try key.sign(SHA256.digest(Array("ssh:".utf8)) + flags + SHA256.digest(signedText))
        let wire =
            head + [0, 0, 0, 1] + string(blob) + string(Array("fengcun".utf8)) + string([]) + string(Array("sha512".utf8))
            + string(string(type) + string(value) + flags)
        let armour = "-----BEGIN SSH SIGNATURE-----\n\(Base64.encode(wire))\n-----END SSH SIGNATURE-----\n"
        let file = try folder.write(armour.utf8, to: "sig").string
        try folder.write(statement, to: "statement")
        let verified = try run(
            "sh", ["-c", "ssh-keygen -Y check-novalidate -n fengcun -s \(file) < \(folder("statement"))"])
        #expect(verified.status == 0, "\(verified.output)\(verified.errors)")
        #expect(try SSHSignature(Array(armour.utf8), over: statement).key.type == "sk-ssh-ed25519@openssh.com")
    }

    @Test("allowed signers: times, namespaces, and lines that are not understood")
    func allowedSigners() throws {
        let folder = TemporaryFolder()
        let path = folder("key").string
        try require("ssh-keygen", ["-q", "-N", "", "-t", "ed25519", "-f", path])
        let text = String(decoding: try contents(folder("key.pub")), as: UTF8.self)
        let key = try SSHSignature(sshSigned(folder, path), over: statement).key
        func allowed(_ options: String) throws -> AllowedSigners {
            try AllowedSigners(Array("# comment\n\n\"zhang@a,li@b\" \(options) \(text)".utf8))
        }
        let time = 1_780_272_000  // 2026-06-01
        #expect(try allowed("").principals(of: key, at: time) == "zhang@a,li@b")
        #expect(try allowed("namespaces=\"file,feng*\"").principals(of: key, at: time) == "zhang@a,li@b")
        #expect(try allowed("valid-after=\"20260601Z\",valid-before=\"202606010001Z\"").principals(of: key, at: time) != "")
        for options in [
            "valid-after=\"20260602Z\"", "valid-before=\"20260601Z\"", "namespaces=\"file\"", "namespaces=\"feng*,!fengcun\"",
        ] {
            #expect(throws: AllowedSigners.Failure.notValid(principals: "zhang@a,li@b", at: time), "\(options)") {
                try allowed(options).principals(of: key, at: time)
            }
        }
        for options in ["cert-authority", "valid-after=\"yesterday\"", "valid-after=\"20260231Z\"", "no-touch-required"] {
            #expect(throws: AllowedSigners.Failure.self, "\(options)") { try allowed(options) }
        }
        #expect(throws: AllowedSigners.Failure.unknownKey(fingerprint: key.fingerprint)) {
            try AllowedSigners([]).principals(of: key, at: time)
        }
    }

    // MARK: SM2

    @Test("openssl's SM2 signatures are accepted in both forms, altered ones are not")
    func sm2() throws {
        let authority = try TestAuthority(kind: .sm2)
        try authority.issue("zhang", subject: "/CN=张三", .sm2, issuerKind: .sm2)
        let certificates = try Certificate.read(authority.bytes("zhang.pem"))
        let path = try authority.folder.write(statement, to: "statement").string
        try authority.openssl([
            "dgst", "-sm3", "-sign", authority.path("zhang.key"), "-sigopt", "distid:1234567812345678", "-out",
            authority.path("sig"), path,
        ])
        let bytes = try authority.bytes("sig")
        let signature = try PersonSignature(bytes, PersonSignature.format(of: bytes), over: statement, with: certificates)
        #expect(signature.signers.map(\.name) == ["CN=张三"])
        #expect(throws: SignatureError.wrong) { try SM2Signature(bytes, over: statement + [0], certificate: certificates[0]) }
        #expect(throws: SignatureError.noCertificate) { try PersonSignature(bytes, .sm2, over: statement, with: []) }
        try rejectAltered(bytes) {
            _ = try SM2Signature($0, over: statement, certificate: certificates[0])
        } isSame: { _ in
            false
        }
        let roots = SignerTrust(roots: try TrustRoots(pem: authority.bytes("root.pem")))
        #expect(roots.judge(signature, at: Int(time(nil))) == .trusted(["C=CN, CN=root"]))
        // Without the identity, openssl makes a signature that nobody else accepts; neither do we.
        try authority.openssl(["dgst", "-sm3", "-sign", authority.path("zhang.key"), "-out", authority.path("bad"), path])
        #expect(throws: SignatureError.wrong) {
            try SM2Signature(authority.bytes("bad"), over: statement, certificate: certificates[0])
        }
    }

    @Test("an SM2 implementation that is not OpenSSL signs what we accept", .enabled(if: hasGMSSL, "needs PyPI's gmssl"))
    func otherSM2() throws {
        let authority = try TestAuthority(kind: .sm2)
        try authority.issue("zhang", subject: "/CN=张三", .sm2, issuerKind: .sm2)
        let certificate = try #require(try Certificate.read(authority.bytes("zhang.pem")).first)
        let text = try authority.openssl(["pkey", "-in", authority.path("zhang.key"), "-text", "-noout"])
        func hex(after label: String) -> String {
            let rest = text.split(separator: "\n").drop { !$0.hasPrefix(label) }.dropFirst().prefix { $0.hasPrefix(" ") }
            return rest.joined().filter(\.isHexDigit)
        }
        let secret = String(String(repeating: "0", count: 64) + hex(after: "priv:")).suffix(64)
        let point = hex(after: "pub:").dropFirst(2)
        let script = """
            import sys
            from gmssl import sm2
            key = sm2.CryptSM2(private_key='\(secret)', public_key='\(point)')
            print(key.sign_with_sm3(bytes.fromhex('\(Hex.encode(statement))')), end='')
            """
        let raw = try require("python3", ["-c", script])
        let bytes = try #require(Hex.decode(raw))
        #expect(bytes.count == 64)
        #expect(try SM2Signature(bytes, over: statement, certificate: certificate).certificate == certificate)
        try rejectAltered(bytes) {
            _ = try SM2Signature($0, over: statement, certificate: certificate)
        } isSame: { _ in
            false
        }
    }

    static let hasGMSSL = (try? run("python3", ["-c", "import gmssl"]).status) == 0

    // MARK: Garbage

    @Test("a million bytes of garbage are refused in every format", arguments: PersonSignature.Format.allCases)
    func garbage(format: PersonSignature.Format) throws {
        let certificates = try Certificate.read(TestAuthority().bytes("root.pem"))
        let noise = (0..<1_000_000).map { _ in UInt8.random(in: 0...255) }
        let armour = Array(
            "-----BEGIN SSH SIGNATURE-----\n\(Base64.encode(Array("SSHSIG".utf8) + noise))\n-----END SSH SIGNATURE-----\n".utf8)
        for bytes in [[], noise, [0x30, 0x83, 0x0F, 0x42, 0x3C] + noise, armour, [UInt8](repeating: 0x30, count: 64)] {
            #expect(throws: SignatureError.self) {
                try PersonSignature(bytes, format, over: statement, with: certificates)
            }
        }
        _ = try? PersonSignature.format(of: noise)
    }

    // MARK: Making signatures

    private func signed(_ authority: TestAuthority, _ kind: TestAuthority.KeyKind, _ options: [String], isBinary: Bool = true)
        throws -> [UInt8]
    {
        try authority.issue("zhang", subject: "/CN=张三", kind)
        let path = try authority.folder.write(statement, to: "statement").string
        try authority.openssl(
            ["cms", "-sign", "-in", path, "-signer", authority.path("zhang.pem"), "-inkey", authority.path("zhang.key")]
                + (isBinary ? ["-binary"] : []) + options + ["-outform", "DER", "-out", authority.path("sig")])
        return try authority.bytes("sig")
    }

    private func sshSigned(_ folder: TemporaryFolder, _ key: String, namespace: String = "fengcun") throws -> [UInt8] {
        let file = try folder.write(statement, to: "statement").string
        try? FileManager.default.removeItem(atPath: file + ".sig")
        try require("ssh-keygen", ["-q", "-Y", "sign", "-n", namespace, "-f", key, file])
        return try contents(folder("statement.sig"))
    }

    @discardableResult
    private func require(_ program: String, _ arguments: [String]) throws -> String {
        let outcome = try run(program, arguments)
        try #require(outcome.status == 0, "\(outcome.errors)")
        return outcome.output
    }

    /// Cuts and alters at random; each must be refused with a typed error, or mean the same as before.
    private func rejectAltered(_ bytes: [UInt8], _ check: ([UInt8]) throws -> Void, isSame: ([UInt8]) -> Bool) throws {
        for count in stride(from: 0, to: bytes.count - 2, by: 1 + bytes.count / 60) {
            #expect(throws: SignatureError.self) { try check(Array(bytes.prefix(count))) }
        }
        for _ in 0..<100 {
            var altered = bytes
            altered[.random(in: 0..<bytes.count)] ^= UInt8.random(in: 1...255)
            do {
                try check(altered)
                #expect(isSame(altered) || Self.meansTheSame(altered, bytes))
            } catch {
                #expect(error is SignatureError)
            }
        }
    }

    /// White space in armour.
    private static func meansTheSame(_ left: [UInt8], _ right: [UInt8]) -> Bool {
        func solid(_ bytes: [UInt8]) -> [UInt8] { bytes.filter { ![0x09, 0x0A, 0x0D, 0x20].contains($0) } }
        return solid(left) == solid(right)
    }
}
