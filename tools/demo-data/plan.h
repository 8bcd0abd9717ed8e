#ifndef FB_DEMO_DATA_PLAN_H
#define FB_DEMO_DATA_PLAN_H
/* The plan of the demo: every vacancy of six trusts over four weeks, and what became of it. Nursing demand is
 * read from published rosters (posts.c); all else is made up here, from a fixed seed, so that every machine
 * makes the same bytes.
 *
 * Units: times are minutes of local civil time since 1970 (day x 1440 + minute), as a trust's own system
 * would print them; 0 is absent. Money is whole pence. Nothing here is the engine's: its figures are its own.
 */
#include "engine/base/prng.h"
#include "engine/base/when.h"

enum { FB_DEMO_WEEKS = 4, FB_DEMO_POSTS_MAX = 600, FB_DEMO_CREW_MAX = 4096, FB_DEMO_CATEGORIES = 3 };
enum fb_demo_trust {
    FB_DEMO_RTH,
    FB_DEMO_RXQ,
    FB_DEMO_RHW,
    FB_DEMO_RNU,
    FB_DEMO_RWX,
    FB_DEMO_RYE,
    FB_DEMO_TRUSTS
};
enum fb_demo_group {
    FB_DEMO_NURSING,
    FB_DEMO_SUPPORT,
    FB_DEMO_MEDICAL,
    FB_DEMO_THERAPY,
    FB_DEMO_SCIENCE,
    FB_DEMO_ADMIN,
    FB_DEMO_ESTATES,
    FB_DEMO_GROUPS
};
enum fb_demo_grade {
    FB_DEMO_B2,
    FB_DEMO_B3,
    FB_DEMO_B4,
    FB_DEMO_B5,
    FB_DEMO_B6,
    FB_DEMO_B7,
    FB_DEMO_B8A,
    FB_DEMO_FY2,
    FB_DEMO_ST3,
    FB_DEMO_GRADES
};
enum fb_demo_end { FB_DEMO_FILLED, FB_DEMO_UNFILLED, FB_DEMO_WITHDRAWN, FB_DEMO_COVERED };
enum fb_demo_route { FB_DEMO_BANK, FB_DEMO_AGENCY, FB_DEMO_COLLABORATIVE };
enum fb_demo_state { FB_DEMO_BOOKED, FB_DEMO_CANCELLED, FB_DEMO_ABSENT };
enum fb_demo_kind { FB_DEMO_NOT_SAID, FB_DEMO_BANK_ONLY, FB_DEMO_SUBSTANTIVE };
enum fb_demo_point { FB_DEMO_ENTRY, FB_DEMO_MID, FB_DEMO_TOP };
enum fb_demo_timesheet {
    FB_DEMO_NO_SHEET,
    FB_DEMO_SUBMITTED,
    FB_DEMO_APPROVED,
    FB_DEMO_ADJUSTED,
    FB_DEMO_DID_NOT_WORK
};

/* One post of demand: somebody of this grade, on this day, for this shift. */
struct fb_demo_post {
    fb_day day;
    int start, length, break_min; /* minutes: from midnight, long, unpaid */
    enum fb_demo_group group;
    enum fb_demo_grade grade;
};
struct fb_demo_posts {
    unsigned n, real; /* the first `real` come from a published roster */
    struct fb_demo_post of[FB_DEMO_POSTS_MAX];
};

/* Somebody who takes bank shifts. */
struct fb_demo_worker {
    enum fb_demo_trust trust;
    enum fb_demo_group group;
    enum fb_demo_grade grade, own; /* the shifts taken; the substantive band */
    enum fb_demo_kind kind;
    enum fb_demo_point point;
    unsigned number;
    int64_t free_at; /* rested from then on */
};
struct fb_demo_crew {
    unsigned n;
    struct fb_demo_worker of[FB_DEMO_CREW_MAX];
};

struct fb_demo_rate {
    int64_t worker_pay, commission, employer_ni; /* pence an hour; 0 absent */
};
struct fb_demo_booking {
    enum fb_demo_route route;
    enum fb_demo_state state;
    const struct fb_demo_worker *worker; /* bank and collaborative */
    unsigned candidate, agency,
        contract; /* agency: number of the candidate, index of the agency, of the contract */
    int64_t booked, cancelled;
    unsigned cancelled_by;
    int64_t cancel_charge; /* pence; -1 none */
    struct fb_demo_rate rate[FB_DEMO_CATEGORIES];
    unsigned chief, executive; /* numbers of sign-offs, 0 none */
    bool by_provider;          /* a bank shift whose pay the bank provider sends */
};
struct fb_demo_vacancy {
    struct fb_demo_post post;
    enum fb_demo_trust trust;
    unsigned number, unit, reason; /* request number, indexes of the trust's wards and of the reasons */
    int64_t start, end, requested, to_bank, to_agency, changed;
    enum fb_demo_end ends;
    struct fb_demo_booking booking; /* when filled */
    enum fb_demo_timesheet sheet;
    int64_t worked_from, worked_to, adjusted_from, adjusted_to;
    bool late_cascade; /* the release to the bank is only in the corrected file */
};
struct fb_demo_week {
    enum fb_demo_trust trust;
    unsigned week;
    fb_day monday;
    int64_t extracted; /* when the files were written */
    unsigned n, real;
    struct fb_demo_vacancy of[FB_DEMO_POSTS_MAX];
};

