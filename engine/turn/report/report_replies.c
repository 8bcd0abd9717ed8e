#include "engine/turn/report/report_replies.h"
#include "engine/base/check.h"
#include "engine/turn/gather.h"
#include "engine/turn/report/report_read.h"
#include <stdlib.h>

enum { LOOKED_MAX = 256, READ_ROOM = 64 << 10, LINE_BYTES = 1024 };

/* ---- which they are ---- */

static void add(struct fb_replies_of *out, uint64_t journal)
{
    unsigned i;
    for (i = 0; i < out->n; i++)
        if (out->journal[i] == journal)
            return;
    if (out->n == FB_REPLIES_OF_ONE && journal < out->journal[0])
        return;
    if (out->n == FB_REPLIES_OF_ONE) /* the earliest makes room */
        for (i = 0, out->n--; i < out->n; i++)
            out->journal[i] = out->journal[i + 1];
    for (i = out->n++; i > 0 && out->journal[i - 1] > journal; i--)
        out->journal[i] = out->journal[i - 1];
    out->journal[i] = journal;
}

/* The last of what stands under a link, of those who have a say: numbers grow as records come. */
static unsigned last_of(const struct fb_turn *t, uint32_t tag, fb_code hirer, uint32_t found[LOOKED_MAX])
{
    struct fb_postings p;
    uint32_t number;
    unsigned n = 0;
    fb_postings_begin(&p, &t->index, tag);
    while ((number = fb_postings_next(&p)) != 0)
        if (!fb_index_withdrawn(&t->index, number) && fb_gather_has_a_say(t, number, hirer))
            found[n++ % LOOKED_MAX] = number;
    return n < LOOKED_MAX ? n : LOOKED_MAX;
}

static fb_code hirer_of(const struct fb_record *about)
{
    return about->env.kind == FB_KIND_INVOICE_LINE ? about->as.invoice_line.hirer : about->as.booking.shift.hirer;
}

/* As decisions hear them: of the trust itself, and not of a trial about what is live. */
static bool is_heard(const struct fb_turn *t, const struct fb_record *about, uint32_t number, const struct fb_record *reply, uint32_t of)
{
    bool line = about->env.kind == FB_KIND_INVOICE_LINE;
    return fb_link_true(line ? FB_LINK_LINE : FB_LINK_BOOKING, about, reply) && reply->as.reply.hirer == hirer_of(about) &&
           (!fb_gather_is_shadow(t, of) || fb_gather_is_shadow(t, number));
}

/* Of a booking, or of a line of an invoice. */
static void add_of_record(struct fb_turn *t, uint32_t number, struct fb_replies_of *out)
{
    uint32_t found[LOOKED_MAX];
    struct fb_link link[FB_LINKS_MAX];
    const struct fb_record *about = fb_gather_version(t, number);
    unsigned n = about == NULL ? 0 : fb_record_links(about, link);
    for (unsigned i = 0; i < n; i++) {
        bool own = link[i].kind == (about->env.kind == FB_KIND_INVOICE_LINE ? FB_LINK_LINE : FB_LINK_BOOKING);
        unsigned held = own ? last_of(t, fb_index_tag(link[i].kind, link[i].hash, FB_KIND_REPLY), hirer_of(about), found) : 0;
        for (unsigned k = 0; k < held; k++) {
            const struct fb_record *reply = fb_gather_version(t, found[k]);
            if (reply != NULL && is_heard(t, about, number, reply, found[k]))
                add(out, fb_index_held(&t->index, found[k])->winner);
        }
    }
}

void fb_turn_replies(struct fb_turn *t, uint32_t subject, struct fb_replies_of *out)
{
    uint32_t group[FB_GATHER_MAX];
    *out = (struct fb_replies_of){.subject = subject};
    fb_assert(t->txn == NULL);
    const struct fb_held *held = fb_index_held(&t->index, subject);
    bool line = held != NULL && held->kind == FB_KIND_INVOICE_LINE;
    if (held == NULL || (held->kind != FB_KIND_BOOKING && !line) || t->err != FB_OK || fb_store_read(t->store, &t->txn) != FB_OK)
        return;
    fb_turn_judge_begin(t);
    group[0] = subject;
    unsigned n = line ? 1 : fb_gather_group(t, subject, group);
    for (unsigned i = 0; i < n && t->err == FB_OK; i++)
        add_of_record(t, group[i], out);
    fb_turn_judge_begin(t);
    fb_txn_abort(&t->txn);
    t->err = FB_OK; /* a question changes nothing */
}

