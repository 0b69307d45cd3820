import CLinux
import DurableFiles
import Glibc
import Integrity
import SystemPackage

/// The kernel's own enforcement of a block tree (fs-verity), on file systems that have it.
public enum Verity {
    /// Makes the kernel check every later read of a finished image against its block tree; it reads all of the image once for
    /// that. Blocks.
    ///
    /// - Parameter digest: the recorded fs-verity digest; the kernel's own must be the same.
    /// - Returns: `enabled`, or why it is not, in one line.
    public static func enable(_ image: FilePath, digest: String) -> String {
        do throws(FileError) {
            let file = try OwnedDescriptor(opening: image, .readOnly, options: [.noFollow, .nonBlocking])
            // After an interruption the image may be sealed already.
            if measure(file) == nil { try enable(file) }
            guard let measured = measure(file) else { return "the kernel does not name the digest that it enforces" }
            return measured == digest ? "enabled" : "the kernel enforces another digest, \(measured)"
        } catch {
            return error.description
        }
    }

    /// Only who may write to a file may have its content protected (fs/verity/enable.c), and an image is read-only for its owner, too.
    private static func enable(_ file: OwnedDescriptor) throws(FileError) {
        let descriptor = file.descriptor.rawValue
        var status = stat()
        guard fstat(descriptor, &status) == 0, fchmod(descriptor, status.st_mode & 0o7777 | S_IWUSR) == 0 else {
            throw FileError("enable fs-verity on", file.path, Errno(rawValue: errno))
        }
        let result = clinux_verity_enable(descriptor)
        guard fchmod(descriptor, status.st_mode & 0o7777) == 0 else {
            throw FileError("take the right to write away again from", file.path, Errno(rawValue: errno))
        }
        try FileError.check(result, "enable fs-verity on", file.path)
    }

    /// The digest that the kernel enforces for a file; nil where it enforces none.
    public static func measure(_ file: OwnedDescriptor) -> String? {
        var digest = [UInt8](repeating: 0, count: SHA256.byteCount)
        return clinux_verity_measure(file.descriptor.rawValue, &digest) == 0 ? Hex.encode(digest) : nil
    }
}
