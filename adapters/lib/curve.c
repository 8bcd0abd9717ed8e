#include "adapters/lib/curve.h"
#include <errno.h>
#include <fcntl.h>
#include <sodium.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>
#include <zmq.h>

enum { PATH_BYTES = 1024, OTHERS = 0077, OWNERS_ONLY = 0600, EVERYBODYS = 0644 };

static enum fb_err say(struct fb_text *why, enum fb_err e, const char *path, const char *what)
{
    fb_text_add(why, path);
    fb_text_add(why, " ");
    fb_text_add(why, what);
    return e;
}

/* What the system said of a key's file, and what to do. */
static enum fb_err say_unread(struct fb_text *why, const char *path)
{
    fb_text_add(why, path);
    fb_text_add(why, ": ");
    fb_text_add(why, strerror(errno));
    fb_text_add(why, errno == ENOENT ? ": name the file of a key, or make a pair with: fairbank keys make NAME" : ": see that you may read it");
    return FB_REFUSED;
}

/* ---- reading ---- */

static enum fb_err read_text(const char *path, bool secret, char text[FB_Z85_FILE_BYTES_MAX], uint32_t *n, struct fb_text *why)
{
    struct stat st;
    int fd = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK);
    *n = 0;
    if (fd < 0)
        return say_unread(why, path);
    enum fb_err e = fstat(fd, &st) == 0 && S_ISREG(st.st_mode) ? FB_OK : say(why, FB_REFUSED, path, "is no file");
    if (e == FB_OK && secret && (st.st_mode & OTHERS) != 0)
        e = say(why, FB_REFUSED, path, "may be read by others than its owner: ask who read it, then chmod 600 it, or make a new key");
    ssize_t got = e == FB_OK ? read(fd, text, FB_Z85_FILE_BYTES_MAX) : 0;
    if (got < 0)
        e = say_unread(why, path);
    *n = got > 0 ? (uint32_t)got : 0;
    (void)close(fd);
    return e;
}

/* A pair is never shown by its secret half, so the file of one may be asked for its public key by its owner only. */
enum fb_err fb_curve_public(unsigned char key[FB_Z85_KEY_BYTES], const char *path, struct fb_text *why)
{
    char text[FB_Z85_FILE_BYTES_MAX];
    uint32_t n;
    enum fb_err e = read_text(path, false, text, &n, why);
    if (e == FB_OK && fb_z85_find(key, (struct fb_span){text, n}, "public") != FB_OK)
        e = say(why, FB_REFUSED, path, "holds no line `public: KEY`: it is no key file as `fairbank keys make` writes one");
    sodium_memzero(text, sizeof text);
    return e;
}

static enum fb_err read_pair(struct fb_curve *out, const char *path, struct fb_text *why)
{
    char text[FB_Z85_FILE_BYTES_MAX], own[FB_Z85_TEXT_BYTES + 1], made[FB_Z85_TEXT_BYTES + 1];
    uint32_t n;
    enum fb_err e = read_text(path, true, text, &n, why);
    struct fb_span file = {text, n};
    if (e == FB_OK && (fb_z85_find(out->own_secret, file, "secret") != FB_OK || fb_z85_find(out->own_public, file, "public") != FB_OK))
        e = say(why, FB_REFUSED, path, "holds no lines `public: KEY` and `secret: KEY`: it is no key file as `fairbank keys make` writes one");
    if (e == FB_OK) {
        fb_z85_encode(own, out->own_secret);
        if (zmq_curve_public(made, own) != 0)
            e = say(why, FB_REFUSED, path, "cannot be used: this build of the library has no keys (CURVE)");
        fb_z85_encode(own, out->own_public);
        if (e == FB_OK && strcmp(made, own) != 0)
            e = say(why, FB_REFUSED, path, "holds two halves of different pairs");
    }
    sodium_memzero(text, sizeof text);
    return e;
}

static enum fb_err read_server(struct fb_curve *out, const char *said, struct fb_text *why)
{
    return fb_z85_decode(out->server, fb_span_of(said)) == FB_OK ? FB_OK : fb_curve_public(out->server, said, why);
}

enum fb_err fb_curve_open(struct fb_curve *out, const char *endpoint, const char *server_key, const char *key, struct fb_text *why)
{
    *out = (struct fb_curve){.on = false};
    if (strncmp(endpoint, "tcp://", 6) == 0) {
        server_key = server_key != NULL ? server_key : getenv("FAIRBANK_SERVER_KEY");
        key = key != NULL ? key : getenv("FAIRBANK_KEY");
    }
    if (server_key == NULL && key == NULL)
        return FB_OK;
    if (server_key == NULL || key == NULL)
        return say(why, FB_REFUSED, server_key == NULL ? "--server-key" : "--key",
                   "is missing: a connection with keys needs the engine's public key and one's own pair, so both options");
    enum fb_err e = read_server(out, server_key, why);
    if (e == FB_OK)
        e = read_pair(out, key, why);
    out->on = e == FB_OK;
    if (e != FB_OK)
        fb_curve_close(out);
    return e;
}

