import Custody
import DriveCommands
import Media

// How media are: before and after an image is made, and how warm while it is made.
extension Station {
    /// Asks an attached medium how it is.
    ///
    /// - Returns: nil where it is not attached, or another one says the same about itself.
    func askHealth(of medium: MediumID, _ kind: ProbeRequest.Kind = .health) async -> HealthReport? {
        let attached = disks.values.filter { $0.medium?.medium == medium }
        guard attached.count == 1, let disk = attached.first else { return nil }
        let (device, probe) = (disk.device, configuration.probe)
        let isATA = disk.medium?.description.disk?.standard == .ata
        let report = try? await onThread("fc-health") { probe.health(kind, of: device, isATA: isATA) }
        if kind == .health, let report, disks[device.name]?.stay == disk.stay { disks[device.name]?.health = report.health }
        return report
    }

    /// What smartctl printed, for the record.
    func attachment(_ report: HealthReport?) async -> [Attachment] {
        guard let output = report?.output else { return [] }
        return await keep(output, as: "smartctl.json", .health)
    }

    // MARK: Temperature

    /// Asks at intervals how warm the medium of an open acquisition is. One that is too hot is left alone until it has cooled.
    func watchTemperature(of started: AcquisitionStarted) {
        let id = started.acquisition
        Task {
            if let temperature = started.health?.figures[.temperature] { await judge(temperature, started) }
            while !isStopping, jobs[id]?.isOpen == true {
                try? await Task.sleep(for: configuration.heat.interval)
                guard let job = jobs[id], job.isRunning || job.pause?.cause == .hot else { continue }
                let report = await askHealth(of: started.medium, .temperature)
                // A drive that does not say how warm it is now may be as hot as it was.
                guard let temperature = report?.health.figures[.temperature] else { continue }
                await judge(temperature, started)
            }
        }
    }

    private func judge(_ temperature: Int, _ started: AcquisitionStarted) async {
        let id = started.acquisition
        let own = disks.values.first { $0.medium?.medium == started.medium }?.medium?.description.disk?.warningTemperature
        let heat = HeatLimit(own: own, configured: configuration.heat.limit)
        guard let job = jobs[id], job.isOpen else { return }
        jobs[id]?.temperature = temperature
        if job.isRunning, heat.isReached(by: temperature), job.stopRequest == nil {
            logger.warning("a medium is too hot", metadata: ["job": "\(id)", "celsius": "\(temperature)"])
            ask(id, to: .cool(StationError.tooHot(temperature: temperature, limit: heat.limit)), by: self.own)
        } else if let pause = job.pause, pause.cause == .hot, heat.hasCooled(at: temperature), mayGoOnByItself(pause) {
            try? await goOn(id, by: nil)
        }
    }
}

/// From which temperature on a medium is left alone.
struct HeatLimit {
    /// By how many degrees it must have cooled before it is read again, so that it is not stopped and started every minute.
    static let margin = 5

    /// Degrees Celsius.
    let limit: Int

    /// The drive's own warning limit goes first: some run warm by design.
    init(own: Int?, configured: Int) { limit = own ?? configured }

    func isReached(by temperature: Int) -> Bool { temperature >= limit }
    func hasCooled(at temperature: Int) -> Bool { temperature <= limit - Self.margin }
}
