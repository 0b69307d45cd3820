import Custody
import Glibc
import Integrity

/// The program that acts.
public enum StationVersion {
    /// Version of all programs of this package.
    public static let number = "0.1.0"

    /// What entries say about the program (R35.1).
    static func tool(sqlite: String) -> Tool {
        var system = utsname()
        uname(&system)
        return Tool(
            name: "fengcund", version: number, libraries: ["openssl": OpenSSLLibrary.version, "sqlite": sqlite],
            kernel: "\(text(&system.sysname)) \(text(&system.release)) \(text(&system.machine))", host: text(&system.nodename))
    }

    private static func text<Characters>(_ characters: inout Characters) -> String {
        withUnsafeBytes(of: &characters) { String(decoding: $0.prefix { $0 != 0 }, as: UTF8.self) }
    }
}
