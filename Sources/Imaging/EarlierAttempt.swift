import Custody
import DurableFiles
import SystemPackage

/// What an earlier attempt on the same medium left: its map and, where it is to be continued, its incomplete image.
public struct EarlierAttempt: Sendable {
    /// The map.
    public let mapfile: Mapfile
    /// The image; nil: the map only says what to read last.
    public let image: FilePath?
    /// The open image, or why it cannot be opened.
    private let file: Result<OwnedDescriptor, FileError>?

    /// Opens the earlier image, where there is one.
    ///
    /// - Throws: `ImagingError.earlierImage`.
    public init(_ mapfile: Mapfile, image: FilePath?) throws(ImagingError) {
        self.mapfile = mapfile
        self.image = image
        do throws(FileError) {
            file = try image.map { path throws(FileError) in .success(try Self.open(path)) }
        } catch {
            throw .earlierImage(error)
        }
    }

    /// Opens the earlier image of work that was interrupted. That it is gone matters only where something of it was not yet taken
    /// over.
    public init(resuming mapfile: Mapfile, image: FilePath) {
        self.mapfile = mapfile
        self.image = image
        do throws(FileError) {
            file = .success(try Self.open(image))
        } catch {
            file = .failure(error)
        }
    }

    private static func open(_ path: FilePath) throws(FileError) -> OwnedDescriptor {
        // Not blocking, for a pipe in the image's place would be waited for.
        let file = try OwnedDescriptor(opening: path, .readOnly, options: [.noFollow, .nonBlocking])
        _ = try file.regularFileSize()
        return file
    }

    /// The map to go on with: sectors are whole, and what was read counts only where the image is at hand.
    func map(sectorSize: Int) -> RescueMap {
        let old = mapfile.map
        var map = RescueMap(size: old.size, .finished)
        // The least processed state of a sector is the last one that is set.
        for state in [RescueMap.State.bad, .nonScraped, .nonTrimmed, .nonTried] {
            for region in old.regions
            where region.state == state || (state == .nonTried && file == nil && region.state == .finished) {
                let start = region.range.offset / sectorSize * sectorSize
                let end = (region.range.end + sectorSize - 1) / sectorSize * sectorSize
                map.set(ByteRange(offset: start, length: end - start), to: state)
            }
        }
        return map
    }

    /// The parameter of the record that names the image.
    public static let parameter = "earlierImage"

    /// What is continued, for the record, from which interrupted work finds it again; the map itself is an attachment.
    var parameters: [String: String] { [Self.parameter: image?.string ?? "none: the map orders the reads only"] }

    /// The copying pass that was under way, and where in whole sectors; nil where the passes begin anew.
    func start(sectorSize: Int) -> (pass: Int, position: Int)? {
        guard file != nil, mapfile.activity == .copying, (1...5).contains(mapfile.pass) else { return nil }
        let size = mapfile.map.size
        return (mapfile.pass, mapfile.position < size ? mapfile.position / sectorSize * sectorSize : size)
    }

    /// What the image holds; nothing where there is none.
    func held(sectorSize: Int) -> [ByteRange] {
        map(sectorSize: sectorSize).regions.filter { $0.state == .finished }.map(\.range)
    }

    /// The map to begin with.
    ///
    /// - Parameter continuation: what is proven of an interrupted run; nil for the first.
    func begun(_ continuation: Continuation?, sectorSize: Int) -> RescueMap {
        if let continuation, continuation.mapfile != nil { return continuation.map }
        var map = map(sectorSize: sectorSize)
        // What was read counts once it stands in the new image, and not before.
        for range in held(sectorSize: sectorSize) { map.set(range, to: .nonTried) }
        return map
    }

    /// Takes over what the image holds, or a part of it, after some places of all that it holds were found on the medium, too.
    ///
    /// - Parameters:
    ///   - held: what the image holds.
    ///   - missing: the part of it to take over.
    ///   - take: gets it piece by piece.
    /// - Throws: `ImagingError.otherImage`, `.unprovenImage`, `.earlierImage`, `.cancelled`, and what `take` throws.
    func takeOver(
        _ missing: [ByteRange], of held: [ByteRange], from source: any ImageSource, _ progress: JobProgress,
        take: (UnsafeRawBufferPointer, ByteRange) throws -> Void
    ) throws {
        guard let path = image, let file else { return }
        let opened: OwnedDescriptor
        do throws(FileError) {
            opened = try file.get()
        } catch {
            throw ImagingError.earlierImage(error)
        }
        _ = try MediumComparison.run(held, path, with: source, progress) { offset, buffer in
            try Self.fill(opened, from: offset, buffer)
        }
        let memory = AlignedBuffer(byteCount: Pipeline.bufferSize)
        defer { withExtendedLifetime(memory) {} }
        let buffer = memory.bytes
        for range in missing {
            for start in stride(from: range.offset, to: range.end, by: buffer.count) {
                try progress.checkCancelled()
                let piece = UnsafeMutableRawBufferPointer(rebasing: buffer[..<min(buffer.count, range.end - start)])
                // The map may say that more was read than the file holds.
                guard try Self.fill(opened, from: start, piece) == piece.count else {
                    throw ImagingError.otherImage(path, at: start)
                }
                try take(UnsafeRawBufferPointer(piece), ByteRange(offset: start, length: piece.count))
            }
        }
    }

    /// Reads until the buffer is full or the file ends.
    private static func fill(
        _ file: OwnedDescriptor, from offset: Int, _ buffer: UnsafeMutableRawBufferPointer
    ) throws(ImagingError) -> Int {
        var done = 0
        while done < buffer.count {
            let count: Int
            do throws(FileError) {
                count = try file.read(at: offset + done, into: UnsafeMutableRawBufferPointer(rebasing: buffer[done...]))
            } catch {
                throw .earlierImage(error)
            }
            guard count > 0 else { break }
            done += count
        }
        return done
    }
}
