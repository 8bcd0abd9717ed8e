/* The options of the commands that close a month: accruals, statements between trusts, self-bills. */
#include "tools/fairbank/options_ids.h"

#define FOR_MONTHS (FOR_ACCRUALS | FOR_RECHARGE | FOR_SELF_BILL)
static const struct known rows[] = {
    {"data", "DIR", O_DATA, FOR_MONTHS, "the engine's data folder (default fairbank-data)"},
    {"engine", "ENDPOINT", O_ENGINE, FOR_MONTHS, "the engine's door (default ipc://DATA/door.sock)"},
    {"server-key", "KEY|FILE", O_SERVER_KEY, FOR_MONTHS, "the engine's public key, for one over the network (default: FAIRBANK_SERVER_KEY)"},
    {"key", "FILE", O_KEY, FOR_MONTHS, "your own keys for it (default: FAIRBANK_KEY)"},
    {"offline", NULL, O_OFFLINE, FOR_MONTHS, "read the data folder of an engine that is stopped"},
    {"json", NULL, O_JSON, FOR_MONTHS, "JSON for machines instead of a table for people; it has every shift"},
    {"trust", "ODS", O_TRUST, FOR_ACCRUALS | FOR_SELF_BILL, "only what this trust pays, such as RTH"},
    {"trust", "ODS", O_TRUST, FOR_RECHARGE, "only this trust's statements, such as RTH"},
    {"as-known", "DATE", O_AS_KNOWN, FOR_ACCRUALS,
     "as it was known at the end of that day (default: the first working day of the next month; with --reverse: now)"},
    {"as-known", "DATE", O_AS_KNOWN, FOR_RECHARGE | FOR_SELF_BILL, "as it was known at the end of that day (default: now)"},
    {"reverse", NULL, O_REVERSE, FOR_ACCRUALS, "what became of the accruals since, shift by shift"},
    {"lines", NULL, O_LINES, FOR_MONTHS, "every shift below the table, as SOURCE/REFERENCE for fairbank explain"},
    {"csv", "FILE", O_CSV, FOR_ACCRUALS | FOR_RECHARGE, "the shifts as CSV into this file; - is standard output, and nothing else is printed"},
    {"shadow", NULL, O_SHADOW, FOR_ACCRUALS | FOR_RECHARGE, "shadow sources instead of live ones"},
    {"supplier", "CODE", O_AGENCY_CODE, FOR_SELF_BILL, "the agency, by the code that bookings name"},
    {"out", "FILE", O_OUT, FOR_SELF_BILL, "the run's file (default: none is written)"},
    {"as", "ROLE", O_AS, FOR_MONTHS, "in which role you ask: trust:CODE, controls or finance"},
    {"asker", "NAME", O_ASKER, FOR_MONTHS, "who asks (default: your login name)"},
};

static bool set(struct options *o, const char *command, int id, const char *v)
{
    switch (id) {
    case O_REVERSE: return (o->reverse = true);
    case O_LINES: return (o->lines = true);
    case O_CSV:
        o->csv = v;
        return *v != '\0' || option_wrong(command, "csv", v, "a file's name has at least one byte");
    }
    return true;
}

const struct known_rows options_months = {rows, (int)(sizeof(rows) / sizeof(rows[0])), O_REVERSE, O_CSV, set};
