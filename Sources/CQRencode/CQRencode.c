#include "CQRencode.h"

#include <dlfcn.h>
#include <pthread.h>
#include <qrencode.h>
#include <stdlib.h>

// libqrencode.so.4 is what Debian 12 has, and what the header is of.
static QRinput *(*new_input)(int, QRecLevel);
static int (*append_eci)(QRinput *, unsigned int);
static int (*append)(QRinput *, QRencodeMode, int, const unsigned char *);
static void (*free_input)(QRinput *);
static QRcode *(*encode)(QRinput *);
static void (*free_code)(QRcode *);
static int is_loaded;

static void load(void) {
    void *library = dlopen("libqrencode.so.4", RTLD_NOW | RTLD_LOCAL);
    if (!library)
        return;
    new_input = (QRinput * (*)(int, QRecLevel)) dlsym(library, "QRinput_new2");
    append_eci = (int (*)(QRinput *, unsigned int))dlsym(library, "QRinput_appendECIheader");
    append = (int (*)(QRinput *, QRencodeMode, int, const unsigned char *))dlsym(library, "QRinput_append");
    free_input = (void (*)(QRinput *))dlsym(library, "QRinput_free");
    encode = (QRcode * (*)(QRinput *)) dlsym(library, "QRcode_encodeInput");
    free_code = (void (*)(QRcode *))dlsym(library, "QRcode_free");
    is_loaded = new_input && append_eci && append && free_input && encode && free_code;
}

int cqrencode_is_available(void) {
    static pthread_once_t once = PTHREAD_ONCE_INIT;
    pthread_once(&once, load);
    return is_loaded;
}

uint8_t *cqrencode_utf8(const uint8_t *text, size_t length, int correction, size_t *width) {
    // The number that ECI gives to UTF-8 (AIM ITS/04-023).
    static const unsigned int utf8 = 26;
    // More than 2,953 bytes fit into no code.
    if (!cqrencode_is_available() || length > 2953)
        return NULL;
    QRinput *input = new_input(0, correction ? QR_ECLEVEL_M : QR_ECLEVEL_L);
    if (!input)
        return NULL;
    QRcode *code = NULL;
    if (!append_eci(input, utf8) && !append(input, QR_MODE_8, (int)length, text))
        code = encode(input);
    free_input(input);
    if (!code)
        return NULL;
    size_t count = (size_t)code->width * (size_t)code->width;
    uint8_t *modules = malloc(count);
    if (modules) {
        // The lowest bit of each byte is the module; the others say what it is there for.
        for (size_t index = 0; index < count; index++)
            modules[index] = code->data[index] & 1;
        *width = (size_t)code->width;
    }
    free_code(code);
    return modules;
}
