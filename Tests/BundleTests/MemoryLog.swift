import Bundle
import Custody
import Foundation
import Integrity
import SystemPackage
import TestSupport
import TransparencyLog

/// A log in memory, for bundles of any size without a daemon.
struct MemoryLog: BundleSource {
    private(set) var key: SigningKey
    /// The key before this one, and the size of the checkpoint that both sign.
    private var retired: (size: Int, key: SigningKey)?
    /// Positions of the changes of keys.
    private(set) var keyChanges: [Int] = []
    let origin: Origin
    private(set) var entries: [[UInt8]] = []
    private var nodes: [NodeIndex: LogHash] = [:]
    private var frontier = Frontier()
    private var blobs: [String: [UInt8]] = [:]

    /// - Parameters:
    ///   - key: the station's key; a fresh one by default.
    ///   - other: from this entry on the log is another than without it.
    init(entries count: Int, attachments: [[UInt8]] = [], key: SigningKey? = nil, other: Int = .max) throws {
        self.key = try key ?? SigningKey.generate()
        guard let origin = Origin("test.example/station") else { throw LogError.malformed("the test's origin") }
        self.origin = origin
        let named = attachments.map { bytes in
            let name = Hex.encode(SHA256.digest(bytes))
            blobs[name] = bytes
            return Attachment(sha256: name, size: bytes.count, name: "photo", type: .photo)
        }
        for number in 0..<count { try append(number, number == 0 ? named : [], cause: number < other ? "非法控制计算机信息系统" : "x") }
    }

    /// Appends the record of a time-stamp.
    ///
    /// - Parameters:
    ///   - body: what the entry says; nil takes what the time-stamp says.
    mutating func append(note: [UInt8], answer: [UInt8], size: Int, root: LogHash, saying body: CheckpointTimestamped? = nil)
        throws
    {
        let files = [(note, Attachment.Kind.checkpoint), (answer, .timestamp)].map { bytes, kind in
            let name = Hex.encode(SHA256.digest(bytes))
            blobs[name] = bytes
            return Attachment(sha256: name, size: bytes.count, name: "x", type: kind)
        }
        let body =
            try body
            ?? CheckpointTimestamped(
                size: size, root: root.base64, token: TimestampResponse(parsing: answer).token)
        try append(
            EntryDraft(
                .checkpointTimestamped(body), about: [.checkpoint(size)], attachments: files,
                by: Actor(kind: .operator, uid: 0, user: "root")), at: .now())
    }

    private mutating func append(_ number: Int, _ attachments: [Attachment], cause: String) throws {
        let body = CaseOpened(number: "C-\(number)", cause: cause, unit: "y", note: nil)
        let draft = EntryDraft(
            .caseOpened(body), case: body.number, about: [.caseNumber(body.number)], attachments: attachments,
            by: Actor(kind: .operator, uid: 0, user: "root"))
        try append(draft, at: Timestamp(microseconds: 1_700_000_000_000_000 + number))
    }

    /// Appends an act with its attachments.
    mutating func append(_ act: Act, files: [(bytes: [UInt8], kind: Attachment.Kind)] = []) throws {
        let files = files.map { bytes, kind in
            let name = Hex.encode(SHA256.digest(bytes))
            blobs[name] = bytes
            return Attachment(sha256: name, size: bytes.count, name: "x", type: kind)
        }
        try append(
            EntryDraft(act, about: [.station], attachments: files, by: Actor(kind: .operator, uid: 0, user: "root")), at: .now())
    }

    /// Appends a change of keys.
    mutating func rotate(to new: SigningKey, _ body: KeyRotated) throws {
        try append(.keyRotated(body))
        keyChanges.append(frontier.size - 1)
        retired = (frontier.size, key)
        key = new
    }

