#ifndef FB_OUTLET_RUN_H
#define FB_OUTLET_RUN_H
/* The program around an outlet: its command line, the keys that every configuration has, signals, the loop, and what people ask of
 * the ledger. An outlet fills in one struct and calls fb_outlet_main.
 *
 *   NAME [run] --config FILE [--once] [--json] [--quiet]      follows the feed until SIGTERM or Ctrl-C; SIGHUP reads the routes again
 *   NAME check --config FILE                                  reads everything, sends nothing
 *   NAME status|dead|silenced --config FILE [--json]          what was delivered, waits, was given up, or kept back, from the ledger
 *   NAME retry [ID] --config FILE [--receiver NAME]           what was given up is tried again
 *
 * Exit status: 0 well; 1 failed; 2 wrong usage, or a file with a mistake; 3 (status, dead, --once) something was given up. */
#include "adapters/outbound/outlet/outlet.h"
#include <signal.h>
enum { FB_OUTLET_PATH = 400 };
/* Keys that every configuration has; texts in the arena of the YAML. */
struct fb_outlet_config {
    char feed[FB_OUTLET_PATH];    /* feed: endpoint */
    char cursor[FB_ID_BYTES_MAX + 1]; /* cursor: default the program's name */
    char routes[FB_OUTLET_PATH];  /* routes: file */
    char ledger[FB_OUTLET_PATH];  /* ledger: file */
    char server_key[FB_OUTLET_PATH], key[FB_OUTLET_PATH]; /* server_key:, key:; "" not said */
};
struct fb_outlet_program {
    const char *name, *help;        /* help: what it is and its own keys, ended by a line break */
    const char *const *keys;        /* the configuration's own keys, ended by NULL */
    /* Reads its own keys, and names the receivers; mistakes go through y. The memory is the program's until close. Texts of y live
     * as long as y's arena: until fb_outlet_main ends. */
    enum fb_err (*open)(void **ctx, struct fb_yaml *y, const yaml_node_t *root, struct fb_receivers *mine);
    /* Takes what is due, sends, settles; does not wait longer than wait_ms for answers, and comes back at once when *stop is set.
     * *busy: something is on its way still. FB_IO ends the program (fb_outlet_fault says why). */
    enum fb_err (*send)(void *ctx, struct fb_outlet *o, int wait_ms, const volatile sig_atomic_t *stop, bool *busy);
    void (*close)(void **ctx);
};
int fb_outlet_main(const struct fb_outlet_program *program, int argc, char **argv);
#endif
