#include "engine/core/explain.h"
#include "engine/core/judge.h"
#include "engine/core/sentence.h"

/* The findings that the engine itself raises, one teller each; a pack's rules are told by explain_rule.c. */
struct telling {
    const struct fb_book *book;
    const struct fb_trace *trace;
    const struct fb_finding *finding;
};

static const char *cap_name(const struct telling *s)
{
    if (s->trace->cap >= s->book->n_caps)
        return "the cap";
    enum fb_status basis = s->book->cap[s->trace->cap].basis;
    return basis == FB_STATUS_PUBLISHED ? "the published cap"
           : basis == FB_STATUS_AGREED  ? "the agreed ceiling"
                                        : "the cap as estimated by formula";
}

static void tell_over_cap(struct fb_text *t, const struct telling *s)
{
    unsigned c = s->finding->detail;
    int64_t charge = c < FB_CATEGORIES_MAX ? s->trace->charge_hour_e4[c] : FB_ABSENT;
    int64_t cap = c < FB_CATEGORIES_MAX ? s->trace->cap_hour_e4[c] : FB_ABSENT;
    if (charge == FB_ABSENT || cap == FB_ABSENT) {
        fb_text_add(t, "Charged above the cap; the rates are not in the trace.");
        return;
    }
    fb_text_add(t, "Charged ");
    fb_sentence__rate(t, charge);
    fb_text_add(t, s->trace->lower_bound ? " an hour or more for " : " an hour for ");
    fb_sentence__category(t, s->book, c);
    fb_text_add(t, " time; ");
    fb_text_add(t, cap_name(s));
    fb_text_add(t, " (");
    fb_sentence__place(t, s->book, s->trace->cap_origin);
    fb_text_add(t, ") is ");
    fb_sentence__rate(t, cap);
    fb_text_add(t, ": ");
    fb_sentence__rate(t, charge - cap);
    fb_text_add(t, " an hour over, ");
    fb_sentence__pounds(t, s->finding->pence); /* raw: shown as it is */
    fb_text_add(t, " for the shift.");
    if (s->trace->lower_bound)
        fb_text_add(t, " A part of the charge may be missing, so this is the least that it can be.");
}

static void tell_breach(struct fb_text *t, const struct telling *s)
{
    tell_over_cap(t, s);
    fb_sentence__source(t, s->book, s->trace->cap_origin);
}

static void tell_over_estimate(struct fb_text *t, const struct telling *s)
{
    tell_over_cap(t, s);
    fb_text_add(t, " The cap is an estimate, not a published price: a sign to look, not a breach.");
    fb_sentence__source(t, s->book, s->trace->cap_origin);
}

/* A departure that was agreed for a while, and is so no more: what was on a card of its own is off the system's. */
static void add_lapsed(struct fb_text *t, const struct telling *s)
{
    char day[11];
    if (s->trace->lapsed >= s->book->n_cards)
        return;
    const struct fb_card *card = &s->book->card[s->trace->lapsed];
    fb_day_format(day, card->agreed_until);
    fb_text_add(t, " The trust's own ");
    fb_text_add_span(t, card->name);
    fb_text_add(t, " (");
    fb_sentence__place(t, s->book, card->origin);
    fb_text_add(t, ") was agreed until ");
    fb_text_add(t, day);
    fb_text_add(t, " and has lapsed: end the departure, or have it agreed anew.");
}

/* Which of the rates sent was compared: a card whose rates include pay for leave is met by pay that includes it too. */
static void add_compared(struct fb_text *t, const struct telling *s)
{
    bool both = s->trace->card < s->book->n_cards && s->book->card[s->trace->card].includes_holiday;
    fb_text_add(t, both ? " Pay for leave is in both." : " Pay for leave is in neither.");
}

static void tell_off_card(struct fb_text *t, const struct telling *s)
{
    unsigned c = s->finding->detail;
    int64_t pence = s->finding->pence; /* raw: shown as it is */
    fb_text_add(t, "Pay sent for ");
    fb_sentence__category(t, s->book, c);
    fb_text_add(t, " time is ");
    if (pence == 0)
        fb_text_add(t, "not the card's");
    else
        fb_sentence__pounds(t, pence < 0 ? -pence : pence);
    fb_text_add(t, pence == 0 ? "" : pence < 0 ? " under the card" : " over the card");
    if (c < FB_CATEGORIES_MAX && s->trace->card_hour_e4[c] != FB_ABSENT) {
        fb_text_add(t, ", which pays ");
        fb_sentence__rate(t, s->trace->card_hour_e4[c]);
        fb_text_add(t, " an hour");
    }
    fb_text_add(t, " (");
    fb_sentence__place(t, s->book, s->trace->rule_origin);
    fb_text_add(t, ").");
    add_compared(t, s);
    if (s->trace->assumed_bank_only)
        fb_text_add(
            t, " The worker's kind was not sent, so bank only was assumed and this is no more than a note.");
    add_lapsed(t, s);
    fb_sentence__source(t, s->book, s->trace->rule_origin);
}

