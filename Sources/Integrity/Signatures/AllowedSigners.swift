import Glibc

/// SSH keys that somebody decided to trust, as ssh-keygen(1) describes the file under ALLOWED SIGNERS.
public struct AllowedSigners: Sendable {
    /// One line of the file.
    public struct Line: Sendable, Equatable {
        /// Whose key it is, as the file has it: patterns, separated by commas.
        public let principals: String
        let key: SSHKey
        let namespaces: String?
        let validAfter: Int?
        let validBefore: Int?
    }

    /// Why a file or a key in it is not accepted.
    public enum Failure: Error, Equatable, CustomStringConvertible {
        /// A line that cannot be read, counted from 1, and why.
        case malformed(line: Int, reason: String)
        /// The file is longer than 1 MiB.
        case tooLarge
        /// The key stands on no line.
        case unknownKey(fingerprint: String)
        /// The key stands there, but not for this time or for this namespace; time in seconds since 1970.
        case notValid(principals: String, at: Int)

        /// One line in English.
        public var description: String {
            switch self {
            case .malformed(let line, let reason): "line \(line) of the allowed signers: \(reason)"
            case .tooLarge: "the file of allowed signers is longer than 1 MiB"
            case .unknownKey(let fingerprint): "the SSH key \(fingerprint) is not among the allowed signers"
            case .notValid(let principals, let time):
                "the SSH key of \(principals) is not allowed at \(UTCSeconds.text(time)), or not in the namespace fengcun"
            }
        }
    }

    /// All lines that name a key.
    public let lines: [Line]

    /// Reads a file.
    ///
    /// - Throws: `Failure.malformed` for the first line that cannot be read, one with `cert-authority` among them.
    public init(_ bytes: [UInt8]) throws(Failure) {
        guard bytes.count <= 1 << 20 else { throw .tooLarge }
        var lines: [Line] = []
        for (index, line) in bytes.split(separator: 0x0A, omittingEmptySubsequences: false).enumerated() {
            guard let text = String(validating: line, as: UTF8.self) else {
                throw .malformed(line: index + 1, reason: "it is no UTF-8")
            }
            var words = Self.words(text)
            guard let principals = words.first, !principals.hasPrefix("#") else { continue }
            words.removeFirst()
            do throws(LineFault) {
                lines.append(try Self.line(principals, words))
            } catch {
                throw .malformed(line: index + 1, reason: error.reason)
            }
        }
        self.lines = lines
    }

    /// Whether a key was allowed to sign at a time.
    ///
    /// - Returns: whose it is, as the file has it.
    /// - Throws: `Failure.unknownKey`, `Failure.notValid`.
    public func principals(of key: SSHKey, at time: Int) throws(Failure) -> String {
        let found = lines.filter { $0.key == key }
        guard let first = found.first else { throw .unknownKey(fingerprint: key.fingerprint) }
        let good = found.first { line in
            time >= line.validAfter ?? .min && time < line.validBefore ?? .max
                && line.namespaces.map { Self.matches(SSHSignature.namespace, list: $0) } ?? true
        }
        guard let good else { throw .notValid(principals: first.principals, at: time) }
        return good.principals
    }

    // MARK: Reading

    private struct LineFault: Error { let reason: String }

    /// Words separated by spaces or tabs; a space between quotation marks separates nothing.
    private static func words(_ line: String) -> [String] {
        var words: [String] = []
        var word = ""
        var isQuoted = false
        for character in line.unicodeScalars {
            if character == "\"" { isQuoted.toggle() }
            if !isQuoted, character == " " || character == "\t" || character == "\r" {
                if !word.isEmpty { words.append(word) }
                word = ""
            } else {
                word.unicodeScalars.append(character)
            }
        }
        if !word.isEmpty { words.append(word) }
        return words
    }

