#include "engine/core/judge.h"
#include "engine/core/sentence.h"

/* Facts about a worker's time and checks as sentences of their own, where "noun: value" would leave a ward
 * manager guessing. The worker is never named, and other trusts only by their number. */

enum { MINUTES_PER_HOUR = 60, NO_END_DAYS = 36525 };
enum form {
    FORM_MINUTES, /* before 61 h 30 after */
    FORM_COUNT,   /* before 8 after, after_one where it is one */
    FORM_CHECK,   /* days that a check still holds */
    FORM_STATUS,  /* before the word after */
    FORM_YES,     /* before, where it is so; after, where it is not */
};
struct clock_row {
    enum fb_fact fact;
    enum form form;
    const char *before, *after, *after_one;
    bool of_clocks; /* says from how many trusts it is */
    const char *in; /* of a check: its name within a sentence */
};
static const struct clock_row rows[] = {
    {FB_FACT_WEEK_MINUTES, FORM_MINUTES, "", " in the seven days to the end of this shift", NULL, true, NULL},
    {FB_FACT_AVERAGE_WEEK_MINUTES, FORM_MINUTES, "", " a week on average over the reference period", NULL,
     true, NULL},
    {FB_FACT_OVER_VISA_MINUTES, FORM_MINUTES, "", " in the calendar week above what the visa allows", NULL,
     true, NULL},
    {FB_FACT_REST_BEFORE_MINUTES, FORM_MINUTES, "", " of rest before this shift", NULL, false, NULL},
    {FB_FACT_REST_AFTER_MINUTES, FORM_MINUTES, "", " of rest after this shift", NULL, false, NULL},
    {FB_FACT_CONSECUTIVE_DAYS, FORM_COUNT, "", " days of work in a row, this one included",
     " day of work in a row", true, NULL},
    {FB_FACT_CONSECUTIVE_NIGHTS, FORM_COUNT, "", " nights of work in a row, this one included",
     " night of work in a row", true, NULL},
    {FB_FACT_ASSIGNMENT_WEEKS, FORM_COUNT, "",
     " weeks on the 12-week clock at this trust in this role, this one included",
     " week on the 12-week clock at this trust in this role", false, NULL},
    {FB_FACT_SAME_AGENCY_WEEKS, FORM_COUNT, "The same agency supplied the same worker here in ",
     " of the last 26 weeks", " of the last 26 weeks", false, NULL},
    {FB_FACT_OVERLAP_MINUTES, FORM_MINUTES, "Another booking of the worker covers ", " of the same time",
     NULL, false, NULL},
    {FB_FACT_GAP_HERE_MINUTES, FORM_MINUTES,
     "Another shift of the worker in this unit, by the same agency, lies ", " away", NULL, false, NULL},
    {FB_FACT_IDENTITY_DAYS, FORM_CHECK, "The identity check", NULL, NULL, false,
     "the identity check"},
    {FB_FACT_RIGHT_TO_WORK_DAYS, FORM_CHECK, "The right to work", NULL, NULL, false,
     "the right to work"},
    {FB_FACT_REGISTRATION_DAYS, FORM_CHECK, "The professional registration", NULL, NULL, false,
     "the professional registration"},
    {FB_FACT_REFERENCES_DAYS, FORM_CHECK, "The check of references", NULL, NULL, false,
     "the check of references"},
    {FB_FACT_CRIMINAL_RECORD_DAYS, FORM_CHECK, "The criminal record check", NULL, NULL, false,
     "the criminal record check"},
    {FB_FACT_HEALTH_CLEARANCE_DAYS, FORM_CHECK, "The work health assessment", NULL, NULL, false,
     "the work health assessment"},
    {FB_FACT_TRAINING_DAYS, FORM_CHECK, "The first of the mandatory trainings to end", NULL, NULL, false,
     "the first of the mandatory trainings to end"},
    {FB_FACT_VISA_DAYS, FORM_CHECK, "The visa", NULL, NULL, false,
     "the visa"},
    {FB_FACT_REGISTRATION_STATUS, FORM_STATUS,
     "On the day of the shift the status of the professional registration is \"", "\"", NULL, false, NULL},
    {FB_FACT_BAND_ABOVE_WORKER, FORM_COUNT, "The shift is booked ", " bands above the worker's own",
     " band above the worker's own", false, NULL},
    {FB_FACT_BANK_CANCELLED_FIRST, FORM_YES,
     "The trust cancelled a bank worker's booking of the same vacancy before this one was made",
     "No bank worker's booking of the same vacancy was cancelled before this one was made", NULL, false, NULL},
    {FB_FACT_SUBSTANTIVE_HERE, FORM_YES, "The worker holds a post of their own at this trust",
     "The worker's own post is not at this trust", NULL, false, NULL},
    {FB_FACT_OPTED_OUT, FORM_YES, "The worker opted out of the 48-hour week",
     "The worker has not opted out of the 48-hour week", NULL, false, NULL},
    {FB_FACT_OVERLAP_ELSEWHERE, FORM_YES, "That booking is at another trust", "That booking is at this trust",
     NULL, false, NULL},
};