/* ---- what they say ---- */

static bool is_about(const struct fb_finding_row *row, const struct fb_reply *r)
{
    return r->rule.n == 0 || fb_span_eq(r->rule, row->rule);
}

/* Whose words they are; a reply is the trust's unless it says otherwise. NULL: neither's last word, as a note is for whoever
 * wrote it. */
static struct fb_span *words_of(struct fb_finding_row *row, const struct fb_reply *r)
{
    if (r->step == FB_STEP_REPLY)
        return r->for_trust == FB_SAID_NO ? &row->challenge : &row->reply;
    return r->step == FB_STEP_CHALLENGE ? &row->challenge : NULL;
}

static void say(struct fb_finding_row *row, const struct fb_reply *r, struct fb_arena *arena)
{
    if (r->step == FB_STEP_ASSIGN || r->step == FB_STEP_SNOOZE)
        row->owner = fb_arena_copy(arena, r->owner);
    if (r->step == FB_STEP_SNOOZE && r->until_ms != FB_ABSENT)
        row->snoozed_until_ms = r->until_ms;
    if (r->step == FB_STEP_SNOOZE)
        row->snoozed_because = fb_arena_copy(arena, r->text);
    struct fb_span *words = words_of(row, r);
    if (words != NULL && r->text.n > 0)
        *words = fb_arena_copy(arena, r->text);
}

static enum fb_err read_one(struct fb_reader_books *books, uint64_t journal, uint32_t subject, struct fb_arena *read,
                            struct fb_arena *arena, struct fb_finding_row *row, unsigned n_rows)
{
    const struct fb_record *r;
    fb_arena_reset(read);
    enum fb_err err = fb_read_version(books, journal, read, &r);
    if (err != FB_OK || r->env.kind != FB_KIND_REPLY)
        return err;
    for (unsigned i = 0; i < n_rows; i++)
        if (row[i].subject == subject && is_about(&row[i], &r->as.reply))
            say(&row[i], &r->as.reply, arena);
    return FB_OK;
}

/* ---- in sentences ---- */

/* "The trust", "The controls team", or whoever it was; false: their name is to be said beside. */
static bool say_who(struct fb_text *t, const struct fb_reply *r)
{
    bool of_controls = r->for_trust == FB_SAID_NO || r->step == FB_STEP_CLOSE || r->step == FB_STEP_CHALLENGE;
    bool of_trust = r->for_trust == FB_SAID_YES || (r->step == FB_STEP_REPLY && !of_controls);
    if (of_controls || of_trust)
        fb_text_add(t, of_controls ? "The controls team" : "The trust");
    else if (r->by.n > 0)
        fb_text_add_span(t, r->by);
    else
        fb_text_add(t, "Somebody");
    return !of_controls && !of_trust;
}

static void say_day(struct fb_text *t, int64_t ms)
{
    static const char *const month[] = {"January", "February", "March",     "April",   "May",      "June",
                                        "July",    "August",   "September", "October", "November", "December"};
    int year;
    unsigned m, day;
    fb_day_civil(fb_london_day_of_ms(ms), &year, &m, &day);
    fb_text_add_int(t, day);
    fb_text_add(t, " ");
    fb_text_add(t, month[m - 1]);
    fb_text_add(t, " ");
    fb_text_add_int(t, year);
}

static void say_word(struct fb_text *t, const char *word)
{
    for (; *word != 0; word++)
        fb_text_add_span(t, (struct fb_span){*word == '_' ? " " : word, 1});
}

/* "16 March 2026 at 10:32", in London */
static void say_moment(struct fb_text *t, int64_t ms)
{
    enum { CLOCK_AT = 11, MOMENT_BYTES = 17 };
    char at[MOMENT_BYTES];
    fb_local_format(at, ms / FB_MINUTE_MS);
    say_day(t, ms);
    fb_text_add(t, " at ");
    fb_text_add(t, at + CLOCK_AT);
}

