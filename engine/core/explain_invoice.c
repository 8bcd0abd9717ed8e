#include "engine/core/explain_invoice.h"
#include "engine/core/decide.h"
#include "engine/core/sentence.h"

/* ---- the four documents ---- */

static void add_rate(struct fb_text *t, int64_t e4)
{
    fb_sentence__rate(t, e4);
    fb_text_add(t, " an hour");
}

static void add_asked(struct fb_text *t, const struct fb_match *m)
{
    if (m->weighed && m->parted) /* raw: which side of nought */
        fb_text_add(t, m->charged_pence < 0 ? "For this shift it gives back " : "For this shift the invoice asks ");
    else
        fb_text_add(t, m->charged_pence < 0 ? "It gives back " : "The invoice asks "); /* raw: which side of nought */
    fb_sentence__pounds(t, m->charged_pence < 0 ? -m->charged_pence : m->charged_pence);
    if (m->minutes != FB_ABSENT) {
        fb_text_add(t, " for ");
        fb_sentence__minutes(t, m->minutes);
    }
    if (m->rate_e4 != FB_ABSENT && m->expected_rate_e4 != FB_ABSENT) {
        fb_text_add(t, " at ");
        add_rate(t, m->rate_e4);
    }
}

/* Until a timesheet is approved what was booked stands for what was worked. */
static void add_owed(struct fb_text *t, const struct fb_match *m)
{
    bool sheet = !fb_match_has(m->unsaid, FB_DIFFERS_CONFIRMATION);
    const char *comes = "; by booking and confirmation it";
    if (sheet && m->expected_minutes == 0) { /* a shift that fell through has no timesheet */
        fb_text_add(t, "; no hours of it were worked");
        comes = ", and by booking and confirmation it";
    } else if (m->expected_minutes != FB_ABSENT) {
        fb_text_add(t, sheet ? "; by the timesheet " : "; no timesheet is approved, and by the booking ");
        fb_sentence__minutes(t, m->expected_minutes);
        fb_text_add(t, sheet ? " were worked" : " are to be worked");
        comes = ", which by the rates of booking and confirmation";
    }
    if (m->expected_pence != FB_ABSENT) {
        fb_text_add(t, comes);
        if (m->expected_rate_e4 != FB_ABSENT) {
            fb_text_add(t, " (");
            add_rate(t, m->expected_rate_e4);
            fb_text_add(t, ")");
        }
        fb_text_add(t, " comes to ");
        fb_sentence__pounds(t, m->expected_pence);
    }
    fb_text_add(t, ".");
}

/* ---- in what they differ ---- */

static const struct {
    const char *differs, *unsaid;
} clauses[FB_DIFFERS_END] = {
    [FB_DIFFERS_HOURS] = {"the hours are others", "whether the hours agree nobody can say, for one of the two sides states none"},
    [FB_DIFFERS_RATE] = {"the rate is not the one that was agreed", "no rate was agreed for an hour of that kind"},
    [FB_DIFFERS_AMOUNT] = {"the amount is another",
                           "what it should come to nobody can say: have the source send all parts of the booking's rates"},
    [FB_DIFFERS_AGENCY] = {"it is of another supplier than the booking", "the booking names no agency"},
    [FB_DIFFERS_PERIOD] = {"the shift does not start on the days that it asks for", NULL},
    [FB_DIFFERS_VAT] = {"its VAT is another", "what VAT it should bear nobody can say: the rules have no settled row, or the line states none"},
    [FB_DIFFERS_PURCHASE_ORDER] = {"its purchase order is none of the booking's",
                                    "whether its purchase order is the shift's nobody can say, for the shift has more bookings than one "
                                    "decision can read: end those that stand twice"},
    [FB_DIFFERS_BAND] = {"its band or grade is not the one that was booked", NULL},
    [FB_DIFFERS_CONFIRMATION] = {NULL, "no timesheet is approved yet"},
    [FB_DIFFERS_SUM] = {"its units at its rate are not its own net", "its units and rate are too large to be multiplied"},
    [FB_DIFFERS_CREDITED] = {"more is given back than was asked", "the line that it takes from is not held for that shift"},
    [FB_DIFFERS_SHIFTS] = {"another line asks for some of its shifts already",
                           "how much of it falls to each of its shifts, for what one of them should come to nobody can say, or it names "
                           "more than one decision can read: until then it is counted in none"},
};

