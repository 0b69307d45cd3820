import Custody
import DurableFiles
import ImageTree
import Integrity
import SystemPackage

/// Compares an image file with the images that a ledger records.
public enum ImageCheck {
    /// Result for one image.
    public enum Verdict: Sendable {
        /// The image is the image that this entry records; every recorded digest and the block tree agree.
        case recorded(entry: Int, made: AcquisitionFinished)
        /// No recorded image has this length and these digests.
        case unknown(bytes: Int, digests: [Digest], change: Change)
        /// Its files cannot be read as one image: a segment is missing, or not as it must be.
        case unreadable(ImageReadError)
    }

    /// What the level of a block tree beside a file that is no recorded image says.
    public enum Change: Sendable {
        /// The level is that of a recorded image, and the file differs from it there.
        case placed(BundleReport.Image, Differences)
        /// There is no level that can be used.
        case unplaced(BlockTreeError)
    }

    /// Reads the image once with every algorithm that the record uses for an image of its length, and with the block tree.
    ///
    /// - Parameter path: its only file, or the first segment, beside which all others stand.
    /// - Throws: `BundleError.file` where it cannot be read.
    public static func check(_ path: FilePath, against images: [BundleReport.Image]) throws(BundleError) -> Verdict {
        do {
            let image = try ImageReader(named: path)
            if let fault = fault(of: image, images) { return .unreadable(fault) }
            let size = image.byteCount
            let candidates = images.filter { $0.made.bytes == size }
            let algorithms = Set(candidates.flatMap { $0.made.digests.keys }).union([.sha256])
            let level = Result { () throws(BlockTreeError) in
                try BlockTreeFile.open(BlockTreeFile.path(of: path), recorded: Set(images.compactMap(\.made.blockTree)))
            }
            let pass = try ImagePass(image, algorithms.sorted(), comparing: try? level.get()).run()
            let values = Dictionary(pass.digests.map { ($0.algorithm, $0.hex) }) { first, _ in first }
            let match = candidates.last { image in
                (!image.made.digests.isEmpty || image.made.blockTree != nil)
                    && image.made.digests.allSatisfy { values[$0.key] == $0.value }
                    && image.made.blockTree ?? pass.blockTree == pass.blockTree
            }
            if let match { return .recorded(entry: match.entry, made: match.made) }
            return .unknown(bytes: size, digests: pass.digests, change: change(level, pass, images))
        } catch ImageReadError.file(let error) {
            throw .file(error)
        } catch let error as ImageReadError {
            return .unreadable(error)
        } catch let error as FileError {
            throw .file(error)
        } catch let error as BlockTreeError {
            throw .badSource(error.message(in: .english))
        } catch {
            throw .badSource("\(error)")
        }
    }

    /// What is wrong with the segments of an image, where no recorded image has its length and one has its name.
    private static func fault(of image: ImageReader, _ images: [BundleReport.Image]) -> ImageReadError? {
        guard !images.contains(where: { $0.made.bytes == image.byteCount }) else { return nil }
        let namesake = images.last { FilePath($0.made.image).lastComponent == image.path.lastComponent }?.made
        guard let namesake, let layout = namesake.layout else { return nil }
        return image.fault(
            expecting: ImageSegments(image.path, ImageLayout(segmentSize: layout.segmentSize), byteCount: namesake.bytes))
    }

    private static func change(
        _ level: Result<BlockTreeFile, BlockTreeError>, _ pass: ImagePass.Result, _ images: [BundleReport.Image]
    ) -> Change {
        switch level {
        case .failure(let error): return .unplaced(error)
        case .success(let level):
            let digest = Hex.encode(level.digest)
            guard let image = images.last(where: { $0.made.blockTree == digest }) else {
                return .unplaced(.foreign(level.path))
            }
            return .placed(image, pass.differences)
        }
    }
}
