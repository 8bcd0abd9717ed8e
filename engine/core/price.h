#ifndef FB_CORE_PRICE_H
#define FB_CORE_PRICE_H
/* Segments + card -> exact amount, one rounding; charge against cap.
 * Card pay of a shift = sum of paid minutes x rate over the categories, rounded once, half up, to the penny.
 * Charge an hour of a category = the sum of the parts given, but VAT. The cap's pence = sum(minutes x cap) and
 * excess = sum(minutes x max(0, charge - cap)), each rounded once; a category with minutes whose charge is above
 * its cap is over it, even when the excess rounds to nought. The AfC year is that of the local start date.
 *
 * An amount that is not known is nought and a rate that is not known is FB_ABSENT: ask `known` first. When the card
 * that should give the paid minutes is missing, the cap's are taken, and the other way round. Worker pay is compared
 * with the card in the categories with minutes for which it was given; it is on card only when it was given for all. Like
 * is compared with like: a card whose rates include pay for statutory leave with pay that is said to include it, or with pay
 * and the pay for leave that was sent apart; any other card with pay that is said not to include it.
 * When the excess is not known, a category above its cap still has its own excess, rounded by itself. */
#include "engine/core/segment.h"
enum fb_lack { /* why a figure is missing: the detail of a cannot_say finding */
    FB_LACK_NOTHING = 0, FB_LACK_CARD, FB_LACK_PAY_POINT, FB_LACK_GRADE, FB_LACK_WORKER_POINT, FB_LACK_RATES,
    FB_LACK_CATEGORY_RATE, FB_LACK_CAP, FB_LACK_CALENDAR, FB_LACK_PERIOD, FB_LACK_UNIT, FB_LACK_STAFF_GROUP,
    FB_LACK_TOO_MANY, /* more records than one decision can read: fb_view.cut */
    FB_LACK_ZONE,     /* the site lies in no zone that the rules know, or the cap holds for none such */
    FB_LACK_ZONE_RATE,/* no supplement, or no cap, is held for the zone */
    FB_LACK_TABLE,    /* the card's table has no rate for this grade and unit on that day */
    FB_LACK_ON_COST,  /* an on-cost, fee or VAT treatment is not held for the day */
    /* A whole feed is missing: one finding for all rules that hang on it. */
    FB_LACK_WORKER,       /* nobody says who the worker is */
    FB_LACK_WORKER_FACTS, /* no live source sends checks of workers */
    FB_LACK_HOURS,        /* none sends hours in posts of the workers' own */
    FB_LACK_ALL_TRUSTS,   /* the rules do not say that all trusts send all bookings by then */
    /* Here, because the numbers are kept with decisions. */
    FB_LACK_CHARGE_PART,  /* a part of an agency's charge may be missing, and what was sent is not above the cap */
    FB_LACK_END
};
const char *fb_lack_text(enum fb_lack lack); /* "no rate card covers this shift" … */
/* A whole feed is missing, or the worker's pseudonym. */
static inline bool fb_lack_of_feed(unsigned lack) { return lack >= FB_LACK_WORKER && lack <= FB_LACK_ALL_TRUSTS; }

/* Loaded cost, the only fair comparison (domain model, section 3): bank = pay + pay for leave + employer's NI + pension +
 * levy + fees; agency = charge + VAT + fees; direct engagement = pay + on-costs + commission + its VAT. What the source
 * sent is taken before what the book has: a part before its percentage, a commission or another fee before all fees of the
 * book. One rounding; the parts sum to the whole (largest remainder).
 * Where a part was sent for some categories with minutes and not for others, the sum is a lower bound: the book fills no
 * gaps in it. */
struct fb_loaded {
    bool known;
    enum fb_lack lack;
    bool lower_bound;  /* a part may be missing: a fee that nobody stated, or an agency's charge that is itself a lower bound */
    bool vat_unsettled;
    bool weak;         /* rests on a row that is less than published or agreed */
    int64_t pence;
    int64_t part_pence[FB_PART_END]; /* VAT included */
    uint16_t vat_origin;             /* FB_NO_ROW: none */
    uint16_t weak_origin;            /* the weakest on-cost, VAT or fee row that it rests on; FB_NO_ROW: none is weak */
};

/* What of the pay sent was held against the card. */
enum fb_compared { FB_COMPARED_NOTHING = 0, FB_COMPARED_PAY, FB_COMPARED_PAY_AND_HOLIDAY, FB_COMPARED_END };

