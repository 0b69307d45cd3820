import ArgumentParser
import Control
import Custody
import Synchronization
import SystemPackage

struct WatchCommand: StationCommand {
    static let configuration = CommandConfiguration(
        commandName: "watch",
        abstract: say("Watch all jobs: rate, time left, errors.", "实时查看全部任务：速率、剩余时间、错误。"),
        discussion: say(
            "On a terminal a live view; q ends it, and the jobs go on. Elsewhere one line for each change. With --json one value.",
            "在终端上为实时画面，按 q 退出，任务继续进行；非终端时每有变化输出一行；加 --json 输出一个值。"))

    @Flag(help: ArgumentHelp(say("End when no job goes on any more.", "全部任务结束后退出。")))
    var untilDone = false

    @OptionGroup var global: GlobalOptions

    func execute(_ client: ControlClient) async throws {
        if global.json {
            try await showOnce(client)
        } else if let screen = FullScreen() {
            try await show(on: screen, client)
        } else {
            try await showChanges(client)
        }
    }

    // MARK: One value

    private struct Picture: Encodable {
        let station: String
        let time: Timestamp
        let jobs: [WatchedJob]
    }

    /// Two looks, a second apart: a rate needs both.
    private func showOnce(_ client: ControlClient) async throws {
        let status = try await client.get(ControlPath.status, as: StatusView.self)
        var watch = JobWatch()
        var jobs = watch.take(try await client.get(ControlPath.jobs, as: [JobView].self))
        if jobs.contains(where: { !$0.job.isOver }) {
            try await Task.sleep(for: .seconds(1))
            jobs = watch.take(try await client.get(ControlPath.jobs, as: [JobView].self))
        }
        try show(Picture(station: status.origin, time: .now(), jobs: jobs)) { _ in "" }
    }

    // MARK: A live view

    /// What the station said last, for the view, which must not wait for it.
    private final class Latest: Sendable {
        struct State {
            var jobs: [WatchedJob] = []
            var station = ""
            var time = ""
            var problem: String?
            /// Goes up with every answer.
            var number = 0
        }
        let state = Mutex(State())
    }

    private func show(on screen: FullScreen, _ client: ControlClient) async throws {
        defer { screen.close() }
        let latest = Latest()
        let asking = Task { try await ask(client, latest) }
        defer { asking.cancel() }
        var (drawn, drawnSize) = (-1, (width: 0, height: 0))
        while !screen.isEnding {
            let again = screen.restIfAsked()
            if screen.keys().contains(where: { $0 == UInt8(ascii: "q") || $0 == UInt8(ascii: "Q") }) { return }
            let (state, size) = (latest.state.withLock { $0 }, FullScreen.size)
            if state.number != drawn || size != drawnSize || again {
                let frame = WatchFrame(
                    jobs: state.jobs, station: state.station, time: state.time, problem: state.problem, language: say)
                screen.draw(frame.lines(width: size.width, height: size.height))
                (drawn, drawnSize) = (state.number, size)
            }
            if untilDone, state.number > 0, state.problem == nil, state.jobs.allSatisfy(\.job.isOver) { return }
            try await Task.sleep(for: .milliseconds(100))
        }
    }

    /// Asks the station every second. A station that does not answer is shown, and asked again.
    private func ask(_ client: ControlClient, _ latest: Latest) async throws {
        var watch = JobWatch()
        while true {
            do {
                let status = try await client.get(ControlPath.status, as: StatusView.self)
                let jobs = watch.take(try await client.get(ControlPath.jobs, as: [JobView].self))
                latest.state.withLock {
                    $0 = .init(
                        jobs: jobs, station: status.origin, time: Self.clockTime(.now()), problem: nil, number: $0.number + 1)
                }
            } catch let error as any Explained {
                latest.state.withLock {
                    $0.problem = error.message(in: say)
                    $0.number += 1
                }
            }
            try await Task.sleep(for: .seconds(1))
        }
    }

    /// `12:34:56Z`.
    private static func clockTime(_ time: Timestamp) -> String { time.description.dropFirst(11).prefix(8) + "Z" }

    // MARK: Lines

    /// One line for each job that changed: its state, its phase, its errors whenever they have doubled, each tenth of the way.
    private func showChanges(_ client: ControlClient) async throws {
        var watch = JobWatch()
        var known: [String: [String]] = [:]
        while true {
            let jobs = watch.take(try await client.get(ControlPath.jobs, as: [JobView].self))
            for watched in jobs {
                let job = watched.job
                let errors = Int.bitWidth - job.unreadableBytes.leadingZeroBitCount
                let changing = [
                    job.state.rawValue, job.rescue?.phase.rawValue ?? "", "\(errors)", "\(Int(watched.share * 10))",
                    job.waitingSeconds == nil ? "" : "waiting",
                ]
                guard known[job.job] != changing else { continue }
                known[job.job] = changing
                Screen.print(Self.line(watched, at: .now()))
            }
            if untilDone, jobs.allSatisfy(\.job.isOver) { return }
            try await Task.sleep(for: .seconds(1))
        }
    }

    private static func line(_ watched: WatchedJob, at time: Timestamp) -> String {
        let job = watched.job
        var parts = [
            clockTime(time), job.job, "\(job.caseNumber)/\(job.exhibit)", job.kind.words(in: say), job.words,
            "\(Int(watched.share * 100))%",
        ]
        if let rate = watched.bytesPerSecond { parts.append(size(rate) + "/s") }
        if let left = watched.secondsLeft { parts.append(say("left ", "剩余 ") + clock(Double(left))) }
        if job.unreadableBytes > 0 { parts.append(say("unreadable ", "不可读 ") + size(job.unreadableBytes)) }
        if let error = job.error { parts.append(error.message) }
        return (parts + job.driveWords).map(\.printable).joined(separator: "  ")
    }
}
