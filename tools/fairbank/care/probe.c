#include "tools/fairbank/care/probe.h"
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { NOON = 12 * 60, WORDS = 8, WORD_BYTES = 400 };

const char *probe_person_word(enum probe_person p)
{
    static const char *const word[PROBE_PERSONS] = {"bank only", "own entry point", "own mid-point", "own top point", "of a higher band"};
    return (unsigned)p < PROBE_PERSONS ? word[p] : "?";
}

/* The next band above in the same family; the band itself when it is the highest. */
static unsigned higher(const struct fb_book *book, unsigned grade)
{
    unsigned best = grade;
    for (unsigned g = 0; g < book->n_grades; g++) {
        const struct fb_grade *a = &book->grade[g];
        if (a->family == book->grade[grade].family && a->rank > book->grade[grade].rank &&
            (best == grade || a->rank < book->grade[best].rank))
            best = g;
    }
    return best;
}

static void dress(const struct fb_book *book, const struct probe *p, struct fb_booking *b)
{
    static const enum fb_point point[PROBE_PERSONS] = {FB_POINT_NONE, FB_POINT_ENTRY, FB_POINT_MID, FB_POINT_TOP, FB_POINT_TOP};
    b->worker_kind = p->person == PROBE_BANK_ONLY ? FB_WORKER_KIND_BANK_ONLY : FB_WORKER_KIND_SUBSTANTIVE;
    b->worker_point = point[p->person];
    if (p->person != PROBE_BANK_ONLY)
        b->worker_grade = book->grade[p->person == PROBE_HIGHER_BAND ? higher(book, p->grade) : p->grade].code;
}

void probe_price(const struct fb_book *book, const struct probe *p, struct fb_price *out)
{
    struct fb_booking b = {.state = FB_BOOKING_STATE_BOOKED, .route = FB_ROUTE_BANK, .booked_ms = FB_ABSENT, .cancelled_ms = FB_ABSENT};
    b.cancel_charge_pence = FB_ABSENT; /* raw: absent */
    int64_t noon = (int64_t)p->day * FB_DAY_MINUTES + NOON; /* noon in London is within an hour of this: no rate changes then */
    b.shift = (struct fb_shift){.hirer = p->trust,
                                .site = p->site,
                                .staff_group = p->group,
                                .grade = book->grade[p->grade].code,
                                .time = {.start_min = noon, .end_min = noon + 60},
                                .break_min = FB_ABSENT};
    b.rates.unit = FB_UNIT_HOUR;
    dress(book, p, &b);
    fb_price_booking(book, &b, NULL, out);
}

/* ---- what a book speaks of ---- */

static unsigned add_code(fb_code *out, unsigned n, unsigned most, fb_code code)
{
    unsigned at = 0;
    while (at < n && out[at] < code)
        at++;
    if (code == 0 || n == most || (at < n && out[at] == code))
        return n;
    memmove(&out[at + 1], &out[at], (n - at) * sizeof *out);
    out[at] = code;
    return n + 1;
}

unsigned probe_trusts(const struct fb_book *book, fb_code *out, unsigned n, unsigned most)
{
    for (unsigned i = 0; i < book->n_cards; i++)
        n = add_code(out, n, most, book->card[i].scope.trust);
    for (unsigned i = 0; i < book->n_caps; i++)
        n = add_code(out, n, most, book->cap[i].scope.trust);
    for (unsigned i = 0; i < book->n_zone_rows; i++)
        n = add_code(out, n, most, book->zone_row[i].trust);
    return n;
}

static unsigned add_day(fb_day *out, unsigned n, unsigned most, fb_day day)
{
    unsigned at = 0;
    while (at < n && out[at] < day)
        at++;
    if (day == INT32_MIN || day == INT32_MAX || n == most || (at < n && out[at] == day))
        return n;
    memmove(&out[at + 1], &out[at], (n - at) * sizeof *out);
    out[at] = day;
    return n + 1;
}

static unsigned add_scope(fb_day *out, unsigned n, unsigned most, const struct fb_scope *s)
{
    return add_day(out, add_day(out, n, most, s->from), most, s->until);
}

unsigned probe_days(const struct fb_book *book, fb_day *out, unsigned n, unsigned most)
{
    for (unsigned i = 0; i < book->n_periods; i++)
        n = add_day(out, add_day(out, n, most, book->period[i].from), most, book->period[i].until);
    for (unsigned i = 0; i < book->n_cards; i++) {
        n = add_scope(out, n, most, &book->card[i].scope);
        for (unsigned k = 0; k < book->card[i].n_adoptions; k++)
            n = add_day(out, n, most, book->card[i].adoption[k].from);
    }
    for (unsigned i = 0; i < book->n_caps; i++)
        n = add_scope(out, n, most, &book->cap[i].scope);
    for (unsigned i = 0; i < book->n_zone_rows; i++)
        n = add_day(out, add_day(out, n, most, book->zone_row[i].from), most, book->zone_row[i].until);
    for (unsigned i = 0; i < book->n_tables; i++)
        for (unsigned k = 0; k < book->table[i].n; k++)
            n = add_day(out, add_day(out, n, most, book->table[i].rate[k].from), most, book->table[i].rate[k].until);
    return n;
}

const char *probe_origin(const struct fb_book *book, uint16_t origin)
{
    static char memory[WORDS][WORD_BYTES];
    static unsigned at;
    if (origin >= book->n_origins)
        return "-";
    const struct fb_origin *o = &book->origin[origin];
    char *word = memory[at++ % WORDS];
    snprintf(word, WORD_BYTES, "%.*s/%.*s:%u", (int)o->pack.n, o->pack.p, (int)o->file.n, o->file.p, o->line);
    return word;
}

struct fb_book *probe_load(const char *const *dirs, unsigned n, fb_day known)
{
    struct fb_pack_files files = {0};
    struct fb_pack_report report = {0};
    struct fb_book *book = NULL;
    bool read = n != 1 || fb_pack_read_stack(&files, dirs[0], &report) == FB_OK;
    for (unsigned i = 0; n != 1 && i < n; i++)
        read = fb_pack_read_dir(&files, dirs[i], &report) == FB_OK && read;
    if (read && fb_pack_load_known(&book, files.file, files.n, known, &report) != FB_OK)
        book = NULL;
    if (book == NULL)
        fb_pack_report_print(stderr, &report);
    fb_pack_files_free(&files);
    fb_pack_report_free(&report);
    return book;
}
