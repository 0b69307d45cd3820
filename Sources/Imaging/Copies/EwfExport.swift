import Custody
import DurableFiles
import Glibc
import Integrity
import SystemPackage

/// Writes an image as a set of E01 files, and reads the set back.
public final class EwfExport: Sendable {
    /// What stands in the header of the files.
    public struct Header: Sendable {
        /// Numbers of case and exhibit.
        public let exhibit: ExhibitID
        /// Anything else worth saying, in one line.
        public let notes: String

        /// Describes a header.
        public init(exhibit: ExhibitID, notes: String) {
            self.exhibit = exhibit
            self.notes = notes
        }
    }

    /// What came of it.
    public struct Result: Sendable {
        /// The digests that were computed while the image was read.
        public let read: [Digest]
        /// The fs-verity digest of the image as it was read: lower-case hexadecimal.
        public let blockTree: String
        /// The files, and the digests of the content as it was read back.
        public let written: ImageDescription
    }

    /// Smallest and largest length of a file in bytes: readers of older versions know no more than 2 GiB.
    public static let segmentBytes = (1 << 20)...(Int(Int32.max))

    private let source: any ImageStream
    private let folder: FilePath
    private let stem: String
    private let algorithms: [DigestAlgorithm]
    private let segment: Int
    private let isCompressed: Bool
    private let header: Header
    /// How far it is: once over the image, once over the result.
    public let progress: JobProgress

    /// Prepares an export.
    ///
    /// - Parameters:
    ///   - folder: an existing folder.
    ///   - stem: name of the files without their ending.
    ///   - segment: longest file in bytes.
    /// - Throws: `ImagingError`, `EwfError`.
    public init(
        _ source: any ImageStream, to folder: FilePath, stem: String, algorithms: [DigestAlgorithm], segment: Int,
        isCompressed: Bool, header: Header
    ) throws {
        self.source = source
        self.folder = folder
        self.stem = stem
        self.algorithms = algorithms
        self.segment = segment
        self.isCompressed = isCompressed
        self.header = header
        progress = JobProgress(total: 2 * source.description.bytes)
        guard source.description.bytes % Self.sector == 0 else { throw EwfError.brokenSector(bytes: source.description.bytes) }
        guard let status = try? status(of: folder), status.st_mode & S_IFMT == S_IFDIR else {
            throw ImagingError.noDestination(folder)
        }
        do throws(FileError) {
            guard try exists(first) else { return }
        } catch {
            throw ImagingError.destination(error)
        }
        throw EwfError.nameTaken(first)
    }

    private static let sector = 512

    /// Path of the first file.
    public var first: FilePath { folder.appending(stem + ".E01") }

    /// Reads, hashes, writes, reads back, and gives the files their names. Blocks; call it on a thread of its own.
    ///
    /// - Throws: `ImagingError`, `EwfError`; what was written is removed.
    public func run() throws -> Result {
        // The files come about in a folder of their own: the program that writes them can reach nothing else.
        let work = folder.appending(".\(stem).e01.partial-\(UInt64.random(in: 0...UInt64.max))")
        guard mkdir(work.string, 0o700) == 0 else {
            throw ImagingError.destination(FileError("create the folder", work, Errno(rawValue: errno)))
        }
        defer { Self.remove(work) }
        let base = work.appending(stem)
        let arguments =
            [
                "write", base.string, "\(source.description.bytes)", "\(Self.sector)", "\(segment)", isCompressed ? "1" : "0",
                "case_number=" + header.exhibit.caseNumber, "evidence_number=" + header.exhibit.number, "notes=" + header.notes,
                "acquiry_software_version=fengcund " + Release.version,
            ]
        let writer = EwfConsumer(try EwfProcess(base, arguments, hasInput: true, hasOutput: false))
        let digests = try [DigestConsumer].computing(algorithms)
        let tree = TreeHashing(byteCount: source.description.bytes) { _, _ in }
        try stream(source, into: digests + tree.consumers + [writer], progress)
        try writer.finish()
        let readBack = try [DigestConsumer].computing(algorithms)
        let written = try EwfStream(work.appending(stem + ".E01"))
        try stream(written, into: readBack, progress)
        var description = written.description
        description.path = first.string
        description.digests = DigestTable(try readBack.finish())
        try publish(work)
        // Never nil: the stream begins at the first byte.
        return Result(read: try digests.finish(), blockTree: Hex.encode(try tree.finish() ?? []), written: description)
    }

    /// Gives every file its name, the first one last: whoever sees it sees all.
    private func publish(_ work: FilePath) throws(ImagingError) {
        do throws(FileError) {
            for name in try listDirectory(work).reversed() {
                let file = try OwnedDescriptor(opening: work.appending(name), .readOnly, options: .noFollow)
                guard fchmod(file.descriptor.rawValue, 0o440) == 0 else {
                    throw FileError("make read-only", file.path, Errno(rawValue: errno))
                }
                try file.sync()
                try DurableFiles.publish(file.path, as: folder.appending(name), existing: .keep)
            }
        } catch {
            throw .destination(error)
        }
    }

    private static func remove(_ work: FilePath) {
        for name in (try? listDirectory(work)) ?? [] { unlink(work.appending(name).string) }
        rmdir(work.string)
    }
}

/// Hands a stream to the program that writes E01 files.
private final class EwfConsumer: StreamConsumer, @unchecked Sendable {
    // Touched by its own thread while the stream runs, and by its creator afterwards.
    let threadName = "fc-ewf"
    private let process: EwfProcess

    init(_ process: EwfProcess) { self.process = process }

    func consume(_ bytes: UnsafeRawBufferPointer) throws { try process.write(bytes) }

    func finish() throws(EwfError) { try process.finish() }
}
