import Foundation
import Logging
import Testing

@testable import ServiceLog

@Suite struct ServiceLogTests {
    /// Priorities as syslog(3) has them.
    @Test(
        arguments: [
            (Logger.Level.critical, 2), (.error, 3), (.warning, 4), (.notice, 5), (.info, 6), (.debug, 7), (.trace, 7),
        ])
    func aLineBeginsWithItsPriority(_ level: Logger.Level, _ priority: Int) {
        let stream = StandardErrorLine(prefix: ServiceLogHandler.prefix(level))
        #expect(stream.line("SOMETHING WROTE TO EVIDENCE\n") == "<\(priority)>SOMETHING WROTE TO EVIDENCE\n")
    }

    @Test func anEventIsOneLineWhateverADriveSays() {
        #expect(
            StandardErrorLine(prefix: "<5>").line("serial=1\n<2>A LINE OF ITS OWN\u{1B}[2J\u{85}\u{2028}封存\n")
                == "<5>serial=1\\u{a}<2>A LINE OF ITS OWN\\u{1b}[2J\\u{85}\\u{2028}封存\n")
    }

    /// Without a priority, as a person reads it on a terminal.
    @Test func elsewhereALineIsItsText() { #expect(StandardErrorLine(prefix: "").line("attached\n") == "attached\n") }

    @Test func theJournalIsKnownByDeviceAndInode() throws {
        let pipe = Pipe()
        let descriptor = pipe.fileHandleForWriting.fileDescriptor
        var status = stat()
        try #require(fstat(descriptor, &status) == 0)
        let stream = "\(status.st_dev):\(status.st_ino)"
        #expect(ServiceLogHandler.isJournal(descriptor, stream))
        for other: String? in [nil, "", "0:0", "\(status.st_dev):\(status.st_ino + 1)", "\(stream)0", " \(stream)"] {
            #expect(!ServiceLogHandler.isJournal(descriptor, other))
        }
        #expect(!ServiceLogHandler.isJournal(-1, stream))
    }
}
