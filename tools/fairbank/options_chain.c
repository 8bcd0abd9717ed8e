/* The options of the commands that prove things about the journal. */
#include "tools/fairbank/options_ids.h"
#include <string.h>

enum { PATH_MAX_BYTES = 900, NAME_MAX_BYTES = 40 };
#define FOR_ASKED (FOR_PROVE | FOR_MAKE_CHECKPOINT | FOR_COUNTERSIGN)
static const struct known rows[] = {
    {"data", "DIR", O_DATA, FOR_ASKED | FOR_CHECKPOINT, "the engine's data folder (default fairbank-data)"},
    {"engine", "ENDPOINT", O_ENGINE, FOR_ASKED, "the engine's door (default ipc://DATA/door.sock)"},
    {"server-key", "KEY|FILE", O_SERVER_KEY, FOR_ASKED, "the engine's public key, for one over the network (default: FAIRBANK_SERVER_KEY)"},
    {"key", "FILE", O_KEY, FOR_ASKED, "your own keys for it (default: FAIRBANK_KEY)"},
    {"as", "ROLE", O_AS, FOR_ASKED, "in which role you ask: trust:RTH, controls, finance or admin"},
    {"asker", "IDENTITY", O_ASKER, FOR_ASKED, "who you are (default: your login name)"},
    {"json", NULL, O_JSON, FOR_CHECKPOINT | FOR_MAKE_CHECKPOINT | FOR_COUNTERSIGN | FOR_SIGN, "JSON for machines instead of words for people"},
    {"json", NULL, O_JSON, FOR_PROVE, "JSON for machines of what was written with --out; a proof is JSON in any case"},
    {"chain", NULL, O_CHAIN, FOR_VERIFY, "only the chain: nothing is decided again, so a million entries take seconds"},
    {"against", "FILE", O_AGAINST, FOR_VERIFY, "with --chain: also under a checkpoint that you kept elsewhere"},
    {"journal", "N", O_JOURNAL, FOR_PROVE, "this journal entry, instead of the version of a record that holds now"},
    {"at", "N", O_AT_CHECKPOINT, FOR_PROVE, "under checkpoint N (default: the last one, or a new one when the entry came after it)"},
    {"from", "FILE", O_FROM_NOTE, FOR_PROVE, "that the journal begins with what this earlier checkpoint covered"},
    {"body", NULL, O_BODY, FOR_PROVE, "with the entry as it is stored, and what was decided with it: for its own trust and the controls team"},
    {"out", "FILE", O_OUT_FILE, FOR_PROVE, "where the proof goes; a file that is there is never written over (default: standard output)"},
    {"name", "NAME", O_NAME, FOR_SIGN, "who signs, such as the trust's code"},
    {"key", "FILE", O_SIGN_KEY, FOR_SIGN, "the key that signs: 32 bytes; made when it is not there"},
};
static bool path(const char **out, const char *command, const char *option, const char *v)
{
    *out = v;
    return (*v != '\0' && strlen(v) <= PATH_MAX_BYTES) || option_wrong(command, option, v, "a path has 1 to 900 bytes");
}

static bool number(int64_t *out, const char *command, const char *option, const char *v)
{
    return (fb_parse_int(out, fb_span_of(v)) == FB_OK && *out >= 1) || option_wrong(command, option, v, "is not a number from 1 on");
}

static bool flag(bool *out) { return *out = true; }

static bool set(struct options *o, const char *command, int id, const char *v)
{
    switch (id) {
    case O_CHAIN: return flag(&o->chain);
    case O_BODY: return flag(&o->body);
    case O_AGAINST: return path(&o->against, command, "against", v);
    case O_FROM_NOTE: return path(&o->against, command, "from", v);
    case O_OUT_FILE: return path(&o->out, command, "out", v);
    case O_SIGN_KEY: return path(&o->sign_key, command, "key", v);
    case O_JOURNAL: return number(&o->journal, command, "journal", v);
    case O_AT_CHECKPOINT: return number(&o->at_checkpoint, command, "at", v);
    case O_NAME:
        o->name = v;
        return (*v != '\0' && strlen(v) <= NAME_MAX_BYTES && strpbrk(v, " \t") == NULL) ||
               option_wrong(command, "name", v, "a name has 1 to 40 characters and no space");
    }
    return false;
}

const struct known_rows options_chain = {rows, (int)(sizeof(rows) / sizeof(rows[0])), O_CHAIN, O_SIGN_KEY, set};
