#include "tests/sim/auditor_positions.h"
#include "engine/base/check.h"

enum { RANGES_MAX = 16 };

bool aud_next_range(const struct aud_positions *p, uint64_t *from, uint64_t *to)
{
    while (*from < p->next && !p->listed[*from])
        ++*from;
    for (*to = *from; *to < p->next && p->listed[*to];)
        ++*to;
    return *to > *from;
}

/* The lowest ranges are kept, the others only counted. */
static void forget_beyond(struct aud_positions *p)
{
    uint64_t from = 0, to = 0;
    for (unsigned n = 0; aud_next_range(p, &from, &to); from = to)
        for (n++; n > RANGES_MAX && from < to; from++, p->n_listed--)
            p->listed[from] = false;
}

static void skip_to(struct aud_positions *p, uint64_t at)
{
    fb_assert(at < AUD_POSITIONS_MAX);
    uint64_t from = 0, to = 0;
    unsigned n = 0;
    for (; at > p->next && aud_next_range(p, &from, &to); from = to)
        n++;
    p->missing += at - p->next;
    for (uint64_t i = p->next; i < at && n < RANGES_MAX; i++, p->n_listed++)
        p->listed[i] = true;
    p->next = at + 1;
}

static void come_late(struct aud_positions *p, uint64_t at, bool today)
{
    if (!p->listed[at] && p->missing == p->n_listed) {
        p->again += today;
        return;
    }
    p->missing--;
    if (!p->listed[at])
        return;
    p->listed[at] = false;
    p->n_listed--;
    forget_beyond(p);
}

void aud_pass(struct aud_positions *p, int64_t seq, bool today)
{
    if (seq == FB_ABSENT)
        return;
    if (today && (p->first == FB_ABSENT || seq < p->first))
        p->first = seq;
    if (today && (p->last == FB_ABSENT || seq > p->last))
        p->last = seq;
    uint64_t at = (uint64_t)seq;
    if (p->next == 0)
        p->next = at + 1;
    else if (at >= p->next)
        skip_to(p, at);
    else
        come_late(p, at, today);
}
