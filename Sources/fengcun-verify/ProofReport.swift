import Bundle
import Custody
import DurableFiles
import Integrity
import SafeText
import SystemPackage
import TransparencyLog

/// What the auditor reads about a proof of one entry.
struct ProofReport {
    private let checkpoint: Checkpoint
    private let index: Int
    private let entry: [UInt8]

    /// Checks a proof file.
    ///
    /// - Throws: `LogError`, `BundleError`.
    init(_ path: String, _ key: VerifierKey) throws {
        let bytes: [UInt8]
        do {
            bytes = try readFile(FilePath(path), limit: SignedNote.byteLimit, followLinks: true)
        } catch {
            throw BundleError.file(error)
        }
        let proof = try ProofFile(parsing: bytes)
        guard let entry = proof.extra else { throw LogError.malformed("the proof file does not hold its entry") }
        self.entry = entry
        index = proof.index
        checkpoint = try proof.verify(entry: entry, key: key)
    }

    func print() throws {
        let parsed: Entry
        do throws(EntryError) {
            parsed = try Entry(bytes: entry)
        } catch {
            throw LogError.malformed("entry \(index): \(error)")
        }
        guard parsed.sequence == index else { throw LogError.unproved("entry \(index) does not stand where it was written") }
        write(
            say("ledger     \(checkpoint.origin), \(checkpoint.size) entries", "台账   \(checkpoint.origin)，\(checkpoint.size) 条"))
        write(
            say(
                "entry      \(index): \(parsed.act.kind.rawValue), \(parsed.time)",
                "条目   第 \(index) 条：\(parsed.act.kind.rawValue)，\(parsed.time)"))
        write(String(decoding: entry, as: UTF8.self).printable)
        write(say("VERIFIED", "核验通过"))
    }
}
