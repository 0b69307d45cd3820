import Custody
import DurableFiles
import Glibc
import SafeText
import SystemPackage
import TOMLKit
import TransparencyLog

/// `/etc/fengcun/fengcun-witness.toml`. Every member may be left out; a member that is not known is an error.
struct WitnessConfiguration: Codable {
    static let defaultPath = "/etc/fengcun/fengcun-witness.toml"
    static let defaultState = "/var/lib/fengcun-witness"
    static let defaultListen = "127.0.0.1:7531"

    /// State directory.
    var state: String?
    /// Address and port.
    var listen: String?
    /// Path of a unix socket, in place of address and port.
    var socket: String?
    /// Verifier keys of the ledgers that are watched.
    var logs: [String]?

    var statePath: String { state ?? Self.defaultState }

    /// Reads a file; without a path the default one, where it exists.
    static func read(_ path: String?) throws(ConfigurationError) -> WitnessConfiguration {
        do {
            // One that is there and cannot be looked at is not left out of account.
            if path == nil, try !exists(FilePath(defaultPath)) { return WitnessConfiguration() }
            let path = FilePath(path ?? defaultPath)
            let bytes = try readFile(path, limit: 1 << 20, followLinks: true)
            return try TOMLDecoder(strictDecoding: true).decode(
                WitnessConfiguration.self, from: String(decoding: bytes, as: UTF8.self))
        } catch let error as FileError {
            throw ConfigurationError(english: error.description, chinese: "文件操作失败：\(error)")
        } catch {
            let path = path ?? defaultPath
            throw ConfigurationError(english: "\(path) is malformed: \(error)", chinese: "\(path) 格式有误：\(error)")
        }
    }

    /// The keys of the logs.
    func keys() throws(ConfigurationError) -> [VerifierKey] {
        var keys: [VerifierKey] = []
        for text in logs ?? [] {
            do throws(LogError) {
                keys.append(try VerifierKey(parsing: text))
            } catch {
                throw ConfigurationError(
                    english: "the ledger's key \(text) cannot be used: \(error)", chinese: "台账公钥 \(text) 不可用：\(error)")
            }
        }
        guard !keys.isEmpty else {
            throw ConfigurationError(
                english: "no ledger is watched; name one with 'logs' or --log", chinese: "未登记任何台账，请用 logs 或 --log 指明")
        }
        return keys
    }
}

/// Why the configuration cannot be used.
struct ConfigurationError: Explained {
    let english: String
    let chinese: String

    var code: String { "configuration" }

    func message(in language: Language) -> String { language(english, chinese).printable }
}
