/* The store written anew without its free pages. LMDB never makes its file shorter; what a held reader or a long backup made it
 * grow by stays, empty, until this. */
#include "engine/store/care.h"
#include "engine/store/lmdb_file.h"
#include "engine/store/store_lmdb.h"
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

struct compacting {
    struct lmdb_store *s;
    struct fb_store *store; /* the same */
    struct fb_store_compacted *out;
    const char **why;
    void (*progress)(void *ctx, uint64_t done, uint64_t of);
    void *ctx;
    uint64_t of;     /* rows to compare */
    struct stat old; /* data.mdb's owner and mode, which every file that is made here gets */
    char data[FB_LMDB_PATH], fresh[FB_LMDB_PATH], fresh_lock[FB_LMDB_PATH], before[FB_LMDB_PATH], lock[FB_LMDB_PATH];
};

static enum fb_err say(struct compacting *c, enum fb_err err, const char *why)
{
    *c->why = why;
    return err;
}

static void tell(const struct compacting *c, uint64_t done, uint64_t of)
{
    if (c->progress != NULL)
        c->progress(c->ctx, done, of);
}

static bool paths(struct compacting *c, const char *folder)
{
    return fb_lmdb__path(c->data, folder, "data.mdb") && fb_lmdb__path(c->fresh, folder, "data.mdb.compact") &&
           fb_lmdb__path(c->fresh_lock, folder, "data.mdb.compact-lock") &&
           fb_lmdb__path(c->before, folder, "data.mdb.before") && fb_lmdb__path(c->lock, folder, "lock.mdb");
}

static uint64_t file_bytes(const char *path)
{
    struct stat st;
    return stat(path, &st) == 0 ? (uint64_t)st.st_size : 0;
}

/* ---- whose the files are ---- */

/* Whoever compacts may have another group than who runs the engine, and an umask of his own: the engine must be let in afterwards. Never
 * wider than a store is made, however wide data.mdb became. A group of root's is left out: root needs none. */
static bool give_owner(const struct compacting *c, int fd)
{
    struct stat st;
    bool same = fstat(fd, &st) == 0 && st.st_uid == c->old.st_uid && st.st_gid == c->old.st_gid;
    mode_t mode = c->old.st_mode & FB_LMDB_FILE_MODE;
    if (same || fchown(fd, c->old.st_uid, c->old.st_gid) == 0)
        return fchmod(fd, mode) == 0;
    return st.st_uid == c->old.st_uid && c->old.st_gid == 0 && fchmod(fd, mode & S_IRWXU) == 0;
}

/* What has the name is of a compaction that was cut short, or a link to somewhere. */
static enum fb_err make_owned(struct compacting *c, const char *path, int *fd)
{
    (void)unlink(path);
    *fd = open(path, O_RDWR | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, FB_LMDB_FILE_MODE);
    if (*fd < 0)
        return say(c, errno == ENOSPC ? FB_FULL : FB_IO, "data.mdb.compact cannot be made in the folder");
    if (give_owner(c, *fd))
        return FB_OK;
    close(*fd);
    return say(c, FB_IO, "data.mdb.compact cannot be given the owner of data.mdb: compact as that user; nothing was changed");
}

/* ---- the new file ---- */

static enum fb_err write_fresh(struct compacting *c)
{
    int fd, lock;
    enum fb_err err = make_owned(c, c->fresh, &fd);
    if (err != FB_OK)
        return err;
    err = make_owned(c, c->fresh_lock, &lock);
    if (err == FB_OK) {
        close(lock);
        err = fb_store_copy(c->store, fd);
    }
    if (err == FB_OK && fsync(fd) != 0)
        err = errno == ENOSPC || errno == EDQUOT ? FB_FULL : FB_IO;
    close(fd);
    if (err == FB_OK || (*c->why)[0] != '\0')
        return err;
    return say(c, err, err == FB_FULL ? "the new file could not be written whole: is there as much free space as the store has rows?"
                                      : "the new file could not be written whole: look at the disk; nothing was changed");
}

/* ---- the same rows ---- */

