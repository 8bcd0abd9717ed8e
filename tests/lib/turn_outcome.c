/* What stands in the store of a turn under test. */
#include "engine/base/check.h"
#include "engine/base/hash.h"
#include "tests/lib/turns.h"
#include <stdio.h>
#include <string.h>

enum { ARENA_BYTES = 1 << 22 };

static void must(enum fb_err err)
{
    if (err != FB_OK)
        fprintf(stderr, "turn: %s\n", fb_err_text(err));
    fb_assert(err == FB_OK);
}

static uint64_t mix_span(uint64_t h, struct fb_span s)
{
    return fb_hash64_mix(h, fb_hash64(s.p, s.n));
}

static uint64_t finding_hash(const struct fb_finding_row *f)
{
    uint64_t h = fb_hash64_mix(mix_span(mix_span(mix_span(1, f->source), f->record_ref), f->rule), f->trust);
    h = fb_hash64_mix(h, (uint64_t)f->severity << 32 | (uint64_t)f->route << 8 | (uint64_t)f->staff_group);
    h = fb_hash64_mix(h, (uint64_t)f->pence);
    return fb_hash64_mix(mix_span(h, f->why), (uint64_t)f->shift_day);
}

struct sum {
    uint64_t hash;
    int64_t total;
    uint8_t stage;
    enum fb_measure measure;
};

static bool add_line(void *ctx, const struct fb_total *line)
{
    struct sum *sum = ctx;
    int64_t any = 0;
    uint64_t h = fb_hash64_mix(line->place.cell.hirer, line->place.cell.ics);
    h = fb_hash64_mix(h, (uint64_t)line->place.cell.stage << 32 | (uint32_t)line->place.cell.week);
    h = fb_hash64_mix(h, (uint64_t)line->place.cell.staff_group << 8 | line->place.cell.route);
    for (unsigned m = 0; m < FB_MEASURES; m++) {
        h = fb_hash64_mix(h, (uint64_t)line->figures.v[m]);
        any |= line->figures.v[m];
    }
    sum->hash += any == 0 ? 0 : h; /* a cell that came and went is no difference */
    if (line->place.cell.stage == sum->stage)
        sum->total += line->figures.v[sum->measure];
    return true;
}

static struct sum totals(struct fb_test_turn *t, enum fb_stage stage, enum fb_measure m)
{
    struct sum sum = {.stage = (uint8_t)stage, .measure = m};
    struct fb_total_filter f = {.from_week = INT32_MIN, .until_week = INT32_MAX, .known = INT32_MAX, .posted = INT32_MIN};
    must(fb_report_totals(t->store, &f, add_line, &sum));
    return sum;
}

int64_t fb_test_total(struct fb_test_turn *t, enum fb_stage stage, enum fb_measure m)
{
    return totals(t, stage, m).total;
}

/* Calls each for every open finding; returns the sum of what it gives. */
static uint64_t over_findings(struct fb_test_turn *t, const char *rule,
                              uint64_t (*each)(const struct fb_finding_row *))
{
    static unsigned char memory[ARENA_BYTES];
    static struct fb_finding_row row[256];
    struct fb_arena arena;
    struct fb_reader_books *books;
    struct fb_finding_filter filter = {.limit = 256,
                                       .rule = {rule, rule == NULL ? 0 : (uint32_t)strlen(rule)}};
    uint64_t sum = 0;
    unsigned n = 0;
    must(fb_reader_books_open(&books, t->store, &t->ports));
    do {
        fb_arena_init(&arena, memory, sizeof memory);
        must(fb_report_findings(t->store, books, &filter, &arena, row, &n));
        for (unsigned i = 0; i < n; i++)
            sum += each(&row[i]);
        filter.after = n == 0 ? 0 : row[n - 1].subject;
    } while (n > 0);
    fb_reader_books_close(&books);
    return sum;
}

static uint64_t one(const struct fb_finding_row *f)
{
    (void)f;
    return 1;
}

unsigned fb_test_open(struct fb_test_turn *t, const char *rule)
{
    return (unsigned)over_findings(t, rule, one);
}

uint64_t fb_test_outcome(struct fb_test_turn *t)
{
    return over_findings(t, NULL, finding_hash) + totals(t, FB_STAGE_NONE, FB_MEASURE_SHIFTS).hash;
}

uint64_t fb_test_rows(struct fb_test_turn *t, enum fb_table table)
{
    struct fb_txn *txn;
    must(fb_store_read(t->store, &txn));
    uint64_t n = fb_table_rows(txn, table);
    fb_txn_abort(&txn);
    return n;
}

unsigned fb_test_events(struct fb_test_turn *t, enum fb_event_kind kind)
{
    static unsigned char memory[ARENA_BYTES];
    static struct fb_event_row row[FB_EVENT_SCAN_MAX];
    struct fb_arena arena;
    struct fb_reader_books *books;
    struct fb_event_filter filter = {.kinds = fb_event_set_of(kind)};
    uint64_t next = 0, head = 1;
    unsigned n, sum = 0;
    must(fb_reader_books_open(&books, t->store, &t->ports));
    while (next < head) {
        fb_arena_init(&arena, memory, sizeof memory);
        must(fb_report_events(t->store, books, &filter, next, &arena, row, FB_EVENT_SCAN_MAX, &n, &next,
                              &head));
        sum += n;
    }
    fb_reader_books_close(&books);
    return sum;
}

bool fb_test_verify(struct fb_test_turn *t)
{
    struct fb_verify v;
    must(fb_turn_verify(t->store, &t->ports, NULL, &v));
    if (!v.equal)
        fprintf(stderr, "verify: %s\n", v.first_difference);
    return v.equal;
}
