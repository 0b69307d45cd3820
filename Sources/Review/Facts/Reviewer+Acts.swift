import Custody
import Integrity

// What each act says, put where the rules look for it.
extension Reviewer {
    mutating func note(_ entry: Entry) {
        let act = ActFacts(
            entry: entry.sequence, time: entry.time, files: Set(entry.draft.attachments.map(\.type)))
        switch entry.act {
        case .caseOpened(let body): withCase(body.number) { $0.opened = entry.sequence }
        case .mediumAttached(let body): noteWrites(body.protection.state, of: body.medium, in: entry)
        case .mediumDetached(let body): noteWrites(body.protection, of: body.medium, in: entry)
        case .protectionLost(let body): noteWrites(body.state, of: body.medium, in: entry)
        case .writeCounted(let body): note(body.medium, writes: entry.sequence)
        case .sealedMediumAttached(let body): note(body.medium, attachedSealed: entry.sequence)
        case .mediumRegistered(let body): note(body, act)
        case .mediumSealed(let body):
            let act = act.with(body.circumstances)
            with(body.exhibit) {
                $0.sealings.append(.init(act: act, number: body.number))
                $0.seal = body.number
            }
        case .mediumUnsealed(let body):
            let act = act.with(body.circumstances)
            with(body.exhibit) {
                $0.sealChecks.append(
                    .init(
                        entry: act.entry, occasion: .unsealing, expected: $0.seal, read: body.number, condition: body.condition))
                $0.unsealings.append(act)
                $0.seal = nil
            }
        case .mediumTransferred(let body):
            let act = act.with(body.circumstances).with(body.from, as: .deliverer).with(body.to, as: .receiver)
            with(body.exhibit) {
                $0.sealChecks.append(
                    .init(
                        entry: act.entry, occasion: .handover, expected: $0.seal, read: body.sealNumber, condition: body.seal))
                $0.handovers.append(.init(act: act, received: act, contents: body.reason, isOneEntry: true))
                $0.handOver(act, by: body.from)
                $0.keep(act, custodian: body.to, location: body.location)
            }
        case .acquisitionStarted(let body):
            noteWrites(body.protection, of: body.medium, in: entry)
            let tool = body.tool
            let isComplete =
                ![tool.name, tool.version, tool.kernel, tool.host].contains { $0.isEmpty } && !body.parameters.isEmpty
            with(body.exhibit) {
                $0.starts[body.acquisition] = .init(entry: act.entry, capacity: body.capacity, isComplete: isComplete)
            }
        case .acquisitionFinished(let body):
            noteWrites(body.protection, of: body.medium, in: entry)
            with(body.exhibit) {
                $0.images.append(
                    .init(
                        act: act, acquisition: body.acquisition, path: body.image, bytes: body.bytes,
                        digests: body.digests.keys.sorted(), hasBlockTree: body.blockTree != nil,
                        digestSource: body.digestSource ?? .stream,
                        unreadableBytes: body.unreadableBytes,
                        listedBytes: body.unreadable.reduce(0) { $0.addingReportingOverflow($1.length).partialValue },
                        hasErrorMap: act.files.contains(.errorMap), start: $0.starts[body.acquisition]))
                $0.recorded[body.image] = body
                for copy in body.copies ?? [] where copy.problem == nil && copy.image != body.image {
                    $0.copies.append(.init(entry: act.entry, path: copy.image))
                    $0.recorded[copy.image] = body
                }
            }
        case .acquisitionEnded(let body): noteWrites(body.protection, of: body.medium, in: entry)
        case .imageVerified(let body):
            guard body.isComplete || !body.matches else { break }
            with(body.exhibit) {
                $0.noteReading(of: body.image, body.matches, act.entry) { $0.acquisition == body.acquisition }
            }
        case .imageCopied(let body):
            // Where nothing came of it there is nothing to compare.
            let hasValues = !body.to.digests.isEmpty || body.to.blockTree != nil
            guard hasValues || body.matches else { break }
            let comparison = ExhibitFacts.Comparison(
                entry: act.entry, path: body.to.path, isSame: hasValues ? body.matches : nil)
            with(body.exhibit) {
                let imported = body.purpose == .import ? body.image : nil
                if body.from.format != body.to.format {
                    $0.conversions.append(comparison)
                } else if imported == nil {
                    $0.copies.append(comparison)
                }
                // What was made elsewhere is no copy of an image of ours: it is one more image, and later readings are its own.
                if let imported { $0.images.append(.init(imported: imported, act)) }
                if let made = body.image { $0.recorded[made.image] = made }
            }
        case .restorationFinished(let body): with(body.exhibit) { $0.note(body, act.entry) }
        case .imagesCompared(let body):
            guard body.problem == nil else { break }
            with(body.exhibit) { facts in
                let paths = [body.first.path, body.second.path]
                // What a copy is compared with must be the image: a difference from any other file says nothing about the copy.
                guard facts.images.contains(where: { paths.contains($0.path) }) else { return }
                for index in facts.copies.indices where paths.contains(facts.copies[index].path) {
                    (facts.copies[index].entry, facts.copies[index].isSame) = (act.entry, body.equal)
                }
                guard facts.ownImages.contains(where: { paths.contains($0.path) }) else { return }
                for index in facts.images.indices where facts.images[index].isImported {
                    guard paths.contains(facts.images[index].path) else { continue }
                    facts.images[index].comparison = .init(entry: act.entry, isSame: body.equal)
                }
            }
        case .actSigned(let body):
            after(body.entry) {
                $0.slots.append(
                    .init(
                        entry: act.entry, role: body.role, person: body.person, manner: body.manner,
                        trustedByStation: body.trustedByStation, reason: body.reason))
            }
        default: noteRecorded(entry, act)
        }
    }

