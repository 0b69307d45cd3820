import Control
import Custody
import Ledger
import Media

// What happens when a drive appears, changes or goes.
extension Station {
    /// Takes note of a disk that udev has finished with.
    func diskChanged(_ device: BlockDevice, foundAtStart: Bool) {
        let stay = TrackedDisk.Stay(device)
        if let known = disks[device.name] {
            if known.stay == stay {
                disks[device.name]?.device = device
                if let medium = known.medium { restoreProtection(device, medium) }
                return
            }
            diskGone(device.name)
        }
        guard let stay else { return }
        var disk = TrackedDisk(device: device, stay: stay, phase: .ignored)
        let holding = SystemDisks.names(holding: [configuration.state] + configuration.destinations)
        if holding.contains(device.name) {
            disk.phase = .system
        } else if let reason = rule.reason(for: device) {
            disk.phase = .identifying
            disk.identification = Task { await identify(device, stay, reason, foundAtStart: foundAtStart) }
        }
        disks[device.name] = disk
    }

    /// Takes note that a disk, or the medium in it, is gone.
    func diskGone(_ name: String) {
        guard let disk = disks.removeValue(forKey: name), disk.isEvidence else { return }
        let protection = WriteProtection.state(of: disk.device)
        let subject = Subject.attachment(boot: ledger.boot, diskSequence: disk.stay.diskSequence)
        Task {
            await disk.identification?.value
            // The identification may have recorded the medium after this disk left the table.
            let attached = disk.medium?.medium ?? identified.removeValue(forKey: subject)
            guard let attached else { return }
            let body = MediumDetached(medium: attached, device: disk.device.node, observed: true, protection: protection)
            logger.notice("medium detached", metadata: ["device": "\(disk.device.node)", "medium": "\(attached)"])
            await record(.mediumDetached(body), about: [.medium(attached), subject])
        }
    }

    /// Protects, describes and records a medium.
    private func identify(
        _ device: BlockDevice, _ stay: TrackedDisk.Stay, _ reason: EvidenceReason, foundAtStart: Bool
    ) async {
        let subject = Subject.attachment(boot: ledger.boot, diskSequence: stay.diskSequence)
        let earlier = try? await ledger.read { try $0.entries(about: subject) }
        if let earlier, earlier.count % 2 == 1, let entry = earlier.last, case .mediumAttached(let body) = entry.act {
            // It was recorded before the daemon was restarted and has not left its port since.
            _ = try? await onThread("fc-identify") { try WriteProtection.set(device) }
            settle(
                device, stay, subject,
                AttachedMedium(
                    medium: body.medium, description: body.description, sample: body.sample, entry: entry.sequence))
            return
        }
        guard let found = try? await onThread("fc-identify", { Identification(device, stay) }),
            let description = found.description,
            let protection = found.protection
        else {
            logger.warning("a disk vanished before it could be described", metadata: ["device": "\(device.node)"])
            return
        }
        let medium = MediumID(description, sample: found.sample, boot: ledger.boot)
        let body = MediumAttached(
            medium: medium, device: device.node, evidence: reason, foundAtStart: foundAtStart, description: description,
            sample: found.sample, protection: protection)
        guard let appended = await record(.mediumAttached(body), about: [.medium(medium), subject]) else { return }
        logger.notice(
            "medium attached",
            metadata: [
                "device": "\(device.node)", "medium": "\(medium)", "model": "\(description.model ?? "")",
                "serial": "\(description.serial ?? "")", "bytes": "\(description.capacity)",
                "readOnly": "\(protection.state.readOnly)",
            ])
        settle(
            device, stay, subject,
            AttachedMedium(
                medium: medium, description: description, sample: found.sample, entry: appended.entry.sequence))
        await warnIfSealed(medium, device)
    }

    private func settle(_ device: BlockDevice, _ stay: TrackedDisk.Stay, _ subject: Subject, _ medium: AttachedMedium) {
        if disks[device.name]?.stay == stay {
            disks[device.name]?.phase = .recorded(medium)
        } else {
            identified[subject] = medium.medium
        }
    }

    private func warnIfSealed(_ medium: MediumID, _ device: BlockDevice) async {
        let sealed = try? await ledger.read { reader in
            try reader.exhibits(of: medium).compactMap { try reader.exhibit($0) }.first { $0.seal != nil }
        }
        guard let record = sealed ?? nil, let seal = record.seal else { return }
        logger.warning(
            "A SEALED MEDIUM WAS PLUGGED IN",
            metadata: ["device": "\(device.node)", "exhibit": "\(record.id)", "seal": "\(seal)"])
        await self.record(
            .sealedMediumAttached(SealedMediumAttached(medium: medium, device: device.node, sealNumber: seal)),
            case: record.id.caseNumber, about: [.medium(medium), .exhibit(record.id), .seal(seal)])
    }

