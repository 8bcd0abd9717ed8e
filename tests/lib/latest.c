#include "tests/lib/latest.h"
#include "engine/base/check.h"
#include "engine/base/hash.h"
#include "engine/turn/row.h"
#include <string.h>

enum { ARENA_BYTES = 1 << 16 };

static bool read_latest(struct fb_test_turn *t, uint32_t number, struct fb_decision_row *row,
                        struct fb_decision *d)
{
    static unsigned char memory[ARENA_BYTES];
    struct fb_arena arena;
    struct fb_txn *txn;
    struct fb_span found, bytes;
    struct fb_key key = fb_key_decision(number, UINT64_MAX);
    fb_arena_init(&arena, memory, sizeof memory);
    enum fb_err err = fb_store_read(t->store, &txn);
    fb_assert(err == FB_OK);
    err = fb_find_last_to(txn, FB_TABLE_DECISIONS, fb_key_span(&key), sizeof number, &arena, &found, &bytes);
    fb_txn_abort(&txn);
    if (err == FB_OK)
        err = fb_decision_row_unpack(row, bytes);
    if (err == FB_OK)
        err = fb_decision_unpack(d, row->decision);
    fb_assert(err == FB_OK || err == FB_NOT_FOUND);
    return err == FB_OK;
}

bool fb_test_latest(struct fb_test_turn *t, uint32_t number, const struct fb_decision **out)
{
    static struct fb_decision d;
    struct fb_decision_row row = {.into = number};
    bool held = true;
    while (held && row.into != 0)
        held = read_latest(t, row.into, &row, &d);
    *out = &d;
    return held;
}

const struct fb_finding *fb_test_finding(struct fb_test_turn *t, uint32_t number, const char *rule)
{
    const struct fb_decision *d;
    uint32_t id = (uint32_t)fb_hash64(rule, strlen(rule));
    for (unsigned i = 0; fb_test_latest(t, number, &d) && i < d->n_findings; i++)
        if (d->finding[i].rule == id)
            return &d->finding[i];
    return NULL;
}

uint32_t fb_test_number(struct fb_test_turn *t, const struct fb_record *r)
{
    return fb_turn_find(t->turn, r->env.kind, 0, r->env.record_ref);
}

/* That it came back is told only where it went first, which hangs on what came first. */
static uint64_t finding_hash(const struct fb_finding *f, bool approved)
{
    uint64_t h = fb_hash64_mix(f->rule, (uint64_t)f->severity << 24 | (uint64_t)f->detail << 16 |
                                            (uint64_t)f->answered << 8 | (f->life & ~(unsigned)FB_LIFE_REOPENED));
    h = fb_hash64_mix(h, fb_hash64(f->steps, sizeof f->steps));
    return fb_hash64_mix(h, (uint64_t)f->pence ^ (uint64_t)approved << 63);
}

/* One that cleared is there only where it was told first, which hangs on what came first. */
static uint64_t decision_hash(const struct fb_decision *d)
{
    uint64_t sum = fb_hash64_mix((uint64_t)d->approval_end << 8 | d->approval_when, (uint64_t)d->due_ms);
    for (unsigned i = 0; i < d->n_findings; i++)
        if (d->finding[i].severity > FB_SEVERITY_OK_ && (d->finding[i].life & FB_LIFE_CLEARED) == 0)
            sum += finding_hash(&d->finding[i], d->finding[i].approval != 0);
    for (unsigned i = 0; i < d->n_spent; i++)
        sum += fb_hash64_mix(d->spent[i].start_min, (uint64_t)d->spent[i].pence);
    return sum;
}

uint64_t fb_test_decided(struct fb_test_turn *t, struct fb_record *const *r, unsigned n)
{
    uint64_t sum = 0;
    for (unsigned i = 0; i < n; i++) {
        const struct fb_decision *d;
        uint32_t number = fb_test_number(t, r[i]);
        if (number != 0 && fb_test_latest(t, number, &d))
            sum += fb_hash64_mix(fb_hash64(r[i]->env.record_ref.p, r[i]->env.record_ref.n), decision_hash(d));
    }
    return sum;
}
