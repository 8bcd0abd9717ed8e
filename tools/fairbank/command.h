#ifndef FB_TOOLS_FAIRBANK_COMMAND_H
#define FB_TOOLS_FAIRBANK_COMMAND_H
/* fairbank, the tool of the people: one file a command, one table of commands (main.c). */
#include "engine/core/words.h"
#include "engine/base/when.h"
#include <stdbool.h>
#include <stdio.h>

/* Exit statuses, the same for every command. */
enum { EXIT_DONE = 0, EXIT_FAILED = 1, EXIT_USAGE = 2, EXIT_DIFFERENT = 3 };

/* One bit a command: an option says with these whom it is for. */
enum {
    FOR_STATUS = 1, FOR_SPEND = 2, FOR_FILL = 4, FOR_FINDINGS = 8, FOR_EXPLAIN = 16, FOR_EVENTS = 32, FOR_PRICE = 64,
    FOR_RULES = 128, FOR_VERIFY = 256, FOR_ISSUE = 512, FOR_SCHEDULE = 1024, FOR_CLOSE = 2048, FOR_PERIODS = 4096, FOR_HARMONY = 8192,
    FOR_IMPORT = 16384, FOR_SHOW = 32768, FOR_DIFF = 65536, FOR_WITHDRAW = 131072
};
/* What the command line said. A command sees only what it takes: the rest was refused before. */
struct options {
    const char *data;      /* the engine's data folder */
    const char *engine;    /* endpoint of its door */
    const char *feed;      /* endpoint of its feed */
    bool json, offline, follow, shadow, loaded;
    fb_code trust;
    const char *rule, *by, *whole_shift, *break_from;
    enum fb_severity severity;
    enum fb_stage stage;
    int64_t from;          /* events: after this sequence number; -1: not said */
    int64_t as_of;         /* explain: journal number */
    fb_day as_known;       /* spend, findings, explain: as known at the end of that day; 0: now */
    fb_day posted;         /* spend: what stands in the books of that month; INT32_MIN: all */
    int64_t at_ms;         /* rules schedule: the moment; INT64_MIN: not said */
    const char *role, *reason; /* period close */
    bool agency, contagion;     /* harmony */
    unsigned days;              /* harmony --contagion: within how many; 0: not said */
    int64_t rise_percent;       /* and what counts as a rise; 0: not said */
    const char *map, *out;      /* rules import-caps */
    fb_day at_day;              /* rules show: --at with a date; INT32_MIN: not said */
    const char *site, *band;    /* rules show; a band may be "all" */
    enum fb_staff_group staff_group; /* NONE: all */
    fb_day from_week, until_week;
    unsigned limit, worst;
    const char *cursor, *kind;
    const char *pack[8];
    unsigned n_packs;
    char **words;          /* what is left: the command's operands */
    int n_words;
};
struct command {
    unsigned bit;
    int least, most; /* operands */
    const char *name; /* one word, or two: `period close` */
    const char *operands, *summary, *help;
    int (*run)(const struct options *o);
};
int command_status(const struct options *o);
int command_spend(const struct options *o);
int command_fill(const struct options *o);
int command_findings(const struct options *o);
int command_explain(const struct options *o);
int command_events(const struct options *o);
int command_price(const struct options *o);
int command_rules_check(const struct options *o);
int command_rules_test(const struct options *o);
int command_rules_facts(const struct options *o);
int command_verify(const struct options *o);
int command_issue(const struct options *o);
int command_schedule(const struct options *o);
int command_withdraw(const struct options *o);
int command_period_close(const struct options *o);
int command_period_list(const struct options *o);
int command_harmony(const struct options *o);
int command_import_caps(const struct options *o);
int command_rules_show(const struct options *o);
int command_rules_diff(const struct options *o);
#endif
