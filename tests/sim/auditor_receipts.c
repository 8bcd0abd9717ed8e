#include "engine/base/check.h"
#include "engine/base/when.h"
#include "tests/sim/auditor_positions.h"
#include "tests/sim/auditor_sent.h"
#include <string.h>

/* What is stated of a source's day, written anew by the words of deploy/RECEIPTS.md alone, and held against the engine's text. */

enum { TEXT_BYTES = 8192, EPOCH_BYTES = 8, KEY_BYTES = 32, INSTANT_BYTES = 25, DAYS_MADE_UP = 31 };

/* ---- a day ---- */

struct line {
    uint64_t first, amended;
    int64_t sum[AUD_SUMS];
};
struct day {
    struct line line[FB_KIND_END];
    struct aud_hashing hash[FB_KIND_END], refused, conflict;
    struct aud_positions at;
    uint64_t last; /* the last entry of a message so far */
    unsigned source;
    fb_day day;
};

static void count(struct day *d, const struct aud_sent *s, bool today)
{
    enum fb_kind kind = s->message->record.env.kind;
    if (s->refused == FB_REASON_NONE)
        aud_pass(&d->at, s->message->record.env.source_seq, today);
    if (!today)
        return;
    if (s->refused != FB_REASON_NONE) {
        aud_hash_sent(s->refused == FB_REASON_CONFLICT ? &d->conflict : &d->refused, s);
        return;
    }
    ++*(s->amended ? &d->line[kind].amended : &d->line[kind].first);
    aud_sent_add(s, d->line[kind].sum);
    aud_hash_sent(&d->hash[kind], s);
}

/* Nothing of that day yet. */
static void empty(struct day *d)
{
    memset(d->line, 0, sizeof d->line);
    for (unsigned k = 0; k < FB_KIND_END; k++)
        aud_hash_begin(&d->hash[k]);
    aud_hash_begin(&d->refused);
    aud_hash_begin(&d->conflict);
    d->at.first = d->at.last = FB_ABSENT;
    d->at.again = 0;
}

/* Of a source days are asked for in order, so that what came before is carried on from the day before. */
static void look(const struct auditor *a, unsigned source, fb_day since, fb_day day, struct day *d)
{
    struct aud_sent s;
    if (d->source != source || d->day >= day)
        memset(d, 0, sizeof *d);
    d->source = source;
    d->day = day;
    empty(d);
    for (; aud_sent_next(a, source, d->last, &s) && fb_london_day_of_ms(s.at_ms) <= day; d->last = s.journal)
        count(d, &s, fb_london_day_of_ms(s.at_ms) >= since);
}

/* ---- its text ---- */

static void add_number(struct fb_text *t, const char *word, int64_t v)
{
    fb_text_add(t, word);
    fb_text_add_int(t, v);
}

static void add_hex(struct fb_text *t, const char *word, const unsigned char *p, size_t n)
{
    static const char digit[] = "0123456789abcdef";
    fb_text_add(t, word);
    for (size_t i = 0; i < n; i++) {
        const char two[] = {digit[p[i] >> 4], digit[p[i] & 15], 0};
        fb_text_add(t, two);
    }
    fb_text_add(t, "\n");
}

static void add_hash(struct fb_text *t, const struct aud_hashing *h)
{
    unsigned char hash[AUD_HASH_BYTES];
    aud_hash_end(h, hash);
    add_hex(t, " hash ", hash, sizeof hash);
}

static void add_head(struct fb_text *t, const struct auditor *a, const struct aud_asked_of *q, fb_day since, uint64_t entries, int64_t made_ms)
{
    const struct fb_source *s = &a->w->source[q->source];
    unsigned char epoch[EPOCH_BYTES];
    char day[11], made[INSTANT_BYTES];
    for (unsigned i = 0; i < EPOCH_BYTES; i++)
        epoch[i] = (unsigned char)(q->epoch >> 8 * (EPOCH_BYTES - 1 - i));
    fb_day_format(day, q->day);
    fb_instant_format(made, made_ms);
    fb_text_add(t, "fairbank receipt 1\n");
    add_hex(t, "store ", epoch, sizeof epoch);
    fb_text_add(t, "source ");
    fb_text_add_span(t, s->name);
    fb_text_add(t, "\ntrust ");
    if (s->trust == 0)
        fb_text_add(t, "none");
    else
        fb_text_add_code(t, s->trust);
    fb_text_add(t, "\nday ");
    fb_text_add(t, day);
    if (since < q->day) {
        fb_day_format(day, since);
        fb_text_add(t, "\nsince ");
        fb_text_add(t, day);
    }
    fb_text_add(t, q->day == q->today ? "\nstate open" : "\nstate closed");
    add_number(t, "\nentries ", (int64_t)entries);
    fb_text_add(t, "\nmade ");
    fb_text_add(t, made);
    fb_text_add(t, "\n");
}

