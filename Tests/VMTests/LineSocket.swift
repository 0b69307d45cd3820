import Foundation
import Glibc

/// A unix socket that is read line by line, with a bound on every wait.
final class LineSocket {
    private let descriptor: CInt
    private var buffer: [UInt8] = []

    /// Connects.
    ///
    /// - Throws: where nobody listens at `path` yet.
    init(_ path: String) throws {
        descriptor = socket(AF_UNIX, Int32(SOCK_STREAM.rawValue), 0)
        var address = sockaddr_un()
        address.sun_family = sa_family_t(AF_UNIX)
        let bytes = Array(path.utf8)
        try withUnsafeMutableBytes(of: &address.sun_path) { room in
            guard bytes.count < room.count else { throw LaboratoryError("the path of a socket is too long: \(path)") }
            room.copyBytes(from: bytes)
        }
        let length = socklen_t(MemoryLayout<sockaddr_un>.size)
        let result = withUnsafePointer(to: &address) {
            $0.withMemoryRebound(to: sockaddr.self, capacity: 1) { connect(descriptor, $0, length) }
        }
        guard result == 0 else {
            close(descriptor)
            throw LaboratoryError("nobody listens at \(path)")
        }
    }

    deinit { close(descriptor) }

    /// Sends one line.
    func send(_ line: String) throws {
        var rest = Array((line + "\n").utf8)[...]
        while !rest.isEmpty {
            let count = rest.withUnsafeBytes { Glibc.send(descriptor, $0.baseAddress, $0.count, CInt(MSG_NOSIGNAL)) }
            guard count > 0 else { throw LaboratoryError("the machine does not listen any more") }
            rest = rest.dropFirst(count)
        }
    }

    /// The next line, without its end.
    ///
    /// - Parameters:
    ///   - seconds: how long to wait for it; a test that runs into this bound fails.
    ///   - check: called every ten seconds meanwhile; throws where there is nothing to wait for.
    func line(within seconds: Int, check: () throws -> Void = {}) throws -> String {
        let deadline = ContinuousClock.now + .seconds(seconds)
        var scanned = 0
        while true {
            if let end = buffer[scanned...].firstIndex(of: UInt8(ascii: "\n")) {
                let line = String(decoding: buffer[..<end], as: UTF8.self)
                buffer.removeSubrange(...end)
                return line
            }
            scanned = buffer.count
            let left = ContinuousClock.now.duration(to: deadline).components.seconds
            guard left > 0 else { throw LaboratoryError("no answer in \(seconds) seconds") }
            var waiting = pollfd(fd: descriptor, events: Int16(POLLIN), revents: 0)
            guard poll(&waiting, 1, CInt(min(left, 10) * 1000)) > 0 else {
                try check()
                continue
            }
            var piece = [UInt8](repeating: 0, count: 65536)
            let count = recv(descriptor, &piece, piece.count, 0)
            guard count > 0 else { throw LaboratoryError("the machine has gone") }
            buffer += piece.prefix(count)
        }
    }
}

/// What went wrong in the laboratory itself.
struct LaboratoryError: Error, CustomStringConvertible {
    let description: String

    init(_ description: String) { self.description = description }
}
