#ifndef FB_TOOLS_FAIRBANK_APPROVE_STAND_H
#define FB_TOOLS_FAIRBANK_APPROVE_STAND_H
/* What the engine makes of an approval that was just sent: that it was taken does not say that it counts. */
#include "engine/core/record.h"
#include "tools/fairbank/source.h"
struct standing_now {
    bool told;                    /* the engine was asked, and told */
    bool counts;                  /* it is what was wanted: asked, granted (for now), refused or withdrawn */
    char end[FB_TEXT_BYTES_MAX + 1], why[FB_TEXT_BYTES_MAX * 2]; /* empty: not said */
};
/* Reads back the approval of that number, once the engine has judged it as it was sent. */
void approval_stands(const struct options *o, const struct fb_approval *sent, uint64_t number, struct standing_now *out);
/* false: the data folder's rules do not know one of those that it names, and that was said. True where nobody can tell. */
bool approval_rules_known(const struct options *o, const struct fb_approval *p);
#endif
