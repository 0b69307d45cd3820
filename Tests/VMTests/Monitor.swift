import Foundation
import TestSupport

/// QEMU's control socket (QMP): plugs drives in and out.
final class Monitor {
    private let socket: LineSocket
    private var events: [JSON] = []

    init(_ path: String) throws {
        socket = try LineSocket(path)
        _ = try next()  // the greeting
        try execute("qmp_capabilities")
    }

    /// Runs a command and waits until QEMU has done it.
    @discardableResult
    func execute(_ command: String, _ arguments: [String: Any] = [:]) throws -> JSON {
        let message = try JSONSerialization.data(withJSONObject: ["execute": command, "arguments": arguments])
        try socket.send(String(decoding: message, as: UTF8.self))
        while true {
            let answer = try next()
            if answer.names.contains("event") {
                events.append(answer)
            } else if answer.names.contains("error") {
                throw LaboratoryError("QEMU refuses \(command) \(arguments): \(answer["error"]["desc"].string)")
            } else {
                return answer["return"]
            }
        }
    }

    /// QEMU stops a machine by itself where it cannot write to a file of one of its disks, and nobody hears of it.
    ///
    /// - Throws: where the machine does not run.
    func requireRunning() throws {
        let status = try execute("query-status")["status"].string
        guard status == "running" else {
            throw LaboratoryError("QEMU stopped the machine (\(status)); io-error: the disk of its files is full or broken")
        }
    }

    /// Waits until the machine has let go of a device.
    func waitUntilDeleted(_ device: String) throws {
        func isIt(_ event: JSON) -> Bool {
            event["event"].string == "DEVICE_DELETED" && event["data"]["device"].string == device
        }
        while true {
            if let index = events.firstIndex(where: isIt) {
                events.remove(at: index)
                return
            }
            events.append(try next())
        }
    }

    private func next() throws -> JSON { try JSON(socket.line(within: 60)) }
}
