#ifndef FB_SHELL_KEYS_H
#define FB_SHELL_KEYS_H
/* The engine's own keys, files of the data folder that only its owner may read. Made at the first start, and durable
 * before the first message is taken; never logged, never in the journal, never sent.
 *
 *   worker.key  32 bytes: what stands for a worker's pseudonym is its hash under this key (domain model, section 7). Without
 *               it nobody can tell from the store who a worker is, not even with the system's own key; and without it no
 *               worker would be known again, so an engine that holds workers does not start without it.
 *   link.key    32 bytes, the seed of an Ed25519 pair: signs the links with which a grant by telephone is confirmed. A new
 *               one only makes links that are out useless.
 *   checkpoint.key  32 bytes, the seed of an Ed25519 pair: signs checkpoints of the journal (turn/checkpoint.h). Whoever keeps
 *               checkpoints keeps its public half: another one says that the engine has a new key, or is another.
 *
 * Whoever keeps copies of the data folder keeps these files apart from them: with both, what was forgotten in the store
 * can be found again in an old copy of it. */
#include "engine/shell/ports.h"
enum { FB_KEY_FILE_BYTES = 32, FB_LINK_SECRET_BYTES = 64 };
struct fb_keys {
    struct fb_ports_key worker; /* as the ports take it */
    unsigned char link_public[FB_KEY_FILE_BYTES], link_secret[FB_LINK_SECRET_BYTES];
    unsigned char checkpoint_public[FB_KEY_FILE_BYTES], checkpoint_secret[FB_LINK_SECRET_BYTES];
    bool made_worker, made_link, made_checkpoint; /* just now: that file was not there */
};
/* Reads them, or makes what is not there. workers_held: some worker's row stands in the store, so that worker.key must be
 * there. FB_REFUSED: a key is missing that may not be, or is not as it must be (size, kind of file, who may read it); FB_IO,
 * FB_LIMIT: the disk, the path. *why then says which file and what to do. */
FB_MUST_CHECK enum fb_err fb_keys_open(struct fb_keys *out, const char *folder, bool workers_held, struct fb_text *why);
/* The public half of the folder's checkpoint.key, for whoever only asks for it. FB_NOT_FOUND: there is no such file; else as above. */
FB_MUST_CHECK enum fb_err fb_keys_checkpoint(unsigned char out[FB_KEY_FILE_BYTES], const char *folder, struct fb_text *why);
/* Wipes them. */
void fb_keys_close(struct fb_keys *keys);
#endif
