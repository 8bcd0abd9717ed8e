/* The options of the commands for batches: files and pages, as their publisher named them. */
#include "engine/base/limits.h"
#include "tools/fairbank/options_ids.h"
#include <string.h>

#define FOR_BOTH (FOR_TAKE_BACK | FOR_BATCHES)
static const struct known rows[] = {
    {"data", "DIR", O_DATA, FOR_BOTH, "the engine's data folder (default fairbank-data)"},
    {"engine", "ENDPOINT", O_ENGINE, FOR_BOTH, "the engine's door (default ipc://DATA/door.sock)"},
    {"server-key", "KEY|FILE", O_SERVER_KEY, FOR_BOTH, "the engine's public key, for one over the network (default: FAIRBANK_SERVER_KEY)"},
    {"key", "FILE", O_KEY, FOR_BOTH, "your own keys for it (default: FAIRBANK_KEY)"},
    {"json", NULL, O_JSON, FOR_BOTH, "JSON for machines instead of words for people"},
    {"batch", "ID", O_BATCH, FOR_BOTH, "the batch: its name, or number:N, the engine's number, as fairbank batches shows them"},
    {"source", "NAME", O_SOURCE, FOR_BOTH, "whose it is, where several sources have one of that name"},
    {"trust", "ODS", O_TRUST, FOR_BATCHES, "only batches of this trust's sources, such as RTH"},
    {"limit", "N", O_LIMIT, FOR_BATCHES, "at most N rows (default 30)"},
    {"reason", "TEXT", O_REASON, FOR_TAKE_BACK, "why, in words that hold no worker's or patient's name"},
    {"dry-run", NULL, O_DRY_RUN, FOR_TAKE_BACK, "says what would happen, and changes nothing"},
    {"as", "ROLE", O_AS, FOR_BOTH, "in which role you ask: trust:CODE, controls or admin"},
    {"asker", "NAME", O_ASKER, FOR_BOTH, "who asks (default: your login name); it is kept"},
};

static bool set(struct options *o, const char *command, int id, const char *v)
{
    (void)id;
    o->batch = v;
    return (*v != '\0' && strlen(v) <= FB_TEXT_BYTES_MAX) || option_wrong(command, "batch", v, "a batch's name has 1 to 200 bytes");
}

const struct known_rows options_batches = {rows, (int)(sizeof(rows) / sizeof(rows[0])), O_BATCH, O_BATCH, set};