static void tell_assumed(struct fb_text *t, const struct telling *s)
{
    fb_text_add(t, "The worker's kind was not sent; the shift was priced as for a bank-only worker (");
    fb_sentence__place(t, s->book, s->trace->rule_origin);
    fb_text_add(
        t,
        "). A substantive worker may be paid otherwise: have the source send the worker's kind and point.");
}

/* The row of the card's list that speaks of the trust; NULL: none does. */
static const struct fb_adoption_row *adoption_of(const struct telling *s)
{
    if (s->trace->card >= s->book->n_cards || s->trace->adoption == 0)
        return NULL;
    const struct fb_card *card = &s->book->card[s->trace->card];
    return s->trace->adoption <= card->n_adoptions ? &card->adoption[s->trace->adoption - 1u] : NULL;
}

/* "at RTH it is only agreed (thames-valley, pack.yaml line 9)" */
static void add_adoption(struct fb_text *t, const struct telling *s)
{
    const struct fb_adoption_row *row = adoption_of(s);
    if (row == NULL) {
        fb_text_add(t, "nobody has said that the trust adopted it");
        return;
    }
    fb_text_add(t, "at ");
    fb_text_add_code(t, row->trust);
    fb_text_add(t, " it is only ");
    fb_text_add(t, fb_adoption_word(row->state));
    fb_text_add(t, " (");
    fb_sentence__place(t, s->book, row->origin);
    fb_text_add(t, ")");
}

static void tell_not_adopted(struct fb_text *t, const struct telling *s)
{
    int64_t pence = s->finding->pence; /* raw: shown as it is */
    fb_text_add(t, "Pay sent is ");
    if (pence != 0)
        fb_sentence__pounds(t, pence < 0 ? -pence : pence);
    fb_text_add(t, pence == 0 ? "not the card's (" : pence < 0 ? " under the card (" : " over the card (");
    fb_sentence__place(t, s->book, s->trace->rule_origin);
    fb_text_add(t, "), but ");
    add_adoption(t, s);
    fb_text_add(t, ": no departure from it, only what adopting it would change.");
    add_compared(t, s);
}

static void tell_unknown_organisation(struct fb_text *t, const struct telling *s)
{
    (void)s;
    fb_text_add(t, "The register of organisations that is held does not know the trust's code on the day of the shift. The "
                   "shift is counted all the same: load the register of that date, or have the source mend the code.");
}

/* What to do about each lack, in the order of enum fb_lack. */
static const char *const remedies[FB_LACK_END] = {
    [FB_LACK_NOTHING] = "nothing needs doing",
    [FB_LACK_CARD] = "add a card for this trust, staff group and date to a pack",
    [FB_LACK_PAY_POINT] = "add the pay point of that date to the pack's pay scale",
    [FB_LACK_GRADE] = "have the source send the band or grade, or map its word for it",
    [FB_LACK_WORKER_POINT] = "have the source send the worker's own band and pay point",
    [FB_LACK_RATES] = "have the source send the rates of the booking",
    [FB_LACK_CATEGORY_RATE] = "have the source send a rate for every category that the shift touches",
    [FB_LACK_CAP] = "add a cap for this trust, staff group, grade and date to a pack",
    [FB_LACK_CALENDAR] = "add the public holidays of those years to the pack's calendar",
    [FB_LACK_PERIOD] = "add the pay scale of that date to the pack",
    [FB_LACK_UNIT] = "have the source send the rates by the hour",
    [FB_LACK_STAFF_GROUP] = "have the source send the staff group, or map its word for it",
    [FB_LACK_TOO_MANY] = "have the sources give each shift a reference of its own, and withdraw approvals that nobody needs",
    [FB_LACK_ZONE] = "add a zone for this trust or site to a pack",
    [FB_LACK_ZONE_RATE] = "add the supplement or the cap of that zone to a pack",
    [FB_LACK_TABLE] = "add the rate of this grade, unit and date to the card's table",
    [FB_LACK_WORKER] = "have the source send the keyed pseudonym of the worker",
    [FB_LACK_WORKER_FACTS] = "have a source send the checks of workers (WorkerFact)",
    [FB_LACK_HOURS] = "have a source send the hours in workers' own posts (SubstantiveHours)",
    [FB_LACK_ALL_TRUSTS] = "state in the system's pack from which day all of its trusts send all bookings (fed_from)",
    [FB_LACK_CHARGE_PART] = "have the source send all parts of the booking's rates, or state that they are complete",
    [FB_LACK_ON_COST] = "add the on-cost, fee or VAT treatment of that date to a pack",
};