void fb_curve_close(struct fb_curve *c) { sodium_memzero(c, sizeof *c); }

enum fb_err fb_curve_set(void *socket, const struct fb_curve *c)
{
    if (c == NULL || !c->on)
        return FB_OK;
    bool good = zmq_setsockopt(socket, ZMQ_CURVE_SERVERKEY, c->server, sizeof c->server) == 0 &&
                zmq_setsockopt(socket, ZMQ_CURVE_PUBLICKEY, c->own_public, sizeof c->own_public) == 0 &&
                zmq_setsockopt(socket, ZMQ_CURVE_SECRETKEY, c->own_secret, sizeof c->own_secret) == 0;
    return good ? FB_OK : FB_IO;
}

/* ---- making ---- */

static bool path_of(char out[PATH_BYTES], const char *folder, const char *name, const char *suffix)
{
    struct fb_text t;
    fb_text_init(&t, out, PATH_BYTES);
    fb_text_add(&t, folder);
    fb_text_add(&t, "/");
    fb_text_add(&t, name);
    fb_text_add(&t, suffix);
    return !t.cut;
}

static enum fb_err write_new(const char *path, const struct fb_text *text, unsigned mode, struct fb_text *why)
{
    int fd = open(path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC | O_NOFOLLOW, mode);
    if (fd < 0)
        return say(why, errno == EEXIST ? FB_REFUSED : FB_IO, path,
                   errno == EEXIST ? "is there already, and a key is never written over: give the new one another name, or move this one away"
                   : errno == ENOENT ? "cannot be made: its folder is not there"
                                     : strerror(errno));
    ssize_t n = write(fd, text->p, text->n);
    bool good = n == (ssize_t)text->n && fsync(fd) == 0;
    good = close(fd) == 0 && good;
    if (good)
        return FB_OK;
    (void)unlink(path);
    return say(why, FB_IO, path, "cannot be written");
}

static void add_line(struct fb_text *t, const char *before, const char *text)
{
    fb_text_add(t, before);
    fb_text_add(t, text);
    fb_text_add(t, "\n");
}

static enum fb_err write_public(const char *pub, const char *name, const char *key, struct fb_text *why)
{
    char text[FB_Z85_FILE_BYTES_MAX];
    struct fb_text t;
    fb_text_init(&t, text, sizeof text);
    add_line(&t, "# The public key of Fairbank's ", name);
    add_line(&t, "public: ", key);
    return write_new(pub, &t, EVERYBODYS, why);
}

static bool is_there(const char *path)
{
    struct stat st;
    return lstat(path, &st) == 0;
}

/* A run that was killed between the two files left the pair, which somebody may have taken for theirs since: it stays, and gets its public half. */
static enum fb_err finish(const char *path, const char *pub, const char *name, unsigned char public_key[FB_Z85_KEY_BYTES], struct fb_text *why)
{
    struct fb_curve pair = {.on = false};
    char own[FB_Z85_TEXT_BYTES + 1];
    enum fb_err e = read_pair(&pair, path, why);
    memcpy(public_key, pair.own_public, FB_Z85_KEY_BYTES);
    fb_curve_close(&pair);
    if (e != FB_OK) {
        fb_text_add(why, ". It is there already, and a key is never written over: if a run that was cut short left it, remove it and make the pair again");
        return e;
    }
    fb_z85_encode(own, public_key);
    return write_public(pub, name, own, why);
}

enum fb_err fb_curve_make(const char *folder, const char *name, unsigned char public_key[FB_Z85_KEY_BYTES], struct fb_text *why)
{
    char path[PATH_BYTES], pub[PATH_BYTES], text[FB_Z85_FILE_BYTES_MAX], own[FB_Z85_TEXT_BYTES + 1], secret[FB_Z85_TEXT_BYTES + 1];
    struct fb_text t;
    if (!path_of(path, folder, name, ".key") || !path_of(pub, folder, name, ".pub"))
        return say(why, FB_REFUSED, folder, "is too long a path");
    if (is_there(path) && !is_there(pub))
        return finish(path, pub, name, public_key, why);
    if (zmq_has("curve") != 1 || zmq_curve_keypair(own, secret) != 0)
        return say(why, FB_IO, "the library", "has no keys (CURVE) in this build");
    enum fb_err e = fb_z85_decode(public_key, fb_span_of(own));
    fb_text_init(&t, text, sizeof text);
    add_line(&t, "# A pair of keys of Fairbank. Keep this file secret: whoever has it is taken for ", name);
    add_line(&t, "public: ", own);
    add_line(&t, "secret: ", secret);
    if (e == FB_OK)
        e = write_new(path, &t, OWNERS_ONLY, why);
    sodium_memzero(text, sizeof text);
    sodium_memzero(secret, sizeof secret);
    if (e == FB_OK && (e = write_public(pub, name, own, why)) != FB_OK)
        (void)unlink(path); /* both, or neither */
    return e;
}
