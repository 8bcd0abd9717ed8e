/* The doctor's checks of folder, files, disk and clock. */
#include "tools/fairbank/care/doctor.h"
#include "tools/fairbank/care/holder.h"
#include "tools/fairbank/care/snapshot.h"
#include <dirent.h>
#include <errno.h>
#include <signal.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/timex.h>
#include <unistd.h>

enum { OTHERS = 07, NOT_OWNER = 077, MS_PER_SECOND = 1000, SECONDS_PER_HOUR = 3600, HOURS_BEHIND = 24, NAMES = 200, ROOMY = 4 };

/* What could not be looked at is not told as if it were not there. */
static void cannot_tell(struct doctor_line *line, const char *what)
{
    doctor_say(line, DOCTOR_SEE, "run it as the engine's own user", "%s cannot be told: %s", what, strerror(errno));
}

void doctor_folder(const struct doctor *d, struct doctor_line *line)
{
    struct stat st;
    const char *data = d->o->data;
    if (stat(data, &st) != 0 && errno == EACCES)
        cannot_tell(line, data);
    else if (stat(data, &st) != 0)
        doctor_say(line, DOCTOR_WRONG, "name the engine's data folder with --data DIR, or start fairbankd to make one", "%s: %s", data, strerror(errno));
    else if (!S_ISDIR(st.st_mode))
        doctor_say(line, DOCTOR_WRONG, "name the engine's data folder with --data DIR", "%s is not a folder", data);
    else if ((st.st_mode & OTHERS) != 0)
        doctor_say(line, DOCTOR_WRONG, "chmod o-rwx it: what is in it is for its owner, and perhaps for a group", "%s is open to everybody on this machine (mode %03o)",
                   data, (unsigned)st.st_mode & 0777);
    else if (access(data, R_OK | W_OK | X_OK) != 0)
        doctor_say(line, DOCTOR_SEE, "ask again as the engine's own user, or as one of the folder's group", "%s may not be written by you", data);
    else
        doctor_say(line, DOCTOR_WELL, NULL, "%s is its owner's (mode %03o)", data, (unsigned)st.st_mode & 0777);
}

static bool ends_with(const char *name, const char *end)
{
    size_t n = strlen(name), m = strlen(end);
    return n > m && strcmp(name + n - m, end) == 0;
}

/* Names of the files in the data folder that `is` says yes to, with a space before each. false: errno says why they cannot be told. */
static bool names_of(const struct doctor *d, bool (*is)(const char *folder, const char *name), char out[NAMES])
{
    const struct dirent *file;
    struct fb_text t;
    DIR *dir = opendir(d->o->data);
    fb_text_init(&t, out, NAMES);
    if (dir == NULL)
        return errno == ENOENT;
    while ((file = readdir(dir)) != NULL)
        if (is(d->o->data, file->d_name)) {
            fb_text_add(&t, " ");
            fb_text_add(&t, file->d_name);
        }
    (void)closedir(dir);
    return true;
}

static bool is_open_key(const char *folder, const char *name)
{
    char path[SNAPSHOT_PATH];
    struct stat st;
    return ends_with(name, ".key") && path_of(path, folder, name) && stat(path, &st) == 0 && (st.st_mode & NOT_OWNER) != 0;
}

static bool holds(const struct doctor *d, enum fb_table table)
{
    struct fb_txn *t = NULL;
    if (d->folder.store == NULL || fb_store_read(d->folder.store, &t) != FB_OK)
        return false;
    bool held = fb_table_rows(t, table) > 0;
    fb_txn_abort(&t);
    return held;
}

