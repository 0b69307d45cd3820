import Control
import Custody
import Foundation
import Hummingbird
import Integrity
import NIOCore
import ServiceLifecycle
import Station
import TransparencyLog

/// The paths of the API; `docs/openapi.yaml` describes them.
struct Routes {
    typealias ControlRouter = Router<PeerContext>
    typealias Handler = @Sendable (Request, PeerContext, Peer) async throws -> Response

    let station: Station

    /// Wraps a handler in the check of the peer's right.
    private func needs(_ role: Role, _ handler: @escaping Handler) -> @Sendable (Request, PeerContext) async throws -> Response {
        { [station] request, context in
            let peer = try context.identified()
            try await station.authorize(peer, role, request: "\(request.method) \(request.uri.path)")
            return try await handler(request, context, peer)
        }
    }

    func get(_ router: ControlRouter, _ path: String, _ handler: @escaping Handler) {
        router.get(RouterPath(path), use: needs(.look, handler))
    }

    func post(_ router: ControlRouter, _ path: String, _ role: Role = .operate, _ handler: @escaping Handler) {
        router.post(RouterPath(path), use: needs(role, handler))
    }

    /// A parameter of the path, its percent-encoding undone.
    static func parameter(_ name: String, _ context: PeerContext) throws -> String {
        guard let value = context.parameters.get(name)?.removingPercentEncoding else {
            throw RequestError.malformed("the path")
        }
        return value
    }

    private static func number(_ text: some StringProtocol, _ what: String) throws -> Int {
        // Far above any ledger, and far below where adding to it could overflow.
        guard let number = Int(decimal: text), number <= 1 << 40 else { throw RequestError.malformed(what) }
        return number
    }

    private static func reference(_ request: Request, _ context: PeerContext) throws -> ExhibitReference {
        ExhibitReference(
            exhibit: try parameter("exhibit", context), caseNumber: request.uri.queryParameters.get("case"))
    }

    // MARK: Disks, cases, exhibits, seals

    func addDisksAndCases(to router: ControlRouter) {
        let station = station
        get(router, ControlPath.status) { _, _, peer in try .json(await station.status(for: peer)) }
        get(router, ControlPath.devices) { request, _, _ in
            try .json(await station.devices(all: request.uri.queryParameters.get("all") == "true"))
        }
        get(router, ControlPath.cases) { _, _, _ in try .json(await station.cases()) }
        get(router, ControlPath.cases + "/{number}") { _, context, _ in
            try .json(await station.caseView(try Self.parameter("number", context)))
        }
        post(router, ControlPath.cases) { request, _, peer in
            try .json(await station.openCase(try await request.json(OpenCaseRequest.self), by: peer), status: .created)
        }
        post(router, ControlPath.media) { request, _, peer in
            try .json(
                await station.registerMedium(try await request.json(RegisterMediumRequest.self), by: peer), status: .created)
        }
        get(router, ControlPath.media + "/{exhibit}") { request, context, _ in
            try .json(await station.exhibit(try Self.reference(request, context)))
        }
        get(router, ControlPath.media + "/{exhibit}/map") { request, context, _ in
            let cells = try Self.number(request.uri.queryParameters.get("cells") ?? "1000", "'cells'")
            let image = request.uri.queryParameters.get("image")
            return try .json(await station.map(try Self.reference(request, context), image: image, cells: cells))
        }
        post(router, ControlPath.seals) { request, _, peer in
            try .json(await station.seal(try await request.json(SealRequest.self), by: peer), status: .created)
        }
        post(router, ControlPath.unsealings) { request, _, peer in
            try .json(await station.unseal(try await request.json(UnsealRequest.self), by: peer), status: .created)
        }
        post(router, ControlPath.transfers) { request, _, peer in
            try .json(await station.transfer(try await request.json(TransferRequest.self), by: peer), status: .created)
        }
        post(router, ControlPath.acts) { request, _, peer in
            try .json(await station.record(try await request.json(ActRequest.self), by: peer), status: .created)
        }
        get(router, ControlPath.statements + "/{entry}") { request, context, _ in
            guard let role = request.uri.queryParameters.get("role").flatMap({ ActSigned.Role(rawValue: $0) }),
                let name = request.uri.queryParameters.get("name")
            else { throw RequestError.malformed("'role' or 'name'") }
            let entry = try Self.number(try Self.parameter("entry", context), "the entry's number")
            let statement = try await station.statement(of: entry, role: role, person: name)
            return .bytes(Array(statement.text.utf8), type: "text/plain; charset=utf-8")
        }
        post(router, ControlPath.signatures) { request, _, peer in
            try .json(await station.sign(try await request.json(SignRequest.self), by: peer), status: .created)
        }
        post(router, ControlPath.blobs) { request, _, _ in
            try .json(await station.addBlob(try await request.bytes(limit: Attachment.byteLimit)), status: .created)
        }
        get(router, ControlPath.blobs + "/{sha256}") { _, context, _ in
            .bytes(try await station.blob(try Self.parameter("sha256", context)))
        }
    }

