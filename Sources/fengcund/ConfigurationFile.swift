import Custody
import DurableFiles
import Glibc
import SafeText
import Station
import SystemPackage
import TOMLKit
import TransparencyLog

/// What the daemon needs to start.
struct Settings: Sendable {
    var station: StationConfiguration
    var socket: FilePath
    /// Group that may connect to the socket.
    var group: String
}

/// `/etc/fengcun/fengcund.toml`. Every member may be left out; a member that is not known is an error.
struct ConfigurationFile: Codable {
    static let defaultPath = "/etc/fengcun/fengcund.toml"
    static let defaultState = "/var/lib/fengcun"
    static let defaultSocket = "/run/fengcun/control.sock"
    static let defaultGroup = "fengcun-operators"

    /// Users by name, groups as `@name`.
    struct Access: Codable {
        var look: [String]?
        var operate: [String]?
        var administer: [String]?
    }

    var origin: String?
    var state: String?
    var socket: String?
    var group: String?
    var evidence: [String]?
    var destinations: [String]?
    var fsverity: Bool?
    var access: Access?

    /// Reads a file; without a path the default one, where it exists.
    ///
    /// - Throws: `ConfigurationError`.
    static func read(_ path: String?) throws(ConfigurationError) -> ConfigurationFile {
        if path == nil, Glibc.access(defaultPath, F_OK) != 0 { return ConfigurationFile() }
        let path = FilePath(path ?? defaultPath)
        do {
            let bytes = try readFile(path, limit: 1 << 20, followLinks: true)
            return try TOMLDecoder(strictDecoding: true).decode(
                ConfigurationFile.self, from: String(decoding: bytes, as: UTF8.self))
        } catch let error as FileError {
            throw .unreadable(error)
        } catch {
            throw .malformed(path: path.string, reason: "\(error)")
        }
    }

    /// The settings, command-line options first.
    ///
    /// - Throws: `ConfigurationError`.
    func settings(state: String?, socket: String?, evidence: [String]) throws(ConfigurationError) -> Settings {
        let configured = origin.map { Origin($0) }
        if case .some(nil) = configured { throw .badOrigin(origin ?? "") }
        let hostName = Self.hostOrigin()
        guard let fallback = Origin(hostName) else { throw .badOrigin(hostName) }
        // Without a word in the file, members of the socket's group work with the station.
        let group = group ?? Self.defaultGroup
        let rules = AccessRules([
            .look: access?.look ?? [], .operate: access?.operate ?? (access == nil ? ["@" + group] : []),
            .administer: access?.administer ?? [],
        ])
        let destinations = (destinations ?? []).map { FilePath($0) }
        if let relative = destinations.first(where: { !$0.isAbsolute }) { throw .relative(relative.string) }
        let texts = [state, socket, self.state, self.socket] + (self.destinations ?? [])
        if let bad = texts.first(where: { $0?.utf8.contains(0) ?? false }) { throw .relative(bad ?? "") }
        return Settings(
            station: StationConfiguration(
                origin: configured ?? nil, fallbackOrigin: fallback,
                state: FilePath(state ?? self.state ?? Self.defaultState).absolute,
                evidencePatterns: evidence + (self.evidence ?? []), destinations: destinations,
                enablesVerity: fsverity ?? false, access: rules,
                refusalWindow: .seconds(600)),
            socket: FilePath(socket ?? self.socket ?? Self.defaultSocket).absolute, group: group)
    }

    /// `fengcun/` and the host's name, with what an origin may not hold replaced.
    private static func hostOrigin() -> String {
        var name = [CChar](repeating: 0, count: 256)
        gethostname(&name, name.count - 1)
        let host = String(decoding: name.prefix { $0 != 0 }.map { UInt8(bitPattern: $0) }, as: UTF8.self)
        return "fengcun/" + String(host.map { $0.isASCII && ($0.isLetter || $0.isNumber || "-._".contains($0)) ? $0 : "-" })
    }
}

extension FilePath {
    /// The path from the root, the working directory put before a relative one.
    fileprivate var absolute: FilePath {
        guard !isAbsolute, let directory = getcwd(nil, 0) else { return self }
        defer { free(directory) }
        return FilePath(platformString: directory).pushing(self)
    }
}

/// Why the configuration cannot be used.
enum ConfigurationError: Explained {
    case unreadable(FileError)
    case malformed(path: String, reason: String)
    case badOrigin(String)
    case relative(String)

    var code: String { "configuration" }

    func message(in language: Language) -> String {
        switch self {
        case .unreadable(let error): language("the configuration: \(error)", "配置文件：\(error)")
        case .malformed(let path, let reason):
            language("\(path.printable) is malformed: \(reason.printable)", "配置文件 \(path.printable) 格式有误：\(reason.printable)")
        case .badOrigin(let name):
            language("the origin \(name.printable) may hold no space and no '+'", "台站名称 \(name.printable) 不得含有空格或加号")
        case .relative(let path): language("the destination \(path.printable) is no absolute path", "目标 \(path.printable) 不是绝对路径")
        }
    }
}
