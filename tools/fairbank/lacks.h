#ifndef FB_TOOLS_FAIRBANK_LACKS_H
#define FB_TOOLS_FAIRBANK_LACKS_H
/* Feeds that are missing altogether, a line for each: said once for all shifts, because it is the same at every one. */
#include "engine/core/explain.h"
#include "tools/fairbank/command.h"
#include <jansson.h>
/* The folder is read, beside a running engine too; nothing is said of an engine that was named, for the folder may be another's. */
struct lacks {
    uint64_t shifts[FB_LACK_END];
};
void lacks_read(struct lacks *out, const struct options *o);
/* A heading and a paragraph each; nothing where nothing is missing. */
void lacks_print(const struct lacks *l);
/* [{"lack": "worker_facts", "shifts": 812, "why": "…"}] */
json_t *lacks_json(const struct lacks *l);
#endif
