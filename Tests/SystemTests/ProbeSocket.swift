import Foundation
import TestSupport

/// `fengcun-probe` behind a socket that serves a process for each connection, as `fengcun-probe.socket` does. The socket is an
/// abstract one: whoever is refused is refused by the program, and not by a file's mode.
final class ProbeSocket {
    private let name = "fengcun-probe-\(UUID().uuidString)"
    private let process = Process()
    private let lifeline: Lifeline

    private static let server = """
        import socket, subprocess, sys
        listener = socket.socket(socket.AF_UNIX)
        listener.bind("\\0" + sys.argv[1])
        listener.listen()
        while True:
            connection, _ = listener.accept()
            subprocess.run(sys.argv[2:], stdin=connection, stdout=connection, stderr=subprocess.DEVNULL)
            connection.close()
        """

    private static let client = """
        import os, socket, sys, time
        os.setuid(int(sys.argv[2]))
        for _ in range(1000):
            try:
                s = socket.socket(socket.AF_UNIX)
                s.connect("\\0" + sys.argv[1])
                break
            except ConnectionRefusedError:
                time.sleep(0.01)
        s.sendall(sys.argv[3].encode())
        s.shutdown(socket.SHUT_WR)
        while data := s.recv(65536): sys.stdout.write(data.decode())
        """

    /// Starts the listener.
    ///
    /// - Parameter arguments: of the program; only who starts it can give any.
    init(_ arguments: String...) throws {
        process.executableURL = URL(fileURLWithPath: try find("python3"))
        process.arguments = ["-c", Self.server, name, try find("fengcun-probe")] + arguments
        try process.run()
        lifeline = try Lifeline(process)
    }

    /// Sends bytes and takes all that comes back.
    ///
    /// - Parameter uid: who asks.
    func ask(_ request: String, uid: Int = 0) throws -> String {
        try run("python3", ["-c", Self.client, name, String(uid), request]).output
    }

    /// Ends the listener. Children begin with the signals blocked that the test's thread has blocked; this one ends them all.
    func stop() {
        kill(process.processIdentifier, SIGKILL)
        process.waitUntilExit()
    }
}
