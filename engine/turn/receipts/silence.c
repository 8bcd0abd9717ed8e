/* Sources that fall silent against their own habit. Only whole hours of the habit count, and only while this engine listened. */
#include "engine/base/bytes.h"
#include "engine/store/key.h"
#include "engine/turn/receipts/receipts.h"
#include "engine/turn/state.h"

enum { HOURS = 24, WEEK = 7, MINUTES_PER_HOUR = 60, PER_CENT = 100 };
#define MS_PER_HOUR ((int64_t)MINUTES_PER_HOUR * FB_MINUTE_MS)

/* ---- a habit ---- */

static enum fb_err hours_of(struct fb_txn *txn, struct fb_arena *arena, uint32_t source, fb_day day, uint32_t *hours)
{
    struct fb_key key = fb_key_receipt(source, day);
    struct fb_span bytes;
    size_t used = arena->used;
    enum fb_err err = fb_find(txn, FB_TABLE_RECEIPTS, fb_key_span(&key), arena, &bytes);
    err = err == FB_OK ? fb_receipt_row_hours(bytes, hours) : err;
    arena->used = used;
    return err;
}

/* The hours of a day that belong to the habit, by the same day of the weeks before; *weeks: of so many there is a statement. */
static enum fb_err expect(struct fb_txn *txn, struct fb_arena *arena, const struct fb_silence *rule, uint32_t source, fb_day day,
                          uint32_t *expected, unsigned *weeks)
{
    unsigned count[HOURS] = {0};
    enum fb_err err = FB_OK;
    *expected = 0;
    *weeks = 0;
    for (unsigned w = 1; w <= rule->weeks; w++) {
        uint32_t hours = 0;
        err = hours_of(txn, arena, source, day - (fb_day)(w * WEEK), &hours);
        if (err != FB_OK && err != FB_NOT_FOUND)
            return err;
        *weeks += err == FB_OK;
        for (unsigned h = 0; h < HOURS; h++)
            count[h] += hours >> h & 1u;
    }
    for (unsigned h = 0; h < HOURS && *weeks >= rule->weeks_least; h++)
        if (count[h] > 0 && count[h] * PER_CENT >= rule->percent * *weeks)
            *expected |= 1u << h;
    return FB_OK;
}

static const struct fb_silence *rule_of(const struct fb_turn *t)
{
    const struct fb_book *book = fb_turn_current(t);
    return book != NULL && book->silence.weeks > 0 ? &book->silence : NULL;
}

/* ---- hours without a message ---- */

static int64_t start_of(fb_day day, unsigned hour)
{
    int64_t at[2];
    unsigned n = fb_london_instants((int64_t)day * FB_DAY_MINUTES + (int64_t)hour * MINUTES_PER_HOUR, at);
    return n == 0 ? INT64_MAX : at[0] * FB_MINUTE_MS; /* in spring an hour is not there: nobody misses it */
}

/* Of the hours of a day that belong to the habit: those that began at or after from_ms and were over by until_ms. */
static unsigned missed_on(fb_day day, uint32_t expected, int64_t from_ms, int64_t until_ms)
{
    unsigned n = 0;
    for (unsigned h = 0; h < HOURS; h++) {
        int64_t start = (expected >> h & 1u) != 0 ? start_of(day, h) : INT64_MAX;
        n += start != INT64_MAX && start >= from_ms && start + MS_PER_HOUR <= until_ms;
    }
    return n;
}

static int64_t later(int64_t a, int64_t b)
{
    return a > b ? a : b;
}

/* On the days from the last message to the day before `until`. */
static unsigned missed_before(struct fb_turn *t, struct fb_txn *txn, const struct fb_silence *rule, uint32_t source, int64_t from_ms,
                              fb_day until)
{
    struct fb_arena *arena = fb_scratch_arena(&t->scratch);
    fb_day day = fb_london_day_of_ms(from_ms);
    unsigned n = 0, weeks;
    for (day = day < until - FB_HABIT_DAYS_MAX ? until - FB_HABIT_DAYS_MAX : day; day < until && t->err == FB_OK; day++) {
        uint32_t expected;
        fb_receipts_give_up(t, expect(txn, arena, rule, source, day, &expected, &weeks));
        n += missed_on(day, expected, from_ms, INT64_MAX);
    }
    return n;
}

