#define _GNU_SOURCE
#include "CLinux.h"

#include <errno.h>
#include <fcntl.h>
#include <linux/audit.h>
#include <linux/capability.h>
#include <linux/filter.h>
#include <linux/fs.h>
#include <linux/fsverity.h>
#include <linux/landlock.h>
#include <linux/magic.h>
#include <linux/nvme_ioctl.h>
#include <linux/seccomp.h>
#include <scsi/sg.h>
#include <stddef.h>
#include <stdio.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <sys/sysmacros.h>
#include <sys/statfs.h>
#include <sys/timerfd.h>
#include <sys/timex.h>
#include <unistd.h>

const int clinux_o_direct = O_DIRECT;
const int clinux_so_peercred = SO_PEERCRED;

_Static_assert(sizeof(struct clinux_ucred) == sizeof(struct ucred), "struct clinux_ucred mirrors struct ucred");

int clinux_block_capacity(int fd, uint64_t *bytes) {
    return ioctl(fd, BLKGETSIZE64, bytes) < 0 ? -errno : 0;
}

int clinux_block_logical_sector_size(int fd, uint32_t *bytes) {
    int size = 0;
    if (ioctl(fd, BLKSSZGET, &size) < 0)
        return -errno;
    *bytes = (uint32_t)size;
    return 0;
}

int clinux_block_physical_sector_size(int fd, uint32_t *bytes) {
    return ioctl(fd, BLKPBSZGET, bytes) < 0 ? -errno : 0;
}

int clinux_block_read_only(int fd, bool *read_only) {
    int flag = 0;
    if (ioctl(fd, BLKROGET, &flag) < 0)
        return -errno;
    *read_only = flag != 0;
    return 0;
}

int clinux_block_set_read_only(int fd) {
    int flag = 1;
    return ioctl(fd, BLKROSET, &flag) < 0 ? -errno : 0;
}

int clinux_block_disk_sequence(int fd, uint64_t *sequence) {
    return ioctl(fd, BLKGETDISKSEQ, sequence) < 0 ? -errno : 0;
}

int clinux_reserve(int fd, off_t length) {
    return fallocate(fd, FALLOC_FL_KEEP_SIZE, 0, length) < 0 ? -errno : 0;
}

int clinux_is_in_memory(int fd) {
    struct statfs status;
    return fstatfs(fd, &status) < 0 ? -errno : status.f_type == TMPFS_MAGIC;
}

int clinux_rename_new(const char *from, const char *to) {
    return renameat2(AT_FDCWD, from, AT_FDCWD, to, RENAME_NOREPLACE) < 0 ? -errno : 0;
}

void clinux_begin_writeback(int fd) {
    // Only a hint: what fails is heard of at the next fsync.
    (void)sync_file_range(fd, 0, 0, SYNC_FILE_RANGE_WRITE);
}

int clinux_verity_enable(int fd) {
    struct fsverity_enable_arg arg = {.version = 1, .hash_algorithm = FS_VERITY_HASH_ALG_SHA256, .block_size = 4096};
    return ioctl(fd, FS_IOC_ENABLE_VERITY, &arg) < 0 ? -errno : 0;
}

int clinux_verity_measure(int fd, uint8_t digest[32]) {
    union {
        struct fsverity_digest measured;
        uint8_t room[sizeof(struct fsverity_digest) + 64];
    } answer = {.measured = {.digest_size = 64}};
    if (ioctl(fd, FS_IOC_MEASURE_VERITY, &answer) < 0)
        return -errno;
    if (answer.measured.digest_algorithm != FS_VERITY_HASH_ALG_SHA256 || answer.measured.digest_size != 32)
        return -EMSGSIZE;
    memcpy(digest, answer.room + sizeof(struct fsverity_digest), 32);
    return 0;
}

int clinux_clock_synchronised(void) {
    struct timex clock = {.modes = 0};
    return adjtimex(&clock) < 0 ? -errno : (clock.status & STA_UNSYNC) == 0;
}

