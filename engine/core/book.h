#ifndef FB_CORE_BOOK_H
#define FB_CORE_BOOK_H
/* The compiled form of an issue of packs: immutable, one denominator, built by pack/ and read by core.
 *
 * Lifetimes: the pack room allocates a book and everything it points to, and frees it as a whole; the core
 * only reads. Units: a rate numerator n means n / den pence a MINUTE, so that an amount is
 * sum(minutes x n) / den, rounded once. The compiler proves that FB_SHIFT_MINUTES_MAX minutes of the
 * largest numerator in FB_CATEGORIES_MAX categories fit 128 bits with room to spare.
 *
 * book_pay.h has what prices, book_rules.h what judges; here is what is left, the whole, and how it is asked. */
#include "engine/core/book_pay.h"
#include "engine/core/book_rules.h"
#include "engine/core/facts.h"
#define FB_NO_ROW UINT16_MAX
struct fb_return_group;
struct fb_return;

/* Where a value stands in a pack: what a decision cites. */
struct fb_origin {
    struct fb_span layer;  /* "national", "ics", "trust", "site" */
    struct fb_span pack;   /* "england" */
    struct fb_span file;   /* "rates/afc-pay-points.csv", relative to the pack */
    uint32_t line;
    enum fb_status status;
    struct fb_span source; /* who published it */
};

/* How far pay may stand from the card before the system hears of it: a week's pay of a trust and band, all bank shifts
 * together, against what the card gives for them. */
struct fb_corridor_member {
    fb_code trust;
    fb_day from, until;
};
struct fb_corridor {
    unsigned n_members;        /* 0: every trust; else those of the system, in the days of their membership */
    const struct fb_corridor_member *member;
    int32_t above_ppm, below_ppm;
    uint16_t weeks;            /* complete weeks taken together */
    int64_t minutes_least;     /* fewer paid minutes than this say nothing */
    uint16_t settle_days;      /* a week is looked at so many days after it ended */
    uint16_t origin;
};

/* When a source has fallen silent against its own habit: an hour of the week belongs to its habit when it sent something in
 * that hour, Europe/London, in enough of the weeks before; so many such hours without a message are silence. */
struct fb_silence {
    uint16_t weeks;       /* looked back on; 0: the book has no such rule, and nobody is said to be silent */
    uint16_t weeks_least; /* with fewer of them nobody can say what the habit is */
    uint16_t percent;     /* of the weeks in which the hour must have had a message */
    uint16_t hours;
    uint16_t origin;
};

/* By how much an invoice may differ and still be matched; without a row by nothing. */
struct fb_invoice_terms {
    int64_t minutes;      /* of a shift */
    int64_t rate_e4;      /* 1/100 penny of an hour */
    int64_t apart_pence;      /* of a shift's net, a line's sum, a line's VAT */
    uint16_t origin;      /* FB_NO_ROW: the packs say nothing of it */
};

/* Which kind of system is believed for which fields, when several sent the same shift. First is best. */
enum fb_field_group { FB_FIELDS_HOURS, FB_FIELDS_PAY, FB_FIELDS_CHARGE, FB_FIELD_GROUPS };