static void settle_one(struct fb_turn *t, struct fb_txn *txn, const struct fb_silence *rule, uint32_t source)
{
    struct fb_receipts *r = &t->receipts;
    struct fb_habit *h = &r->habit[source];
    unsigned weeks;
    h->expected = 0;
    h->missed = 0;
    if (rule == NULL || h->last_ms == FB_ABSENT || h->silent_ms != FB_ABSENT)
        return;
    fb_receipts_give_up(t, expect(txn, fb_scratch_arena(&t->scratch), rule, source, r->day, &h->expected, &weeks));
    h->missed = missed_before(t, txn, rule, source, later(h->last_ms, r->listening_ms), r->day);
}

void fb_silence_settle(struct fb_turn *t, struct fb_txn *txn)
{
    struct fb_receipts *r = &t->receipts;
    const struct fb_silence *rule = rule_of(t);
    fb_turn_judge_begin(t);
    for (uint32_t s = 1; s <= t->sources.n && t->err == FB_OK; s++)
        settle_one(t, txn, rule, s);
    fb_turn_judge_begin(t);
    r->settled = true;
    r->of_issue = t->standing.current;
    fb_silence_refresh(t);
}

/* ---- when ---- */

/* The end of the hour that makes it silence, if that is of the day at hand. */
static int64_t due_of(const struct fb_turn *t, const struct fb_silence *rule, const struct fb_habit *h)
{
    const struct fb_receipts *r = &t->receipts;
    unsigned n = h->missed;
    int64_t from_ms = later(h->last_ms, r->listening_ms);
    if (h->last_ms == FB_ABSENT || h->silent_ms != FB_ABSENT)
        return INT64_MAX;
    if (n >= rule->hours)
        return start_of(r->day, 0);
    for (unsigned hour = 0; hour < HOURS; hour++) {
        n += missed_on(r->day, h->expected & 1u << hour, from_ms, INT64_MAX);
        if (n >= rule->hours)
            return start_of(r->day, hour) + MS_PER_HOUR;
    }
    return INT64_MAX;
}

void fb_silence_refresh(struct fb_turn *t)
{
    const struct fb_silence *rule = rule_of(t);
    t->receipts.due_ms = INT64_MAX;
    for (uint32_t s = 1; rule != NULL && s <= t->sources.n; s++) {
        int64_t due = due_of(t, rule, &t->receipts.habit[s]);
        if (due < t->receipts.due_ms)
            t->receipts.due_ms = due;
    }
}

uint32_t fb_silence_due(struct fb_turn *t, int64_t now_ms)
{
    const struct fb_silence *rule = rule_of(t);
    if (!t->receipts.on || rule == NULL || t->receipts.due_ms > now_ms)
        return 0;
    for (uint32_t s = 1; s <= t->sources.n; s++)
        if (due_of(t, rule, &t->receipts.habit[s]) <= now_ms)
            return s;
    return 0;
}

/* ---- told ---- */

static void tell(struct fb_turn *t, uint32_t source, int64_t since_ms, bool back)
{
    const struct fb_source *s = fb_sources_get(&t->sources, source);
    const struct fb_event e = {.kind = FB_EVENT_SOURCE_SILENT,
                               .at_ms = t->now_ms,
                               .journal = t->journal,
                               .trust = s->trust,
                               .severity = back ? FB_SEVERITY_OK_ : FB_SEVERITY_WARN,
                               .detail = back ? FB_SILENCE_BACK : FB_SILENCE_FELL,
                               .shadow = s->mode == FB_SOURCE_MODE_SHADOW,
                               .issue = fb_turn_current(t) == NULL ? 0 : t->standing.current,
                               .shift_day = fb_london_day_of_ms(since_ms),
                               .minutes = (t->now_ms - since_ms) / FB_MINUTE_MS,
                               .source = s->name};
    fb_turn_write_event(t, &e);
}

