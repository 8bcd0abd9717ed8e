/* Opening the store on disk. Folder: data.mdb (rows), lock.mdb (LMDB's readers), writer.lock (who writes). A new store is made under another
 * name and renamed when its first rows are durable, so a data.mdb that has none was never ours. */
#include "engine/base/check.h"
#include "engine/base/span.h"
#include "engine/store/care.h"
#include "engine/store/lmdb_file.h"
#include "engine/store/store_lmdb.h"
#include <errno.h>
#include <fcntl.h>
#include <sodium.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#define MAP_BYTES_DEFAULT ((uint64_t)64 << 30) /* virtual: the file grows as it is used */
#define MAP_BYTES_NEW     ((uint64_t)4 << 20)
_Static_assert(FB_TABLE_META == 0, "META can be opened alone");
#define FILE_MODE         FB_LMDB_FILE_MODE
#define FOLDER_MODE       0770
enum { PATH_BYTES = FB_LMDB_PATH };

struct paths {
    char folder[PATH_BYTES], data[PATH_BYTES], fresh[PATH_BYTES], fresh_lock[PATH_BYTES], writer[PATH_BYTES],
        open[PATH_BYTES];
};

static const char *why_of(enum fb_err err)
{
    static const char *const text[] = {
        [FB_LIMIT] = "the folder's name is too long: name another folder",
        [FB_NOT_FOUND] = "there is no store in this folder: name the folder that fairbankd uses, or start "
                         "fairbankd once to make it",
        [FB_IO] =
            "the store's files could not be opened or read: check who owns the folder and may use it, and "
            "that the disk is sound and mounted for writing",
        [FB_DAMAGED] =
            "data.mdb is damaged, cut short, or not a store of Fairbank: restore a backup into this "
            "folder, or name another folder",
        [FB_NEWER] =
            "data.mdb was made by another version of LMDB: use the Fairbank that made it, or restore a "
            "backup",
        [FB_BUSY] = "another process writes to this store: stop it first, or open the store only to read",
        [FB_CROWDED] = "all places of readers are taken: `fairbank doctor` says by whom; end some of those processes",
        [FB_FULL] = "no room is left on the disk, in memory or in the address space: free some, or lower the "
                    "store's map size",
    };
    const char *why = (size_t)err < sizeof text / sizeof text[0] ? text[err] : NULL;
    return why == NULL ? "the store could not be opened" : why;
}

/* ---- names ---- */
bool fb_lmdb__path(char out[FB_LMDB_PATH], const char *folder, const char *name)
{
    struct fb_text t;
    fb_text_init(&t, out, FB_LMDB_PATH);
    fb_text_add(&t, folder);
    fb_text_add(&t, "/");
    fb_text_add(&t, name);
    return !t.cut;
}

static bool paths_in(struct paths *p, const char *folder)
{
    return fb_lmdb__path(p->folder, folder, "") && fb_lmdb__path(p->data, folder, "data.mdb") &&
           fb_lmdb__path(p->fresh, folder, "data.mdb.new") && fb_lmdb__path(p->fresh_lock, folder, "data.mdb.new-lock") &&
           fb_lmdb__path(p->writer, folder, "writer.lock") && fb_lmdb__path(p->open, folder, "open.lock");
}

/* ---- the environment ---- */
static enum fb_err locks_room(const char *path, unsigned flags)
{
    enum { LOCKS_BYTES = 64 << 10 }; /* FB_READERS_MAX places */
    char locks[PATH_BYTES];
    struct fb_text t;
    fb_text_init(&t, locks, sizeof locks);
    fb_text_add(&t, path);
    fb_text_add(&t, (flags & MDB_NOSUBDIR) != 0 ? "-lock" : "/lock.mdb");
    return t.cut ? FB_LIMIT : fb_lmdb__file_room(locks, LOCKS_BYTES, FILE_MODE);
}