/* Counts for the summary; each must be above nought, or the demo would not show that case. */
/* clang-format off */
#define FB_DEMO_COUNT_MAP(X) \
    X(VACANCIES, "vacancies") \
    X(REAL, "of them from published rosters") \
    X(BOOKINGS, "bookings") \
    X(BANK, "bookings of bank workers") \
    X(COLLABORATIVE, "bookings by the collaborative bank") \
    X(AGENCY, "bookings through agencies") \
    X(STANDING, "vacancies filled") \
    X(CANCELLED, "bookings cancelled") \
    X(CHARGED, "cancellations with a charge") \
    X(NOT_THERE, "workers who did not attend") \
    X(UNFILLED, "vacancies nobody took") \
    X(WITHDRAWN, "vacancies withdrawn") \
    X(COVERED, "vacancies covered internally") \
    X(OFF_CARD, "bank bookings meant to be off card") \
    X(NOT_SAID, "bank workers of no stated kind") \
    X(SUBSTANTIVE, "bank shifts of substantive workers") \
    X(OVER_CAP, "agency charges meant to be above the cap") \
    X(HALF_OVER, "of them by half or more") \
    X(OVER_ESTIMATE, "admin and estates charges above the estimate") \
    X(HALF_ESTIMATE, "of them by half or more, unsigned") \
    X(HUNDRED, "charges of 100 pounds an hour") \
    X(LOW_BAND, "band 2 and 3 agency shifts") \
    X(LOW_SIGNED, "of them signed by a chief executive") \
    X(OFF_FRAMEWORK, "bookings off framework") \
    X(NO_CASCADE, "agency shifts that the bank never had") \
    X(SHORT_LEAD, "agency shifts that it had too briefly") \
    X(RETROSPECTIVE, "bookings after the start") \
    X(ADMIN_AGENCY, "admin and estates agency shifts") \
    X(MEDICAL, "medical bookings, which no pack prices") \
    X(SHEETS, "timesheets") \
    X(OTHER_HOURS, "of them with other hours than booked") \
    X(ADJUSTED, "timesheets adjusted") \
    X(TWICE, "shifts sent by two systems") \
    X(ACROSS_CHANGE, "shifts across the change of clocks") \
    X(ROWS, "rows") \
    X(FILES, "files") \
    X(REPEATED, "rows sent twice in a file") \
    X(CONFLICTING, "rows that conflict in a ledger") \
    X(UNREADABLE, "rows that cannot be read") \
    X(CORRECTED, "rows corrected by a second version")
/* clang-format on */
enum fb_demo_count {
#define X(id, text) FB_DEMO_COUNT_##id,
    FB_DEMO_COUNT_MAP(X)
#undef X
        FB_DEMO_COUNTS
};
struct fb_demo_tally {
    unsigned of[FB_DEMO_COUNTS];
};

/* posts.c: the demand of one trust-week, as tests/data/roster-map.csv has it. False: says on stderr which
 * file and what is wrong with it. */
bool fb_demo_posts_read(const char *folder, enum fb_demo_trust trust, unsigned week,
                        struct fb_demo_posts *out);
/* others.c: adds the made-up demand of the other staff groups. */
void fb_demo_posts_add_others(struct fb_demo_posts *posts, struct fb_prng *r, enum fb_demo_trust trust,
                              fb_day monday);
/* crew.c */
void fb_demo_crew_fill(struct fb_demo_crew *crew, struct fb_prng *r);
/* Somebody of the trust for that shift who is rested, or NULL; the worker is then busy until 11 hours after
 * it. */
struct fb_demo_worker *fb_demo_crew_take(struct fb_demo_crew *crew, struct fb_prng *r,
                                         enum fb_demo_trust trust, const struct fb_demo_post *post);
/* fill.c: what became of each vacancy of a week. */
void fb_demo_week_fill(struct fb_demo_week *week, const struct fb_demo_posts *posts,
                       struct fb_demo_crew *crew, struct fb_prng *r, unsigned *next_number);
/* supply.c: routes, workers, agencies and rates of one booking. */
void fb_demo_book(struct fb_demo_vacancy *v, struct fb_demo_crew *crew, struct fb_prng *r);
/* tally.c: counts what a week holds. */
void fb_demo_tally_week(struct fb_demo_tally *t, const struct fb_demo_week *week);
bool fb_demo_chance(struct fb_prng *r, unsigned permille);
/* An agency's candidates: FB_DEMO_CANDIDATES whom any trust may get, then FB_DEMO_LINES who come week after week. */
unsigned fb_demo_candidate(unsigned agency, unsigned i);
/* Uniform from low to high, both included. */
int64_t fb_demo_between(struct fb_prng *r, int64_t low, int64_t high);
/* A time that clocks in London show: those of the missing hour are put an hour later. */
int64_t fb_demo_civil(int64_t t);
#endif