static void add_kind(struct fb_text *t, const struct day *d, enum fb_kind kind)
{
    const struct line *l = &d->line[kind];
    if (d->hash[kind].n == 0)
        return;
    fb_text_add(t, fb_kind_word(kind));
    add_number(t, " first ", (int64_t)l->first);
    add_number(t, " amended ", (int64_t)l->amended);
    add_number(t, " minutes ", l->sum[0]);
    add_number(t, " pence ", l->sum[1]);
    add_number(t, " rates ", l->sum[2]);
    add_hash(t, &d->hash[kind]);
}

static void add_positions(struct fb_text *t, const struct aud_positions *p)
{
    fb_text_add(t, "sequence");
    if (p->first != FB_ABSENT) {
        add_number(t, " first ", p->first);
        add_number(t, " last ", p->last);
    }
    add_number(t, " next ", (int64_t)p->next);
    add_number(t, " missing ", (int64_t)p->missing);
    add_number(t, " again ", (int64_t)p->again);
    fb_text_add(t, "\n");
}

static void add_ranges(struct fb_text *t, const struct aud_positions *p)
{
    uint64_t from = 0, to = 0;
    if (p->n_listed == 0)
        return;
    for (fb_text_add(t, "gaps"); aud_next_range(p, &from, &to); from = to) {
        add_number(t, " ", (int64_t)from);
        if (to - from > 1)
            add_number(t, "-", (int64_t)to - 1);
    }
    if (p->missing > p->n_listed) {
        add_number(t, " and ", (int64_t)(p->missing - p->n_listed));
        fb_text_add(t, " more");
    }
    fb_text_add(t, "\n");
}

static void add_tail(struct fb_text *t, const struct day *d, uint64_t repeats)
{
    static const unsigned char key[KEY_BYTES];
    add_number(t, "refused ", (int64_t)d->refused.n);
    add_hash(t, &d->refused);
    add_number(t, "conflict ", (int64_t)d->conflict.n);
    add_hash(t, &d->conflict);
    add_number(t, "repeats ", (int64_t)repeats);
    fb_text_add(t, "\n");
    add_positions(t, &d->at);
    add_ranges(t, &d->at);
    add_hex(t, "key ", key, sizeof key);
}

/* ---- against the engine's ---- */

static struct fb_span take_line(struct fb_span *rest)
{
    uint32_t n = 0;
    while (n < rest->n && rest->p[n] != '\n')
        n++;
    struct fb_span out = {rest->p, n};
    n += n < rest->n;
    *rest = (struct fb_span){rest->p + n, rest->n - n};
    return out;
}

static bool wrong(struct auditor *a, const struct aud_asked_of *q, struct fb_span must, struct fb_span is)
{
    char memory[AUD_WHY_BYTES], day[11];
    struct fb_text t;
    fb_day_format(day, q->day);
    fb_text_init(&t, memory, sizeof memory);
    fb_text_add_span(&t, a->w->source[q->source].name);
    fb_text_add(&t, ", ");
    fb_text_add(&t, day);
    fb_text_add(&t, ": the statement says: ");
    fb_text_add_span(&t, is);
    fb_text_add(&t, "; by what was sent: ");
    fb_text_add_span(&t, must);
    return auditor_differs(a, memory, 0, 1);
}

