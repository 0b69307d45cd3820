/// Witnesses outside the station vouch that they saw a checkpoint, and none that contradicts it (c2sp.org/tlog-witness). The
/// cosigned checkpoint stands in the entry's attachments.
public struct CheckpointCosigned: ActBody {
    /// See `ActBody`.
    public static let kind = "checkpoint.cosigned"
    /// Without it nobody could verify the others.
    public static let canBeWithheld = false
    /// See `ActBody`.
    public static let isEvidence = true
    /// See `ActBody`.
    public static let examined: Set<Attachment.Kind> = [.cosignedCheckpoint]

    /// One witness.
    public struct Cosigner: Hashable, Sendable, Codable {
        /// Its verifier key (type 04 of c2sp.org/signed-note) as the station has it.
        public var key: String
        /// When it signed by its own clock, in seconds since 1970.
        public var time: Int

        /// Names a witness.
        public init(key: String, time: Int) {
            self.key = key
            self.time = time
        }
    }

    /// Size of the checkpoint.
    public var size: Int
    /// Its root in base64.
    public var root: String
    /// Who cosigned.
    public var cosigners: [Cosigner]

    /// Describes a cosigned checkpoint.
    public init(size: Int, root: String, cosigners: [Cosigner]) {
        self.size = size
        self.root = root
        self.cosigners = cosigners
    }
}

/// A witness refused a checkpoint because it knows another history, or a longer one: the ledger was cut or forked.
public struct WitnessDisputed: ActBody {
    /// See `ActBody`.
    public static let kind = "witness.disputed"
    /// See `ActBody`.
    public static let closesOrObserves = true

    /// The witness's verifier key as the station has it.
    public var witness: String
    /// Size that the witness knows.
    public var knownSize: Int?
    /// Size of the checkpoint that it refused.
    public var size: Int
    /// What it said: the status of HTTP, and the beginning of the text.
    public var answer: String

    /// Describes a refusal.
    public init(witness: String, knownSize: Int?, size: Int, answer: String) {
        self.witness = witness
        self.knownSize = knownSize
        self.size = size
        self.answer = answer
    }
}
