/* The order in which the demo feeds its files: nearly as they would come. */
#include "tools/demo-data/layouts.h"
#include "tools/demo-data/names.h"

static const char header[] = "# What the demo feeds, in this order: mapping, file. Paths are from this "
                             "folder. Made by tools/demo-data.\n"
                             "# Registers first; the frameworks last, so that what was booked is judged "
                             "again. RXQ's third week comes before its\n"
                             "# second, RNU's first file comes twice, RTH's second week is corrected, and "
                             "its agency portal is late with it.";

static void line(struct fb_demo_sheet *s, const char *mapping, const char *file)
{
    fb_demo_cell(s, mapping);
    fb_demo_cell(s, file);
    fb_demo_row_end(s);
}

static void feed(struct fb_demo_sheet *s, enum fb_demo_trust trust, enum fb_demo_layout layout, unsigned week,
                 const char *suffix)
{
    char mapping[96], file[96];
    struct fb_text m, f;
    fb_text_init(&m, mapping, sizeof mapping);
    fb_text_init(&f, file, sizeof file);
    fb_text_add(&m, "mappings/");
    fb_demo_file_name(&m, trust, layout, 0);
    m.n -= sizeof "-2026-03-16" - 1; /* a mapping serves every week */
    m.p[m.n] = '\0';
    fb_text_add(&m, ".yaml");
    fb_text_add(&f, "made-up/");
    fb_demo_file_name(&f, trust, layout, week);
    fb_text_add(&f, suffix);
    fb_text_add(&f, ".csv");
    line(s, mapping, file);
}

/* RXQ's rosters arrive in another order than their weeks. */
static unsigned week_that_comes(enum fb_demo_trust trust, enum fb_demo_layout layout, unsigned turn)
{
    if (trust == FB_DEMO_RXQ && layout == FB_DEMO_ROSTER && (turn == 1 || turn == 2))
        return 3 - turn;
    return turn;
}

static void feed_week(struct fb_demo_sheet *s, unsigned turn)
{
    for (unsigned t = 0; t < FB_DEMO_TRUSTS; t++) {
        for (unsigned l = 0; l < FB_DEMO_LAYOUTS; l++) {
            enum fb_demo_trust trust = (enum fb_demo_trust)t;
            enum fb_demo_layout layout = (enum fb_demo_layout)l;
            bool late = trust == FB_DEMO_RTH && layout == FB_DEMO_PORTAL && turn == 1;
            if (fb_demo_sends(trust, layout) && !late)
                feed(s, trust, layout, week_that_comes(trust, layout, turn), "");
        }
    }
}

/* What workers did in their own posts comes when the week is over. */
static void feed_hours(struct fb_demo_sheet *s, unsigned week)
{
    char file[64], day[11];
    struct fb_text t;
    fb_text_init(&t, file, sizeof file);
    fb_day_format(day, fb_demo_monday(week) + 7); /* made when the week is over */
    fb_text_add(&t, "made-up/hours-");
    fb_text_add(&t, day);
    fb_text_add(&t, ".csv");
    line(s, "mappings/hours.yaml", file);
}

bool fb_demo_feed_write(struct fb_demo_sheet *s, const char *folder)
{
    fb_demo_sheet_start(s, ' ', header);
    line(s, "mappings/organisations.yaml", "made-up/organisations-2026-03-01.csv");
    line(s, "mappings/agencies.yaml", "made-up/agencies-2026-03-01.csv");
    line(s, "mappings/budgets.yaml", "made-up/budgets-2026-03-01.csv");
    line(s, "mappings/workers.yaml", "made-up/workers-2026-03-01.csv");
    for (unsigned turn = 0; turn < FB_DEMO_WEEKS; turn++) {
        feed_week(s, turn);
        feed_hours(s, turn);
        if (turn == 0)
            feed(s, FB_DEMO_RNU, FB_DEMO_ROSTER, 0, "");
        if (turn == 2)
            feed(s, FB_DEMO_RTH, FB_DEMO_ROSTER, 1, "-v2");
    }
    feed(s, FB_DEMO_RTH, FB_DEMO_PORTAL, 1, "");
    line(s, "mappings/absences.yaml", "made-up/absences-2026-04-13.csv");
    line(s, "mappings/frameworks.yaml", "made-up/frameworks-2026-04-20.csv");
    return fb_demo_sheet_write(s, folder, "/feed-order.txt");
}
