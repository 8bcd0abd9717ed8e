#include "adapters/lib/spool.h"
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

enum { PATH_BYTES = 1024, NAME_DIGITS = 10, OWNERS_FOLDER = 0700, OWNERS_FILE = 0600, SEGMENT_BYTES = 4 << 20, SEGMENTS_LEAST = 4 };
/* A segment is read whole into memory, and an offset in it is 32 bits. */
#define SEGMENT_BYTES_MAX (64u << 20)

struct place {
    uint32_t segment, at, n;
    bool waits;
};
struct fb_spool {
    struct fb_spool_options options;
    char folder[PATH_BYTES - 32];
    int lock, fd;              /* fd: the last segment, written at `end` */
    uint32_t oldest, newest;   /* segments */
    uint32_t end;
    uint64_t bytes;            /* of all segments */
    uint64_t first, next;      /* numbers: the oldest that has a place, and the next to be given */
    uint64_t unsynced;         /* the first number that is not on the disk for certain; next: none */
    uint32_t waiting;
    bool broken;               /* what stands in the last segment is not known any more */
    struct place place[FB_SPOOL_MESSAGES_MAX]; /* of number i at i % FB_SPOOL_MESSAGES_MAX */
    unsigned char row[FB_SPOOL_BYTES_MAX + FB_SPOOL_ROW_BYTES];
    unsigned char read[FB_SPOOL_HEAD_BYTES + FB_SPOOL_BYTES_MAX + FB_SPOOL_ROW_BYTES];
};

static void path_of(const struct fb_spool *s, uint32_t segment, char path[PATH_BYTES])
{
    snprintf(path, PATH_BYTES, "%s/%0*u.spool", s->folder, NAME_DIGITS, (unsigned)segment);
}

static struct place *place_of(struct fb_spool *s, uint64_t number) { return &s->place[number % FB_SPOOL_MESSAGES_MAX]; }

static enum fb_err write_at(int fd, const void *bytes, size_t n, uint32_t at)
{
    const unsigned char *p = bytes;
    for (size_t done = 0; done < n;) {
        ssize_t w = pwrite(fd, p + done, n - done, (off_t)(at + done));
        if (w < 0 && errno == EINTR)
            continue;
        if (w <= 0)
            return FB_IO;
        done += (size_t)w;
    }
    return FB_OK;
}

static enum fb_err sync_folder(const struct fb_spool *s)
{
    int fd = open(s->folder, O_RDONLY | O_CLOEXEC | O_DIRECTORY);
    bool good = fd >= 0 && fsync(fd) == 0;
    if (fd >= 0)
        (void)close(fd);
    return good ? FB_OK : FB_IO;
}

/* ---- segments ---- */

/* Of use when it is there, and no loss when it is not: it is not synced itself, makes no segment, and takes no room that is not to spare. */
static void mark_sync(struct fb_spool *s)
{
    if (s->end >= s->options.segment_bytes || s->bytes + FB_SPOOL_ROW_BYTES > s->options.bytes_max)
        return;
    size_t n = fb_spool_row(s->row, false, FB_SPOOL_SYNCED, (struct fb_span){NULL, 0});
    if (write_at(s->fd, s->row, n, s->end) != FB_OK) {
        s->broken = ftruncate(s->fd, (off_t)s->end) != 0;
        return;
    }
    s->end += (uint32_t)n;
    s->bytes += n;
}

/* After a failed sync nobody knows what the disk has: what was put and not taken is forgotten here, and nothing more is written. */
enum fb_err fb_spool_sync(struct fb_spool *s)
{
    if (!s->broken && fdatasync(s->fd) != 0) {
        s->broken = true;
        for (; s->next > s->unsynced; s->next--)
            s->waiting -= place_of(s, s->next - 1)->waits;
    }
    bool news = s->next > s->unsynced;
    s->unsynced = s->next;
    if (news && !s->broken)
        mark_sync(s);
    return s->broken ? FB_IO : FB_OK;
}

/* The next one. The one before is synced first: only the last may have an end that a crash cut. */
static enum fb_err begin_segment(struct fb_spool *s)
{
    char path[PATH_BYTES];
    path_of(s, s->newest + 1, path);
    if (s->fd >= 0 && fb_spool_sync(s) != FB_OK)
        return FB_IO;
    int fd = open(path, O_RDWR | O_CREAT | O_TRUNC | O_CLOEXEC, OWNERS_FILE);
    if (fd < 0 || write_at(fd, "FBSPOOL1", FB_SPOOL_HEAD_BYTES, 0) != FB_OK || fdatasync(fd) != 0 || sync_folder(s) != FB_OK) {
        if (fd >= 0)
            (void)close(fd);
        (void)unlink(path);
        return FB_IO;
    }
    if (s->fd >= 0)
        (void)close(s->fd);
    s->fd = fd;
    s->newest++;
    s->end = FB_SPOOL_HEAD_BYTES;
    s->bytes += FB_SPOOL_HEAD_BYTES;
    return FB_OK;
}

