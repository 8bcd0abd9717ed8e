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
};

static bool holds(const struct fb_diary_row *row)
{
    return row->status == FB_FACT_STATUS_VALID || row->status == FB_FACT_STATUS_CONDITIONS;
}

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
    if (!holds(row) && end_of(row) > day && (c->bad == NULL || denies_more(row, c->bad)))
        c->bad = row;
}

/* When all that does not hold is taken: a denial takes back what is not younger than itself. */
static void take_good(struct check *c, const struct fb_diary_row *row, int64_t day)
{
    int64_t until = end_of(row);
    if (!holds(row))
        return;
    if (until <= day)
        c->ended = until > c->ended ? until : c->ended;
    else if (c->bad != NULL && denies(c->bad) && c->bad->stint.start_min >= row->stint.start_min)
        return;
    else if (c->valid == NULL || stands_longer(row, c->valid))
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

/* ---- training: each name by itself ---- */

struct trainings {
    unsigned n;
    bool more; /* names than can be told apart */
    uint32_t name[NAMES_MAX];
    struct check check[NAMES_MAX];
};

static struct check *training(struct trainings *t, uint32_t name)
{
    unsigned i = 0;
    while (i < t->n && t->name[i] != name)
        i++;
    if (i == NAMES_MAX) {
        t->more = true;
        return NULL;
    }
    if (i == t->n) {
        t->name[t->n++] = name;
        t->check[i] = (struct check){.ended = -1};
    }
    return &t->check[i];
}

static void set_training(const struct fb_clock *k, const struct trainings *t)
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

/* ---- posts ---- */

struct posts {
    bool any, here;
};

static void take_post(struct posts *p, const struct fb_clock *k, const struct fb_diary_row *row)
{
    if (!holds(row) || end_of(row) <= k->shift_day)
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
        [FB_FACT_KIND_REGISTRATION] = FB_FACT_REGISTRATION_DAYS,
        [FB_FACT_KIND_REFERENCES] = FB_FACT_REFERENCES_DAYS,
        [FB_FACT_KIND_CRIMINAL_RECORD] = FB_FACT_CRIMINAL_RECORD_DAYS,
        [FB_FACT_KIND_HEALTH_CLEARANCE] = FB_FACT_HEALTH_CLEARANCE_DAYS,
        [FB_FACT_KIND_VISA] = FB_FACT_VISA_DAYS,
    };
    for (unsigned i = 0; i < FB_FACT_KIND_END; i++)
        if (days[i] != 0 && check[i].held)
            fb_fact_set(k->out, (enum fb_fact)days[i], days_of(&check[i], k->shift_day));
    if (check[FB_FACT_KIND_REGISTRATION].held)
        fb_fact_set(k->out, FB_FACT_REGISTRATION_STATUS, status_of(&check[FB_FACT_KIND_REGISTRATION]));
    if (check[FB_FACT_KIND_OPT_OUT].held)
        fb_fact_set(k->out, FB_FACT_OPTED_OUT, check[FB_FACT_KIND_OPT_OUT].valid != NULL);
    set_visa(k, &check[FB_FACT_KIND_VISA]);
}

static void take_all(const struct fb_clock *k, struct check check[FB_FACT_KIND_END], struct trainings *t,
                     void (*take)(struct check *, const struct fb_diary_row *, int64_t))
{
    const struct fb_diary_view *d = k->diary;
    for (unsigned i = 0; i < d->n[FB_DIARY_FACTS]; i++) {
        const struct fb_diary_row *row = &d->row[FB_DIARY_FACTS][i];
        if (row->stint.start_min > (int64_t)k->shift_day * FB_CLOCK_DAY_MIN)
            return; /* rows ascend: the rest begins later too */
        if (row->kind >= FB_FACT_KIND_END)
            continue;
        struct check *c =
            row->kind == FB_FACT_KIND_TRAINING ? training(t, row->stint.unit) : &check[row->kind];
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
    struct check check[FB_FACT_KIND_END];
    struct trainings trainings;
    if (k->diary->n[FB_DIARY_FACTS] == 0 || k->diary->cut)
        return; /* what was not read may be what takes another back */
    trainings.n = 0;
    trainings.more = false;
    for (unsigned i = 0; i < FB_FACT_KIND_END; i++)
        check[i] = (struct check){.ended = -1};
    take_all(k, check, &trainings, take_bad);
    take_all(k, check, &trainings, take_good);
    set_checks(k, check);
    set_training(k, &trainings);
    if (check[FB_FACT_KIND_SUBSTANTIVE_POST].held)
        set_posts(k);
}