int clinux_clock_watch(void) {
    int fd = timerfd_create(CLOCK_REALTIME, TFD_CLOEXEC | TFD_NONBLOCK);
    if (fd < 0)
        return -errno;
    // A moment that never comes (systemd takes the same one): the timer can only be cancelled, by setting the clock.
    struct itimerspec never = {.it_value = {.tv_sec = INT64_MAX}};
    if (timerfd_settime(fd, TFD_TIMER_ABSTIME | TFD_TIMER_CANCEL_ON_SET, &never, NULL) < 0 && errno != ECANCELED) {
        int error = errno;
        close(fd);
        return -error;
    }
    return fd;
}

bool clinux_clock_was_set(int fd) {
    uint64_t expirations;
    return read(fd, &expirations, sizeof expirations) < 0 && errno == ECANCELED;
}

uint32_t clinux_major(dev_t device) { return major(device); }
uint32_t clinux_minor(dev_t device) { return minor(device); }

int clinux_scsi_read(int fd, const uint8_t *command, uint8_t command_length, uint8_t *data, uint32_t length,
                     uint32_t milliseconds, struct clinux_drive_answer *answer) {
    memset(answer, 0, sizeof *answer);
    memset(data, 0, length);
    sg_io_hdr_t header = {
        .interface_id = 'S',
        .dxfer_direction = length > 0 ? SG_DXFER_FROM_DEV : SG_DXFER_NONE,
        .cmd_len = command_length,
        .mx_sb_len = sizeof answer->sense,
        .dxfer_len = length,
        .dxferp = data,
        .cmdp = (unsigned char *)command,
        .sbp = answer->sense,
        .timeout = milliseconds,
    };
    if (ioctl(fd, SG_IO, &header) < 0)
        return -errno;
    answer->length = header.resid >= 0 && (uint32_t)header.resid <= length ? length - (uint32_t)header.resid : 0;
    answer->status = header.status;
    answer->host = header.host_status;
    answer->driver = header.driver_status;
    answer->sense_length = header.sb_len_wr;
    return 0;
}

int clinux_nvme_read(int fd, uint8_t opcode, uint32_t namespace, uint32_t cdw10, uint32_t cdw11, uint8_t *data, uint32_t length,
                     uint32_t milliseconds, struct clinux_drive_answer *answer) {
    memset(answer, 0, sizeof *answer);
    memset(data, 0, length);
    struct nvme_admin_cmd command = {
        .opcode = opcode,
        .nsid = namespace,
        .addr = (uintptr_t)data,
        .data_len = length,
        .cdw10 = cdw10,
        .cdw11 = cdw11,
        .timeout_ms = milliseconds,
    };
    int status = ioctl(fd, NVME_IOCTL_ADMIN_CMD, &command);
    if (status < 0)
        return -errno;
    answer->status = (uint32_t)status;
    answer->length = status == 0 ? length : 0;
    return 0;
}

int clinux_nvme_namespace(int fd) {
    int id = ioctl(fd, NVME_IOCTL_ID);
    return id < 0 ? -errno : id;
}

const int clinux_cap_sys_rawio = CAP_SYS_RAWIO;
const int clinux_cap_sys_admin = CAP_SYS_ADMIN;

int clinux_keep_capability(int capability) {
    struct __user_cap_header_struct header = {.version = _LINUX_CAPABILITY_VERSION_3};
    struct __user_cap_data_struct had[2], data[2] = {{0}, {0}};
    if (syscall(SYS_capget, &header, had) < 0)
        return -errno;
    if (capability >= 0) {
        // What was not there cannot be kept.
        unsigned word = (unsigned)capability / 32, bit = 1u << ((unsigned)capability % 32);
        data[word].permitted = data[word].effective = had[word].permitted & bit;
        data[word].inheritable = had[word].inheritable & bit;
    }
    // Ambient capabilities that are no longer permitted and inheritable go with them (capabilities(7)).
    return syscall(SYS_capset, &header, data) < 0 ? -errno : 0;
}

