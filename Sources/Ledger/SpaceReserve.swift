import CLinux
import DurableFiles
import Glibc
import SystemPackage

/// Disk space set aside so that a station whose disk is full can still record what ended.
struct SpaceReserve: Sendable {
    /// Enough for some hundred entries with their hashes, the rollback journal and the anchor.
    static let byteCount: off_t = 8 << 20

    let path: FilePath

    /// Whether the space is held.
    var isHeld: Bool {
        var status = stat()
        return stat(path.string, &status) == 0 && Int(status.st_blocks) * 512 >= Int(Self.byteCount)
    }

    /// Takes the space where it is not held.
    ///
    /// - Returns: whether it is held now.
    func take() -> Bool {
        if isHeld { return true }
        guard
            let file = try? OwnedDescriptor(
                opening: path, .writeOnly, options: [.create, .noFollow], permissions: [.ownerReadWrite]),
            fill(file)
        else {
            release()
            return false
        }
        return true
    }

    private func fill(_ file: OwnedDescriptor) -> Bool {
        let result = clinux_reserve(file.descriptor.rawValue, Self.byteCount)
        guard result == -EOPNOTSUPP else { return result == 0 }
        // A file system without the call gives space for what is written only.
        let chunk = [UInt8](repeating: 0xFC, count: 1 << 20)
        for _ in 0..<Int(Self.byteCount) / chunk.count {
            guard (try? file.descriptor.writeAll(chunk)) != nil else { return false }
        }
        return (try? file.sync()) != nil
    }

    /// Gives the space back.
    func release() { unlink(path.string) }
}
