#include "engine/core/assure.h"
#include "engine/core/judge.h"

/* Findings stay in ascending (rule, detail) order, so that two decisions are compared in one walk. */
enum fb_err fb_judge__add(struct fb_decision *d, uint32_t rule, enum fb_severity severity, unsigned detail,
                          int64_t pence)
{
    unsigned at = d->n_findings;
    if (at == FB_FINDINGS_MAX)
        return FB_LIMIT;
    while (at > 0 && (d->finding[at - 1].rule > rule ||
                      (d->finding[at - 1].rule == rule && d->finding[at - 1].detail > detail))) {
        d->finding[at] = d->finding[at - 1];
        at--;
    }
    d->finding[at] = (struct fb_finding){
        .rule = rule, .severity = (uint8_t)severity, .detail = (uint8_t)detail, .pence = pence};
    d->n_findings++;
    return FB_OK;
}

static enum fb_err add_built_in(struct fb_judging *j, enum fb_built_in_rule rule, enum fb_severity severity,
                                unsigned detail, int64_t pence)
{
    return fb_judge__add(j->out, j->book->built_in[rule].id, severity, detail, pence);
}

static enum fb_err add_lack(struct fb_judging *j, enum fb_lack lack)
{
    return add_built_in(j, FB_RULE_CANNOT_SAY, FB_SEVERITY_CANNOT_SAY, lack, 0);
}

static enum fb_err over_cap(struct fb_judging *j)
{
    const struct fb_price *p = j->price;
    bool binds = fb_cap_binds(p->cap.basis);
    enum fb_built_in_rule rule = binds ? FB_RULE_RATECAP_BREACHED : FB_RULE_RATECAP_OVER_ESTIMATE;
    enum fb_severity severity = binds ? FB_SEVERITY_BREACH : FB_SEVERITY_WARN;
    enum fb_err err = FB_OK;
    for (unsigned c = 0; c < j->book->n_categories && err == FB_OK; c++)
        if (p->cap.over >> c & 1)
            err = add_built_in(j, rule, severity, c, p->cap.category_excess_pence[c]);
    return err;
}

/* Caps bind what an agency charges; they say nothing about bank pay. */
static enum fb_err agency_findings(struct fb_judging *j)
{
    const struct fb_price *p = j->price;
    enum fb_err err = FB_OK;
    if (!p->cap.known)
        err = add_lack(j, p->cap.lack);
    if (err == FB_OK && !p->charge.known && (p->cap.known || p->charge.lack != p->cap.lack))
        err = add_lack(j, p->charge.lack);
    return err == FB_OK ? over_cap(j)
                        : err; /* what could be compared is told, also when another figure is missing */
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

static enum fb_err off_card(struct fb_judging *j)
{
    const struct fb_price *p = j->price;
    enum fb_severity severity = p->card.assumed_bank_only ? FB_SEVERITY_NOTE : FB_SEVERITY_WARN;
    enum fb_err err = FB_OK;
    for (unsigned c = 0; c < j->book->n_categories && err == FB_OK; c++)
        if (p->off_card_in >> c & 1)
            err = add_built_in(j, FB_RULE_RATE_OFF_CARD, severity, c, category_difference(j, c));
    return err;
}

/* A trust is held to a card from the day on which it took it over. Until then pay that would be off the card is no departure
 * from it, only worth knowing: it is what harmonising will cost or save. */
static enum fb_err not_adopted(struct fb_judging *j)
{
    const struct fb_price *p = j->price;
    if (p->card.adoption == FB_ADOPTION_ADOPTED || !p->off_card_known || p->off_card_in == 0)
        return FB_OK;
    return add_built_in(j, FB_RULE_RATE_NOT_ADOPTED, FB_SEVERITY_NOTE, 0, p->card_difference_pence);
}

static enum fb_err bank_findings(struct fb_judging *j)
{
    const struct fb_price *p = j->price;
    enum fb_err err = FB_OK;
    if (!p->card.known)
        return add_lack(j, p->card.lack);
    if (p->card.assumed_bank_only)
        err = add_built_in(j, FB_RULE_ASSUMED_BANK_ONLY, FB_SEVERITY_NOTE, 0, 0);
    if (err == FB_OK && p->off_card_known && p->off_card)
        err = off_card(j);
    return err == FB_OK ? not_adopted(j) : err;
}

static enum fb_err pack_findings(struct fb_judging *j)
{
    for (unsigned i = 0; i < j->book->n_rules; i++) {
        const struct fb_rule *rule = &j->book->rule[i];
        enum fb_fact because;
        if (!fb_rule_in_force(rule, j->facts))
            continue;
        fb_fact_join(&j->reads, &rule->reads);
        enum fb_severity severity = fb_rule_eval(rule, j->facts, &because);
        if (severity == FB_SEVERITY_OK_)
            continue;
        enum fb_err err =
            fb_judge__add(j->out, rule->id, severity, severity == FB_SEVERITY_CANNOT_SAY ? because : 0, 0);
        if (err != FB_OK)
            return err;
    }
    return FB_OK;
}

static enum fb_err price_findings(struct fb_judging *j)
{
    if (j->booking->route == FB_ROUTE_AGENCY)
        return agency_findings(j);
    return fb_route_is_bank(j->booking->route) ? bank_findings(j) : FB_OK;
}

/* A code that the register does not hold on that day is said, and counted all the same. */
static enum fb_err unknown_organisation(struct fb_judging *j)
{
    const struct fb_facts *f = j->facts;
    if (!fb_fact_known(f, FB_FACT_HIRER_KNOWN) || f->value[FB_FACT_HIRER_KNOWN] != 0)
        return FB_OK;
    return add_built_in(j, FB_RULE_ORGANISATION_UNKNOWN, FB_SEVERITY_NOTE, 0, 0);
}

enum fb_err fb_judge__findings(struct fb_judging *j)
{
    enum fb_err err = FB_OK;
    bool cut = fb_view_cut(j->view, FB_KIND_BOOKING);
    if (j->booking->state != FB_BOOKING_STATE_BOOKED)
        return FB_OK; /* nobody is paid by rates or caps for a shift that does not stand */
    if (cut || fb_view_cut(j->view, FB_KIND_TIMESHEET))
        err = add_lack(j, FB_LACK_TOO_MANY);
    if (err == FB_OK && !cut)
        err = price_findings(j);
    if (err == FB_OK)
        err = unknown_organisation(j);
    return err == FB_OK ? pack_findings(j) : err;
}
