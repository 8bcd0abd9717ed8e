#include "engine/core/clocks.h"

/* The other way round: which shifts read a row. A range of starts that holds them all, and a test of one of
 * them. Both go by what the book's rules read; what a rule does not read judges nobody again. */
enum {
    READS_SUMS = 1, /* week_minutes, over_visa_minutes */
    READS_AVERAGE = 2,
    READS_REST_BEFORE = 4,
    READS_REST_AFTER = 8,
    READS_REST = READS_REST_BEFORE | READS_REST_AFTER,
    READS_RUNS = 16,
    READS_ASSIGNMENT = 32,
    READS_AGENCY = 64,
    READS_GAP = 128
};
enum {
    REST_MIN = 14 * FB_CLOCK_DAY_MIN,
    RUN_DAYS = 33,
    ASSIGNMENT_DAYS = 728,
    AGENCY_DAYS = 26 * 7,
    LONGEST = FB_SHIFT_MINUTES_MAX,
    SUMMER = 60
};

/* ---- what the rules read ---- */

static unsigned reads_of(const struct fb_book *book)
{
    static const struct {
        uint8_t fact, reads;
    } rows[] = {{FB_FACT_WEEK_MINUTES, READS_SUMS},
                {FB_FACT_OVER_VISA_MINUTES, READS_SUMS},
                {FB_FACT_AVERAGE_WEEK_MINUTES, READS_AVERAGE},
                {FB_FACT_CLOCK_FED, READS_AVERAGE},
                {FB_FACT_CLOCK_TRUSTS, READS_AVERAGE | READS_SUMS},
                {FB_FACT_REST_BEFORE_MINUTES, READS_REST_BEFORE},
                {FB_FACT_REST_AFTER_MINUTES, READS_REST_AFTER},
                {FB_FACT_CONSECUTIVE_DAYS, READS_RUNS},
                {FB_FACT_CONSECUTIVE_NIGHTS, READS_RUNS},
                {FB_FACT_ASSIGNMENT_WEEKS, READS_ASSIGNMENT},
                {FB_FACT_SAME_AGENCY_WEEKS, READS_AGENCY},
                {FB_FACT_GAP_HERE_MINUTES, READS_GAP}};
    unsigned reads = 0;
    for (unsigned i = 0; i < sizeof rows / sizeof rows[0]; i++)
        if (fb_fact_in(&book->reads, rows[i].fact))
            reads |= rows[i].reads;
    return reads;
}

static int64_t reach_min(const struct fb_book *book)
{
    return 2 * (int64_t)fb_clock__reference_weeks(&book->clocks, UINT64_MAX) * FB_CLOCK_WEEK_MIN;
}

/* The facts that a kind of check gives. */
static bool reads_fact(const struct fb_book *book, unsigned kind)
{
    static const uint8_t facts[FB_FACT_KIND_END][3] = {
        [FB_FACT_KIND_IDENTITY] = {FB_FACT_IDENTITY_DAYS},
        [FB_FACT_KIND_RIGHT_TO_WORK] = {FB_FACT_RIGHT_TO_WORK_DAYS},
        [FB_FACT_KIND_REGISTRATION] = {FB_FACT_REGISTRATION_DAYS, FB_FACT_REGISTRATION_STATUS},
        [FB_FACT_KIND_REFERENCES] = {FB_FACT_REFERENCES_DAYS},
        [FB_FACT_KIND_CRIMINAL_RECORD] = {FB_FACT_CRIMINAL_RECORD_DAYS},
        [FB_FACT_KIND_HEALTH_CLEARANCE] = {FB_FACT_HEALTH_CLEARANCE_DAYS},
        [FB_FACT_KIND_TRAINING] = {FB_FACT_TRAINING_DAYS},
        [FB_FACT_KIND_VISA] = {FB_FACT_VISA_DAYS, FB_FACT_VISA_WEEK_MINUTES, FB_FACT_OVER_VISA_MINUTES},
        [FB_FACT_KIND_OPT_OUT] = {FB_FACT_OPTED_OUT},
        [FB_FACT_KIND_SUBSTANTIVE_POST] = {FB_FACT_SUBSTANTIVE_POST, FB_FACT_SUBSTANTIVE_HERE},
    };
    for (unsigned i = 0; kind < FB_FACT_KIND_END && i < 3; i++)
        if (facts[kind][i] != 0 && fb_fact_in(&book->reads, facts[kind][i]))
            return true;
    return false;
}

