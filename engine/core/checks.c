#include "engine/core/clocks.h"

/* The employment checks and what else is known of a worker, on the day of the shift. */
enum { NO_END_DAYS = 36525, NAMES_MAX = 32 };

/* Of one check, of all its rows that had begun by that day. */
struct check {
    bool held;
    const struct fb_diary_row
        *valid; /* of those that hold and are not taken back, the one that stands longest; NULL: none */
    const struct fb_diary_row
        *bad;      /* in force, and it does not hold: denials first, the one that began last; NULL: none */
    int64_t ended; /* the last end of one that held; -1: none */
    const struct fb_diary_row
        *barred;    /* of the refusals and suspensions in force the one that began last; NULL: none */
    int64_t latest; /* when those that hold, in force, began last; -1: there are none */
    bool conditions; /* one of those that began then, and are not taken back, has conditions */
};

/* Somebody looked and said no; to be waiting for an answer, or to know of none, takes nothing back. */
static bool denies(const struct fb_diary_row *row)
{
    return row->status == FB_FACT_STATUS_REFUSED || row->status == FB_FACT_STATUS_LAPSED ||
           row->status == FB_FACT_STATUS_SUSPENDED;
}

/* The longest, then the one that began last, then the one that says less. */
static bool stands_longer(const struct fb_diary_row *a, const struct fb_diary_row *b)
{
    if (a->stint.end_min != b->stint.end_min)
        return a->stint.end_min > b->stint.end_min;
    if (a->stint.start_min != b->stint.start_min)
        return a->stint.start_min > b->stint.start_min;
    return a->status > b->status;
}

/* Kept from the register, where a lapse says only that it ended. */
static bool bars(const struct fb_diary_row *row)
{
    return row->status == FB_FACT_STATUS_REFUSED || row->status == FB_FACT_STATUS_SUSPENDED;
}

static bool denies_more(const struct fb_diary_row *a, const struct fb_diary_row *b)
{
    if (denies(a) != denies(b))
        return denies(a);
    return a->stint.start_min != b->stint.start_min ? a->stint.start_min > b->stint.start_min
                                                    : a->status > b->status;
}

static int64_t end_of(const struct fb_diary_row *row)
{
    return row->stint.end_min == UINT32_MAX ? INT64_MAX : row->stint.end_min / FB_CLOCK_DAY_MIN;
}

static void take_bad(struct check *c, const struct fb_diary_row *row, int64_t day)
{
    c->held = true;
    if (fb_clock__holds(row) || end_of(row) <= day)
        return;
    if (c->bad == NULL || denies_more(row, c->bad))
        c->bad = row;
    if (bars(row) && (c->barred == NULL || denies_more(row, c->barred)))
        c->barred = row;
}

/* Rows ascend by their start: who began last has the last word on conditions, and of the same day whoever has any. */
static void take_last(struct check *c, const struct fb_diary_row *row, bool stands)
{
    if (row->stint.start_min > c->latest) {
        c->latest = row->stint.start_min;
        c->conditions = false;
    }
    c->conditions |= stands && row->status == FB_FACT_STATUS_CONDITIONS;
}

/* When all that does not hold is taken: a denial takes back what is not younger than itself. */
static void take_good(struct check *c, const struct fb_diary_row *row, int64_t day)
{
    int64_t until = end_of(row);
    if (!fb_clock__holds(row))
        return;
    if (until <= day) {
        c->ended = until > c->ended ? until : c->ended;
        return;
    }
    bool stands = c->bad == NULL || !denies(c->bad) || c->bad->stint.start_min < row->stint.start_min;
    take_last(c, row, stands);
    if (stands && (c->valid == NULL || stands_longer(row, c->valid)))
        c->valid = row;
}

/* One that failed, or waits, did not end: it is as far from holding as one without an end is from ending. */
static int64_t days_of(const struct check *c, int64_t day)
{
    if (c->valid != NULL)
        return end_of(c->valid) == INT64_MAX ? NO_END_DAYS : end_of(c->valid) - day - 1;
    if (c->bad != NULL && c->bad->status != FB_FACT_STATUS_LAPSED)
        return -NO_END_DAYS;
    return c->bad != NULL || c->ended < 0 ? -1 : c->ended - day - 1;
}