/* Whole rows only: what was half written is taken back, and if it cannot be, nothing more is written. */
static enum fb_err append(struct fb_spool *s, size_t n)
{
    enum fb_err e = s->broken ? FB_IO : FB_OK;
    if (e == FB_OK && s->end >= s->options.segment_bytes)
        e = begin_segment(s);
    if (e != FB_OK)
        return e;
    e = write_at(s->fd, s->row, n, s->end);
    if (e != FB_OK) {
        s->broken = ftruncate(s->fd, (off_t)s->end) != 0;
        return e;
    }
    s->end += (uint32_t)n;
    s->bytes += n;
    return FB_OK;
}

/* From the oldest on, so that a mark never goes before what it marks; one is gone from the disk before the next goes, so that a power cut
 * leaves no hole between those that stay. */
static void drop_segments(struct fb_spool *s)
{
    while (s->first < s->next && !place_of(s, s->first)->waits)
        s->first++;
    uint32_t until = s->first < s->next ? place_of(s, s->first)->segment : s->newest;
    for (; s->oldest < until; s->oldest++) {
        char path[PATH_BYTES];
        struct stat st;
        path_of(s, s->oldest, path);
        if (stat(path, &st) != 0 || unlink(path) != 0 || sync_folder(s) != FB_OK)
            return; /* another time */
        s->bytes -= (uint64_t)st.st_size;
    }
}

/* ---- opening ---- */

static enum fb_err say(struct fb_text *why, enum fb_err e, const char *path, const char *what)
{
    fb_text_add(why, path);
    fb_text_add(why, ": ");
    fb_text_add(why, what);
    return e;
}

static bool take_row(void *ctx, const struct fb_spool_row *row)
{
    struct fb_spool *s = ctx;
    if (!row->message) {
        if (row->number >= s->first && row->number < s->next && place_of(s, row->number)->waits) {
            place_of(s, row->number)->waits = false;
            s->waiting--;
        }
        return true;
    }
    if (s->next == 0)
        s->first = s->next = row->number;
    while (s->first < s->next && !place_of(s, s->first)->waits)
        s->first++;
    if (row->number != s->next || s->next - s->first >= FB_SPOOL_MESSAGES_MAX)
        return false;
    *place_of(s, row->number) = (struct place){s->newest, row->at, row->bytes.n, true};
    s->next++;
    s->waiting++;
    return true;
}

static enum fb_err read_whole(const char *path, char **out, uint32_t *n)
{
    struct stat st;
    FILE *f = fopen(path, "rb");
    *out = NULL;
    if (f == NULL || fstat(fileno(f), &st) != 0 || st.st_size > (off_t)SEGMENT_BYTES_MAX + (off_t)FB_SPOOL_BYTES_MAX) {
        if (f != NULL)
            fclose(f);
        return FB_IO;
    }
    *out = malloc((size_t)st.st_size + 1);
    *n = (uint32_t)st.st_size;
    bool good = *out != NULL && fread(*out, 1, *n, f) == *n;
    fclose(f);
    return good ? FB_OK : FB_IO;
}

/* The end of the run before: cut to what is whole and synced, marks too, because from now on it is not the last. One without even its
 * head never was. */
static bool settle_last(struct fb_spool *s, const char *path, size_t good)
{
    if (good == 0) {
        s->newest--;
        return unlink(path) == 0;
    }
    int fd = open(path, O_WRONLY | O_CLOEXEC);
    bool done = fd >= 0 && ftruncate(fd, (off_t)good) == 0 && fdatasync(fd) == 0;
    if (fd >= 0)
        (void)close(fd);
    return done;
}

/* The last one's bad end is cut; bad bytes anywhere else, or before a mark of a sync, are no crash's doing. */
static enum fb_err read_segment(struct fb_spool *s, uint32_t segment, bool last, struct fb_spool_found *found, struct fb_text *why)
{
    char path[PATH_BYTES], *bytes = NULL;
    uint32_t n = 0;
    path_of(s, segment, path);
    enum fb_err e = read_whole(path, &bytes, &n);
    if (e != FB_OK) {
        free(bytes);
        return say(why, e, path, "cannot be read");
    }
    s->newest = segment;
    size_t good = fb_spool_scan((struct fb_span){bytes, n}, take_row, s);
    bool was_synced = good < n && fb_spool_synced((struct fb_span){bytes, n}) > good;
    free(bytes);
    s->bytes += good;
    if (was_synced || (!last && (good != n || good == 0)))
        return say(why, FB_DAMAGED, path, "is damaged, and not at the end of what was written: move it away to go on without its messages");
    found->cut_bytes += n - good;
    return !last || settle_last(s, path, good) ? FB_OK : say(why, FB_IO, path, "cannot be cut to what is whole");
}

