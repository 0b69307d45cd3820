#define _GNU_SOURCE
#include "CLinux.h"

#include <errno.h>
#include <fcntl.h>
#include <linux/fs.h>
#include <linux/fsverity.h>
#include <stdio.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/socket.h>
#include <sys/sysmacros.h>
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
