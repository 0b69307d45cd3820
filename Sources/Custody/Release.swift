/// The version of all programs of this package; they are released together.
public enum Release {
    /// Semantic version.
    public static let version = "0.1.0"
}