/* "agency.off_framework"; a step without a rule is about all that was found. */
static void say_about(struct fb_text *t, const struct fb_reply *r)
{
    if (r->rule.n > 0)
        fb_text_add_span(t, r->rule);
    else
        fb_text_add(t, "all that was found");
}

static void say_more(struct fb_text *t, const struct fb_reply *r)
{
    if ((r->step == FB_STEP_ASSIGN || r->step == FB_STEP_SNOOZE) && r->owner.n > 0) {
        fb_text_add(t, r->step == FB_STEP_ASSIGN ? " to " : " for ");
        fb_text_add_span(t, r->owner);
    }
    if (r->step == FB_STEP_SNOOZE && r->until_ms != FB_ABSENT) {
        fb_text_add(t, " until ");
        say_moment(t, r->until_ms);
    }
    if (r->step == FB_STEP_CLOSE) {
        fb_text_add(t, " as ");
        say_word(t, fb_verdict_word(r->verdict));
    }
}

/* "The trust (RTH-CPO) replied about agency.off_framework on 16 March 2026 at 10:32: the place was renewed" */
static void say_step(struct fb_text *t, const struct fb_record *record)
{
    static const char *const did[FB_STEP_END] = {
        [FB_STEP_ACKNOWLEDGE] = " acknowledged ", [FB_STEP_ASSIGN] = " assigned ",       [FB_STEP_NOTE] = " noted about ",
        [FB_STEP_SNOOZE] = " put off ",           [FB_STEP_REPLY] = " replied about ",   [FB_STEP_CHALLENGE] = " challenged ",
        [FB_STEP_CLOSE] = " closed "};
    const struct fb_reply *r = &record->as.reply;
    if (!say_who(t, r) && r->by.n > 0) {
        fb_text_add(t, " (");
        fb_text_add_span(t, r->by);
        fb_text_add(t, ")");
    }
    fb_text_add(t, did[r->step]);
    say_about(t, r);
    say_more(t, r);
    fb_text_add(t, " on ");
    say_moment(t, record->env.occurred_ms);
    fb_text_add(t, r->text.n > 0 ? ": " : ".");
    fb_text_add_span(t, r->text);
    char last = t->n > 0 ? t->p[t->n - 1] : '.';
    fb_text_add(t, last == '.' || last == '!' || last == '?' ? "" : ".");
}

enum fb_err fb_report_reply_lines(struct fb_reader_books *books, const struct fb_replies_of *of, struct fb_arena *arena,
                                  struct fb_explanation *x)
{
    struct fb_arena read;
    enum fb_err err = FB_OK;
    void *memory = malloc(READ_ROOM);
    if (memory == NULL)
        return FB_FULL;
    fb_arena_init(&read, memory, READ_ROOM);
    for (unsigned i = 0; i < of->n && err == FB_OK && x->n_lines < sizeof x->line / sizeof x->line[0]; i++) {
        const struct fb_record *r;
        char line[LINE_BYTES];
        struct fb_text t;
        fb_arena_reset(&read);
        fb_text_init(&t, line, sizeof line);
        err = fb_read_version(books, of->journal[i], &read, &r);
        if (err != FB_OK || r->env.kind != FB_KIND_REPLY)
            continue;
        say_step(&t, r);
        struct fb_span kept = fb_arena_copy(arena, (struct fb_span){line, (uint32_t)t.n});
        x->line[x->n_lines] = kept;
        x->n_lines += kept.p != NULL;
    }
    fb_arena_release(&read);
    free(memory);
    return err;
}

/* ---- beside findings ---- */

enum fb_err fb_report_replies(struct fb_reader_books *books, const struct fb_replies_of *of, unsigned n, struct fb_arena *arena,
                              struct fb_finding_row *row, unsigned n_rows)
{
    struct fb_arena read;
    enum fb_err err = FB_OK;
    void *memory = malloc(READ_ROOM);
    if (memory == NULL)
        return FB_FULL;
    fb_arena_init(&read, memory, READ_ROOM);
    for (unsigned i = 0; i < n && err == FB_OK; i++)
        for (unsigned k = 0; k < of[i].n && err == FB_OK; k++)
            err = read_one(books, of[i].journal[k], of[i].subject, &read, arena, row, n_rows);
    fb_arena_release(&read);
    free(memory);
    return err;
}
