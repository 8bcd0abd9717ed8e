#include "engine/pack/case.h"

static void wrong_amount(struct fb_reading *r, const struct fb_case *one, const char *what, int64_t wanted,
                         int64_t got, unsigned decimals)
{
    struct fb_complaint c;
    fb_complain(&c, r->file->pack, r->file->path, one->line);
    fb_text_add_span(&c.text, one->name);
    fb_text_add(&c.text, ": ");
    fb_text_add(&c.text, what);
    fb_text_add(&c.text, " should be ");
    if (wanted == FB_ABSENT)
        fb_text_add(&c.text, "none");
    else
        fb_text_add_decimal(&c.text, wanted, decimals);
    fb_text_add(&c.text, ", is ");
    if (got == FB_ABSENT)
        fb_text_add(&c.text, "none");
    else
        fb_text_add_decimal(&c.text, got, decimals);
    fb_complaint_file(&c, r->draft->report);
}

static void compare(struct fb_reading *r, const struct fb_case *one, const char *what, int64_t wanted,
                    int64_t got, unsigned decimals)
{
    if (wanted != FB_CASE_NOT_SAID && wanted != got)
        wrong_amount(r, one, what, wanted, got, decimals);
}

static void wrong_zone(struct fb_reading *r, const struct fb_case *one, struct fb_span got)
{
    struct fb_complaint c;
    fb_complain(&c, r->file->pack, r->file->path, one->line);
    fb_text_add_span(&c.text, one->name);
    fb_text_add(&c.text, ": zone should be ");
    fb_text_add_span(&c.text, one->expected.zone);
    fb_text_add(&c.text, ", is ");
    fb_text_add_span(&c.text, got);
    fb_complaint_file(&c, r->draft->report);
}

/* A zone that no row of the rules gives is unknown, which is another thing than the zone "none". */
static void compare_zone(struct fb_reading *r, const struct fb_case *one, const struct fb_book *book,
                         int zone)
{
    char word[9];
    struct fb_span got = fb_span_of("unknown");
    if (zone >= 0 && (unsigned)zone < book->n_zones)
        got = (struct fb_span){word, (uint32_t)fb_code_format(word, book->zone[zone])};
    if (one->expected.zone.n > 0 && !fb_span_eq(one->expected.zone, got))
        wrong_zone(r, one, got);
}

static int64_t known_or_none(bool known, int64_t v)
{
    return known ? v : FB_ABSENT;
}

/* What was not paid is nought or none, as the case likes to write it. */
static int64_t paid_or_none(int64_t wanted, int64_t pence)
{
    return pence == 0 && wanted == FB_ABSENT ? FB_ABSENT : pence; /* raw: compared, never added */
}

static void compare_price(struct fb_reading *r, const struct fb_case *one, const struct fb_book *book,
                          const struct fb_price *p)
{
    const struct fb_expected *e = &one->expected;
    int64_t card = p->card.pence, charge = p->charge.pence, cap = p->cap.pence; /* raw: rounded in pricing */
    int64_t loaded = p->loaded.pence, card_loaded = p->card_loaded.pence;       /* raw: the same */
    compare(r, one, "card", e->card, known_or_none(p->card.known, card), 2);
    compare(r, one, "supplement", e->supplement,
            known_or_none(p->card.known, paid_or_none(e->supplement, p->card.supplement_pence)), 2);
    compare(r, one, "charge", e->charge, known_or_none(p->charge.known, charge), 2);
    compare(r, one, "cap", e->cap, known_or_none(p->cap.known, cap), 2);
    compare(r, one, "excess", e->excess, known_or_none(p->cap.excess_known, p->cap.excess_pence), 2);
    compare(r, one, "loaded", e->loaded, known_or_none(p->loaded.known, loaded), 2);
    compare(r, one, "card_loaded", e->card_loaded, known_or_none(p->card_loaded.known, card_loaded), 2);
    for (unsigned c = 0; c < book->n_categories; c++) {
        char word[9];
        fb_code_format(word, book->category[c]);
        compare(r, one, word, e->minutes[c], p->minutes.in[c], 0);
    }
    if (e->basis != 0 && (!p->cap.known || (int)p->cap.basis != e->basis))
        fb_read_error(r, one->line, "case", one->name, ": the basis of the cap is another one");
    compare_zone(r, one, book, p->zone);
}

