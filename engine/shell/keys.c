#include "engine/shell/keys.h"
#include <errno.h>
#include <fcntl.h>
#include <sodium.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

enum { PATH_BYTES = 4096, OWNERS_ONLY = 0600, OTHERS = 0077 };
_Static_assert((int)FB_KEY_FILE_BYTES == (int)FB_PORTS_KEY_BYTES && FB_KEY_FILE_BYTES == crypto_sign_SEEDBYTES && FB_KEY_FILE_BYTES == crypto_sign_PUBLICKEYBYTES &&
                   (int)FB_LINK_SECRET_BYTES == (int)crypto_sign_SECRETKEYBYTES,
               "what libsodium's Ed25519 takes");

struct place {
    char folder[PATH_BYTES], path[PATH_BYTES], fresh[PATH_BYTES];
    struct fb_text *why;
};

static bool path_in(char out[PATH_BYTES], const char *folder, const char *name, const char *suffix)
{
    struct fb_text t;
    fb_text_init(&t, out, PATH_BYTES);
    fb_text_add(&t, folder);
    fb_text_add(&t, "/");
    fb_text_add(&t, name);
    fb_text_add(&t, suffix);
    return !t.cut;
}

static enum fb_err say(struct place *p, enum fb_err e, const char *what)
{
    fb_text_add(p->why, p->path);
    fb_text_add(p->why, " ");
    fb_text_add(p->why, what);
    return e;
}

static enum fb_err say_errno(struct place *p, const char *what)
{
    say(p, FB_IO, what);
    fb_text_add(p->why, ": ");
    fb_text_add(p->why, strerror(errno));
    return FB_IO;
}

/* ---- reading ---- */

static enum fb_err check(struct place *p, const struct stat *st)
{
    if (!S_ISREG(st->st_mode))
        return say(p, FB_REFUSED, "is not a file: restore the key from its copy");
    if ((st->st_mode & OTHERS) != 0)
        return say(p, FB_REFUSED,
                   "may be read by others than its owner: ask who read it, then chmod 600 it (whoever has the key and the "
                   "system's own can tell who a worker is)");
    if (st->st_size != FB_KEY_FILE_BYTES)
        return say(p, FB_REFUSED, "does not have 32 bytes, so it is no key: restore the key from its copy");
    return FB_OK;
}

static enum fb_err read_all(struct place *p, int fd, unsigned char *key)
{
    size_t n = 0;
    while (n < FB_KEY_FILE_BYTES) {
        ssize_t got = read(fd, key + n, FB_KEY_FILE_BYTES - n);
        if (got < 0 && errno == EINTR)
            continue;
        if (got < 0)
            return say_errno(p, "cannot be read");
        if (got == 0)
            return say(p, FB_REFUSED, "ends before its 32 bytes: restore the key from its copy");
        n += (size_t)got;
    }
    return FB_OK;
}

/* FB_NOT_FOUND: there is none. A link is not followed: it would take the check of its owner elsewhere. */
static enum fb_err read_key(struct place *p, unsigned char *key)
{
    struct stat st;
    int fd = open(p->path, O_RDONLY | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK);
    if (fd < 0)
        return errno == ENOENT ? FB_NOT_FOUND
               : errno == ELOOP
                   ? say(p, FB_REFUSED, "is a link to another file: put the key itself there")
                   : say_errno(p, "cannot be opened");
    enum fb_err e = fstat(fd, &st) == 0 ? check(p, &st) : say_errno(p, "cannot be looked at");
    if (e == FB_OK)
        e = read_all(p, fd, key);
    (void)close(fd);
    return e;
}

/* ---- making ---- */

static bool write_all(int fd, const unsigned char *key)
{
    size_t n = 0;
    while (n < FB_KEY_FILE_BYTES) {
        ssize_t put = write(fd, key + n, FB_KEY_FILE_BYTES - n);
        if (put < 0 && errno != EINTR)
            return false;
        n += put > 0 ? (size_t)put : 0;
    }
    return fsync(fd) == 0;
}

