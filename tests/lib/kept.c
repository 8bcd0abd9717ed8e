#include "tests/lib/kept.h"
#include "tests/lib/turns.h"
#include <sodium.h>
#include <string.h>

static void put(unsigned char **at, uint64_t v, unsigned bytes)
{
    for (unsigned i = 0; i < bytes; i++)
        *(*at)++ = (unsigned char)(v >> 8 * (bytes - 1 - i));
}

static void put_text(unsigned char **at, struct fb_span s)
{
    *(*at)++ = (unsigned char)s.n;
    memcpy(*at, s.p, s.n);
    *at += s.n;
}

/* A body as it is kept is the first four bytes of what was sent and a 'b' (tests/lib/turns.c): there the pseudonym is gone. */
static size_t line_of(const struct fb_test_kept_one *k, unsigned char *out)
{
    unsigned char *at = out;
    put(&at, k->answer.outcome, 1);
    put(&at, k->answer.journal, 8);
    if (k->answer.outcome > FB_OUTCOME_AMENDED) {
        put(&at, k->answer.reason, 2);
        put_text(&at, k->r->env.message_id);
        return (size_t)(at - out);
    }
    put(&at, k->r->env.kind, 2);
    put(&at, (uint64_t)k->r->env.occurred_ms, 8);
    put(&at, (uint64_t)k->r->env.revision, 8);
    put_text(&at, k->r->env.record_ref);
    put_text(&at, k->r->env.message_id);
    put(&at, 5, 4);
    memcpy(at, fb_test_body(k->r).p, 4);
    at[4] = 'b';
    return (size_t)(at + 5 - out);
}

static bool is_of(const struct fb_test_kept_one *k, struct fb_span source, fb_day since, fb_day day, unsigned least, unsigned most)
{
    return k->day >= since && k->day <= day && fb_span_eq(k->r->env.source, source) && k->answer.outcome >= least && k->answer.outcome <= most;
}

/* Of messages of that kind (FB_KIND_NONE: of any) with such an outcome: how many, and what is hashed of them. */
struct wanted {
    const struct fb_test_kept *book;
    struct fb_span source;
    fb_day since, day;
};

static unsigned remake(const struct wanted *w, enum fb_kind kind, unsigned least, unsigned most, unsigned char hash[32])
{
    static unsigned char all[FB_TEST_KEPT_MAX * 200];
    size_t n = 0;
    unsigned count = 0;
    for (unsigned i = 0; i < w->book->n; i++) {
        const struct fb_test_kept_one *k = &w->book->sent[i];
        if (is_of(k, w->source, w->since, w->day, least, most) && (kind == FB_KIND_NONE || k->r->env.kind == kind)) {
            n += line_of(k, all + n);
            count++;
        }
    }
    (void)crypto_generichash(hash, 32, all, n, NULL, 0);
    return count;
}

static bool same_count(const struct wanted *w, unsigned outcome, const struct fb_receipt_count *c)
{
    unsigned char hash[32];
    return c->n == remake(w, FB_KIND_NONE, outcome, outcome, hash) && memcmp(c->hash, hash, sizeof hash) == 0;
}

bool fb_test_kept_same(const struct fb_test_kept *book, struct fb_span source, fb_day since, fb_day day, const struct fb_receipt *r)
{
    const struct wanted w = {book, source, since, day};
    unsigned char hash[32];
    bool same = same_count(&w, FB_OUTCOME_REFUSED, &r->refused) && same_count(&w, FB_OUTCOME_CONFLICT, &r->conflict);
    for (unsigned k = 1; k < FB_KIND_END; k++) {
        const struct fb_receipt_line *l = &r->line[k];
        unsigned n = remake(&w, (enum fb_kind)k, FB_OUTCOME_ACCEPTED, FB_OUTCOME_AMENDED, hash);
        same = same && l->first + l->amended == n && (n == 0 || memcmp(l->hash, hash, sizeof hash) == 0);
    }
    return same;
}

void fb_test_keep(struct fb_test_kept *book, const struct fb_record *r, const struct fb_answer *answer, fb_day day)
{
    if (book->n < FB_TEST_KEPT_MAX)
        book->sent[book->n++] = (struct fb_test_kept_one){r, *answer, day};
}