static void compare_worked(struct fb_reading *r, const struct fb_case *one, const struct fb_case_outcome *got)
{
    bool known = got->worked != NULL && got->worked->card.known;
    int64_t worked = known ? got->worked->card.pence : FB_ABSENT; /* raw: rounded in pricing */
    compare(r, one, "worked", one->expected.worked, worked, 2);
    compare(r, one, "worked_minutes", one->expected.worked_minutes,
            known_or_none(got->worked != NULL, got->worked_minutes), 0);
}

static void compare_bonus(struct fb_reading *r, const struct fb_case *one, const struct fb_decision *d)
{
    int64_t bonus = FB_ABSENT;
    for (unsigned i = 0; i < d->n_lines; i++) {
        if (d->line[i].cell.stage == FB_STAGE_LATEST)
            bonus = paid_or_none(one->expected.bonus, d->line[i].figures.v[FB_MEASURE_BONUS]);
    }
    compare(r, one, "bonus", one->expected.bonus, bonus, 2);
}

static void wrong_finding(struct fb_reading *r, const struct fb_case *one, const char *what,
                          struct fb_span rule, const struct fb_finding *f)
{
    struct fb_complaint c;
    fb_complain(&c, r->file->pack, r->file->path, one->line);
    fb_text_add_span(&c.text, one->name);
    fb_text_add(&c.text, what);
    fb_text_add_span(&c.text, rule);
    fb_text_add(&c.text, ": ");
    fb_text_add(&c.text, fb_severity_words.word(f->severity));
    if (f->answered != 0) {
        fb_text_add(&c.text, ", answered ");
        fb_text_add(&c.text, fb_answered_words.word(f->answered));
    }
    fb_complaint_file(&c, r->draft->report);
}

static bool meet(struct fb_list *expected, struct fb_span rule, int severity, int answered)
{
    bool met = false;
    FB_EACH(*expected, struct fb_expected_finding, f)
    {
        if (!fb_span_eq(f->rule, rule) || f->severity != severity || f->answered != answered)
            continue;
        f->met = met = true;
    }
    return met;
}

/* A feed that is lacking is told once for all rules that it keeps from saying anything; which of them is in
 * the detail. */
static const char *lack_of(const struct fb_book *book, const struct fb_finding *f)
{
    if (f->rule != book->built_in[FB_RULE_CANNOT_SAY].id)
        return NULL;
    return fb_case_feed_word(f->detail);
}

static void compare_one(struct fb_reading *r, struct fb_case *one, const struct fb_book *book,
                        const struct fb_finding *f)
{
    const struct fb_rule *rule = fb_book_rule(book, f->rule);
    const char *lack = lack_of(book, f);
    struct fb_span name = rule == NULL ? fb_span_of("?") : rule->name;
    if (lack != NULL && !one->expected.lacks_said)
        return;
    if (lack != NULL
            ? meet(&one->expected.lacks, fb_span_of(lack), 0, 0)
            : !one->expected.findings_said || meet(&one->expected.findings, name, f->severity, f->answered))
        return;
    wrong_finding(r, one, lack != NULL ? ": unexpected lack of " : ": unexpected ",
                  lack != NULL ? fb_span_of(lack) : name, f);
}

/* Both ways: what was found must be expected, and what is expected must be found. */
static void compare_findings(struct fb_reading *r, struct fb_case *one, const struct fb_book *book,
                             const struct fb_decision *d)
{
    for (unsigned i = 0; i < d->n_findings; i++)
        compare_one(r, one, book, &d->finding[i]);
    FB_EACH(one->expected.findings, struct fb_expected_finding, f)
    {
        if (!f->met)
            wrong_finding(
                r, one, ": missing ", f->rule,
                &(struct fb_finding){.severity = (uint8_t)f->severity, .answered = (uint8_t)f->answered});
    }
    FB_EACH(one->expected.lacks, struct fb_expected_finding, f)
    {
        if (!f->met)
            wrong_finding(r, one, ": missing lack of ", f->rule,
                          &(struct fb_finding){.severity = FB_SEVERITY_CANNOT_SAY});
    }
}

void fb_case_compare(struct fb_reading *r, struct fb_case *one, const struct fb_book *book,
                     const struct fb_case_outcome *got)
{
    compare_price(r, one, book, got->booked);
    compare_worked(r, one, got);
    compare_bonus(r, one, got->decision);
    compare_findings(r, one, book, got->decision);
}
