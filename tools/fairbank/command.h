#ifndef FB_TOOLS_FAIRBANK_COMMAND_H
#define FB_TOOLS_FAIRBANK_COMMAND_H
/* fairbank, the tool of the people: one file a command, one table of commands (main.c). */
#include "engine/core/words.h"
#include "engine/base/when.h"
#include <stdbool.h>
#include <stdio.h>

/* Exit statuses, the same for every command. */
enum { EXIT_DONE = 0, EXIT_FAILED = 1, EXIT_USAGE = 2, EXIT_DIFFERENT = 3 };

/* What every command understands; the rest is its own. */
struct options {
    const char *data;      /* the engine's data folder */
    const char *engine;    /* endpoint of its door */
    const char *feed;      /* endpoint of its feed */
    bool json, offline, follow, shadow;
    fb_code trust;
    const char *rule, *by, *whole_shift, *break_from;
    enum fb_severity severity;
    enum fb_stage stage;
    int64_t from;          /* events: after this sequence number */
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
