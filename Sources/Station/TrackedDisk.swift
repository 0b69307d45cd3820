import Custody
import Media

/// A disk with a medium in it, as the station knows it.
struct TrackedDisk {
    /// How far the station is with it.
    enum Phase {
        case system
        case ignored
        case identifying
        /// Evidence, and not recorded: it comes and goes too often.
        case passedOver
        case recorded(AttachedMedium)
    }

    /// The newest view of udev.
    var device: BlockDevice
    /// What tells this stay from another under the same name.
    let stay: Stay
    /// When this stay was noticed.
    let since = ContinuousClock.now
    var phase: Phase
    /// Ends once the attach entry is written; a detach entry waits for it. Nil as a value where there was nothing to record.
    var identification: Task<AttachedMedium?, Never>?
    /// The newest reading of its protection, for the detach entry.
    var protection: Protection?
    /// Requests that change the disk, as far as the ledger knows them, or as they were counted before this medium came.
    var knownRequests = 0
    /// How it was when it was last asked; nil before.
    var health: DriveHealth?
    /// Whether the ledger says that its protection is lost.
    var isUnprotected = false
    /// Whether the flag is being set again; events that come meanwhile say nothing new.
    var isBeingProtected = false

    /// One stay of one medium on one port.
    struct Stay: Equatable {
        let diskSequence: Int
        let capacity: Int

        /// Nil where no medium is in the drive, its capacity cannot be believed, or another disk has taken its name.
        init?(_ device: BlockDevice) {
            guard device.isCurrent, let capacity = device.capacity, capacity > 0 else { return nil }
            self.capacity = capacity
            diskSequence = device.diskSequence
        }
    }

    /// The medium, once it is recorded.
    var medium: AttachedMedium? {
        guard case .recorded(let medium) = phase else { return nil }
        return medium
    }

    /// Whether its attach entry is still to come.
    var isBeingIdentified: Bool {
        guard case .identifying = phase else { return false }
        return true
    }

    /// Whether it comes and goes too often to be recorded.
    var isPassedOver: Bool {
        guard case .passedOver = phase else { return false }
        return true
    }

    /// Whether it counts as evidence.
    var isEvidence: Bool {
        switch phase {
        case .system, .ignored: false
        case .identifying, .passedOver, .recorded: true
        }
    }
}

/// An evidence medium whose attachment stands in the ledger.
struct AttachedMedium: Sendable {
    let medium: MediumID
    let description: MediumDescription
    let sample: ContentSample?
    /// Position of the attach entry.
    let entry: Int
    /// Protection when it was attached.
    let protection: Protection
    /// Requests that change it, as far as the ledger had them when the daemon was restarted; nil where this run met it first.
    var knownRequests: Int?
}
