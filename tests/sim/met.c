#include "tests/sim/met.h"
#include "engine/base/check.h"
#include <inttypes.h>
#include <stddef.h>
#include <string.h>

static void add_rule(struct sim_met *m, const struct fb_rule *rule, bool may_be_unknown)
{
    struct fb_text t;
    for (unsigned i = 0; i < m->n_rules; i++)
        if (m->rule[i].id == rule->id)
            return;
    fb_assert(m->n_rules < SIM_MET_RULES);
    m->rule[m->n_rules].id = rule->id;
    m->rule[m->n_rules].may_be_unknown = may_be_unknown;
    fb_text_init(&t, m->rule[m->n_rules].name, sizeof m->rule[m->n_rules].name);
    fb_text_add_span(&t, rule->name);
    m->n_rules++;
}

/* A rule whose facts are always known cannot be unsure. */
static bool can_be_unknown(const struct fb_rule *rule)
{
    for (unsigned i = 0; i < rule->n_when; i++)
        if (rule->when[i].fact != FB_FACT_ROUTE && rule->when[i].fact != FB_FACT_PAID_MINUTES &&
            rule->when[i].fact != FB_FACT_HIRER)
            return true;
    return false;
}

void sim_met_rules(struct sim_met *m, const struct fb_book *book)
{
    for (unsigned i = 0; i < FB_BUILT_IN_RULES; i++)
        add_rule(m, &book->built_in[i], i == FB_RULE_CANNOT_SAY || i == FB_RULE_INVOICE_PART_MATCH);
    for (unsigned i = 0; i < book->n_rules; i++)
        add_rule(m, &book->rule[i], can_be_unknown(&book->rule[i]));
    for (unsigned i = 0; i < book->n_bonuses; i++)
        add_rule(m, &book->bonus[i].rule, book->bonus[i].row[0].average);
}

/* From `outcome` on it is numbers only. */
void sim_met_add(struct sim_met *m, const struct sim_met *other)
{
    enum { NUMBERS = (sizeof *m - offsetof(struct sim_met, outcome)) / sizeof(uint64_t) };
    uint64_t *to = m->outcome;
    const uint64_t *from = other->outcome;
    for (unsigned i = 0; i < NUMBERS; i++)
        to[i] += from[i];
    for (unsigned i = 0; i < m->n_rules; i++)
        for (unsigned v = 0; v < FB_SEVERITY_END; v++)
            m->rule[i].verdicts[v] += other->rule[i].verdicts[v];
}

void sim_met_finding(struct sim_met *m, const struct fb_finding *f)
{
    for (unsigned i = 0; i < m->n_rules; i++)
        if (m->rule[i].id == f->rule)
            m->rule[i].verdicts[f->severity]++;
    if (m->rule[FB_RULE_CANNOT_SAY].id == f->rule)
        m->lack[f->detail]++;
}

/* ---- saying it ---- */

static bool row(FILE *out, bool all, const char *kind, const char *what, uint64_t n)
{
    if (all || n == 0)
        fprintf(out, "  %-10s %-44s %s%" PRIu64 "\n", kind, what, n == 0 ? "NEVER MET " : "", n);
    return n > 0;
}

/* Clocks over months, and habits: a simulated month seldom gets so far. Their cases stand in the packs, and the simulator's
 * own rules read the same facts with other limits. */
static bool is_of_months(const char *name)
{
    static const char *const begin[] = {"awr.twelve", "gaming.", "working_time."};
    for (unsigned i = 0; i < 3; i++)
        if (strncmp(name, begin[i], strlen(begin[i])) == 0 && strstr(name, ".sim_") == NULL)
            return true;
    return false;
}

static bool rules(const struct sim_met *m, FILE *out, bool all)
{
    bool met = true;
    for (unsigned i = 0; i < m->n_rules; i++) {
        if (is_of_months(m->rule[i].name) && !all)
            continue;
        uint64_t unknown = m->rule[i].verdicts[FB_SEVERITY_CANNOT_SAY], said = 0;
        for (unsigned s = 0; s < FB_SEVERITY_END; s++)
            said += s == FB_SEVERITY_CANNOT_SAY ? 0 : m->rule[i].verdicts[s];
        if (i != FB_RULE_CANNOT_SAY && i != FB_RULE_RATE_DRIFT) /* other verdicts say so */
            met = row(out, all, "rule", m->rule[i].name, said) && met;
        /* A rule that cannot say is silent beside a severer one that lacks the same fact. */
        bool silenced = strncmp(m->rule[i].name, "check.", 6) == 0 || strcmp(m->rule[i].name, "sim.lead") == 0;
        if (m->rule[i].may_be_unknown && !silenced)
            met = row(out, all, "cannot say", m->rule[i].name, unknown) && met;
    }
    return met;
}

