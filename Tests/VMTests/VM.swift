import TestSupport
import Testing

/// Tests of the installed packages in an emulated machine, with the real unit under the real systemd and udev, on drives that are
/// plugged in. One after another: they share the machine.
@Suite("VM", .serialized, .requiresLaboratory, .timeLimit(.minutes(60)))
enum VM {}
