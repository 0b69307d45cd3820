import Control
import Custody
import Imaging
import Ledger

// What was read of a medium, to be looked at.
extension Station {
    /// The map of a finished image, or of an attempt that ended early.
    ///
    /// - Parameters:
    ///   - image: path as it was recorded; nil: the newest image or attempt.
    ///   - cells: most cells of the overview.
    /// - Throws: `Refusal`, `StationError.noMap`, `MapfileError`.
    public func map(_ reference: ExhibitReference, image: String?, cells: Int) async throws -> MapView {
        let (id, attempt) = try await ledger.read { reader in
            let id = try reader.resolve(reference).id
            return (id, Attempt(newestOf: try reader.entries(about: .exhibit(id)), image: image))
        }
        guard let attempt else { throw Refusal.noImage(id) }
        let map: RescueMap
        if let digest = attempt.mapfile {
            let bytes = try await blob(digest)
            map = try await onThread("fc-blob") { try Mapfile(bytes, capacity: attempt.started.capacity).map }
        } else if attempt.isFinished {
            map = RescueMap(size: attempt.started.capacity, .finished)
        } else {
            throw StationError.noMap(attempt.started.image)
        }
        return MapView(
            exhibit: id, image: attempt.started.image, isFinished: attempt.isFinished, map: map.overview(cells: cells))
    }
}

/// One making of an image that has ended.
private struct Attempt: Sendable {
    let started: AcquisitionStarted
    let isFinished: Bool
    /// Digest of its map, where it has one.
    let mapfile: String?

    /// Looks for the newest in the entries about an exhibit.
    init?(newestOf entries: [Entry], image: String?) {
        var begun: [String: AcquisitionStarted] = [:]
        var newest: Self?
        for entry in entries {
            switch entry.act {
            case .acquisitionStarted(let body): begun[body.acquisition] = body
            case .acquisitionFinished(let body):
                newest = Self(begun[body.acquisition], true, entry, image) ?? newest
            case .acquisitionEnded(let body):
                newest = Self(begun[body.acquisition], false, entry, image) ?? newest
            default: break
            }
        }
        guard let newest else { return nil }
        self = newest
    }

    private init?(_ started: AcquisitionStarted?, _ isFinished: Bool, _ end: Entry, _ image: String?) {
        guard let started, image == nil || image == started.image else { return nil }
        self.started = started
        self.isFinished = isFinished
        mapfile = end.draft.attachments.first { $0.type == .errorMap }?.sha256
    }
}
