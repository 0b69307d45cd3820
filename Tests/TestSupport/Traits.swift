import Glibc
import Testing

extension Trait where Self == ConditionTrait {
    /// The test attaches block devices or changes users.
    public static var requiresRoot: Self { .enabled(if: getuid() == 0, "needs root, for block devices and other users") }

    /// The test needs a systemd-udevd; `scripts/test` starts one.
    public static var requiresUdev: Self { .enabled(if: access("/run/udev/control", F_OK) == 0, "needs a running systemd-udevd") }
}
