import Control
import Custody
import Testing

@testable import fengcun

/// The live view of all jobs.
@Suite struct WatchTests {
    private static func job(
        _ number: Int, state: JobView.State = .running, done: Int = 1 << 30, seconds: Double = 10, unreadable: Int = 0,
        caseNumber: String = "2026-001"
    ) -> JobView {
        var job = JobView(
            job: "a-\(number)", kind: .acquisition, exhibit: ExhibitID(caseNumber: caseNumber, number: "E\(number)"),
            bytesDone: done, bytesTotal: 4 << 30, unreadableBytes: unreadable, seconds: seconds)
        job.state = state
        return job
    }

    private static func frame(_ jobs: [JobView], _ language: Language = .english, problem: String? = nil) -> WatchFrame {
        var watch = JobWatch()
        return WatchFrame(
            jobs: watch.take(jobs), station: "lab.example/station-1", time: "12:34:56Z", problem: problem, language: language)
    }

    @Test(arguments: [Language.english, .chinese], [(80, 24), (40, 10), (132, 50), (20, 3), (1, 1), (7, 2)])
    func noLineIsWiderAndThereAreNotMoreThanTheTerminalHas(language: Language, size: (Int, Int)) {
        let jobs = (0..<12).map {
            Self.job($0, unreadable: $0 * 4096, caseNumber: "（2026）京刑初字第一二三四五六七八九十号")
        }
        let lines = Self.frame(jobs, language).lines(width: size.0, height: size.1)
        #expect(lines.count == size.1)
        #expect(lines.allSatisfy { columns($0.text) <= size.0 })
    }

