/* The options of fairbank export. */
#include "tools/fairbank/options_ids.h"

static const struct known rows[] = {
    {"data", "DIR", O_DATA, FOR_MAKE_EXPORT | FOR_EXPORT_FOLLOW, "the engine's data folder, where the rules are read (default fairbank-data)"},
    {"engine", "ENDPOINT", O_ENGINE, FOR_MAKE_EXPORT | FOR_EXPORT_FOLLOW, "the engine's door (default ipc://DATA/door.sock)"},
    {"server-key", "KEY|FILE", O_SERVER_KEY, FOR_MAKE_EXPORT | FOR_EXPORT_FOLLOW, "the engine's public key, for one over the network (default: FAIRBANK_SERVER_KEY)"},
    {"key", "FILE", O_KEY, FOR_MAKE_EXPORT | FOR_EXPORT_FOLLOW, "your own keys for it (default: FAIRBANK_KEY)"},
    {"offline", NULL, O_OFFLINE, FOR_MAKE_EXPORT, "reads the folder of an engine that is stopped"},
    {"as", "ROLE", O_AS, FOR_MAKE_EXPORT | FOR_EXPORT_FOLLOW, "in which role you ask: trust:RTH sees its own shifts; controls or finance all"},
    {"asker", "IDENTITY", O_ASKER, FOR_MAKE_EXPORT | FOR_EXPORT_FOLLOW, "who you are (default: your login name)"},
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
    {"feed", "ENDPOINT", O_FEED, FOR_EXPORT_FOLLOW, "the engine's feed (default ipc://DATA/feed.sock)"},
    {"to", "DIR", O_TO, FOR_EXPORT_FOLLOW, "the folder of the files; made when it is not there"},
    {"cursor", "NAME", O_CURSOR, FOR_EXPORT_FOLLOW, "the name under which the engine keeps the place (default export)"},
    {"trust", "ODS", O_TRUST, FOR_EXPORT_FOLLOW, "only this trust's alerts, and tables of it"},
    {"tables", "LIST", O_TABLES, FOR_EXPORT_FOLLOW, "with each new day also these, such as spend,return,foi-shifts, as CSV and workbook"},
    {"month", "MONTH", O_MONTH, FOR_EXPORT_FOLLOW, "tables of this month (default: the one of the day before)"},
    {"once", NULL, O_ONCE, FOR_EXPORT_FOLLOW, "what is there now, and ends"},
    {"page", "N", O_PAGE, FOR_EXPORT_FOLLOW, "so many events are looked at before rows are flushed and the place is kept: 1 to 500 (the default)"},
    {"quiet", NULL, O_QUIET, FOR_EXPORT_FOLLOW, "only what is wrong"},
    {"json", NULL, O_JSON, FOR_EXPORT_FOLLOW, "JSON for machines about what was done, at the end"},
};

static bool set_page(struct options *o, const char *command, const char *v)
{
    int64_t n = 0;
    bool ok = fb_parse_int(&n, fb_span_of(v)) == FB_OK && n >= 1 && n <= 500;
    o->limit = ok ? (unsigned)n : 0;
    return ok || option_wrong(command, "page", v, "is not a number from 1 to 500");
}

static bool set(struct options *o, const char *command, int id, const char *v)
{
    switch (id) {
    case O_WHOLE: return (o->whole = true);
    case O_ONCE: return (o->once = true);
    case O_QUIET: return (o->quiet = true);
    case O_TABLES: o->tables = v; return true;
    case O_PAGE: return set_page(o, command, v);
    }
    return false;
}

const struct known_rows options_export = {rows, (int)(sizeof(rows) / sizeof(rows[0])), O_WHOLE, O_PAGE, set};
