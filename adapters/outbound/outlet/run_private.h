#ifndef FB_OUTLET_RUN_PRIVATE_H
#define FB_OUTLET_RUN_PRIVATE_H
/* What the files of the program around an outlet share; no other includes this. */
#include "adapters/outbound/outlet/run.h"
#include <stdio.h>
enum { FB_OUTLET_EXIT_DONE = 0, FB_OUTLET_EXIT_FAILED = 1, FB_OUTLET_EXIT_USAGE = 2, FB_OUTLET_EXIT_DEAD = 3 };
struct fb_outlet_session;
struct fb_outlet_command {
    const char *name, *summary;
    int (*run)(struct fb_outlet_session *s);
    bool takes_id;
};
struct fb_outlet_session {
    const struct fb_outlet_program *program;
    struct {
        const struct fb_outlet_command *command;
        const char *config, *receiver;
        int64_t id;
        bool once, json, quiet;
    } options;
    struct fb_outlet_config config;
    struct fb_receivers mine;
    void *ctx, *memory;
    char *file;
    struct fb_arena arena;
    char fault[FB_YAML_FAULT_BYTES];
    bool engine_there, engine_told;
    unsigned unanswered; /* questions in a row */
    const char *refusal; /* what of it was told */
};
/* false: wrong, and said so. */
bool fb_outlet__options(struct fb_outlet_session *s, int argc, char **argv, bool *helped);
/* A line on standard error: with --quiet only of what is wrong. */
void fb_outlet__say(const struct fb_outlet_session *s, bool wrong, const char *what, const char *detail);
int fb_outlet__run(struct fb_outlet_session *s);
/* What waits for receivers that the configuration does not name, as it may have: nobody sends it. */
void fb_outlet__tell_strangers(const struct fb_outlet_session *s, struct fb_ledger *l);
/* What a run did, at its end; the exit status. */
int fb_outlet__summary(const struct fb_outlet_session *s, struct fb_ledger *l, struct fb_outlet_figures f);
extern const struct fb_outlet_command fb_outlet__commands[];
extern const unsigned fb_outlet__n_commands;
#endif