    /// A re-read of the partition table drops the read-only flag; udev reports it as a change.
    private func restoreProtection(_ device: BlockDevice, _ medium: AttachedMedium) {
        guard let state = WriteProtection.state(of: device), !state.readOnly else { return }
        Task {
            let problem = try? await onThread("fc-protect") { Identification.protect(device) }
            guard let after = WriteProtection.state(of: device) else { return }
            logger.warning("write protection was lost", metadata: ["device": "\(device.node)", "restored": "\(after.readOnly)"])
            let body = ProtectionRestored(medium: medium.medium, device: device.node, state: after, problem: problem ?? nil)
            await record(.protectionRestored(body), about: [.medium(medium.medium)])
        }
    }

    /// Media that were plugged in when an earlier run ended and are gone now.
    func closeStaleAttachments(present: [BlockDevice]) async {
        let sequences = Set(present.compactMap { TrackedDisk.Stay($0)?.diskSequence })
        let boot = ledger.boot
        let open = (try? await ledger.read { try $0.unfinished(Subject.attachmentKind) }) ?? []
        for entry in open {
            guard case .mediumAttached(let body) = entry.act else { continue }
            let sequence = body.description.diskSequence
            if entry.boot == boot, sequences.contains(sequence) { continue }
            await record(
                .mediumDetached(MediumDetached(medium: body.medium, device: body.device, observed: false, protection: nil)),
                about: [.medium(body.medium), .attachment(boot: entry.boot, diskSequence: sequence)])
        }
    }

    // MARK: Requests

    /// The attached disks, by device node.
    ///
    /// - Parameter all: also the disks that are not evidence.
    public func devices(all: Bool) async throws -> [DeviceView] {
        await settle()
        var views: [DeviceView] = []
        for disk in disks.values.sorted(by: { $0.device.node < $1.device.node }) where all || disk.isEvidence {
            guard let description = disk.medium?.description ?? MediumProbe.describe(disk.device) else { continue }
            var view = DeviceView(
                device: disk.device.node, description: description, protection: WriteProtection.state(of: disk.device),
                state: disk.phase.state)
            if let medium = disk.medium {
                view.medium = medium.medium.text
                view.entry = medium.entry
                let record = try await ledger.read { reader in
                    try reader.exhibits(of: medium.medium).first.flatMap { try reader.exhibit($0) }
                }
                view.caseNumber = record?.id.caseNumber
                view.exhibit = record?.id.number
                view.state = state(of: medium.medium, record)
            }
            views.append(view)
        }
        return views
    }

    /// Where a medium stands, a running job included.
    func state(of medium: MediumID, _ record: ExhibitRecord?) -> MediumState {
        busy.contains(medium) ? .imaging : record?.state ?? .attached
    }

    /// The recorded disk with a device node.
    ///
    /// - Throws: `Refusal`.
    func attachedMedium(at node: String) throws(Refusal) -> AttachedMedium {
        guard let disk = disks.values.first(where: { $0.device.node == node }) else { throw .unknownDevice(node) }
        switch disk.phase {
        case .system, .ignored: throw .notEvidence(node)
        case .identifying: throw .notIdentified(node)
        case .recorded(let medium): return medium
        }
    }
}

extension TrackedDisk.Phase {
    /// Where a disk stands that is part of no case.
    fileprivate var state: MediumState {
        switch self {
        case .system: .system
        case .ignored: .ignored
        case .identifying: .identifying
        case .recorded: .attached
        }
    }
}

/// What is found out about a disk before it is recorded. Blocks.
private struct Identification: Sendable {
    let description: MediumDescription?
    let sample: ContentSample?
    let protection: ProtectionAtAttach?

    init(_ device: BlockDevice, _ stay: TrackedDisk.Stay) {
        let before = WriteProtection.state(of: device)?.readOnly ?? false
        let problem = Self.protect(device)
        description = MediumProbe.describe(device)
        sample = ContentSampler.sample(device, capacity: stay.capacity)
        protection = WriteProtection.state(of: device).map {
            ProtectionAtAttach(readOnlyBefore: before, state: $0, problem: problem)
        }
    }

    /// Sets the read-only flags; what went wrong, where something did.
    static func protect(_ device: BlockDevice) -> String? {
        do throws(MediaError) {
            try WriteProtection.set(device)
            return nil
        } catch {
            return error.message(in: .english)
        }
    }
}
