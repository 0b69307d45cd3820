/// How a medium rotates (ACS-3, 7.12.7.89, word 217; SBC-3, 6.6.2).
public enum Rotation: Sendable, Equatable {
    /// It does not: a solid-state drive.
    case none
    /// Revolutions per minute.
    case perMinute(Int)

    /// Reads the field; nil for "not reported" and reserved values.
    init?(_ field: UInt16) {
        switch field {
        case 1: self = .none
        case 0x0401...0xFFFE: self = .perMinute(Int(field))
        default: return nil
        }
    }
}

/// Nominal form factor (ACS-3, 7.12.7.70, word 168; SBC-3, 6.6.2).
public enum FormFactor: UInt8, Sendable {
    case inches525 = 1
    case inches35 = 2
    case inches25 = 3
    case inches18 = 4
    case smaller = 5
    case mSATA = 6
    case m2 = 7
    case microSSD = 8
    case compactFlash = 9

    /// Reads the field; nil for "not reported" and reserved values.
    init?(_ field: UInt8) { self.init(rawValue: field) }

    /// As it stands in entries.
    public var text: String {
        switch self {
        case .inches525: "5.25 inch"
        case .inches35: "3.5 inch"
        case .inches25: "2.5 inch"
        case .inches18: "1.8 inch"
        case .smaller: "less than 1.8 inch"
        case .mSATA: "mSATA"
        case .m2: "M.2"
        case .microSSD: "MicroSSD"
        case .compactFlash: "CFast"
        }
    }
}

/// What a sector gives that was trimmed (unmapped, deallocated) and not written since.
public enum ReadAfterTrim: String, Sendable {
    /// Anything, and not the same at each read: two images of one drive may differ.
    case undefined
    /// The same at each read.
    case deterministic
    /// Zeros.
    case zeroes
    /// Bytes of FFh.
    case ones
}
