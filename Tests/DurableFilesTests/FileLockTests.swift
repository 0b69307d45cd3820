import DurableFiles
import Foundation
import SystemPackage
import TestSupport
import Testing

@Suite("Locks between processes", .enabled(if: (try? find("flock")) != nil, "flock (util-linux) is not installed"))
struct FileLockTests {
    @Test("another process cannot take a lock that is held, and can once it is let go")
    func otherProcess() throws {
        let scratch = TemporaryFolder()
        let file = scratch("lock").string
        var lock: FileLock? = try FileLock(FilePath(file))
        #expect(try run("flock", ["--nonblock", "--conflict-exit-code", "77", file, "true"]).status == 77)
        #expect(lock != nil)
        lock = nil
        #expect(try run("flock", ["--nonblock", "--conflict-exit-code", "77", file, "true"]).status == 0)
    }

    @Test("a lock that another process holds is refused at once, and free when that process is killed", .timeLimit(.minutes(30)))
    func killedHolder() throws {
        let scratch = TemporaryFolder()
        let path = scratch("lock")
        let holder = Process()
        holder.executableURL = URL(filePath: try find("flock"))
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
        let scratch = TemporaryFolder()
        let path = scratch("lock")
        let lock = try FileLock(path)
        #expect(throws: FileError("lock", path, .wouldBlock)) { try FileLock(path) }
        withExtendedLifetime(lock) {}
    }

    @Test("a link in the lock's place is refused")
    func symbolicLink() throws {
        let scratch = TemporaryFolder()
        try FileManager.default.createSymbolicLink(atPath: scratch("lock").string, withDestinationPath: "elsewhere")
        #expect(throws: FileError.self) { try FileLock(scratch("lock")) }
        #expect(!FileManager.default.fileExists(atPath: scratch("elsewhere").string))
    }
}
