import DurableFiles
import Foundation
import SystemPackage
import TestSupport
import Testing

@Suite("Descriptors with one owner")
struct OwnedDescriptorTests {
    @Test("it is closed with its owner and does not reach other programs")
    func closed() throws {
        let scratch = TemporaryFolder()
        let path = try scratch.write([1, 2, 3], to: "f")
        func openFiles() throws -> [String] {
            try FileManager.default.contentsOfDirectory(atPath: "/proc/self/fd").compactMap {
                try? FileManager.default.destinationOfSymbolicLink(atPath: "/proc/self/fd/\($0)")
            }
            .filter { $0 == path.string }
        }
        var file: OwnedDescriptor? = try OwnedDescriptor(opening: path, .readOnly)
        #expect(try openFiles().count == 1)
        let number = try #require(file?.descriptor.rawValue)
        #expect(try String(contentsOfFile: "/proc/self/fdinfo/\(number)", encoding: .utf8).contains("flags:\t02"), "O_CLOEXEC")
        file = nil
        #expect(try openFiles().isEmpty)
    }

    @Test("reading at an offset is short at the end and nothing behind it")
    func reading() throws {
        let scratch = TemporaryFolder()
        let file = try OwnedDescriptor(opening: try scratch.write([1, 2, 3, 4, 5], to: "f"), .readOnly)
        var buffer = [UInt8](repeating: 0, count: 4)
        #expect(try buffer.withUnsafeMutableBytes { try file.read(at: 1, into: $0) } == 4)
        #expect(buffer == [2, 3, 4, 5])
        #expect(try buffer.withUnsafeMutableBytes { try file.read(at: 3, into: $0) } == 2)
        #expect(try buffer.withUnsafeMutableBytes { try file.read(at: 5, into: $0) } == 0)
        #expect(try buffer.withUnsafeMutableBytes { try file.read(at: 500, into: $0) } == 0)
    }

    @Test("writing to what was opened for reading names the file")
    func wrongMode() throws {
        let scratch = TemporaryFolder()
        let path = try scratch.write([], to: "f")
        let file = try OwnedDescriptor(opening: path, .readOnly)
        #expect(throws: FileError("write to", path, .badFileDescriptor)) { try [UInt8(1)].withUnsafeBytes { try file.write($0) } }
    }
}
