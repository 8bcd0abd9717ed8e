/* Agency workers who come to the same place week after week: one more file of RYE's portal, from December on.
 * Only so are there twelve weeks with one hirer, an average over 17 weeks, a clock that paused and one that
 * began again. Made up. */
#include "tools/demo-data/layouts.h"
#include "tools/demo-data/rates.h"

enum { LAST_WEEK = 3, NUMBERS_FROM = 8500000, DAY = 1440 };
enum { MON = 1, TUE = 2, WED = 4, THU = 8, FRI = 16, ALL_DAYS = 127 };

struct long_line {
    enum fb_demo_grade grade;
    unsigned unit, days, start, length, break_min;
    int first, away_from,
        away_until;  /* weeks of the demo, 0 its first: comes from, does not come from, comes again */
    int all_days_in; /* the week in which there was no day off */
};
static const struct long_line lines[] = {
    {FB_DEMO_B5, 0, MON | TUE | THU, 450, 480, 30, -13, 9, 9, 9},   /* never away: past the twelfth week */
    {FB_DEMO_B5, 1, MON | WED | FRI, 450, 480, 30, -13, -5, -2, 9}, /* three weeks away: the clock pauses */
    {FB_DEMO_B6, 2, TUE | WED, 450, 480, 30, -13, -9, -2, 9},       /* seven weeks away: it begins again */
    {FB_DEMO_B5, 3, MON | TUE | WED | THU | FRI, 1170, 750, 60, -13, 9, 9,
     2},                                           /* nights: far above 48 hours */
    {FB_DEMO_B3, 0, WED, 420, 360, 0, 0, 9, 9, 9}, /* one shift, sent as two: */
    {FB_DEMO_B3, 0, WED, 790, 360, 0, 0, 9, 9, 9}, /* the second half, of the same worker */
};

static unsigned worker_of(unsigned line)
{
    return line == 5   ? 4
           : line == 3 ? 5
                       : line; /* the fourth opted out of the 48 hours: somebody else has the nights */
}

static void set_rates(struct fb_demo_booking *b, enum fb_demo_grade grade, fb_day day)
{
    for (unsigned c = 0; c < FB_DEMO_CATEGORIES; c++) {
        int64_t charge = fb_demo_cap_pence(grade, c, day) * 92 / 100;
        b->rate[c].employer_ni = charge * 8 / 100;
        b->rate[c].commission = charge * 11 / 100;
        b->rate[c].worker_pay = charge - b->rate[c].employer_ni - b->rate[c].commission;
    }
}

/* Asked for, offered to the bank and then to agencies in good time, as a long line is. */
static void set_times(struct fb_demo_vacancy *v, const struct long_line *l)
{
    v->start = fb_demo_civil((int64_t)v->post.day * DAY + l->start);
    v->end = fb_demo_civil((int64_t)v->post.day * DAY + l->start + l->length);
    v->requested = fb_demo_civil(v->start - 24 * DAY);
    v->to_bank = fb_demo_civil(v->start - 23 * DAY);
    v->to_agency = fb_demo_civil(v->start - 16 * DAY);
    v->booking.booked = fb_demo_civil(v->start - 14 * DAY);
    v->changed = fb_demo_civil(v->end + 60);
}

static struct fb_demo_vacancy shift_of(unsigned line, fb_day day, unsigned number)
{
    const struct long_line *l = &lines[line];
    struct fb_demo_vacancy v = {
        .trust = FB_DEMO_RYE, .number = number, .unit = l->unit, .ends = FB_DEMO_FILLED};
    enum fb_demo_group group = l->grade == FB_DEMO_B3 ? FB_DEMO_SUPPORT : FB_DEMO_NURSING;
    v.post = (struct fb_demo_post){day, (int)l->start, (int)l->length, (int)l->break_min, group, l->grade};
    v.booking.route = FB_DEMO_AGENCY;
    v.booking.candidate = fb_demo_candidate(0, FB_DEMO_CANDIDATES + worker_of(line));
    v.booking.cancel_charge = -1;
    if (l->grade == FB_DEMO_B3)
        v.booking.chief = number % 100000; /* band 3 through an agency needs the chief executive's word */
    set_rates(&v.booking, l->grade, day);
    set_times(&v, l);
    return v;
}

static void write_line(struct fb_demo_sheet *s, unsigned line, unsigned *number)
{
    const struct long_line *l = &lines[line];
    for (int week = l->first; week <= LAST_WEEK; week++) {
        unsigned days = week == l->all_days_in ? ALL_DAYS : l->days;
        for (unsigned d = 0; d < 7; d++) {
            if ((days >> d & 1) == 0 || (week >= l->away_from && week < l->away_until))
                continue;
            struct fb_demo_vacancy v = shift_of(line, fb_demo_monday(0) + 7 * week + (fb_day)d, (*number)++);
            fb_demo_portal_row(s, &v, FB_DEMO_SOUND);
        }
    }
}

bool fb_demo_long_lines_write(struct fb_demo_sheet *s, const char *folder)
{
    unsigned number = NUMBERS_FROM;
    fb_demo_portal_start(s);
    for (unsigned line = 0; line < sizeof lines / sizeof lines[0]; line++)
        write_line(s, line, &number);
    return fb_demo_sheet_write(s, folder, "/rye-portal-lines-2026-04-13.csv");
}