static enum fb_err list(struct fb_spool *s, uint32_t *oldest, uint32_t *newest, struct fb_text *why)
{
    DIR *d = opendir(s->folder);
    if (d == NULL)
        return say(why, FB_IO, s->folder, strerror(errno));
    for (struct dirent *f; (f = readdir(d)) != NULL;) {
        int64_t id;
        if (strlen(f->d_name) != NAME_DIGITS + 6 || strcmp(f->d_name + NAME_DIGITS, ".spool") != 0 ||
            fb_parse_int(&id, (struct fb_span){f->d_name, NAME_DIGITS}) != FB_OK || id < 1 || id > INT32_MAX)
            continue;
        *oldest = *oldest == 0 || (uint32_t)id < *oldest ? (uint32_t)id : *oldest;
        *newest = (uint32_t)id > *newest ? (uint32_t)id : *newest;
    }
    closedir(d);
    return FB_OK;
}

static enum fb_err lock_folder(struct fb_spool *s, struct fb_text *why)
{
    char path[PATH_BYTES];
    if (mkdir(s->folder, OWNERS_FOLDER) != 0 && errno != EEXIST)
        return say(why, FB_IO, s->folder, strerror(errno));
    snprintf(path, sizeof path, "%s/lock", s->folder);
    s->lock = open(path, O_RDWR | O_CREAT | O_CLOEXEC, OWNERS_FILE);
    if (s->lock < 0)
        return say(why, FB_IO, path, strerror(errno));
    /* Not a lock of the process (fcntl): this one also holds against a second publisher in the same one. */
    return flock(s->lock, LOCK_EX | LOCK_NB) == 0 ? FB_OK : say(why, FB_BUSY, s->folder, "is in use by another publisher");
}

static void settle_options(struct fb_spool_options *o)
{
    if (o->bytes_max == 0)
        o->bytes_max = FB_SPOOL_BYTES;
    if (o->messages_max == 0 || o->messages_max > FB_SPOOL_MESSAGES_MAX)
        o->messages_max = FB_SPOOL_MESSAGES_MAX;
    if (o->segment_bytes == 0 || o->segment_bytes > SEGMENT_BYTES_MAX)
        o->segment_bytes = SEGMENT_BYTES;
    if (o->segment_bytes > o->bytes_max / SEGMENTS_LEAST)
        o->segment_bytes = (uint32_t)(o->bytes_max / SEGMENTS_LEAST);
}

static enum fb_err read_all(struct fb_spool *s, struct fb_spool_found *found, struct fb_text *why)
{
    uint32_t newest = 0;
    enum fb_err e = list(s, &s->oldest, &newest, why);
    for (uint32_t i = s->oldest; e == FB_OK && i != 0 && i <= newest; i++)
        e = read_segment(s, i, i == newest, found, why);
    if (s->next == 0)
        s->first = s->next = 1;
    if (s->oldest == 0)
        s->oldest = 1;
    if (e == FB_OK && begin_segment(s) != FB_OK) /* never into one that was cut */
        e = say(why, FB_IO, s->folder, "cannot be written to");
    return e;
}

enum fb_err fb_spool_open(struct fb_spool **out, const struct fb_spool_options *options, struct fb_spool_found *found, struct fb_text *why)
{
    *found = (struct fb_spool_found){0};
    struct fb_spool *s = calloc(1, sizeof *s);
    if (s == NULL)
        return FB_FULL;
    s->options = *options;
    s->fd = s->lock = -1;
    settle_options(&s->options);
    int n = snprintf(s->folder, sizeof s->folder, "%s", options->folder);
    enum fb_err e = n > 0 && (size_t)n < sizeof s->folder ? lock_folder(s, why) : say(why, FB_LIMIT, options->folder, "is too long a path");
    if (e == FB_OK)
        e = read_all(s, found, why);
    if (e != FB_OK) {
        fb_spool_close(&s);
        return e;
    }
    s->unsynced = s->next;
    drop_segments(s);
    found->messages = s->waiting;
    *out = s;
    return FB_OK;
}

