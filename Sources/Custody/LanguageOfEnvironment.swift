import Glibc

extension Language {
    /// The language of the process, from LC_ALL, LC_MESSAGES or LANG, the first that is set (locale(7)).
    public static func ofEnvironment() -> Language {
        for name in ["LC_ALL", "LC_MESSAGES", "LANG"] {
            if let value = getenv(name), value.pointee != 0 { return Language(preferred: String(cString: value)) }
        }
        return .english
    }

    /// The language that a program's user asks for: `--lang` on its command line, else the locale. Looked at before the
    /// command line is parsed, because the help itself is in that language.
    public static func ofInvocation() -> Language {
        let arguments = CommandLine.arguments
        for (index, argument) in arguments.enumerated() {
            if argument.hasPrefix("--lang=") { return Language(preferred: argument.dropFirst("--lang=".count)) }
            if argument == "--lang", index + 1 < arguments.count { return Language(preferred: arguments[index + 1]) }
        }
        return ofEnvironment()
    }
}
