#include "engine/base/check.h"
#include "engine/core/assure.h"
#include "engine/core/judge.h"
#include <string.h>

/* Findings stay in ascending (rule, detail) order, so that two decisions are compared in one walk. */
void fb_judge__add(struct fb_decision *d, uint32_t rule, enum fb_severity severity, unsigned detail, int64_t pence)
{
    unsigned at = d->n_findings;
    fb_assert(at < FB_FINDINGS_MAX);
    while (at > 0 && (d->finding[at - 1].rule > rule ||
                      (d->finding[at - 1].rule == rule && d->finding[at - 1].detail > detail))) {
        d->finding[at] = d->finding[at - 1];
        at--;
    }
    d->finding[at] = (struct fb_finding){
        .rule = rule, .severity = (uint8_t)severity, .detail = (uint8_t)detail, .pence = pence}; /* raw: kept as it is */
    d->n_findings++;
}

static void add_built_in(struct fb_judging *j, enum fb_built_in_rule rule, enum fb_severity severity, unsigned detail,
                         int64_t pence)
{
    fb_judge__add(j->out, j->book->built_in[rule].id, severity, detail, pence);
}

static void add_lack(struct fb_judging *j, enum fb_lack lack)
{
    add_built_in(j, FB_RULE_CANNOT_SAY, FB_SEVERITY_CANNOT_SAY, lack, 0);
}

static void over_cap(struct fb_judging *j)
{
    const struct fb_price *p = j->price;
    bool binds = fb_cap_binds(p->cap.basis);
    enum fb_built_in_rule rule = binds ? FB_RULE_RATECAP_BREACHED : FB_RULE_RATECAP_OVER_ESTIMATE;
    enum fb_severity severity = binds ? FB_SEVERITY_BREACH : FB_SEVERITY_WARN;
    for (unsigned c = 0; c < j->book->n_categories; c++)
        if (p->cap.over >> c & 1)
            add_built_in(j, rule, severity, c, p->cap.category_excess_pence[c]);
}

/* Caps bind what an agency charges; they say nothing about bank pay. */
static void agency_findings(struct fb_judging *j)
{
    const struct fb_price *p = j->price;
    if (!p->cap.known)
        add_lack(j, p->cap.lack);
    if (!p->charge.known && (p->cap.known || p->charge.lack != p->cap.lack))
        add_lack(j, p->charge.lack);
    if (p->cap.known && p->charge.known && p->cap.over == 0 && fb_charge_is_least(j->booking, p))
        add_lack(j, FB_LACK_CHARGE_PART);
    over_cap(j); /* what could be compared is told, also when another figure is missing */
}

/* What was compared of pay, less pay by the card, in one category, for its minutes; nought where the grid does not say. */
static int64_t category_difference(const struct fb_judging *j, unsigned category)
{
    const struct fb_rates *r = &j->booking->rates;
    for (unsigned i = 0; i < r->n; i++) {
        int64_t sent = fb_price_compared(j->price->compared, &r->cell[i]);
        if (r->cell[i].category != j->book->category[category] || sent == FB_ABSENT)
            continue;
        struct fb_pence difference;
        fb_i128 e4_minutes =
            (fb_i128)(sent - j->price->card.hour_e4[category]) * j->price->minutes.in[category];
        return fb_pence_round(&difference, e4_minutes, 60 * 100) == FB_OK ? fb_pence_get(difference) : 0;
    }
    return 0;
}

static void off_card(struct fb_judging *j)
{
    const struct fb_price *p = j->price;
    enum fb_severity severity = p->card.assumed_bank_only ? FB_SEVERITY_NOTE : FB_SEVERITY_WARN;
    for (unsigned c = 0; c < j->book->n_categories; c++)
        if (p->off_card_in >> c & 1)
            add_built_in(j, FB_RULE_RATE_OFF_CARD, severity, c, category_difference(j, c));
}

/* A trust is held to a card from the day on which it took it over. Until then pay that would be off the card is no departure
 * from it, only worth knowing: it is what harmonising will cost or save. */
static void not_adopted(struct fb_judging *j)
{
    const struct fb_price *p = j->price;
    if (p->card.adoption == FB_ADOPTION_ADOPTED || !p->off_card_known || p->off_card_in == 0)
        return;
    add_built_in(j, FB_RULE_RATE_NOT_ADOPTED, FB_SEVERITY_NOTE, 0, p->card_difference_pence);
}

