#include "tools/fairbank/care/snapshot.h"
#include "adapters/lib/write_all.h"
#include "engine/core/decide.h"
#include "engine/store/care.h"
#include "tools/fairbank/json.h"
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <jansson.h>
#include <sodium.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

enum { DIGEST_BYTES = 32, POUR_BYTES = 1 << 20, SAY_MS = 2000, SAY_EVERY_MS = 200, SYNC_BYTES = 8 << 20 };
_Static_assert(SNAPSHOT_DIGEST == 2 * DIGEST_BYTES + 1, "a digest in hex and its end");

static int64_t ticks_ms(void)
{
    struct timespec now;
    clock_gettime(CLOCK_MONOTONIC, &now);
    return (int64_t)now.tv_sec * 1000 + now.tv_nsec / 1000000;
}

const char *size_word(uint64_t bytes)
{
    static char word[4][32];
    static unsigned at;
    static const char *const units[] = {"bytes", "KiB", "MiB", "GiB", "TiB"};
    unsigned unit = 0;
    uint64_t tenths = bytes * 10;
    for (; tenths >= 10240 && unit < 4; unit++)
        tenths /= 1024;
    char *w = word[at++ % 4];
    if (unit == 0)
        snprintf(w, sizeof(word[0]), "%llu bytes", (unsigned long long)bytes);
    else
        snprintf(w, sizeof(word[0]), "%llu.%llu %s", (unsigned long long)(tenths / 10), (unsigned long long)(tenths % 10), units[unit]);
    return w;
}

/* ---- files ---- */

bool path_of(char out[SNAPSHOT_PATH], const char *folder, const char *name)
{
    int n = snprintf(out, SNAPSHOT_PATH, "%s/%s", folder, name);
    return n > 0 && n < SNAPSHOT_PATH;
}

void parent_of(char out[SNAPSHOT_PATH], const char *folder)
{
    size_t n = strlen(folder);
    while (n > 1 && folder[n - 1] == '/')
        n--;
    while (n > 0 && folder[n - 1] != '/')
        n--;
    if (n == 0)
        snprintf(out, SNAPSHOT_PATH, ".");
    else
        snprintf(out, SNAPSHOT_PATH, "%.*s", (int)n, folder);
}

static enum fb_err sync_of(const char *path, int flags)
{
    int fd = open(path, O_RDONLY | O_CLOEXEC | flags);
    if (fd < 0)
        return FB_IO;
    enum fb_err e = fsync(fd) == 0 ? FB_OK : FB_IO;
    close(fd);
    return e;
}

enum fb_err folder_sync(const char *folder)
{
    return sync_of(folder, O_DIRECTORY);
}

enum fb_err file_sync(const char *path)
{
    return sync_of(path, 0);
}

