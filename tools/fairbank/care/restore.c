/* fairbank restore: a backup into an empty data folder, under a new epoch. deploy/RESTORE.md says why, and what follows. */
#include "engine/store/care.h"
#include "tools/fairbank/care/snapshot.h"
#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

struct restore {
    const struct options *o;
    struct snapshot from;
    char parent[SNAPSHOT_PATH], file[SNAPSHOT_PATH];
    bool made; /* the folder */
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

/* A store that somebody may still want is never written over. */
static bool make_folder(struct restore *r)
{
    if (!r->o->data_said)
        return wrong(r, "say where to with --data FOLDER", "an empty folder, or one that is not there yet");
    if (!folder_is_empty(r->o->data))
        return wrong(r, r->o->data, "is not empty: name another folder, or move what is in it away yourself");
    parent_of(r->parent, r->o->data);
    r->made = mkdir(r->o->data, 0700) == 0;
    if (!r->made && errno != EEXIST)
        return wrong(r, r->o->data, strerror(errno));
    return path_of(r->file, r->o->data, "data.mdb") || wrong(r, r->o->data, "is too long a path");
}

static enum fb_err pour(const struct restore *r, int in, int out, struct snapshot_pour *p)
{
    p->of = r->from.bytes;
    enum fb_err e = in >= 0 && out >= 0 ? snapshot_pour(in, out, p) : FB_IO;
    return e == FB_OK && fsync(out) != 0 ? FB_IO : e;
}

/* Under another name until its digest is known: no engine can take a half of it for a store. */
static bool copy(struct restore *r)
{
    char from[SNAPSHOT_PATH], fresh[SNAPSHOT_PATH];
    struct snapshot_pour p = {.words = "restored"};
    if (!path_of(from, r->o->from_folder, "data.mdb") || !path_of(fresh, r->o->data, "data.mdb.restoring"))
        return wrong(r, r->o->data, "is too long a path");
    int in = open(from, O_RDONLY | O_CLOEXEC), out = open(fresh, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0600);
    enum fb_err e = pour(r, in, out, &p);
    if (in >= 0)
        close(in);
    if (out >= 0 && close(out) != 0 && e == FB_OK)
        e = FB_IO;
    if (e == FB_OK && (p.bytes != r->from.bytes || strcmp(p.digest, r->from.digest) != 0))
        return wrong(r, from, "it is not the file that its manifest speaks of: it was changed or cut short. Use another backup");
    if (e == FB_OK && rename(fresh, r->file) != 0)
        e = FB_IO;
    return e == FB_OK || wrong(r, from, e == FB_FULL ? "no room is left where it is restored to" : "it could not be copied");
}

static bool begin_epoch(struct restore *r)
{
    const char *why = "";
    enum fb_err e = fb_store_new_epoch(r->o->data, &r->epoch, &why);
    if (e == FB_OK && folder_sync(r->o->data) == FB_OK && folder_sync(r->parent) == FB_OK)
        return true;
    return wrong(r, r->o->data, why[0] != '\0' ? why : fb_err_text(e == FB_OK ? FB_IO : e));
}

static void say(const struct restore *r)
{
    char at[25];
    fb_instant_format(at, r->from.at_ms);
    if (r->o->json) {
        printf("{\"data\":\"%s\",\"journal\":%llu,\"events\":%llu,\"epoch\":\"%llu\",\"epoch_before\":\"%llu\",\"made_at\":\"%s\"}\n", r->o->data,
               (unsigned long long)r->from.journal, (unsigned long long)r->from.events, (unsigned long long)r->epoch,
               (unsigned long long)r->from.epoch, at);
        return;
    }
    printf("restored to %s: journal entry %llu, event %llu, as it was at %s\n", r->o->data, (unsigned long long)r->from.journal,
           (unsigned long long)r->from.events, at);
    printf("Now:\n"
           "  1. put worker.key (and the other keys) back into %s from their own copies\n"
           "  2. start fairbankd on it; fairbank verify --data %s\n"
           "  3. have every publisher send again whatever it sent since %s: what is held is answered as a duplicate\n"
           "  4. consumers with a stored position go on by themselves after event %llu; what they were given after it comes again,\n"
           "     with other numbers: see deploy/RESTORE.md\n", r->o->data, r->o->data, at, (unsigned long long)r->from.events);
}

int command_restore(const struct options *o)
{
    static struct restore r;
    r = (struct restore){.o = o};
    if (!read_manifest(&r) || !make_folder(&r))
        return EXIT_FAILED;
    if (copy(&r) && begin_epoch(&r)) {
        say(&r);
        return EXIT_DONE;
    }
    folder_remove(o->data); /* it was empty */
    if (!r.made)
        (void)mkdir(o->data, 0700);
    return EXIT_FAILED;
}