/* A key that is missing: how bad that is follows from what the store holds under it. */
static void look_missing_keys(const struct doctor *d, struct doctor_line *line)
{
    bool no_worker = holder_has(d->o->data, "worker.key") == HOLDER_NONE, no_checkpoint = holder_has(d->o->data, "checkpoint.key") == HOLDER_NONE;
    if (no_worker && holds(d, FB_TABLE_WORKERS))
        doctor_say(line, DOCTOR_WRONG, "restore it from its copy: with another key no worker would be known again", "worker.key is missing, and the store holds workers");
    else if (no_checkpoint && holds(d, FB_TABLE_CHECKPOINTS))
        doctor_say(line, DOCTOR_SEE, "restore it from its copy before fairbankd starts, which makes a new one: kept checkpoints and receipts name the old one",
                   "checkpoint.key is missing, and checkpoints are held that were signed with it");
    else if (no_worker)
        doctor_say(line, DOCTOR_SEE, "start fairbankd, which makes it; then keep a copy apart from the backups", "there is no worker.key yet");
    else if (holder_has(d->o->data, "link.key") == HOLDER_NONE)
        doctor_say(line, DOCTOR_SEE, "restore it from its copy; else fairbankd makes one at its next start, and links that are out are useless then", "link.key is missing");
    else
        doctor_say(line, DOCTOR_WELL, NULL, "keys are their owner's alone");
}

void doctor_keys(const struct doctor *d, struct doctor_line *line)
{
    char open[NAMES];
    if (!names_of(d, is_open_key, open) || holder_has(d->o->data, "worker.key") == HOLDER_CANNOT_TELL)
        cannot_tell(line, "which keys are there");
    else if (open[0] != '\0')
        doctor_say(line, DOCTOR_WRONG, "chmod 600 them, and ask who read them: fairbankd does not start with such a key",
                   "keys that others than their owner may read:%s", open);
    else
        look_missing_keys(d, line);
}

static bool is_left_over(const char *folder, const char *name)
{
    (void)folder;
    static const char *const left[] = {"data.mdb.before", "data.mdb.compact", "data.mdb.compact-lock", "data.mdb.new", "data.mdb.restoring", "restoring"};
    for (unsigned i = 0; i < sizeof left / sizeof left[0]; i++)
        if (strcmp(name, left[i]) == 0)
            return true;
    return false;
}

void doctor_leftovers(const struct doctor *d, struct doctor_line *line)
{
    char names[NAMES];
    if (!names_of(d, is_left_over, names))
        cannot_tell(line, "what is left of anything that was cut short");
    else if (names[0] != '\0')
        doctor_say(line, DOCTOR_SEE, "if fairbank verify says that data.mdb is equal, remove them: they only take room",
                   "what a start, a compaction or a restore that was cut short has left:%s", names);
    else
        doctor_say(line, DOCTOR_WELL, NULL, "nothing is left of anything that was cut short");
}

enum { READY_UNREADABLE = -1, READY_CANNOT_TELL = -2 };
/* The process that `ready` names; 0: there is no such file. */
static int64_t ready_pid(const struct doctor *d)
{
    char path[SNAPSHOT_PATH], text[32] = "";
    int64_t pid = 0;
    FILE *f = path_of(path, d->o->data, "ready") ? fopen(path, "r") : NULL;
    if (f == NULL)
        return errno == ENOENT || errno == ENOTDIR ? 0 : READY_CANNOT_TELL;
    if (fgets(text, sizeof(text), f) != NULL)
        text[strcspn(text, "\n")] = '\0';
    (void)fclose(f);
    return fb_parse_int(&pid, fb_span_of(text)) == FB_OK ? pid : READY_UNREADABLE;
}

/* An engine that was named is no business of this folder's `ready`. */
static void look_named(const struct doctor *d, struct doctor_line *line)
{
    doctor_say(line, DOCTOR_WRONG, "look at the endpoint, and on its machine whether fairbankd runs; without --engine the folder's own is asked", "no engine answers at %s",
               d->o->engine);
}

