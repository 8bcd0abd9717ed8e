/* fairbank restore: a backup into an empty data folder, under a new epoch. deploy/RESTORE.md says why, and what follows.
 *
 * All of it is done in FOLDER/restoring, and only a whole store, with its new epoch, gets the name data.mdb: whenever this is
 * ended, the folder holds no store or that one. */
#include "engine/store/care.h"
#include "tools/fairbank/care/snapshot.h"
#include "tools/fairbank/care/stop.h"
#include "tools/fairbank/json.h"
#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

struct restore {
    const struct options *o;
    struct snapshot from;
    char parent[SNAPSHOT_PATH], file[SNAPSHOT_PATH], lock_file[SNAPSHOT_PATH], earlier[SNAPSHOT_PATH];
    char begun[SNAPSHOT_PATH], fresh[SNAPSHOT_PATH]; /* FOLDER/restoring, and data.mdb in it */
    int lock;                                        /* the writer's; -1: not held */
    bool made, made_lock;                            /* the folder; its writer.lock */
    bool ours;                                       /* it was found empty under the lock */
    bool linked;                                     /* data.mdb is there, by us */
    uint64_t epoch;
};

static bool wrong(const struct restore *r, const char *what, const char *why)
{
    fprintf(stderr, "fairbank %s: %s: %s\n", r->o->command, what, why);
    return false;
}

static bool read_manifest(struct restore *r)
{
    if (r->o->from_folder == NULL)
        return wrong(r, "say which backup with --from FOLDER", "a folder that fairbank backup made");
    enum fb_err e = snapshot_read(&r->from, r->o->from_folder);
    return e == FB_OK || wrong(r, r->o->from_folder,
                               e == FB_NOT_FOUND ? "no manifest.json is there, so it is no backup that was finished"
                               : e == FB_NEWER   ? "the backup was made by a newer version of Fairbank: install that version"
                                                 : "its manifest.json cannot be read: use another backup");
}

/* ---- the folder ---- */

static bool name_files(struct restore *r)
{
    if (!r->o->data_said)
        return wrong(r, "say where to with --data FOLDER", "an empty folder, or one that is not there yet");
    parent_of(r->parent, r->o->data);
    return (path_of(r->file, r->o->data, "data.mdb") && path_of(r->lock_file, r->o->data, "writer.lock") &&
            path_of(r->earlier, r->o->data, "data.mdb.restoring") && path_of(r->begun, r->o->data, "restoring") &&
            path_of(r->fresh, r->begun, "data.mdb")) ||
           wrong(r, r->o->data, "is too long a path");
}

/* But for the lock, and what a restore that was cut short has left (that of an earlier version its data.mdb.restoring). */
static bool is_empty(const struct restore *r)
{
    static const char *const left[] = {"writer.lock", "restoring", "data.mdb.restoring", NULL};
    return folder_holds_only(r->o->data, left) ||
           wrong(r, r->o->data, "is not empty: name another folder, or move what is in it away yourself");
}

/* The lock is the one that an engine takes before it makes a store: while we hold it none does, and what we see stays so. */
static bool hold(struct restore *r)
{
    r->made_lock = access(r->lock_file, F_OK) != 0;
    enum fb_err e = fb_store_hold(r->o->data, &r->lock);
    return e == FB_OK ||
           wrong(r, r->o->data, e == FB_BUSY ? "an engine, or another restore, has this folder: stop it (systemctl stop fairbankd), or name another folder"
                                             : "its writer.lock could not be made: check who owns the folder, and that there is room");
}

/* A store that somebody may still want is never written over. */
static bool take_folder(struct restore *r)
{
    if (!is_empty(r))
        return false;
    r->made = mkdir(r->o->data, 0700) == 0;
    if (!r->made && errno != EEXIST)
        return wrong(r, r->o->data, strerror(errno));
    r->ours = hold(r) && is_empty(r);
    return r->ours;
}

/* Only what we made ourselves. Whoever waits for the lock sees that its name is gone, and does not take it. */
static void give_back(struct restore *r)
{
    if (r->ours && r->linked)
        (void)unlink(r->file);
    if (r->ours)
        folder_remove(r->begun);
    if (r->ours && r->made_lock)
        (void)unlink(r->lock_file);
    if (r->made)
        (void)rmdir(r->o->data); /* not if anything else has come into it */
}

/* ---- copying ---- */

/* What root makes in the folder of the engine's user would keep the engine out. A file of several names may be another's. */
static void give_to_owner(const struct restore *r, int fd, const char *name)
{
    struct stat folder, file;
    if (geteuid() != 0)
        return;
    if (stat(r->o->data, &folder) != 0 || fstat(fd, &file) != 0 || file.st_nlink != 1 || fchown(fd, folder.st_uid, folder.st_gid) != 0)
        (void)wrong(r, name, "could not be given to the folder's owner: chown it before fairbankd is started");
}

