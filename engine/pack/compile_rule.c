#include "engine/base/hash.h"
#include "engine/pack/compile.h"
#include <stdlib.h>

/* Beside its rules and bonuses a decision may hold, per category, one finding over the cap (agency) or off
 * the card (bank), never both; and, all told, no more than these: assumed bank only, not adopted, hirer unknown, an
 * overlap, a suspected duplicate (5), approvals that do not count, each cause once (6), too many records (1), a cap and a
 * charge, or a card, that is missing (2), a feed that is (4), and of invoices one for each rule of theirs (4), of duplicates one more (1), and each thing in
 * which they can differ (12). Minutes fall only in the categories of one calendar. The
 * core asserts that there is room: fb_judge__add. */
enum { OTHER_FINDINGS = 35 };

unsigned fb_compile_other_findings(const struct fb_book *book)
{
    unsigned most = 0;
    for (unsigned i = 0; i < book->n_calendars; i++)
        most = book->calendar[i].n_order > most ? book->calendar[i].n_order : most;
    return most + OTHER_FINDINGS;
}

static const struct {
    const char *name, *title, *because, *audience;
    enum fb_severity severity;
} built_in[FB_BUILT_IN_RULES] = {
    [FB_RULE_RATECAP_BREACHED] =
        {"ratecap.breached", "The charge is above the ceiling that holds for this shift.",
         "a cap is the most that may be charged for an hour, VAT apart; this one is published or agreed",
         "finance", FB_SEVERITY_BREACH},
    [FB_RULE_RATECAP_OVER_ESTIMATE] =
        {"ratecap.over_estimate", "The charge is above the estimated ceiling for this shift.",
         "the cap is derived by formula, not published: it can warn, and is never counted in a return",
         "finance", FB_SEVERITY_WARN},
    [FB_RULE_RATE_OFF_CARD] = {"rate.off_card",
                               "The worker's pay is not what the rate card gives for this shift.",
                               "the system's rate card says what a bank shift is paid", "controls",
                               FB_SEVERITY_WARN},
    [FB_RULE_ASSUMED_BANK_ONLY] =
        {"assumed_bank_only",
         "Nobody says whether the worker is bank only or substantive: priced as bank only.",
         "the two are paid differently, and a guess is never silent", "controls", FB_SEVERITY_NOTE},
    [FB_RULE_CANNOT_SAY] = {"cannot_say", "A figure that the verdict needs is missing.",
                            "a missing value is neither nought nor a pass", "controls",
                            FB_SEVERITY_CANNOT_SAY},
    [FB_RULE_RATE_NOT_ADOPTED] = {"rate.not_adopted",
                                  "The trust has not adopted the system's rate card for this shift.",
                                  "a card binds a trust from the day on which the trust adopted it",
                                  "controls", FB_SEVERITY_NOTE},
    [FB_RULE_ORGANISATION_UNKNOWN] = {"organisation.unknown",
                                      "The hirer is not in the register of organisations on the shift's day.",
                                      "a code that nobody knows is reported, never dropped", "controls",
                                      FB_SEVERITY_NOTE},
    [FB_RULE_RATE_DRIFT] = {"rate.drift", "A trust's pay for a band has left the corridor around the card.",
                            "pay that moves away from the card is what neighbours answer", "controls",
                            FB_SEVERITY_WARN},
    [FB_RULE_BOOKING_OVERLAP] =
        {"booking.overlap", "The worker is booked elsewhere at the same time.",
         "nobody works two shifts at once: one of them will go short, or is not theirs", "controls",
         FB_SEVERITY_WARN},
    [FB_RULE_BOOKING_DUPLICATE_SUSPECT] =
        {"booking.duplicate_suspect",
         "Another record tells of the same worker, unit and time, and shares no reference.",
         "two records of one shift that share no reference would be counted twice; they are never merged "
         "silently",
         "controls", FB_SEVERITY_WARN},
    [FB_RULE_APPROVAL_NOT_VALID] = {"approval.not_valid", "An approval was given that does not count.",
                                    "who may grant an exception is the hiring trust's scheme of delegation",
                                    "controls", FB_SEVERITY_WARN},
    [FB_RULE_INVOICE_OVERCHARGED] = {"invoice.overcharged", "More is invoiced than the shift comes to.",
                                     "what is owed is the agreed rate for what an approved timesheet says was worked", "finance",
                                     FB_SEVERITY_BREACH},
    [FB_RULE_INVOICE_DUPLICATE] = {"invoice.duplicate", "The shift is invoiced more than once.", "a shift is paid once", "finance",
                                   FB_SEVERITY_BREACH},
    [FB_RULE_INVOICE_OFF_RATE] = {"invoice.off_rate", "The rate invoiced is not the one that was agreed for the booking.",
                                  "a booking is charged at its own rates", "finance", FB_SEVERITY_WARN},
    [FB_RULE_INVOICE_WRONG_BAND] = {"invoice.wrong_band", "The band or grade invoiced is not the one that was booked.",
                                    "a shift is charged at the band that it was booked at", "finance", FB_SEVERITY_WARN},
    [FB_RULE_INVOICE_PART_MATCH] = {"invoice.part_match", "The invoice does not agree with booking, confirmation and timesheet.",
                                    "an invoice is paid when the four documents agree", "finance", FB_SEVERITY_WARN},
    [FB_RULE_INVOICE_UNMATCHED] = {"invoice.unmatched", "Nothing is held that the invoice's line could be for.",
                                   "what nobody booked is not paid", "finance", FB_SEVERITY_WARN},
};

