import Bundle
import Custody
import DurableFiles
import Integrity
import SafeText
import SystemPackage
import TransparencyLog

/// What the auditor reads about a proof that stands on its own: of one entry, of two checkpoints, or in a receipt.
struct ProofReport {
    private let proof: KeptProof
    private let key: VerifierKey

    /// Reads a file.
    ///
    /// - Throws: `LogError`, `BundleError`.
    init(_ path: String, _ key: VerifierKey) throws {
        let bytes: [UInt8]
        do {
            bytes = try readFile(FilePath(path), limit: KeptProof.byteLimit, followLinks: true)
        } catch {
            throw BundleError.file(error)
        }
        proof = try KeptProof(parsing: bytes)
        self.key = key
    }

    /// Checks the proof with the key, and says what it proves.
    ///
    /// - Throws: `LogError`.
    func print() throws {
        switch proof {
        case .entry(let receipt): try print(receipt)
        case .leaf(let compact):
            let checkpoint = try Checkpoint(verifying: compact.checkpoint, key: key)
            try compact.verify(in: checkpoint)
            print(checkpoint)
            write(say("entry      \(compact.index)", "条目   第 \(compact.index) 条"))
            write(
                say(
                    "leaf hash  \(compact.leaf); what the entry says is not in this form", "叶子散列  \(compact.leaf)；此形式不含条目内容"))
        case .consistency(let file):
            let (old, new) = try file.verify(key: key)
            print(old)
            print(new)
            write(
                say(
                    "the \(old.size) entries of the first stand unchanged in the second",
                    "前者的 \(old.size) 条在后者中未变"))
        case .checkpoint(let note):
            print(try Checkpoint(verifying: note, key: key))
            write(say("a checkpoint alone proves no entry", "仅有检查点不能证明任何条目"))
        }
        write(say("VERIFIED", "核验通过"))
    }

    private func print(_ receipt: ReceiptProof) throws {
        let file = receipt.proof
        guard let bytes = file.extra else { throw LogError.malformed("the proof file does not hold its entry") }
        let (checkpoint, way) = try KeyTrail(from: [key]).verify(receipt)
        _ = try file.verify(entry: bytes, key: way.key)
        let entry: Entry
        do throws(EntryError) {
            entry = try Entry(bytes: bytes)
        } catch {
            throw LogError.malformed("entry \(file.index): \(error)")
        }
        guard entry.sequence == file.index else {
            throw LogError.unproved("entry \(file.index) does not stand where it was written")
        }
        print(checkpoint)
        for change in way.steps.map(\.change) {
            write(
                say(
                    "key        entry \(change.entry) put \(change.new.text) in the place of \(change.old.text); both signed it",
                    "密钥   第 \(change.entry) 条以 \(change.new.text) 更换 \(change.old.text)，两者均已签名"))
            if let since = change.compromisedSince {
                write(
                    say(
                        "           the old key is not believed since \(since): whoever had it can have made this",
                        "       旧密钥自 \(since) 起不可信：持有该密钥者亦可制作此证明"))
            }
        }
        write(
            say("entry      \(file.index): \(describe(entry))", "条目   第 \(file.index) 条：\(describe(entry))"))
        write(String(decoding: bytes, as: UTF8.self))
    }

    private func print(_ checkpoint: Checkpoint) {
        write(
            say(
                "ledger     \(checkpoint.origin), \(checkpoint.size) entries, root \(checkpoint.root)",
                "台账   \(checkpoint.origin)，\(checkpoint.size) 条，根 \(checkpoint.root)"))
    }
}
