import ArgumentParser
import Control
import Custody
import Exchange
import Foundation
import SafeText
import TransparencyLog

struct WitnessAskCommand: StationCommand {
    static let configuration = CommandConfiguration(
        commandName: "ask",
        abstract: say(
            "Ask a witness over HTTP, or all that have an address, and record the answers.", "通过 HTTP 请见证方签名并记录应答；不指定名称则询问全部。"))

    @Argument(help: ArgumentHelp(say("Name or id of the witness. Default: all with an address.", "见证方名称或标识，默认为全部有地址者。")))
    var name: String?

    @Option(
        help: ArgumentHelp(say("Address, in place of the configured one.", "改用此地址。"), valueName: "url"))
    var url: String?

    @OptionGroup var global: GlobalOptions

    func validate() throws {
        if url != nil, name == nil { throw ValidationError(say("--url needs the name of a witness", "--url 须同时指定见证方")) }
    }

    func execute(_ client: ControlClient) async throws {
        var witnesses: [WitnessView] = []
        if let name {
            var witness = try await findWitness(name, client)
            witness.url = url ?? witness.url
            witnesses = [witness]
        } else {
            witnesses = try await client.get(ControlPath.witnesses, as: [WitnessView].self).filter { $0.url != nil }
        }
        guard !witnesses.isEmpty else { throw UnknownWitness(name: "—") }
        var recorded: [RecordedView] = []
        var text: [String] = []
        var failures: [any Explained] = []
        // One that fails keeps nobody from asking the others.
        for witness in witnesses {
            do {
                let answer = try await WitnessDialogue(witness: witness, client: client).run()
                recorded.append(answer)
                text.append(cosigned(witness, answer))
            } catch let error as any Explained {
                failures.append(error)
            }
        }
        if !recorded.isEmpty || failures.isEmpty { try show(recorded) { _ in text.joined(separator: "\n") } }
        for failure in failures.dropLast() { Screen.error(failure.message(in: say)) }
        if let last = failures.last { throw last }
    }
}

/// Asking one witness until it has answered with yes or with no.
private struct WitnessDialogue {
    let witness: WitnessView
    let client: ControlClient

    /// How often a witness may name another size before it is believed to answer at random.
    private static let attempts = 4

    func run() async throws -> RecordedView {
        var known = witness.cosignedSize
        var last: Answer?
        for _ in 0..<Self.attempts {
            let request: WitnessRequest
            do {
                request = try await client.witnessRequest(witness, old: known)
            } catch ControlError.refused(let error, _) where error.code == "witness-ahead" {
                throw try await dispute(known: known, last)
            }
            let answer = try await post(request)
            last = answer
            let size = try Checkpoint(parsing: request.checkpoint.text).size
            switch answer.status {
            case 200: return try await record(answer, request)
            case 409:
                guard let other = answer.body.last == 0x0A ? Int(decimal: text(answer).dropLast()) : nil else {
                    throw WitnessRefusal.refused(witness: witness.name, status: 409, reason: text(answer))
                }
                // It knows this very size, and not with this root.
                if other == known, known == size { throw try await dispute(known: known, answer) }
                known = other
            // The proof is from the size that the witness names, and does not lead there from what it knows.
            case 422: throw try await dispute(known: known, answer)
            default: throw WitnessRefusal.refused(witness: witness.name, status: answer.status, reason: text(answer))
            }
        }
        throw WitnessRefusal.refused(witness: witness.name, status: 409, reason: last.map(text) ?? "")
    }

    private func post(_ request: WitnessRequest) async throws -> Answer {
        guard let url = witness.url else { throw WitnessRefusal.noAddress(witness: witness.name) }
        let place = url + (url.hasSuffix("/") ? "" : "/") + "add-checkpoint"
        return try await withCheckedThrowingContinuation { continuation in
            // It blocks: not on a thread of the pool.
            Thread {
                continuation.resume(
                    with: Result {
                        try Exchange.post(Array(request.encoded.utf8), type: "text/plain; charset=utf-8", to: place)
                    })
            }.start()
        }
    }

    private func record(_ answer: Answer, _ request: WitnessRequest) async throws -> RecordedView {
        do {
            let lines = try SignedNote.signatures(parsing: answer.body)
            return try await client.addCosignature(of: witness, Array(try request.checkpoint.adding(lines).encoded.utf8))
        } catch let error as LogError {
            throw WitnessRefusal.unreadable(witness: witness.name, reason: error.description)
        }
    }

    /// Records that the witness knows another history.
    private func dispute(known: Int, _ answer: Answer?) async throws -> WitnessRefusal {
        let size = try Checkpoint(parsing: try SignedNote(parsing: try await client.getBytes(ControlPath.checkpoint)).text).size
        let words = answer.map { "HTTP \($0.status): \(text($0))".printable } ?? "—"
        let recorded = try await client.post(
            "\(ControlPath.witnesses)/\(witness.id)/disputes", DisputeRequest(knownSize: known, size: size, answer: words),
            as: RecordedView.self)
        return .disputed(witness: witness.name, known: known, size: size, entry: recorded.entry)
    }

    /// The beginning of an answer; `printable` where it is shown.
    private func text(_ answer: Answer) -> String { String(decoding: answer.body.prefix(200), as: UTF8.self) }
}

/// A witness that did not cosign.
enum WitnessRefusal: Explained {
    case noAddress(witness: String)
    case refused(witness: String, status: Int, reason: String)
    case unreadable(witness: String, reason: String)
    case disputed(witness: String, known: Int, size: Int, entry: Int)

    var code: String {
        switch self {
        case .noAddress: "no-address"
        case .refused: "witness-refused"
        case .unreadable: "bad-cosignature"
        case .disputed: "witness-disputed"
        }
    }

    func message(in language: Language) -> String {
        switch self {
        case .noAddress(let witness):
            language(
                "the witness \(witness) has no address; give --url, or carry files", "见证方 \(witness) 没有地址，请用 --url 指定或通过文件交换"
            )
            .printable
        case .refused(let witness, let status, let reason):
            language(
                "the witness \(witness) refused (HTTP \(status)): \(reason.trimmed)",
                "见证方 \(witness) 拒绝签名（HTTP \(status)）：\(reason.trimmed)"
            ).printable
        case .unreadable(let witness, let reason):
            language("the answer of \(witness) cannot be read: \(reason)", "\(witness) 的应答无法读取：\(reason)").printable
        case .disputed(let witness, let known, let size, let entry):
            language(
                "THE WITNESS \(witness) KNOWS ANOTHER HISTORY: it has cosigned \(known) entries that do not lead to the \(size) of this ledger; the ledger was rolled back or forked. Entry \(entry) records it",
                "见证方 \(witness) 所知的台账不同：它已签 \(known) 条，与本台账的 \(size) 条不相延续；台账被回退或已分叉。第 \(entry) 条已记录此事"
            ).printable
        }
    }
}

extension String {
    fileprivate var trimmed: String { trimmingCharacters(in: .whitespacesAndNewlines) }
}