static void bank_findings(struct fb_judging *j)
{
    const struct fb_price *p = j->price;
    if (!p->card.known) {
        add_lack(j, p->card.lack);
        return;
    }
    if (p->card.assumed_bank_only)
        add_built_in(j, FB_RULE_ASSUMED_BANK_ONLY, FB_SEVERITY_NOTE, 0, 0);
    if (p->off_card_known && p->off_card)
        off_card(j);
    not_adopted(j);
}

/* ---- what hangs on the worker's diary ---- */

static bool is_of_checks(enum fb_fact fact)
{
    return (fact >= FB_FACT_IDENTITY_DAYS && fact <= FB_FACT_VISA_WEEK_MINUTES) || fact == FB_FACT_OPTED_OUT ||
           fact == FB_FACT_SUBSTANTIVE_POST || fact == FB_FACT_SUBSTANTIVE_HERE;
}

static bool is_of_diary(enum fb_fact fact)
{
    return fact >= FB_FACT_IDENTITY_DAYS && fact <= FB_FACT_GAP_HERE_MINUTES && fact != FB_FACT_BAND_ABOVE_WORKER;
}

/* Clocks that hours in a post of one's own could make longer; the others go by bookings alone. */
static bool is_of_hours(enum fb_fact fact)
{
    return fact == FB_FACT_OVER_VISA_MINUTES || (fact >= FB_FACT_REST_BEFORE_MINUTES && fact <= FB_FACT_CLOCK_FED);
}

/* The feed without which a fact cannot be told of anybody; NOTHING: the feed is there, and it is about this worker. */
static enum fb_lack feed_lacking(const struct fb_judging *j, enum fb_fact fact)
{
    const struct fb_facts *f = j->facts;
    bool known = fb_fact_known(f, fact), rest = fact == FB_FACT_REST_BEFORE_MINUTES || fact == FB_FACT_REST_AFTER_MINUTES;
    if (!is_of_diary(fact))
        return FB_LACK_NOTHING;
    if (j->booking->worker == 0)
        return FB_LACK_WORKER;
    if (is_of_checks(fact) || (fact == FB_FACT_OVER_VISA_MINUTES && !known)) /* the limit is missing, not the hours */
        return j->view->feeds & FB_SENDS_WORKER_FACTS ? FB_LACK_NOTHING : FB_LACK_WORKER_FACTS;
    if (!known && !rest) /* not a matter of feeds: the rules give no length, nothing overlaps, no role was sent */
        return FB_LACK_NOTHING;
    if (is_of_hours(fact) && (j->view->feeds & FB_SENDS_HOURS) == 0)
        return FB_LACK_HOURS;
    return j->book->clocks.fed_from > j->day ? FB_LACK_ALL_TRUSTS : FB_LACK_NOTHING;
}

/* Nobody was there, so that nobody's clocks and checks are asked about: what does not read the diary says all there is. Of
 * somebody who was there and did not work the checks are asked. */
static bool is_asked(const struct fb_judging *j, enum fb_fact fact)
{
    const struct fb_stint *s = &j->out->stint;
    if (j->booking->worker == 0 || !is_of_diary(fact))
        return true;
    return s->worker != 0 && ((s->flags & FB_STINT_IDLE) == 0 || is_of_checks(fact));
}

static void add_lacks(struct fb_judging *j, uint32_t lacks)
{
    for (; lacks != 0; lacks &= lacks - 1)
        add_lack(j, (enum fb_lack)__builtin_ctz(lacks));
}
_Static_assert(FB_LACK_END <= 32, "a bit for each lack");

/* Told whoever else's records it rests on: more of them would make it longer, and never shorter. */
static void same_time(struct fb_judging *j, enum fb_fact fact, enum fb_built_in_rule rule)
{
    const struct fb_facts *f = j->facts;
    if (!fb_fact_known(f, fact) || f->value[fact] <= 0)
        return;
    fb_fact_add(&j->reads, fact);
    if (fact == FB_FACT_OVERLAP_MINUTES)
        fb_fact_add(&j->reads, FB_FACT_OVERLAP_ELSEWHERE);
    add_built_in(j, rule, FB_SEVERITY_WARN, 0, 0);
}

/* What the rules in force say. */
struct answers {
    unsigned n;
    uint32_t lacks; /* bit per enum fb_lack: whole feeds for want of which some cannot say */
    struct fb_rule_said said[FB_RULES_MAX]; /* the others */
    uint8_t unsaid[FB_FACT_COUNT + 1]; /* the severest of the rules that cannot say for want of a fact */
};

