/* The options of fairbank reconcile and fairbank parity: what a trust's own books say. */
#include "engine/base/limits.h"
#include "tools/fairbank/options_ids.h"
#include <string.h>

enum { PATH_MAX_BYTES = 900, PERCENT_E2_MAX = 10000 };
#define FOR_BOTH (FOR_RECONCILE | FOR_PARITY)
static const struct known rows[] = {
    {"ledger", "FILE.csv", O_LEDGER, FOR_RECONCILE, "the trust's ledger, of the month or of more"},
    {"return", "FILE.csv", O_RETURN, FOR_RECONCILE, "the trust's own return: shifts and pounds by staff group and route"},
    {"return", "FILE.csv", O_RETURN, FOR_PARITY, "the trust's own return: shifts, hours and pounds by staff group and route, in months, weeks or days"},
    {"map", "FILE.yaml", O_MAP, FOR_RECONCILE, "which of its columns is what, and which subjective codes are temporary staffing (default: our names)"},
    {"map", "FILE.yaml", O_MAP, FOR_PARITY, "which of its columns is what (default: our names)"},
    {"trust", "ODS", O_TRUST, FOR_RECONCILE, "whose it is, such as RTH (default: as the map says; else all that are held)"},
    {"trust", "ODS", O_TRUST, FOR_PARITY, "only this trust's shifts, such as RTH (default: all of the source)"},
    {"tolerance", "POUNDS", O_TOLERANCE, FOR_RECONCILE, "unexplained pounds that are let pass, without signs (default 0)"},
    {"tolerance", "PERCENT", O_TOLERANCE_PERCENT, FOR_PARITY, "by how much a figure may differ from theirs, such as 0.5 (default 0)"},
    {"limit", "N", O_LIMIT, FOR_BOTH, "at most N rows or shifts under each heading (default 20; --json tells all)"},
    {"as-known", "DATE", O_AS_KNOWN, FOR_BOTH, "what was held at the end of that day, whatever came later"},
    {"as", "ROLE", O_AS, FOR_BOTH, "in which role you ask: trust:RTH, controls, finance or admin"},
    {"asker", "IDENTITY", O_ASKER, FOR_BOTH, "who you are (default: your login name)"},
    {"data", "DIR", O_DATA, FOR_BOTH, "the engine's data folder (default fairbank-data)"},
    {"engine", "ENDPOINT", O_ENGINE, FOR_BOTH, "the engine's door (default ipc://DATA/door.sock)"},
    {"server-key", "KEY|FILE", O_SERVER_KEY, FOR_BOTH, "the engine's public key, for one over the network (default: FAIRBANK_SERVER_KEY)"},
    {"key", "FILE", O_KEY, FOR_BOTH, "your own keys for it (default: FAIRBANK_KEY)"},
    {"offline", NULL, O_OFFLINE, FOR_BOTH, "read the data folder of an engine that is stopped"},
    {"json", NULL, O_JSON, FOR_BOTH, "JSON for machines instead of tables for people"},
};

static bool path(const char **out, const char *command, const char *option, const char *v)
{
    *out = v;
    return (*v != '\0' && strlen(v) <= PATH_MAX_BYTES) || option_wrong(command, option, v, "a path has 1 to 900 bytes");
}

static bool decimal(int64_t *out, const char *v, int64_t most)
{
    return fb_parse_decimal(out, fb_span_of(v), 2) == FB_OK && *out >= 0 && *out <= most;
}

static bool set(struct options *o, const char *command, int id, const char *v)
{
    switch (id) {
    case O_LEDGER: return path(&o->ledger, command, "ledger", v);
    case O_RETURN: return path(&o->sent, command, "return", v);
    case O_TOLERANCE:
        return decimal(&o->tolerance, v, FB_AMOUNT_PENCE_MAX) || option_wrong(command, "tolerance", v, "is not a sum in pounds such as 25 or 25.50");
    case O_TOLERANCE_PERCENT:
        return decimal(&o->tolerance, v, PERCENT_E2_MAX) || option_wrong(command, "tolerance", v, "is not a percentage from 0 to 100 such as 0.5");
    }
    return false;
}

const struct known_rows options_own_books = {rows, (int)(sizeof(rows) / sizeof(rows[0])), O_LEDGER, O_TOLERANCE_PERCENT, set};
