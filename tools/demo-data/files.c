/* One trust-week as files, with what real files have: rows sent twice, rows in conflict, rows that cannot be
 * read, rows out of order, a second version with corrections. */
#include "tools/demo-data/layouts.h"
#include "tools/demo-data/names.h"

enum { REPEAT_EVERY = 199, REPEAT_AT = 100, CONFLICTS = 3, CORRECTED_WEEK = 1, EXTRA_NUMBER = 700000 };

struct layout {
    void (*start)(struct fb_demo_sheet *s);
    void (*row)(struct fb_demo_sheet *s, const struct fb_demo_vacancy *v, enum fb_demo_fault fault);
    void (*end)(struct fb_demo_sheet *s, unsigned shifts); /* NULL: no total row */
    bool (*has)(const struct fb_demo_vacancy *v);          /* NULL: all */
    const char *word;
};
static const struct layout layouts[FB_DEMO_LAYOUTS] = {
    [FB_DEMO_ROSTER] = {fb_demo_roster_start, fb_demo_roster_row, fb_demo_roster_end, NULL, "roster"},
    [FB_DEMO_PROVIDER] = {fb_demo_provider_start, fb_demo_provider_row, fb_demo_provider_end,
                          fb_demo_provider_has, "provider"},
    [FB_DEMO_PORTAL] = {fb_demo_portal_start, fb_demo_portal_row, NULL, fb_demo_portal_has, "portal"},
};

/* Extra rows that nobody can read. They are no demand: none of them comes from a roster. */
static const struct {
    enum fb_demo_trust trust;
    unsigned week;
    enum fb_demo_layout layout;
    enum fb_demo_fault fault;
} faults[] = {
    {FB_DEMO_RTH, 0, FB_DEMO_ROSTER, FB_DEMO_NO_SUCH_DAY},
    {FB_DEMO_RTH, 1, FB_DEMO_ROSTER, FB_DEMO_STARTS_IN_GAP},
    {FB_DEMO_RTH, 2, FB_DEMO_PORTAL, FB_DEMO_NOT_A_WORD},
    {FB_DEMO_RXQ, 1, FB_DEMO_ROSTER, FB_DEMO_ENDS_IN_GAP},
    {FB_DEMO_RHW, 0, FB_DEMO_PROVIDER, FB_DEMO_NOT_A_RATE},
    {FB_DEMO_RHW, 1, FB_DEMO_PROVIDER, FB_DEMO_STARTS_IN_GAP},
    {FB_DEMO_RHW, 2, FB_DEMO_PROVIDER, FB_DEMO_CUT_OFF},
    {FB_DEMO_RNU, 2, FB_DEMO_ROSTER, FB_DEMO_NOT_A_WORD},
    {FB_DEMO_RWX, 1, FB_DEMO_PROVIDER, FB_DEMO_NOT_A_WORD},
    {FB_DEMO_RYE, 0, FB_DEMO_PORTAL, FB_DEMO_ENDS_FIRST},
    {FB_DEMO_RYE, 1, FB_DEMO_PORTAL, FB_DEMO_STARTS_IN_GAP},
    {FB_DEMO_RYE, 3, FB_DEMO_PORTAL, FB_DEMO_NOT_A_WORD},
};

fb_day fb_demo_monday(unsigned week)
{
    return fb_day_of(2026, 3, 16) + 7 * (fb_day)week;
}

bool fb_demo_sends(enum fb_demo_trust trust, enum fb_demo_layout layout)
{
    const struct fb_demo_trust_row *t = &fb_demo_trusts[trust];
    return t->layout == layout || (layout == FB_DEMO_PROVIDER && t->provider) ||
           (layout == FB_DEMO_PORTAL && t->portal);
}

void fb_demo_file_name(struct fb_text *t, enum fb_demo_trust trust, enum fb_demo_layout layout, unsigned week)
{
    char day[11], lower[4];
    for (unsigned i = 0; i < 4; i++)
        lower[i] =
            fb_demo_trusts[trust].ods[i] == '\0' ? '\0' : (char)(fb_demo_trusts[trust].ods[i] + ('a' - 'A'));
    fb_day_format(day, fb_demo_monday(week));
    fb_text_add(t, lower);
    fb_text_add(t, "-");
    fb_text_add(t, layouts[layout].word);
    fb_text_add(t, "-");
    fb_text_add(t, day);
}

/* A shift that seems to touch 01:30 on 29 March 2026, which no clock in London showed. */
static void touch_gap(struct fb_demo_vacancy *v, enum fb_demo_fault fault)
{
    int64_t gap = (int64_t)fb_day_of(2026, 3, 29) * 1440 + 90;
    v->start = fault == FB_DEMO_STARTS_IN_GAP ? gap : gap - 360;
    v->end = v->start + (fault == FB_DEMO_STARTS_IN_GAP ? 480 : 360);
}

/* A plain booking of that file, to make a broken row of. */
static bool is_plain(const struct fb_demo_vacancy *v, enum fb_demo_layout layout)
{
    bool (*has)(const struct fb_demo_vacancy *) = layouts[layout].has;
    bool booked = v->ends == FB_DEMO_FILLED && v->booking.state == FB_DEMO_BOOKED;
    bool paid_here = layout != FB_DEMO_PROVIDER || v->booking.route == FB_DEMO_BANK;
    return booked && paid_here && (has == NULL || has(v));
}

static void add_fault(struct fb_demo_sheet *s, const struct fb_demo_week *week, enum fb_demo_layout layout,
                      enum fb_demo_fault fault)
{
    unsigned at = 0;
    while (at + 1 < week->n && !is_plain(&week->of[at], layout))
        at++;
    struct fb_demo_vacancy v = week->of[at];
    v.number += EXTRA_NUMBER;
    if (fault == FB_DEMO_STARTS_IN_GAP || fault == FB_DEMO_ENDS_IN_GAP)
        touch_gap(&v, fault);
    layouts[layout].row(s, &v, fault);
}

