#ifndef FB_TOOLS_FAIRBANK_RULES_FACTS_H
#define FB_TOOLS_FAIRBANK_RULES_FACTS_H
/* Facts as whoever writes a rule meets them: the word to write and the unit to write it in. Of the facts of counters and of
 * categories, which have numbers inside, there is one row for the family. */
#include "engine/core/facts.h"
struct written_fact {
    const char *word, *unit, *meaning, *needs, *unknown;
    enum fb_fact_type type;
};
/* No: a fact of a family whose row is told with its first. */
bool fact_as_written(enum fb_fact fact, struct written_fact *out);
#endif
