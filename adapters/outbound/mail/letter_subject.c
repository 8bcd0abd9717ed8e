/* The line that is read before a mail is opened: what happened, to how many shifts, where, and what it comes to. */
#include "adapters/outbound/mail/letter_steps.h"

static bool same_trust(const struct fb_letter__line *l, unsigned n)
{
    for (unsigned i = 1; i < n; i++)
        if (l[i].row.event.trust != l[0].row.event.trust)
            return false;
    return l[0].row.event.trust != 0;
}

static bool same_kind(const struct fb_letter__line *l, unsigned n)
{
    for (unsigned i = 1; i < n; i++)
        if (l[i].row.event.kind != l[0].row.event.kind)
            return false;
    return true;
}

/* Amounts of one rule are added; those of several are not: two rules may look at the same pounds. */
static bool same_rule(const struct fb_letter__line *l, unsigned n)
{
    for (unsigned i = 1; i < n; i++)
        if (!fb_span_eq(l[i].row.rule, l[0].row.rule))
            return false;
    return same_kind(l, n);
}

/* Stages, measures and months of one trust are told without a finding each; they are never added. */
static bool all_findings(const struct fb_letter__line *l, unsigned n)
{
    for (unsigned i = 0; i < n; i++)
        if (l[i].row.event.subject == 0 || l[i].row.event.rule == 0)
            return false;
    return true;
}

/* Of a finding that is told of more than once the last word counts. */
static bool is_last_word(const struct fb_letter__line *l, unsigned n, const struct fb_event_row *row)
{
    const struct fb_event *e = &row->event;
    for (unsigned i = 0; i < n; i++) {
        const struct fb_event *other = &l[i].row.event;
        if (other->subject == e->subject && other->rule == e->rule && other->detail == e->detail && l[i].row.seq > row->seq)
            return false;
    }
    return true;
}

static int64_t sum_of(const struct fb_letter__line *l, unsigned n)
{
    int64_t sum = 0;
    if (n == 1)
        return l[0].row.event.pence; /* raw: shown as it is */
    if (!same_rule(l, n) || !all_findings(l, n))
        return 0;
    for (unsigned i = 0; i < n; i++)
        sum += is_last_word(l, n, &l[i].row) ? l[i].row.event.pence : 0; /* raw: rounded already, each within one shift */
    return sum;
}

static bool same_purpose(const struct fb_letter__line *l, unsigned n)
{
    for (unsigned i = 1; i < n; i++)
        if (l[i].from->purpose != l[0].from->purpose)
            return false;
    return true;
}

/* A shift may be told of more than once: over the cap in plain time, and in unsocial time. */
static unsigned records(const struct fb_letter__line *l, unsigned n)
{
    unsigned count = 0;
    for (unsigned i = 0; i < n; i++) {
        const struct fb_event *e = &l[i].row.event;
        bool seen = false;
        for (unsigned k = 0; k < i && !seen; k++)
            seen = fb_span_eq(e->record_ref, l[k].row.event.record_ref) && fb_span_eq(e->source, l[k].row.event.source);
        count += !seen;
    }
    return count;
}

/* A line of an invoice, a source or a month is no shift, and nobody is on it. */
bool fb_letter__is_shift(const struct fb_event *e)
{
    return e->record_ref.n > 0 && e->shift_day != 0 && e->staff_group != FB_STAFF_GROUP_NONE;
}

static bool all_shifts(const struct fb_letter__line *l, unsigned n)
{
    for (unsigned i = 0; i < n; i++)
        if (!fb_letter__is_shift(&l[i].row.event))
            return false;
    return true;
}

static void how_many(FILE *f, const struct fb_letter__line *l, unsigned n)
{
    bool shifts = same_kind(l, n) && all_shifts(l, n);
    unsigned count = shifts ? records(l, n) : n;
    fprintf(f, "%s%u %s%s", same_kind(l, n) ? ", " : "", count, shifts ? "shift" : "alert", count == 1 ? "" : "s");
}

void fb_letter__subject(char out[FB_LETTER_SUBJECT_BYTES], const struct fb_letter__line *l, unsigned n)
{
    char code[9], kind[FB_LETTER__KIND_BYTES];
    FILE *f = fmemopen(out, FB_LETTER_SUBJECT_BYTES - 1, "w");
    if (f == NULL)
        return;
    fprintf(f, "Fairbank: %s%s", same_purpose(l, n) ? fb_letter__purpose(l[0].from->purpose) : "", same_kind(l, n) ? fb_letter__kind(kind, &l[0].row) : "");
    if (n > 1)
        how_many(f, l, n);
    if (same_trust(l, n)) {
        (void)fb_code_format(code, l[0].row.event.trust);
        fprintf(f, " at %s", code);
    }
    if (sum_of(l, n) != 0) {
        fputs(", ", f);
        fb_letter__pounds(f, sum_of(l, n));
    }
    fclose(f);
}
