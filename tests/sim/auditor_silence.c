#include "engine/base/check.h"
#include "engine/base/when.h"
#include "tests/sim/auditor_sent.h"
#include <string.h>

/* Sources that fall silent against their own habit, by going through all that each ever sent. */

/* The words of deploy/RECEIPTS.md: how far back hours without a message are counted; the detail of source.silent. */
enum { HOURS = 24, WEEK = 7, BACK_DAYS_MAX = 15, FELL = 1, BACK = 2 };

/* The hours of a day (Europe/London) in which the source sent something. */
static uint32_t hours_of(const struct auditor *a, unsigned source, fb_day day)
{
    struct aud_sent s;
    uint32_t hours = 0;
    for (uint64_t after = 0; aud_sent_next(a, source, after, &s); after = s.journal)
        if (fb_london_day_of_ms(s.at_ms) == day)
            hours |= 1u << (fb_london_local_min(s.at_ms / SIM_MINUTE_MS) / 60 % HOURS);
    return hours;
}

/* Of a day's hours those that belong to the habit, as it could be known at that entry. */
static uint32_t habit(const struct auditor *a, const struct fb_silence *rule, unsigned source, fb_day day, uint64_t journal)
{
    unsigned weeks = 0, count[HOURS] = {0};
    uint32_t expected = 0;
    for (unsigned w = 1; w <= rule->weeks; w++) {
        const struct aud_day *d = aud_day(a, day - (fb_day)(w * WEEK));
        if (d == NULL || d->step->journal >= journal || (d->step->known >> source & 1) == 0)
            continue;
        uint32_t hours = hours_of(a, source, d->day);
        weeks++;
        for (unsigned h = 0; h < HOURS; h++)
            count[h] += hours >> h & 1;
    }
    for (unsigned h = 0; h < HOURS && weeks >= rule->weeks_least; h++)
        if (count[h] > 0 && count[h] * 100 >= rule->percent * weeks)
            expected |= 1u << h;
    return expected;
}

/* Whole hours of the habit that began at or after the one instant and were over by the other. */
static unsigned missed(const struct auditor *a, const struct fb_silence *rule, unsigned source, int64_t from_ms, int64_t until_ms, uint64_t journal)
{
    unsigned n = 0;
    fb_day last = fb_london_day_of_ms(until_ms), day = fb_london_day_of_ms(from_ms);
    for (day = day < last - BACK_DAYS_MAX ? last - BACK_DAYS_MAX : day; day <= last; day++) {
        uint32_t expected = habit(a, rule, source, day, journal);
        for (unsigned h = 0; h < HOURS; h++) {
            int64_t at[2];
            if ((expected >> h & 1) == 0 || fb_london_instants((int64_t)day * 1440 + h * 60, at) == 0)
                continue;
            n += at[0] * SIM_MINUTE_MS >= from_ms && at[0] * SIM_MINUTE_MS + SIM_HOUR_MS <= until_ms;
        }
    }
    return n;
}

/* Its last message before that entry; message NULL: there was none. */
static struct aud_sent last_before(const struct auditor *a, unsigned source, uint64_t journal)
{
    struct aud_sent s, last = {.message = NULL};
    for (uint64_t after = 0; aud_sent_next(a, source, after, &s) && s.journal < journal; after = s.journal)
        last = s;
    return last;
}

/* ---- as the feed told it ---- */

void auditor_opened(struct auditor *a, int64_t from_ms)
{
    fb_assert(a->n_opened < AUD_OPENED_MAX);
    a->opened[a->n_opened++] = (struct aud_opened){a->journal, from_ms};
    a->listening_ms = INT64_MAX;
    memset(a->repeats, 0, sizeof a->repeats);
}

/* It cannot have listened longer than it was open. */
static int64_t opened_before(const struct auditor *a, uint64_t journal)
{
    int64_t from_ms = INT64_MIN;
    for (unsigned i = 0; i < a->n_opened && a->opened[i].journal < journal; i++)
        from_ms = a->opened[i].from_ms;
    return from_ms;
}

static void hear_fell(struct auditor *a, unsigned s, const struct fb_event *e)
{
    struct aud_sent last = last_before(a, s, e->journal);
    const struct fb_book *book = e->issue == 0 ? NULL : a->issue[e->issue];
    int64_t open_ms = opened_before(a, e->journal), from_ms = last.at_ms > open_ms ? last.at_ms : open_ms;
    a->met->silent++;
    if (last.message == NULL || a->silent_ms[s] != FB_ABSENT || book == NULL || book->silence.weeks == 0) {
        (void)auditor_differs(a, "source told silent that sent nothing yet, or twice, at entry", 0, (int64_t)e->journal);
        return;
    }
    unsigned n = missed(a, &book->silence, s, from_ms, e->at_ms, e->journal);
    if (n < book->silence.hours)
        (void)auditor_differs(a, "hours of its habit without a message, of a source told silent", book->silence.hours, n);
    if (e->minutes != (e->at_ms - last.at_ms) / SIM_MINUTE_MS || e->shift_day != fb_london_day_of_ms(last.at_ms))
        (void)auditor_differs(a, "minutes since the last message of a silent source", (e->at_ms - last.at_ms) / SIM_MINUTE_MS, e->minutes);
    a->silent_ms[s] = last.at_ms;
}

/* With the first message that came after. */
static void hear_back(struct auditor *a, unsigned s, const struct fb_event *e)
{
    struct aud_sent next, last = last_before(a, s, e->journal);
    a->met->back++;
    if (a->silent_ms[s] == FB_ABSENT || !aud_sent_next(a, s, e->journal - 1, &next) || next.journal != e->journal ||
        last.at_ms != a->silent_ms[s])
        (void)auditor_differs(a, "source told back, at entry", -1, (int64_t)e->journal);
    a->silent_ms[s] = FB_ABSENT;
}

void aud_hear_silence(struct auditor *a, const struct fb_event *e)
{
    unsigned s = 0;
    while (s < SIM_SOURCES - 1 && !fb_span_eq(a->w->source[s].name, e->source))
        s++;
    if (s == SIM_SOURCES - 1 || (e->detail != FELL && e->detail != BACK)) {
        (void)auditor_differs(a, "source.silent of a source, at entry", 1, (int64_t)e->journal);
        return;
    }
    (e->detail == FELL ? hear_fell : hear_back)(a, s, e);
}

/* ---- what must have been told ---- */

bool auditor_silent(struct auditor *a, int64_t at_ms)
{
    const struct fb_silence *rule = a->current == 0 ? NULL : &a->issue[a->current]->silence;
    for (unsigned s = 0; s < SIM_SOURCES - 1; s++) {
        struct aud_sent last = last_before(a, s, UINT64_MAX);
        if (a->silent_ms[s] != FB_ABSENT && last.at_ms != a->silent_ms[s])
            return auditor_differs(a, "silent source that sent something since, by its number", -1, s);
        if (last.message == NULL || rule == NULL || rule->weeks == 0 || a->silent_ms[s] != FB_ABSENT || a->listening_ms == INT64_MAX)
            continue;
        int64_t from_ms = last.at_ms > a->listening_ms ? last.at_ms : a->listening_ms;
        unsigned n = missed(a, rule, s, from_ms, at_ms, a->journal + 1);
        if (n >= rule->hours)
            return auditor_differs(a, "hours of its habit without a message, of a source that nobody told of", rule->hours - 1, n);
    }
    return true;
}