/* The clocks by the absence itself; those that it reaches through hours in one's own post are the ones that read hours. */
static unsigned reads_absence(const struct fb_book *book, unsigned kind)
{
    const struct fb_clocks *c = &book->clocks;
    unsigned reads = kind < 32 && (c->absences_left_out >> kind & 1) != 0 ? READS_AVERAGE : 0;
    if (kind < FB_ABSENCE_KIND_END && c->absence[kind].effect != 0)
        reads |= READS_ASSIGNMENT;
    return reads & reads_of(book);
}

/* Hours in one's own post say where that day lies, if at all, only whether a clock is exact. */
static unsigned reads_hours(const struct fb_book *book)
{
    unsigned reads = READS_SUMS | READS_AVERAGE;
    if (book->clocks.fed_from != INT32_MAX)
        reads |= READS_REST | READS_RUNS;
    return reads & reads_of(book);
}

/* A post whose employer says nothing of a week takes the word from the clocks of which hours in it are a part. */
static bool reads_post(const struct fb_book *book, unsigned kind)
{
    return kind == FB_FACT_KIND_SUBSTANTIVE_POST && book->clocks.fed_from != INT32_MAX && reads_hours(book) != 0;
}

/* ---- a range of starts ---- */

static int64_t larger(int64_t a, int64_t b)
{
    return a > b ? a : b;
}

/* How much earlier than a row a shift that reads it may start, and how much later than its end. */
static void margins(const struct fb_book *book, unsigned reads, int64_t *earlier, int64_t *later)
{
    *earlier = LONGEST;
    *later = 0;
    if (reads & READS_GAP) {
        *earlier = larger(*earlier, LONGEST + FB_CLOCK_DAY_MIN);
        *later = larger(*later, FB_CLOCK_DAY_MIN);
    }
    if (reads & READS_REST_AFTER)
        *earlier = larger(*earlier, LONGEST + REST_MIN + FB_CLOCK_WEEK_MIN);
    if (reads & READS_REST_BEFORE)
        *later = larger(*later, REST_MIN + FB_CLOCK_WEEK_MIN);
    if (reads & READS_REST) /* a week of hours lies on both sides of what it holds */
        *earlier = larger(*earlier, LONGEST + FB_CLOCK_WEEK_MIN);
    if (reads & READS_REST)
        *later = larger(*later, FB_CLOCK_WEEK_MIN);
    if (reads & (READS_SUMS | READS_AVERAGE)) {
        *earlier = larger(*earlier, LONGEST + FB_CLOCK_WEEK_MIN + SUMMER);
        *later = larger(*later, LONGEST + 2 * FB_CLOCK_WEEK_MIN);
    }
    if (reads & READS_AVERAGE)
        *later = larger(*later, reach_min(book) + LONGEST + FB_CLOCK_WEEK_MIN);
    if (reads & READS_RUNS) {
        *earlier = larger(*earlier, LONGEST + FB_CLOCK_WEEK_MIN);
        *later = larger(*later, RUN_DAYS * FB_CLOCK_DAY_MIN + FB_CLOCK_WEEK_MIN);
    }
    if (reads & READS_ASSIGNMENT)
        *later = larger(*later, (int64_t)(ASSIGNMENT_DAYS + 1) * FB_CLOCK_DAY_MIN);
    if (reads & READS_AGENCY)
        *later = larger(*later, (int64_t)(AGENCY_DAYS + 7) * FB_CLOCK_DAY_MIN);
    /* Of somebody new the first entry ever is read, and where all is told all that is held. */
    if ((reads & READS_AVERAGE) != 0 && book->clocks.fed_from != INT32_MAX) {
        uint32_t from, until;
        fb_diary_window(&book->clocks, (int64_t)UINT32_MAX, &from, &until);
        *later = larger(*later, (int64_t)UINT32_MAX - from);
    }
}

static uint32_t clamp(int64_t min)
{
    return min < 0 ? 0 : min > UINT32_MAX ? UINT32_MAX : (uint32_t)min;
}

/* The calendar weeks that an absence touches: whatever hours in one's own post are told of lies in one of them. */
static struct fb_diary_row weeks_of(const struct fb_diary_row *row)
{
    struct fb_diary_row weeks = *row;
    int64_t monday = fb_clock__week_of((fb_day)(row->stint.start_min / FB_CLOCK_DAY_MIN));
    weeks.stint.start_min = clamp(monday * FB_CLOCK_DAY_MIN);
    weeks.stint.end_min = clamp((int64_t)row->stint.end_min + FB_CLOCK_WEEK_MIN);
    return weeks;
}

