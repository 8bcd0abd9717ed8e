/* The options of fairbank receipt. */
#include "engine/base/limits.h"
#include "tools/fairbank/options_ids.h"
#include <string.h>

enum { PATH_MAX_BYTES = 900, KEY_DIGITS = 64 };
static const struct known rows[] = {
    {"data", "DIR", O_DATA, FOR_RECEIPT, "the engine's data folder (default fairbank-data)"},
    {"engine", "ENDPOINT", O_ENGINE, FOR_RECEIPT, "the engine's door (default ipc://DATA/door.sock)"},
    {"server-key", "KEY|FILE", O_SERVER_KEY, FOR_RECEIPT, "the engine's public key, for one over the network (default: FAIRBANK_SERVER_KEY)"},
    {"key", "FILE", O_KEY, FOR_RECEIPT, "your own keys for it (default: FAIRBANK_KEY)"},
    {"as", "ROLE", O_AS, FOR_RECEIPT, "in which role you ask: trust:RTH, controls, finance or admin"},
    {"asker", "IDENTITY", O_ASKER, FOR_RECEIPT, "who you are (default: your login name)"},
    {"source", "NAME", O_SOURCE, FOR_RECEIPT, "of this source, in full (default: of every source, a row each)"},
    {"day", "DATE", O_RECEIPT_DAY, FOR_RECEIPT, "of that day, Europe/London (default: today, so far)"},
    {"out", "FILE", O_OUT_FILE, FOR_RECEIPT, "where the statement goes as it is signed, to be kept, and never over another; - is standard output, and nothing else then"},
    {"check", "FILE", O_CHECK_FILE, FOR_RECEIPT, "whether a statement that was kept holds, without an engine; - is standard input"},
    {"signer", "KEY", O_SIGNER, FOR_RECEIPT, "with --check: and was signed with that key, as fairbank checkpoint key prints it"},
    {"json", NULL, O_JSON, FOR_RECEIPT, "JSON for machines instead of words for people"},
};

static bool hex(const char *v)
{
    return strlen(v) == KEY_DIGITS && strspn(v, "0123456789abcdef") == KEY_DIGITS;
}

static bool set(struct options *o, const char *command, int id, const char *v)
{
    switch (id) {
    case O_RECEIPT_DAY:
        return (fb_day_parse(&o->at_day, fb_span_of(v)) == FB_OK && o->at_day > 0) || option_wrong(command, "day", v, "is not a date such as 2026-11-30");
    case O_CHECK_FILE:
        o->against = v;
        return (*v != '\0' && strlen(v) <= PATH_MAX_BYTES) || option_wrong(command, "check", v, "a path has 1 to 900 bytes");
    case O_SIGNER:
        o->signer = v;
        return hex(v) || option_wrong(command, "signer", v, "is not a key of 64 small hexadecimal digits");
    }
    return false;
}

const struct known_rows options_receipt = {rows, (int)(sizeof(rows) / sizeof(rows[0])), O_RECEIPT_DAY, O_SIGNER, set};
