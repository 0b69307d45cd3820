import Glibc
import Synchronization
import SystemPackage

/// The terminal while a view fills all of it; what stood there before comes back at the end, also after a signal.
final class FullScreen {
    /// What a signal asked for, noted in the handler, which may do nothing else.
    private enum Noted {
        static let end = Atomic<CInt>(0)
        static let stop = Atomic(false)
        static let goOn = Atomic(false)
    }

    private static let ending: [CInt] = [SIGINT, SIGTERM, SIGHUP, SIGQUIT]

    private var before: termios?

    /// Takes the terminal over; nil where standard output is none, or one that cannot be drawn on.
    init?() {
        guard isatty(STDOUT_FILENO) == 1, getenv("TERM").map({ String(cString: $0) }) ?? "dumb" != "dumb" else { return nil }
        _ = (Noted.end.load(ordering: .relaxed), Noted.stop.load(ordering: .relaxed), Noted.goOn.load(ordering: .relaxed))
        for number in Self.ending { signal(number) { Noted.end.store($0, ordering: .relaxed) } }
        signal(SIGTSTP) { _ in Noted.stop.store(true, ordering: .relaxed) }
        signal(SIGCONT) { _ in Noted.goOn.store(true, ordering: .relaxed) }
        enter()
    }

    /// Columns and lines of the terminal that standard output is, or 80 by 24.
    static var size: (width: Int, height: Int) {
        var window = winsize()
        guard ioctl(STDOUT_FILENO, UInt(TIOCGWINSZ), &window) == 0, window.ws_col > 0, window.ws_row > 0 else { return (80, 24) }
        return (Int(window.ws_col), Int(window.ws_row))
    }

    /// Whether a signal asks to end.
    var isEnding: Bool { Noted.end.load(ordering: .relaxed) != 0 }

    /// Gives the terminal back while the shell has it (job control), where a signal asked for that.
    ///
    /// - Returns: whether everything is to be drawn again.
    func restIfAsked() -> Bool {
        if Noted.stop.exchange(false, ordering: .relaxed) {
            leave()
            // SIGTSTP itself is ours; this one nobody can keep from stopping us.
            raise(SIGSTOP)
        }
        guard Noted.goOn.exchange(false, ordering: .relaxed) else { return false }
        enter()
        return true
    }

    /// The keys that were pressed since the last call.
    func keys() -> [UInt8] {
        guard before != nil else { return [] }
        var request = pollfd(fd: STDIN_FILENO, events: Int16(POLLIN), revents: 0)
        guard poll(&request, 1, 0) == 1 else { return [] }
        var bytes = [UInt8](repeating: 0, count: 64)
        let count = read(STDIN_FILENO, &bytes, bytes.count)
        return Array(bytes.prefix(max(0, count)))
    }

    /// Shows a frame, in one write so that it does not flicker.
    func draw(_ lines: [WatchFrame.Line]) {
        let text = lines.map { line in
            let start =
                switch line.style {
                case .title: "\u{1B}[7m"
                case .plain: ""
                case .faint: "\u{1B}[2m"
                case .alarm: "\u{1B}[1;31m"
                }
            // Cleared before: behind a full line the cursor still stands on its last character.
            return "\u{1B}[2K" + start + line.text + "\u{1B}[0m"
        }.joined(separator: "\r\n")
        Screen.write("\u{1B}[H" + text + "\u{1B}[J", to: .standardOutput)
    }

    /// Gives the terminal back. Called once, at the end.
    func close() { leave() }

    private func enter() {
        var attributes = termios()
        if isatty(STDIN_FILENO) == 1, tcgetattr(STDIN_FILENO, &attributes) == 0 {
            if before == nil { before = attributes }
            attributes.c_lflag &= ~tcflag_t(ICANON | ECHO)
            tcsetattr(STDIN_FILENO, TCSANOW, &attributes)
        }
        // The other screen, no cursor, no wrapping at the end of a line.
        Screen.write("\u{1B}[?1049h\u{1B}[?25l\u{1B}[?7l\u{1B}[2J", to: .standardOutput)
    }

    private func leave() {
        Screen.write("\u{1B}[0m\u{1B}[?7h\u{1B}[?25h\u{1B}[?1049l", to: .standardOutput)
        if var before { tcsetattr(STDIN_FILENO, TCSANOW, &before) }
    }
}