static void add_built_in(struct fb_book *b)
{
    for (unsigned i = 0; i < FB_BUILT_IN_RULES; i++) {
        struct fb_rule *r = &b->built_in[i];
        r->name = fb_span_of(built_in[i].name);
        r->title = fb_span_of(built_in[i].title);
        r->because = fb_span_of(built_in[i].because);
        r->audience = fb_span_of(built_in[i].audience);
        r->severity = built_in[i].severity;
        r->id = (uint32_t)fb_hash64(r->name.p, r->name.n);
        r->origin = r->answer.origin = FB_NO_ROW;
    }
    b->built_in[FB_RULE_BOOKING_OVERLAP].family = FB_FAMILY_OVERLAP;
    b->built_in[FB_RULE_BOOKING_OVERLAP].cross_trust = true; /* the other booking may be any trust's */
    b->built_in[FB_RULE_BOOKING_DUPLICATE_SUSPECT].family = FB_FAMILY_DUPLICATE;
}

/* Who may answer the engine's own rules is for packs to say: the last that says it. */
static void add_answers(struct fb_compiling *c)
{
    FB_EACH(c->draft->answers, struct fb_draft_answer, a)
    {
        struct fb_answer_policy *policy = &c->book->built_in[a->rule].answer;
        *policy = a->policy;
        policy->origin = fb_compile_origin(c, a->place, &a->standing);
    }
}

static int by_name(const void *a, const void *b)
{
    return fb_span_cmp(((const struct fb_rule *)a)->name, ((const struct fb_rule *)b)->name);
}

static void refuse_taken(struct fb_compiling *c, const struct fb_draft_rule *d)
{
    for (unsigned i = 0; i < FB_BUILT_IN_RULES; i++) {
        if (d->rule.id == c->book->built_in[i].id || d->rule.id == 0)
            fb_compile_complain(c->draft, d->place, false, "the rule's name", d->rule.name,
                                " is taken by the engine itself");
    }
}

void fb_compile_rules(struct fb_compiling *c)
{
    struct fb_book *b = c->book;
    struct fb_draft *d = c->draft;
    add_built_in(b);
    add_answers(c);
    if (d->rules.n == 0)
        return;
    const struct fb_draft_rule *first = d->rules.item;
    if (fb_compile_other_findings(b) + d->rules.n > FB_FINDINGS_MAX)
        fb_compile_complain(d, first[d->rules.n - 1].place, false,
                            "more rules than one decision can hold findings for", (struct fb_span){NULL, 0},
                            "");
    b->rule = fb_pool_get(d->pool, d->rules.n * sizeof *b->rule);
    if (b->rule == NULL)
        return;
    FB_EACH(d->rules, struct fb_draft_rule, r)
    {
        refuse_taken(c, r);
        struct fb_rule *rule = &b->rule[b->n_rules++];
        *rule = r->rule;
        rule->scope.layer = (uint8_t)fb_draft_pack_at(d, r->place.pack)->layer;
        rule->origin = rule->answer.origin = fb_compile_origin(c, r->place, &r->standing);
    }
    qsort(b->rule, b->n_rules, sizeof *b->rule, by_name);
}
