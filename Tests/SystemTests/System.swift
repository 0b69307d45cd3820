import TestSupport
import Testing

/// Tests of the real programs on real block devices with a real systemd-udevd. One after the other: they share udev and
/// the loop devices of the machine.
@Suite("System", .serialized, .requiresRoot, .requiresUdev, .timeLimit(.minutes(15)))
enum System {}
