import Custody
import Glibc

/// Decides which disks are evidence.
public struct EvidenceRule: Sendable {
    /// The property that our udev rule sets.
    public static let property = "FENGCUN_EVIDENCE"

    /// Patterns for device nodes in the manner of glob(7), for trials and tests.
    public let patterns: [String]

    /// Creates a rule; without patterns the udev rule alone decides.
    public init(patterns: [String]) { self.patterns = patterns }

    /// Why a disk is evidence; nil where it is not.
    public func reason(for device: BlockDevice) -> EvidenceReason? {
        if device.properties[Self.property] == "1" { return .udevRule }
        return patterns.first { fnmatch($0, device.node, FNM_PATHNAME) == 0 }.map { .pattern($0) }
    }
}