void fb_spool_close(struct fb_spool **spool)
{
    struct fb_spool *s = *spool;
    *spool = NULL;
    if (s == NULL)
        return;
    if (s->fd >= 0)
        (void)close(s->fd);
    if (s->lock >= 0)
        (void)close(s->lock);
    free(s);
}

/* ---- messages ---- */

static bool has_room(const struct fb_spool *s, uint32_t bytes)
{
    return s->next - s->first < s->options.messages_max && s->bytes + bytes + FB_SPOOL_ROW_BYTES <= s->options.bytes_max;
}

enum fb_err fb_spool_put(struct fb_spool *s, struct fb_span bytes, uint64_t *number)
{
    enum fb_err e = FB_OK;
    if (bytes.n == 0 || bytes.n > FB_SPOOL_BYTES_MAX || FB_SPOOL_HEAD_BYTES + FB_SPOOL_ROW_BYTES + (uint64_t)bytes.n > s->options.bytes_max)
        return FB_LIMIT;
    if (!has_room(s, bytes.n) && s->waiting == 0 && !s->broken) {
        e = begin_segment(s); /* all of it is answered, and only the last segment's age keeps it */
        drop_segments(s);
    }
    if (e == FB_OK && !has_room(s, bytes.n))
        e = FB_FULL;
    if (e != FB_OK)
        return e;
    e = append(s, fb_spool_row(s->row, true, s->next, bytes));
    if (e != FB_OK)
        return e;
    uint32_t at = s->end - bytes.n - FB_SPOOL_ROW_BYTES;
    *place_of(s, s->next) = (struct place){s->newest, at, bytes.n, true};
    s->waiting++;
    *number = s->next++;
    return FB_OK;
}

enum fb_err fb_spool_add(struct fb_spool *s, struct fb_span bytes, uint64_t *number)
{
    enum fb_err e = fb_spool_put(s, bytes, number);
    return e == FB_OK ? fb_spool_sync(s) : e;
}

uint64_t fb_spool_after(const struct fb_spool *s, uint64_t number)
{
    for (uint64_t i = number + 1 > s->first ? number + 1 : s->first; i < s->next; i++)
        if (s->place[i % FB_SPOOL_MESSAGES_MAX].waits)
            return i;
    return 0;
}

struct wanted {
    uint64_t number;
    unsigned char *memory;
    uint32_t n;
};
static bool copy_row(void *ctx, const struct fb_spool_row *row)
{
    struct wanted *w = ctx;
    if (!row->message || row->number != w->number)
        return false;
    memcpy(w->memory, row->bytes.p, row->bytes.n);
    w->n = row->bytes.n;
    return true;
}

enum fb_err fb_spool_get(struct fb_spool *s, uint64_t number, unsigned char *memory, uint32_t *n)
{
    unsigned char *row = s->read;
    char path[PATH_BYTES];
    const struct place *p = &s->place[number % FB_SPOOL_MESSAGES_MAX];
    if (number < s->first || number >= s->next || !p->waits)
        return FB_NOT_FOUND;
    path_of(s, p->segment, path);
    int fd = open(path, O_RDONLY | O_CLOEXEC);
    size_t size = p->n + (size_t)FB_SPOOL_ROW_BYTES;
    ssize_t got = fd < 0 ? -1 : pread(fd, row + FB_SPOOL_HEAD_BYTES, size, (off_t)p->at);
    if (fd >= 0)
        (void)close(fd);
    if (got < 0)
        return FB_IO;
    memcpy(row, "FBSPOOL1", FB_SPOOL_HEAD_BYTES); /* the row as a segment of its own: one reader, one check */
    struct wanted w = {number, memory, 0};
    (void)fb_spool_scan((struct fb_span){(const char *)row, (uint32_t)(FB_SPOOL_HEAD_BYTES + (size_t)got)}, copy_row, &w);
    *n = w.n;
    return w.n == p->n ? FB_OK : FB_DAMAGED;
}

enum fb_err fb_spool_answered(struct fb_spool *s, uint64_t number)
{
    if (number < s->first || number >= s->next || !place_of(s, number)->waits)
        return FB_OK;
    place_of(s, number)->waits = false;
    s->waiting--;
    enum fb_err e = append(s, fb_spool_row(s->row, false, number, (struct fb_span){NULL, 0}));
    drop_segments(s);
    return e;
}

uint64_t fb_spool_next(const struct fb_spool *s) { return s->next; }

uint32_t fb_spool_waiting(const struct fb_spool *s) { return s->waiting; }

struct fb_spool_level fb_spool_level(const struct fb_spool *s)
{
    return (struct fb_spool_level){(uint32_t)(s->next - s->first), s->options.messages_max, s->bytes, s->options.bytes_max};
}
