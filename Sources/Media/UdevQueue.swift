import Glibc

/// The events that udevd has not finished with.
public enum UdevQueue {
    /// Whether there are none. udevd keeps this file as long as its queue holds something (`udevadm settle` looks at it, too).
    public static var isEmpty: Bool { access("/run/udev/queue", F_OK) != 0 }
}
