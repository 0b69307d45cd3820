import Control
import Custody
import DriveCommands
import Ledger
import Media
import SystemPackage

// What happens when a drive appears, changes or goes.
extension Station {
    /// Takes note of a disk that udev has finished with.
    func diskChanged(_ device: BlockDevice, foundAtStart: Bool) {
        let stay = TrackedDisk.Stay(device)
        if let known = disks[device.name] {
            // An event that waited in the queue while the next disk came.
            if device.diskSequence < known.stay.diskSequence { return }
            if known.stay == stay {
                disks[device.name]?.device = device
                // A port may be declared while a disk is in it.
                if case .ignored = known.phase { identifyIfEvidence(device, known.stay, foundAtStart: false) }
                watchProtection(of: device.name)
                return
            }
            diskGone(device.name)
        }
        guard let stay else {
            if rule.reason(for: device) != nil, device.isCurrent, device.capacity == nil { noteIncredibleCapacity(of: device) }
            return
        }
        disks[device.name] = TrackedDisk(device: device, stay: stay, phase: .ignored)
        identifyIfEvidence(device, stay, foundAtStart: foundAtStart)
    }

    private func identifyIfEvidence(_ device: BlockDevice, _ stay: TrackedDisk.Stay, foundAtStart: Bool) {
        guard let reason = rule.reason(for: device) else { return }
        guard foundAtStart || admits(device) else {
            disks[device.name]?.phase = .passedOver
            return
        }
        // A capacity that changes begins another stay under one disk sequence number, by which the ledger pairs the entries.
        let departure = departures[stay.diskSequence]
        disks[device.name]?.knownRequests = departed.requests(before: device)
        disks[device.name]?.phase = .identifying
        disks[device.name]?.identification = Task {
            await identify(device, stay, reason, foundAtStart: foundAtStart, after: departure)
        }
    }

    /// Takes note that a disk, or the medium in it, is gone.
    func diskGone(_ name: String) {
        guard let disk = disks.removeValue(forKey: name), let identification = disk.identification else { return }
        departed.note(disk.device)
        let departure = Task {
            guard let attached = await identification.value else { return }
            let body = MediumDetached(
                medium: attached.medium, device: disk.device.node, observed: true,
                protection: disk.protection ?? attached.protection)
            logger.notice("medium detached", metadata: ["device": "\(disk.device.node)", "medium": "\(attached.medium)"])
            await record(
                .mediumDetached(body),
                about: [.medium(attached.medium), .attachment(boot: ledger.boot, diskSequence: disk.stay.diskSequence)])
        }
        let sequence = disk.stay.diskSequence
        departures[sequence] = departure
        observe { [self] in
            await departure.value
            if departures[sequence] == departure { departures[sequence] = nil }
        }
    }

    /// Protects, describes and records a medium.
    ///
    /// - Parameter departure: records the end of the stay before this one; this one is recorded after it.
    /// - Returns: what was recorded; nil where the disk carries the system, or went away before it could be described.
    private func identify(
        _ device: BlockDevice, _ stay: TrackedDisk.Stay, _ reason: EvidenceReason, foundAtStart: Bool,
        after departure: Task<Void, Never>?
    ) async -> AttachedMedium? {
        let own = [configuration.state] + configuration.destinations
        let probe = configuration.probe
        let found = try? await onThread("fc-identify") { Identification(device, own: own, probe: probe) }
        await departure?.value
        let attached: AttachedMedium?
        switch found {
        case .medium(let medium):
            attached = await recordAttachment(
                MediumAttached(
                    medium: MediumID(medium.description, sample: medium.sample, boot: ledger.boot), device: device.node,
                    evidence: reason, foundAtStart: foundAtStart, description: medium.description, sample: medium.sample,
                    protection: medium.protection, blocker: device.writeBlocker), medium)
        case .system:
            logger.notice("not evidence: this machine lives on it", metadata: ["device": "\(device.node)"])
            attached = nil
        case .gone, nil:
            logger.warning("a disk vanished before it could be described", metadata: ["device": "\(device.node)"])
            attached = nil
        }
        if disks[device.name]?.stay == stay {
            switch (found, attached) {
            case (.system, _): disks[device.name]?.phase = .system
            case (_, let attached?):
                disks[device.name]?.phase = .recorded(attached)
                disks[device.name]?.isUnprotected = !attached.protection.readOnly
                if let known = attached.knownRequests { disks[device.name]?.knownRequests = known }
                if let disk = disks[device.name] { noteRequests(attached.protection, on: disk, attached) }
                goOnIfPossible(attached)
            case (_, nil): disks[device.name] = nil
            }
        }
        return attached
    }

