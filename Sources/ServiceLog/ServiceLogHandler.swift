import Glibc
import Logging
import SafeText

/// Writes what a daemon has to say on standard error, one line for each event. Where that is systemd's journal, each line begins
/// with its priority (sd-daemon(3)), so that `journalctl --priority` and whoever raises an alarm find what is critical.
public struct ServiceLogHandler: LogHandler {
    /// See `LogHandler.logLevel`.
    public var logLevel: Logger.Level = .info
    /// See `LogHandler.metadata`.
    public var metadata: Logger.Metadata = [:]
    /// See `LogHandler.metadataProvider`.
    public var metadataProvider: Logger.MetadataProvider?

    private let label: String
    private let isJournal: Bool

    /// - Parameter label: name of the daemon.
    public init(label: String) {
        self.label = label
        isJournal = Self.isJournal(STDERR_FILENO, getenv("JOURNAL_STREAM").map { String(cString: $0) })
    }

    /// See `LogHandler.subscript(metadataKey:)`.
    public subscript(metadataKey key: String) -> Logger.Metadata.Value? {
        get { metadata[key] }
        set { metadata[key] = newValue }
    }

    /// See `LogHandler.log(event:)`.
    public func log(event: LogEvent) {
        let stream = StandardErrorLine(prefix: isJournal ? Self.prefix(event.level) : "")
        var handler = StreamLogHandler(label: label, stream: stream, metadataProvider: metadataProvider)
        handler.metadata = metadata
        handler.log(event: event)
    }

    /// Whether a descriptor is what systemd connected to the journal (systemd.exec(5)).
    ///
    /// - Parameter stream: `JOURNAL_STREAM`: device and inode of it, `8:1234`; nil where it is not set. Another program that set it may
    ///   have sent standard error elsewhere since.
    static func isJournal(_ descriptor: CInt, _ stream: String?) -> Bool {
        var status = stat()
        guard let stream, fstat(descriptor, &status) == 0 else { return false }
        return stream == "\(status.st_dev):\(status.st_ino)"
    }

    /// What a line of a level begins with: a priority of syslog(3).
    static func prefix(_ level: Logger.Level) -> String {
        switch level {
        case .critical: "<\(LOG_CRIT)>"
        case .error: "<\(LOG_ERR)>"
        case .warning: "<\(LOG_WARNING)>"
        case .notice: "<\(LOG_NOTICE)>"
        case .info: "<\(LOG_INFO)>"
        case .debug, .trace: "<\(LOG_DEBUG)>"
        }
    }
}

/// Standard error, to which one event is written at once and on one line: a line more, which a drive could put into its serial
/// number, would be an event of its own with a priority of its own.
struct StandardErrorLine: TextOutputStream {
    let prefix: String

    /// The line of an event that ends in a line feed.
    func line(_ text: String) -> String {
        prefix + String(text.hasSuffix("\n") ? text.dropLast() : text[...]).printable + "\n"
    }

    func write(_ text: String) {
        var rest = Array(line(text).utf8)[...]
        while !rest.isEmpty {
            let count = rest.withUnsafeBytes { Glibc.write(STDERR_FILENO, $0.baseAddress, $0.count) }
            if count < 0, errno == EINTR { continue }
            // There is nobody to whom a failure could be told.
            guard count > 0 else { return }
            rest = rest.dropFirst(count)
        }
    }
}