void fb_sentence__minutes(struct fb_text *t, int64_t v)
{
    int64_t size = v < 0 ? -v : v;
    fb_text_add(t, v < 0 ? "-" : "");
    if (size >= MINUTES_PER_HOUR) {
        fb_text_add_int(t, size / MINUTES_PER_HOUR);
        fb_text_add(t, " h");
    }
    if (size < MINUTES_PER_HOUR || size % MINUTES_PER_HOUR != 0) {
        fb_text_add(t, size < MINUTES_PER_HOUR ? "" : size % MINUTES_PER_HOUR < 10 ? " 0" : " ");
        fb_text_add_int(t, size % MINUTES_PER_HOUR);
        fb_text_add(t, size < MINUTES_PER_HOUR ? " min" : "");
    }
}

static const struct clock_row *row_of(enum fb_fact fact)
{
    for (unsigned i = 0; i < sizeof rows / sizeof rows[0]; i++)
        if (rows[i].fact == fact)
            return &rows[i];
    return NULL;
}

/* "at least ", at the beginning of a sentence or within it. */
static void add_bound(struct fb_text *t, const struct fb_facts *f, enum fb_fact fact, bool first)
{
    if (fb_fact_in(&f->at_least, fact))
        fb_text_add(t, first ? "At least " : "at least ");
    else if (fb_fact_in(&f->at_most, fact))
        fb_text_add(t, first ? "At most " : "at most ");
}

static void add_check(struct fb_text *t, int64_t days)
{
    if (days <= -NO_END_DAYS) {
        fb_text_add(t, " failed, or is waited for, on the day of the shift");
    } else if (days == -1) { /* so is one that lapsed, whenever it did */
        fb_text_add(t, " ended before the shift");
    } else if (days < 0) {
        fb_text_add(t, " ended ");
        fb_text_add_int(t, -days);
        fb_text_add(t, " days before the shift");
    } else if (days >= NO_END_DAYS) {
        fb_text_add(t, " holds, without an end");
    } else if (days == 0) {
        fb_text_add(t, " holds on the day of the shift for the last time");
    } else {
        fb_text_add(t, " holds for another ");
        fb_text_add_int(t, days);
        fb_text_add(t, days == 1 ? " day after the shift's" : " days after the shift's");
    }
}

bool fb_sentence__check(struct fb_text *t, enum fb_fact fact)
{
    const struct clock_row *row = row_of(fact);
    bool is = row != NULL && row->form == FORM_CHECK;
    if (is && t != NULL) {
        fb_text_add(t, "whether ");
        fb_text_add(t, row->in);
        fb_text_add(t, " holds");
    }
    return is;
}

