#include "adapters/inbound/csv/tally.h"
#include "engine/base/check.h"
#include "engine/base/hash.h"
#include <stdlib.h>
#include <string.h>

enum fb_err fb_csv_tally_open(struct fb_csv_tally *t)
{
    *t = (struct fb_csv_tally){.row = calloc(FB_CSV_TALLY_ROWS, sizeof *t->row),
                               .newest = calloc(FB_CSV_TALLY_ROWS, sizeof *t->newest)};
    return t->row == NULL || t->newest == NULL ? FB_FULL : FB_OK;
}

void fb_csv_tally_close(struct fb_csv_tally *t)
{
    free(t->row);
    free(t->newest);
    *t = (struct fb_csv_tally){.row = NULL};
}

void fb_csv_tally_start(struct fb_csv_tally *t, uint64_t offset, uint64_t line)
{
    t->first = t->next; /* numbers go on, so that a late answer to another file's row is nobody's */
    t->counts = (struct fb_csv_tally_counts){.unreadable = 0};
    t->offset = offset;
    t->line = line;
    t->outdated = t->tied = 0;
}

bool fb_csv_tally_full(const struct fb_csv_tally *t)
{
    return t->next - t->first == FB_CSV_TALLY_ROWS;
}

static struct fb_csv_tally_row *row_of(const struct fb_csv_tally *t, uint64_t number)
{
    return &t->row[number % FB_CSV_TALLY_ROWS];
}

uint64_t fb_csv_tally_add(struct fb_csv_tally *t, const struct fb_csv_row *row)
{
    fb_assert(!fb_csv_tally_full(t));
    struct fb_csv_tally_row *r = row_of(t, t->next);
    r->line = row->line;
    r->lines = row->lines;
    r->offset = row->offset;
    r->bytes = row->bytes;
    r->waiting = r->n_sent = 0;
    r->closed = r->unreadable = r->outdated = r->tied = false;
    r->outcome = FB_ROW_DUPLICATE;
    memset(r->records, 0, sizeof r->records);
    r->column[0] = r->reason[0] = '\0';
    return t->next++;
}

static void count_row(struct fb_csv_tally *t, const struct fb_csv_tally_row *r)
{
    t->counts.row[r->outcome]++;
    t->counts.unreadable += r->unreadable;
    t->outdated += r->outdated;
    t->tied += r->tied;
    for (unsigned o = 0; o < FB_ROW_OUTCOMES; o++)
        t->counts.record[o] += r->records[o];
    t->offset = r->offset + r->bytes;
    t->line = r->line + r->lines;
    if ((r->outcome == FB_ROW_REFUSED || r->outcome == FB_ROW_CONFLICT) && t->reject != NULL)
        t->reject(t->ctx, r);
}

static void count_what_is_done(struct fb_csv_tally *t)
{
    while (t->first < t->next) {
        const struct fb_csv_tally_row *r = row_of(t, t->first);
        if (!r->closed || r->waiting > 0)
            return;
        count_row(t, r);
        t->first++;
    }
}

void fb_csv_tally_sent(struct fb_csv_tally *t, uint64_t number, const struct fb_envelope *env)
{
    struct fb_csv_tally_row *r = row_of(t, number);
    fb_assert(r->n_sent < FB_CSV_RECORDS_MAX);
    r->sent[r->n_sent].when = (uint32_t)fb_hash64_mix(fb_hash64_mix(0, (uint64_t)env->revision), (uint64_t)env->occurred_ms);
    r->sent[r->n_sent].kind = (uint8_t)env->kind;
    r->n_sent++;
    r->waiting++;
}

/* Turn's outcomes, as they stand on the wire. */
static enum fb_csv_outcome outcome_of(const struct fb_wire_answer *a)
{
    static const enum fb_csv_outcome by_number[] = {FB_ROW_REFUSED,   FB_ROW_ACCEPTED, FB_ROW_AMENDED,
                                                    FB_ROW_DUPLICATE, FB_ROW_CONFLICT, FB_ROW_REFUSED};
    return a->outcome < sizeof by_number / sizeof by_number[0] ? by_number[a->outcome] : FB_ROW_REFUSED;
}

