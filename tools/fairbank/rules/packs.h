#ifndef FB_TOOLS_FAIRBANK_PACKS_H
#define FB_TOOLS_FAIRBANK_PACKS_H
#include <stdbool.h>
/* The packs that hold when nobody names others: rules/england, then rules/thames-valley. */
enum { USUAL_PACKS = 2, USUAL_PATH = 1024 };
struct usual_packs {
    char dir[USUAL_PACKS][USUAL_PATH];
};
/* Looks for the folder of rules in the working directory, then where the program was built (two folders above
 * its own), then where it is installed. false: in none of
 * them, and every path that was tried was said on standard error. */
bool usual_packs_find(struct usual_packs *out);
#endif
