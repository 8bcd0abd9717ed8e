#include "engine/core/clocks.h"

/* What is told besides the shifts: hours in posts of one's own, week by week, and absences. */

unsigned fb_clock__place(const struct fb_diary_view *d, enum fb_diary_sort sort, int64_t start_min)
{
    unsigned low = 0, high = d->n[sort];
    while (low < high) {
        unsigned middle = (low + high) / 2;
        if (d->row[sort][middle].stint.start_min < start_min)
            low = middle + 1;
        else
            high = middle;
    }
    return low;
}

/* ---- days away ---- */

enum { WHOLE_WEEK = 127 }; /* a bit for each of its days */

/* A bit for each of the seven days of a week that a row covers. */
static uint8_t days_covered(const struct fb_stint *s, fb_day monday)
{
    int64_t from = (int64_t)(s->start_min / FB_CLOCK_DAY_MIN) - monday,
            until = (int64_t)(s->end_min / FB_CLOCK_DAY_MIN) - monday;
    from = from < 0 ? 0 : from;
    until = until > 7 ? 7 : until;
    return (uint8_t)(from < until ? (1u << until) - (1u << from) : 0);
}

/* The days of a week of hours on which its worker was away from that employer or from all work, whatever the kind of the absence. */
static uint8_t days_away(const struct fb_diary_view *d, const struct fb_stint *hours)
{
    const struct fb_diary_row *rows = d->row[FB_DIARY_ABSENCES];
    uint8_t away = 0;
    for (unsigned i = 0; i < d->n[FB_DIARY_ABSENCES] && rows[i].stint.start_min < hours->end_min; i++)
        if (rows[i].stint.hirer == 0 || rows[i].stint.hirer == hours->hirer)
            away |= days_covered(&rows[i].stint, (fb_day)(hours->start_min / FB_CLOCK_DAY_MIN));
    return away;
}

static int64_t length_of(uint8_t days, fb_day monday)
{
    int64_t minutes = 0;
    for (fb_day day = 0; day < 7; day++)
        if ((days >> day & 1) != 0)
            minutes += fb_clock__begin(monday + day + 1) - fb_clock__begin(monday + day);
    return minutes;
}

/* ---- hours ---- */

/* Worked beats rostered beats contracted, then the larger number, then the first. */
static bool beats(const struct fb_diary_row *a, const struct fb_diary_row *b)
{
    unsigned by_a = a->kind - 1u, by_b = b->kind - 1u; /* a kind that is not stated comes last */
    if (by_a != by_b)
        return by_a < by_b;
    if (a->stint.minutes != b->stint.minutes)
        return a->stint.minutes > b->stint.minutes;
    return a < b;
}

int64_t fb_clock__hours_of_several(const struct fb_diary_view *d, unsigned i)
{
    const struct fb_diary_row *rows = d->row[FB_DIARY_HOURS], *row = &rows[i];
    unsigned first = i;
    while (first > 0 && rows[first - 1].stint.start_min == row->stint.start_min)
        first--;
    for (unsigned k = first; k < d->n[FB_DIARY_HOURS] && rows[k].stint.start_min == row->stint.start_min; k++)
        if (k != i && rows[k].stint.hirer == row->stint.hirer && beats(&rows[k], row))
            return 0;
    return row->stint.minutes;
}

/* Of a week that is an absence in part only what cannot have lain in it was surely worked. */
int64_t fb_clock__unless_away(const struct fb_diary_view *d, unsigned i, bool *doubt)
{
    const struct fb_stint *s = &d->row[FB_DIARY_HOURS][i].stint;
    int64_t minutes = fb_clock__hours(d, i);
    uint8_t away = minutes == 0 ? 0 : days_away(d, s);
    bool unread = d->cut && d->n[FB_DIARY_ABSENCES] == 0; /* there may have been too many of them */
    if (minutes == 0 || (away == 0 && !unread))
        return minutes;
    if (away == WHOLE_WEEK)
        return 0;
    *doubt = true;
    minutes -= unread ? minutes : length_of(away, (fb_day)(s->start_min / FB_CLOCK_DAY_MIN));
    return minutes < 0 ? 0 : minutes;
}

