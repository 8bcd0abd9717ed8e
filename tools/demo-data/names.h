#ifndef FB_DEMO_DATA_NAMES_H
#define FB_DEMO_DATA_NAMES_H
/* How the demo's systems call things. Each of the three layouts has words of its own; the mappings under
 * tests/data/demo/mappings translate them. */
#include "tools/demo-data/plan.h"
enum {
    FB_DEMO_WARDS = 8,
    FB_DEMO_REASONS = 10,
    FB_DEMO_AGENCIES = 8,
    FB_DEMO_PLACES = 11,
    FB_DEMO_CONTRACTS = 4,
    FB_DEMO_CANDIDATES = 60, /* of each agency */
    FB_DEMO_LINES = 6,       /* of each agency, who come to one place for months (lines_file.c) */
    FB_DEMO_AT_CEILING = 2,  /* the agency that charges the ceiling */
    FB_DEMO_BOOKS_LATE = 3   /* the agency that often books after the start */
};
enum fb_demo_layout { FB_DEMO_ROSTER, FB_DEMO_PROVIDER, FB_DEMO_PORTAL, FB_DEMO_LAYOUTS };
struct fb_demo_trust_row {
    const char *ods, *name, *ics_before;
    enum fb_demo_layout layout; /* of its own system */
    bool provider, portal;      /* a bank provider or a portal sends for it too */
    const char *ward[FB_DEMO_WARDS];
};
extern const struct fb_demo_trust_row fb_demo_trusts[FB_DEMO_TRUSTS];
struct fb_demo_word_row {
    const char *ours;
    const char *theirs[FB_DEMO_LAYOUTS];
};
extern const struct fb_demo_word_row fb_demo_groups[FB_DEMO_GROUPS];
extern const struct fb_demo_word_row fb_demo_grades[FB_DEMO_GRADES];
extern const char *const fb_demo_reasons[FB_DEMO_REASONS];
extern const char *const fb_demo_contracts[FB_DEMO_CONTRACTS];
extern const char *const fb_demo_points[3];
struct fb_demo_agency_row {
    const char *code, *name;
    unsigned weight;
    const char *framework; /* what it says it was booked through */
};
extern const struct fb_demo_agency_row fb_demo_agencies[FB_DEMO_AGENCIES];
/* A place on a lot of a framework. */
struct fb_demo_place_row {
    unsigned agency;
    const char *framework, *lot, *from, *until; /* until: the first day on which it does not hold */
};
extern const struct fb_demo_place_row fb_demo_places[FB_DEMO_PLACES];
/* FB_DEMO_GROUPS, FB_DEMO_GRADES: no such word of ours. */
enum fb_demo_group fb_demo_group_find(struct fb_span ours);
enum fb_demo_grade fb_demo_grade_find(struct fb_span ours);
/* The agency held a place on that framework (any, when NULL) on that day. */
bool fb_demo_on_framework(unsigned agency, fb_day day);
#endif
