import Custody
import Glibc
import Integrity

extension Tool {
    /// What entries say about this daemon and the machine that it runs on (R35.1).
    static func running(sqlite: String) -> Tool {
        var system = utsname()
        uname(&system)
        return Tool(
            name: "fengcund", version: Release.version, libraries: ["openssl": OpenSSLLibrary.version, "sqlite": sqlite],
            kernel: "\(text(&system.sysname)) \(text(&system.release)) \(text(&system.machine))", host: text(&system.nodename))
    }

    private static func text<Characters>(_ characters: inout Characters) -> String {
        withUnsafeBytes(of: &characters) { String(decoding: $0.prefix { $0 != 0 }, as: UTF8.self) }
    }
}