enum fb_err fb_lmdb__env_open(struct lmdb_store *s, const char *path, uint64_t map_bytes, unsigned flags)
{
    enum fb_err err = locks_room(path, flags);
    if (err != FB_OK)
        return err;
    int rc = mdb_env_create(&s->env);
    if (rc != 0)
        return fb_lmdb__err(rc);
    (void)pthread_mutex_init(&s->gate, NULL); /* cannot fail with no attributes */
    rc = mdb_env_set_maxdbs(s->env, FB_TABLES);
    if (rc == 0)
        rc = mdb_env_set_maxreaders(s->env, FB_READERS_MAX);
    if (rc == 0)
        rc = mdb_env_set_mapsize(s->env, (size_t)map_bytes);
    if (rc == 0)
        rc = mdb_env_open(s->env, path, flags | MDB_NOTLS, FILE_MODE);
    MDB_stat stat;
    if (rc == 0)
        rc = mdb_env_stat(s->env, &stat);
    if (rc == 0)
        s->page_bytes = stat.ms_psize;
    return fb_lmdb__err(rc);
}

void fb_lmdb__env_close(struct lmdb_store *s)
{
    if (s->env == NULL)
        return;
    fb_lmdb__places_give_back(s);
    mdb_env_close(s->env);
    (void)pthread_mutex_destroy(&s->gate);
    s->env = NULL;
}

void fb_lmdb__release(struct lmdb_store *s)
{
    fb_lmdb__env_close(s);
    if (s->lock_fd >= 0)
        close(s->lock_fd);
    if (s->open_fd >= 0)
        close(s->open_fd);
    free(s);
}

static int tables_in(struct lmdb_store *s, MDB_txn *txn, unsigned n, unsigned flags)
{
    int rc = 0;
    for (unsigned t = 0; t < n && rc == 0; t++) {
        rc = mdb_dbi_open(txn, fb_table_word((enum fb_table)t), flags, &s->dbi[t]);
        if (rc == MDB_NOTFOUND && s->base.as_it_is) {
            s->dbi[t] = FB_LMDB_NO_TABLE;
            rc = 0;
        }
    }
    return rc;
}

/* The first n tables. Their handles stay only when the transaction that opened them is committed. A writer may have made the file larger than
 * the map since that was made. */
int fb_lmdb__tables_open(struct lmdb_store *s, unsigned n, bool make)
{
    MDB_txn *txn;
    int rc = mdb_txn_begin(s->env, NULL, make ? 0 : MDB_RDONLY, &txn);
    if (rc == MDB_MAP_RESIZED && (rc = mdb_env_set_mapsize(s->env, 0)) == 0)
        rc = mdb_txn_begin(s->env, NULL, make ? 0 : MDB_RDONLY, &txn);
    if (rc != 0)
        return rc;
    rc = tables_in(s, txn, n, make ? MDB_CREATE : 0);
    if (rc == 0)
        return mdb_txn_commit(txn);
    mdb_txn_abort(txn);
    return rc;
}

/* ---- making a store ---- */
static enum fb_err first_rows(struct lmdb_store *s, const char *path)
{
    struct stat st;
    struct fb_txn *t = NULL;
    uint64_t epoch = 0;
    if (sodium_init() < 0 || stat(path, &st) != 0)
        return FB_IO;
    while (epoch == 0)
        randombytes_buf(&epoch, sizeof epoch);
    /* The file's own date: only the shell reads a clock. */
    uint64_t created_ms = (uint64_t)st.st_mtim.tv_sec * 1000u + (uint64_t)st.st_mtim.tv_nsec / 1000000u;
    enum fb_err err = fb_lmdb__commit_err(s, fb_lmdb__tables_open(s, FB_TABLES, true));
    if (err == FB_OK)
        err = fb_store_write(&s->base, &t);
    if (err != FB_OK)
        return err;
    fb_store__meta_put(t, epoch, created_ms);
    return fb_txn_commit(&t);
}

static enum fb_err make_file(const struct paths *p)
{
    struct lmdb_store s = {.base = {.ops = &fb_lmdb__ops}, .lock_fd = -1, .open_fd = -1};
    /* What a start that was cut short has left. */
    (void)unlink(p->fresh);
    (void)unlink(p->fresh_lock);
    enum fb_err err = fb_lmdb__env_open(&s, p->fresh, MAP_BYTES_NEW, MDB_NOSUBDIR);
    if (err == FB_OK)
        err = first_rows(&s, p->fresh);
    fb_lmdb__env_close(&s);
    (void)unlink(p->fresh_lock);
    return err;
}

static enum fb_err make(const struct paths *p)
{
    enum fb_err err = make_file(p);
    if (err != FB_OK)
        return err;
    return rename(p->fresh, p->data) == 0 ? FB_OK : FB_IO;
}

static enum fb_err make_folder(const char *folder)
{
    if (mkdir(folder, FOLDER_MODE) == 0)
        return FB_OK;
    return errno == EEXIST ? FB_OK : errno == ENOSPC ? FB_FULL : FB_IO;
}

