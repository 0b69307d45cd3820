import Custody
import Media
import SafeText

// Disks that cannot be recorded as media: a plug without rest, a capacity that nobody can believe.
extension Station {
    /// Whether a stay is recorded; what is not is counted.
    func admits(_ device: BlockDevice) -> Bool {
        switch arrivals.add(place(of: device), device: device.node, at: .now, time: .now()) {
        case .record: return true
        case .count: return false
        case .beginCounting:
            logger.warning(
                "a disk comes and goes without end; its stays are counted", metadata: ["device": "\(device.node)"])
            // Counting ends once the place was quiet for a window; as long as it is not, one look a window does.
            Task { [self] in
                while !isStopping, arrivals.isCounting {
                    try? await Task.sleep(for: ArrivalLimit.window)
                    await endCounting()
                }
            }
            return false
        }
    }

    /// Records what was counted at places that are quiet now, and looks at the disks that stayed there.
    private func endCounting() async {
        for sum in arrivals.close(at: .now) {
            await record(.diskPassedOver(sum), about: [.station])
            for disk in disks.values where disk.isPassedOver && place(of: disk.device) == sum.place {
                disks[disk.device.name] = nil
                diskChanged(disk.device, foundAtStart: false)
            }
        }
    }

    /// Records a disk whose capacity is none, once for each stay.
    func noteIncredibleCapacity(of device: BlockDevice) {
        guard incredible[device.name] != device.diskSequence, admits(device) else { return }
        incredible[device.name] = device.diskSequence
        logger.warning("a disk claims a capacity that cannot be", metadata: ["device": "\(device.node)"])
        let now = Timestamp.now()
        let body = DiskPassedOver(
            place: place(of: device), device: device.node, reason: .capacity, count: 1, first: now, last: now)
        observe { [self] in await record(.diskPassedOver(body), about: [.station]) }
    }

    private func place(of device: BlockDevice) -> String {
        MediumProbe.clean(device.properties["ID_PATH"]) ?? device.node
    }
}
