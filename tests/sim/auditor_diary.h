#ifndef FB_TESTS_SIM_AUDITOR_DIARY_H
#define FB_TESTS_SIM_AUDITOR_DIARY_H
/* Inside the auditor: what shifts and records say of a person's days (auditor_diary.c, auditor_clocks.c, auditor_checks.c). */
#include "tests/sim/auditor.h"

/* What a shift adds. */
struct aud_stint {
    uint32_t subject, tie, person;
    int64_t start, end, minutes; /* UTC */
    bool shadow, night, settled;
    bool idle; /* there, and no minute of it at work: only the person's checks are asked */
    enum fb_route route;
    fb_code hirer;
    struct fb_span unit, agency;
    unsigned role; /* number of what is the same role; 0: nobody says */
};
struct aud_diary {
    const struct fb_book *book;
    unsigned n, n_roles;
    struct aud_stint row[AUD_COUNTS_MAX];
    struct aud_role {
        enum fb_staff_group group;
        struct fb_span role;
        fb_code grade;
    } role[AUD_COUNTS_MAX];
};
/* A shift, and all that is said of its person. */
enum { AUD_ROWS_MAX = 1024 };
struct aud_reader {
    const struct fb_book *book;
    const struct fb_clocks *clocks;
    const struct aud_stint *own;
    fb_day day; /* of the booking */
    unsigned n_shifts, n_hours, n_absences, n_facts;
    const struct aud_stint *shift[AUD_ROWS_MAX]; /* the own one too */
    const struct fb_substantive_hours *hours[AUD_ROWS_MAX];
    const struct fb_absence *absence[AUD_ROWS_MAX];
    const struct fb_worker_fact *fact[AUD_ROWS_MAX];
};
struct aud_sums {
    unsigned n_trusts;
    fb_code trust[16];
};
fb_day aud_monday(fb_day day);
bool aud_starts_before(const struct aud_stint *x, const struct aud_stint *y);
bool aud_overlaps(const struct aud_stint *x, const struct aud_stint *y);
/* Exactly, or else as a lower bound. */
void aud_set_bound(struct fb_facts *f, enum fb_fact id, int64_t v, bool exact);
/* auditor_hours.c: what is said of one employer and week (-1: nothing), and of all employers (*any: something is). *vague: it may
 * be more. */
int64_t aud_midnight(fb_day day);
int64_t aud_stated(const struct aud_reader *r, fb_code employer, fb_day monday, bool *vague);
bool aud_first_of(const struct aud_reader *r, unsigned i);
int64_t aud_hours_of(const struct aud_reader *r, fb_day monday, bool *any, bool *vague);
bool aud_told_into(const struct aud_reader *r, fb_day first, fb_day last, fb_day reach, bool *nought);
bool aud_told(const struct aud_reader *r, fb_day first, fb_day last, bool *nought);
bool aud_has_post(const struct aud_reader *r, fb_day from, fb_day until);
/* auditor_runs.c */
void aud_assignment_facts(const struct aud_reader *r, struct fb_facts *f);
void aud_beside_facts(const struct aud_reader *r, struct fb_facts *f);
void aud_clock_facts(const struct aud_reader *r, struct fb_facts *f);
void aud_check_facts(const struct aud_reader *r, struct fb_facts *f);
#endif