void folder_clear(const char *folder)
{
    const struct dirent *file;
    int fd = open(folder, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
    DIR *dir = fd >= 0 ? fdopendir(fd) : NULL;
    while (dir != NULL && (file = readdir(dir)) != NULL)
        (void)unlinkat(dirfd(dir), file->d_name, 0); /* only files: `.` and `..` stay */
    if (dir != NULL)
        (void)closedir(dir);
    else if (fd >= 0)
        close(fd);
}

void folder_remove(const char *folder)
{
    folder_clear(folder);
    (void)rmdir(folder);
}

static bool is_one_of(const char *name, const char *const *names)
{
    while (*names != NULL && strcmp(*names, name) != 0)
        names++;
    return *names != NULL;
}

bool folder_holds_only(const char *folder, const char *const *names)
{
    static const char *const itself[] = {".", "..", NULL};
    const struct dirent *file;
    bool only = true;
    DIR *dir = opendir(folder);
    if (dir == NULL)
        return errno == ENOENT;
    while (only && (file = readdir(dir)) != NULL)
        only = is_one_of(file->d_name, itself) || is_one_of(file->d_name, names);
    (void)closedir(dir);
    return only;
}

enum fb_err file_put(const char *folder, const char *name, const char *text)
{
    char path[SNAPSHOT_PATH], fresh[SNAPSHOT_PATH];
    if (!path_of(path, folder, name) || snprintf(fresh, sizeof(fresh), "%s.new", path) >= SNAPSHOT_PATH)
        return FB_LIMIT;
    (void)unlink(fresh); /* of one that was cut short, or a link to somewhere */
    int fd = open(fresh, O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, 0600);
    if (fd < 0)
        return FB_IO;
    size_t n = strlen(text);
    bool ok = write(fd, text, n) == (ssize_t)n && fsync(fd) == 0;
    ok = close(fd) == 0 && ok;
    if (ok && rename(fresh, path) == 0)
        return folder_sync(folder);
    (void)unlink(fresh);
    return FB_IO;
}

/* ---- the manifest ---- */

static json_t *number_text(uint64_t v) /* 64 bits are more than JSON's readers can be trusted with */
{
    char text[24];
    snprintf(text, sizeof(text), "%llu", (unsigned long long)v);
    return json_string(text);
}

static enum fb_err put_json(json_t *j, const char *folder, const char *name)
{
    char *text = j != NULL ? json_dumps(j, JSON_INDENT(2)) : NULL, *line = text != NULL ? realloc(text, strlen(text) + 2) : NULL;
    if (line != NULL)
        memcpy(line + strlen(line), "\n", 2);
    enum fb_err e = line != NULL ? file_put(folder, name, line) : FB_FULL;
    free(line != NULL ? line : text);
    json_decref(j);
    return e;
}

enum fb_err snapshot_write(const struct snapshot *s, const char *folder)
{
    char at[25];
    fb_instant_format(at, s->at_ms);
    json_t *j = json_pack("{s:i, s:s, s:o, s:o, s:o, s:i, s:i, s:o, s:s, s:s, s:s, s:s}", "fairbank_backup", SNAPSHOT_FORMAT,
                          "made_at", at, "epoch", number_text(s->epoch), "journal", number_text(s->journal), "events",
                          number_text(s->events), "schema", (int)s->schema, "decide", (int)s->decide, "bytes",
                          number_text(s->bytes), "digest", s->digest, "digest_is", "BLAKE2b-256 of data.mdb", "fairbank", s->made_by,
                          "keys", "are not in here: worker.key and the others are backed up apart");
    return put_json(j, folder, "manifest.json");
}

static bool get_u64(const json_t *j, const char *key, uint64_t *out)
{
    const char *text = json_string_value(json_object_get(j, key));
    return text != NULL && fb_parse_u64(out, fb_span_of(text)) == FB_OK;
}

static bool get_text(const json_t *j, const char *key, char *out, size_t size)
{
    const char *text = json_string_value(json_object_get(j, key));
    return text != NULL && snprintf(out, size, "%s", text) < (int)size;
}

static bool take(struct snapshot *s, const json_t *j)
{
    char at[40];
    s->schema = (uint32_t)json_integer_value(json_object_get(j, "schema"));
    s->decide = (uint32_t)json_integer_value(json_object_get(j, "decide"));
    return get_u64(j, "epoch", &s->epoch) && get_u64(j, "journal", &s->journal) && get_u64(j, "events", &s->events) &&
           get_u64(j, "bytes", &s->bytes) && get_text(j, "digest", s->digest, sizeof(s->digest)) &&
           get_text(j, "fairbank", s->made_by, sizeof(s->made_by)) && get_text(j, "made_at", at, sizeof(at)) &&
           fb_instant_parse(&s->at_ms, fb_span_of(at)) == FB_OK;
}

/* NULL: it is more than anything we write. A folder that came from elsewhere may hold anything under our names: a pipe would never end. */
static json_t *read_small(int fd)
{
    enum { MOST = 64 << 10 };
    static char text[MOST + 1];
    struct stat st;
    size_t n = 0;
    ssize_t got = 1;
    if (fstat(fd, &st) != 0 || !S_ISREG(st.st_mode))
        return NULL;
    while (n < sizeof(text) && (got = read(fd, text + n, sizeof(text) - n)) > 0)
        n += (size_t)got;
    return got == 0 ? json_loadb(text, n, JSON_REJECT_DUPLICATES, NULL) : NULL;
}

static json_t *get_json(const char *path)
{
    int fd = open(path, O_RDONLY | O_NONBLOCK | O_CLOEXEC);
    json_t *j = fd >= 0 ? read_small(fd) : NULL;
    if (fd >= 0)
        close(fd);
    return j;
}

enum fb_err snapshot_read(struct snapshot *s, const char *folder)
{
    char path[SNAPSHOT_PATH];
    *s = (struct snapshot){0};
    if (!path_of(path, folder, "manifest.json"))
        return FB_LIMIT;
    if (access(path, F_OK) != 0)
        return FB_NOT_FOUND;
    json_t *j = get_json(path);
    json_int_t format = json_integer_value(json_object_get(j, "fairbank_backup"));
    enum fb_err e = format == SNAPSHOT_FORMAT ? (take(s, j) ? FB_OK : FB_DAMAGED) : format > SNAPSHOT_FORMAT ? FB_NEWER : FB_DAMAGED;
    json_decref(j);
    return e;
}

enum fb_err snapshot_note(const char *data, const struct snapshot *s, const char *to)
{
    char at[25];
    const char *why = NULL;
    struct fb_store_owner was;
    fb_instant_format(at, s->at_ms);
    enum fb_err e = fb_store_become_owner(&was, data, &why);
    if (e != FB_OK)
        return e;
    e = put_json(json_pack("{s:s, s:o, s:o}", "made_at", at, "journal", number_text(s->journal), "to", json_path(to)), data, "last-backup");
    fb_store_return_root(&was);
    return e;
}

enum fb_err snapshot_noted(const char *data, int64_t *at_ms, uint64_t *journal)
{
    char path[SNAPSHOT_PATH], at[40];
    if (!path_of(path, data, "last-backup"))
        return FB_LIMIT;
    if (access(path, R_OK) != 0)
        return errno == ENOENT || errno == ENOTDIR ? FB_NOT_FOUND : FB_IO;
    json_t *j = get_json(path);
    bool ok = get_text(j, "made_at", at, sizeof(at)) && fb_instant_parse(at_ms, fb_span_of(at)) == FB_OK && get_u64(j, "journal", journal);
    json_decref(j);
    return ok ? FB_OK : FB_DAMAGED;
}

/* ---- pouring ---- */

static void say(const struct snapshot_pour *p, int64_t began, int64_t *said)
{
    int64_t now = ticks_ms();
    if (now - began < SAY_MS || now - *said < SAY_EVERY_MS || !isatty(STDERR_FILENO))
        return;
    *said = now;
    fprintf(stderr, "\r%s %s of about %s ", p->words, size_word(p->bytes), size_word(p->of));
}

static enum fb_err pour(int from, int to, struct snapshot_pour *p, unsigned char *buffer, crypto_generichash_state *hash)
{
    int64_t began = ticks_ms(), said = 0;
    size_t unsynced = 0;
    for (;;) {
        ssize_t n = read(from, buffer, POUR_BYTES);
        if (p->stop != NULL && *p->stop)
            return FB_BUSY;
        if (n < 0 && errno == EINTR)
            continue;
        if (n <= 0) {
            if (said != 0)
                fputs("\r\033[K", stderr);
            return n < 0 ? FB_IO : FB_OK;
        }
        crypto_generichash_update(hash, buffer, (unsigned long long)n);
        if (to >= 0 && !fb_write_all(to, buffer, (size_t)n))
            return errno == ENOSPC || errno == EDQUOT ? FB_FULL : FB_IO;
        p->bytes += (uint64_t)n;
        /* Little by little: what piles up unwritten is written before the engine's next commit, which then waits for all of it. */
        unsynced += (size_t)n;
        if (to >= 0 && unsynced >= SYNC_BYTES) {
            if (fdatasync(to) != 0)
                return FB_IO;
            unsynced = 0;
        }
        say(p, began, &said);
    }
}

enum fb_err snapshot_pour(int from, int to, struct snapshot_pour *p)
{
    crypto_generichash_state hash;
    unsigned char digest[DIGEST_BYTES], *buffer = malloc(POUR_BYTES);
    p->bytes = 0;
    if (buffer == NULL || sodium_init() < 0 || crypto_generichash_init(&hash, NULL, 0, DIGEST_BYTES) != 0) {
        free(buffer);
        return FB_FULL;
    }
    enum fb_err e = pour(from, to, p, buffer, &hash);
    crypto_generichash_final(&hash, digest, DIGEST_BYTES);
    (void)sodium_bin2hex(p->digest, sizeof(p->digest), digest, DIGEST_BYTES);
    free(buffer);
    return e;
}
