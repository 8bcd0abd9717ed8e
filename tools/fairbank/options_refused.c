/* The options of the commands for dead letters. */
#include "engine/base/limits.h"
#include "engine/core/reason.h"
#include "tools/fairbank/options_ids.h"
#include <string.h>

static const struct known rows[] = {
    {"data", "DIR", O_DATA, FOR_REFUSED | FOR_REPLAY, "the engine's data folder (default fairbank-data)"},
    {"engine", "ENDPOINT", O_ENGINE, FOR_REPLAY, "the engine's door (default ipc://DATA/door.sock). The data folder is read too: run it on the engine's machine"},
    {"server-key", "KEY|FILE", O_SERVER_KEY, FOR_REPLAY, "the engine's public key, for one over the network (default: FAIRBANK_SERVER_KEY)"},
    {"key", "FILE", O_KEY, FOR_REPLAY, "keys for it that may publish as the source (default: FAIRBANK_KEY)"},
    {"json", NULL, O_JSON, FOR_REFUSED | FOR_REPLAY, "JSON for machines instead of words for people"},
    {"source", "NAME", O_SOURCE, FOR_REFUSED | FOR_REPLAY, "only what this source sent"},
    {"reason", "WORD", O_REFUSED_REASON, FOR_REFUSED | FOR_REPLAY, "only what was refused for this reason, such as not_yours or conflict"},
    {"after", "N", O_AFTER, FOR_REFUSED, "only journal entries after number N"},
    {"limit", "N", O_LIMIT, FOR_REFUSED, "at most N rows (default 100)"},
    {"dry-run", NULL, O_DRY_RUN, FOR_REPLAY, "says what would be sent again, and sends nothing"},
};
static bool reason(enum fb_reason *out, const char *v)
{
    static const enum fb_reason all[] = {
#define X(id, n, text) FB_REASON_##id,
        FB_REASON_MAP(X)
#undef X
    };
    for (size_t i = 1; i < sizeof(all) / sizeof(all[0]); i++) /* the first is none */
        if (strcmp(fb_reason_word(all[i]), v) == 0) {
            *out = all[i];
            return true;
        }
    return false;
}

static bool set(struct options *o, const char *command, int id, const char *v)
{
    switch (id) {
    case O_SOURCE:
        o->source = v;
        return (*v != '\0' && strlen(v) <= FB_SOURCE_BYTES_MAX) || option_wrong(command, "source", v, "a source's name has 1 to 40 bytes");
    case O_REFUSED_REASON:
        return reason(&o->refused, v) || option_wrong(command, "reason", v, "is not a reason such as not_yours, field_missing or conflict");
    case O_DRY_RUN: return o->dry_run = true;
    }
    return false;
}

const struct known_rows options_refused = {rows, (int)(sizeof(rows) / sizeof(rows[0])), O_SOURCE, O_DRY_RUN, set};
