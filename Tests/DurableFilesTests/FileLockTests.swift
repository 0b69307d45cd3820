import DurableFiles
import Foundation
import SystemPackage
import Testing

@Suite("Locks between processes", .enabled(if: Command.find("flock") != nil, "flock (util-linux) is not installed"))
struct FileLockTests {
    @Test("another process cannot take a lock that is held, and can once it is let go")
    func otherProcess() throws {
        let scratch = try ScratchFolder()
        let file = scratch.file("lock")
        var lock: FileLock? = try FileLock(FilePath(file))
        #expect(try Command.run("flock", "--nonblock", "--conflict-exit-code", "77", file, "true").status == 77)
        #expect(lock != nil)
        lock = nil
        #expect(try Command.run("flock", "--nonblock", "--conflict-exit-code", "77", file, "true").status == 0)
    }

    @Test("a lock that another process holds is refused at once, and free when that process is killed", .timeLimit(.minutes(1)))
    func killedHolder() throws {
        let scratch = try ScratchFolder()
        let path = FilePath(scratch.file("lock"))
        let holder = Process()
        holder.executableURL = URL(filePath: try #require(Command.find("flock")))
        // --no-fork: the process that holds the lock is the one that is killed.
        holder.arguments = ["--no-fork", path.string, "sh", "-c", "echo held; exec sleep 1000"]
        let output = Pipe()
        holder.standardOutput = output
        try holder.run()
        try #require(String(decoding: output.fileHandleForReading.availableData, as: UTF8.self) == "held\n")
        #expect(throws: FileError("lock", path, .wouldBlock)) { try FileLock(path) }
        kill(holder.processIdentifier, SIGKILL)
        holder.waitUntilExit()
        _ = try FileLock(path)
    }

    @Test("the same process cannot take the lock twice either")
    func sameProcess() throws {
        let scratch = try ScratchFolder()
        let path = FilePath(scratch.file("lock"))
        let lock = try FileLock(path)
        #expect(throws: FileError("lock", path, .wouldBlock)) { try FileLock(path) }
        withExtendedLifetime(lock) {}
    }

    @Test("a link in the lock's place is refused")
    func symbolicLink() throws {
        let scratch = try ScratchFolder()
        try FileManager.default.createSymbolicLink(atPath: scratch.file("lock"), withDestinationPath: "elsewhere")
        #expect(throws: FileError.self) { try FileLock(FilePath(scratch.file("lock"))) }
        #expect(!FileManager.default.fileExists(atPath: scratch.file("elsewhere")))
    }
}
