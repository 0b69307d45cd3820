// What the Linux kernel and glibc offer and Swift cannot call: ioctls, GNU extensions, struct ucred.
// Thin shims only. Every function returns 0 or a count on success and -errno on failure.
#ifndef FENGCUN_CLINUX_H
#define FENGCUN_CLINUX_H

#include <stdbool.h>
#include <stdint.h>
#include <sys/types.h>

/// O_DIRECT, which <fcntl.h> hides behind _GNU_SOURCE.
extern const int clinux_o_direct;

/// Capacity of a block device in bytes (BLKGETSIZE64).
int clinux_block_capacity(int fd, uint64_t *bytes);
/// Logical sector size in bytes (BLKSSZGET).
int clinux_block_logical_sector_size(int fd, uint32_t *bytes);
/// Physical sector size in bytes (BLKPBSZGET).
int clinux_block_physical_sector_size(int fd, uint32_t *bytes);
/// The kernel's read-only flag (BLKROGET).
int clinux_block_read_only(int fd, bool *read_only);
/// Sets the kernel's read-only flag (BLKROSET); wants CAP_SYS_ADMIN, works on a descriptor opened for reading.
int clinux_block_set_read_only(int fd);
/// The disk sequence number, which no two disks share between two boots (BLKGETDISKSEQ, Linux 5.15).
int clinux_block_disk_sequence(int fd, uint64_t *sequence);

/// Reserves the blocks of [0, length) without changing the file's size (fallocate, FALLOC_FL_KEEP_SIZE).
int clinux_reserve(int fd, off_t length);
/// 1 where a file lies on a file system in memory (fstatfs, TMPFS_MAGIC), 0 where it does not.
int clinux_is_in_memory(int fd);
/// rename(2) that fails with EEXIST where `to` exists (renameat2, RENAME_NOREPLACE).
int clinux_rename_new(const char *from, const char *to);

/// Asks the kernel to begin writing the changed pages of a file, and does not wait (sync_file_range, SYNC_FILE_RANGE_WRITE).
void clinux_begin_writeback(int fd);

/// Makes the kernel build the block tree of a file and check every later read against it (FS_IOC_ENABLE_VERITY): SHA-256,
/// blocks of 4,096 bytes, no salt. The descriptor is open for reading, and nobody has the file open for writing.
int clinux_verity_enable(int fd);
/// The fs-verity digest that the kernel enforces (FS_IOC_MEASURE_VERITY); -EMSGSIZE where it is no SHA-256.
int clinux_verity_measure(int fd, uint8_t digest[32]);

/// 1 when the kernel's clock is disciplined by a time source, 0 when not (adjtimex, STA_UNSYNC), -errno when it may not be asked.
int clinux_clock_synchronised(void);

/// A descriptor that becomes readable when the system's clock is set (timerfd, TFD_TIMER_CANCEL_ON_SET), or -errno.
int clinux_clock_watch(void);
/// Reads such a descriptor without waiting: whether the clock was set since the last call.
bool clinux_clock_was_set(int fd);

/// The peer of a connected unix socket, as the kernel knows it (SO_PEERCRED; unix(7)).
struct clinux_ucred {
    pid_t pid;
    uid_t uid;
    gid_t gid;
};
/// The socket option that yields `struct clinux_ucred`.
extern const int clinux_so_peercred;

/// From here on this process reads no file outside `folder`, and with `writing` makes and writes regular files in it and nowhere
/// else (landlock(7)). For the calling thread and those that it starts. -EOPNOTSUPP where the kernel has no Landlock.
int clinux_confine_files(const char *folder, bool writing);
/// Closes every descriptor from `first` on (close_range(2)).
int clinux_close_from(unsigned int first);

/// Major and minor number of a device number.
uint32_t clinux_major(dev_t device);
uint32_t clinux_minor(dev_t device);

/// What became of a command that was sent to a drive.
struct clinux_drive_answer {
    /// Bytes of data that came.
    uint32_t length;
    /// SCSI: status byte (SAM), host byte and driver byte of the SG_IO header. NVMe: the status field.
    uint32_t status, host, driver;
    /// SCSI: sense data and their length.
    uint8_t sense[64];
    uint32_t sense_length;
};
/// Sends a SCSI command that gives data or has none (SG_IO; SG_DXFER_FROM_DEV where `length` is not 0, else SG_DXFER_NONE: data
/// never go to the drive). Data that did not come are zero.
int clinux_scsi_read(int fd, const uint8_t *command, uint8_t command_length, uint8_t *data, uint32_t length,
                     uint32_t milliseconds, struct clinux_drive_answer *answer);
/// Sends an NVMe admin command that gives data (NVME_IOCTL_ADMIN_CMD). The kernel derives the direction from the opcode.
int clinux_nvme_read(int fd, uint8_t opcode, uint32_t namespace, uint32_t cdw10, uint32_t cdw11, uint8_t *data, uint32_t length,
                     uint32_t milliseconds, struct clinux_drive_answer *answer);
/// The identifier of the namespace that a block device is (NVME_IOCTL_ID).
int clinux_nvme_namespace(int fd);

/// Gives up all capabilities but one (capset), for this process and what it executes; none where the number is negative.
int clinux_keep_capability(int capability);
extern const int clinux_cap_sys_rawio;
extern const int clinux_cap_sys_admin;
/// From now on this process and what it executes can open nothing for writing: open(2) and openat(2) answer EROFS, openat2(2)
/// ENOSYS (seccomp). It cannot be taken back.
int clinux_open_read_only_from_now_on(void);

#endif
