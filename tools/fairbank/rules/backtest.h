#ifndef FB_TOOLS_FAIRBANK_BACKTEST_H
#define FB_TOOLS_FAIRBANK_BACKTEST_H
/* Draft rules on the shifts that are held: every booking is judged again under the draft, by the turn's own code (fb_turn_survey),
 * and what it would say is held against what stands. Nothing is written. */
#include "tools/fairbank/rules/rules_diff.h"
enum { BACKTEST_RULES_MAX = FB_RULES_MAX, BACKTEST_CELLS_MAX = 4096, BACKTEST_EXAMPLES = 20 };
/* What an export leaves out of a rule or a cell: all of its figures; what is raised now, with what is new; the verdicts. */
enum { BACKTEST_OUT_ROW = 1, BACKTEST_OUT_HELD = 2, BACKTEST_OUT_VERDICTS = 4 };
/* One rule that the draft makes, changes or takes away. */
struct backtest_rule {
    char name[64], what[8];      /* new, changed, gone */
    uint32_t id;
    uint64_t draft, held;        /* findings: note, warn or breach */
    uint64_t fresh;              /* of the draft's: where nothing of that rule stands now */
    uint64_t cannot_say, cannot_say_held;
    uint64_t upheld, no_case;    /* shifts that it is raised on, and whose findings of that name somebody closed so */
    uint64_t all_draft, all_held; /* before an export left anything out */
    uint8_t out;
};
struct backtest_cell {
    fb_code trust;
    enum fb_staff_group group;
    fb_day month;
    uint64_t shifts, draft, held; /* shifts: on which the draft raises something */
    uint64_t all_shifts, all_draft, all_held;
    uint8_t out;
};
/* What one rule says of one shift, kept for an export; those of a shift stand together. */
enum { BACKTEST_RAISED = 1, BACKTEST_STANDS = 2, BACKTEST_UPHELD = 4, BACKTEST_NO_CASE = 8 };
struct backtest_entry {
    uint32_t subject;
    uint16_t cell, rule;          /* indices; cell BACKTEST_CELLS_MAX: there was no room for its cell */
    uint8_t said;
};
struct backtest_example {
    uint32_t number;
    unsigned rule;                /* index */
    fb_code trust;
    fb_day day;
    enum fb_severity severity;
};
struct backtest {
    const struct fb_book *was, *is;
    fb_day from, until;
    unsigned n_rules, n_cells, n_examples, quota;
    struct backtest_rule rule[BACKTEST_RULES_MAX];
    struct backtest_cell cell[BACKTEST_CELLS_MAX];
    struct backtest_example example[BACKTEST_EXAMPLES];
    uint64_t shifts;              /* judged */
    uint64_t raised;              /* shifts on which a draft rule is raised */
    uint64_t upheld, no_case;     /* of these, with closed findings of a rule of the draft's names */
    uint64_t closed_all;          /* shifts with closed findings, before an export left anything out */
    uint32_t small;               /* an export leaves out figures of fewer; 0: it is none */
    struct backtest_entry *entry; /* of an export; free() */
    size_t n_entries, entry_room;
    bool no_room;                 /* for the entries */
    bool full;                    /* more cells than there is room for */
};
/* Told to a person who waits, once it lasts. */
struct backtest_progress {
    FILE *out;                    /* NULL: to nobody */
    int64_t begun_ms, after_ms;
};
void backtest_tell(const struct backtest_progress *p, int64_t at_ms, uint64_t done, uint64_t of);
/* What came of the findings of that rule on a shift, that somebody closed: one upheld, or corrected, shows that something was
 * there. NONE: nobody closed any. */
enum fb_verdict backtest_verdict(const struct fb_decision *held, uint32_t rule);
/* The rules that differ between was and is. */
void backtest_rules(struct backtest *b);
/* Keeps what a rule says of a shift. No: out of memory. */
bool backtest_keep(struct backtest *b, struct backtest_entry e);
/* Counts anew, from what was kept, so that what is left out of a rule or a cell enters no figure that is shown: neither
 * table can be taken from the other. */
void backtest_export(struct backtest *b);
/* Goes over the store. FB_OK also when it held nothing. */
enum fb_err backtest_count(struct backtest *b, struct fb_store *store);
#endif