/* How long before a fact a shift that reads it may start; the day of a booking may be another than that of its timesheet. */
static int64_t before_fact(const struct fb_book *book, unsigned kind)
{
    return LONGEST + FB_CLOCK_DAY_MIN + (reads_post(book, kind) ? REST_MIN + FB_CLOCK_WEEK_MIN : 0);
}

unsigned fb_diary_readers(const struct fb_book *book, enum fb_diary_sort sort, const struct fb_diary_row *row,
                          struct fb_diary_range out[FB_DIARY_READERS])
{
    int64_t earlier, later;
    struct fb_diary_row weeks = sort == FB_DIARY_ABSENCES ? weeks_of(row) : *row;
    unsigned reads = reads_of(book);
    if (sort == FB_DIARY_HOURS)
        reads = reads_hours(book);
    else if (sort == FB_DIARY_ABSENCES)
        reads = reads_absence(book, row->kind) | reads_hours(book);
    if (sort == FB_DIARY_FACTS ? !reads_fact(book, row->kind) && !reads_post(book, row->kind) : sort != FB_DIARY_SHIFTS && reads == 0)
        return 0;
    margins(book, reads, &earlier, &later);
    if (sort == FB_DIARY_FACTS) {
        earlier = before_fact(book, row->kind);
        later = UINT32_MAX; /* of a check that ended, however long ago, it is known that it ended */
    }
    out[0].from_min = clamp((int64_t)weeks.stint.start_min - earlier);
    out[0].until_min = clamp((int64_t)weeks.stint.end_min + later + 1);
    return 1;
}

/* ---- one of them ---- */

static fb_day days_from(const struct fb_diary_row *row)
{
    return (fb_day)(row->stint.start_min / FB_CLOCK_DAY_MIN);
}

/* What the sums of a shift go over begins at `from`; a shift before it may run into it. */
static bool in_sums(const struct fb_book *book, unsigned reads, const struct fb_diary_row *row,
                    const struct fb_diary_row *reader)
{
    const struct fb_stint *r = &reader->stint;
    fb_day week = fb_clock__week_of(fb_clock__day(r->start_min));
    int64_t start = row->stint.start_min, end = row->stint.end_min;
    if (reads & READS_SUMS) {
        int64_t seven = (int64_t)r->end_min - FB_CLOCK_WEEK_MIN,
                calendar = (int64_t)week * FB_CLOCK_DAY_MIN - SUMMER;
        if (end > (seven < calendar ? seven : calendar) - LONGEST && start < (int64_t)r->end_min + SUMMER)
            return true;
    }
    if ((reads & READS_AVERAGE) == 0 || start >= (int64_t)(week + 7) * FB_CLOCK_DAY_MIN)
        return false;
    if (book->clocks.fed_from <= week)
        return true;
    return end > (int64_t)(week + 7) * FB_CLOCK_DAY_MIN - reach_min(book) - SUMMER - LONGEST;
}

/* What ends before the reader begins, or begins after it ends: work over it is not rest. */
static bool in_rest(unsigned reads, const struct fb_diary_row *row, const struct fb_diary_row *reader)
{
    const struct fb_stint *a = &row->stint, *r = &reader->stint;
    if ((reads & READS_REST_BEFORE) != 0 && a->end_min <= r->start_min && (int64_t)a->end_min + REST_MIN >= r->start_min)
        return true;
    return (reads & READS_REST_AFTER) != 0 && a->start_min >= r->end_min &&
           (int64_t)r->end_min + REST_MIN >= a->start_min;
}

/* Of hours nothing is known but the weeks in which they lie: it is rest, if those touch the days in which it is looked for. */
static bool weeks_in_rest(unsigned reads, const struct fb_diary_row *row, const struct fb_diary_row *reader)
{
    const struct fb_stint *a = &row->stint, *r = &reader->stint;
    if ((reads & READS_REST_BEFORE) != 0 && a->start_min <= (int64_t)r->start_min + SUMMER &&
        (int64_t)a->end_min + REST_MIN >= r->start_min)
        return true;
    return (reads & READS_REST_AFTER) != 0 && (int64_t)a->end_min + SUMMER >= r->end_min &&
           (int64_t)r->end_min + REST_MIN + SUMMER >= a->start_min;
}

/* A run goes back from the reader: what starts after it is none of it. */
static bool in_run(const struct fb_diary_row *row, const struct fb_diary_row *reader, int64_t margin)
{
    const struct fb_stint *a = &row->stint, *r = &reader->stint;
    return a->start_min <= (int64_t)r->start_min + margin &&
           (int64_t)a->end_min + (int64_t)(RUN_DAYS + 1) * FB_CLOCK_DAY_MIN + margin >= r->start_min;
}

