#ifndef FB_TOOLS_FAIRBANK_DRAFTS_H
#define FB_TOOLS_FAIRBANK_DRAFTS_H
/* A book as it would be with drafts in it: on the newest issue of a store, or on folders. */
#include "engine/pack/pack.h"
#include "tools/fairbank/source.h"
/* The packs named by --pack, else those of the store's newest issue; with o->words as drafts (a pack's folder, which takes the
 * place of the pack of its name or stands last; a file of assurance rules, which is added to the last pack). NULL: said on standard
 * error. */
struct fb_book *drafts_load(struct folder *f, const struct options *o);
/* The same without drafts. */
struct fb_book *drafts_base(struct folder *f, const struct options *o);
#endif
