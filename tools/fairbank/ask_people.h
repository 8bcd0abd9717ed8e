#ifndef FB_TOOLS_FAIRBANK_ASK_PEOPLE_H
#define FB_TOOLS_FAIRBANK_ASK_PEOPLE_H
/* Who asks, as --as and --asker say; without --asker, the login name. */
#include "tools/fairbank/source.h"
void fill_asker(struct fb_asker *out, const struct options *o);
#endif