/* Whoever made the folder, or gave data.mdb its name (a start, a restore, a compaction), may have been killed before that was on the disk: a
 * power cut would then take away all that is committed from here on. A folder above that we may not read was not made by us. */
static enum fb_err names_flush(const char *folder)
{
    char parent[PATH_BYTES];
    if (!fb_lmdb__path(parent, folder, ".."))
        return FB_LIMIT;
    enum fb_err err = fb_lmdb__folder_sync(folder);
    return err == FB_OK && faccessat(AT_FDCWD, parent, R_OK, AT_EACCESS) == 0 ? fb_lmdb__folder_sync(parent) : err;
}

/* ---- the one writer ---- */
static enum fb_err lock_of(int fd)
{
    struct stat st;
    if (flock(fd, LOCK_EX | LOCK_NB) != 0)
        return errno == EWOULDBLOCK ? FB_BUSY : FB_IO;
    /* A restore that failed takes the name away with the rest: a lock without a name keeps nobody out. */
    return fstat(fd, &st) != 0 ? FB_IO : st.st_nlink > 0 ? FB_OK : FB_BUSY;
}

enum fb_err fb_lmdb__writer_lock(const char *path, int *fd)
{
    *fd = open(path, O_RDWR | O_CREAT | O_NOFOLLOW | O_CLOEXEC, FILE_MODE);
    if (*fd < 0)
        return errno == ENOSPC ? FB_FULL : FB_IO;
    enum fb_err err = lock_of(*fd);
    if (err != FB_OK) {
        close(*fd);
        *fd = -1;
    }
    return err;
}

/* Finds the file, or makes it; the writer's lock is held when it is made. */
static enum fb_err file_ready(struct lmdb_store *s, const struct paths *p, const char *folder, bool create,
                              struct fb_lmdb_file *file)
{
    enum fb_err err = fb_lmdb__file_look(p->data, file);
    if (s->base.read_only || (err == FB_NOT_FOUND && !create))
        return err;
    if (err == FB_NOT_FOUND && (err = make_folder(folder)) != FB_OK)
        return err;
    err = fb_lmdb__writer_lock(p->writer, &s->lock_fd);
    /* Again: whoever held the lock before us may have made it. */
    if (err == FB_OK)
        err = fb_lmdb__file_look(p->data, file);
    if (err == FB_NOT_FOUND) {
        err = make(p);
        if (err == FB_OK)
            err = fb_lmdb__file_look(p->data, file);
    }
    return err == FB_OK && create ? names_flush(folder) : err;
}

/* ---- opening ---- */
static enum fb_err meta_ready(struct lmdb_store *s, const char **why)
{
    struct fb_txn *t = NULL;
    int rc = fb_lmdb__tables_open(s, 1, false);
    if (rc != 0)
        return rc == MDB_NOTFOUND ? FB_DAMAGED : fb_lmdb__err(rc);
    enum fb_err err = fb_store_read(&s->base, &t);
    if (err != FB_OK)
        return err;
    err = fb_store__meta_check(t, &s->base, why);
    fb_txn_abort(&t);
    return err;
}

/* A table that this version added is made by the writer, once META has shown that the file is ours. A map that the file fills would have no
 * room for it. */
static enum fb_err tables_make(struct lmdb_store *s)
{
    enum fb_err err = fb_lmdb__enter(s, true);
    if (err != FB_OK)
        return err;
    int rc = fb_lmdb__tables_open(s, FB_TABLES, true);
    fb_lmdb__leave(s);
    return fb_lmdb__commit_err(s, rc);
}

static enum fb_err tables_ready(struct lmdb_store *s)
{
    int rc = fb_lmdb__tables_open(s, FB_TABLES, false);
    if (rc == MDB_NOTFOUND)
        return s->base.read_only ? FB_DAMAGED : tables_make(s);
    return fb_lmdb__err(rc);
}

static enum fb_err contents_ready(struct lmdb_store *s, const struct fb_lmdb_file *file, const char **why)
{
    uint64_t held = file->bytes / file->page_bytes;
    int dead = 0;
    atomic_store(&s->last_page, file->pages - 1);
    int rc = mdb_reader_check(s->env, &dead); /* readers that died would keep old pages for ever */
    if (rc != 0)
        return fb_lmdb__err(rc);
    if (held < file->pages && !fb_lmdb__missing_are_free(s, held, file->pages - held))
        return FB_DAMAGED;
    enum fb_err err = meta_ready(s, why);
    if (err == FB_OK)
        err = tables_ready(s);
    return err == FB_OK && !s->base.read_only ? fb_lmdb__err(fb_lmdb__places_take(s)) : err;
}