void doctor_ready(const struct doctor *d, struct doctor_line *line)
{
    int64_t pid = ready_pid(d), writer = holder_pid(d->o->data);
    if (d->live)
        doctor_say(line, DOCTOR_WELL, NULL, "an engine answers");
    else if (d->o->engine != NULL)
        look_named(d, line);
    else if (pid == READY_CANNOT_TELL)
        cannot_tell(line, "whether an engine runs");
    else if (pid == 0 && writer != 0)
        doctor_say(line, DOCTOR_SEE, "wait: it starts or stops, or is a command that writes; if it stays so, look at its log",
                   "process %lld has the store open to write, and no engine answers", (long long)writer);
    else if (pid == 0)
        doctor_say(line, DOCTOR_WELL, NULL, "no engine runs; the folder was looked at");
    else if (pid < 0 || (kill((pid_t)pid, 0) != 0 && errno == ESRCH))
        doctor_say(line, DOCTOR_WRONG, "look at its log, then start fairbankd: what was answered is on the disk", "an engine was ended without a word: `ready` names a process that is not there");
    else
        doctor_say(line, DOCTOR_WRONG, "look at its log and at the disk; if it stays silent, end it and start it again", "process %lld says that it is ready, and does not answer",
                   (long long)pid);
}

void doctor_disk(const struct doctor *d, struct doctor_line *line)
{
    static const char todo[] = "make room, or move the folder to a larger disk (fairbank backup, fairbank restore)";
    unsigned long long free_mib = d->free_mib, floor = d->floor_mib;
    if (d->free_mib == UINT64_MAX)
        doctor_say(line, DOCTOR_WRONG, "look at the disk", "how much room is left cannot be told");
    else if (d->free_mib < d->floor_mib || d->status.holding)
        doctor_say(line, DOCTOR_WRONG, todo, "%llu MiB are free, fewer than the floor of %llu: publishers are answered busy and keep what they have", free_mib, floor);
    else if (d->free_mib < ROOMY * d->floor_mib)
        doctor_say(line, DOCTOR_SEE, todo, "%llu MiB are free; below %llu nothing more is taken", free_mib, floor);
    else
        doctor_say(line, DOCTOR_WELL, NULL, "%llu MiB are free; the floor is %llu", free_mib, floor);
}

/* Entries get max(the last one's instant, now), so a clock that is behind makes them all alike. */
void doctor_clock(const struct doctor *d, struct doctor_line *line)
{
    int64_t ahead_s = (d->status.last_ms - d->now_ms) / MS_PER_SECOND;
    char last[25];
    fb_instant_format(last, d->status.last_ms);
    if (!d->live && d->folder.store == NULL)
        doctor_say(line, DOCTOR_SEE, "see `store`", "whether the clock is behind the journal cannot be told without the store");
    else if (d->status.last_ms <= 0)
        doctor_say(line, DOCTOR_WELL, NULL, "the journal is empty");
    else if (ahead_s > (int64_t)HOURS_BEHIND * SECONDS_PER_HOUR)
        doctor_say(line, DOCTOR_WRONG, "set the clock right; if it is right, it was wrong before, and entries keep that instant until then",
                   "the last entry is of %s, %lld hours after what this clock says", last, (long long)(ahead_s / SECONDS_PER_HOUR));
    else if (ahead_s > 1)
        doctor_say(line, DOCTOR_SEE, "look at what keeps the clock (timedatectl, chronyc tracking): it was set back", "the last entry is %lld seconds ahead of this clock",
                   (long long)ahead_s);
    else
        doctor_say(line, DOCTOR_WELL, NULL, "the clock is not behind the journal");
}

void doctor_clock_kept(const struct doctor *d, struct doctor_line *line)
{
    struct timex t = {.modes = 0};
    (void)d;
    int state = adjtimex(&t);
    if (state < 0)
        doctor_say(line, DOCTOR_SEE, "ask timedatectl whether the clock is kept", "whether the clock is kept by NTP cannot be told");
    else if (state == TIME_ERROR || (t.status & STA_UNSYNC) != 0)
        doctor_say(line, DOCTOR_SEE, "install and start chrony or systemd-timesyncd: deadlines and days are told by this clock", "nothing keeps this machine's clock right");
    else
        doctor_say(line, DOCTOR_WELL, NULL, "the clock is kept");
}
