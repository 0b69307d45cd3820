/// The paths of the API, all below one version. `docs/openapi.yaml` describes them.
public enum ControlPath {
    /// What every path begins with.
    public static let version = "/v1"
    /// State of the station.
    public static let status = version + "/status"
    /// Attached disks.
    public static let devices = version + "/devices"
    /// Cases.
    public static let cases = version + "/cases"
    /// Registered media.
    public static let media = version + "/media"
    /// Making of images.
    public static let acquisitions = version + "/acquisitions"
    /// Reading images back.
    public static let verifications = version + "/verifications"
    /// Copies and conversions of images.
    public static let copies = version + "/copies"
    /// Images written back to devices.
    public static let restorations = version + "/restorations"
    /// Comparisons of images.
    public static let comparisons = version + "/comparisons"
    /// Long work, running or ended.
    public static let jobs = version + "/jobs"
    /// Sealing.
    public static let seals = version + "/seals"
    /// Unsealing.
    public static let unsealings = version + "/unsealings"
    /// Hand-overs.
    public static let transfers = version + "/transfers"
    /// Acts that are recorded by their form.
    public static let acts = version + "/acts"
    /// Signatures of people.
    public static let signatures = version + "/signatures"
    /// The statements that they sign.
    public static let statements = version + "/signatures/statements"
    /// Attachments.
    public static let blobs = version + "/blobs"
    /// The review of the record.
    public static let review = version + "/review"
    /// What samples are drawn from.
    public static let populations = version + "/populations"
    /// Samples; behind it stand case and population of one.
    public static let samples = version + "/samples"
    /// Results of their members.
    public static let sampleChecks = version + "/samples/checks"
    /// Entries of the ledger.
    public static let entries = version + "/ledger/entries"
    /// The newest signed checkpoint, as C2SP tlog-tiles has it.
    public static let checkpoint = version + "/ledger/checkpoint"
    /// The station's verifier key.
    public static let verifierKey = version + "/ledger/verifier-key"
    /// What stands before the path of a tile (C2SP tlog-tiles).
    public static let log = version + "/ledger/"
    /// Handing out the ledger.
    public static let exports = version + "/ledger/exports"
    /// Reading the whole ledger.
    public static let checks = version + "/ledger/checks"
    /// Consistency proofs of two checkpoints.
    public static let consistency = version + "/ledger/consistency"
    /// Changes of the signing key.
    public static let keyRotations = version + "/ledger/key-rotations"
    /// Copies of the ledger.
    public static let backups = version + "/ledger/backups"
    /// The signed checkpoints of every size.
    public static let checkpoints = version + "/ledger/checkpoints"
    /// Time-stamps over checkpoints.
    public static let timestamps = version + "/ledger/timestamps"
    /// Requests for them.
    public static let timestampRequests = version + "/ledger/timestamps/requests"
    /// Inclusion proofs.
    public static let proofs = version + "/ledger/proofs"
    /// What receipts hold: inclusion proofs with the changes of the station's key.
    public static let receipts = version + "/ledger/receipts"
    /// Witnesses; behind it stands the id of one, and `/request`, `/cosignatures` or `/disputes`.
    public static let witnesses = version + "/witnesses"
}

/// Header fields of our own.
public enum ControlHeader {
    /// Name of the person at the keyboard, percent-encoded UTF-8.
    public static let person = "Fengcun-Person"
}
