import Foundation

/// Kills a process when the tests end before it, however they end: a killed test leaves no daemon behind.
public final class Lifeline {
    private let pipe = Pipe()
    private let guardian = Process()

    /// Guards a process until this is released, which is to happen once the process has ended.
    public init(_ process: Process) throws {
        guardian.executableURL = URL(fileURLWithPath: "/bin/sh")
        guardian.arguments = ["-c", "read -r _ || kill -9 \"$1\"", "sh", "\(process.processIdentifier)"]
        guardian.standardInput = pipe
        guardian.standardOutput = FileHandle.nullDevice
        guardian.standardError = FileHandle.nullDevice
        // This end is ours alone: it closes when we end.
        _ = fcntl(pipe.fileHandleForWriting.fileDescriptor, F_SETFD, FD_CLOEXEC)
        try guardian.run()
    }

    deinit {
        try? pipe.fileHandleForWriting.write(contentsOf: [UInt8(ascii: "\n")])
        guardian.waitUntilExit()
    }
}
