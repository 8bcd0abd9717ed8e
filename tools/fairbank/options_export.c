/* The options of fairbank export. */
#include "tools/fairbank/options_ids.h"

static const struct known rows[] = {
    {"data", "DIR", O_DATA, FOR_MAKE_EXPORT, "the engine's data folder, where the rules are read (default fairbank-data)"},
    {"engine", "ENDPOINT", O_ENGINE, FOR_MAKE_EXPORT, "the engine's door (default ipc://DATA/door.sock)"},
    {"server-key", "KEY|FILE", O_SERVER_KEY, FOR_MAKE_EXPORT, "the engine's public key, for one over the network (default: FAIRBANK_SERVER_KEY)"},
    {"key", "FILE", O_KEY, FOR_MAKE_EXPORT, "your own keys for it (default: FAIRBANK_KEY)"},
    {"offline", NULL, O_OFFLINE, FOR_MAKE_EXPORT, "reads the folder of an engine that is stopped"},
    {"as", "ROLE", O_AS, FOR_MAKE_EXPORT, "in which role you ask: trust:RTH sees its own shifts; controls or finance all"},
    {"asker", "IDENTITY", O_ASKER, FOR_MAKE_EXPORT, "who you are (default: your login name)"},
    {"month", "MONTH", O_MONTH, FOR_MAKE_EXPORT, "shifts that start in this month, such as 2026-03"},
    {"weeks", "A..B", O_WEEKS, FOR_MAKE_EXPORT, "shifts that start from A and before B; of a return by the week just one, from its Monday"},
    {"trust", "ODS", O_TRUST, FOR_MAKE_EXPORT, "of this hirer, such as RTH (default: all together)"},
    {"as-known", "DATE", O_AS_KNOWN, FOR_MAKE_EXPORT, "as known at the end of that day"},
    {"shadow", NULL, O_SHADOW, FOR_MAKE_EXPORT, "shadow sources instead of live ones"},
    {"severity", "S", O_SEVERITY, FOR_MAKE_EXPORT, "alerts: note, cannot_say, warn or breach, and all above"},
    {"rule", "NAME", O_RULE, FOR_MAKE_EXPORT, "alerts: only findings of this rule"},
    {"whole", NULL, O_WHOLE, FOR_MAKE_EXPORT, "leaves nothing out: for those who may see the records themselves, not to be published"},
    {"out", "FILE", O_OUT_FILE, FOR_MAKE_EXPORT, "FILE.csv, FILE.xlsx for a workbook, or FILE.json (default: CSV to standard output)"},
    {"json", NULL, O_JSON, FOR_MAKE_EXPORT, "JSON for machines instead of CSV: whole numbers with their unit, each with the name that explain takes"},
};

static bool set(struct options *o, const char *command, int id, const char *v)
{
    (void)command;
    (void)id;
    (void)v;
    return (o->whole = true);
}

const struct known_rows options_export = {rows, (int)(sizeof(rows) / sizeof(rows[0])), O_WHOLE, O_WHOLE, set};