static enum fb_err pour(const struct restore *r, int in, int out, struct snapshot_pour *p)
{
    p->of = r->from.bytes;
    p->stop = &stop_told;
    enum fb_err e = in >= 0 && out >= 0 ? snapshot_pour(in, out, p) : FB_IO;
    if (e == FB_OK)
        give_to_owner(r, out, r->file);
    return e == FB_OK && fsync(out) != 0 ? FB_IO : e;
}

static bool begin(struct restore *r)
{
    folder_remove(r->begun); /* of a restore that was cut short */
    (void)unlink(r->earlier);
    give_to_owner(r, r->lock, r->lock_file);
    return mkdir(r->begun, 0700) == 0 || wrong(r, r->begun, strerror(errno));
}

static bool copy(struct restore *r)
{
    char from[SNAPSHOT_PATH];
    struct snapshot_pour p = {.words = "restored"};
    if (!path_of(from, r->o->from_folder, "data.mdb"))
        return wrong(r, r->o->from_folder, "is too long a path");
    int in = open(from, O_RDONLY | O_NONBLOCK | O_CLOEXEC), out = open(r->fresh, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0600);
    enum fb_err e = pour(r, in, out, &p);
    if (in >= 0)
        close(in);
    if (out >= 0 && close(out) != 0 && e == FB_OK)
        e = FB_IO;
    if (e == FB_OK && (p.bytes != r->from.bytes || strcmp(p.digest, r->from.digest) != 0))
        return wrong(r, from, "it is not the file that its manifest speaks of: it was changed or cut short. Use another backup");
    if (stop_told != 0)
        return wrong(r, "stopped", "nothing was restored");
    return e == FB_OK || wrong(r, from, e == FB_FULL ? "no room is left where it is restored to" : "it could not be copied");
}

/* ---- under its new epoch, in its place ---- */

static bool begin_epoch(struct restore *r)
{
    const char *why = "";
    enum fb_err e = fb_store_new_epoch(r->begun, &r->epoch, &why);
    if (e == FB_OK)
        e = file_sync(r->fresh);
    if (e == FB_OK)
        e = folder_sync(r->begun);
    return e == FB_OK || wrong(r, r->o->data, why[0] != '\0' ? why : fb_err_text(e));
}

/* A link is never put over a file that is there. */
static bool put_in_place(struct restore *r)
{
    if (stop_told != 0)
        return wrong(r, "stopped", "nothing was restored");
    r->linked = link(r->fresh, r->file) == 0;
    if (!r->linked)
        return wrong(r, r->file, strerror(errno));
    enum fb_err e = folder_sync(r->o->data);
    if (e == FB_OK) {
        folder_remove(r->begun);
        e = folder_sync(r->o->data);
    }
    if (e == FB_OK)
        e = folder_sync(r->parent);
    return e == FB_OK || wrong(r, r->o->data, "the folder's list of names could not be written to the disk");
}

/* ---- the command ---- */

static void say_json(const struct restore *r, const char *at)
{
    char epoch[24], before[24];
    snprintf(epoch, sizeof(epoch), "%llu", (unsigned long long)r->epoch);
    snprintf(before, sizeof(before), "%llu", (unsigned long long)r->from.epoch);
    json_print(json_pack("{s:o, s:I, s:I, s:s, s:s, s:s}", "data", json_path(r->o->data), "journal", (json_int_t)r->from.journal, "events",
                         (json_int_t)r->from.events, "epoch", epoch, "epoch_before", before, "made_at", at), JSON_COMPACT);
}

static void say(const struct restore *r)
{
    char at[25];
    fb_instant_format(at, r->from.at_ms);
    if (r->made && geteuid() == 0)
        (void)wrong(r, r->o->data, "the folder was made by root, and is root's: chown -R it to the engine's user before fairbankd is started");
    if (r->o->json) {
        say_json(r, at);
        return;
    }
    printf("restored to %s: journal entry %llu, event %llu, as it was at %s\n", r->o->data, (unsigned long long)r->from.journal,
           (unsigned long long)r->from.events, at);
    printf("Now:\n"
           "  1. put worker.key (and the other keys) back into %s from their own copies\n"
           "  2. fairbank verify --data %s; then start fairbankd on it\n"
           "  3. have every publisher send again whatever it sent since %s: what is held is answered as a duplicate\n"
           "  4. consumers with a stored position go on by themselves after event %llu; what they were given after it comes again,\n"
           "     with other numbers: see deploy/RESTORE.md\n", r->o->data, r->o->data, at, (unsigned long long)r->from.events);
}

int command_restore(const struct options *o)
{
    static struct restore r;
    r = (struct restore){.o = o, .lock = -1};
    if (!read_manifest(&r) || !name_files(&r))
        return EXIT_FAILED;
    stop_watch();
    bool ok = take_folder(&r) && begin(&r) && copy(&r) && begin_epoch(&r) && put_in_place(&r);
    if (ok)
        say(&r);
    else
        give_back(&r);
    if (r.lock >= 0)
        close(r.lock);
    return ok ? EXIT_DONE : EXIT_FAILED;
}