static enum fb_err file_open(struct lmdb_store *s, const struct paths *p, uint64_t map_bytes,
                             const struct fb_lmdb_file *file, const char **why)
{
    bool cut = file->bytes < file->pages * file->page_bytes;
    if (cut && s->base.read_only) {
        *why = "data.mdb is shorter than its own index says: start fairbankd on it once, which looks whether "
               "anything is missing, or restore a backup";
        return FB_DAMAGED;
    }
    /* Pages of noughts are an error to LMDB; pages that are not there would end the process. */
    if (cut && fb_lmdb__file_resize(p->data, file->pages * file->page_bytes) != FB_OK)
        return FB_DAMAGED;
    enum fb_err err = fb_lmdb__env_open(s, p->folder, map_bytes, s->base.read_only ? MDB_RDONLY : 0u);
    if (err == FB_OK)
        err = contents_ready(s, file, why);
    if (err == FB_OK || !cut)
        return err;
    /* Leave the evidence as it was found. */
    fb_lmdb__env_close(s);
    return fb_lmdb__file_resize(p->data, file->bytes) == FB_OK ? err : FB_IO;
}

/* Who has the store open. A reader that may not write here reads all the same: its folder is no place where a store is
 * exchanged. */
static enum fb_err open_lock(struct lmdb_store *s, const struct paths *p, const char **why)
{
    s->open_fd = open(p->open, O_RDWR | O_CREAT | O_NOFOLLOW | O_CLOEXEC, FILE_MODE);
    if (s->open_fd < 0)
        return s->base.read_only && (errno == EROFS || errno == EACCES) ? FB_OK : errno == ENOSPC ? FB_FULL : FB_IO;
    if (flock(s->open_fd, LOCK_SH | LOCK_NB) == 0)
        return FB_OK;
    *why = "the store is being compacted: try again when that has ended";
    return errno == EWOULDBLOCK ? FB_BUSY : FB_IO;
}

static enum fb_err open_as_we_are(struct lmdb_store *s, const char *folder, const struct fb_store_options *options,
                                  const char **why)
{
    struct paths p;
    struct fb_lmdb_file file;
    if (!paths_in(&p, folder))
        return FB_LIMIT;
    enum fb_err err = file_ready(s, &p, folder, options->create, &file);
    if (err == FB_OK)
        err = open_lock(s, &p, why);
    if (err != FB_OK)
        return err;
    return file_open(s, &p, options->map_bytes > 0 ? options->map_bytes : MAP_BYTES_DEFAULT, &file, why);
}

static enum fb_err open_into(struct lmdb_store *s, const char *folder, const struct fb_store_options *options,
                             const char **why)
{
    struct fb_store_owner was;
    enum fb_err err = fb_store_become_owner(&was, folder, why);
    if (err != FB_OK)
        return err;
    err = open_as_we_are(s, folder, options, why);
    if (err == FB_IO && getuid() == 0 && geteuid() != 0 && (*why)[0] == '\0') /* compaction became the owner before this */
        *why = "the folder's owner, as whom root opens it, could not open or read the store's files: give them back (chown) to whoever runs the engine";
    fb_store_return_root(&was);
    return err;
}

enum fb_err fb_store__lmdb_open(struct fb_store **out, const char *folder,
                                const struct fb_store_options *options, const char **why)
{
    struct lmdb_store *s = calloc(1, sizeof *s);
    enum fb_err err = FB_FULL;
    if (s != NULL) {
        s->base.ops = &fb_lmdb__ops;
        s->base.read_only = options->read_only;
        s->base.as_it_is = options->read_only && options->as_it_is;
        s->base.unsummed = options->unsummed;
        s->lock_fd = s->open_fd = -1;
        s->map_max = options->map_bytes_max;
        err = open_into(s, folder, options, why);
    }
    if (err == FB_OK) {
        *out = &s->base;
        return FB_OK;
    }
    if ((*why)[0] == '\0')
        *why = why_of(err);
    if (s != NULL)
        fb_lmdb__release(s);
    return err;
}