static void put_zigzag(struct fb_turn *t, uint32_t source, int64_t value)
{
    unsigned char bytes[10];
    struct fb_writer w;
    struct fb_key key = fb_key_receipt(source, FB_RECEIPT_STATE);
    fb_writer_init(&w, bytes, sizeof bytes);
    fb_put_zigzag(&w, value);
    fb_put(t->txn, FB_TABLE_RECEIPTS, fb_key_span(&key), (struct fb_span){(const char *)bytes, (uint32_t)w.n});
}

static unsigned missed(struct fb_turn *t, uint32_t source, int64_t from_ms)
{
    const struct fb_silence *rule = rule_of(t);
    uint32_t expected = 0;
    unsigned weeks;
    if (rule == NULL)
        return 0;
    fb_turn_judge_begin(t);
    unsigned n = missed_before(t, t->txn, rule, source, from_ms, t->known);
    fb_receipts_give_up(t, expect(t->txn, fb_scratch_arena(&t->scratch), rule, source, t->known, &expected, &weeks));
    fb_turn_judge_begin(t);
    return n + missed_on(t->known, expected, from_ms, t->now_ms);
}

void fb_turn_take_silent(struct fb_turn *t, uint32_t source, int64_t listening_ms, bool lists)
{
    struct fb_habit *h = &t->receipts.habit[source];
    unsigned char body[24];
    struct fb_writer w;
    fb_receipts_begin_as(t, t->txn, &(struct fb_receipts_of){.day = t->known, .lists = lists});
    fb_receipts_look_at_all(t, t->txn);
    int64_t since_ms = h->last_ms == FB_ABSENT ? listening_ms : h->last_ms;
    fb_writer_init(&w, body, sizeof body);
    fb_put_zigzag(&w, listening_ms);
    fb_put_varint(&w, missed(t, source, later(since_ms, listening_ms)));
    if (lists)
        fb_put_varint(&w, FB_RECEIPTS_LIST);
    struct fb_entry e = {.kind = FB_ENTRY_SILENT, .source = source, .body = {(const char *)body, (uint32_t)w.n}};
    fb_turn_write(t, &e);
    put_zigzag(t, source, since_ms);
    h->silent_ms = since_ms;
    tell(t, source, since_ms, false);
    fb_silence_refresh(t);
}

bool fb_silence_read(struct fb_span body, int64_t *listening_ms, bool *lists)
{
    struct fb_reader r;
    fb_reader_init(&r, body.p, body.n);
    *listening_ms = fb_get_zigzag(&r);
    (void)fb_get_varint(&r);
    return fb_receipts_read_lists(&r, lists);
}

void fb_silence_end(struct fb_turn *t, uint32_t source)
{
    struct fb_habit *h = &t->receipts.habit[source];
    struct fb_key key = fb_key_receipt(source, FB_RECEIPT_STATE);
    fb_del(t->txn, FB_TABLE_RECEIPTS, fb_key_span(&key));
    tell(t, source, h->silent_ms, true);
    h->silent_ms = FB_ABSENT;
    t->receipts.settled = false; /* the habit counts again */
}

/* ---- for people ---- */

enum fb_err fb_report_habit(struct fb_txn *txn, struct fb_arena *arena, const struct fb_book *book, uint32_t source, fb_day today,
                            enum fb_habit_known *known, int64_t *silent_ms)
{
    struct fb_key key = fb_key_receipt(source, FB_RECEIPT_STATE);
    struct fb_span bytes;
    struct fb_reader r;
    uint32_t expected;
    unsigned weeks = 0;
    size_t used = arena->used;
    enum fb_err err = fb_find(txn, FB_TABLE_RECEIPTS, fb_key_span(&key), arena, &bytes);
    *known = FB_HABIT_NO_RULE;
    if (err == FB_OK) {
        fb_reader_init(&r, bytes.p, bytes.n);
        *silent_ms = fb_get_zigzag(&r);
        *known = FB_HABIT_SILENT;
        arena->used = used;
        return r.bad ? FB_DAMAGED : FB_OK;
    }
    arena->used = used;
    if (err != FB_NOT_FOUND || book == NULL || book->silence.weeks == 0)
        return err == FB_NOT_FOUND ? FB_OK : err;
    err = expect(txn, arena, &book->silence, source, today, &expected, &weeks);
    *known = weeks >= book->silence.weeks_least ? FB_HABIT_KNOWN : FB_HABIT_CANNOT_SAY;
    return err;
}
