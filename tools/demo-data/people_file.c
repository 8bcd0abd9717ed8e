/* What trusts know of the workers of their banks, as a staff record's extracts say it: checks and
 * registrations, hours in a worker's own post, absences; and what agencies have shown of theirs. Made up, all
 * of it. A worker here is a staff number; some are in no extract, so that there are shifts of which nothing
 * is known. */
#include "tools/demo-data/layouts.h"
#include "tools/demo-data/names.h"

enum { SEED = 20260301, SEED_AGENCIES = 20260302, FULL_WEEK = 2250, PART_WEEK = 1350, LONG_WEEK = 2700 };

static void cell_day(struct fb_demo_sheet *s, fb_day day)
{
    fb_demo_cell_when(s, "dd/mm/yyyy", (int64_t)day * 1440);
}

static const char *register_of(enum fb_demo_group group)
{
    static const char *const of[FB_DEMO_GROUPS] = {[FB_DEMO_NURSING] = "nmc",
                                                   [FB_DEMO_MEDICAL] = "gmc",
                                                   [FB_DEMO_THERAPY] = "hcpc",
                                                   [FB_DEMO_SCIENCE] = "hcpc"};
    return of[group];
}

/* A day some time after the demo's weeks; for `permille` of them within those weeks. */
static fb_day expiry(struct fb_prng *r, unsigned permille)
{
    bool soon = fb_demo_chance(r, permille);
    return fb_day_of(2026, 3, 10) + (fb_day)(soon ? fb_demo_between(r, 0, 30) : fb_demo_between(r, 60, 700));
}

static void cells_of_checks(struct fb_demo_sheet *s, struct fb_prng *r)
{
    bool visa = fb_demo_chance(r, 60);
    fb_demo_cell(s, "Clear");
    fb_demo_cell(s, "Clear");
    if (visa)
        cell_day(s, expiry(r, 100));
    else
        fb_demo_cell(s, "");
    fb_demo_cell(s, visa && fb_demo_chance(r, 150) ? "20:00" : "");
    fb_demo_cell(s, fb_demo_chance(r, 10) ? "Pending" : "Clear");
    fb_demo_cell(s, fb_demo_chance(r, 15) ? "Pending" : "Clear");
    fb_demo_cell(s, fb_demo_chance(r, 10) ? "" : "Clear");
}

static void cells_of_registration(struct fb_demo_sheet *s, struct fb_prng *r, const char *name)
{
    bool conditions = fb_demo_chance(r, 12), suspended = fb_demo_chance(r, 4);
    fb_day until = expiry(r, 25);
    fb_demo_cell(s, name == NULL ? "" : name);
    fb_demo_cell(s, name == NULL ? "" : suspended ? "Suspended" : conditions ? "Conditions" : "Registered");
    if (name == NULL)
        fb_demo_cell(s, "");
    else
        cell_day(s, until);
}

static void worker_row(struct fb_demo_sheet *s, struct fb_prng *r, const struct fb_demo_worker *w)
{
    static const char *const types[] = {"", "Bank Only", "Substantive"};
    bool substantive = w->kind == FB_DEMO_SUBSTANTIVE;
    fb_day since = fb_day_of(2024, 1, 8) + (fb_day)fb_demo_between(r, 0, 700);
    fb_demo_cell_count(s, "", w->number);
    fb_demo_cell(s, fb_demo_trusts[w->trust].ods);
    fb_demo_cell(s, types[w->kind]);
    fb_demo_cell(s, substantive ? fb_demo_grades[w->own].theirs[FB_DEMO_ROSTER] : "");
    fb_demo_cell(s, substantive ? fb_demo_points[w->point] : "");
    cell_day(s, since);
    cells_of_checks(s, r);
    cells_of_registration(s, r, register_of(w->group));
    cell_day(s, expiry(r, 60));
    fb_demo_cell(s, fb_demo_chance(r, 150) ? "Yes" : "No");
    fb_demo_cell(s, "");
    fb_demo_row_end(s);
}

/* A registration is shown for everybody: which of an agency's workers need one goes by the shift. */
static void candidate_row(struct fb_demo_sheet *s, struct fb_prng *r, unsigned agency, unsigned number)
{
    unsigned post = (unsigned)fb_demo_between(r, 0, 24 * FB_DEMO_TRUSTS);
    fb_demo_cell_count(s, "A", number);
    fb_demo_cell(s, fb_demo_agencies[agency].code);
    fb_demo_cell(s, "Agency");
    fb_demo_cells_empty(s, 2);
    cell_day(s, fb_day_of(2024, 1, 8) + (fb_day)fb_demo_between(r, 0, 700));
    cells_of_checks(s, r);
    cells_of_registration(s, r, "nmc");
    cell_day(s, expiry(r, 60));
    fb_demo_cell(s, fb_demo_chance(r, 150) ? "Yes" : "No");
    fb_demo_cell(s, post < FB_DEMO_TRUSTS ? fb_demo_trusts[post].ods : "None");
    fb_demo_row_end(s);
}

