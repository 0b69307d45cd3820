// QR codes (ISO/IEC 18004) by libqrencode, where this machine has it. It is loaded while the program runs and is never linked:
// a station works without it, and its receipts say then that they have no code.
#ifndef FENGCUN_CQRENCODE_H
#define FENGCUN_CQRENCODE_H

#include <stddef.h>
#include <stdint.h>

/// Whether the library is there.
int cqrencode_is_available(void);

/// The code of `length` bytes (1 to 2,953, less what says that they are UTF-8). `correction` is 0 for 7 % of errors that can be
/// corrected, 1 for 15 %. Returns one byte for each module, row by row, 1 where it is dark, and the modules of a side in
/// `width`; whoever calls frees it. NULL where the library is absent, the text does not fit or memory ran out.
uint8_t *cqrencode_utf8(const uint8_t *text, size_t length, int correction, size_t *width);

#endif