bool fb_clock__stated(const struct fb_diary_view *d, fb_day monday, fb_code employer)
{
    int64_t start = (int64_t)monday * FB_CLOCK_DAY_MIN;
    for (unsigned i = fb_clock__place(d, FB_DIARY_HOURS, start); i < d->n[FB_DIARY_HOURS]; i++) {
        const struct fb_stint *s = &d->row[FB_DIARY_HOURS][i].stint;
        if (s->start_min != start)
            return false;
        if (s->hirer == employer)
            return true;
    }
    return false;
}

/* A post of their own, at an employer that is named: that one knows what was worked in it. */
static bool is_post(const struct fb_diary_row *row)
{
    return row->kind == FB_FACT_KIND_SUBSTANTIVE_POST && row->stint.hirer != 0 && fb_clock__holds(row);
}

/* In each of these weeks in which one is held its employer says something. Rows ascend. */
static bool posts_told(const struct fb_diary_view *d, fb_day from, fb_day until)
{
    const struct fb_diary_row *row = d->row[FB_DIARY_FACTS];
    int64_t end = ((int64_t)until + 7) * FB_CLOCK_DAY_MIN;
    for (unsigned i = 0; i < d->n[FB_DIARY_FACTS] && row->stint.start_min < end; i++, row++) {
        fb_day first = fb_clock__week_of((fb_day)(row->stint.start_min / FB_CLOCK_DAY_MIN));
        if (!is_post(row))
            continue;
        for (fb_day week = first > from ? first : from; week <= until && (int64_t)week * FB_CLOCK_DAY_MIN < row->stint.end_min; week += 7)
            if (!fb_clock__stated(d, week, row->stint.hirer))
                return false;
    }
    return true;
}

/* Something is said of each of these weeks, whoever says it. */
static bool weeks_told(const struct fb_diary_view *d, fb_day from, fb_day until)
{
    const struct fb_diary_row *rows = d->row[FB_DIARY_HOURS];
    fb_day next = from;
    for (unsigned i = fb_clock__place(d, FB_DIARY_HOURS, (int64_t)from * FB_CLOCK_DAY_MIN);
         i < d->n[FB_DIARY_HOURS] && next <= until; i++) {
        fb_day monday = (fb_day)(rows[i].stint.start_min / FB_CLOCK_DAY_MIN);
        if (monday > next)
            return false;
        next = monday + 7;
    }
    return next > until;
}

bool fb_clock__told(const struct fb_diary_view *d, fb_day from, fb_day until)
{
    return weeks_told(d, from, until) && posts_told(d, from, until);
}

bool fb_clock__idle(const struct fb_clock *k, fb_day from, fb_day until)
{
    const struct fb_diary_view *d = k->diary;
    fb_day first = fb_clock__week_of(from), last = fb_clock__week_of(until);
    if (!fb_clock__fed(k, from) || !fb_clock__told(d, first, last))
        return false;
    for (unsigned i = fb_clock__place(d, FB_DIARY_HOURS, (int64_t)first * FB_CLOCK_DAY_MIN);
         i < d->n[FB_DIARY_HOURS]; i++) {
        if (d->row[FB_DIARY_HOURS][i].stint.start_min > (int64_t)last * FB_CLOCK_DAY_MIN)
            break;
        bool doubt = false;
        if (fb_clock__sure(d, i, &doubt) > 0 || doubt)
            return false;
    }
    return true;
}

/* ---- the weeks that the average is of ---- */

unsigned fb_clock__reference_weeks(const struct fb_clocks *c, uint64_t grades)
{
    unsigned weeks = c->reference_weeks;
    for (unsigned i = 0; i < c->n_by_grade; i++)
        if ((c->by_grade[i].grades & grades) != 0 && (c->by_grade[i].weeks > weeks || grades != UINT64_MAX))
            weeks = c->by_grade[i].weeks;
    return weeks > FB_CLOCK_REFERENCE_MAX ? FB_CLOCK_REFERENCE_MAX : weeks;
}

static unsigned weeks_asked(const struct fb_clock *k)
{
    int grade = -1;
    if (k->c->n_by_grade > 0 && fb_fact_known(k->out, FB_FACT_GRADE))
        grade = fb_book_grade(k->book, (fb_code)k->out->value[FB_FACT_GRADE]);
    return fb_clock__reference_weeks(k->c, grade < 0 ? 0 : (uint64_t)1 << grade);
}