struct fb_price {
    fb_day day;                   /* local date of the start */
    int grade;                    /* index in the book, -1 unknown */
    int zone;                     /* index in the book's zones, -1 unknown */
    uint16_t zone_origin;         /* of the row that says so; FB_NO_ROW */
    struct fb_minutes minutes;    /* paid minutes: the card's for bank routes, the cap's for agency */
    struct fb_minutes card_minutes, cap_minutes;
    struct {
        bool known;
        enum fb_lack lack;
        bool assumed_bank_only;   /* the worker's kind was not known */
        int64_t pence;
        int64_t hour_e4[FB_CATEGORIES_MAX]; /* what the card pays for an hour, its supplement included: 1/100 penny, rounded
                                             * half up to the penny. Of work, where several kinds of time are paid apart */
        int64_t plain_num;        /* of the calendar's cheapest category, exactly: pence a minute x the book's den, without its
                                   * supplement; FB_ABSENT where hour_e4 is */
        int64_t plain_supplement_num; /* and its supplement; nought where the card adds none */
        uint16_t card, rule_origin, point_origin; /* index of card; origins */
        uint16_t zone_origin;     /* of the supplement that was added; FB_NO_ROW: none */
        int64_t supplement_pence; /* part of pence: the high cost area supplement */
        int64_t each_pence;       /* part of pence: what is paid by the piece (a session, a standby period) */
        bool limited;             /* not_above took effect */
        enum fb_unit unit;        /* what its rate is for one of */
        enum fb_adoption adoption;
        uint16_t adoption_row, adoption_origin; /* the row of the card's list that says so, counted from 1; 0 and FB_NO_ROW: none does */
        uint16_t lapsed;          /* index of the departing card that no longer holds; FB_NO_ROW */
    } card;
    struct {
        bool known;               /* every category with minutes has a rate */
        enum fb_lack lack;
        bool lower_bound;
        int64_t pence;
        int64_t part_pence[FB_PART_END]; /* but VAT; sum to pence (largest remainder); [VAT] apart */
        int64_t hour_e4[FB_CATEGORIES_MAX]; /* FB_ABSENT where not given */
    } charge;
    struct {
        bool known;
        enum fb_lack lack;
        enum fb_status basis;
        uint16_t cap, row_origin;
        int64_t pence;
        bool excess_known;
        int64_t excess_pence;
        uint32_t over;                               /* bit per category above its cap */
        int64_t category_excess_pence[FB_CATEGORIES_MAX]; /* shares of excess_pence */
        int64_t hour_e4[FB_CATEGORIES_MAX];
    } cap;
    struct fb_loaded loaded;       /* of what was sent, or where that gives no charge, of the card (bank, collaborative) */
    struct fb_loaded card_loaded;  /* of the card's pay: what the shift would cost on the card, with the commission and fee that
                                    * were sent; not known off bank routes */
    bool off_card_known, off_card; /* worker pay sent against the card, bank routes only; never off a card not adopted */
    uint32_t off_card_in;          /* bit per category */
    int64_t card_difference_pence; /* pay sent less card, whole shift */
    enum fb_compared compared;     /* NOTHING where off_card_known is not */
    bool compared_whole;           /* in every category with minutes */
};
/* What an agency charges is the least that it can be: it may pass a limit, and is never known to keep one. Of a bank only pay is
 * sent as a rule, and limits on it are limits on what was sent. */
static inline bool fb_charge_is_least(const struct fb_booking *b, const struct fb_price *p)
{
    return b->route == FB_ROUTE_AGENCY && p->charge.lower_bound;
}
/* What was compared of a rate sent, for an hour; FB_ABSENT: a part of it was not sent. */
fb_rate_e4 fb_price_compared(enum fb_compared how, const struct fb_rate_cell *cell);
/* Overrides of what the book says, for suites that try a shift under another rule; NONE keeps the book's. The tool's
 * own trials (`fairbank price --whole-shift --break-from`) change the book that it loaded, card and cap alike. */
struct fb_price_options {
    enum fb_whole_shift whole_shift; /* applies to the card */
    enum fb_break_from break_from;   /* applies to both */
};
/* Prices a booked shift. Never fails: what is missing is said in the lacks. options may be NULL. */
void fb_price_booking(const struct fb_book *book, const struct fb_booking *b, const struct fb_price_options *options, struct fb_price *out);
/* Prices the worked intervals of an approved timesheet with the booking's rates instead of the booked times. Work is what
 * was worked and called out; it alone is paid minutes. Standby, sleep-in and travel are paid besides where a rule of the card
 * pays them: by the minute only while nobody worked (no minute is paid both as work and as waiting), or one for each interval. In a booking by
 * the standby period, what was booked is standby, and work inside it is by the hour. */
void fb_price_worked(const struct fb_book *book, const struct fb_booking *b, const struct fb_timesheet *t, struct fb_price *out);
/* What of a worked shift stands with each host. A timesheet may say of an interval that it was worked for another trust than the one
 * that booked (a worker sent to another ward on the day); intervals that say none are the hirer's. Where intervals lie over each other, a
 * minute is once somebody's: of the first that names a host, for one that names none says less (a call-out to another trust inside a
 * long stretch of work is that trust's); what kind of work it was stays as the shift is priced. */
struct fb_host_part {
    fb_code host;
    int64_t minutes, pence;
};
/* Shares the shift's worked minutes and pence out to its hosts: each part's own minutes at the shift's own rates, whereby what becomes of
 * a whole shift is asked of the whole of it. The parts sum to `minutes` and `pence` exactly, by largest remainder: without a break
 * that the policy takes off each is its own price, within a penny; such a break falls on all in proportion. Waiting time that the
 * card pays besides is its own host's, whoever's work lies in it. Where nobody can price it, by minutes. Ascending by code, each with
 * a minute or a penny of its own; 0: nothing was worked for another. */
unsigned fb_price_hosts(const struct fb_book *book, const struct fb_booking *b, const struct fb_timesheet *t, int64_t minutes,
                        int64_t pence, struct fb_host_part part[FB_INTERVALS_MAX]);
/* How far the worst category is above its cap, in 1/100 per cent, rounded down; FB_ABSENT: nobody can say. */
int64_t fb_price_over_cap_e2(const struct fb_book *book, const struct fb_price *p);
/* Paid minutes of a timesheet by its intervals alone, for a shift that no calendar counts: no minute twice, and only
 * rest inside work is unpaid. */
int64_t fb_price_worked_minutes(const struct fb_booking *b, const struct fb_timesheet *t);
/* The same with what was slept in at the workplace: no pay goes by it, the worker's clocks do. */
int64_t fb_price_working_time(const struct fb_booking *b, const struct fb_timesheet *t);
/* How the charge for a booking bears VAT there and then; the last row that fits wins. NULL: no row says. */
const struct fb_vat *fb_vat_row(const struct fb_book *book, const struct fb_booking *b, const struct fb_where *where);
#endif