#if defined(__x86_64__)
#define ARCHITECTURE AUDIT_ARCH_X86_64
#elif defined(__aarch64__)
#define ARCHITECTURE AUDIT_ARCH_AARCH64
#else
#error "name the architecture for seccomp"
#endif

#define WORD(field) BPF_STMT(BPF_LD | BPF_W | BPF_ABS, offsetof(struct seccomp_data, field))
#define ANSWER(value) BPF_STMT(BPF_RET | BPF_K, (value))
// Goes on with the next statement where the loaded word is `value`, else skips `otherwise` statements.
#define IF(value, otherwise) BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, (value), 0, (otherwise))
#define SKIP(count) BPF_STMT(BPF_JMP | BPF_JA, (count))

int clinux_open_read_only_from_now_on(void) {
    // Arguments are 64 bits wide; flags are in the lower half, which comes first on both architectures.
    struct sock_filter program[] = {
        WORD(arch),
        BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, ARCHITECTURE, 1, 0),
        ANSWER(SECCOMP_RET_KILL_PROCESS),
        WORD(nr),
        IF(SYS_openat2, 1),
        ANSWER(SECCOMP_RET_ERRNO | ENOSYS),
        IF(SYS_openat, 2),
        WORD(args[2]),
#ifdef SYS_open
        SKIP(2),
        IF(SYS_open, 3),
        WORD(args[1]),
#else
        SKIP(1),
        ANSWER(SECCOMP_RET_ALLOW),
#endif
        BPF_JUMP(BPF_JMP | BPF_JSET | BPF_K, O_ACCMODE | O_CREAT | O_TRUNC, 0, 1),
        ANSWER(SECCOMP_RET_ERRNO | EROFS),
        ANSWER(SECCOMP_RET_ALLOW),
    };
    struct sock_fprog filter = {.len = sizeof program / sizeof program[0], .filter = program};
    if (prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) < 0 || prctl(PR_SET_SECCOMP, SECCOMP_MODE_FILTER, &filter) < 0)
        return -errno;
    return 0;
}

int clinux_confine_files(const char *folder, bool writing) {
    long abi = syscall(SYS_landlock_create_ruleset, NULL, 0, LANDLOCK_CREATE_RULESET_VERSION);
    if (abi < 1)
        return abi < 0 && errno != ENOSYS ? -errno : -EOPNOTSUPP;
    // The rights of the first version, and what later ones took from what was allowed to all: moving and truncating.
    uint64_t handled = (LANDLOCK_ACCESS_FS_MAKE_SYM << 1) - 1;
    uint64_t allowed = LANDLOCK_ACCESS_FS_READ_FILE | LANDLOCK_ACCESS_FS_READ_DIR;
    if (writing)
        allowed |= LANDLOCK_ACCESS_FS_WRITE_FILE | LANDLOCK_ACCESS_FS_MAKE_REG | LANDLOCK_ACCESS_FS_REMOVE_FILE;
    const uint64_t refer = UINT64_C(1) << 13, truncate = UINT64_C(1) << 14;
    if (abi >= 2)
        handled |= refer;
    if (abi >= 3) {
        handled |= truncate;
        if (writing)
            allowed |= truncate;
    }
    struct landlock_ruleset_attr rules = {.handled_access_fs = handled};
    int ruleset = (int)syscall(SYS_landlock_create_ruleset, &rules, sizeof rules, 0);
    if (ruleset < 0)
        return -errno;
    struct landlock_path_beneath_attr below = {.allowed_access = allowed, .parent_fd = open(folder, O_PATH | O_CLOEXEC)};
    int result = 0;
    if (below.parent_fd < 0 || syscall(SYS_landlock_add_rule, ruleset, LANDLOCK_RULE_PATH_BENEATH, &below, 0) < 0 ||
        prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) < 0 || syscall(SYS_landlock_restrict_self, ruleset, 0) < 0)
        result = -errno;
    if (below.parent_fd >= 0)
        close(below.parent_fd);
    close(ruleset);
    return result;
}

int clinux_close_from(unsigned int first) { return close_range(first, ~0U, 0) < 0 ? -errno : 0; }
