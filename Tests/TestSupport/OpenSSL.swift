import Foundation
import SystemPackage

/// Certificates and signatures that the `openssl` command makes, for tests.
public struct TestAuthority: Sendable {
    /// Where the files are.
    public let folder: TemporaryFolder

    /// An authority `root` with a certificate that signs others, valid from 2020 to 2040.
    public init(kind: KeyKind = .p256) throws {
        folder = TemporaryFolder()
        // `openssl req -x509` cannot date back.
        try issue(
            "root", subject: "/C=CN/CN=root", kind, issuerKind: kind,
            extensions: ["basicConstraints=critical,CA:true", "keyUsage=critical,keyCertSign,cRLSign"])
    }

    /// Kinds of keys.
    public enum KeyKind: String, Sendable, CaseIterable {
        case p256, rsa, sm2, weakRSA, ed25519

        var generating: [String] {
            switch self {
            case .p256: ["EC", "-pkeyopt", "ec_paramgen_curve:P-256"]
            case .rsa: ["RSA", "-pkeyopt", "rsa_keygen_bits:2048"]
            case .weakRSA: ["RSA", "-pkeyopt", "rsa_keygen_bits:1024"]
            case .sm2: ["EC", "-pkeyopt", "ec_paramgen_curve:SM2"]
            case .ed25519: ["ED25519"]
            }
        }

        /// How a certificate is signed with such a key.
        var signing: [String] {
            switch self {
            case .sm2: ["-sm3", "-sigopt", "distid:1234567812345678"]
            case .ed25519: []
            case .p256, .rsa, .weakRSA: ["-sha256"]
            }
        }
    }

    /// The path of a file.
    public func path(_ name: String) -> String { folder(name).string }

    /// The bytes of a file.
    public func bytes(_ name: String) throws -> [UInt8] { try contents(folder(name)) }

    /// Makes a private key `name.key`.
    public func key(_ name: String, _ kind: KeyKind) throws {
        try openssl(["genpkey", "-algorithm"] + kind.generating + ["-out", path("\(name).key")])
    }

    /// Makes a key `name.key` and a certificate `name.pem` for it.
    ///
    /// - Parameters:
    ///   - issuer: who signs it, `root` or another that was issued before.
    ///   - dates: first and last moment as `openssl ca` reads them, such as `20200101000000Z`.
    public func issue(
        _ name: String, subject: String, _ kind: KeyKind = .p256, by issuer: String = "root", issuerKind: KeyKind = .p256,
        extensions: [String] = ["keyUsage=critical,digitalSignature,nonRepudiation"],
        from: String = "20200101000000Z", to: String = "20400101000000Z", extra: [String] = []
    ) throws {
        try key(name, kind)
        let selfSigning = kind == .sm2 ? ["-sm3", "-sigopt", "distid:1234567812345678"] : kind.signing
        try openssl(
            ["req", "-new", "-utf8", "-key", path("\(name).key"), "-subj", subject, "-out", path("\(name).csr")] + selfSigning)
        let configuration = """
            [ca]
            default_ca = this
            [this]
            database = \(path("\(issuer).index"))
            serial = \(path("\(issuer).serial"))
            crlnumber = \(path("\(issuer).crlnumber"))
            new_certs_dir = \(folder.path)
            unique_subject = no
            policy = any
            x509_extensions = extensions
            string_mask = utf8only
            [any]
            countryName = optional
            organizationName = optional
            commonName = supplied
            [extensions]
            \(extensions.joined(separator: "\n"))
            """
        try folder.write(Array(configuration.utf8), to: "ca.cnf")
        for (file, text) in [("index", ""), ("serial", "1000\n"), ("crlnumber", "01\n")]
        where !FileManager.default.fileExists(atPath: path("\(issuer).\(file)")) {
            try folder.write(Array(text.utf8), to: "\(issuer).\(file)")
        }
        let check = kind == .sm2 ? ["-vfyopt", "distid:1234567812345678"] : []
        let signing =
            issuerKind == .sm2
            ? ["-md", "sm3", "-sigopt", "distid:1234567812345678"] : ["-md", extra.first ?? "sha256"]
        try openssl(
            [
                "ca", "-batch", "-utf8", "-notext", "-config", path("ca.cnf"), "-in", path("\(name).csr"), "-keyfile",
                path("\(issuer).key"), "-startdate", from, "-enddate", to, "-out",
                path("\(name).pem"),
            ] + (name == issuer ? ["-selfsign"] : ["-cert", path("\(issuer).pem")]) + signing + check)
    }

    /// Revokes a certificate now and writes the issuer's list to `crl.pem`.
    ///
    /// - Parameter reason: options of `openssl ca -revoke`, such as `-crl_reason superseded`.
    public func revoke(_ name: String, by issuer: String = "root", issuerKind: KeyKind = .p256, reason: [String] = []) throws {
        let signing = issuerKind == .sm2 ? ["-md", "sm3", "-sigopt", "distid:1234567812345678"] : ["-md", "sha256"]
        let ca = ["-config", path("ca.cnf"), "-cert", path("\(issuer).pem"), "-keyfile", path("\(issuer).key")]
        try openssl(["ca", "-revoke", path("\(name).pem")] + reason + ca + ["-md", "sha256"])
        try openssl(["ca", "-gencrl", "-crldays", "30", "-out", path("crl.pem")] + ca + signing)
    }

    /// Runs `openssl`; throws its words where it fails.
    @discardableResult
    public func openssl(_ arguments: [String]) throws -> String {
        let outcome = try run("openssl", arguments)
        guard outcome.status == 0 else { throw OpenSSLFailure(description: "\(arguments): \(outcome.errors)") }
        return outcome.output
    }
}

/// What `openssl` said when it failed.
public struct OpenSSLFailure: Error, CustomStringConvertible {
    /// Its words.
    public let description: String
}