static bool one_assignment(const struct fb_stint *a, const struct fb_stint *r)
{
    return a->route == FB_ROUTE_AGENCY && r->route == FB_ROUTE_AGENCY && a->hirer == r->hirer;
}

static bool reads_shift(const struct fb_book *book, const struct fb_diary_row *row,
                        const struct fb_diary_row *reader)
{
    const struct fb_stint *a = &row->stint, *r = &reader->stint;
    unsigned reads = reads_of(book);
    int64_t after = (int64_t)r->start_min - a->start_min;
    if ((a->flags & FB_STINT_IDLE) != 0)
        return false;
    if (a->start_min < r->end_min && a->end_min > r->start_min)
        return true;
    if (in_sums(book, reads, row, reader) || in_rest(reads, row, reader))
        return true;
    if ((reads & READS_RUNS) != 0 && in_run(row, reader, 0))
        return true;
    if ((reads & READS_GAP) != 0 && a->unit == r->unit && a->hirer == r->hirer && a->agency == r->agency &&
        (int64_t)a->end_min + FB_CLOCK_DAY_MIN >= r->start_min &&
        (int64_t)r->end_min + FB_CLOCK_DAY_MIN >= a->start_min)
        return true;
    if (!one_assignment(a, r))
        return false;
    if ((reads & READS_ASSIGNMENT) != 0 && a->role == r->role && after >= 0 &&
        after <= (int64_t)(ASSIGNMENT_DAYS + 1) * FB_CLOCK_DAY_MIN)
        return true;
    /* The reader's own week counts by itself. */
    return (reads & READS_AGENCY) != 0 && a->agency == r->agency &&
           a->start_min < (int64_t)fb_clock__week_of(fb_clock__day(r->start_min)) * FB_CLOCK_DAY_MIN &&
           after <= (int64_t)AGENCY_DAYS * FB_CLOCK_DAY_MIN + SUMMER;
}

static bool reads_hours_of(const struct fb_book *book, const struct fb_diary_row *row,
                           const struct fb_diary_row *reader)
{
    unsigned reads = reads_hours(book);
    bool exact =
        book->clocks.fed_from <= days_from(reader) + 1; /* only then nought hours make a clock exact */
    if (in_sums(book, reads, row, reader))
        return true;
    return exact && (weeks_in_rest(reads, row, reader) ||
                     ((reads & READS_RUNS) != 0 && in_run(row, reader, FB_CLOCK_WEEK_MIN)));
}

static bool reads_absence_of(const struct fb_book *book, const struct fb_diary_row *row,
                             const struct fb_diary_row *reader)
{
    const struct fb_diary_row weeks = weeks_of(row);
    unsigned reads = reads_absence(book, row->kind);
    fb_day day = days_from(reader);
    if (in_sums(book, reads & READS_AVERAGE, row, reader) || reads_hours_of(book, &weeks, reader))
        return true;
    return (reads & READS_ASSIGNMENT) != 0 && reader->stint.route == FB_ROUTE_AGENCY &&
           days_from(row) <= day + 1 &&
           row->stint.end_min / FB_CLOCK_DAY_MIN + (int64_t)ASSIGNMENT_DAYS + 1 >= day;
}

/* It had begun by the shift's day, which is at most the longest shift away from that of its work. */
static bool reads_fact_of(const struct fb_book *book, const struct fb_diary_row *row,
                          const struct fb_diary_row *reader)
{
    return (reads_fact(book, row->kind) || reads_post(book, row->kind)) &&
           (int64_t)row->stint.start_min <= (int64_t)reader->stint.start_min + before_fact(book, row->kind);
}

bool fb_diary_reads(const struct fb_book *book, enum fb_diary_sort sort, const struct fb_diary_row *row,
                    const struct fb_diary_row *reader)
{
    static bool (*const reads[FB_DIARY_SORTS])(const struct fb_book *, const struct fb_diary_row *,
                                               const struct fb_diary_row *) = {
        [FB_DIARY_SHIFTS] = reads_shift,
        [FB_DIARY_HOURS] = reads_hours_of,
        [FB_DIARY_ABSENCES] = reads_absence_of,
        [FB_DIARY_FACTS] = reads_fact_of,
    };
    if (sort != FB_DIARY_FACTS && (reader->stint.flags & FB_STINT_IDLE) != 0)
        return false;
    return reads[sort](book, row, reader);
}
