import Custody
import DurableFiles
import Glibc
import Integrity
import SafeText
import SystemPackage

/// Files that belong to entries, each named by its SHA-256. Adding one that is there already changes nothing.
public struct BlobStore: Sendable {
    private let folder: FilePath

    init(_ folder: FilePath) { self.folder = folder }

    /// Stores bytes and returns once they are on stable storage. Blocks.
    ///
    /// - Returns: the digest under which they are kept, in lower-case hexadecimal.
    /// - Throws: `LedgerError.attachmentTooLarge`, `LedgerError.file`.
    public func add(_ bytes: [UInt8]) throws -> String {
        guard bytes.count <= Attachment.byteLimit else { throw LedgerError.attachmentTooLarge(limit: Attachment.byteLimit) }
        let name = Hex.encode(SHA256.digest(bytes))
        do throws(FileError) {
            try writeDurably(bytes, to: folder.appending(name), permissions: [.ownerRead], existing: .keep)
        } catch {
            guard error.errno == .fileExists else { throw LedgerError.file(error) }
            // One that was damaged is made good by whoever still has the right bytes.
            if (try? read(name)) == nil { try replace(name, with: bytes) } else { try settle() }
        }
        return name
    }

    /// Whoever stored the file may not have got to, or was killed before, making its name in the folder last.
    private func settle() throws(LedgerError) {
        do throws(FileError) {
            try syncDirectory(folder)
        } catch {
            throw .file(error)
        }
    }

    private func replace(_ name: String, with bytes: [UInt8]) throws(LedgerError) {
        do throws(FileError) {
            try writeDurably(bytes, to: folder.appending(name), permissions: [.ownerRead], existing: .replace)
        } catch {
            throw .file(error)
        }
    }

    /// Length of a stored file; nil where there is none of this digest.
    public func size(_ sha256: String) -> Int? {
        guard Digest(.sha256, hex: sha256) != nil else { return nil }
        return (try? status(of: folder.appending(sha256))).map { Int($0.st_size) }
    }

    /// Reads a stored file and checks it. Blocks.
    ///
    /// - Throws: `LedgerError.attachmentDamaged` where it is missing or is not what its name says.
    public func read(_ sha256: String) throws -> [UInt8] {
        guard Digest(.sha256, hex: sha256) != nil,
            let bytes = try? readFile(folder.appending(sha256), limit: Attachment.byteLimit),
            Hex.encode(SHA256.digest(bytes)) == sha256
        else { throw LedgerError.attachmentDamaged(sha256.printable) }
        return bytes
    }

    /// What became of a stored file.
    enum Condition: Equatable {
        case sound(size: Int)
        case missing
        case altered
    }

    /// Reads a stored file and says what became of it. Blocks.
    func condition(of sha256: String) -> Condition {
        if size(sha256) == nil { return .missing }
        return (try? read(sha256)).map { .sound(size: $0.count) } ?? .altered
    }

    /// The digests of all stored files.
    func names() throws -> [String] { try listDirectory(folder).filter { Digest(.sha256, hex: $0) != nil } }
}
