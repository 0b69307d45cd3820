import Integrity
import TestSupport
import Testing

@Suite("Digests of streams")
struct DigestStreamTests {
    /// Lengths around the block sizes of all algorithms (64 and 128 bytes) and of their padding.
    static let lengths = [0, 1, 55, 56, 57, 63, 64, 65, 111, 112, 113, 127, 128, 129, 1000, 65_537]

    @Test("a stream in odd pieces has the digest of the whole", arguments: DigestAlgorithm.allCases)
    func oddPieces(_ algorithm: DigestAlgorithm) throws {
        for length in Self.lengths {
            let message = (0..<length).map { UInt8(truncatingIfNeeded: $0 &* 31 &+ length) }
            let whole = try Digest.of(message, algorithm)
            for step in [1, 3, 63, 64, 65, 1021] {
                var stream = try StreamingDigest(algorithm)
                for start in stride(from: 0, to: length, by: step) {
                    try message[start..<min(start + step, length)].withUnsafeBytes { try stream.update($0) }
                }
                #expect(try stream.finish() == whole, "\(length) bytes in pieces of \(step)")
            }
        }
    }

    @Test("an empty piece changes nothing", arguments: DigestAlgorithm.allCases)
    func emptyPiece(_ algorithm: DigestAlgorithm) throws {
        var stream = try StreamingDigest(algorithm)
        try stream.update(UnsafeRawBufferPointer(start: nil, count: 0))
        try [UInt8](Array("abc".utf8)).withUnsafeBytes { try stream.update($0) }
        try stream.update(UnsafeRawBufferPointer(start: nil, count: 0))
        #expect(try stream.finish() == Digest.of(Array("abc".utf8), algorithm))
    }

    @Test("the openssl command computes the same over random data", arguments: DigestAlgorithm.allCases)
    func opensslAgrees(_ algorithm: DigestAlgorithm) throws {
        let folder = TemporaryFolder()
        for length in [0, 1, 4096, 300_001] {
            let message = (0..<length).map { _ in UInt8.random(in: 0...255) }
            let file = try folder.write(message, to: "data").string
            let openssl = try run("openssl", ["dgst", "-\(algorithm.rawValue)", "-r", file])
            #expect(openssl.status == 0, "\(openssl.errors)")
            #expect(try Digest.of(message, algorithm).hex == openssl.output.prefix { $0 != " " })
        }
    }
}
