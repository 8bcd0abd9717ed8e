#include "tools/fairbank/export/day_file.h"
#include "adapters/lib/write_all.h"
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

/* TORN_MAX: no page that was being written is longer; what is, was not torn by a crash. */
enum { FIRST_IDS = 256, FILE_MODE = 0640, FOLDER_MODE = 0750, TORN_MAX = 2 << 20 };

static enum fb_err failed(struct day_files *f, const char *what)
{
    (void)snprintf(f->fault, sizeof f->fault, "%s%s%s: %s", f->path, f->name[0] != '\0' ? "/" : "", f->name, what);
    return FB_IO;
}

/* ---- ids ---- */

bool day_id_parse(struct day_id *out, const char *text, size_t n)
{
    const char *dash = n > 0 ? memchr(text, '-', n) : NULL;
    if (dash == NULL)
        return false;
    struct fb_span epoch = {text, (uint32_t)(dash - text)}, seq = {dash + 1, (uint32_t)(n - epoch.n - 1)};
    return fb_parse_u64(&out->epoch, epoch) == FB_OK && fb_parse_u64(&out->seq, seq) == FB_OK;
}

static bool before(struct day_id a, struct day_id b) { return a.epoch != b.epoch ? a.epoch < b.epoch : a.seq < b.seq; }

/* They come in their order, but for those of before a restore: mostly it is the last place. */
static size_t place_of(const struct day_files *f, struct day_id id)
{
    size_t low = 0, high = f->n;
    if (f->n == 0 || before(f->id[f->n - 1], id))
        return f->n;
    while (low < high) {
        size_t mid = low + (high - low) / 2;
        if (before(f->id[mid], id))
            low = mid + 1;
        else
            high = mid;
    }
    return low;
}

enum fb_err day_files_take(struct day_files *f, struct day_id id, bool *again)
{
    size_t at = place_of(f, id);
    *again = at < f->n && !before(id, f->id[at]);
    if (*again)
        return FB_OK;
    if (f->n == f->room) {
        size_t room = f->room == 0 ? FIRST_IDS : f->room * 2;
        struct day_id *more = realloc(f->id, room * sizeof *more);
        if (more == NULL)
            return FB_FULL;
        f->id = more;
        f->room = room;
    }
    memmove(f->id + at + 1, f->id + at, (f->n - at) * sizeof *f->id);
    f->id[at] = id;
    f->n++;
    return FB_OK;
}

/* ---- reading back ---- */

/* The row that begins at text: its bytes with the end of its line, and where its last cell begins. 0: it has no end. */
static size_t row_of(const char *text, size_t n, size_t *last, unsigned *lines)
{
    bool quoted = false;
    *last = 0;
    *lines = 0;
    for (size_t i = 0; i < n && text[i] != '\0'; i++) {
        quoted ^= text[i] == '"';
        *lines += text[i] == '\n';
        if (!quoted && text[i] == ',')
            *last = i + 1;
        if (!quoted && text[i] == '\n')
            return i + 1;
    }
    return 0;
}

enum fb_err day_file_read(struct day_files *f, const char *text, size_t n, size_t *whole, unsigned *line)
{
    size_t head = strlen(f->head), last, row;
    unsigned lines;
    *whole = 0;
    *line = 1;
    f->n = 0;
    if (n < head && memcmp(text, f->head, n) == 0)
        return FB_OK; /* a torn head, or nothing */
    while ((row = row_of(text + *whole, n - *whole, &last, &lines)) > 0) {
        struct day_id id;
        bool again = false;
        const char *at = text + *whole;
        if (*whole == 0 ? row != head || memcmp(at, f->head, head) != 0 : !day_id_parse(&id, at + last, row - 1 - last))
            return FB_REFUSED;
        if (*whole > 0 && day_files_take(f, id, &again) != FB_OK)
            return FB_FULL;
        *whole += row;
        *line += lines;
    }
    return n - *whole <= TORN_MAX ? FB_OK : FB_REFUSED;
}

static enum fb_err read_all(struct day_files *f, char **text, size_t *n)
{
    struct stat is;
    *text = NULL;
    *n = 0;
    if (fstat(f->fd, &is) != 0 || !S_ISREG(is.st_mode))
        return failed(f, "it is no file");
    *text = malloc((size_t)is.st_size + 1);
    if (*text == NULL)
        return FB_FULL;
    while (*n < (size_t)is.st_size) {
        ssize_t got = pread(f->fd, *text + *n, (size_t)is.st_size - *n, (off_t)*n);
        if (got < 0 && errno == EINTR)
            continue;
        if (got <= 0)
            return failed(f, got < 0 ? strerror(errno) : "it became shorter while it was read");
        *n += (size_t)got;
    }
    return FB_OK;
}

