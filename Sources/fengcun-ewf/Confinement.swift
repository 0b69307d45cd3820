import CLinux
import CSeccomp
import Glibc

/// Takes from this process whatever it does not need, before the first byte of a stranger's file is looked at.
enum Confinement {
    /// What reading and writing files, memory and the end of a process need. No socket, no other process, no program, no thread.
    private static let calls = [
        "read", "pread64", "readv", "write", "pwrite64", "writev", "lseek", "_llseek", "openat", "open", "close", "fstat",
        "newfstatat",
        "stat", "lstat", "statx", "getdents64", "ftruncate", "fsync", "access", "faccessat", "faccessat2", "fcntl", "unlink",
        "unlinkat",
        "mmap", "munmap", "mremap", "mprotect", "madvise", "brk", "futex", "getrandom", "clock_gettime", "gettimeofday", "time",
        "getpid", "gettid", "rt_sigreturn", "rt_sigprocmask", "rt_sigaction", "sched_yield", "exit", "exit_group",
        "restart_syscall", "umask", "getcwd", "readlink", "readlinkat", "uname", "sched_getaffinity", "prlimit64",
    ]

    /// Leaves this process one folder and nothing else.
    ///
    /// - Throws: `Failure` where the kernel does not do it; then no file may be looked at.
    static func enter(_ folder: String, writing: Bool) throws(Failure) {
        guard clinux_close_from(3) == 0 else { throw Failure("cannot close what was inherited") }
        var none = rlimit(rlim_cur: 0, rlim_max: 0)
        setrlimit(__rlimit_resource_t(RLIMIT_CORE.rawValue), &none)
        let result = clinux_confine_files(folder, writing)
        guard result == 0 else { throw Failure("cannot be confined to \(folder): \(String(cString: strerror(-result)))") }
        // SCMP_ACT_ERRNO(EPERM) and SCMP_ACT_ALLOW, which are macros.
        guard let filter = seccomp_init(0x0005_0000 | UInt32(EPERM)) else { throw Failure("cannot be confined (seccomp)") }
        defer { seccomp_release(filter) }
        for name in calls {
            let number = seccomp_syscall_resolve_name(name)
            // Some machines never had some of them.
            guard number != __NR_SCMP_ERROR else { continue }
            guard seccomp_rule_add_array(filter, 0x7fff_0000, number, 0, nil) == 0 else {
                throw Failure("cannot be confined: \(name)")
            }
        }
        guard seccomp_load(filter) == 0 else { throw Failure("cannot be confined (seccomp)") }
    }
}

/// Why nothing came of it, in one line.
struct Failure: Error {
    let reason: String

    init(_ reason: String) { self.reason = reason }
}
