#include <openssl/evp.h>
#include <openssl/pem.h>
#include <openssl/err.h>
#include <openssl/rand.h>
#include <openssl/x509.h>
#include <openssl/x509_vfy.h>
#include <openssl/x509v3.h>
#include <openssl/asn1.h>
#include <openssl/cms.h>
#include <openssl/pkcs12.h>
#include <openssl/ess.h>
#include <openssl/ts.h>

// Stacks are macros, which Swift does not see.
static inline int fc_certificate_count(STACK_OF(X509) *stack) { return stack == NULL ? 0 : sk_X509_num(stack); }
static inline X509 *fc_certificate(STACK_OF(X509) *stack, int index) { return sk_X509_value(stack, index); }
static inline STACK_OF(X509) *fc_certificates_new(void) { return sk_X509_new_null(); }
static inline int fc_certificates_push(STACK_OF(X509) *stack, X509 *certificate) { return sk_X509_push(stack, certificate); }
static inline void fc_certificates_free(STACK_OF(X509) *stack) { sk_X509_free(stack); }
static inline void fc_certificates_pop_free(STACK_OF(X509) *stack) { sk_X509_pop_free(stack, X509_free); }
static inline int fc_signer_count(STACK_OF(CMS_SignerInfo) *stack) { return stack == NULL ? 0 : sk_CMS_SignerInfo_num(stack); }
static inline CMS_SignerInfo *fc_signer(STACK_OF(CMS_SignerInfo) *stack, int index) { return sk_CMS_SignerInfo_value(stack, index); }
static inline int fc_extended_usage_count(EXTENDED_KEY_USAGE *stack) { return sk_ASN1_OBJECT_num(stack); }
static inline ASN1_OBJECT *fc_extended_usage(EXTENDED_KEY_USAGE *stack, int index) { return sk_ASN1_OBJECT_value(stack, index); }

// A name on one line, its characters as they are: RFC 2253's escapes but those of bytes above 0x7F.
static const unsigned long fc_name_flags =
    (ASN1_STRFLGS_RFC2253 & ~ASN1_STRFLGS_ESC_MSB) | XN_FLAG_SEP_CPLUS_SPC | XN_FLAG_FN_SN;