static enum fb_err settle_end(struct day_files *f, size_t whole, size_t n)
{
    f->size = (off_t)whole;
    f->cut += n - whole;
    return whole == n || ftruncate(f->fd, f->size) == 0 ? FB_OK : failed(f, strerror(errno));
}

static enum fb_err read_back(struct day_files *f)
{
    char *text = NULL;
    size_t n = 0, whole = 0;
    unsigned line = 0;
    enum fb_err e = read_all(f, &text, &n);
    if (e == FB_OK)
        e = day_file_read(f, text, n, &whole, &line);
    if (e == FB_REFUSED)
        (void)snprintf(f->fault, sizeof f->fault, "%s/%s:%u: this is no row of ours: put it back as it was, or move the file away", f->path, f->name, line);
    else if (e == FB_FULL)
        (void)snprintf(f->fault, sizeof f->fault, "%s/%s: it does not fit this machine's memory", f->path, f->name);
    free(text);
    return e == FB_OK ? settle_end(f, whole, n) : e;
}

/* ---- writing ---- */

static void leave(struct day_files *f)
{
    if (f->fd >= 0)
        (void)close(f->fd);
    f->fd = -1;
    f->n = 0;
    f->day = 0;
    f->name[0] = '\0';
}

/* What is open stands in the folder under its name. */
static bool is_named(const struct day_files *f)
{
    struct stat ours, named;
    return fstat(f->fd, &ours) == 0 && fstatat(f->folder, f->name, &named, AT_SYMLINK_NOFOLLOW) == 0 && ours.st_dev == named.st_dev &&
           ours.st_ino == named.st_ino;
}

void day_files_look(struct day_files *f)
{
    if (f->fd >= 0 && !is_named(f))
        leave(f);
}

enum fb_err day_files_turn(struct day_files *f, fb_day day)
{
    char text[11];
    if (f->fd >= 0 && f->day == day)
        return FB_OK;
    leave(f);
    fb_day_format(text, day);
    (void)snprintf(f->name, sizeof f->name, "alerts-%s.csv", text);
    f->fd = openat(f->folder, f->name, O_RDWR | O_CREAT | O_APPEND | O_CLOEXEC | O_NOFOLLOW, FILE_MODE);
    if (f->fd < 0 || fsync(f->folder) != 0) /* its name is safe before what stands in it */
        return failed(f, strerror(errno));
    f->day = day;
    enum fb_err e = read_back(f);
    if (e != FB_OK)
        leave(f);
    return e;
}

enum fb_err day_files_append(struct day_files *f, const char *rows, size_t n)
{
    size_t head = f->size == 0 ? strlen(f->head) : 0;
    bool whole = fb_write_all(f->fd, f->head, head) && fb_write_all(f->fd, rows, n) && fsync(f->fd) == 0;
    if (whole && is_named(f)) {
        f->size += (off_t)(head + n);
        return FB_OK;
    }
    enum fb_err e = failed(f, whole ? "it was taken away while it was written to" : strerror(errno));
    (void)!ftruncate(f->fd, f->size); /* where this fails too, the next start cuts off what is torn */
    leave(f); /* its ids hold what is not in it */
    return e;
}

/* ---- the folder ---- */

enum fb_err day_files_open(struct day_files *f, const char *path, const char *head)
{
    *f = (struct day_files){.folder = -1, .fd = -1, .path = path, .head = strdup(head)};
    if (f->head == NULL)
        return FB_FULL;
    bool there = mkdir(path, FOLDER_MODE) == 0 || errno == EEXIST;
    f->folder = there ? open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC) : -1;
    if (f->folder < 0) {
        (void)snprintf(f->fault, sizeof f->fault, "--to %s: %s; name a folder to write in, whose own folder is there", path, strerror(errno));
        return FB_IO;
    }
    if (flock(f->folder, LOCK_EX | LOCK_NB) == 0)
        return FB_OK;
    (void)failed(f, errno == EWOULDBLOCK ? "another fairbank-export writes there" : strerror(errno));
    return FB_BUSY;
}

void day_files_close(struct day_files *f)
{
    leave(f);
    if (f->folder >= 0)
        (void)close(f->folder);
    free(f->head);
    free(f->id);
    *f = (struct day_files){.folder = -1, .fd = -1};
}