/* Of the weeks only those that it reaches into: most lie long before or after it. */
static void add_away(const struct fb_clock *k, const struct fb_stint *s, unsigned weeks, uint8_t away[FB_CLOCK_REACH_MAX])
{
    fb_day from = fb_clock__week_of((fb_day)(s->start_min / FB_CLOCK_DAY_MIN));
    int64_t until = s->end_min / FB_CLOCK_DAY_MIN; /* of one without an end: after all that is asked for */
    unsigned w = until > k->week ? 0 : (unsigned)(k->week - until) / 7;
    for (; w < weeks && k->week - 7 * (fb_day)w >= from; w++)
        away[w] |= days_covered(s, k->week - 7 * (fb_day)w);
}

/* A bit for each day away, of this week and those before it. */
static void find_away(const struct fb_clock *k, unsigned weeks, uint8_t away[FB_CLOCK_REACH_MAX])
{
    for (unsigned w = 0; w < weeks; w++)
        away[w] = 0;
    if (k->c->absences_left_out == 0)
        return;
    for (unsigned i = 0; i < k->diary->n[FB_DIARY_ABSENCES]; i++) {
        const struct fb_diary_row *row = &k->diary->row[FB_DIARY_ABSENCES][i];
        if (row->kind >= 32 || (k->c->absences_left_out >> row->kind & 1) == 0)
            continue;
        add_away(k, &row->stint, weeks, away);
    }
}

static fb_day first_entry(const struct fb_clock *k)
{
    const struct fb_diary_view *d = k->diary;
    fb_day first = k->day;
    if (d->n[FB_DIARY_SHIFTS] > 0) {
        fb_day shift = fb_clock__day(d->row[FB_DIARY_SHIFTS][0].stint.start_min);
        first = shift < first ? shift : first;
    }
    if (d->n[FB_DIARY_HOURS] > 0) {
        fb_day hours = (fb_day)(d->row[FB_DIARY_HOURS][0].stint.start_min / FB_CLOCK_DAY_MIN);
        first = hours < first ? hours : first;
    }
    return fb_clock__week_of(first);
}

/* A post was held there before anything was told of it: who held it was not new. */
static bool held_before(const struct fb_diary_view *d, fb_day from, fb_day until)
{
    const struct fb_diary_row *row = d->row[FB_DIARY_FACTS];
    int64_t begin = (int64_t)from * FB_CLOCK_DAY_MIN, end = (int64_t)until * FB_CLOCK_DAY_MIN;
    for (unsigned i = 0; i < d->n[FB_DIARY_FACTS] && row->stint.start_min < end; i++, row++)
        if (is_post(row) && row->stint.end_min > begin)
            return true;
    return false;
}

/* The weeks from one on that are not left out. Where one is away in part the regulations put other days in place of these, and the
 * sum over whole weeks is the least that it can be. */
static unsigned numbered(const struct fb_clock *k, const uint8_t away[FB_CLOCK_REACH_MAX], fb_day from, bool *whole)
{
    unsigned n = 0;
    for (fb_day week = from; week <= k->week; week += 7) {
        uint8_t days = away[(k->week - week) / 7];
        n += days != WHOLE_WEEK;
        *whole = *whole && (days == 0 || days == WHOLE_WEEK);
    }
    return n;
}

/* Of somebody new the weeks since the first entry, where it is told that there was nothing before. */
static void begin_new(const struct fb_clock *k, const uint8_t away[FB_CLOCK_REACH_MAX],
                      struct fb_reference_period *out)
{
    fb_day first = first_entry(k);
    bool whole = true;
    if (first <= out->from || !fb_clock__fed(k, out->from) || !fb_clock__told(k->diary, first, k->week) ||
        held_before(k->diary, out->from, first))
        return;
    unsigned n = numbered(k, away, first, &whole);
    if (n == 0)
        return;
    out->from = first;
    out->divisor = n;
    out->whole = whole;
}

void fb_clock__reference(const struct fb_clock *k, struct fb_reference_period *out)
{
    uint8_t away[FB_CLOCK_REACH_MAX];
    unsigned weeks = weeks_asked(k), n = 0, w = 0;
    *out = (struct fb_reference_period){.weeks = weeks, .from = k->week, .divisor = weeks, .whole = weeks > 0};
    find_away(k, 2 * weeks, away);
    for (; w < 2 * weeks && n < weeks; w++) {
        n += away[w] != WHOLE_WEEK;
        out->from = k->week - 7 * (fb_day)w;
    }
    if (weeks > 0 && numbered(k, away, out->from, &out->whole) < weeks)
        out->whole = false;
    if (weeks > 0)
        begin_new(k, away, out);
}
