import Integrity
import SafeText

/// An act that the rules of custody do not allow, or that is not described well enough to be recorded.
public enum Refusal: Explained, Equatable {
    /// What is wrong with a text.
    public enum TextFault: Sendable, Equatable {
        case empty
        case tooLong(limit: Int)
        case controlCharacter
        case notAnIdentifier
        /// A full identity number, of which the record keeps a commitment alone.
        case identityNumber
    }

    case badText(field: String, fault: TextFault)
    case caseExists(String)
    case unknownCase(String)
    case exhibitExists(ExhibitID)
    case unknownExhibit(String)
    case ambiguousExhibit(String, cases: [String])
    case unknownDevice(String)
    case notEvidence(String)
    case notIdentified(String)
    case alreadyRegistered(device: String, exhibit: ExhibitID)
    case notAttached(ExhibitID)
    case severalAttached(ExhibitID)
    case otherContent(ExhibitID, device: String)
    case sealed(ExhibitID, number: String)
    case notSealed(ExhibitID)
    case sealNumberUsed(String, by: ExhibitID)
    case otherSeal(ExhibitID, number: String)
    case otherCustodian(ExhibitID, custodian: String)
    case alreadyKept(ExhibitID, custodian: String)
    case sealNotChecked(ExhibitID, number: String)
    case busy(ExhibitID)
    case notWriteProtected(device: String)
    case noDigest
    case unknownDigest(String)
    case noImage(ExhibitID)
    case beingVerified(ExhibitID)
    case noBlockTree(ExhibitID)
    case badRanges(bytes: Int)
    case badSample(limit: Int)
    case notAPath(String)
    case unknownBlob(String)
    case notAPhoto(String)
    case notSignable(entry: Int)
    case alreadySigned(entry: Int, person: String)
    case badSignature(SignatureError)
    case notOneManner

    /// See `Explained.code`.
    public var code: String {
        switch self {
        case .badText(_, .identityNumber): "identity-in-clear"
        case .badText: "bad-text"
        case .caseExists: "case-exists"
        case .unknownCase: "unknown-case"
        case .exhibitExists: "exhibit-exists"
        case .unknownExhibit: "unknown-exhibit"
        case .ambiguousExhibit: "ambiguous-exhibit"
        case .unknownDevice: "unknown-device"
        case .notEvidence: "not-evidence"
        case .notIdentified: "not-identified"
        case .alreadyRegistered: "already-registered"
        case .notAttached: "not-attached"
        case .severalAttached: "several-attached"
        case .otherContent: "other-content"
        case .sealed: "sealed"
        case .notSealed: "not-sealed"
        case .sealNumberUsed: "seal-number-used"
        case .otherSeal: "other-seal"
        case .otherCustodian: "other-custodian"
        case .alreadyKept: "already-kept"
        case .sealNotChecked: "seal-not-checked"
        case .busy: "busy"
        case .notWriteProtected: "not-write-protected"
        case .noDigest: "no-digest"
        case .unknownDigest: "unknown-digest"
        case .noImage: "no-image"
        case .beingVerified: "being-verified"
        case .noBlockTree: "no-block-tree"
        case .badRanges: "bad-ranges"
        case .badSample: "bad-sample"
        case .notAPath: "not-a-path"
        case .unknownBlob: "unknown-attachment"
        case .notAPhoto: "empty-attachment"
        case .notSignable: "not-signable"
        case .alreadySigned: "already-signed"
        case .badSignature: "bad-signature"
        case .notOneManner: "not-one-manner"
        }
    }

    /// See `Explained.message(in:)`.
    public func message(in language: Language) -> String {
        // Texts in it may come from outside, whatever was checked before: they are made printable here, once.
        switch language {
        case .english: english.printable
        case .chinese: chinese.printable
        }
    }
}
