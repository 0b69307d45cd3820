import Custody
import DurableFiles
import Foundation
import ImageTree
import Integrity
import SystemPackage
import TestSupport
import Testing

@testable import Imaging

/// Destinations that refuse in the middle of the work, by the kernel's own word: strace answers in its place.
@Suite("A destination that fails", .serialized)
struct FaultyDestinationTests {
    /// strace is there and may trace.
    static let canTrace = (try? run("strace", ["-o", "/dev/null", "true"]))?.status == 0

    let scratch = TemporaryFolder()
    let drive: StampedDrive
    let arguments: [String]

    init() throws {
        drive = try StampedDrive((6 << 20) + 1536, "")
        arguments = [
            try scratch.write(drive.content, to: "source").string, try scratch.write([], to: "faults").string, "0", "-",
        ]
    }

    /// Goes on where a failed making of an image stopped, at a destination that works again.
    private func goOn(_ folder: FilePath) throws -> Acquisition.Result {
        let segments = ImageSegments(folder.appending("x.dd"), nil, byteCount: drive.capacity)
        let image = try ImageFile.reopen(segments, isSparse: false)
        let job = Acquisition(source: drive.simulation, images: [image], algorithms: [.sha256])
        return try Acquisition(job, continuing: try job.prove()).run()
    }

    /// The n-th call of a kind fails, for every n that there is: the work ends with an error, nothing bears the name of a
    /// finished image that was not flushed, and the work goes on to the right image.
    @Test(
        "whichever flush or write fails, the work says so, and goes on later",
        .enabled(if: canTrace, "strace is not installed, or may not trace"),
        arguments: ["fsync:error=EIO", "pwrite64:error=ENOSPC"])
    func eachCall(_ fault: String) throws {
        let call = String(fault.prefix { $0 != ":" })
        var number = 1
        while true {
            let folder = try scratch.folder("\(call)-\(number)")
            let outcome = try run(
                "strace",
                ["-f", "-qq", "-o", "/dev/null", "-e", "trace=\(call)", "-e", "inject=\(fault):when=\(number)"]
                    + [try find("imaging-driver")] + arguments + [folder.string])
            if outcome.status == 0 { break }
            #expect(outcome.status == 3 && outcome.output == "destination-error\n", "\(number): \(outcome)")
            number += 1
            // Where not even the files could be made, nothing is left.
            if try listDirectory(folder).isEmpty { continue }
            let result = try goOn(folder)
            #expect(result.digests == [try Digest.of(drive.content, .sha256)])
            #expect(try contents(folder.appending("x.dd")) == drive.content)
        }
        // At least the image, its tree and the folder are flushed; more than one piece is written.
        #expect(number > 3)
    }

    /// What was rescued is read back; an image that cannot be read is given up, like one that cannot be written.
    @Test(
        "one of two images that cannot be read back stops the other as little as one that cannot be written",
        .enabled(if: canTrace, "strace is not installed, or may not trace"), arguments: ["a", "b"])
    func readBack(_ failing: String) throws {
        let (bad, capacity) = (3 << 20, drive.capacity)
        let faults = try scratch.write(
            "0x0 + 1\n0 \(bad) +\n\(bad) 512 -\n\(bad + 512) \(capacity - bad - 512) +\n".utf8, to: "one-bad")
        let folders = try ["a", "b"].map { try scratch.folder("\(failing)-\($0)") }
        let refusing = folders[failing == "a" ? 0 : 1].appending("x.dd.partial")
        func makeImages(_ folders: [FilePath]) throws -> Outcome {
            try run(
                "strace",
                ["-f", "-qq", "-o", "/dev/null", "-P", refusing.string, "-e", "trace=pread64", "-e", "inject=pread64:error=EIO"]
                    + [try find("imaging-driver"), arguments[0], faults.string, "0", "-"] + folders.map(\.string))
        }
        let outcome = try makeImages(folders)
        #expect(outcome.status == 0, "\(outcome)")
        let good = folders[failing == "a" ? 1 : 0].appending("x.dd")
        var expected = drive.content
        for index in bad..<bad + 512 { expected[index] = 0 }
        #expect(try contents(good) == expected)
        #expect(FileManager.default.fileExists(atPath: refusing.string))
        // Alone it is no error of the drive.
        try FileManager.default.removeItem(atPath: refusing.removingLastComponent().string)
        try FileManager.default.createDirectory(
            atPath: refusing.removingLastComponent().string, withIntermediateDirectories: false)
        let alone = try makeImages([refusing.removingLastComponent()])
        #expect(alone.status == 3 && alone.output == "destination-error\n", "\(alone)")
    }

    @Test("writes that the kernel cuts short are finished")
    func shortWrites() throws {
        let library = scratch("short.so")
        let source = try scratch.write(
            """
            #define _GNU_SOURCE
            #include <sys/syscall.h>
            #include <unistd.h>
            ssize_t pwrite64(int file, const void *bytes, size_t count, off_t offset) {
                return syscall(SYS_pwrite64, file, bytes, count > 1000 ? count - count / 3 : count, offset);
            }
            ssize_t pwrite(int file, const void *bytes, size_t count, off_t offset) { return pwrite64(file, bytes, count, offset); }
            """.utf8, to: "short.c")
        let compiled = try run("clang", ["-shared", "-fPIC", "-o", library.string, source.string])
        try #require(compiled.status == 0, "\(compiled.errors)")
        let folder = try scratch.folder("short")
        let outcome = try run("imaging-driver", arguments + [folder.string], environment: ["LD_PRELOAD": library.string])
        #expect(outcome.status == 0, "\(outcome.errors)")
        #expect(try contents(folder.appending("x.dd")) == drive.content)
        let tree = try run("fsverity", ["digest", "--compact", "--block-size=4096", folder.appending("x.dd").string]).output
        _ = try BlockTreeFile.open(BlockTreeFile.path(of: folder.appending("x.dd")), recorded: String(tree.dropLast()))
    }
}
