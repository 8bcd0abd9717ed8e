/* A backtest for export. A rule or a cell whose figures are small is left out, and what it counted is taken out of every other
 * figure as well: a sum of cells is then a sum of rules, both of what is shown, and no difference is what was left out.
 * Taking out can make another figure small, so it is done until nothing more is. */
#include "tools/fairbank/rules/backtest.h"
#include "tools/fairbank/small.h"
#include <stdlib.h>

enum { FIRST_ROOM = 1024 };

bool backtest_keep(struct backtest *b, struct backtest_entry e)
{
    if (b->n_entries == b->entry_room) {
        size_t room = b->entry_room == 0 ? FIRST_ROOM : b->entry_room * 2;
        struct backtest_entry *more = realloc(b->entry, room * sizeof(*more));
        if (more == NULL)
            return false;
        b->entry = more;
        b->entry_room = room;
    }
    b->entry[b->n_entries++] = e;
    return true;
}

/* ---- counting what is shown ---- */

static void clear(struct backtest *b)
{
    for (unsigned i = 0; i < b->n_rules; i++) {
        struct backtest_rule *r = &b->rule[i];
        r->draft = r->held = r->fresh = r->upheld = r->no_case = 0;
    }
    for (unsigned i = 0; i < b->n_cells; i++)
        b->cell[i].shifts = b->cell[i].draft = b->cell[i].held = 0;
    b->raised = b->upheld = b->no_case = 0;
}

/* What a shift's entries have said so far, all shown rules together. */
struct shown {
    bool raised, upheld, no_case;
};

/* New is only told where what stands is told: the difference of the draft and what is new would be it. */
static void count_entry(struct backtest *b, const struct backtest_entry *e, struct shown *shift)
{
    if (e->cell >= b->n_cells)
        return;
    struct backtest_rule *r = &b->rule[e->rule];
    struct backtest_cell *c = &b->cell[e->cell];
    uint8_t out = r->out | c->out;
    bool draft = (out & BACKTEST_OUT_ROW) == 0, held = draft && (out & BACKTEST_OUT_HELD) == 0;
    bool raised = draft && (e->said & BACKTEST_RAISED) != 0, stands = held && (e->said & BACKTEST_STANDS) != 0;
    r->draft += raised;
    c->draft += raised;
    r->held += stands;
    c->held += stands;
    r->fresh += raised && held && (e->said & BACKTEST_STANDS) == 0;
    r->upheld += raised && (e->said & BACKTEST_UPHELD) != 0;
    r->no_case += raised && (e->said & BACKTEST_NO_CASE) != 0;
    shift->raised = shift->raised || raised;
    if ((r->out & BACKTEST_OUT_VERDICTS) != 0)
        return;
    shift->upheld = shift->upheld || (raised && (e->said & BACKTEST_UPHELD) != 0);
    shift->no_case = shift->no_case || (raised && (e->said & BACKTEST_NO_CASE) != 0);
}

static void count_again(struct backtest *b)
{
    clear(b);
    for (size_t i = 0; i < b->n_entries;) {
        struct shown shift = {.raised = false};
        uint32_t subject = b->entry[i].subject;
        unsigned cell = b->entry[i].cell;
        for (; i < b->n_entries && b->entry[i].subject == subject; i++)
            count_entry(b, &b->entry[i], &shift);
        if (shift.raised)
            b->cell[cell].shifts++;
        b->raised += shift.raised;
        b->upheld += shift.upheld;
        b->no_case += shift.no_case && !shift.upheld;
    }
}

/* ---- what is left out ---- */

/* A figure that was something, and of which too little is left. */
static bool too_little(const struct backtest *b, uint64_t all, uint64_t n) { return all > 0 && n < b->small; }

/* Those raised now and by the draft, and those raised now only, are differences of what a rule's row shows. */
static uint8_t rule_out(const struct backtest *b, const struct backtest_rule *r)
{
    uint64_t both = 0, only_now = 0;
    for (size_t i = 0; i < b->n_entries; i++) {
        const struct backtest_entry *e = &b->entry[i];
        if (&b->rule[e->rule] != r || e->cell >= b->n_cells || (b->cell[e->cell].out & (BACKTEST_OUT_ROW | BACKTEST_OUT_HELD)) != 0)
            continue;
        both += (e->said & (BACKTEST_RAISED | BACKTEST_STANDS)) == (BACKTEST_RAISED | BACKTEST_STANDS);
        only_now += (e->said & (BACKTEST_RAISED | BACKTEST_STANDS)) == BACKTEST_STANDS;
    }
    uint8_t out = r->out;
    if (too_little(b, r->all_draft, r->draft))
        out |= BACKTEST_OUT_ROW;
    if (too_little(b, r->all_held, r->held) || is_small(b->small, r->fresh) || is_small(b->small, both) || is_small(b->small, only_now))
        out |= BACKTEST_OUT_HELD;
    if (is_small(b->small, r->upheld) || is_small(b->small, r->no_case))
        out |= BACKTEST_OUT_VERDICTS;
    return out;
}

static uint8_t cell_out(const struct backtest *b, const struct backtest_cell *c)
{
    uint8_t out = c->out;
    if (too_little(b, c->all_shifts, c->shifts))
        out |= BACKTEST_OUT_ROW;
    if (too_little(b, c->all_held, c->held))
        out |= BACKTEST_OUT_HELD;
    return out;
}

/* One more pass over rules and cells; no: nothing more had to go. */
static bool leave_out(struct backtest *b)
{
    bool more = false;
    for (unsigned i = 0; i < b->n_rules; i++) {
        uint8_t out = rule_out(b, &b->rule[i]);
        more = more || out != b->rule[i].out;
        b->rule[i].out = out;
    }
    for (unsigned i = 0; i < b->n_cells; i++) {
        uint8_t out = cell_out(b, &b->cell[i]);
        more = more || out != b->cell[i].out;
        b->cell[i].out = out;
    }
    return more;
}

void backtest_export(struct backtest *b)
{
    for (unsigned i = 0; i < b->n_rules; i++) {
        b->rule[i].all_draft = b->rule[i].draft;
        b->rule[i].all_held = b->rule[i].held;
    }
    for (unsigned i = 0; i < b->n_cells; i++) {
        b->cell[i].all_shifts = b->cell[i].shifts;
        b->cell[i].all_draft = b->cell[i].draft;
        b->cell[i].all_held = b->cell[i].held;
    }
    do
        count_again(b);
    while (leave_out(b));
}