/* A rule that cannot say for want of a fact that a missing feed would tell says nothing else; so do all others that lack that fact. */
static void ask(struct fb_judging *j, struct answers *s)
{
    unsigned n = fb_rules_ask(j->book, j->facts, &j->reads, s->said);
    s->n = 0;
    s->lacks = 0;
    memset(s->unsaid, 0, sizeof s->unsaid);
    for (unsigned i = 0; i < n; i++) {
        struct fb_rule_said one = s->said[i];
        if (one.severity == FB_SEVERITY_CANNOT_SAY) {
            if (!is_asked(j, (enum fb_fact)one.because))
                continue;
            enum fb_lack lack = feed_lacking(j, (enum fb_fact)one.because);
            if (lack != FB_LACK_NOTHING) {
                s->lacks |= (uint32_t)1 << lack;
                continue;
            }
            uint8_t severity = (uint8_t)j->book->rule[one.rule].severity, *unsaid = &s->unsaid[one.because];
            *unsaid = severity > *unsaid ? severity : *unsaid;
        }
        s->said[s->n++] = one;
    }
}

/* A rule adds nothing where a severer one cannot say for want of the same fact. */
static bool is_said_by_another(const struct fb_rule *rule, const struct answers *s, const struct fb_rule_said *one)
{
    return one->severity == FB_SEVERITY_CANNOT_SAY && (uint8_t)rule->severity < s->unsaid[one->because];
}

/* A finding as one number that ascends as findings do. */
static uint64_t key_of(uint32_t rule, unsigned detail, unsigned severity)
{
    return (uint64_t)rule << 16 | (uint64_t)detail << 8 | severity;
}

/* Puts them among those that are there, each written once. */
static void merge(struct fb_decision *d, const uint64_t *key, unsigned n)
{
    unsigned old = d->n_findings, at = old + n;
    fb_assert(at <= FB_FINDINGS_MAX);
    d->n_findings = at;
    while (n > 0) {
        const struct fb_finding *last = old > 0 ? &d->finding[old - 1] : NULL;
        if (last != NULL && key_of(last->rule, last->detail, last->severity) > key[n - 1]) {
            d->finding[--at] = d->finding[--old];
            continue;
        }
        uint64_t one = key[--n];
        d->finding[--at] = (struct fb_finding){
            .rule = (uint32_t)(one >> 16), .detail = (uint8_t)(one >> 8), .severity = (uint8_t)one};
    }
}

/* Sorted as numbers first: findings are long, and most packs have their rules in no order of theirs. */
static void pack_findings(struct fb_judging *j)
{
    struct answers s;
    uint64_t key[FB_RULES_MAX];
    unsigned n = 0;
    ask(j, &s);
    for (const struct fb_rule_said *one = s.said; one < s.said + s.n; one++) {
        const struct fb_rule *rule = &j->book->rule[one->rule];
        if (is_said_by_another(rule, &s, one))
            continue;
        uint64_t k = key_of(rule->id, one->severity == FB_SEVERITY_CANNOT_SAY ? one->because : 0, one->severity);
        unsigned at = n++;
        for (; at > 0 && key[at - 1] > k; at--)
            key[at] = key[at - 1];
        key[at] = k;
    }
    merge(j->out, key, n);
    add_lacks(j, s.lacks);
}
_Static_assert(FB_FACT_COUNT <= UINT8_MAX, "a byte for the fact for want of which a rule cannot say");

static void price_findings(struct fb_judging *j)
{
    if (j->booking->route == FB_ROUTE_AGENCY)
        agency_findings(j);
    else if (fb_route_is_bank(j->booking->route))
        bank_findings(j);
}

/* A code that the register does not hold on that day is said, and counted all the same. */
static void unknown_organisation(struct fb_judging *j)
{
    const struct fb_facts *f = j->facts;
    if (fb_fact_known(f, FB_FACT_HIRER_KNOWN) && f->value[FB_FACT_HIRER_KNOWN] == 0)
        add_built_in(j, FB_RULE_ORGANISATION_UNKNOWN, FB_SEVERITY_NOTE, 0, 0);
}

void fb_judge__findings(struct fb_judging *j)
{
    bool cut = fb_view_cut(j->view, FB_KIND_BOOKING);
    if (j->booking->state != FB_BOOKING_STATE_BOOKED)
        return; /* nobody is paid by rates or caps for a shift that does not stand */
    if (cut || fb_view_cut(j->view, FB_KIND_TIMESHEET))
        add_lack(j, FB_LACK_TOO_MANY);
    if (!cut)
        price_findings(j);
    unknown_organisation(j);
    same_time(j, FB_FACT_OVERLAP_MINUTES, FB_RULE_BOOKING_OVERLAP);
    same_time(j, FB_FACT_TWIN_SUSPECTED, FB_RULE_BOOKING_DUPLICATE_SUSPECT);
    pack_findings(j);
}
