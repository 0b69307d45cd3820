import CMultiBuffer
import COpenSSL

/// Hashes groups of a block tree; one for each thread.
///
/// Intel's multi-buffer library does it where it is installed and the processor gains from it, libcrypto everywhere else.
/// The library is believed once it has agreed with libcrypto about a group.
public final class BlockHasher: @unchecked Sendable {
    // Belongs to one thread at a time; whoever creates it hands it over before its first use.
    private let context: OpaquePointer
    private let algorithm: OpaquePointer
    private let manager: OpaquePointer?
    /// A block of hashes, zeros behind what it holds.
    private let hashes = UnsafeMutableRawBufferPointer.allocate(byteCount: BlockTree.blockSize, alignment: 64)
    /// The last block of a file, padded.
    private let padded = UnsafeMutableRawBufferPointer.allocate(byteCount: BlockTree.blockSize, alignment: 64)

    /// Prepares a hasher.
    ///
    /// - Parameter multiBuffer: false leaves the multi-buffer library out.
    public convenience init(multiBuffer: Bool = true) {
        self.init(manager: multiBuffer && Self.multiBufferAgrees ? cmultibuffer_open() : nil)
    }

    private init(manager: OpaquePointer?) {
        guard let context = EVP_MD_CTX_new(), let algorithm = EVP_MD_fetch(nil, "SHA256", nil) else {
            preconditionFailure("libcrypto cannot compute SHA-256")
        }
        self.context = context
        self.algorithm = algorithm
        self.manager = manager
    }

    deinit {
        if let manager { cmultibuffer_close(manager) }
        EVP_MD_free(algorithm)
        EVP_MD_CTX_free(context)
        hashes.deallocate()
        padded.deallocate()
    }

    /// Whether the multi-buffer library does the work.
    public var usesMultiBuffer: Bool { manager != nil }

    /// Compared once in the life of the program.
    private static let multiBufferAgrees: Bool = {
        guard let manager = cmultibuffer_open() else { return false }
        let own = BlockHasher(manager: nil)
        let other = BlockHasher(manager: manager)
        let sample = (0..<BlockTree.groupSize).map { UInt8(truncatingIfNeeded: ($0 &* 2_654_435_761) >> 11) }
        return sample.withUnsafeBytes { own.hash(group: $0, ofFile: .max) == other.hash(group: $0, ofFile: .max) }
    }()

    /// The hash of a group.
    ///
    /// - Parameters:
    ///   - bytes: 1 to 524,288 bytes; fewer than all only at the end of the file.
    ///   - byteCount: length of the file; the tree of a file of one block has no level above that block.
    public func hash(group bytes: UnsafeRawBufferPointer, ofFile byteCount: Int) -> [UInt8] {
        precondition(!bytes.isEmpty && bytes.count <= BlockTree.groupSize, "a group has 1 to 524,288 bytes")
        let whole = bytes.count / BlockTree.blockSize
        hashes.initializeMemory(as: UInt8.self, repeating: 0)
        hash(blocks: UnsafeRawBufferPointer(rebasing: bytes[..<(whole * BlockTree.blockSize)]))
        if whole * BlockTree.blockSize < bytes.count {
            padded.initializeMemory(as: UInt8.self, repeating: 0)
            padded.copyMemory(from: UnsafeRawBufferPointer(rebasing: bytes[(whole * BlockTree.blockSize)...]))
            hash(UnsafeRawBufferPointer(padded), into: hashes, at: whole)
        }
        guard byteCount > BlockTree.blockSize else { return Array(hashes[..<SHA256.byteCount]) }
        return [UInt8](unsafeUninitializedCapacity: SHA256.byteCount) { buffer, count in
            hash(UnsafeRawBufferPointer(hashes), into: UnsafeMutableRawBufferPointer(buffer), at: 0)
            count = SHA256.byteCount
        }
    }

    private func hash(blocks: UnsafeRawBufferPointer) {
        let count = blocks.count / BlockTree.blockSize
        if let manager {
            let result = cmultibuffer_sha256(manager, blocks.baseAddress, BlockTree.blockSize, count, hashes.baseAddress)
            if result == 0 { return }
        }
        for index in 0..<count {
            let start = index * BlockTree.blockSize
            hash(UnsafeRawBufferPointer(rebasing: blocks[start..<start + BlockTree.blockSize]), into: hashes, at: index)
        }
    }

    private func hash(_ block: UnsafeRawBufferPointer, into output: UnsafeMutableRawBufferPointer, at index: Int) {
        let target = output.baseAddress?.advanced(by: index * SHA256.byteCount)
        let done =
            EVP_DigestInit_ex(context, algorithm, nil) == 1
            && EVP_DigestUpdate(context, block.baseAddress, block.count) == 1
            && EVP_DigestFinal_ex(context, target?.assumingMemoryBound(to: UInt8.self), nil) == 1
        precondition(done, "libcrypto cannot compute SHA-256")
    }
}
