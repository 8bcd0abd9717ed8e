#ifndef FB_PACK_CASE_H
#define FB_PACK_CASE_H
/* One case of a pack: a shift in the words of the trade, what else is known, and what must come of it. */
#include "engine/core/decide.h"
#include "engine/pack/read.h"
#define FB_CASE_NOT_SAID (INT64_MIN + 1) /* an expectation that the case does not state */
struct fb_expected_finding {
    struct fb_span rule;
    int severity;
    int answered; /* enum fb_answered; 0: nobody answered it */
    bool met;
};
/* What the case says must come of it. Pence; FB_ABSENT where the case says none; FB_CASE_NOT_SAID where it
 * says nothing. */
struct fb_expected {
    int64_t card, charge, cap, excess, loaded, card_loaded, supplement, bonus, worked, worked_minutes;
    int64_t minutes[FB_CATEGORIES_MAX];
    struct fb_span zone; /* absent: not said */
    int basis;           /* enum fb_status, 0 not said */
    bool findings_said, lacks_said;
    struct fb_list findings; /* struct fb_expected_finding */
    struct fb_list lacks;    /* struct fb_expected_finding: feeds that the decision must say are lacking, by their words */
};
/* A booking and, when it has one, its timesheet. */
struct fb_case_shift {
    struct fb_record booking, sheet;
    bool has_sheet;
};
struct fb_case {
    struct fb_span name;
    unsigned line;
    struct fb_case_shift shift;
    struct fb_list others; /* struct fb_case_shift: further bookings of the same worker, judged first */
    struct fb_list people, approvals, rivals; /* struct fb_record: of the worker; of the shift; cancelled for it */
    uint32_t feeds;        /* FB_SENDS_* bits of what the system as a whole sends about people */
    int64_t now_ms;        /* the instant at which it is judged; FB_ABSENT: when it starts */
    struct fb_record vacancy;
    struct fb_record *cascade, *framework, *organisation; /* in the pool */
    unsigned n_cascades, n_frameworks, n_organisations;
    bool has_vacancy, framework_register, organisation_register;
    struct fb_source source;
    struct fb_expected expected;
};
/* Reads one entry of `cases`; complaints go to the report. */
void fb_case_read(struct fb_reading *r, struct fb_node *map, struct fb_case *out);

/* The parts. A booking: `like` gives what the mapping leaves out (NULL: it is required), `days` moves its
 * times on. */
void fb_case_read_booking(struct fb_reading *r, struct fb_node *map, const struct fb_booking *like, int days,
                          struct fb_record *out);
/* The timesheet under a mapping's key `timesheet`, if there is one. Without intervals it was worked as
 * booked. */
void fb_case_read_sheet(struct fb_reading *r, struct fb_node *map, int days, struct fb_case_shift *shift);
void fb_case_read_others(struct fb_reading *r, struct fb_node *entry, struct fb_case *out);
void fb_case_read_people(struct fb_reading *r, struct fb_node *entry, struct fb_case *out);
void fb_case_read_approvals(struct fb_reading *r, struct fb_node *entry, struct fb_case *out);
void fb_case_read_rivals(struct fb_reading *r, struct fb_node *entry, struct fb_case *out);
void fb_case_read_expected(struct fb_reading *r, struct fb_node *entry, struct fb_expected *out);
/* Values that may be left out: absent, or 0. */
int64_t fb_case_instant(struct fb_reading *r, struct fb_node *map, const char *key, int days);
int fb_case_word(struct fb_reading *r, struct fb_node *map, const char *key,
                 const struct fb_vocabulary *words);
struct fb_span fb_case_text(struct fb_reading *r, struct fb_node *map, const char *key);
fb_code fb_case_code(struct fb_reading *r, struct fb_node *map, const char *key);

/* The word of a feed whose lack a decision tells of once for all rules, "worker_facts"; NULL: the lack is another thing's. */
const char *fb_case_feed_word(unsigned lack);

/* What came of it. worked NULL: no timesheet was settled. */
struct fb_case_outcome {
    const struct fb_price *booked, *worked;
    int64_t worked_minutes;
    const struct fb_decision *decision;
};
/* Each expectation that is not met is an error at the case's line. */
void fb_case_compare(struct fb_reading *r, struct fb_case *one, const struct fb_book *book,
                     const struct fb_case_outcome *got);
#endif
