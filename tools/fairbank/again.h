#ifndef FAIRBANK_AGAIN_H
#define FAIRBANK_AGAIN_H
/* The stages of engine/turn/again.h, each in a thread of its own. */
#include "engine/turn/again.h"
/* FB_OK: *equal says whether it was proved; else it must be decided the slow way. The caller's thread tells the progress. */
FB_MUST_CHECK enum fb_err again_run(struct fb_store *store, const struct fb_turn_ports *ports,
                                    void (*progress)(void *ctx, uint64_t done, uint64_t of), struct fb_verify *out, bool *equal);
#endif
