#ifndef FB_PACK_CASE_H
#define FB_PACK_CASE_H
/* One case of a pack: a shift in the words of the trade, what else is known, and what must come of it. */
#include "engine/core/decide.h"
#include "engine/pack/read.h"
#define FB_CASE_NOT_SAID (INT64_MIN + 1) /* an expectation that the case does not state */
struct fb_expected_finding {
    struct fb_span rule;
    int severity;
    bool met;
};
struct fb_case {
    struct fb_span name;
    unsigned line;
    struct fb_record booking, vacancy, agency;
    struct fb_record *cascade, *framework; /* in the pool */
    unsigned n_cascades, n_frameworks;
    bool has_vacancy, framework_register;
    struct fb_source source;
    /* Pence; FB_ABSENT where the case says none; FB_CASE_NOT_SAID where it says nothing. */
    int64_t card, charge, cap, excess;
    int64_t minutes[FB_CATEGORIES_MAX];
    int basis; /* enum fb_status, 0 not said */
    bool findings_said;
    struct fb_list findings; /* struct fb_expected_finding */
};
/* Reads one entry of `cases`; complaints go to the report. */
void fb_case_read(struct fb_reading *r, struct fb_node *map, struct fb_case *out);
#endif