static void tell_lack(struct fb_text *t, const struct telling *s)
{
    unsigned lack = s->finding->detail < FB_LACK_END ? s->finding->detail : FB_LACK_NOTHING;
    fb_text_add(t, fb_lack_of_feed(lack) ? "Cannot say whether the rules about the worker are kept: "
                                         : "Cannot say whether this shift is priced as it should be: ");
    fb_text_add(t, fb_lack_text((enum fb_lack)lack));
    fb_text_add(t, ". To settle it, ");
    fb_text_add(t, remedies[lack]);
    fb_text_add(t, "; the shift is then judged again by itself.");
}

/* Of a whole feed: what is missing, what cannot be judged for want of it, and why. */
static const struct {
    const char *missing, *unjudged, *because;
} feeds[FB_LACK_END] = {
    [FB_LACK_WORKER] = {"pseudonyms", "the rules about the worker", "their source does not say who the worker is"},
    [FB_LACK_WORKER_FACTS] = {"worker facts", "checks", "no source sends worker facts"},
    [FB_LACK_HOURS] = {"hours in own posts", "working time for certain", "no source sends the hours in workers' own posts"},
    [FB_LACK_ALL_TRUSTS] = {"other trusts' bookings", "working time for certain",
                            "the rules do not say that all trusts sent all bookings by then"},
};

void fb_explain_feed(struct fb_text *t, enum fb_lack lack, uint64_t shifts)
{
    if (feeds[lack].missing == NULL)
        return;
    fb_text_add(t, feeds[lack].missing);
    fb_text_add(t, ": ");
    fb_text_add_int(t, (int64_t)shifts);
    fb_text_add(t, shifts == 1 ? " shift could not be judged on " : " shifts could not be judged on ");
    fb_text_add(t, feeds[lack].unjudged);
    fb_text_add(t, ", because ");
    fb_text_add(t, feeds[lack].because);
    fb_text_add(t, ": ");
    fb_text_add(t, remedies[lack]);
}

static void tell_overlap(struct fb_text *t, const struct telling *s)
{
    fb_sentence__overlap(t, &s->trace->facts);
}

static void tell_duplicate(struct fb_text *t, const struct telling *s)
{
    (void)s;
    fb_sentence__duplicate(t);
}

static void tell_not_valid(struct fb_text *t, const struct telling *s)
{
    fb_sentence__not_valid(t, s->finding->detail);
}

/* Whoever has the decision at hand says more: fb_explain_invoiced. */
static void tell_invoice(struct fb_text *t, const struct telling *s)
{
    const struct fb_rule *rule = fb_book_rule(s->book, s->finding->rule);
    fb_text_add_span(t, rule->title);
}

void fb_explain_finding(struct fb_text *t, const struct fb_book *book, const struct fb_trace *trace,
                        const struct fb_finding *f)
{
    static void (*const told[FB_BUILT_IN_RULES])(struct fb_text *, const struct telling *) = {
        [FB_RULE_RATECAP_BREACHED] = tell_breach, [FB_RULE_RATECAP_OVER_ESTIMATE] = tell_over_estimate,
        [FB_RULE_RATE_OFF_CARD] = tell_off_card,  [FB_RULE_ASSUMED_BANK_ONLY] = tell_assumed,
        [FB_RULE_CANNOT_SAY] = tell_lack,
        [FB_RULE_RATE_NOT_ADOPTED] = tell_not_adopted,
        [FB_RULE_ORGANISATION_UNKNOWN] = tell_unknown_organisation,
        [FB_RULE_BOOKING_OVERLAP] = tell_overlap,
        [FB_RULE_BOOKING_DUPLICATE_SUSPECT] = tell_duplicate,
        [FB_RULE_APPROVAL_NOT_VALID] = tell_not_valid,
        [FB_RULE_INVOICE_OVERCHARGED] = tell_invoice,
        [FB_RULE_INVOICE_DUPLICATE] = tell_invoice,
        [FB_RULE_INVOICE_OFF_RATE] = tell_invoice,
        [FB_RULE_INVOICE_WRONG_BAND] = tell_invoice,
        [FB_RULE_INVOICE_PART_MATCH] = tell_invoice,
        [FB_RULE_INVOICE_UNMATCHED] = tell_invoice,
    };
    struct telling s = {book, trace, f};
    for (unsigned i = 0; i < FB_BUILT_IN_RULES; i++) {
        if (book->built_in[i].id == f->rule && told[i] != NULL) {
            told[i](t, &s);
            return;
        }
    }
    const struct fb_rule *rule = fb_book_rule(book, f->rule);
    const struct fb_bonus *bonus = fb_judge__bonus(book, f->rule);
    if (bonus != NULL && f->severity == FB_SEVERITY_NOTE)
        fb_sentence__bonus(t, book, bonus, trace, f);
    else if (rule != NULL)
        fb_sentence__rule(t, book, rule, trace, f);
    else
        fb_text_add(t,
                    "The rule is not in this issue of the packs: ask for the issue that the decision names.");
}