/* Up to where it was looked: at least at the last message of the day, and not at the next, nor at the statement itself. -1: nowhere. */
static int64_t entries_of(struct auditor *a, const struct aud_asked_of *q, uint64_t last, struct fb_span text)
{
    static const char word[] = "entries ";
    struct aud_sent next;
    const struct aud_day *stated = aud_day(a, q->day);
    int64_t n = -1;
    while (text.n > 0) {
        struct fb_span line = take_line(&text);
        if (line.n >= sizeof word && memcmp(line.p, word, sizeof word - 1) == 0 &&
            fb_parse_int(&n, (struct fb_span){line.p + sizeof word - 1, line.n - (uint32_t)sizeof word + 1}) != FB_OK)
            return -1;
    }
    bool good = n >= (int64_t)last && (!aud_sent_next(a, q->source, last, &next) || n < (int64_t)next.journal) &&
                (stated == NULL || n < (int64_t)stated->step->journal);
    return good ? n : -1;
}

static uint32_t repeats_of(const struct auditor *a, unsigned source, const struct aud_day *d)
{
    const struct aud_step *before = d != NULL ? d->before : NULL;
    const struct aud_day *last = a->n_days > 0 ? &a->day[a->n_days - 1] : NULL;
    if (d == NULL && last != NULL && last->step->opened == a->n_opened)
        before = last->step;
    return (d != NULL ? d->step->repeats[source] : a->repeats[source]) - (before != NULL ? before->repeats[source] : 0);
}

static void meet(struct auditor *a, const struct day *d, uint32_t repeats)
{
    bool amended = false;
    for (unsigned k = 1; k < FB_KIND_END; k++)
        amended |= d->line[k].amended > 0;
    a->met->stated++;
    a->met->stated_more += amended && d->refused.n > 0 && repeats > 0;
    a->met->missing += d->at.missing > 0;
}

/* Of a message, or of a step of the engine's own; the packs were issued before both. */
static fb_day day_of_first_entry(const struct auditor *a)
{
    int64_t first_ms = a->n_steps > 0 ? a->step[0].at_ms : INT64_MAX;
    struct aud_sent s;
    for (unsigned i = 0; i < SIM_SOURCES; i++)
        if (aud_sent_next(a, i, 0, &s) && s.at_ms < first_ms)
            first_ms = s.at_ms;
    return fb_london_day_of_ms(first_ms);
}

static bool find_since(struct fb_span text, fb_day *since)
{
    static const char word[] = "since ";
    while (text.n > 0) {
        struct fb_span line = take_line(&text);
        if (line.n >= sizeof word && memcmp(line.p, word, sizeof word - 1) == 0)
            return fb_day_parse(since, (struct fb_span){line.p + sizeof word - 1, line.n - (uint32_t)sizeof word + 1}) == FB_OK;
    }
    return false;
}

/* Where an engine was so late with its first statement that it was too late to speak of each day, all from its first entry on are
 * stated together. Nobody asks for a day before that entry. */
static bool is_together(const struct auditor *a, fb_day day)
{
    return a->n_days > 0 && day <= a->day[0].day && fb_london_day_of_ms(a->day[0].step->at_ms) - a->day[0].day > DAYS_MADE_UP;
}

/* The day whose statement covers the one asked for. *since: the first that it covers, no later than what came first. */
static fb_day stated_with(const struct auditor *a, fb_day day, struct fb_span text, fb_day *since)
{
    fb_day first;
    *since = day;
    if (!is_together(a, day) || !find_since(text, &first) || day < first || first > day_of_first_entry(a))
        return day;
    *since = first;
    return a->day[0].day;
}

bool auditor_receipt(struct auditor *a, const struct aud_asked_of *asked, struct fb_span text)
{
    static struct day d;
    static char memory[TEXT_BYTES];
    struct aud_asked_of of = *asked;
    const struct aud_asked_of *q = &of;
    fb_day since;
    of.day = stated_with(a, asked->day, text, &since);
    const struct aud_day *stated = aud_day(a, q->day);
    struct fb_text must;
    look(a, q->source, since, q->day, &d);
    int64_t entries = entries_of(a, q, d.last, text);
    uint32_t repeats = repeats_of(a, q->source, stated);
    fb_text_init(&must, memory, sizeof memory);
    add_head(&must, a, q, since, (uint64_t)entries, stated != NULL ? stated->step->at_ms : q->now_ms);
    for (unsigned k = 1; k < FB_KIND_END; k++)
        add_kind(&must, &d, (enum fb_kind)k);
    add_tail(&must, &d, repeats);
    fb_assert(!must.cut);
    meet(a, &d, repeats);
    for (struct fb_span mine = {must.p, (uint32_t)must.n}; mine.n > 0 || text.n > 0;) {
        struct fb_span x = take_line(&mine), y = take_line(&text);
        if (!fb_span_eq(x, y))
            return wrong(a, q, x, y);
    }
    return (stated == NULL) == (q->day == q->today) || auditor_differs(a, "statement of a day that the feed told nothing of, or of today", q->today, q->day);
}