    /// Records an attachment, unless it was recorded before the daemon was restarted: then what became of its protection
    /// meanwhile.
    private func recordAttachment(_ found: MediumAttached, _ identified: Identification.Medium) async -> AttachedMedium? {
        let subject = Subject.attachment(boot: ledger.boot, diskSequence: found.description.diskSequence)
        let boot = ledger.boot
        let connection = MediumID(identified.reported, sample: found.sample, boot: boot)
        guard
            let (earlier, recognition) = await read({ reader in
                (try reader.entries(about: subject), try reader.recognise(found, connection: connection, boot: boot))
            })
        else { return nil }
        if earlier.count % 2 == 1, let entry = earlier.last, case .mediumAttached(let body) = entry.act {
            guard let (counted, wasProtected) = await read({ try $0.lastKnown(of: body, since: entry) }) else { return nil }
            let (state, problem) = (found.protection.state, found.protection.problem)
            // Either the flag was taken off while nobody looked, or it is not what the record says.
            if wasProtected && !found.protection.readOnlyBefore || wasProtected != state.readOnly {
                await recordLoss(state, problem, device: found.device, medium: body.medium)
            }
            return AttachedMedium(
                medium: body.medium, description: body.description, sample: body.sample, entry: entry.sequence,
                protection: found.protection.state, knownRequests: counted)
        }
        var body = found
        body.medium = recognition.medium
        if recognition.isByContent { body.alias = found.medium }
        let subjects = [.medium(body.medium), subject] + recognition.aliases.map { Subject.alias($0) }
        let replies = await attachment(identified.report)
        guard let appended = await record(.mediumAttached(body), about: subjects, attachments: replies) else { return nil }
        if recognition.isByContent {
            logger.warning(
                "a medium was recognised by its content", metadata: ["device": "\(body.device)", "medium": "\(body.medium)"])
        }
        logger.notice(
            "medium attached",
            metadata: [
                "device": "\(body.device)", "medium": "\(body.medium)", "model": "\(body.description.model ?? "")",
                "serial": "\(body.description.serial ?? "")", "bytes": "\(body.description.capacity)",
                "readOnly": "\(body.protection.state.readOnly)",
            ])
        if let disk = body.description.disk, disk.isWarning {
            logger.warning(
                "A DISK HIDES SOMETHING OR IS LOCKED",
                metadata: [
                    "device": "\(body.device)", "hidden": "\(disk.hidden.map(\.area))", "security": "\(disk.security ?? [])",
                    "selfEncryptionLocked": "\(disk.selfEncryption?.locked ?? false)",
                ])
        }
        await warnIfSealed(body.medium, body.device)
        return AttachedMedium(
            medium: body.medium, description: body.description, sample: body.sample, entry: appended.entry.sequence,
            protection: body.protection.state)
    }

    /// What was sent to a disk and came back, for the record.
    private func attachment(_ report: ProbeReport?) async -> [Attachment] {
        guard let report, !report.replies.isEmpty else { return [] }
        return await keep(report.line, as: "replies.json", .replies)
    }

