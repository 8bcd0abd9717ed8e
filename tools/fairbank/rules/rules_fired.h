#ifndef FB_TOOLS_FAIRBANK_RULES_FIRED_H
#define FB_TOOLS_FAIRBANK_RULES_FIRED_H
/* Rules that no shift of the last year met: each may be right, or may never fire because it is written wrongly. */
#include "engine/pack/pack.h"
#include "tools/fairbank/source.h"
/* Judges the shifts of the data folder's last year by the book, and tells of each rule of a pack that raised nothing: as a warning on
 * standard output, or (json) into an array. Returns how many; *failed: the folder could not be read, which was said. */
struct json_t;
unsigned rules_fired(const struct fb_book *book, const struct options *o, struct json_t *json, bool *failed);
#endif
