/* Verifying the fast way first, the slow way where that proves nothing, and the chain beside: verify.c compares. */
#include "engine/turn/again.h"
#include "engine/turn/chain/chain.h"

enum { PROGRESS_ENTRIES = 16384 };

static bool is_proved(struct fb_again *a, const struct fb_turn_ports *ports,
                      void (*progress)(void *ctx, uint64_t done, uint64_t of), struct fb_verify *out)
{
    struct fb_again_part *part = fb_again_part(a, 0);
    uint64_t done, of, told = 0;
    for (bool more = true; more;) {
        (void)fb_again_read(a, part);
        (void)fb_again_make(a, part);
        more = fb_again_hold(a, part);
        fb_again_progress(a, &done, &of);
        if (progress != NULL && done / PROGRESS_ENTRIES != told)
            progress(ports->ctx, done, of);
        told = done / PROGRESS_ENTRIES;
    }
    return fb_again_is_equal(a, out);
}

enum fb_err fb_turn_verify_decisions(struct fb_store *from, const struct fb_turn_ports *ports,
                                     void (*progress)(void *ctx, uint64_t done, uint64_t of), struct fb_verify *out)
{
    struct fb_again *a;
    enum fb_err err = fb_again_open(&a, from, ports);
    if (err != FB_OK)
        return err;
    bool proved = is_proved(a, ports, progress, out);
    fb_again_close(&a);
    return proved ? FB_OK : fb_turn_verify_slowly(from, ports, progress, out);
}

/* What was decided again may be the same and the journal another: a changed name, or what no rule reads. */
void fb_verify_chained(struct fb_verify *out, const struct fb_chain_check *check)
{
    struct fb_text t;
    out->chained = check->entries;
    out->checkpoints = check->checkpoints;
    if (!out->equal || check->equal)
        return;
    out->equal = false;
    fb_text_init(&t, out->first_difference, sizeof out->first_difference);
    fb_text_add(&t, check->first_difference);
}

enum fb_err fb_turn_verify(struct fb_store *from, const struct fb_turn_ports *ports,
                           void (*progress)(void *ctx, uint64_t done, uint64_t of), struct fb_verify *out)
{
    const struct fb_chain_ask ask = {.held = NULL};
    struct fb_chain_check check;
    enum fb_err err = fb_turn_verify_decisions(from, ports, progress, out);
    if (err != FB_OK || !out->equal)
        return err;
    err = fb_chain_verify(from, &ask, &check);
    if (err == FB_OK)
        fb_verify_chained(out, &check);
    return err;
}
