/* Demand that nobody here invented: published nurse-rostering benchmarks, read as posts. Which file feeds
 * which trust-week stands in tests/data/roster-map.csv; what grade a skill is and when a shift begins, in
 * skills.csv and shift-times.csv beside it. */
#include "tools/demo-data/lines.h"
#include "tools/demo-data/names.h"
#include "tools/demo-data/plan.h"
#include <stdio.h>
#include <string.h>

enum { SHIFTS_MAX = 64, SKILLS_MAX = 16, DAYS_A_WEEK = 7 };
struct shift_row {
    struct fb_span name;
    int start, minutes, break_min; /* minutes -1: the roster says */
};
struct skill_row {
    struct fb_span skill;
    enum fb_demo_group group;
    enum fb_demo_grade grade;
};
struct reading {
    struct fb_demo_file roster, shift_file, skill_file;
    struct fb_span format;
    unsigned n_shifts, n_skills, turn; /* turn: skill rows of one name take turns */
    struct shift_row shift[SHIFTS_MAX];
    struct skill_row skill[SKILLS_MAX];
    fb_day monday;
    int first_day;
    struct fb_demo_posts *out;
    const char *wrong;
};

static void add_shift(struct reading *r, struct fb_span line)
{
    struct fb_span format = fb_demo_cut(&line, ',');
    struct shift_row row = {.name = fb_demo_cut(&line, ',')};
    row.start = fb_demo_clock(fb_demo_cut(&line, ','));
    struct fb_span minutes = fb_demo_cut(&line, ',');
    row.minutes = minutes.n == 0 ? -1 : fb_demo_number(minutes);
    row.break_min = fb_demo_number(line);
    if (!fb_span_eq(format, r->format))
        return;
    if (row.start < 0 || row.break_min < 0 || r->n_shifts == SHIFTS_MAX)
        r->wrong = "a row of shift-times.csv";
    else
        r->shift[r->n_shifts++] = row;
}

static void add_skill(struct reading *r, struct fb_span line)
{
    struct fb_span format = fb_demo_cut(&line, ',');
    struct skill_row row = {.skill = fb_demo_cut(&line, ',')};
    row.group = fb_demo_group_find(fb_demo_cut(&line, ','));
    row.grade = fb_demo_grade_find(line);
    if (!fb_span_eq(format, r->format))
        return;
    if (row.group == FB_DEMO_GROUPS || row.grade == FB_DEMO_GRADES || r->n_skills == SKILLS_MAX)
        r->wrong = "a row of skills.csv";
    else
        r->skill[r->n_skills++] = row;
}

static struct shift_row *shift_named(struct reading *r, struct fb_span name)
{
    for (unsigned i = 0; i < r->n_shifts; i++)
        if (fb_span_eq(r->shift[i].name, name))
            return &r->shift[i];
    r->wrong = "a shift that shift-times.csv does not have";
    return NULL;
}

/* The next row of that skill, in turn. */
static const struct skill_row *skill_named(struct reading *r, struct fb_span name)
{
    unsigned fits = 0;
    for (unsigned i = 0; i < r->n_skills; i++)
        fits += fb_span_eq(r->skill[i].skill, name);
    unsigned wanted = fits == 0 ? 0 : r->turn++ % fits;
    for (unsigned i = 0; i < r->n_skills; i++)
        if (fb_span_eq(r->skill[i].skill, name) && wanted-- == 0)
            return &r->skill[i];
    r->wrong = "a skill that skills.csv does not have";
    return NULL;
}

/* `posts` posts of one shift and skill on one day of the week. */
static void add_posts(struct reading *r, int day, struct fb_span shift, struct fb_span skill, int posts)
{
    const struct shift_row *s = shift_named(r, shift);
    for (int i = 0; i < posts && s != NULL; i++) {
        const struct skill_row *k = skill_named(r, skill);
        if (k == NULL || r->out->n == FB_DEMO_POSTS_MAX || s->minutes < 0) {
            r->wrong = r->wrong != NULL ? r->wrong : "a shift without a length, or too many posts";
            return;
        }
        r->out->of[r->out->n++] =
            (struct fb_demo_post){r->monday + day, s->start, s->minutes, s->break_min, k->group, k->grade};
    }
}

/* "(1,2)": the least and the best number; the best is what a trust asks for. */
static int best_of(struct fb_span cell)
{
    (void)fb_demo_cut(&cell, ',');
    return fb_demo_number(fb_demo_cut(&cell, ')'));
}

