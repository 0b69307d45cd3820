import TransparencyLog

/// What the auditor brings himself. None of it ever comes from the bundle.
public struct AuditorTrust: Sendable {
    /// The station's key, one of those it had.
    public var key: VerifierKey?
    /// Roots that people's certificates must lead to, in PEM.
    public var signerRoots: [UInt8]?
    /// Keys of people who sign with SSH: a file as ssh-keygen(1) describes it under ALLOWED SIGNERS.
    public var allowedSigners: [UInt8]?
    /// Roots that certificates of time-stamp authorities must lead to, in PEM.
    public var timeRoots: [UInt8]?
    /// Which witnesses must have cosigned (c2sp.org/tlog-policy).
    public var witnessPolicy: [UInt8]?
    /// Keys of the station that are not believed from a time on.
    public var revocations: [Revocation] = []
    /// Receipts, proofs and checkpoints that somebody kept.
    public var receipts: [KeptReceipt]

    /// Says what is trusted; nothing by default.
    public init(
        key: VerifierKey? = nil, signerRoots: [UInt8]? = nil, allowedSigners: [UInt8]? = nil, timeRoots: [UInt8]? = nil,
        witnessPolicy: [UInt8]? = nil, receipts: [KeptReceipt] = []
    ) {
        self.key = key
        self.signerRoots = signerRoots
        self.allowedSigners = allowedSigners
        self.timeRoots = timeRoots
        self.witnessPolicy = witnessPolicy
        self.receipts = receipts
    }
}