/* "lead: a; b." of those that have a clause; nothing where none has. */
static void add_clause(struct fb_text *t, const char *lead, const char *clause, size_t from)
{
    fb_text_add(t, t->n > from ? "; " : lead);
    fb_text_add(t, clause);
}

static void add_apart(struct fb_text *t, const struct fb_match *m)
{
    int64_t over = m->expected_pence == FB_ABSENT ? 0 : m->charged_pence - m->expected_pence; /* raw: shown as it is */
    if (over == 0)
        return;
    fb_text_add(t, " (");
    fb_sentence__pounds(t, over < 0 ? -over : over);
    fb_text_add(t, over > 0 ? " too much)" : " too little)");
}

static void add_vat(struct fb_text *t, const struct fb_match *m)
{
    if (m->vat_pence == FB_ABSENT || m->vat_expected_pence == FB_ABSENT)
        return;
    fb_text_add(t, " (");
    fb_sentence__pounds(t, m->vat_pence);
    fb_text_add(t, " for ");
    fb_sentence__pounds(t, m->vat_expected_pence);
    fb_text_add(t, ")");
}

static void add_differences(struct fb_text *t, const struct fb_match *m)
{
    size_t from = t->n;
    for (unsigned d = FB_DIFFERS_NONE + 1; d < FB_DIFFERS_END; d++) {
        if (!fb_match_has(m->differs, (enum fb_differs)d) || clauses[d].differs == NULL)
            continue;
        add_clause(t, " It does not agree: ", clauses[d].differs, from);
        if (d == FB_DIFFERS_AMOUNT)
            add_apart(t, m);
        if (d == FB_DIFFERS_VAT)
            add_vat(t, m);
    }
    if (t->n > from)
        fb_text_add(t, ".");
}

static void add_unsaid(struct fb_text *t, const struct fb_match *m)
{
    size_t from = t->n;
    for (unsigned d = FB_DIFFERS_NONE + 1; d < FB_DIFFERS_END; d++)
        if (fb_match_has(m->unsaid, (enum fb_differs)d) && clauses[d].unsaid != NULL)
            add_clause(t, " Not everything can be said: ", clauses[d].unsaid, from);
    if (t->n > from)
        fb_text_add(t, ".");
}

/* In a shift's decision, and in the line's own. */
static void add_shared(struct fb_text *t, const struct fb_match *m)
{
    static const char rule[] = " by what each is expected to come to";
    fb_text_add(t, " It asks for several shifts");
    if (m->weighed && m->parted) {
        fb_text_add(t, ": this is what falls to this one,");
        fb_text_add(t, rule);
    } else {
        fb_text_add(t, ", and is held against their sum");
        fb_text_add(t, m->parted ? "; it is shared out among them" : "");
        fb_text_add(t, m->parted ? rule : "");
    }
    fb_text_add(t, ".");
}

void fb_explain_match(struct fb_text *t, const struct fb_invoice_line *l, const struct fb_match *m)
{
    if (m->end == FB_INVOICE_END_WITHDRAWN) {
        fb_text_add(t, "It was withdrawn: it asks for nothing.");
        return;
    }
    if (m->end == FB_INVOICE_END_UNMATCHED && !fb_match_has(m->unsaid, FB_DIFFERS_CREDITED)) {
        fb_text_add(t, "No booking is held that it names: send the booking, or have the supplier name it as its own system does.");
        return;
    }
    add_asked(t, m);
    add_owed(t, m);
    if (m->end == FB_INVOICE_END_DUPLICATE)
        fb_text_add(t, l->state == FB_INVOICE_STATE_PAID && !m->retold
                           ? " Another line asks for the shift already, and this one was paid as well: have it given back."
                           : " Another line asks for the shift already: a shift is paid once.");
    if (m->shared)
        add_shared(t, m);
    add_differences(t, m);
    add_unsaid(t, m);
    if (l->state == FB_INVOICE_STATE_DISPUTED) {
        fb_text_add(t, " Finance disputes it: ");
        fb_text_add_span(t, l->reason);
        fb_sentence__end(t);
    }
}

