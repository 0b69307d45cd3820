/// What a drive reports about its own wear and faults, as smartctl read it. Hearsay, as everything that a drive says of itself.
public struct DriveHealth: Sendable, Equatable, Codable {
    /// The figures that tell how a drive is; raw values stand in entries and in the API.
    public enum Figure: String, Sendable, CaseIterable, Codable, CodingKeyRepresentable {
        /// Degrees Celsius.
        case temperature
        /// Hours that it was switched on.
        case powerOnHours
        /// Sectors that it replaced (ATA attribute 5; SCSI: the grown defect list).
        case reallocatedSectors
        /// Sectors that it could not read and will replace (ATA attribute 197).
        case pendingSectors
        /// Sectors that it gave up (ATA attribute 198; SCSI: uncorrected read errors).
        case uncorrectableSectors
        /// Transfers that were damaged on the way, mostly by a cable (ATA attribute 199).
        case interfaceErrors
        /// Wear in per cent of what the vendor promises; may exceed 100 (NVMe).
        case percentageUsed
        /// Times that data could not be had without errors (NVMe).
        case mediaErrors
        /// Times that it lost power unprepared (NVMe).
        case unsafeShutdowns
        /// The critical warnings as a bit field; 0 is none (NVMe 1.4, figure 196).
        case criticalWarning
    }

    /// Whether the drive calls itself healthy; nil where it does not say.
    public var passed: Bool?
    /// What it told; a figure that it does not have is not there.
    public var figures: [Figure: Int]
    /// Version of smartctl, such as `7.3`.
    public var smartctl: String?
    /// Why nothing is known: `no-probe`, `not-installed`, `no-answer` …, or what smartctl said; nil where the drive told something.
    public var problem: String?

    /// Describes a state.
    public init(passed: Bool? = nil, figures: [Figure: Int] = [:], smartctl: String? = nil, problem: String? = nil) {
        self.passed = passed
        self.figures = figures
        self.smartctl = smartctl
        self.problem = problem
    }

    /// What changed since an earlier state, of the figures that both have.
    public func changes(since earlier: DriveHealth) -> [HealthChange] {
        Figure.allCases.compactMap { figure in
            guard let before = earlier.figures[figure], let after = figures[figure], before != after else { return nil }
            return HealthChange(figure: figure, before: before, after: after)
        }
    }

    /// The figures that should be 0 and are not.
    public var faults: [Figure] {
        let expectedZero: [Figure] = [
            .reallocatedSectors, .pendingSectors, .uncorrectableSectors, .mediaErrors, .criticalWarning,
        ]
        return expectedZero.filter { figures[$0] ?? 0 > 0 }
    }
}

/// A figure of a drive's health that was another one before.
public struct HealthChange: Sendable, Equatable, Codable {
    /// Which one.
    public var figure: DriveHealth.Figure
    /// What it was and what it is.
    public var before, after: Int

    /// Describes a change.
    public init(figure: DriveHealth.Figure, before: Int, after: Int) {
        self.figure = figure
        self.before = before
        self.after = after
    }
}
