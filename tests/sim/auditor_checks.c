#include "tests/sim/auditor_diary.h"

/* The employment checks and what else is known of a person on a day, by the records that hold. */
enum { NO_END = 36525 };

static bool stands(enum fb_fact_status s)
{
    return s == FB_FACT_STATUS_VALID || s == FB_FACT_STATUS_CONDITIONS;
}

static bool forbids(enum fb_fact_status s)
{
    return s == FB_FACT_STATUS_REFUSED || s == FB_FACT_STATUS_LAPSED || s == FB_FACT_STATUS_SUSPENDED;
}

static int64_t left(const struct fb_worker_fact *f, fb_day day)
{
    return f->until == INT32_MAX ? NO_END : (int64_t)f->until - 1 - day;
}

struct asked {
    enum fb_fact_kind kind;
    const struct fb_span *name; /* NULL: whatever its name */
};

static bool is_asked(const struct asked *q, const struct fb_worker_fact *f)
{
    return f->kind == q->kind && (q->name == NULL || fb_span_eq(*q->name, f->name));
}

/* A denial in force that is as young or younger takes it back. */
static bool is_barred(const struct aud_reader *r, const struct asked *q, const struct fb_worker_fact *f)
{
    for (unsigned i = 0; i < r->n_facts; i++) {
        const struct fb_worker_fact *bar = r->fact[i];
        if (is_asked(q, bar) && forbids(bar->status) && bar->from <= r->day && r->day < bar->until && bar->from >= f->from)
            return true;
    }
    return false;
}

/* Of two that end together the one that began later. */
static bool is_longer(const struct fb_worker_fact *f, const struct fb_worker_fact *than, fb_day day)
{
    return left(f, day) != left(than, day) ? left(f, day) > left(than, day) : f->from > than->from;
}

/* Of two that do not hold, which one speaks: of the same day the status with the larger number. */
static bool is_newer(const struct fb_worker_fact *f, const struct fb_worker_fact *than)
{
    return f->from != than->from ? f->from > than->from : f->status > than->status;
}

/* false: nothing is held that begins by that day. *by: the row that says so. */
static bool days_left(const struct aud_reader *r, const struct asked *q, int64_t *days, const struct fb_worker_fact **by)
{
    const struct fb_worker_fact *best = NULL, *bar = NULL, *over = NULL, *other = NULL, *any = NULL;
    for (unsigned i = 0; i < r->n_facts; i++) {
        const struct fb_worker_fact *f = r->fact[i];
        if (!is_asked(q, f) || f->from > r->day)
            continue;
        bool now = r->day < f->until;
        any = f;
        if (stands(f->status) && now && !is_barred(r, q, f) && (best == NULL || is_longer(f, best, r->day)))
            best = f;
        if (stands(f->status) && !now && (over == NULL || f->until > over->until))
            over = f;
        if (forbids(f->status) && now && (bar == NULL || is_newer(f, bar)))
            bar = f;
        if (!stands(f->status) && now && (other == NULL || is_newer(f, other)))
            other = f;
    }
    *by = best != NULL ? best : over;
    if (best == NULL && bar != NULL) {
        *by = bar;
        *days = bar->status == FB_FACT_STATUS_LAPSED ? -1 : -NO_END; /* ended, or said no to */
    } else if (best != NULL) {
        *days = left(best, r->day);
    } else if (other != NULL) {
        *by = other;
        *days = -NO_END; /* it waits, or there is none */
    } else if (over != NULL) {
        *days = left(over, r->day);
    } else {
        *by = any;
        *days = -1; /* it was told of, and it never held */
    }
    return any != NULL;
}

/* ---- what a kind says ---- */

static void of_kind(const struct aud_reader *r, enum fb_fact_kind kind, enum fb_fact fact, struct fb_facts *f)
{
    const struct asked q = {kind, NULL};
    const struct fb_worker_fact *by;
    int64_t days;
    if (days_left(r, &q, &days, &by))
        fb_fact_set(f, fact, days);
}

static void training(const struct aud_reader *r, struct fb_facts *f)
{
    int64_t least = 0;
    bool any = false;
    for (unsigned i = 0; i < r->n_facts; i++) {
        const struct asked q = {FB_FACT_KIND_TRAINING, &r->fact[i]->name};
        const struct fb_worker_fact *by;
        int64_t days;
        if (r->fact[i]->kind != FB_FACT_KIND_TRAINING || !days_left(r, &q, &days, &by))
            continue;
        least = !any || days < least ? days : least;
        any = true;
    }
    if (any)
        fb_fact_set(f, FB_FACT_TRAINING_DAYS, least);
}

/* ---- registrations: each register by itself ---- */

static bool is_current(const struct aud_reader *r, const struct fb_worker_fact *f)
{
    return f->kind == FB_FACT_KIND_REGISTRATION && f->from <= r->day && r->day < f->until;
}

/* Another row of the same register, in force on the day, that has the last word over this one: a later one that holds over any, and
 * over one that holds also a denial, which need not be later. */
static bool is_outdated(const struct aud_reader *r, const struct fb_worker_fact *f)
{
    for (unsigned i = 0; i < r->n_facts; i++) {
        const struct fb_worker_fact *o = r->fact[i];
        if (!is_current(r, o) || !fb_span_eq(o->name, f->name))
            continue;
        if (stands(o->status) && o->from > f->from)
            return true;
        if (stands(f->status) && forbids(o->status) && o->from >= f->from)
            return true;
    }
    return false;
}

