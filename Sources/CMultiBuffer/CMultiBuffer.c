#include "CMultiBuffer.h"

#if defined(__x86_64__) && __has_include(<intel-ipsec-mb.h>)
#define NO_COMPAT_IMB_API_053
#include <dlfcn.h>
#include <intel-ipsec-mb.h>
#include <pthread.h>
#include <stdlib.h>

// The structures' layout is the header's, so only the very version of the header is taken.
static IMB_MGR *(*alloc_manager)(uint64_t);
static void (*init_manager)(IMB_MGR *, IMB_ARCH *);
static void (*free_manager)(IMB_MGR *);

static void load(void) {
    void *library = dlopen("libIPSec_MB.so.1", RTLD_NOW | RTLD_LOCAL);
    if (!library)
        return;
    unsigned (*version)(void) = (unsigned (*)(void))dlsym(library, "imb_get_version");
    IMB_MGR *(*alloc)(uint64_t) = (IMB_MGR * (*)(uint64_t)) dlsym(library, "alloc_mb_mgr");
    init_manager = (void (*)(IMB_MGR *, IMB_ARCH *))dlsym(library, "init_mb_mgr_auto");
    free_manager = (void (*)(IMB_MGR *))dlsym(library, "free_mb_mgr");
    if (version && version() == IMB_VERSION_NUM && alloc && init_manager && free_manager)
        alloc_manager = alloc;
}

struct cmultibuffer {
    IMB_MGR *manager;
};

cmultibuffer *cmultibuffer_open(void) {
    static pthread_once_t once = PTHREAD_ONCE_INIT;
    pthread_once(&once, load);
    if (!alloc_manager)
        return NULL;
    cmultibuffer *result = malloc(sizeof *result);
    if (!result)
        return NULL;
    result->manager = alloc_manager(0);
    IMB_ARCH architecture = IMB_ARCH_NONE;
    if (result->manager)
        init_manager(result->manager, &architecture);
    // With less than AVX2, four lanes beside OpenSSL's one gain little, and nothing beside SHA instructions.
    if (architecture < IMB_ARCH_AVX2) {
        cmultibuffer_close(result);
        return NULL;
    }
    return result;
}

void cmultibuffer_close(cmultibuffer *manager) {
    if (manager->manager)
        free_manager(manager->manager);
    free(manager);
}

int cmultibuffer_sha256(cmultibuffer *manager, const uint8_t *blocks, size_t length, size_t count, uint8_t *digests) {
    IMB_MGR *mgr = manager->manager;
    size_t completed = 0;
    IMB_JOB *done;
    for (size_t index = 0; index < count; index++) {
        IMB_JOB *job = IMB_GET_NEXT_JOB(mgr);
        job->cipher_mode = IMB_CIPHER_NULL;
        job->cipher_direction = IMB_DIR_ENCRYPT;
        job->chain_order = IMB_ORDER_HASH_CIPHER;
        job->hash_alg = IMB_AUTH_SHA_256;
        job->src = blocks + index * length;
        job->hash_start_src_offset_in_bytes = 0;
        job->msg_len_to_hash_in_bytes = length;
        job->auth_tag_output = digests + index * 32;
        job->auth_tag_output_len_in_bytes = 32;
        for (done = IMB_SUBMIT_JOB(mgr); done; done = IMB_GET_COMPLETED_JOB(mgr))
            completed += done->status == IMB_STATUS_COMPLETED;
    }
    while ((done = IMB_FLUSH_JOB(mgr)))
        completed += done->status == IMB_STATUS_COMPLETED;
    return completed == count ? 0 : -1;
}
#else
cmultibuffer *cmultibuffer_open(void) { return NULL; }
void cmultibuffer_close(cmultibuffer *manager) { (void)manager; }
int cmultibuffer_sha256(cmultibuffer *manager, const uint8_t *blocks, size_t length, size_t count, uint8_t *digests) {
    (void)manager, (void)blocks, (void)length, (void)count, (void)digests;
    return -1;
}
#endif
