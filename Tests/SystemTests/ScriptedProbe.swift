import Foundation
import SystemPackage
import TestSupport
import Testing

/// A drive's answers as a test wants them, where the daemon expects `fengcun-probe`: loop devices have none of their own.
///
/// The n-th question of a kind is answered with the n-th text, and the last text serves for all that follow. The text `hang` is
/// never answered; the text `set` sets the flag, as `fengcun-probe` does for `protect`, and then is. A kind without a text, and a
/// device without one of its own, is refused as `fengcun-probe` refuses a loop device.
final class ScriptedProbe {
    private let folder: FilePath
    private let process = Process()
    let socket: FilePath

    private static let server = """
        import json, os, socket, subprocess, sys, threading, time
        folder, path = sys.argv[1:]
        listener = socket.socket(socket.AF_UNIX)
        listener.bind(path + ".new")
        listener.listen(64)
        os.rename(path + ".new", path)
        def serve(connection):
            request = json.loads(connection.makefile().readline())
            names = [request["request"] + "-" + request["device"], request["request"]]
            answer = json.dumps({"device": request["device"], "replies": [], "refusal": "nothing-to-ask"})
            for name in names:
                number = 1
                while os.path.exists(f"{folder}/{name}.{number}"):
                    text = open(f"{folder}/{name}.{number}").read()
                    if not os.path.exists(f"{folder}/{name}.{number + 1}"): break
                    try:
                        os.close(os.open(f"{folder}/{name}.{number}.asked", os.O_CREAT | os.O_EXCL))
                        break
                    except FileExistsError: number += 1
                else: continue
                answer = text
                break
            if answer == "hang": time.sleep(100000)
            if answer == "set":
                subprocess.run(["blockdev", "--setro", "/dev/" + request["device"]], check=True)
                answer = json.dumps({"device": request["device"], "replies": []})
            connection.sendall(answer.encode())
            connection.close()
        while True: threading.Thread(target=serve, args=[listener.accept()[0]], daemon=True).start()
        """

    /// Starts it.
    init(_ folder: TemporaryFolder) throws {
        self.folder = try folder.folder("answers")
        socket = folder("probe.sock")
        process.executableURL = URL(fileURLWithPath: try find("python3"))
        process.arguments = ["-c", Self.server, self.folder.string, socket.string]
        try process.run()
        while !FileManager.default.fileExists(atPath: socket.string) { usleep(10_000) }
    }

    deinit {
        kill(process.processIdentifier, SIGKILL)
        process.waitUntilExit()
    }

    /// The line of the daemon's configuration that leads here.
    var configuration: String { "probe = \"\(socket)\"\n" }

    /// Waits until the n-th of several texts was asked for; not the last one, which is never used up.
    func waitUntilAsked(_ kind: String, about drive: LoopDevice, time number: Int = 1) throws {
        let mark = folder.appending("\(kind)-\(drive.node.dropFirst("/dev/".count)).\(number).asked").string
        for _ in 0..<3000 where !FileManager.default.fileExists(atPath: mark) { usleep(100_000) }
        try #require(FileManager.default.fileExists(atPath: mark))
    }

    /// Sets the answers to a kind of question, about one drive or about every one.
    func answer(_ kind: String, about drive: LoopDevice? = nil, _ texts: String...) throws {
        let name = kind + (drive.map { "-" + $0.node.dropFirst("/dev/".count) } ?? "")
        for file in try FileManager.default.contentsOfDirectory(atPath: folder.string) where file.hasPrefix(name + ".") {
            try FileManager.default.removeItem(atPath: folder.appending(file).string)
        }
        for (index, text) in texts.enumerated() {
            try text.write(toFile: folder.appending("\(name).\(index + 1)").string, atomically: true, encoding: .utf8)
        }
    }
}
