/* demo-data: makes the demo's files. Called as `demo-data FOLDER [OUT]`: reads FOLDER/roster-map.csv and what
 * it names, writes OUT/demo/made-up/ and OUT/demo/feed-order.txt (OUT is FOLDER unless given; its folders
 * must exist). One seed, whole numbers only: the same bytes on every machine. */
#include "tools/demo-data/layouts.h"
#include "tools/demo-data/names.h"
#include <stdio.h>

enum { SEED = 20260316 };
struct work {
    struct fb_demo_crew crew;
    struct fb_demo_posts posts;
    struct fb_demo_week week;
    struct fb_demo_sheet sheet;
    struct fb_demo_tally tally;
    unsigned next_number[FB_DEMO_TRUSTS];
    char made_up[512], demo[512];
};

/* Each trust-week has its own stream of numbers, so that a change in one leaves the others alone. */
static bool make_week(struct work *w, const char *folder, enum fb_demo_trust trust, unsigned week)
{
    struct fb_prng r;
    fb_prng_init(&r, SEED + 100 * (uint64_t)(trust + 1) + week);
    if (!fb_demo_posts_read(folder, trust, week, &w->posts))
        return false;
    fb_demo_posts_add_others(&w->posts, &r, trust, fb_demo_monday(week));
    w->week.trust = trust;
    w->week.week = week;
    w->week.monday = fb_demo_monday(week);
    fb_demo_week_fill(&w->week, &w->posts, &w->crew, &r, &w->next_number[trust]);
    fb_demo_tally_week(&w->tally, &w->week);
    return fb_demo_week_write(&w->sheet, w->made_up, &w->week, &r, &w->tally);
}

static bool make_all(struct work *w, const char *folder)
{
    struct fb_prng r;
    fb_prng_init(&r, SEED);
    fb_demo_crew_fill(&w->crew, &r);
    for (unsigned t = 0; t < FB_DEMO_TRUSTS; t++)
        w->next_number[t] = 3000000 + 1000000 * t;
    for (unsigned week = 0; week < FB_DEMO_WEEKS; week++)
        for (unsigned t = 0; t < FB_DEMO_TRUSTS; t++)
            if (!make_week(w, folder, (enum fb_demo_trust)t, week))
                return false;
    return fb_demo_registers_write(&w->sheet, w->made_up) &&
           fb_demo_people_write(&w->sheet, w->made_up, &w->crew) &&
           fb_demo_long_lines_write(&w->sheet, w->made_up) && fb_demo_feed_write(&w->sheet, w->demo);
}

/* Prints the counts. False: one of the cases that the demo is to show is not there. */
static bool print_tally(const struct fb_demo_tally *tally)
{
    static const char *const texts[] = {
#define X(id, text) text,
        FB_DEMO_COUNT_MAP(X)
#undef X
    };
    bool all = true;
    for (unsigned i = 0; i < FB_DEMO_COUNTS; i++) {
        printf("%8u  %s\n", tally->of[i], texts[i]);
        all = all && tally->of[i] > 0;
    }
    return all;
}

static void join(char *out, size_t size, const char *folder, const char *rest)
{
    struct fb_text t;
    fb_text_init(&t, out, size);
    fb_text_add(&t, folder);
    fb_text_add(&t, rest);
}

int main(int argc, char **argv)
{
    static struct work w;
    if (argc < 2 || argc > 3) {
        fputs("usage: demo-data FOLDER [OUT], such as: demo-data tests/data\n", stderr);
        return 2;
    }
    join(w.made_up, sizeof w.made_up, argv[argc - 1], "/demo/made-up");
    join(w.demo, sizeof w.demo, argv[argc - 1], "/demo");
    if (!fb_demo_sheet_init(&w.sheet)) {
        fputs("demo-data: no memory\n", stderr);
        return 1;
    }
    bool made = make_all(&w, argv[1]);
    fb_demo_sheet_release(&w.sheet);
    if (!made)
        return 1;
    if (!print_tally(&w.tally)) {
        fputs("demo-data: a case of the list above is missing from the data\n", stderr);
        return 1;
    }
    return 0;
}