static void add_faults(struct fb_demo_sheet *s, const struct fb_demo_week *week, enum fb_demo_layout layout,
                       struct fb_demo_tally *tally)
{
    for (size_t i = 0; i < sizeof faults / sizeof faults[0]; i++) {
        if (faults[i].trust != week->trust || faults[i].week != week->week || faults[i].layout != layout)
            continue;
        add_fault(s, week, layout, faults[i].fault);
        tally->of[FB_DEMO_COUNT_UNREADABLE]++;
    }
}

/* The same reference once more with another rate: in a ledger, somebody must look at it. */
static void add_conflicts(struct fb_demo_sheet *s, const struct fb_demo_week *week,
                          struct fb_demo_tally *tally)
{
    bool here =
        (week->trust == FB_DEMO_RHW && week->week == 1) || (week->trust == FB_DEMO_RWX && week->week == 2);
    unsigned added = 0;
    for (unsigned i = 40; here && i < week->n && added < CONFLICTS; i++) {
        struct fb_demo_vacancy v = week->of[i];
        if (v.ends != FB_DEMO_FILLED || v.booking.route != FB_DEMO_BANK)
            continue;
        v.booking.rate[0].worker_pay += 125;
        fb_demo_provider_row(s, &v, FB_DEMO_SOUND);
        added++;
    }
    tally->of[FB_DEMO_COUNT_CONFLICTING] += added;
}

/* What the first version of the row said. */
static struct fb_demo_vacancy first_version(const struct fb_demo_vacancy *v, bool rostered)
{
    struct fb_demo_vacancy first = *v;
    if (rostered && v->late_cascade)
        first.to_bank = 0;
    return first;
}

/* The second version, a day later. False: nothing was corrected. */
static bool correct(struct fb_demo_vacancy *v, int64_t extracted)
{
    bool corrected = v->late_cascade;
    if (v->sheet == FB_DEMO_APPROVED && v->number % 37 == 7) {
        v->worked_to = fb_demo_civil(v->worked_to + 30);
        corrected = true;
    } else if (v->ends == FB_DEMO_UNFILLED && v->number % 29 == 3) {
        v->ends = FB_DEMO_COVERED;
        corrected = true;
    }
    if (corrected)
        v->changed = extracted + 1440;
    return corrected;
}

static bool write_one(struct fb_demo_sheet *s, const char *folder, const struct fb_demo_week *week,
                      enum fb_demo_layout layout, const char *suffix, struct fb_demo_tally *tally)
{
    char name[96];
    struct fb_text t;
    fb_text_init(&t, name, sizeof name);
    fb_text_add(&t, "/");
    fb_demo_file_name(&t, week->trust, layout, week->week);
    fb_text_add(&t, suffix);
    fb_text_add(&t, ".csv");
    tally->of[FB_DEMO_COUNT_FILES]++;
    tally->of[FB_DEMO_COUNT_ROWS] += s->n_rows - 1 - (layouts[layout].end != NULL);
    return fb_demo_sheet_write(s, folder, name);
}

static bool write_layout(struct fb_demo_sheet *s, const char *folder, const struct fb_demo_week *week,
                         enum fb_demo_layout layout, struct fb_prng *r, struct fb_demo_tally *tally)
{
    const struct layout *l = &layouts[layout];
    unsigned shifts = 0;
    l->start(s);
    for (unsigned i = 0; i < week->n; i++) {
        struct fb_demo_vacancy v = first_version(&week->of[i], layout == FB_DEMO_ROSTER);
        if (l->has != NULL && !l->has(&v))
            continue;
        l->row(s, &v, FB_DEMO_SOUND);
        shifts++;
        if (shifts % REPEAT_EVERY == REPEAT_AT) {
            fb_demo_row_repeat(s, s->n_rows - 1);
            tally->of[FB_DEMO_COUNT_REPEATED]++;
        }
    }
    if (layout == FB_DEMO_PROVIDER)
        add_conflicts(s, week, tally);
    add_faults(s, week, layout, tally);
    if (layout == FB_DEMO_PORTAL)
        fb_demo_rows_shuffle(s, r);
    if (l->end != NULL)
        l->end(s, shifts);
    return write_one(s, folder, week, layout, "", tally);
}

static bool write_corrected(struct fb_demo_sheet *s, const char *folder, const struct fb_demo_week *week,
                            struct fb_demo_tally *tally)
{
    fb_demo_roster_start(s);
    for (unsigned i = 0; i < week->n; i++) {
        struct fb_demo_vacancy v = week->of[i];
        tally->of[FB_DEMO_COUNT_CORRECTED] += correct(&v, week->extracted);
        fb_demo_roster_row(s, &v, FB_DEMO_SOUND);
    }
    fb_demo_roster_end(s, week->n);
    return write_one(s, folder, week, FB_DEMO_ROSTER, "-v2", tally);
}

bool fb_demo_week_write(struct fb_demo_sheet *s, const char *folder, const struct fb_demo_week *week,
                        struct fb_prng *r, struct fb_demo_tally *tally)
{
    for (unsigned l = 0; l < FB_DEMO_LAYOUTS; l++) {
        enum fb_demo_layout layout = (enum fb_demo_layout)l;
        if (fb_demo_sends(week->trust, layout) && !write_layout(s, folder, week, layout, r, tally))
            return false;
    }
    if (week->trust == FB_DEMO_RTH && week->week == CORRECTED_WEEK)
        return write_corrected(s, folder, week, tally);
    return true;
}
