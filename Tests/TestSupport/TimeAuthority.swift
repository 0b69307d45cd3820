import Foundation
import SystemPackage

/// A time-stamping authority (RFC 3161) of the test, made and run with openssl: a root, and a certificate that signs.
public final class TimeAuthority: Sendable {
    private let folder = TemporaryFolder()

    /// Makes keys and certificates.
    ///
    /// - Parameters:
    ///   - key: arguments of `openssl genpkey`.
    ///   - usage: the extended key usage of the certificate that signs.
    ///   - validity: its first and last moment, `YYMMDDhhmmssZ`.
    ///   - name: its common name.
    public init(
        key: [String] = ["-algorithm", "EC", "-pkeyopt", "ec_paramgen_curve:P-256"], usage: String? = "critical,timeStamping",
        validity: (from: String, to: String) = ("200101000000Z", "491231235959Z"), name: String = "示例时间戳服务"
    ) throws {
        let extensions = "basicConstraints=CA:FALSE\nkeyUsage=critical,digitalSignature\n"
        try folder.write(
            Self.configuration(folder.path.string, usage.map { extensions + "extendedKeyUsage=\($0)\n" } ?? extensions).utf8,
            to: "ca.cnf")
        for name in ["index", "index.attr"] { try folder.write([], to: name) }
        for name in ["serial", "tsa.serial"] { try folder.write("1000\n".utf8, to: name) }
        for name in ["root", "tsa"] { try openssl(["genpkey"] + key + ["-out", name + ".key"]) }
        try openssl([
            "req", "-new", "-utf8", "-key", "root.key", "-subj", "/O=Test/CN=Root", "-config", "ca.cnf", "-out", "root.csr",
        ])
        try openssl([
            "req", "-new", "-utf8", "-key", "tsa.key", "-subj", "/O=Test/CN=\(name)", "-config", "ca.cnf", "-out", "tsa.csr",
        ])
        try sign(
            "root",
            [
                "-selfsign", "-keyfile", "root.key", "-extensions", "root", "-startdate", "200101000000Z", "-enddate",
                "491231235959Z",
            ])
        try sign(
            "tsa",
            [
                "-keyfile", "root.key", "-cert", "root.pem", "-extensions", "tsa", "-startdate", validity.from, "-enddate",
                validity.to,
            ])
    }

    private static func configuration(_ folder: String, _ extensions: String) -> String {
        """
        [req]
        distinguished_name=name
        string_mask=utf8only
        [name]
        [ca]
        default_ca=authority
        [authority]
        database=\(folder)/index
        serial=\(folder)/serial
        new_certs_dir=\(folder)
        default_md=sha256
        policy=any
        unique_subject=no
        [any]
        organizationName=optional
        commonName=supplied
        [root]
        basicConstraints=critical,CA:TRUE
        keyUsage=critical,keyCertSign,cRLSign
        subjectKeyIdentifier=hash
        [tsa]
        \(extensions)
        [tsa_service]
        serial=\(folder)/tsa.serial
        signer_digest=sha256
        default_policy=1.2.3.4.1
        digests=sha256,sha384,sha512,sm3
        accuracy=secs:1,millisecs:500,microsecs:100
        ess_cert_id_alg=sha256

        """
    }

    private func sign(_ name: String, _ options: [String]) throws {
        try openssl(
            ["ca", "-batch", "-utf8", "-notext", "-config", "ca.cnf", "-in", name + ".csr", "-out", name + ".pem"] + options)
    }

    /// Runs openssl on files of the authority.
    @discardableResult
    public func openssl(_ arguments: [String]) throws -> Outcome {
        let outcome = try run("sh", ["-c", "cd \"$0\" && exec openssl \"$@\"", folder.path.string] + arguments)
        guard outcome.status == 0 else { throw Failure(arguments: arguments, errors: outcome.errors + outcome.output) }
        return outcome
    }

    /// openssl did not do what the test needs.
    public struct Failure: Error {
        let arguments: [String]
        let errors: String
    }

    /// A path among the authority's files: `root.pem`, `tsa.pem`, `tsa.key`.
    public func callAsFunction(_ name: String) -> FilePath { folder(name) }

    /// The root's certificate in PEM.
    public var root: [UInt8] { get throws { try contents(folder("root.pem")) } }

    /// Answers a request as the authority would: a TimeStampResp in DER.
    public func answer(_ request: [UInt8]) throws -> [UInt8] {
        let name = UUID().uuidString
        try folder.write(request, to: name)
        try openssl(Self.reply + ["-queryfile", name, "-out", name + ".tsr"])
        return try contents(folder(name + ".tsr"))
    }

    private static let reply = [
        "ts", "-reply", "-config", "ca.cnf", "-section", "tsa_service", "-signer", "tsa.pem", "-inkey", "tsa.key", "-chain",
        "root.pem",
    ]

    /// Serves the authority over HTTP on 127.0.0.1 until the server is let go.
    public func serve() throws -> TimeServer { try TimeServer(folder.path.string, ["openssl"] + Self.reply) }
}

/// A time-stamping authority's HTTP server (RFC 3161 §3.4): Python's own in front of openssl. `/refuse` answers 503, `/text`
/// with a page for people.
public final class TimeServer {
    private static let script = """
        import http.server, subprocess, sys
        class Handler(http.server.BaseHTTPRequestHandler):
            def do_POST(self):
                body = self.rfile.read(int(self.headers["Content-Length"]))
                good = self.headers["Content-Type"] == "application/timestamp-query"
                open("query.tsq", "wb").write(body)
                answer = subprocess.run(sys.argv[1:] + ["-queryfile", "query.tsq"], stdout=subprocess.PIPE, stderr=subprocess.DEVNULL).stdout
                if self.path == "/text": answer = b"<html>welcome</html>"
                self.send_response(503 if self.path == "/refuse" else 200 if good else 415)
                self.send_header("Content-Type", "text/html" if self.path == "/text" else "application/timestamp-reply")
                self.send_header("Content-Length", str(len(answer)))
                self.end_headers()
                self.wfile.write(answer)
            def log_message(self, *_): pass
        server = http.server.HTTPServer(("127.0.0.1", 0), Handler)
        print(server.server_port, flush=True)
        server.serve_forever()
        """
    private let process = Process()
    private let lifeline: Lifeline
    /// Where it listens: `http://127.0.0.1:…`, without a slash behind it.
    public let url: String

    fileprivate init(_ folder: String, _ command: [String]) throws {
        process.executableURL = URL(fileURLWithPath: try find("python3"))
        process.arguments = ["-c", Self.script] + command
        process.currentDirectoryURL = URL(fileURLWithPath: folder)
        let output = Pipe()
        process.standardOutput = output
        try process.run()
        lifeline = try Lifeline(process)
        let line = String(decoding: output.fileHandleForReading.availableData, as: UTF8.self)
        url = "http://127.0.0.1:\(line.trimmingCharacters(in: .whitespacesAndNewlines))"
    }

    // SIGTERM may be blocked in a process that a test starts: it inherits the mask of a dispatch thread.
    deinit {
        kill(process.processIdentifier, SIGKILL)
        process.waitUntilExit()
    }
}
