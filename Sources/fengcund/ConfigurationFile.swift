import Custody
import DurableFiles
import Glibc
import Imaging
import Integrity
import Ledger
import Media
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

    /// A witness: its verifier key (type 04), and where it takes requests.
    struct Witness: Codable {
        var key: String
        var url: String?
    }

    /// Time from outside.
    struct Time: Codable {
        /// Address of a time-stamping authority, for the command line.
        var server: String?
    }

    /// How many jobs run and wait.
    struct Jobs: Codable {
        var running: Int?
        var waiting: Int?
        var perBus: Int?
        var requests: Int?

        private enum CodingKeys: String, CodingKey {
            case running, waiting, requests
            case perBus = "per_bus"
        }

        /// The limits.
        ///
        /// - Throws: `ConfigurationError.badLimits`.
        func limits() throws(ConfigurationError) -> JobLimits {
            let standard = JobLimits()
            let limits = JobLimits(
                running: running ?? standard.running, waiting: waiting ?? standard.waiting, perBus: perBus,
                requests: requests ?? standard.requests)
            guard (1...64).contains(limits.running), (0...10_000).contains(limits.waiting), limits.perBus ?? 1 >= 1,
                (1...Acquisition.requestLimit).contains(limits.requests)
            else { throw .badLimits }
            return limits
        }
    }

    /// When a medium is too hot to be read.
    struct Temperature: Codable {
        /// Degrees Celsius, for media that name no limit of their own.
        var limit: Int?
        /// Seconds between two questions.
        var interval: Int?
    }

    /// Whose signatures the station calls trusted.
    struct Trust: Codable {
        /// A PEM file of root certificates.
        var signers: String?
        /// A file as ssh-keygen(1) describes it under ALLOWED SIGNERS.
        var allowedSigners: String?

        private enum CodingKeys: String, CodingKey {
            case signers
            case allowedSigners = "allowed_signers"
        }
    }

    var origin: String?
    var state: String?
    var socket: String?
    var group: String?
    var evidence: [String]?
    var destinations: [String]?
    /// Socket of `fengcun-probe`.
    var probe: String?
    /// Whether checkpoints are signed with SM2, too.
    var sm2: Bool?
    var fsverity: Bool?
    var jobs: Jobs?
    var access: Access?
    var time: Time?
    var trust: Trust?
    var temperature: Temperature?
    var witness: [Witness]?
    /// Path of a policy of witnesses that goes with every export.
    var witnessPolicy: String?

    private enum CodingKeys: String, CodingKey {
        case origin, state, socket, group, evidence, destinations, probe, sm2, fsverity, jobs, access, time, trust, temperature
        case witness
        case witnessPolicy = "witness_policy"
    }

    /// Reads a file; without a path the default one, where it exists.
    ///
    /// - Throws: `ConfigurationError`.
    static func read(_ path: String?) throws(ConfigurationError) -> ConfigurationFile {
        do {
            // One that is there and cannot be looked at is not left out of account.
            if path == nil, try !exists(FilePath(defaultPath)) { return ConfigurationFile() }
            let path = FilePath(path ?? defaultPath)
            let bytes = try readFile(path, limit: 1 << 20, followLinks: true)
            return try TOMLDecoder(strictDecoding: true).decode(
                ConfigurationFile.self, from: String(decoding: bytes, as: UTF8.self))
        } catch let error as FileError {
            throw .unreadable(error)
        } catch {
            throw .malformed(path: path ?? defaultPath, reason: "\(error)")
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
        let texts = [state, socket, self.state, self.socket, probe] + (self.destinations ?? [])
        if let bad = texts.first(where: { $0?.utf8.contains(0) ?? false }) { throw .relative(bad ?? "") }
        return Settings(
            station: StationConfiguration(
                origin: configured ?? nil, fallbackOrigin: fallback,
                state: FilePath(state ?? self.state ?? Self.defaultState).absolute,
                evidencePatterns: evidence + (self.evidence ?? []), destinations: destinations,
                enablesVerity: fsverity ?? false, jobs: try jobs?.limits() ?? JobLimits(), access: rules,
                keys: KeyOptions(passphrase: try KeyCredential.read(), sm2: sm2 ?? false), refusalWindow: .seconds(600),
                witnesses: try witnesses(), witnessPolicy: try policy(), timeServer: time?.server, signerTrust: try signerTrust(),
                probe: probe.map { ProbeClient(FilePath($0)) } ?? ProbeClient(), heat: try heat()),
            socket: FilePath(socket ?? self.socket ?? Self.defaultSocket).absolute, group: group)
    }

    private func heat() throws(ConfigurationError) -> HeatSettings {
        var heat = HeatSettings()
        if let limit = temperature?.limit {
            guard (20...120).contains(limit) else { throw .outOfRange(member: "temperature.limit", from: 20, to: 120) }
            heat.limit = limit
        }
        if let interval = temperature?.interval {
            guard (30...3600).contains(interval) else { throw .outOfRange(member: "temperature.interval", from: 30, to: 3600) }
            heat.interval = .seconds(interval)
        }
        return heat
    }

    private func witnesses() throws(ConfigurationError) -> [ConfiguredWitness] {
        var witnesses: [ConfiguredWitness] = []
        for witness in witness ?? [] {
            do throws(LogError) {
                let key = try CosignerKey(parsing: witness.key)
                // The API and the command line name a witness by either.
                guard !witnesses.contains(where: { $0.key.keyID == key.keyID || $0.key.name == key.name }) else {
                    throw .malformed("it stands there twice")
                }
                witnesses.append(ConfiguredWitness(key: key, url: witness.url))
            } catch {
                throw .badWitness(witness.key, reason: error.description)
            }
        }
        return witnesses
    }

    private func policy() throws(ConfigurationError) -> [UInt8]? {
        guard let witnessPolicy else { return nil }
        let bytes: [UInt8]
        do throws(FileError) {
            bytes = try readFile(FilePath(witnessPolicy), limit: WitnessPolicy.byteLimit, followLinks: true)
        } catch {
            throw .unreadable(error)
        }
        do throws(LogError) {
            _ = try WitnessPolicy(parsing: bytes)
            return bytes
        } catch {
            throw .malformed(path: witnessPolicy, reason: error.description)
        }
    }

    private func signerTrust() throws(ConfigurationError) -> SignerTrust {
        func contents(_ path: String?) throws(ConfigurationError) -> [UInt8]? {
            guard let path else { return nil }
            guard path.hasPrefix("/"), !path.utf8.contains(0) else { throw .relative(path) }
            do throws(FileError) {
                return try readFile(FilePath(path), limit: Certificate.byteLimit, followLinks: true)
            } catch {
                throw .unreadable(error)
            }
        }
        let pem = try contents(trust?.signers)
        let keys = try contents(trust?.allowedSigners)
        do {
            return SignerTrust(roots: try pem.map { try TrustRoots(pem: $0) }, allowed: try keys.map { try AllowedSigners($0) })
        } catch {
            throw .malformed(path: "trust", reason: "\(error)")
        }
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
    case badWitness(String, reason: String)
    case badLimits
    case unknownCredential(String, expected: String)
    case outOfRange(member: String, from: Int, to: Int)

    var code: String { "configuration" }

    func message(in language: Language) -> String {
        switch self {
        case .unreadable(let error): language("the configuration: \(error)", "配置文件：\(error)")
        case .malformed(let path, let reason):
            language("\(path.printable) is malformed: \(reason.printable)", "配置文件 \(path.printable) 格式有误：\(reason.printable)")
        case .badOrigin(let name):
            language("the origin \(name.printable) may hold no space and no '+'", "台站名称 \(name.printable) 不得含有空格或加号")
        case .badWitness(let key, let reason):
            language("the witness \(key.printable) cannot be used: \(reason)", "见证方 \(key.printable) 不可用：\(reason)")
        case .badLimits:
            language(
                "jobs: running is 1 to 64, waiting 0 to 10000, per_bus at least 1, requests 1 to \(Acquisition.requestLimit)",
                "jobs：running 须为 1 至 64，waiting 须为 0 至 10000，per_bus 至少为 1，requests 须为 1 至 \(Acquisition.requestLimit)")
        case .unknownCredential(let path, let expected):
            language(
                "the credential \(path.printable) is not known; is \(expected) meant?", "未知凭据 \(path.printable)，是否应为 \(expected)？"
            )
        case .outOfRange(let member, let from, let to):
            language("\(member) must be from \(from) to \(to)", "\(member) 须在 \(from) 至 \(to) 之间")
        case .relative(let path): language("the destination \(path.printable) is no absolute path", "目标 \(path.printable) 不是绝对路径")
        }
    }
}