static bool same(const struct fb_row *a, const struct fb_row *b)
{
    return fb_span_eq(a->key, b->key) && fb_span_eq(a->bytes, b->bytes);
}

static void count_row(struct compacting *c)
{
    enum { PROGRESS_ROWS = 65536 };
    if (++c->out->rows % PROGRESS_ROWS == 0)
        tell(c, c->out->rows, c->of);
}

static enum fb_err compare_rows(struct compacting *c, enum fb_table table, struct fb_cursor *a, struct fb_cursor *b)
{
    const struct fb_store_ops *ops = &fb_lmdb__ops;
    const struct fb_span first = {NULL, 0};
    struct fb_row old, new;
    struct fb_span value;
    enum fb_err err = ops->cursor_seek(a, first, false, &old), other = ops->cursor_seek(b, first, false, &new);
    while (err == FB_OK && other == FB_OK) {
        if (!same(&old, &new) || fb_store__check(table, &old, &value) != FB_OK)
            return FB_DAMAGED;
        count_row(c);
        err = ops->cursor_next(a, &old);
        other = ops->cursor_next(b, &new);
    }
    return err == FB_NOT_FOUND && other == FB_NOT_FOUND ? FB_OK : FB_DAMAGED;
}

static enum fb_err compare_table(struct compacting *c, struct fb_txn *a, struct fb_txn *b, enum fb_table table)
{
    const struct fb_store_ops *ops = &fb_lmdb__ops;
    struct fb_cursor *old = NULL, *new = NULL;
    enum fb_err err = ops->cursor_open(a, table, &old);
    if (err == FB_OK)
        err = ops->cursor_open(b, table, &new);
    if (err == FB_OK)
        err = compare_rows(c, table, old, new);
    if (old != NULL)
        ops->cursor_close(old);
    if (new != NULL)
        ops->cursor_close(new);
    return err;
}

static enum fb_err compare(struct compacting *c, struct fb_store *fresh)
{
    struct fb_txn *a = NULL, *b = NULL;
    enum fb_err err = fb_store_read(c->store, &a);
    if (err == FB_OK)
        err = fb_store_read(fresh, &b);
    for (unsigned t = 0; t < FB_TABLES && err == FB_OK; t++)
        c->of += fb_table_rows(a, (enum fb_table)t);
    for (unsigned t = 0; t < FB_TABLES && err == FB_OK; t++)
        err = compare_table(c, a, b, (enum fb_table)t);
    fb_txn_abort(&a);
    fb_txn_abort(&b);
    return err == FB_DAMAGED ? say(c, err, "a row of the store is damaged, or did not come over: `fairbank verify` names it; nothing "
                                           "was changed")
                             : err;
}

/* Opened, it must be a store, and hold what the old one holds. */
static enum fb_err check_fresh(struct compacting *c)
{
    struct lmdb_store fresh = {.base = {.ops = &fb_lmdb__ops, .read_only = true}, .lock_fd = -1, .open_fd = -1};
    enum fb_err err = fb_lmdb__env_open(&fresh, c->fresh, fb_store_map_bytes(c->store), MDB_NOSUBDIR | MDB_RDONLY);
    if (err == FB_OK)
        err = fb_lmdb__err(fb_lmdb__tables_open(&fresh, FB_TABLES, false));
    if (err == FB_OK)
        err = compare(c, &fresh.base);
    fb_lmdb__env_close(&fresh);
    return err;
}

/* ---- in its place ---- */

/* The folder always has a whole data.mdb: the old one gets a second name, and the new one takes the first over at once. LMDB's own
 * file of locks belongs to the old one and goes with it, nobody has it open: that of the new one takes its name. */