    /// The populations of a case as the rules look at them.
    func populations(of caseNumber: String) -> [CaseFacts.Population] {
        samples.populations.filter { $0.caseNumber == caseNumber }.map { population in
            CaseFacts.Population(
                entry: population.entry, size: population.body.members.count,
                draws: population.draws.map { draw in
                    CaseFacts.Draw(
                        entry: draw.entry, follows: draw.follows, isReasoned: !draw.body.reason.isEmpty,
                        members: draw.body.members.count,
                        checked: draw.checks.values.sorted { $0.entry < $1.entry }.map { ($0.entry, $0.isGood) })
                })
        }
    }

    private mutating func note(_ body: MediumRegistered, _ act: ActFacts) {
        let description = body.description
        let act = act.with(body.circumstances)
        bind(body.medium, to: body.exhibit)
        begin(body.exhibit)
        label(body.exhibit, in: act.entry)
        with(body.exhibit) {
            $0.registration = act
            $0.reported = .init(
                make: description.make, model: description.model, capacity: String(description.capacity),
                serial: description.serial, identification: description.wwn)
            $0.label.add(body.label)
            // A seized medium that is bound to its disk stays where the seizure put it.
            if let last = $0.keepings.last, last.custodian == body.custodian, last.location == body.location { return }
            $0.keep(act, custodian: body.custodian, location: body.location)
        }
    }

    private mutating func noteWrites(_ protection: Protection?, of medium: MediumID, in entry: Entry) {
        guard let protection, protection.writeRequests > 0 || protection.discardRequests > 0 else { return }
        note(medium, writes: entry.sequence)
    }
}

extension ExhibitFacts.Image {
    /// An image that was made elsewhere, as it was taken in.
    fileprivate init(imported made: AcquisitionFinished, _ act: ActFacts) {
        self.init(
            act: act, isImported: true, acquisition: made.acquisition, path: made.image, bytes: made.bytes,
            digests: made.digests.keys.sorted(), hasBlockTree: made.blockTree != nil, digestSource: .readBack,
            unreadableBytes: 0, listedBytes: 0, hasErrorMap: false)
    }
}

extension ExhibitFacts {
    /// A copy or an image was read in whole, or found to differ.
    ///
    /// - Parameter isImage: tells which image it is where it is no copy.
    fileprivate mutating func noteReading(of path: String, _ matches: Bool, _ entry: Int, isImage: (Image) -> Bool) {
        if let copy = copies.firstIndex(where: { $0.path == path }) {
            (copies[copy].entry, copies[copy].isSame) = (entry, matches)
            return
        }
        for index in images.indices where isImage(images[index]) { images[index].verifications.append((entry, matches)) }
    }

    /// An image was written back to a device, and both were read. That the rest of the device could not be wiped says nothing
    /// about the copy.
    fileprivate mutating func note(_ body: RestorationFinished, _ entry: Int) {
        let isImageRecorded = recorded[body.from.path].map { body.from.isRecorded(in: $0) } ?? body.matches
        if !isImageRecorded { noteReading(of: body.from.path, false, entry) { $0.path == body.from.path } }
        // A device without the end of the image is no copy of the medium, and the record says so.
        guard body.tails.missing == nil else { return }
        restored.removeAll { $0.target.isSame(as: body.target) }
        restored.append(
            .init(entry: entry, target: body.target, isSame: isImageRecorded && body.differingBytes == 0))
    }
}

extension ExhibitFacts.Appearance {
    /// Takes over what a label says and was not known.
    mutating func add(_ label: MediumLabel) {
        make = make ?? label.make
        model = model ?? label.model
        capacity = capacity ?? label.capacity
        serial = serial ?? label.serial
        identification = identification ?? label.identification
        owner = owner ?? label.owner
    }

    /// Puts another text in the place of a member of a label.
    mutating func correct(_ member: String, _ text: String) {
        switch member {
        case "make": make = text
        case "model": model = text
        case "capacity": capacity = text
        case "serial": serial = text
        case "identification": identification = text
        case "owner": owner = text
        default: break
        }
    }
}

extension RestorationTarget {
    /// Whether it is the same device: by what it says of itself, and where it says nothing by its stay.
    fileprivate func isSame(as other: RestorationTarget) -> Bool {
        guard serial == nil, other.serial == nil else {
            return serial == other.serial && model == other.model && capacity == other.capacity
        }
        return device == other.device && diskSequence == other.diskSequence && capacity == other.capacity
    }
}
