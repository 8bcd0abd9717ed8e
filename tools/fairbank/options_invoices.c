/* The options of fairbank invoices. */
#include "engine/base/limits.h"
#include "tools/fairbank/options_ids.h"
#include <string.h>

static const struct known rows[] = {
    {"data", "DIR", O_DATA, FOR_INVOICES, "the engine's data folder (default fairbank-data)"},
    {"engine", "ENDPOINT", O_ENGINE, FOR_INVOICES, "the engine's door (default ipc://DATA/door.sock)"},
    {"server-key", "KEY|FILE", O_SERVER_KEY, FOR_INVOICES, "the engine's public key, for one over the network (default: FAIRBANK_SERVER_KEY)"},
    {"key", "FILE", O_KEY, FOR_INVOICES, "your own keys for it (default: FAIRBANK_KEY)"},
    {"offline", NULL, O_OFFLINE, FOR_INVOICES, "reads the data folder instead of asking the engine"},
    {"month", "MONTH", O_MONTH, FOR_INVOICES, "only those whose shifts start in this month, such as 2026-10"},
    {"supplier", "CODE", O_SUPPLIER, FOR_INVOICES, "only those of this agency or bank provider, in full"},
    {"state", "WORD", O_INVOICE_STATE, FOR_INVOICES, "matched, part_matched, disputed, unmatched, paid, duplicate or withdrawn"},
    {"trust", "ODS", O_TRUST, FOR_INVOICES, "only this trust's, such as RTH"},
    {"limit", "N", O_LIMIT, FOR_INVOICES, "at most N rows"},
    {"json", NULL, O_JSON, FOR_INVOICES, "JSON for machines instead of a table for people"},
    {"as", "ROLE", O_AS, FOR_INVOICES, "in which role you ask: trust:CODE sees its own"},
    {"asker", "NAME", O_ASKER, FOR_INVOICES, "who asks (default: your login name)"},
};

static bool set(struct options *o, const char *command, int id, const char *v)
{
    if (id == O_SUPPLIER) {
        o->supplier = v;
        return (*v != '\0' && strlen(v) <= FB_ID_BYTES_MAX) || option_wrong(command, "supplier", v, "a supplier's name has 1 to 64 bytes");
    }
    o->invoice_end = fb_invoice_end_find(fb_span_of(v));
    return o->invoice_end != FB_INVOICE_END_NONE ||
           option_wrong(command, "state", v, "is not matched, part_matched, disputed, unmatched, paid, duplicate or withdrawn");
}

const struct known_rows options_invoices = {rows, (int)(sizeof(rows) / sizeof(rows[0])), O_SUPPLIER, O_INVOICE_STATE, set};