static enum fb_err exchange(struct compacting *c, const char *folder)
{
    tell(c, c->of, c->of);
    fb_lmdb__env_close(c->s);
    (void)unlink(c->before);
    bool linked = link(c->data, c->before) == 0;
    if (!linked || rename(c->fresh, c->data) != 0) {
        if (linked)
            (void)unlink(c->before);
        return say(c, FB_IO, "the new file could not be given the old one's name; nothing was changed");
    }
    if (rename(c->fresh_lock, c->lock) != 0)
        (void)unlink(c->lock);
    enum fb_err err = fb_lmdb__folder_sync(folder);
    return err == FB_OK ? FB_OK
                        : say(c, err, "the folder could not be flushed to the disk: data.mdb is the new file, data.mdb.before the old one, both whole; "
                                      "look at the disk, and keep both until fairbank verify says that data.mdb is equal");
}

/* The old file's last name. */
static enum fb_err let_go(struct compacting *c, const char *folder)
{
    (void)unlink(c->before);
    enum fb_err err = fb_lmdb__folder_sync(folder);
    return err == FB_OK ? FB_OK
                        : say(c, err, "data.mdb is the new file, and whole; that the old one, data.mdb.before, was removed could not be flushed to the "
                                      "disk: look at the disk");
}

static enum fb_err look_again(struct compacting *c, const char *folder)
{
    struct fb_lmdb_file file;
    struct lmdb_store s = {.base = {.ops = &fb_lmdb__ops, .read_only = true}, .lock_fd = -1, .open_fd = -1};
    enum fb_err err = fb_lmdb__file_look(c->data, &file);
    if (err == FB_OK)
        err = fb_lmdb__env_open(&s, folder, file.pages * file.page_bytes * 2, MDB_RDONLY);
    if (err == FB_OK)
        err = fb_lmdb__err(fb_lmdb__tables_open(&s, FB_TABLES, false));
    fb_lmdb__env_close(&s);
    return err == FB_OK ? FB_OK : say(c, err, "the new file cannot be opened: put data.mdb.before back in data.mdb's place");
}

static enum fb_err compact(struct compacting *c, const char *folder)
{
    if (flock(c->s->open_fd, LOCK_EX | LOCK_NB) != 0)
        return say(c, FB_BUSY, "somebody reads the store: end what reads this folder, then compact again");
    tell(c, 0, 0);
    if (lstat(c->data, &c->old) != 0)
        return say(c, FB_IO, "data.mdb cannot be looked at");
    if (!S_ISREG(c->old.st_mode))
        return say(c, FB_REFUSED, "data.mdb is a link, and the new file would take the link's place, and the old one stay where it is: put the file itself "
                                  "into the folder (mount its disk there, or let the folder be the link)");
    c->out->before = (uint64_t)c->old.st_size;
    enum fb_err err = write_fresh(c);
    if (err == FB_OK)
        err = check_fresh(c);
    if (err == FB_OK)
        err = exchange(c, folder);
    if (err == FB_OK)
        err = look_again(c, folder);
    if (err == FB_OK) {
        c->out->after = file_bytes(c->data);
        err = let_go(c, folder);
    }
    (void)unlink(c->fresh); /* neither is there any more when all went well */
    (void)unlink(c->fresh_lock);
    return err;
}

enum fb_err fb_store_compact(const char *folder, struct fb_store_compacted *out, const char **why)
{
    return fb_store_compact_told(folder, NULL, NULL, out, why);
}

enum fb_err fb_store_compact_told(const char *folder, void (*progress)(void *ctx, uint64_t done, uint64_t of), void *ctx,
                                  struct fb_store_compacted *out, const char **why)
{
    struct compacting c = {.out = out, .why = why, .progress = progress, .ctx = ctx};
    *out = (struct fb_store_compacted){.rows = 0};
    *why = "";
    if (!paths(&c, folder))
        return say(&c, FB_LIMIT, "the folder's name is too long");
    struct fb_store_owner was; /* from the first file that is opened to the last name that is given */
    enum fb_err err = fb_store_become_owner(&was, folder, why);
    if (err != FB_OK)
        return err;
    err = fb_store_open(&c.store, folder, &(struct fb_store_options){.map_bytes = FB_MAP_BYTES_LEAST}, why);
    if (err == FB_OK) {
        c.s = (struct lmdb_store *)c.store;
        err = compact(&c, folder);
        fb_store_close(&c.store);
    }
    fb_store_return_root(&was);
    return err;
}