    // MARK: Imaging

    func addImaging(to router: ControlRouter) {
        let station = station
        post(router, ControlPath.acquisitions) { request, _, peer in
            let body = try await request.json(StartImageRequest.self)
            return try .json(await station.startImage(body, by: peer, language: request.language), status: .accepted)
        }
        post(router, ControlPath.verifications) { request, _, peer in
            let body = try await request.json(VerifyImageRequest.self)
            return try .json(await station.verifyImage(body, by: peer, language: request.language), status: .accepted)
        }
        post(router, ControlPath.copies) { request, _, peer in
            let body = try await request.json(CopyImageRequest.self)
            return try .json(await station.copyImage(body, by: peer, language: request.language), status: .accepted)
        }
        post(router, ControlPath.comparisons) { request, _, peer in
            let body = try await request.json(CompareImagesRequest.self)
            return try .json(await station.compareImages(body, by: peer, language: request.language), status: .accepted)
        }
        post(router, ControlPath.restorations) { request, _, peer in
            let body = try await request.json(StartRestorationRequest.self)
            return try .json(await station.startRestoration(body, by: peer), status: .accepted)
        }
        post(router, ControlPath.restorations + "/{job}/progress") { request, context, _ in
            let body = try await request.json(RestorationProgressRequest.self)
            let id = try Self.parameter("job", context)
            return try .json(await station.noteRestoration(id, body, language: request.language))
        }
        get(router, ControlPath.jobs) { request, _, _ in try .json(await station.jobViews(in: request.language)) }
        get(router, ControlPath.jobs + "/{job}") { request, context, _ in
            try .json(await station.jobView(try Self.parameter("job", context), in: request.language))
        }
        get(router, ControlPath.jobs + "/{job}/progress") { request, context, _ in
            let id = try Self.parameter("job", context)
            let first = try await station.jobView(id, in: request.language)
            return Self.progress(of: id, first: first, station: station, language: request.language)
        }
        post(router, ControlPath.jobs + "/{job}/pause") { request, context, peer in
            try .json(await station.pauseJob(try Self.parameter("job", context), by: peer, language: request.language))
        }
        post(router, ControlPath.jobs + "/{job}/resume") { request, context, peer in
            try .json(await station.resumeJob(try Self.parameter("job", context), by: peer, language: request.language))
        }
        post(router, ControlPath.jobs + "/{job}/priority") { request, context, _ in
            let (body, id) = (try await request.json(PriorityRequest.self), try Self.parameter("job", context))
            return try .json(await station.setPriority(body.priority, of: id, language: request.language))
        }
        post(router, ControlPath.jobs + "/{job}/cancel") { request, context, peer in
            try .json(await station.cancelJob(try Self.parameter("job", context), by: peer, language: request.language))
        }
    }

    /// One JSON object a line, five a second, until the job has ended or the daemon stops.
    private static func progress(of id: String, first: JobView, station: Station, language: Language) -> Response {
        Response(
            status: .ok, headers: [.contentType: "application/x-ndjson"],
            body: ResponseBody { writer in
                var view = first
                while true {
                    try await writer.write(ByteBuffer(bytes: try JSONForm.encode(view) + [0x0A]))
                    if view.state.isEnd || Task.isShuttingDownGracefully { break }
                    // The end is told at once.
                    for _ in 0..<10 where !view.state.isEnd {
                        try await Task.sleep(for: .milliseconds(20))
                        view = try await station.jobView(id, in: language)
                    }
                }
                try await writer.finish(nil)
            })
    }

    // MARK: The ledger