static void say_why(struct fb_csv_tally_row *r, enum fb_kind kind, const struct fb_wire_answer *a)
{
    struct fb_text column, reason;
    fb_text_init(&column, r->column, sizeof r->column);
    fb_text_add_span(&column, a->field);
    fb_text_init(&reason, r->reason, sizeof r->reason);
    fb_text_add(&reason, fb_kind_word(kind));
    fb_text_add(&reason, outcome_of(a) == FB_ROW_CONFLICT ? " in conflict: " : " refused by the engine: ");
    fb_text_add(&reason, fb_reason_text(a->reason == FB_REASON_NONE ? FB_REASON_CONFLICT : a->reason));
}

/* Which statement the engine goes by is not said in an answer; two things are known of this run's own. A duplicate is answered with the
 * journal number of the first: when this run has put a later statement of the record since, the row changes nothing. And of two statements
 * with the same revision and occurred_at either may hold, whichever came later. */
static void compare_with_newest(struct fb_csv_tally *t, struct fb_csv_tally_row *r, unsigned nth, enum fb_csv_outcome outcome,
                                const struct fb_wire_answer *a)
{
    struct fb_csv_newest *n = &t->newest[a->record % FB_CSV_TALLY_ROWS];
    bool known = a->record != 0 && n->record == a->record;
    if (outcome == FB_ROW_DUPLICATE)
        r->outdated |= known && a->journal < n->journal;
    if (outcome == FB_ROW_AMENDED)
        r->tied |= known && r->sent[nth].when == n->when;
    if (a->record != 0 && (outcome == FB_ROW_ACCEPTED || outcome == FB_ROW_AMENDED))
        *n = (struct fb_csv_newest){a->record, r->sent[nth].when, a->journal};
}

void fb_csv_tally_answer(struct fb_csv_tally *t, uint64_t number, unsigned nth, const struct fb_wire_answer *answer)
{
    if (number < t->first || number >= t->next)
        return;
    struct fb_csv_tally_row *r = row_of(t, number);
    enum fb_csv_outcome outcome = outcome_of(answer);
    fb_assert(r->waiting > 0 && nth < r->n_sent);
    r->waiting--;
    r->records[outcome]++;
    compare_with_newest(t, r, nth, outcome, answer);
    if (outcome > r->outcome && outcome >= FB_ROW_CONFLICT)
        say_why(r, (enum fb_kind)r->sent[nth].kind, answer);
    if (outcome > r->outcome)
        r->outcome = outcome;
    count_what_is_done(t);
}

void fb_csv_tally_unreadable(struct fb_csv_tally *t, uint64_t number, struct fb_span column,
                             const char *reason)
{
    struct fb_text text;
    struct fb_csv_tally_row *r = row_of(t, number);
    r->outcome = FB_ROW_REFUSED;
    r->unreadable = true;
    fb_text_init(&text, r->column, sizeof r->column);
    fb_text_add_span(&text, column);
    fb_text_init(&text, r->reason, sizeof r->reason);
    fb_text_add(&text, reason);
}

void fb_csv_tally_skip(struct fb_csv_tally *t, uint64_t number)
{
    row_of(t, number)->outcome = FB_ROW_SKIPPED;
}

void fb_csv_tally_row_end(struct fb_csv_tally *t, uint64_t number)
{
    row_of(t, number)->closed = true;
    count_what_is_done(t);
}

static uint64_t sum(const uint64_t *v)
{
    uint64_t n = 0;
    for (unsigned o = 0; o < FB_ROW_SKIPPED; o++)
        n += v[o];
    return n;
}

uint64_t fb_csv_tally_rows(const struct fb_csv_tally_counts *c)
{
    return sum(c->row);
}

uint64_t fb_csv_tally_records(const struct fb_csv_tally_counts *c)
{
    return sum(c->record);
}

void fb_csv_tally_sum(struct fb_csv_tally_counts *into, const struct fb_csv_tally_counts *more)
{
    for (unsigned o = 0; o < FB_ROW_OUTCOMES; o++) {
        into->row[o] += more->row[o];
        into->record[o] += more->record[o];
    }
    into->unreadable += more->unreadable;
}

uint64_t fb_csv_tally_waiting(const struct fb_csv_tally *t)
{
    return t->next - t->first;
}
