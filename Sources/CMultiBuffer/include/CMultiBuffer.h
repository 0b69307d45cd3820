// SHA-256 of many blocks at once, by Intel's multi-buffer library (libIPSec_MB) where this machine has it. It is loaded while
// the program runs and is never linked: a program that was built with its header runs without the library, and without
// the header the program is built all the same and never looks for it.
#ifndef FENGCUN_CMULTIBUFFER_H
#define FENGCUN_CMULTIBUFFER_H

#include <stddef.h>
#include <stdint.h>

/// What one thread needs; not to be shared between threads.
typedef struct cmultibuffer cmultibuffer;

/// NULL where the library is absent, is another version than the program was built with, or gains nothing on this processor.
cmultibuffer *cmultibuffer_open(void);
void cmultibuffer_close(cmultibuffer *manager);

/// SHA-256 of `count` blocks of `length` bytes that follow one another; 32 bytes for each go to `digests`. A length is at most
/// 65,534. Returns 0, or -1 where the library failed: then the digests are not valid.
int cmultibuffer_sha256(cmultibuffer *manager, const uint8_t *blocks, size_t length, size_t count, uint8_t *digests);

#endif