void fb_explain_share(struct fb_text *t, const struct fb_share *s)
{
    fb_sentence__pounds(t, s->net_pence); /* raw: shown as it is */
    fb_text_add(t, " of it falls to");
}

/* ---- findings ---- */

static int rule_of(const struct fb_book *book, const struct fb_finding *f)
{
    for (int i = FB_RULE_INVOICE_OVERCHARGED; i <= FB_RULE_INVOICE_UNMATCHED; i++)
        if (book->built_in[i].id == f->rule)
            return i;
    return -1;
}

static bool counts(const struct fb_match *m)
{
    return m->end != FB_INVOICE_END_DUPLICATE && m->end != FB_INVOICE_END_WITHDRAWN && m->end != FB_INVOICE_END_UNMATCHED &&
           m->expected_minutes != FB_ABSENT;
}

static int64_t plus(int64_t sum, int64_t v)
{
    return sum == FB_ABSENT || v == FB_ABSENT ? FB_ABSENT : sum + v;
}

/* What all lines that count ask together; `lone`: but for those that ask for other shifts too. */
static unsigned add_up(const struct fb_decision *d, bool lone, struct fb_match *all)
{
    unsigned n = 0;
    for (unsigned i = 0; i < d->n_matches; i++) {
        const struct fb_match *m = &d->match[i];
        if (!counts(m) || (m->shared && (lone || !m->parted) && d->kind == FB_KIND_BOOKING))
            continue;
        if (n++ == 0) {
            *all = *m;
            continue;
        }
        all->charged_pence += m->charged_pence; /* raw: whole pence */
        all->expected_pence = plus(all->expected_pence, m->expected_pence);
        all->expected_minutes = plus(all->expected_minutes, m->expected_minutes);
        all->minutes = plus(all->minutes, m->minutes);
        all->unsaid |= m->unsaid;
        all->weighed = all->weighed || m->weighed;
        all->parted = all->parted || m->parted;
        all->rate_e4 = all->expected_rate_e4 = FB_ABSENT;
    }
    return n;
}

/* Of several that differ so the one that asks for most: which of them was held first plays no part. */
static const struct fb_match *one_with(const struct fb_decision *d, enum fb_differs what)
{
    const struct fb_match *most = NULL;
    for (unsigned i = 0; i < d->n_matches; i++) {
        const struct fb_match *m = &d->match[i];
        if (!fb_match_has(m->differs, what))
            continue;
        bool more = most == NULL || m->charged_pence > most->charged_pence || /* raw: compared */
                    (m->charged_pence == most->charged_pence && (m->rate_e4 > most->rate_e4 || m->vat_pence > most->vat_pence)); /* raw: compared */
        most = more ? m : most;
    }
    return most;
}

static void tell_over(struct fb_text *t, const struct fb_decision *d, const struct fb_finding *f)
{
    struct fb_match all;
    if (add_up(d, true, &all) > 0) {
        add_asked(t, &all);
        add_owed(t, &all);
        fb_text_add(t, " ");
    }
    fb_text_add(t, "That is ");
    fb_sentence__pounds(t, f->pence); /* raw: shown as it is */
    fb_text_add(t, " too much: pay what is owed, and ask the supplier for a credit note.");
}

static void tell_duplicate(struct fb_text *t, const struct fb_decision *d, const struct fb_finding *f)
{
    unsigned n = 0;
    bool paid = f->detail == FB_DUPLICATE_PAID;
    for (unsigned i = 0; i < d->n_matches; i++)
        n += d->match[i].end == FB_INVOICE_END_DUPLICATE;
    fb_text_add(t, paid ? "The shift was paid for more than once" : "The shift is asked for more than once");
    if (f->pence != 0) { /* raw: asked for nought */
        fb_text_add(t, ": ");
        fb_sentence__pounds(t, f->pence); /* raw: shown as it is */
        fb_text_add(t, n > 1 ? " by further lines" : " by a further line");
    }
    fb_text_add(t, paid ? ". That money is gone, and is counted as paid: have the supplier give it back."
                        : ". The lowest by invoice day, invoice and line counts; ask for a credit note for the rest.");
}

