import Foundation
import SystemPackage
import TestSupport

/// `fengcun-probe` behind a socket that serves a process for each connection, as `fengcun-probe.socket` does.
final class ProbeSocket {
    private let socket: String
    private let process = Process()

    /// Listens, and waits until somebody can connect.
    init(_ folder: TemporaryFolder) throws {
        socket = folder("probe-\(UUID().uuidString.prefix(8))").string
        // Behind a shell: it closes what it inherits, and Foundation takes that for its end and waits for it, whatever else ends.
        process.executableURL = URL(fileURLWithPath: "/bin/sh")
        process.arguments = [
            "-c", "trap 'kill $child' TERM; \"$@\" & child=$!; wait $child", "sh", try find("systemd-socket-activate"),
            "--listen=\(socket)", "--accept", "--inetd", try find("fengcun-probe"),
        ]
        process.standardError = FileHandle.nullDevice
        try process.run()
        while !FileManager.default.fileExists(atPath: socket), process.isRunning { usleep(10_000) }
        // Whoever is refused is refused by the program, and not by the file's mode.
        try FileManager.default.setAttributes([.posixPermissions: 0o666], ofItemAtPath: socket)
    }

    /// Sends bytes and takes all that comes back.
    ///
    /// - Parameter uid: who asks.
    func ask(_ request: String, uid: Int = 0) throws -> String {
        let script = """
            import os, socket, sys
            s = socket.socket(socket.AF_UNIX)
            os.setuid(int(sys.argv[2]))
            s.connect(sys.argv[1])
            s.sendall(sys.argv[3].encode())
            try:
                s.shutdown(socket.SHUT_WR)
            except OSError:
                pass
            while data := s.recv(65536): sys.stdout.write(data.decode())
            """
        return try run("python3", ["-c", script, socket, String(uid), request]).output
    }

    /// Ends the listener.
    func stop() {
        process.terminate()
        process.waitUntilExit()
    }
}