static int64_t status_of(const struct check *c)
{
    if (c->valid != NULL)
        return c->valid->status;
    return c->bad != NULL ? c->bad->status : FB_FACT_STATUS_LAPSED; /* what held has ended */
}

/* ---- trainings and registers: each name by itself ---- */

struct named {
    unsigned n;
    bool more; /* names than can be told apart */
    uint32_t name[NAMES_MAX];
    struct check check[NAMES_MAX];
};

static struct check *by_name(struct named *of, uint32_t name)
{
    unsigned i = 0;
    while (i < of->n && of->name[i] != name)
        i++;
    if (i == NAMES_MAX) {
        of->more = true;
        return NULL;
    }
    if (i == of->n) {
        of->name[of->n++] = name;
        of->check[i] = (struct check){.ended = -1, .latest = -1};
    }
    return &of->check[i];
}

static void set_training(const struct fb_clock *k, const struct named *t)
{
    int64_t days = INT64_MAX;
    for (unsigned i = 0; i < t->n; i++) {
        int64_t one = days_of(&t->check[i], k->shift_day);
        days = one < days ? one : days;
    }
    if (t->n > 0 && t->more)
        fb_fact_set_at_most(k->out, FB_FACT_TRAINING_DAYS, days);
    else if (t->n > 0)
        fb_fact_set(k->out, FB_FACT_TRAINING_DAYS, days);
}

/* ---- registrations: of any register ---- */

/* A bar that nothing of its own register which holds and began later has lifted. */
static bool is_barred(const struct check *c)
{
    return c->barred != NULL && c->barred->stint.start_min >= c->latest;
}

/* All registers as one check; what one of them says takes nothing of another back. */
static void together(const struct named *of, struct check *all)
{
    *all = (struct check){.held = of->n > 0, .ended = -1, .latest = -1};
    for (unsigned i = 0; i < of->n; i++) {
        const struct check *c = &of->check[i];
        if (c->valid != NULL && (all->valid == NULL || stands_longer(c->valid, all->valid)))
            all->valid = c->valid;
        if (c->bad != NULL && (all->bad == NULL || denies_more(c->bad, all->bad)))
            all->bad = c->bad;
        if (is_barred(c) && (all->barred == NULL || denies_more(c->barred, all->barred)))
            all->barred = c->barred;
        all->ended = c->ended > all->ended ? c->ended : all->ended;
        all->conditions |= c->conditions;
    }
}

/* Nobody can say which register the post asks for, so whoever is barred from one does not pass by another. Where there are more than are
 * told apart, one that is not seen might bar, and nothing else is said. */
static void set_registration(const struct fb_clock *k, const struct named *of)
{
    struct check all;
    together(of, &all);
    if (!all.held || (of->more && all.barred == NULL))
        return;
    if (all.barred != NULL) {
        fb_fact_set(k->out, FB_FACT_REGISTRATION_DAYS, -NO_END_DAYS);
        fb_fact_set(k->out, FB_FACT_REGISTRATION_STATUS, all.barred->status);
        return;
    }
    fb_fact_set(k->out, FB_FACT_REGISTRATION_DAYS, days_of(&all, k->shift_day));
    enum fb_fact_status standing = all.conditions ? FB_FACT_STATUS_CONDITIONS : FB_FACT_STATUS_VALID;
    fb_fact_set(k->out, FB_FACT_REGISTRATION_STATUS, all.valid != NULL ? (int64_t)standing : status_of(&all));
}

/* ---- posts ---- */

struct posts {
    bool any, here;
};

static void take_post(struct posts *p, const struct fb_clock *k, const struct fb_diary_row *row)
{
    if (!fb_clock__holds(row) || end_of(row) <= k->shift_day)
        return;
    p->any = true;
    p->here |= row->stint.hirer == k->own->hirer;
}

/* ---- facts ---- */

static void set_visa(const struct fb_clock *k, const struct check *c)
{
    if (c->valid != NULL && c->valid->stint.minutes >= 0)
        fb_fact_set(k->out, FB_FACT_VISA_WEEK_MINUTES, c->valid->stint.minutes);
}