    private func warnIfSealed(_ medium: MediumID, _ device: String) async {
        let sealed = await read { reader in
            try reader.exhibits(of: medium).compactMap { try reader.exhibit($0) }.first { $0.seal != nil }
        }
        guard let record = sealed ?? nil, let seal = record.seal else { return }
        logger.warning(
            "A SEALED MEDIUM WAS PLUGGED IN",
            metadata: ["device": "\(device)", "exhibit": "\(record.id)", "seal": "\(seal)"])
        await self.record(
            .sealedMediumAttached(SealedMediumAttached(medium: medium, device: device, sealNumber: seal)),
            case: record.id.caseNumber, about: [.medium(medium), .exhibit(record.id), .seal(seal)])
    }

    /// Looks at all recorded disks again and again: a flag that root takes off, and a write past it, bring no event of udev.
    func watchProtectionRegularly() async {
        while (try? await Task.sleep(for: .seconds(5))) != nil {
            for name in disks.keys { watchProtection(of: name) }
        }
    }

    /// The protection of a medium that is attached now.
    func protection(of medium: MediumID) -> Protection? {
        disks.values.first { $0.medium?.medium == medium }.flatMap { WriteProtection.state(of: $0.device) }
    }

    /// Records requests that change the disk, where the kernel has counted more than the ledger knows.
    private func noteRequests(_ state: Protection, on disk: TrackedDisk, _ medium: AttachedMedium) {
        let before = disk.knownRequests
        guard state.requests > before else { return }
        disks[disk.device.name]?.knownRequests = state.requests
        logger.critical(
            "SOMETHING WROTE TO EVIDENCE, OR TRIED TO",
            metadata: [
                "device": "\(disk.device.node)", "writes": "\(state.writeRequests)", "discards": "\(state.discardRequests)",
                "flushes": "\(state.flushRequests)",
            ])
        let body = WriteCounted(medium: medium.medium, device: disk.device.node, state: state, before: before)
        observe { [self] in await record(.writeCounted(body), about: [.medium(medium.medium)]) }
    }

    /// Reads the protection of a recorded disk. A re-read of the partition table drops the flag; each look at a disk without it
    /// tries to set it again. That it was lost, and that it is back where it could not be set at once, is recorded once.
    func watchProtection(of name: String) {
        guard let disk = disks[name], let medium = disk.medium, let state = WriteProtection.state(of: disk.device) else { return }
        disks[name]?.protection = state
        noteRequests(state, on: disk, medium)
        guard !state.readOnly || disk.isUnprotected, !disk.isBeingProtected else { return }
        disks[name]?.isBeingProtected = true
        observe { [self] in
            let problem =
                state.readOnly
                ? nil
                : try? await onThread("fc-protect") { [probe = configuration.probe] in
                    Identification.protect(disk.device, probe)
                }
            let after = WriteProtection.state(of: disk.device)
            if disks[name]?.stay == disk.stay {
                disks[name]?.isBeingProtected = false
                if let after { disks[name]?.isUnprotected = !after.readOnly }
            }
            guard let after else { return }
            // Another attempt that failed says nothing new.
            guard after.readOnly || !disk.isUnprotected else { return }
            await recordLoss(after, problem ?? nil, device: disk.device.node, medium: medium.medium)
        }
    }

    /// Records that a flag was lost, or is back, and how it is now.
    private func recordLoss(_ state: Protection, _ problem: String?, device: String, medium: MediumID) async {
        logger.warning("write protection was lost", metadata: ["device": "\(device)", "isSet": "\(state.readOnly)"])
        let body = ProtectionLost(medium: medium, device: device, state: state, problem: problem)
        await record(.protectionLost(body), about: [.medium(medium)])
    }