/* INRC-II: "Early HeadNurse (0,0) (0,1) …", Monday to Sunday, after the line REQUIREMENTS. */
static void read_inrc2(struct reading *r)
{
    struct fb_span line;
    bool inside = false;
    while (r->wrong == NULL && fb_demo_file_line(&r->roster, &line)) {
        if (inside && line.n == 0)
            return;
        if (inside) {
            struct fb_span shift = fb_demo_cut(&line, ' '), skill = fb_demo_cut(&line, ' ');
            for (int day = 0; day < DAYS_A_WEEK; day++) {
                int posts = best_of(fb_demo_cut(&line, ' '));
                if (posts < 0)
                    r->wrong = "a requirement that is no pair of numbers";
                add_posts(r, day, shift, skill, posts);
            }
        }
        inside = inside || fb_span_is(line, "REQUIREMENTS");
    }
}

/* schedulingbenchmarks: "a1,480," under SECTION_SHIFTS and "0,a1,1,100,1" under SECTION_COVER. */
static void read_instance24_line(struct reading *r, struct fb_span section, struct fb_span line)
{
    struct fb_span first = fb_demo_cut(&line, ','), second = fb_demo_cut(&line, ',');
    if (fb_span_is(section, "SECTION_SHIFTS")) {
        struct shift_row *s = shift_named(r, first);
        if (s != NULL)
            s->minutes = fb_demo_number(second);
    } else if (fb_span_is(section, "SECTION_COVER")) {
        int day = fb_demo_number(first) - r->first_day, posts = fb_demo_number(fb_demo_cut(&line, ','));
        if (day >= 0 && day < DAYS_A_WEEK)
            add_posts(r, day, second, fb_span_of("any"), posts);
    }
}

static void read_instance24(struct reading *r)
{
    struct fb_span line, section = {NULL, 0};
    while (r->wrong == NULL && fb_demo_file_line(&r->roster, &line)) {
        if (line.n > 8 && memcmp(line.p, "SECTION_", 8) == 0)
            section = line;
        else if (line.n > 0 && line.p[0] != '#')
            read_instance24_line(r, section, line);
    }
}

static void read_tables(struct reading *r, const char *folder)
{
    struct fb_span line;
    if (!fb_demo_file_open(&r->shift_file, folder, fb_span_of("shift-times.csv")) ||
        !fb_demo_file_open(&r->skill_file, folder, fb_span_of("skills.csv"))) {
        r->wrong = "a table beside it";
        return;
    }
    while (r->wrong == NULL && fb_demo_file_line(&r->shift_file, &line))
        add_shift(r, line);
    while (r->wrong == NULL && fb_demo_file_line(&r->skill_file, &line))
        add_skill(r, line);
}

static bool read_roster(struct reading *r, const char *folder, struct fb_span name)
{
    char rosters[512];
    struct fb_text t;
    fb_text_init(&t, rosters, sizeof rosters);
    fb_text_add(&t, folder);
    fb_text_add(&t, "/rosters");
    if (!fb_demo_file_open(&r->roster, rosters, name))
        return false;
    read_tables(r, folder);
    if (r->wrong == NULL && fb_span_is(r->format, "inrc2"))
        read_inrc2(r);
    else if (r->wrong == NULL)
        read_instance24(r);
    if (r->wrong == NULL && r->out->n == 0)
        r->wrong = "no demand was found";
    if (r->wrong != NULL)
        fprintf(stderr, "%s: %s\n", r->roster.path, r->wrong);
    fb_demo_file_close(&r->roster);
    fb_demo_file_close(&r->shift_file);
    fb_demo_file_close(&r->skill_file);
    return r->wrong == NULL;
}

bool fb_demo_posts_read(const char *folder, enum fb_demo_trust trust, unsigned week,
                        struct fb_demo_posts *out)
{
    struct fb_demo_file map;
    struct fb_span line;
    unsigned at = 0;
    bool read = false;
    out->n = out->real = 0;
    if (!fb_demo_file_open(&map, folder, fb_span_of("roster-map.csv")))
        return false;
    while (!read && fb_demo_file_line(&map, &line)) {
        static struct reading r;
        memset(&r, 0, sizeof r);
        r.out = out;
        if (!fb_span_is(fb_demo_cut(&line, ','), fb_demo_trusts[trust].ods) || at++ != week)
            continue;
        read = fb_day_parse(&r.monday, fb_demo_cut(&line, ',')) == FB_OK;
        r.format = fb_demo_cut(&line, ',');
        struct fb_span name = fb_demo_cut(&line, ',');
        r.first_day = fb_demo_number(fb_demo_cut(&line, ','));
        read = read && r.first_day >= 0 && read_roster(&r, folder, name);
        if (!read)
            break;
    }
    if (!read)
        fprintf(stderr, "%s: no usable row for week %u of %s\n", map.path, week + 1,
                fb_demo_trusts[trust].ods);
    fb_demo_file_close(&map);
    out->real = out->n;
    return read;
}