    private static func line(_ principals: String, _ words: [String]) throws(LineFault) -> Line {
        var words = words[...]
        var namespaces: String?
        var validAfter: Int?
        var validBefore: Int?
        if let options = words.first, !options.isKeyType {
            for option in split(options) {
                let name = option.prefix { $0 != "=" }.lowercased()
                let value = option.dropFirst(name.count + 1).filter { $0 != "\"" }
                switch name {
                case "namespaces": namespaces = String(value)
                case "valid-after": validAfter = try time(value)
                case "valid-before": validBefore = try time(value)
                case "cert-authority": throw LineFault(reason: "cert-authority is not supported; list the keys themselves")
                default: throw LineFault(reason: "the option \(option) is not known")
                }
            }
            words = words.dropFirst()
        }
        guard let type = words.popFirst(), let text = words.popFirst(), let blob = Base64.decode(text) else {
            throw LineFault(reason: "it holds no key")
        }
        let key: SSHKey
        do throws(SignatureError) {
            key = try SSHKey(blob: blob)
        } catch {
            throw LineFault(reason: error.description)
        }
        guard key.type == type else { throw LineFault(reason: "the key is not of the kind that it says") }
        return Line(
            principals: principals.filter { $0 != "\"" }, key: key, namespaces: namespaces, validAfter: validAfter,
            validBefore: validBefore)
    }

    /// Options are separated by commas outside of quotation marks.
    private static func split(_ options: String) -> [String] {
        var isQuoted = false
        return options.split { character in
            if character == "\"" { isQuoted.toggle() }
            return character == "," && !isQuoted
        }.map(String.init)
    }

    /// `YYYYMMDD[HHMM[SS]][Z]`; without the Z in the time zone of this machine, as ssh-keygen has it.
    private static func time(_ text: String) throws(LineFault) -> Int {
        let isUTC = text.hasSuffix("Z")
        let digits = Array((isUTC ? text.dropLast() : text[...]).utf8)
        guard [8, 12, 14].contains(digits.count), digits.allSatisfy({ (0x30...0x39).contains($0) }) else {
            throw LineFault(reason: "\(text) is no time")
        }
        func number(_ start: Int, _ count: Int) -> CInt {
            guard start + count <= digits.count else { return 0 }
            return digits[start..<start + count].reduce(0) { $0 * 10 + CInt($1 - 0x30) }
        }
        var parts = tm()
        parts.tm_year = number(0, 4) - 1900
        parts.tm_mon = number(4, 2) - 1
        parts.tm_mday = number(6, 2)
        parts.tm_hour = number(8, 2)
        parts.tm_min = number(10, 2)
        parts.tm_sec = number(12, 2)
        parts.tm_isdst = isUTC ? 0 : -1
        let seconds = isUTC ? timegm(&parts) : mktime(&parts)
        guard parts.tm_mday == number(6, 2), parts.tm_mon == number(4, 2) - 1 else {
            throw LineFault(reason: "\(text) is no time")
        }
        return seconds
    }

    /// ssh's pattern lists: `*`, `?`, and `!` before what must not match.
    static func matches(_ text: String, list: String) -> Bool {
        var isMatched = false
        for pattern in list.split(separator: ",") {
            let isNegated = pattern.hasPrefix("!")
            guard matches(Array(text.unicodeScalars)[...], Array(pattern.drop { $0 == "!" }.unicodeScalars)[...]) else {
                continue
            }
            if isNegated { return false }
            isMatched = true
        }
        return isMatched
    }

    private static func matches(_ text: ArraySlice<Unicode.Scalar>, _ pattern: ArraySlice<Unicode.Scalar>) -> Bool {
        var (text, pattern) = (text, pattern)
        // Where the last star stood and how much it has taken: enough to go back to, in time of the product of the lengths.
        var star: (text: ArraySlice<Unicode.Scalar>, pattern: ArraySlice<Unicode.Scalar>)?
        while let scalar = text.first {
            if let wanted = pattern.first, wanted == "*" {
                pattern = pattern.dropFirst()
                star = (text, pattern)
            } else if let wanted = pattern.first, wanted == "?" || wanted == scalar {
                pattern = pattern.dropFirst()
                text = text.dropFirst()
            } else if let last = star {
                text = last.text.dropFirst()
                star = (text, last.pattern)
                pattern = last.pattern
            } else {
                return false
            }
        }
        return pattern.allSatisfy { $0 == "*" }
    }
}

extension String {
    fileprivate var isKeyType: Bool {
        hasPrefix("ssh-") || hasPrefix("ecdsa-") || hasPrefix("sk-ssh-") || hasPrefix("sk-ecdsa-")
    }
}