static bool sync_folder(const char *folder)
{
    int fd = open(folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    bool ok = fd >= 0 && fsync(fd) == 0;
    if (fd >= 0)
        (void)close(fd);
    return ok;
}

/* Whole and durable under another name before it gets its own: a power cut leaves either no key or all of it. */
static enum fb_err make_key(struct place *p, unsigned char *key)
{
    (void)unlink(p->fresh); /* of a start that was cut short */
    int fd = open(p->fresh, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC | O_NOFOLLOW, OWNERS_ONLY);
    if (fd < 0)
        return say_errno(p, "cannot be made");
    randombytes_buf(key, FB_KEY_FILE_BYTES);
    bool ok = write_all(fd, key);
    ok = close(fd) == 0 && ok;
    if (ok && rename(p->fresh, p->path) == 0 && sync_folder(p->folder))
        return FB_OK;
    return say_errno(p, "cannot be made");
}

static bool place_of(struct place *p, const char *folder, const char *name)
{
    return path_in(p->path, folder, name, "") && path_in(p->fresh, folder, name, ".new") && path_in(p->folder, folder, "", "");
}

static enum fb_err read_or_make(const char *folder, const char *name, unsigned char *key, bool *made, struct fb_text *why)
{
    struct place p = {.why = why};
    if (!place_of(&p, folder, name))
        return say(&p, FB_LIMIT, "is too long a path: choose a shorter data folder");
    enum fb_err e = read_key(&p, key);
    *made = e == FB_NOT_FOUND;
    return *made ? make_key(&p, key) : e;
}

/* Where workers are held it is needed: none is made in its place. */
static enum fb_err worker_key(struct fb_keys *out, const char *folder, bool needed, struct fb_text *why)
{
    struct place p = {.why = why};
    if (!needed || !place_of(&p, folder, "worker.key"))
        return read_or_make(folder, "worker.key", out->worker.bytes, &out->made_worker, why);
    enum fb_err e = read_key(&p, out->worker.bytes);
    return e != FB_NOT_FOUND ? e
                             : say(&p, FB_REFUSED,
                                   "is missing, and the store holds workers under it: restore the key from its copy. With another key no "
                                   "worker would be known again");
}

enum fb_err fb_keys_open(struct fb_keys *out, const char *folder, bool workers_held, struct fb_text *why)
{
    unsigned char seed[FB_KEY_FILE_BYTES];
    *out = (struct fb_keys){.made_worker = false};
    if (sodium_init() < 0) {
        fb_text_add(why, "the library that makes keys cannot be used");
        return FB_IO;
    }
    enum fb_err e = worker_key(out, folder, workers_held, why);
    if (e == FB_OK)
        e = read_or_make(folder, "link.key", seed, &out->made_link, why);
    if (e == FB_OK)
        (void)crypto_sign_seed_keypair(out->link_public, out->link_secret, seed);
    if (e == FB_OK)
        e = read_or_make(folder, "checkpoint.key", seed, &out->made_checkpoint, why);
    if (e == FB_OK)
        (void)crypto_sign_seed_keypair(out->checkpoint_public, out->checkpoint_secret, seed);
    sodium_memzero(seed, sizeof seed);
    if (e != FB_OK)
        fb_keys_close(out);
    return e;
}

enum fb_err fb_keys_checkpoint(unsigned char out[FB_KEY_FILE_BYTES], const char *folder, struct fb_text *why)
{
    unsigned char seed[FB_KEY_FILE_BYTES], secret[crypto_sign_SECRETKEYBYTES];
    struct place p = {.why = why};
    if (sodium_init() < 0 || !place_of(&p, folder, "checkpoint.key"))
        return say(&p, FB_LIMIT, "cannot be read");
    enum fb_err e = read_key(&p, seed);
    if (e == FB_NOT_FOUND)
        (void)say(&p, e, "is missing");
    if (e == FB_OK)
        (void)crypto_sign_seed_keypair(out, secret, seed);
    sodium_memzero(seed, sizeof seed);
    sodium_memzero(secret, sizeof secret);
    return e;
}

void fb_keys_close(struct fb_keys *keys)
{
    sodium_memzero(keys, sizeof *keys);
}
