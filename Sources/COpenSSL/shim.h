#include <openssl/evp.h>
#include <openssl/pem.h>
#include <openssl/err.h>
#include <openssl/rand.h>
#include <openssl/ts.h>

// How names are printed: RFC 2253, with characters beyond ASCII left as UTF-8. (The macro is too complex for Swift.)
static const unsigned long openssl_name_flags = XN_FLAG_RFC2253 & ~ASN1_STRFLGS_ESC_MSB;
