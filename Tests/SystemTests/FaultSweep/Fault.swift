/// What happens at one call.
enum Fault: String, CaseIterable, Sendable {
    case inputOutputError = "error=EIO"
    case noSpace = "error=ENOSPC"
    case interrupted = "error=EINTR"
    /// The process is killed instead of the call.
    case kill = "signal=KILL"
}

/// One call of a trace: its name, and the how-manieth of this name it is in the process's main thread.
struct TracedCall: Hashable, Sendable {
    let name: String
    let number: Int
}

/// A place in an operation and what happens there.
struct SweepPoint: Sendable, CustomStringConvertible {
    let call: TracedCall
    let fault: Fault

    /// For strace: the fault at exactly this call.
    var injection: String { "\(call.name):\(fault.rawValue):when=\(call.number)" }
    var description: String { "\(call.name) \(call.number) \(fault.rawValue)" }
}

/// What strace wrote.
enum Trace {
    /// Every call of the file system that has to do with what is stored; those that only map memory or wait are left out.
    static let calls = [
        "access", "openat", "close", "read", "pread64", "write", "pwrite64", "lseek", "fsync", "fdatasync", "ftruncate",
        "fallocate", "newfstatat", "statfs", "fstatfs", "rename", "renameat2", "link", "unlink", "mkdir", "rmdir", "getdents64",
        "fcntl", "flock", "fchmod", "fchown", "utimensat", "getcwd",
    ]

    /// The calls of the main thread from the mark on.
    static func operation(_ text: String) -> [TracedCall] {
        var counts: [String: Int] = [:]
        var found: [TracedCall] = []
        var isMarked = false
        let lines = text.split(separator: "\n")
        guard let main = lines.first?.split(separator: " ").first else { return [] }
        for line in lines {
            // The number of the thread, padded with spaces, and the call.
            let call = line.drop { $0 != " " }.drop { $0 == " " }
            guard line.prefix(while: { $0 != " " }) == main, let end = call.firstIndex(of: "("),
                calls.contains(String(call[..<end]))
            else { continue }
            let name = String(call[..<end])
            counts[name, default: 0] += 1
            if isMarked { found.append(TracedCall(name: name, number: counts[name, default: 0])) }
            if line.contains("/fengcun/sweep") { isMarked = true }
        }
        return found
    }
}
