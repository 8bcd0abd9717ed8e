#ifndef FB_TOOLS_FAIRBANK_PARITY_H
#define FB_TOOLS_FAIRBANK_PARITY_H
/* A shadow source against the trust's own return, before it goes live: for each period, route and staff group the shifts, hours and
 * pounds of either side, and what to look at where they part. Judging is pure: parity_judge asks nobody. */
#include "engine/core/report.h"
#include "tools/fairbank/books/trust_return.h"
enum { PARITY_DAYS = 3, PARITY_TWINS = 4, PARITY_BOTH = 10000 };
enum parity_measure { PARITY_SHIFTS, PARITY_MINUTES, PARITY_PENCE, PARITY_MEASURES };
struct parity_shift {
    struct fb_span reference, site, unit, role;
    fb_code grade;
    enum fb_staff_group staff_group;
    enum fb_route route;
    fb_day day;
    int64_t start_min, end_min;
    int64_t figure[PARITY_MEASURES];
    int64_t vat, inside, on_top;  /* as struct held_shift has them */
    bool unpriced, suspect;       /* suspect: an open finding says that it may be told twice */
};
#define PARITY_VERDICT_MAP(X) \
    X(AGREES, "agrees") X(NOTHING_SENT, "nothing was sent of it") X(NOT_IN_RETURN, "the return has no row for it") \
    X(MISSING, "shifts are missing here") X(DOUBLED, "shifts are doubled here") X(MORE, "more shifts here") \
    X(HOURS, "other hours") X(RATES, "other rates")
enum parity_verdict {
#define X(id, text) PARITY_##id,
    PARITY_VERDICT_MAP(X)
#undef X
    PARITY_VERDICTS
};
const char *parity_verdict_text(enum parity_verdict v);
/* What makes the pounds theirs, where one thing does to the penny. */
enum parity_rate { PARITY_RATE_OTHER, PARITY_RATE_VAT, PARITY_RATE_INSIDE, PARITY_RATE_ON_TOP, PARITY_RATE_UNPRICED };
struct parity_low_day {
    fb_day day;
    int64_t has, usual; /* the middle of that weekday's other days in the return's time */
};
struct parity_cell {
    fb_day from, until;
    enum fb_route route;
    enum fb_staff_group staff_group;
    unsigned line;                    /* of the return; 0: it has none */
    int64_t theirs[PARITY_MEASURES], ours[PARITY_MEASURES];
    unsigned agree_e2;                /* hundredths of a per cent, of the measure that agrees least */
    bool within;                      /* every measure that the return has is within the tolerance */
    enum parity_verdict verdict;
    enum parity_rate rate;            /* of RATES */
    unsigned n_low;
    struct parity_low_day low[PARITY_DAYS]; /* of MISSING: the one that lacks as many as the line first, then the largest shortfall */
    unsigned n_twins;                 /* pairs that look the same, or that a finding suspects; the first few stand here */
    uint32_t twin[PARITY_TWINS][2];   /* shifts; a suspect without its like stands twice */
    unsigned first, n;                /* its shifts */
};
struct parity {
    struct parity_shift *shift;       /* ascending by route, staff group, day, then all that makes two alike */
    unsigned n_shifts;
    struct parity_cell *cell;
    unsigned n_cells, room;
    bool has[PARITY_MEASURES];        /* what the return tells */
    unsigned outside;                 /* shifts of days that the return does not cover */
    bool all_within;
};
/* Sorts the shifts. tolerance_e2: hundredths of a per cent of their figure. FB_FULL; parity_free is due in any case (the
 * shifts are the caller's). */
FB_MUST_CHECK enum fb_err parity_judge(struct parity *out, struct parity_shift *shift, unsigned n_shifts, const struct trust_return *r,
                                       int64_t tolerance_e2);
void parity_free(struct parity *p);
/* By how much two figures agree, in hundredths of a per cent, rounded down: 10,000 only when they are the same. */
unsigned parity_agree_e2(int64_t theirs, int64_t ours);
/* The tables, and the JSON. */
struct options;
void parity_draw(const struct parity *p, const struct options *o, const char *source);
void parity_draw_json(const struct parity *p, const struct options *o, const char *source);
#endif
