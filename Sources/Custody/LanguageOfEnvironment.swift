import Glibc

extension Language {
    /// The language of the process, from LC_ALL, LC_MESSAGES or LANG, the first that is set (locale(7)).
    public static func ofEnvironment() -> Language {
        for name in ["LC_ALL", "LC_MESSAGES", "LANG"] {
            if let value = getenv(name), value.pointee != 0 { return Language(preferred: String(cString: value)) }
        }
        return .english
    }
}
