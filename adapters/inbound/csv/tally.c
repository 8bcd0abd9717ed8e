#include "adapters/inbound/csv/tally.h"
#include "engine/base/check.h"
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
    t->outdated = 0;
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
    r->waiting = 0;
    r->closed = r->unreadable = r->outdated = false;
    r->outcome = FB_ROW_DUPLICATE;
    memset(r->records, 0, sizeof r->records);
    r->column[0] = r->reason[0] = '\0';
    return t->next++;
}

static void count_row(struct fb_csv_tally *t, const struct fb_csv_tally_row *r)
{
    t->counts.row[r->outcome]++;
    t->counts.unreadable += r->unreadable;
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

void fb_csv_tally_sent(struct fb_csv_tally *t, uint64_t number)
{
    row_of(t, number)->waiting++;
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

/* A duplicate is answered with the journal number of the first; when this run has put a later statement of
 * the record since, what the row says is not what the engine goes by. */
static bool is_outdated(struct fb_csv_tally *t, enum fb_csv_outcome outcome, const struct fb_wire_answer *a)
{
    struct fb_csv_newest *n = &t->newest[a->record % FB_CSV_TALLY_ROWS];
    if (a->record == 0)
        return false;
    if (outcome == FB_ROW_DUPLICATE)
        return n->record == a->record && a->journal < n->journal;
    if (outcome == FB_ROW_ACCEPTED || outcome == FB_ROW_AMENDED)
        *n = (struct fb_csv_newest){a->record, a->journal};
    return false;
}

void fb_csv_tally_answer(struct fb_csv_tally *t, uint64_t number, enum fb_kind kind,
                         const struct fb_wire_answer *answer)
{
    if (number < t->first || number >= t->next)
        return;
    struct fb_csv_tally_row *r = row_of(t, number);
    enum fb_csv_outcome outcome = outcome_of(answer);
    fb_assert(r->waiting > 0);
    r->waiting--;
    r->records[outcome]++;
    if (is_outdated(t, outcome, answer) && !r->outdated) {
        r->outdated = true;
        t->outdated++;
    }
    if (outcome > r->outcome && outcome >= FB_ROW_CONFLICT)
        say_why(r, kind, answer);
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
