/* The options of the commands that care for the store. */
#include "tools/fairbank/options_ids.h"
#include <string.h>

enum { PATH_MAX_BYTES = 900 }; /* names are put behind it */
#define FOR_CARE (FOR_BACKUP | FOR_RESTORE | FOR_COMPACT | FOR_ARCHIVE | FOR_ARCHIVE_VERIFY | FOR_DOCTOR)
static const struct known rows[] = {
    {"data", "DIR", O_DATA, FOR_CARE & ~FOR_RESTORE, "the engine's data folder (default fairbank-data)"},
    {"data", "DIR", O_DATA, FOR_RESTORE, "the folder to restore to: empty, or not there yet"},
    {"json", NULL, O_JSON, FOR_CARE, "JSON for machines instead of words for people"},
    {"to", "FOLDER", O_TO, FOR_BACKUP, "the backup's own folder, which is not there yet"},
    {"to", "FILE", O_TO, FOR_ARCHIVE, "the archive, which is not there yet"},
    {"from", "FOLDER", O_FROM_FOLDER, FOR_RESTORE, "a folder that fairbank backup made"},
    {"with-keys", "FOLDER", O_WITH_KEYS, FOR_BACKUP, "copies the keys too, to another folder: keep the two apart"},
    {"upto", "N", O_UPTO, FOR_ARCHIVE, "journal entries up to number N"},
    {"before", "DATE", O_BEFORE, FOR_ARCHIVE, "journal entries made before that day (Europe/London)"},
    {"after", "N", O_AFTER, FOR_ARCHIVE, "beginning after journal entry N (default: from the first)"},
    {"engine", "ENDPOINT", O_ENGINE, FOR_DOCTOR, "the engine's door (default ipc://DATA/door.sock)"},
    {"free", "MIB", O_FREE, FOR_DOCTOR, "the free space that must be left, in MiB (default: free_mib as the running engine has it, else 1024)"},
};
static bool path(const char **out, const char *command, const char *option, const char *v)
{
    *out = v;
    return (*v != '\0' && strlen(v) <= PATH_MAX_BYTES) || option_wrong(command, option, v, "a path has 1 to 900 bytes");
}

static bool number(int64_t *out, const char *command, const char *option, const char *v, int64_t least)
{
    return (fb_parse_int(out, fb_span_of(v)) == FB_OK && *out >= least) || option_wrong(command, option, v, "is not a number that can be");
}

static bool set(struct options *o, const char *command, int id, const char *v)
{
    switch (id) {
    case O_TO: return path(&o->to, command, "to", v);
    case O_FROM_FOLDER: return path(&o->from_folder, command, "from", v);
    case O_WITH_KEYS: return path(&o->with_keys, command, "with-keys", v);
    case O_UPTO: return number(&o->upto, command, "upto", v, 1);
    case O_AFTER: return number(&o->after, command, "after", v, 1);
    case O_FREE: return number(&o->free_mib, command, "free", v, 0);
    case O_BEFORE:
        return (fb_day_parse(&o->before, fb_span_of(v)) == FB_OK && o->before > 0) ||
               option_wrong(command, "before", v, "is not a date such as 2026-11-30");
    }
    return false;
}

const struct known_rows options_care = {rows, (int)(sizeof(rows) / sizeof(rows[0])), O_TO, O_FREE, set};