bool fb_sentence__check_limit(struct fb_text *t, const struct fb_predicate *p)
{
    bool ends = p->op == FB_OP_BETWEEN && p->a <= 1 - NO_END_DAYS && p->b == 0;
    bool failed = (p->op == FB_OP_LE && p->a == -NO_END_DAYS) || (p->op == FB_OP_LT && p->a == 1 - NO_END_DAYS);
    bool holds = (p->op == FB_OP_GE && p->a == 0) || (p->op == FB_OP_GT && p->a == -1);
    bool holds_not = (p->op == FB_OP_LT && p->a == 0) || (p->op == FB_OP_LE && p->a == -1);
    bool passed = (p->op == FB_OP_GT && p->a == -NO_END_DAYS) || (p->op == FB_OP_GE && p->a == 1 - NO_END_DAYS);
    const char *one = ends        ? "that has ended"
                      : failed    ? "that failed, or is waited for"
                      : holds     ? "that holds"
                      : holds_not ? "that does not hold"
                      : passed    ? "that did not fail and is not waited for"
                                  : NULL;
    if (one == NULL || !fb_sentence__check(NULL, (enum fb_fact)p->fact))
        return false;
    fb_text_add(t, "one ");
    fb_text_add(t, one);
    return true;
}

static void add_count(struct fb_text *t, const struct clock_row *row, int64_t v)
{
    fb_text_add_int(t, v);
    fb_text_add(t, v == 1 ? row->after_one : row->after);
}

static void add_fact(struct fb_text *t, const struct clock_row *row, const struct fb_facts *f)
{
    int64_t v = f->value[row->fact];
    if (row->form == FORM_YES) {
        fb_text_add(t, v != 0 ? row->before : row->after);
        return;
    }
    fb_text_add(t, row->before);
    if (row->form == FORM_CHECK) {
        add_check(t, v);
        return;
    }
    add_bound(t, f, row->fact, row->before[0] == 0);
    if (row->form == FORM_MINUTES) {
        fb_sentence__minutes(t, v);
        fb_text_add(t, row->after);
    } else if (row->form == FORM_COUNT) {
        add_count(t, row, v);
    } else {
        fb_sentence__word(t, fb_fact_status_word((enum fb_fact_status)v), ' ');
        fb_text_add(t, row->after);
    }
}

/* Over how many trusts it counts, and why it may be more. */
static void add_reach(struct fb_text *t, const struct clock_row *row, const struct fb_facts *f)
{
    if (row->of_clocks && fb_fact_known(f, FB_FACT_CLOCK_TRUSTS)) {
        fb_text_add(t, ", from shifts at ");
        fb_text_add_int(t, f->value[FB_FACT_CLOCK_TRUSTS]);
        fb_text_add(t, f->value[FB_FACT_CLOCK_TRUSTS] == 1 ? " trust" : " trusts");
    }
    if (fb_fact_in(&f->at_least, row->fact))
        fb_text_add(
            t, row->of_clocks
                   ? "; not all hours are told, those in the worker's own post perhaps, so it may be more"
                   : "; not every booking is told, so it may be more");
    else if (fb_fact_in(&f->at_most, row->fact))
        fb_text_add(t, "; work that nobody told of would make it less");
}

bool fb_sentence__clock(struct fb_text *t, enum fb_fact fact, const struct fb_facts *f)
{
    const struct clock_row *row = row_of(fact);
    if (row == NULL || !fb_fact_known(f, fact))
        return false;
    fb_text_add(t, " ");
    add_fact(t, row, f);
    add_reach(t, row, f);
    return true;
}

/* ---- the built-in findings about people ---- */

void fb_sentence__overlap(struct fb_text *t, const struct fb_facts *f)
{
    fb_text_add(t, "The worker is booked twice for the same time");
    if (fb_fact_known(f, FB_FACT_OVERLAP_ELSEWHERE))
        fb_text_add(t, f->value[FB_FACT_OVERLAP_ELSEWHERE] != 0 ? ", the other time at another trust"
                                                                : ", both times at this trust");
    fb_text_add(t, ".");
    if (fb_sentence__clock(t, FB_FACT_OVERLAP_MINUTES, f))
        fb_text_add(t, ".");
    fb_text_add(t, " One of the two cannot be worked: ask which, and have the other cancelled.");
}

void fb_sentence__duplicate(struct fb_text *t)
{
    fb_text_add(
        t, "Another record has the same worker, the same unit and overlapping times, and no reference joins "
           "the two: it "
           "may be one shift told twice. Nothing was merged, and it is not counted as booked twice. Have the "
           "systems send a reference that both know, or withdraw one of the records.");
}