static void candidate_rows(struct fb_demo_sheet *s)
{
    struct fb_prng r;
    fb_prng_init(&r, SEED_AGENCIES);
    for (unsigned a = 0; a < FB_DEMO_AGENCIES; a++)
        for (unsigned i = 0; i < FB_DEMO_CANDIDATES + FB_DEMO_LINES; i++)
            if (!fb_demo_chance(&r, 30))
                candidate_row(s, &r, a, fb_demo_candidate(a, i));
}

static bool write_workers(struct fb_demo_sheet *s, const char *folder, const struct fb_demo_crew *crew,
                          struct fb_prng *r)
{
    fb_demo_sheet_start(s, ',',
                        "Staff No,Employer,Worker Type,Own Band,Point,Since,Identity,Right To Work,"
                        "Right To Work Until,Visa Hours,References,DBS,Health,Register,Registration,"
                        "Registered Until,Moving And Handling Until,Opt Out,NHS Post");
    for (unsigned i = 0; i < crew->n; i++)
        if (!fb_demo_chance(r, 20))
            worker_row(s, r, &crew->of[i]);
    candidate_rows(s);
    return fb_demo_sheet_write(s, folder, "/workers-2026-03-01.csv");
}

/* Half of them work full weeks, some long ones; who is away has worked nought, and that is said. */
static unsigned minutes_of(struct fb_prng *r, const struct fb_demo_worker *w)
{
    unsigned contract = w->number % 10 < 5 ? FULL_WEEK : w->number % 10 < 9 ? PART_WEEK : LONG_WEEK;
    if (fb_demo_chance(r, 70))
        return 0;
    return contract + (fb_demo_chance(r, 200) ? 30 * (unsigned)fb_demo_between(r, 1, 16) : 0);
}

static void cell_hours(struct fb_demo_sheet *s, unsigned minutes)
{
    char text[16];
    struct fb_text t;
    fb_text_init(&t, text, sizeof text);
    fb_text_add_int(&t, minutes / 60);
    fb_text_add(&t, minutes % 60 < 10 ? ":0" : ":");
    fb_text_add_int(&t, minutes % 60);
    fb_demo_cell(s, text);
}

static bool write_hours(struct fb_demo_sheet *s, const char *folder, const struct fb_demo_crew *crew,
                        struct fb_prng *r, unsigned week)
{
    char name[64], day[11];
    struct fb_text t;
    fb_demo_sheet_start(s, ',', "Staff No,Employer,Week Commencing,Hours");
    for (unsigned i = 0; i < crew->n; i++) {
        const struct fb_demo_worker *w = &crew->of[i];
        if (w->kind != FB_DEMO_SUBSTANTIVE || w->number % 17 == 3)
            continue;
        fb_demo_cell_count(s, "", w->number);
        fb_demo_cell(s, fb_demo_trusts[w->trust].ods);
        cell_day(s, fb_demo_monday(week));
        cell_hours(s, minutes_of(r, w));
        fb_demo_row_end(s);
    }
    fb_text_init(&t, name, sizeof name);
    fb_day_format(day, fb_demo_monday(week) + 7); /* made when the week is over */
    fb_text_add(&t, "/hours-");
    fb_text_add(&t, day);
    fb_text_add(&t, ".csv");
    return fb_demo_sheet_write(s, folder, name);
}

static bool write_absences(struct fb_demo_sheet *s, const char *folder, const struct fb_demo_crew *crew,
                           struct fb_prng *r)
{
    static const char *const kinds[] = {"Annual Leave", "Annual Leave", "Sickness", "Sickness",
                                        "Jury Service"};
    fb_demo_sheet_start(s, ',', "Staff No,Employer,Absence,First Day,Last Day");
    for (unsigned i = 0; i < crew->n; i++) {
        const struct fb_demo_worker *w = &crew->of[i];
        if (w->kind != FB_DEMO_SUBSTANTIVE || !fb_demo_chance(r, 160))
            continue;
        fb_day first = fb_demo_monday(0) + (fb_day)fb_demo_between(r, 0, 24);
        fb_demo_cell_count(s, "", w->number);
        fb_demo_cell(s, fb_demo_trusts[w->trust].ods);
        fb_demo_cell(s, kinds[fb_prng_below(r, sizeof kinds / sizeof kinds[0])]);
        cell_day(s, first);
        cell_day(s, first + (fb_day)fb_demo_between(r, 0, 6));
        fb_demo_row_end(s);
    }
    return fb_demo_sheet_write(s, folder, "/absences-2026-04-13.csv");
}

bool fb_demo_people_write(struct fb_demo_sheet *s, const char *folder, const struct fb_demo_crew *crew)
{
    struct fb_prng r;
    fb_prng_init(&r, SEED); /* a stream of its own: the weeks are what they were without it */
    bool ok = write_workers(s, folder, crew, &r);
    for (unsigned week = 0; week < FB_DEMO_WEEKS && ok; week++)
        ok = write_hours(s, folder, crew, &r, week);
    return ok && write_absences(s, folder, crew, &r);
}