    /// Media that were plugged in when an earlier run ended and are gone now.
    func closeStaleAttachments(present: [BlockDevice]) async {
        let sequences = Set(present.compactMap { TrackedDisk.Stay($0)?.diskSequence })
        let boot = ledger.boot
        let open = await read { try $0.unfinished(Subject.attachmentKind) } ?? []
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
        let own = [configuration.state] + configuration.destinations
        let system = all ? try await onThread("fc-system-disks") { SystemDisks.names(holding: own) } : []
        var views: [DeviceView] = []
        for disk in disks.values.sorted(by: { $0.device.node < $1.device.node }) where all || disk.isEvidence {
            guard let description = disk.medium?.description ?? MediumProbe.describe(disk.device) else { continue }
            var view = DeviceView(
                device: disk.device.node, description: description, protection: WriteProtection.state(of: disk.device),
                state: system.contains(disk.device.name) ? .system : disk.phase.state)
            view.health = disk.health
            if let medium = disk.medium {
                view.medium = medium.medium.text
                view.entry = medium.entry
                let record = try await ledger.read { reader in
                    try reader.exhibits(of: medium.medium).first.flatMap { try reader.exhibit($0) }
                }
                view.caseNumber = record?.id.caseNumber
                view.exhibit = record?.id.number
                view.state = record?.state ?? .attached
                view.labelDifferences = record?.registration?.labelDifferences
            }
            views.append(view)
        }
        return views
    }

    /// The recorded disk with a device node.
    ///
    /// - Throws: `Refusal`.
    func attachedMedium(at node: String) throws(Refusal) -> AttachedMedium {
        guard let disk = disks.values.first(where: { $0.device.node == node }) else { throw .unknownDevice(node) }
        switch disk.phase {
        case .system, .ignored: throw .notEvidence(node)
        case .identifying, .passedOver: throw .notIdentified(node)
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
        case .identifying, .passedOver: .identifying
        case .recorded: .attached
        }
    }
}

/// What is found out about a disk before it is recorded.
private enum Identification: Sendable {
    /// This machine lives on it; nothing was done to it.
    case system
    /// It went away, or another disk took its name.
    case gone
    case medium(Medium)

    /// A medium that was described.
    struct Medium: Sendable {
        /// What is known of it.
        var description: MediumDescription
        /// What udev and the kernel alone say of it.
        let reported: MediumDescription
        /// What it was asked and answered; nil where it was not asked.
        var report: ProbeReport?
        var sample: ContentSample?
        var protection: ProtectionAtAttach
    }

    /// Protects and describes a disk. Blocks.
    ///
    /// - Parameters:
    ///   - own: the state directory and the destinations.
    ///   - probe: the program that may ask disks who they are.
    init(_ device: BlockDevice, own: [FilePath], probe: ProbeClient) {
        if SystemDisks.names(holding: own).contains(device.name) {
            self = .system
            return
        }
        let before = WriteProtection.state(of: device)?.readOnly ?? false
        let problem = Self.protect(device, probe)
        guard let reported = MediumProbe.describe(device) else {
            self = .gone
            return
        }
        var description = reported
        let report = Self.ask(device, probe, &description)
        description.encryption = EncryptionHints.find(device, description)
        let sample = ContentSampler.sample(device, capacity: description.capacity)
        // What was read by name is worth something only if the name still means the same disk.
        guard let state = WriteProtection.state(of: device), device.isCurrent else {
            self = .gone
            return
        }
        self = .medium(
            Medium(
                description: description, reported: reported, report: report, sample: sample,
                protection: ProtectionAtAttach(readOnlyBefore: before, state: state, problem: problem)))
    }

    /// Has the disk asked who it is.
    ///
    /// - Returns: what came back.
    private static func ask(
        _ device: BlockDevice, _ probe: ProbeClient, _ description: inout MediumDescription
    ) -> ProbeReport? {
        if let card = DiskAnswers(cardIn: device) {
            description.take(card)
            return nil
        }
        do throws(ProbeClient.Failure) {
            let report = try probe.ask(ProbeRequest(.identify, device: device.name, diskSequence: device.diskSequence))
            description.take(report)
            return report
        } catch {
            description.unasked = error.text
            return nil
        }
    }

    /// Sets the read-only flags, by the program that may where the daemon may not; what went wrong, where something did.
    static func protect(_ device: BlockDevice, _ probe: ProbeClient) -> String? {
        do throws(MediaError) {
            try WriteProtection.set(device)
            return nil
        } catch {
            let request = ProbeRequest(.protect, device: device.name, diskSequence: device.diskSequence)
            return (try? probe.ask(request)) == nil ? error.message(in: .english) : nil
        }
    }
}
