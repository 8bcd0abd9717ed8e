#ifndef FB_TESTS_SIM_MET_H
#define FB_TESTS_SIM_MET_H
/* What the runs met, over all seeds. A simulator that never meets a thing proves nothing of it: over enough
 * seeds every row must have been met, or the run fails. */
#include "engine/core/decide.h"
#include <stdio.h>

enum { SIM_MET_RULES = 320, SIM_MET_ENOUGH = 100 /* seeds from which a row that was never met is a failure */ };
struct sim_met {
    unsigned n_rules;
    struct {
        uint32_t id;
        char name[64];
        bool may_be_unknown, has_severity; /* which verdicts it can give */
        uint64_t verdicts[FB_SEVERITY_END];
    } rule[SIM_MET_RULES];
    uint64_t outcome[6], lack[FB_LACK_END], end[FB_VACANCY_END_END], basis[FB_BASIS_END],
        state[FB_BOOKING_STATE_END];
    uint64_t pairs, larger, worked, nobody_came, cancel_charges, shadow, historic, put_off, refused_again,
        cut, left_out, posted_later, repriced_later, months_closed, days_remembered, repriced, kept, waited,
        drifted, came_back, loaded, loaded_short, card_loaded, vat_unsettled, supplement, by_table,
        by_the_piece, limited, lapsed, beside, idle, bonus, bonus_lost, bonus_told, merged, forgotten, reopened, spent, budgets, ceilings[2], withdrawn, invoiced, paid, bills_cut, of_several, parted, parted_unknown, parted_along, differs[FB_DIFFERS_END], unsaid[FB_DIFFERS_END], line_end[FB_INVOICE_END_END], line_told[FB_INVOICE_END_END], line_found[3], restored, gone, returned, disturbed, stated, stated_more, missing, silent, back, answered[FB_ANSWERED_END],
        step[FB_STEP_END], approval[FB_APPROVAL_END_END];
};
/* The rules that can be met: those of every book added. Starts as {0}. */
void sim_met_rules(struct sim_met *m, const struct fb_book *book);
/* What another process met, of the same rules. */
void sim_met_add(struct sim_met *m, const struct sim_met *other);
void sim_met_finding(struct sim_met *m, const struct fb_finding *f);
/* All rows; false when one was not met. quiet: only those, and only when `enough`. */
bool sim_met_print(const struct sim_met *m, FILE *out, bool all);
#endif
