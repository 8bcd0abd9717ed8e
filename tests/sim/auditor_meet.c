#include "tests/sim/auditor_bills.h"

/* What was met, of each decision that was held against the auditor's own. */
void aud_meet(struct sim_met *met, const struct aud_held *h, const struct aud_verdict *v)
{
    met->end[v->vacancy_end] += h->kind == FB_KIND_VACANCY;
    met->basis[v->basis]++;
    met->state[v->state]++;
    met->shadow += v->shadow;
    met->historic += v->historic;
    for (unsigned i = 0; i < v->n_findings; i++)
        sim_met_finding(met, &v->finding[i]);
    for (unsigned i = 0; i < v->n_lines; i++) {
        met->worked += v->line[i].cell.stage == FB_STAGE_WORKED;
        met->cancel_charges += v->line[i].figures.v[FB_MEASURE_CANCEL_CHARGE] != 0;
    }
    met->nobody_came += v->state == FB_BOOKING_STATE_BOOKED && v->n_lines == 1;
}

void aud_meet_line(struct sim_met *met, const struct fb_match *m)
{
    met->line_end[m->end]++;
    met->of_several += m->shared;
    for (unsigned d = 1; d < FB_DIFFERS_END; d++) {
        met->differs[d] += m->differs >> d & 1;
        met->unsaid[d] += m->unsaid >> d & 1;
    }
}

void aud_meet_price(struct sim_met *met, const struct aud_verdict *v)
{
    const struct aud_price *p = &v->price;
    bool bank = v->route == FB_ROUTE_BANK || v->route == FB_ROUTE_COLLABORATIVE;
    int64_t bonus = v->n_lines > 0 ? v->line[v->n_lines - 1].figures.v[FB_MEASURE_BONUS] : 0;
    if (v->state != FB_BOOKING_STATE_BOOKED)
        return;
    met->loaded += p->loaded_known && !p->loaded_short;
    met->loaded_short += p->loaded_known && p->loaded_short;
    met->lack[FB_LACK_ON_COST] += p->loaded_lack == FB_LACK_ON_COST;
    met->card_loaded += p->card_loaded_known;
    met->vat_unsettled += p->vat_unsettled;
    met->supplement += bank && p->card_known && p->supplement > 0;
    met->by_table += bank && p->card_known && p->by_table;
    met->by_the_piece += bank && p->card_known && p->each > 0;
    met->limited += bank && p->card_known && p->limited;
    met->lapsed += bank && p->lapsed != NULL;
    met->beside += bank && v->beside;
    met->idle += v->idle;
    met->bonus += bonus > 0;
}