    /// Appends a change to another key.
    ///
    /// - Parameters:
    ///   - since: since when the old key is said to be in other hands.
    ///   - sign: signs what the keys say, with the old key and the new one; honestly by default.
    mutating func changeKey(
        to new: SigningKey? = nil, since: Timestamp? = nil,
        sign: ((RotationStatement, _ old: SigningKey, _ new: SigningKey) throws -> SignedNote)? = nil
    ) throws {
        let new = try new ?? SigningKey.generate()
        let (old, next) = (verifierKey, VerifierKey(origin: origin, key: new.verifyingKey))
        let statement = RotationStatement(before: try Checkpoint(parsing: checkpoint().text), old: old, new: next)
        let note = try sign?(statement, key, new) ?? statement.signed(old: key, new: new)
        try rotate(
            to: new, KeyRotated(old: old.text, new: next.text, statement: note.encoded, reason: "r", compromisedSince: since))
    }

    private mutating func append(_ draft: EntryDraft, at time: Timestamp) throws {
        let number = frontier.size
        let entry = Entry(
            sequence: number, time: time, boot: "b", monotonic: number,
            clockSynchronised: nil, tree: .init(size: number, root: frontier.root.base64), draft: draft)
        append(try entry.bytes())
    }

    /// Appends bytes as they are, whatever they say.
    mutating func append(_ bytes: [UInt8]) {
        entries.append(bytes)
        for (place, hash) in frontier.append(.leaf(bytes)) { nodes[place] = hash }
    }

    /// Root over the entries.
    var root: LogHash { frontier.root }

    var verifierKey: VerifierKey { VerifierKey(origin: origin, key: key.verifyingKey) }

    func checkpoint() throws -> SignedNote {
        let note = try Checkpoint(origin: origin, size: frontier.size, root: frontier.root).signed(with: key)
        guard let retired, retired.size == frontier.size else { return note }
        return try note.signed(with: retired.key, as: origin)
    }

    func node(_ place: NodeIndex) throws -> LogHash {
        guard let hash = nodes[place] else { throw LogError.unproved("no such node") }
        return hash
    }

    func tile(_ tile: Tile) async throws -> [UInt8] { try bytes(of: tile) }

    private func bytes(of tile: Tile) throws -> [UInt8] {
        switch tile.content {
        case .entries: Tile.encode(entries: Array(entries[tile.index * 256..<tile.index * 256 + tile.width]))
        case .hashes(let level):
            Tile.encode(try Tile.places(level: level, index: tile.index, width: tile.width).map { try node($0) })
        }
    }

    func blob(_ sha256: String) async throws -> [UInt8] { blobs[sha256] ?? [] }

    /// The proof of an entry in the log as it is.
    func proof(of index: Int) throws -> ProofFile {
        let proof = try InclusionProof(index: index, treeSize: entries.count) { try node($0) }
        return ProofFile(proof, entry: entries[index], checkpoint: try checkpoint())
    }

    /// What a receipt of an entry holds.
    func receipt(of index: Int) throws -> ReceiptProof {
        ReceiptProof(try proof(of: index), keyChanges: try keyChanges.map { try proof(of: $0) })
    }

    /// Writes the files of a bundle as they are, without a look at them.
    func put(into folder: FilePath) throws {
        func put(_ bytes: [UInt8], _ name: String) throws {
            let path = folder.pushing(FilePath(name))
            try FileManager.default.createDirectory(
                atPath: path.removingLastComponent().string, withIntermediateDirectories: true)
            try Data(bytes).write(to: URL(fileURLWithPath: path.string))
        }
        try put(Array("\(verifierKey.text)\n".utf8), BundleLayout.verifierKey)
        try put(Array(checkpoint().encoded.utf8), BundleLayout.checkpoint)
        for tile in Tile.all(size: entries.count) { try put(bytes(of: tile), tile.path) }
        for (name, bytes) in blobs { try put(bytes, "\(BundleLayout.blobs)/\(name)") }
    }

    /// Writes the bundle.
    func write(to folder: FilePath) async throws {
        _ = try await BundleWriter(source: self).write(try checkpoint(), key: verifierKey, to: folder)
    }
}