/* The day was over and nobody but the engine itself had said Hello: there was nothing to tell of. */
static bool nobody_yet(const struct auditor *a, fb_day day)
{
    for (unsigned i = 0; i < a->n_steps; i++)
        if (fb_london_day_of_ms(a->step[i].at_ms) > day)
            return (a->step[i].known & ~(1u << (SIM_SOURCES - 1))) == 0;
    return false;
}

/* Of a source that came after the day was stated, be it together with others; one without an entry of which it was too late to speak. */
bool auditor_no_receipt(struct auditor *a, const struct aud_asked_of *q)
{
    struct aud_sent s;
    bool before = false, on = false;
    const struct aud_day *stated = is_together(a, q->day) ? &a->day[0] : aud_day(a, q->day);
    for (unsigned i = 0; i < SIM_SOURCES; i++)
        for (uint64_t after = 0; aud_sent_next(a, i, after, &s) && fb_london_day_of_ms(s.at_ms) <= q->day; after = s.journal) {
            before |= i == q->source;
            on |= fb_london_day_of_ms(s.at_ms) == q->day;
        }
    bool unknown = stated != NULL && (stated->step->known >> q->source & 1) == 0 && !before;
    bool skipped = stated == NULL && !on && q->today - q->day > DAYS_MADE_UP;
    bool nobody = aud_day(a, q->day) == NULL && !before && nobody_yet(a, q->day);
    return unknown || skipped || nobody || wrong(a, q, fb_span_of("a statement"), fb_span_of("nothing"));
}

/* ---- as it goes ---- */

void auditor_hello(struct auditor *a, struct fb_span name)
{
    for (unsigned s = 0; s < SIM_SOURCES; s++)
        a->known |= fb_span_eq(a->w->source[s].name, name) ? 1u << s : 0;
}

void auditor_wrote(struct auditor *a, int64_t at_ms)
{
    fb_assert(a->n_steps < AUD_STEPS_MAX);
    struct aud_step *s = &a->step[a->n_steps++];
    *s = (struct aud_step){.journal = a->journal + 1, .at_ms = at_ms, .opened = a->n_opened, .known = a->known};
    memcpy(s->repeats, a->repeats, sizeof s->repeats);
}

/* ---- as the feed told it ---- */

const struct aud_day *aud_day(const struct auditor *a, fb_day day)
{
    for (unsigned i = 0; i < a->n_days; i++)
        if (a->day[i].day == day)
            return &a->day[i];
    return NULL;
}

static const struct aud_step *step_of(const struct auditor *a, uint64_t journal)
{
    for (unsigned i = 0; i < a->n_steps; i++)
        if (a->step[i].journal == journal)
            return &a->step[i];
    return NULL;
}

/* Days are stated in order, each when it is over, and of all sources in one entry. */
static bool hear_day(struct auditor *a, const struct fb_event *e)
{
    const struct aud_day *last = a->n_days > 0 ? &a->day[a->n_days - 1] : NULL;
    const struct aud_step *step = step_of(a, e->journal);
    if (last != NULL && last->day == e->shift_day)
        return last->step->journal == e->journal;
    if (step == NULL || (last != NULL && last->day > e->shift_day) || fb_london_day_of_ms(step->at_ms) <= e->shift_day)
        return false;
    fb_assert(a->n_days < AUD_DAYS_MAX);
    a->day[a->n_days++] = (struct aud_day){e->shift_day, step, last != NULL && last->step->opened == step->opened ? last->step : NULL};
    return true;
}

void aud_hear_receipt(struct auditor *a, const struct fb_event *e)
{
    unsigned s = 0;
    while (s < SIM_SOURCES - 1 && !fb_span_eq(a->w->source[s].name, e->source))
        s++;
    a->n_stated++;
    if (!hear_day(a, e) || s == SIM_SOURCES - 1 || (a->day[a->n_days - 1].step->known >> s & 1) == 0)
        (void)auditor_differs(a, "receipt.issued, of which day, at entry", e->shift_day, (int64_t)e->journal);
}
