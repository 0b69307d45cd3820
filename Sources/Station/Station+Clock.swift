import Custody
import Ledger

// Steps of the system's clock become entries.
extension Station {
    /// Listens to the kernel; nil where it does not tell: then a step is noticed when the next act is recorded.
    func watchClock() -> ClockWatcher? {
        do {
            return try ClockWatcher.start()
        } catch {
            logger.warning("steps of the clock are noticed only when something is recorded", metadata: ["error": "\(error)"])
            return nil
        }
    }

    /// Compares the clocks and records a step. Called before each act is recorded, and when the kernel says that the clock
    /// was set.
    func noticeClock() async {
        guard let step = clockSteps.notice() else { return }
        logger.warning("the clock was set", metadata: ["from": "\(step.from)", "to": "\(step.to)"])
        openClockWindow()
        await record(.clockStepped(step), about: [.station])
    }

    /// Records what happened to the clock before this start.
    func noticeClockAtStart() async {
        guard let step = clockSteps.atStart else { return }
        logger.warning("the clock is not where the ledger left it", metadata: ["from": "\(step.from)", "to": "\(step.to)"])
        await record(.clockStepped(step), about: [.station])
    }

    private func openClockWindow() {
        Task { [window = configuration.refusalWindow] in
            try? await Task.sleep(for: window)
            guard !isStopping, let sum = clockSteps.closeWindow() else { return }
            openClockWindow()
            await record(.clockStepped(sum), about: [.station])
        }
    }
}