/* Barred from a register, and not let in again: that holds whatever another register says. */
static const struct fb_worker_fact *barred(const struct aud_reader *r)
{
    const struct fb_worker_fact *by = NULL;
    for (unsigned i = 0; i < r->n_facts; i++) {
        const struct fb_worker_fact *f = r->fact[i];
        bool bars = f->status == FB_FACT_STATUS_SUSPENDED || f->status == FB_FACT_STATUS_REFUSED;
        if (bars && is_current(r, f) && !is_outdated(r, f) && (by == NULL || is_newer(f, by)))
            by = f;
    }
    return by;
}

static bool has_conditions(const struct aud_reader *r)
{
    for (unsigned i = 0; i < r->n_facts; i++)
        if (r->fact[i]->status == FB_FACT_STATUS_CONDITIONS && is_current(r, r->fact[i]) && !is_outdated(r, r->fact[i]))
            return true;
    return false;
}

/* Of the registers in which the worker stands, the days of the one that lasts longest; -1: in none. */
static int64_t longest_register(const struct aud_reader *r)
{
    int64_t most = -1;
    for (unsigned i = 0; i < r->n_facts; i++) {
        const struct asked one = {FB_FACT_KIND_REGISTRATION, &r->fact[i]->name};
        const struct fb_worker_fact *by;
        int64_t days;
        if (r->fact[i]->kind == FB_FACT_KIND_REGISTRATION && days_left(r, &one, &days, &by) && days > most)
            most = days;
    }
    return most;
}

static void registration(const struct aud_reader *r, struct fb_facts *f)
{
    const struct asked any = {FB_FACT_KIND_REGISTRATION, NULL};
    const struct fb_worker_fact *by, *bar = barred(r);
    int64_t days, most = longest_register(r);
    if (!days_left(r, &any, &days, &by))
        return;
    enum fb_fact_status status = r->day >= by->until ? FB_FACT_STATUS_LAPSED : by->status;
    if (bar != NULL) {
        days = -NO_END;
        status = bar->status;
    } else if (most >= 0) {
        days = most;
        status = has_conditions(r) ? FB_FACT_STATUS_CONDITIONS : FB_FACT_STATUS_VALID;
    }
    fb_fact_set(f, FB_FACT_REGISTRATION_DAYS, days);
    fb_fact_set(f, FB_FACT_REGISTRATION_STATUS, status);
}

/* Of the visas that hold the least that one allows. */
static void visa(const struct aud_reader *r, struct fb_facts *f)
{
    const struct asked q = {FB_FACT_KIND_VISA, NULL};
    const struct fb_worker_fact *by;
    int64_t days;
    if (days_left(r, &q, &days, &by) && stands(by->status) && r->day < by->until && by->week_minutes != FB_ABSENT)
        fb_fact_set(f, FB_FACT_VISA_WEEK_MINUTES, by->week_minutes);
}

static void of_the_person(const struct aud_reader *r, struct fb_facts *f)
{
    const struct asked out = {FB_FACT_KIND_OPT_OUT, NULL}, post = {FB_FACT_KIND_SUBSTANTIVE_POST, NULL};
    const struct fb_worker_fact *by;
    int64_t days;
    bool any = false, here = false;
    if (days_left(r, &out, &days, &by))
        fb_fact_set(f, FB_FACT_OPTED_OUT, days >= 0);
    if (!days_left(r, &post, &days, &by))
        return;
    for (unsigned i = 0; i < r->n_facts; i++) { /* one post that is refused takes no other away */
        const struct fb_worker_fact *p = r->fact[i];
        bool holds = is_asked(&post, p) && p->from <= r->day && r->day < p->until && stands(p->status);
        any |= holds;
        here |= holds && p->employer == r->own->hirer;
    }
    fb_fact_set(f, FB_FACT_SUBSTANTIVE_POST, any);
    fb_fact_set(f, FB_FACT_SUBSTANTIVE_HERE, here);
}

void aud_check_facts(const struct aud_reader *r, struct fb_facts *f)
{
    static const struct {
        enum fb_fact_kind kind;
        enum fb_fact fact;
    } checks[] = {{FB_FACT_KIND_IDENTITY, FB_FACT_IDENTITY_DAYS},
                  {FB_FACT_KIND_RIGHT_TO_WORK, FB_FACT_RIGHT_TO_WORK_DAYS},
                  {FB_FACT_KIND_REFERENCES, FB_FACT_REFERENCES_DAYS},
                  {FB_FACT_KIND_CRIMINAL_RECORD, FB_FACT_CRIMINAL_RECORD_DAYS},
                  {FB_FACT_KIND_HEALTH_CLEARANCE, FB_FACT_HEALTH_CLEARANCE_DAYS},
                  {FB_FACT_KIND_VISA, FB_FACT_VISA_DAYS}};
    for (unsigned i = 0; i < sizeof checks / sizeof checks[0]; i++)
        of_kind(r, checks[i].kind, checks[i].fact, f);
    training(r, f);
    registration(r, f);
    visa(r, f);
    of_the_person(r, f);
}