    func addLedger(to router: ControlRouter) {
        let station = station
        get(router, ControlPath.entries) { request, _, _ in
            let from = try Self.number(request.uri.queryParameters.get("from") ?? "0", "'from'")
            let limit = try Self.number(request.uri.queryParameters.get("limit") ?? "\(Station.entryLimit)", "'limit'")
            return try .json(await station.entries(from: from, limit: limit))
        }
        get(router, ControlPath.checkpoint) { _, _, _ in
            .bytes(Array(try await station.checkpoint().encoded.utf8), type: "text/plain; charset=utf-8")
        }
        get(router, ControlPath.verifierKey) { request, _, _ in
            var key = station.verifierKey
            if let size = request.uri.queryParameters.get("size") {
                key = try await station.verifierKey(for: try Self.number(size, "'size'"))
            }
            return .bytes(Array((key.text + "\n").utf8), type: "text/plain; charset=utf-8")
        }
        get(router, ControlPath.log + "tile/**") { request, context, _ in
            let path = "tile/" + context.parameters.getCatchAll().joined(separator: "/")
            guard let tile = Tile(path: path), let bytes = try await station.tile(tile) else {
                throw RequestError.unknownPath(path)
            }
            return .bytes(bytes)
        }
        get(router, ControlPath.proofs + "/{entry}") { _, context, _ in
            let proof = try await station.proof(of: try Self.number(try Self.parameter("entry", context), "the entry's number"))
            return .bytes(Array(proof.encoded.utf8), type: "text/plain; charset=utf-8")
        }
        get(router, ControlPath.receipts + "/{entry}") { _, context, _ in
            let proof = try await station.receiptProof(
                of: try Self.number(try Self.parameter("entry", context), "the entry's number"))
            return .bytes(Array(proof.encoded.utf8), type: "text/plain; charset=utf-8")
        }
        get(router, ControlPath.consistency) { request, _, _ in
            guard let from = request.uri.queryParameters.get("from") else { throw RequestError.malformed("'from' is missing") }
            let to = try request.uri.queryParameters.get("to").map { try Self.number($0, "'to'") }
            let file = try await station.consistency(from: try Self.number(from, "'from'"), to: to)
            return .bytes(Array(file.encoded.utf8), type: "text/plain; charset=utf-8")
        }
        post(router, ControlPath.exports) { request, _, peer in
            try .json(await station.export(try await request.json(ExportRequest.self), by: peer), status: .created)
        }
        post(router, ControlPath.keyRotations, .administer) { request, _, peer in
            try .json(await station.rotateKey(try await request.json(RotateKeyRequest.self), by: peer), status: .created)
        }
        post(router, ControlPath.backups, .administer) { request, _, peer in
            try .json(await station.backUp(try await request.json(BackupRequest.self), by: peer), status: .created)
        }
        get(router, ControlPath.checkpoints) { request, _, _ in
            let first = try Self.number(request.uri.queryParameters.get("from") ?? "", "'from'")
            let last = try Self.number(request.uri.queryParameters.get("to") ?? "", "'to'")
            return .bytes(try await station.checkpoints(first, last))
        }
        post(router, ControlPath.timestampRequests) { request, _, _ in
            try .json(await station.timestampRequest(try await request.json(TimestampRequestBody.self)), status: .created)
        }
        post(router, ControlPath.timestamps) { request, _, peer in
            let answer = try await request.bytes(limit: TimestampResponse.byteLimit)
            return try .json(await station.addTimestamp(answer, by: peer), status: .created)
        }
        post(router, ControlPath.checks, .administer) { _, _, _ in try .json(await station.checkLedger()) }
    }

    // MARK: Witnesses

    func addWitnesses(to router: ControlRouter) {
        let station = station
        let one = ControlPath.witnesses + "/{witness}"
        get(router, ControlPath.witnesses) { _, _, _ in try .json(await station.witnesses()) }
        get(router, one + "/request") { request, context, _ in
            let old = try request.uri.queryParameters.get("old").map { try Self.number($0, "'old'") }
            let body = try await station.witnessRequest(to: try Self.parameter("witness", context), oldSize: old)
            return .bytes(Array(body.encoded.utf8), type: "text/plain; charset=utf-8")
        }
        post(router, one + "/cosignatures") { request, context, peer in
            let note = try await request.bytes(limit: WitnessRequest.byteLimit)
            return try .json(
                await station.addCosignature(of: try Self.parameter("witness", context), note, by: peer), status: .created)
        }
        post(router, one + "/disputes") { request, context, peer in
            let body = try await request.json(DisputeRequest.self)
            return try .json(
                await station.addDispute(of: try Self.parameter("witness", context), body, by: peer), status: .created)
        }
    }
}