struct fb_book {
    uint32_t issue;            /* its number in the store; 0 for a book that was never issued */
    unsigned char digest[16];  /* over all pack files, in order */
    struct fb_span name;       /* "england 2026.11 + thames-valley 2026.11" */
    fb_day review_by;          /* the earliest review date of its packs; INT32_MAX when none */
    int64_t den;
    unsigned n_categories;     /* ascending dearness: 0 is the cheapest */
    fb_code category[FB_CATEGORIES_MAX];
    fb_day holidays_from;      /* first day covered by the bitmap; outside it, cannot_say */
    unsigned n_holiday_days;
    const unsigned char *holiday; /* bitmap: bit (day - holidays_from) */
    unsigned n_grades;
    struct fb_grade grade[FB_GRADES_MAX];
    unsigned n_calendars, n_periods, n_cards, n_caps, n_rules, n_origins;
    unsigned n_zones;             /* 0: the book knows of none; else [0] is "none" */
    fb_code zone[FB_ZONES_MAX];
    unsigned n_zone_rows, n_tables, n_on_costs, n_vats, n_fees, n_floors, n_counters, n_bonuses;
    struct fb_zone_row *zone_row;
    struct fb_rate_table *table;
    struct fb_on_cost *on_cost;   /* the last that fits wins, for each part */
    struct fb_vat *vat;           /* the last that fits wins */
    struct fb_fee *fee;           /* all that fit add up, where none was sent */
    struct fb_floor *floor;
    struct fb_counter *counter;
    struct fb_bonus *bonus;
    unsigned n_corridors;
    struct fb_corridor *corridor; /* the last that fits wins */
    struct fb_silence silence;    /* of the most specific pack that says it: sources are not a trust's alone */
    struct fb_invoice_terms invoice; /* of the most specific pack that says it */
    struct fb_calendar *calendar;
    struct fb_pay_period *period; /* ascending, not overlapping */
    struct fb_card *card;         /* ascending specificity: the last that fits wins */
    struct fb_cap *cap;           /* the same */
    struct fb_rule *rule;         /* pack rules, ascending name */
    struct fb_origin *origin;
    struct fb_rule built_in[FB_BUILT_IN_RULES]; /* id, name, title, because, severity only; OVERLAP and DUPLICATE_SUSPECT also answer */
    struct fb_clocks clocks;
    unsigned n_delegations, n_approval_budgets, n_agency_ceilings;
    struct fb_delegation *delegation;           /* ascending (trust, role, identity, from) */
    struct fb_approval_budget *approval_budget; /* the last that fits wins */
    struct fb_agency_ceiling *agency_ceiling;   /* the same */
    unsigned n_return_groups, n_returns;
    struct fb_return_group *return_group;       /* core/returns.h; of the last pack that has any */
    struct fb_return *returns;                  /* the last of a name that holds on a day counts */
    uint32_t small_number;        /* exports leave out counts of people below this; 0: the packs give none */
    struct fb_fact_bits reads;    /* facts that some rule or counter reads */
    enum fb_system authority[FB_FIELD_GROUPS][FB_SYSTEM_END]; /* [group][0..] best first, NONE ends */
};
/* The rule with that id, built-in, of the pack or of a bonus; NULL when this book has none. */
const struct fb_rule *fb_book_rule(const struct fb_book *book, uint32_t id);
/* The ceiling that holds for the trust in the month; NULL: the packs give none, and nobody can say whether it was passed. */
const struct fb_agency_ceiling *fb_book_ceiling(const struct fb_book *book, fb_code trust, fb_day month);
/* Index of a grade, or -1. */
int fb_book_grade(const struct fb_book *book, fb_code code);
/* Index of a category, or -1. */
int fb_book_category(const struct fb_book *book, fb_code code);
/* -1: outside the calendar's years, 0 no, 1 yes. */
int fb_book_holiday(const struct fb_book *book, fb_day day);
/* The category that a calendar calls plain: its cheapest. */
unsigned fb_book_plain(const struct fb_calendar *cal);
/* The period in which a local date lies; NULL when none. */
const struct fb_pay_period *fb_book_period(const struct fb_book *book, fb_day day);
/* Where and when a shift is, as scopes ask it. */
struct fb_where {
    fb_code trust;
    struct fb_span site;
    enum fb_staff_group group;
    fb_day day;
};
/* Routes are not asked: what the card would have paid for an agency shift, and the cap that a bank shift would have had, are both
 * figures that a decision needs. The group's number is a bit in a scope: one that does not fit 32 bits belongs to no list of ours.
 * Here, because a decision asks it of every row of the tables of on-costs, fees and VAT. */
static inline bool fb_scope_fits(const struct fb_scope *scope, const struct fb_where *where)
{
    return where->group > FB_STAFF_GROUP_NONE && where->group < FB_STAFF_GROUP_END &&
           (scope->staff_groups >> (unsigned)where->group & 1u) != 0 && where->day >= scope->from && where->day < scope->until &&
           (scope->trust == 0 || scope->trust == where->trust) && (scope->site.n == 0 || fb_span_eq(scope->site, where->site));
}
/* The card / cap / NULL that holds for a shift. */
const struct fb_card *fb_book_card(const struct fb_book *book, const struct fb_where *where);
const struct fb_cap *fb_book_cap(const struct fb_book *book, const struct fb_where *where);
/* A departing card of the trust or site that held until its agreement lapsed, before that day; NULL: none. */
const struct fb_card *fb_book_lapsed(const struct fb_book *book, const struct fb_where *where);
/* The state of a card at a trust on a day; ADOPTED for a card of which nobody keeps book. */
enum fb_adoption fb_book_adoption(const struct fb_card *card, fb_code trust, fb_day day, uint16_t *origin);
/* The row that says so, counted from 1; 0: none speaks of the trust by then. */
unsigned fb_book_adoption_row(const struct fb_card *card, fb_code trust, fb_day day);
/* The zone of a shift; -1: no row says. *origin may be NULL. */
int fb_book_zone(const struct fb_book *book, const struct fb_where *where, uint16_t *origin);
/* The corridor that a trust's pay is held against in a week that begins on that day; NULL: none. */
const struct fb_corridor *fb_book_corridor(const struct fb_book *book, fb_code trust, fb_day day);
/* The rates of a table; NULL: none held. */
const struct fb_table_rate *fb_book_table_rate(const struct fb_rate_table *table, unsigned grade, enum fb_unit unit, fb_day day);
#endif