static bool words(const struct sim_met *m, FILE *out, bool all)
{
    static const char *const outcomes[] = {NULL, "accepted", "amended", "duplicate", "conflict", "refused"};
    bool met = true;
    for (unsigned i = 1; i < 6; i++)
        met = row(out, all, "outcome", outcomes[i], m->outcome[i]) && met;
    for (unsigned i = 1; i < FB_VACANCY_END_END; i++)
        met = row(out, all, "vacancy", fb_vacancy_end_word((enum fb_vacancy_end)i), m->end[i]) && met;
    for (unsigned i = 1; i < FB_BOOKING_STATE_END; i++)
        met = row(out, all, "booking", fb_booking_state_word((enum fb_booking_state)i), m->state[i]) && met;
    for (unsigned i = FB_BASIS_AS_SENT; i < FB_BASIS_END; i++)
        met = row(out, all, "basis", fb_basis_word((enum fb_basis)i), m->basis[i]) && met;
    for (unsigned i = FB_LACK_CARD; i < FB_LACK_END; i++)
        met = row(out, all, "lack", fb_lack_text((enum fb_lack)i), m->lack[i]) && met;
    for (unsigned i = 1; i < FB_ANSWERED_END; i++)
        met = row(out, all, "answered", fb_answered_word((enum fb_answered)i), m->answered[i]) && met;
    for (unsigned i = 1; i < FB_STEP_END; i++)
        met = row(out, all, "step", fb_step_word((enum fb_step)i), m->step[i]) && met;
    for (unsigned i = 1; i < FB_APPROVAL_END_END; i++)
        met = row(out, all, "approval", fb_approval_end_word((enum fb_approval_end)i), m->approval[i]) && met;
    for (unsigned i = 1; i < FB_INVOICE_END_END; i++)
        met = row(out, all, "bill", fb_invoice_end_word((enum fb_invoice_end)i), m->line_end[i]) && met;
    for (unsigned i = 1; i < FB_INVOICE_END_END; i++)
        met = (i == FB_INVOICE_END_UNMATCHED || row(out, all, "bill told", fb_invoice_end_word((enum fb_invoice_end)i), m->line_told[i])) && met;
    for (unsigned i = 1; i < FB_DIFFERS_END; i++) /* a shift is confirmed, or it is not yet */
        met = (i == FB_DIFFERS_CONFIRMATION || row(out, all, "differs", fb_differs_word((enum fb_differs)i), m->differs[i])) && met;
    for (unsigned i = 1; i < FB_DIFFERS_END; i++) /* what of these nobody stated is no difference, and nothing is lacking */
        if (i != FB_DIFFERS_PERIOD && i != FB_DIFFERS_PURCHASE_ORDER && i != FB_DIFFERS_BAND && i != FB_DIFFERS_SUM)
            met = row(out, all, "unsaid", fb_differs_word((enum fb_differs)i), m->unsaid[i]) && met;
    return met;
}

bool sim_met_print(const struct sim_met *m, FILE *out, bool all)
{
    const struct {
        const char *what;
        uint64_t n;
    } others[] = {{"told of by two systems", m->pairs},
                  {"told of by three or more", m->larger},
                  {"worked, by a timesheet", m->worked},
                  {"nobody came", m->nobody_came},
                  {"charged for its cancellation", m->cancel_charges},
                  {"of a shadow source", m->shadow},
                  {"of a backfill", m->historic},
                  {"put off to a later step", m->put_off},
                  {"of a shadow source, and left out", m->left_out},
                  {"of more bookings than can be read", m->cut},
                  {"message refused twice", m->refused_again},
                  {"told as re-priced", m->repriced},
                  {"kept as decided under an earlier issue", m->kept},
                  {"posted to a later month than its own", m->posted_later},
                  {"posted to a later month because of other rules", m->repriced_later},
                  {"month closed", m->months_closed},
                  {"day asked for again at the end", m->days_remembered},
                  {"judged while an issue waited", m->waited},
                  {"of a week that left the corridor", m->drifted},
                  {"of a week that came back", m->came_back},
                  {"of known loaded cost", m->loaded},
                  {"of loaded cost that is a lower bound", m->loaded_short},
                  {"of known loaded cost on the card", m->card_loaded},
                  {"charged with VAT that is not settled", m->vat_unsettled},
                  {"paid a high cost area supplement", m->supplement},
                  {"paid by a table", m->by_table},
                  {"paid by the piece", m->by_the_piece},
                  {"paid at a limit of its card", m->limited},
                  {"after a departing card had lapsed", m->lapsed},
                  {"paid for standby, a sleep-in or travel", m->beside},
                  {"at which somebody was and did not work", m->idle},
                  {"that earned a bonus", m->bonus},
                  {"told that a bonus was earned", m->bonus_told},
                  {"told that a bonus was lost", m->bonus_lost},
                  {"two pseudonyms that became one person", m->merged},
                  {"worker forgotten", m->forgotten},
                  {"that takes of an approval with a limit", m->spent},
                  {"finding that came back", m->reopened},
                  {"trust's budget of approvals passed", m->budgets},
                  {"trust's agency spend over its ceiling", m->ceilings[1]},
                  {"trust's agency spend within its ceiling again", m->ceilings[0]},
                  {"batch taken back", m->withdrawn},
                  {"batch taken back while more came", m->disturbed},
                  {"that something was invoiced for", m->invoiced},
                  {"that something was paid for", m->paid},
                  {"that more lines of invoices name than can be read", m->bills_cut},
                  {"line of an invoice for several shifts", m->of_several},
                  {"line that was shared out among its shifts", m->parted},
                  {"line by category for several shifts that goes along with another", m->parted_along},
                  {"line of which nobody can say what falls to each shift", m->parted_unknown},
                  {"told invoice.unmatched", m->line_found[0]},
                  {"told invoice.duplicate", m->line_found[1]},
                  {"told invoice.overcharged", m->line_found[2]},
                  {"record that fell back to a version before", m->restored},
                  {"record that went with its batch", m->gone},
                  {"record that came again after its batch had gone", m->returned},
                  {"statement of a source's day", m->stated},
                  {"statement in which something was refused, repeated and amended", m->stated_more},
                  {"statement with a gap in the sequence", m->missing},
                  {"source told silent", m->silent},
                  {"source told back", m->back}};
    bool met = rules(m, out, all);
    met = words(m, out, all) && met;
    for (unsigned i = 0; i < sizeof others / sizeof others[0]; i++)
        met = row(out, all, "shift", others[i].what, others[i].n) && met;
    return met;
}