    @Test func onlyCharactersOfAgreedWidthAreDrawn() {
        var rescued = Self.job(1, unreadable: 512)
        rescued.rescue = RescueView(
            phase: .trimming, pass: 1, backward: true, position: 0, rescuedBytes: 1, untriedBytes: 0, badBytes: 512, badAreas: 1,
            readErrors: 3, slowReads: 0)
        rescued.waitingSeconds = 12
        for line in Self.frame([rescued]).lines(width: 80, height: 24) { #expect(line.text.utf8.allSatisfy { $0 < 0x80 }) }
    }

    @Test func eightJobsHaveAllTheirLinesOnAnOrdinaryTerminal() {
        let lines = Self.frame((1...8).map { Self.job($0) }).lines(width: 80, height: 24)
        for number in 1...8 { #expect(lines.contains { $0.text.hasPrefix("E\(number) (2026-001)") && $0.text.contains("[##") }) }
        #expect(lines.last?.text == "q: quit (jobs go on)")
        #expect(lines.count { $0.text.contains("1.0 GiB / 4.0 GiB") } == 8)
    }

    @Test func jobsWithoutRoomAreCounted() {
        let lines = Self.frame((1...30).map { Self.job($0) }).lines(width: 80, height: 24)
        #expect(lines[lines.count - 2].text == "... 9 more jobs")
        #expect(lines.count { $0.text.hasPrefix("E") } == 21)
    }

    @Test func whatGoesOnKeepsItsLinesWhateverHasEnded() {
        var hot = Self.job(1)
        hot.temperature = 61
        let ended = (2...30).map { Self.job($0, state: .finished, done: 4 << 30) }
        let lines = Self.frame([hot] + ended).lines(width: 80, height: 24)
        #expect(lines[0].text.contains("1 job  "))
        #expect(lines[1].text.contains("[##"))
        #expect(lines[2].text.contains("average 102.4 MiB/s") && lines[3].text.contains("61 C"))
        #expect(lines.count { $0.text.contains("image finished 100%") } == 18)
        #expect(lines[lines.count - 2].text == "... 11 more jobs")
        // Where there is no room even for that, one line says the same as far as it is long.
        let going = (0...20).map { number in
            var job = hot
            job.job = "a-\(100 + number)"
            return job
        }
        let narrow = Self.frame(going).lines(width: 100, height: 24)
        #expect(narrow.count { $0.text.contains("average 102.4 MiB/s") && $0.text.contains("61 C") } == 21)
        #expect(narrow.count == 24 && Self.frame(going + ended).lines(width: 100, height: 24).count == 24)
    }

    @Test func theRateIsThatOfTheLastSecondsAndTheTimeLeftFollowsIt() throws {
        var watch = JobWatch()
        for second in 0...30 { _ = watch.take([Self.job(1, done: second << 20, seconds: Double(second))]) }
        // The drive becomes ten times as fast; ten seconds later that is the rate.
        var last: [WatchedJob] = []
        for second in 31...41 {
            last = watch.take([Self.job(1, done: (30 << 20) + (second - 30) * (10 << 20), seconds: Double(second))])
        }
        let job = try #require(last.first)
        #expect(job.bytesPerSecond == 10 << 20)
        #expect(job.averageBytesPerSecond == (140 << 20) / 41)
        #expect(job.secondsLeft == ((4 << 30) - (140 << 20)) / (10 << 20))
    }

    @Test func anotherWayOverTheSameBytesIsMeasuredAnew() {
        var window = RateWindow()
        window.add(seconds: 1, bytes: 100)
        window.add(seconds: 2, bytes: 300)
        #expect(window.rate == 200)
        window.add(seconds: 3, bytes: 0)
        #expect(window.rate == nil)
        window.add(seconds: 5, bytes: 100)
        #expect(window.rate == 50)
    }

    @Test func whatGoesOnStandsBeforeWhatEnded() {
        var watch = JobWatch()
        let jobs = [Self.job(1, state: .finished), Self.job(2), Self.job(3, state: .failed), Self.job(4)]
        #expect(watch.take(jobs).map(\.job.exhibit) == ["E2", "E4", "E3", "E1"])
    }

    @Test func nothingIsSaidToBeRescuedWhereAnImageIsOnlyReadBack() {
        var job = Self.job(1)
        job.temperature = 40
        job.rescue = RescueView(
            phase: .readingBack, pass: 1, backward: false, position: 0, rescuedBytes: 0, untriedBytes: 0, badBytes: 0,
            badAreas: 0,
            readErrors: 0, slowReads: 0)
        #expect(job.driveWords(in: .english) == ["reading back", "40 C"])
        job.rescue?.rescuedBytes = 1 << 30
        job.rescue?.badAreas = 1
        #expect(job.driveWords(in: .english) == ["reading back", "rescued 1.0 GiB", "1 bad area", "0 errors", "40 C"])
        job.rescue?.phase = .scraping
        #expect(job.driveWords(in: .chinese).first == "逐扇区读取 1 ->")
    }

    @Test func aJobThatWaitsHasNoRate() throws {
        var watch = JobWatch()
        var queued = Self.job(1, state: .queued, done: 0)
        queued.priority = .high
        _ = watch.take([queued])
        queued.seconds = 20
        let watched = try #require(watch.take([queued]).first)
        #expect(watched.bytesPerSecond == nil && watched.averageBytesPerSecond == nil && watched.secondsLeft == nil)
        #expect(queued.words(in: .english) == "queued (high priority)")
        #expect(queued.words(in: .chinese) == "排队中 (优先)")
        let lines = Self.frame([queued, Self.job(2, state: .paused)]).lines(width: 100, height: 24)
        #expect(lines[0].text.contains("2 jobs"))
        #expect(lines.contains { $0.text.contains("queued (high priority)") })
    }

    @Test func aTroubleIsShownAsOne() {
        var failed = Self.job(1, state: .failed)
        failed.error = ErrorView(code: "source-gone", message: "/dev/sdx is gone\u{1B}[2J")
        let lines = Self.frame([failed], problem: nil).lines(width: 80, height: 24)
        #expect(lines.contains { $0.style == .alarm && $0.text.contains("/dev/sdx is gone\\u{1b}[2J") })
        let silent = Self.frame([Self.job(2)], problem: "no answer").lines(width: 80, height: 24)
        #expect(silent.last == .init(text: "no answer", style: .alarm))
    }

    @Test func textsAreCutByColumnsAndNotByCharacters() {
        #expect(fit("封存台站", 8) == "封存台站")
        #expect(fit("封存台站", 7) == "封存...")
        #expect(fit("封存台站", 6) == "封...")
        #expect(fit("封存", 2) == "..")
        #expect(fit("abc", 0) == "")
        #expect(columns("e\u{301}") == 1)
    }
}
