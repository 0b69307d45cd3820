import Glibc
import Testing

extension Trait where Self == ConditionTrait {
    /// The test attaches block devices or changes users.
    public static var requiresRoot: Self { .enabled(if: getuid() == 0, "needs root, for block devices and other users") }

    /// The test needs a systemd-udevd; `scripts/test` starts one.
    public static var requiresUdev: Self { .enabled(if: access("/run/udev/control", F_OK) == 0, "needs a running systemd-udevd") }

    /// The test asks golang.org/x/mod, which is not ours.
    public static var requiresGo: Self {
        let library = "/usr/share/gocode/src/golang.org/x/mod/sumdb/tlog"
        return .enabled(
            if: (try? find("go")) != nil && access(library, F_OK) == 0,
            "needs the Debian packages golang-go and golang-golang-x-mod-dev")
    }

    /// The test reads a QR code as a stranger's program does.
    public static var requiresCodeReader: Self {
        .enabled(
            if: (try? find("zbarimg")) != nil && (try? find("rsvg-convert")) != nil,
            "needs the Debian packages zbar-tools and librsvg2-bin")
    }
}