static void set_checks(const struct fb_clock *k, const struct check check[FB_FACT_KIND_END])
{
    static const uint8_t days[FB_FACT_KIND_END] = {
        [FB_FACT_KIND_IDENTITY] = FB_FACT_IDENTITY_DAYS,
        [FB_FACT_KIND_RIGHT_TO_WORK] = FB_FACT_RIGHT_TO_WORK_DAYS,
        [FB_FACT_KIND_REFERENCES] = FB_FACT_REFERENCES_DAYS,
        [FB_FACT_KIND_CRIMINAL_RECORD] = FB_FACT_CRIMINAL_RECORD_DAYS,
        [FB_FACT_KIND_HEALTH_CLEARANCE] = FB_FACT_HEALTH_CLEARANCE_DAYS,
        [FB_FACT_KIND_VISA] = FB_FACT_VISA_DAYS,
    };
    for (unsigned i = 0; i < FB_FACT_KIND_END; i++)
        if (days[i] != 0 && check[i].held)
            fb_fact_set(k->out, (enum fb_fact)days[i], days_of(&check[i], k->shift_day));
    if (check[FB_FACT_KIND_OPT_OUT].held)
        fb_fact_set(k->out, FB_FACT_OPTED_OUT, check[FB_FACT_KIND_OPT_OUT].valid != NULL);
    set_visa(k, &check[FB_FACT_KIND_VISA]);
}

/* All that is held of one person. */
struct held {
    struct check check[FB_FACT_KIND_END];
    struct named trainings, registers;
};

/* The check that a row is of; NULL: of none that is kept. */
static struct check *check_of(struct held *h, const struct fb_diary_row *row)
{
    if (row->kind >= FB_FACT_KIND_END)
        return NULL;
    if (row->kind == FB_FACT_KIND_TRAINING)
        return by_name(&h->trainings, row->stint.unit);
    if (row->kind == FB_FACT_KIND_REGISTRATION)
        return by_name(&h->registers, row->stint.unit);
    return &h->check[row->kind];
}

static void take_all(const struct fb_clock *k, struct held *h,
                     void (*take)(struct check *, const struct fb_diary_row *, int64_t))
{
    const struct fb_diary_view *d = k->diary;
    for (unsigned i = 0; i < d->n[FB_DIARY_FACTS]; i++) {
        const struct fb_diary_row *row = &d->row[FB_DIARY_FACTS][i];
        if (row->stint.start_min > (int64_t)k->shift_day * FB_CLOCK_DAY_MIN)
            return; /* rows ascend: the rest begins later too */
        struct check *c = check_of(h, row);
        if (c != NULL)
            take(c, row, k->shift_day);
    }
}

static void set_posts(const struct fb_clock *k)
{
    struct posts posts = {false, false};
    for (unsigned i = 0; i < k->diary->n[FB_DIARY_FACTS]; i++) {
        const struct fb_diary_row *row = &k->diary->row[FB_DIARY_FACTS][i];
        if (row->kind == FB_FACT_KIND_SUBSTANTIVE_POST &&
            row->stint.start_min <= (int64_t)k->shift_day * FB_CLOCK_DAY_MIN)
            take_post(&posts, k, row);
    }
    fb_fact_set(k->out, FB_FACT_SUBSTANTIVE_POST, posts.any);
    fb_fact_set(k->out, FB_FACT_SUBSTANTIVE_HERE, posts.here);
}

void fb_clock__checks(const struct fb_clock *k)
{
    struct held h;
    if (k->diary->n[FB_DIARY_FACTS] == 0 || k->diary->cut)
        return; /* what was not read may be what takes another back */
    h.trainings.n = h.registers.n = 0;
    h.trainings.more = h.registers.more = false;
    for (unsigned i = 0; i < FB_FACT_KIND_END; i++)
        h.check[i] = (struct check){.ended = -1, .latest = -1};
    take_all(k, &h, take_bad);
    take_all(k, &h, take_good);
    set_checks(k, h.check);
    set_training(k, &h.trainings);
    set_registration(k, &h.registers);
    if (h.check[FB_FACT_KIND_SUBSTANTIVE_POST].held)
        set_posts(k);
}
