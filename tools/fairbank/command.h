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
    FOR_RULES = 128, FOR_VERIFY = 256
};
/* What the command line said. A command sees only what it takes: the rest was refused before. */
struct options {
    const char *data;      /* the engine's data folder */
    const char *engine;    /* endpoint of its door */
    const char *feed;      /* endpoint of its feed */
    bool json, offline, follow, shadow;
    fb_code trust;
    const char *rule, *by, *whole_shift, *break_from;
    enum fb_severity severity;
    enum fb_stage stage;
    int64_t from;          /* events: after this sequence number; -1: not said */
    int64_t as_of;         /* explain: journal number */
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
    const char *name, *operands, *summary, *help;
    int (*run)(const struct options *o);
};
int command_status(const struct options *o);
int command_spend(const struct options *o);
int command_fill(const struct options *o);
int command_findings(const struct options *o);
int command_explain(const struct options *o);
int command_events(const struct options *o);
int command_price(const struct options *o);
int command_rules(const struct options *o);
int command_verify(const struct options *o);
#endif