static void tell_rate(struct fb_text *t, const struct fb_decision *d, const struct fb_finding *f)
{
    const struct fb_match *m = one_with(d, FB_DIFFERS_RATE);
    if (m != NULL && m->rate_e4 != FB_ABSENT && m->expected_rate_e4 != FB_ABSENT) {
        fb_text_add(t, "The invoice charges ");
        add_rate(t, m->rate_e4);
        fb_text_add(t, "; booking and confirmation agreed ");
        add_rate(t, m->expected_rate_e4);
        fb_text_add(t, ".");
    } else {
        fb_text_add(t, "The invoice charges another rate than booking and confirmation agreed.");
    }
    if (f->pence != 0) { /* raw: asked for nought */
        fb_text_add(t, " For the hours charged that is ");
        fb_sentence__pounds(t, f->pence < 0 ? -f->pence : f->pence); /* raw: shown as it is */
        fb_text_add(t, f->pence < 0 ? " less." : " more."); /* raw: which side of nought */
    }
}

static void tell_band(struct fb_text *t, const struct fb_decision *d)
{
    fb_text_add(t, "The invoice charges another band or grade than was booked");
    if (d->grade != 0 && d->kind == FB_KIND_BOOKING) {
        fb_text_add(t, ", which is ");
        fb_text_add_code(t, d->grade);
    }
    fb_text_add(t, ".");
}

static void tell_part(struct fb_text *t, const struct fb_decision *d, const struct fb_finding *f)
{
    struct fb_match all;
    bool unsaid = f->severity == FB_SEVERITY_CANNOT_SAY;
    const char *clause = f->detail < FB_DIFFERS_END ? (unsaid ? clauses[f->detail].unsaid : clauses[f->detail].differs) : NULL;
    if (add_up(d, false, &all) > 0) {
        add_asked(t, &all);
        add_owed(t, &all);
        fb_text_add(t, " ");
    }
    fb_text_add(t, unsaid ? "It cannot be matched wholly: " : "It does not agree: ");
    fb_text_add(t, clause != NULL ? clause : "the documents differ");
    const struct fb_match *vat = f->detail == FB_DIFFERS_VAT ? one_with(d, FB_DIFFERS_VAT) : NULL;
    if (vat != NULL)
        add_vat(t, vat);
    fb_text_add(t, ".");
}

static void tell_unmatched(struct fb_text *t, const struct fb_decision *d)
{
    bool credit = d->n_matches > 0 && fb_match_has(d->match[0].unsaid, FB_DIFFERS_CREDITED);
    fb_text_add(t, credit ? "The line of an invoice that it takes from is not held for that shift: send that line, or have the "
                            "supplier name it."
                          : "No booking is held that the line names: send the booking, or have the supplier name it as its own "
                            "system does. It is matched by itself when the booking comes.");
}

bool fb_explain_invoiced(struct fb_text *t, const struct fb_book *book, const struct fb_decision *d, const struct fb_finding *f)
{
    int rule = rule_of(book, f);
    if (rule == FB_RULE_INVOICE_OVERCHARGED)
        tell_over(t, d, f);
    else if (rule == FB_RULE_INVOICE_DUPLICATE)
        tell_duplicate(t, d, f);
    else if (rule == FB_RULE_INVOICE_OFF_RATE)
        tell_rate(t, d, f);
    else if (rule == FB_RULE_INVOICE_WRONG_BAND)
        tell_band(t, d);
    else if (rule == FB_RULE_INVOICE_PART_MATCH)
        tell_part(t, d, f);
    else if (rule == FB_RULE_INVOICE_UNMATCHED)
        tell_unmatched(t, d);
    return rule >= 0;
}
