/// What the record says about the protection of a medium that is imaged.
public enum ProtectionStatement {
    /// Where the limits of it are written; the version changes with what is promised there.
    static let limits = "docs/write-protection.md, version 1"

    /// One line for the entry.
    ///
    /// - Parameter blocker: the hardware write blocker that somebody named or that named itself.
    public static func text(blocker: String?) -> String {
        let hardware = blocker.map { "hardware blocker \($0); " } ?? "no hardware blocker known; "
        return hardware + "the kernel's read-only flag, whose limits are stated in \(limits)"
    }
}
