#define _GNU_SOURCE /* F_SETLEASE */
#include "adapters/inbound/csv/watch/whole.h"
#include "adapters/inbound/csv/watch/place.h"
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

enum { OPEN_AGAIN_MS = 1000, MARKER_AGAIN_MS = 2000 };

enum fb_err fb_watch_look_open(struct fb_watch_look *l)
{
    *l = (struct fb_watch_look){.seen = calloc(FB_WATCH_SEEN_MAX, sizeof *l->seen)};
    return l->seen == NULL ? FB_FULL : FB_OK;
}

void fb_watch_look_close(struct fb_watch_look *l)
{
    free(l->seen);
    *l = (struct fb_watch_look){.n = 0};
}

bool fb_watch_identify(const char *path, struct fb_watch_identity *out)
{
    struct stat st;
    if (lstat(path, &st) != 0 || !S_ISREG(st.st_mode))
        return false;
    *out = (struct fb_watch_identity){st.st_dev, st.st_ino, st.st_size, (int64_t)st.st_mtim.tv_sec * 1000000000 + st.st_mtim.tv_nsec};
    return true;
}

bool fb_watch_same(const struct fb_watch_identity *a, const struct fb_watch_identity *b)
{
    return a->dev == b->dev && a->ino == b->ino && a->size == b->size && a->mtime_ns == b->mtime_ns;
}

/* ---- is it open for writing? ---- */

/* The flags that a descriptor was opened with, in octal, from /proc/PID/fdinfo/N. */
static bool may_write(const char *pid, const char *fd)
{
    char path[600], line[64];
    bool writes = false;
    snprintf(path, sizeof path, "/proc/%.255s/fdinfo/%.255s", pid, fd);
    FILE *f = fopen(path, "r");
    while (f != NULL && fgets(line, sizeof line, f) != NULL)
        if (strncmp(line, "flags:", 6) == 0)
            writes = (strtoul(line + 6, NULL, 8) & O_ACCMODE) != O_RDONLY;
    if (f != NULL)
        fclose(f);
    return writes;
}

static bool process_writes(const char *pid, const struct stat *file)
{
    char path[300], one[600];
    struct stat st;
    bool found = false;
    snprintf(path, sizeof path, "/proc/%.255s/fd", pid);
    DIR *d = opendir(path);
    for (struct dirent *e; d != NULL && !found && (e = readdir(d)) != NULL;) {
        snprintf(one, sizeof one, "%s/%.255s", path, e->d_name);
        found = e->d_name[0] != '.' && stat(one, &st) == 0 && st.st_dev == file->st_dev && st.st_ino == file->st_ino && may_write(pid, e->d_name);
    }
    if (d != NULL)
        closedir(d);
    return found;
}

static bool any_process_writes(int fd)
{
    struct stat file;
    bool found = false;
    DIR *d = fstat(fd, &file) == 0 ? opendir("/proc") : NULL;
    for (struct dirent *e; d != NULL && !found && (e = readdir(d)) != NULL;)
        found = e->d_name[0] >= '1' && e->d_name[0] <= '9' && process_writes(e->d_name, &file);
    if (d != NULL)
        closedir(d);
    return found;
}

bool fb_watch_is_written(const char *path)
{
    int fd = open(path, O_RDONLY | O_NONBLOCK | O_NOFOLLOW | O_CLOEXEC);
    if (fd < 0)
        return false; /* who sends it will be told why */
    bool written = false;
    if (fcntl(fd, F_SETLEASE, F_RDLCK) == 0)
        (void)fcntl(fd, F_SETLEASE, F_UNLCK);
    else
        written = errno == EAGAIN || any_process_writes(fd);
    close(fd);
    return written;
}

/* ---- what lies in the folder ---- */

static bool ends_with(const char *name, const char *ending)
{
    size_t n = strlen(name), e = strlen(ending);
    return n > e && strcmp(name + n - e, ending) == 0;
}

/* What this program itself writes beside a file has such names, or had in older versions; a file of that name would be taken for it. */
static bool is_ours(const char *name)
{
    return ends_with(name, ".rejects.csv") || ends_with(name, ".progress") || ends_with(name, ".new");
}

/* What begins with a dot is nobody's to send; nor is a marker. */
static bool is_wanted(const struct fb_watch_place *p, const char *name)
{
    if (name[0] == '.' || strlen(name) >= FB_WATCH_NAME_BYTES)
        return false;
    for (unsigned i = 0; p->whole == FB_WATCH_MARKER && i < p->markers.n; i++)
        if (ends_with(name, p->markers.of[i]))
            return false;
    return fb_watch_names_fit(&p->files, name);
}

/* NAME.done, or NAME without its ending: weekly.csv.done and weekly.done. */
static bool marker_path(char out[FB_WATCH_FULL_PATH], const struct fb_watch_place *p, const char *name, unsigned marker, bool whole_name)
{
    char companion[FB_WATCH_NAME_BYTES + 210];
    const char *dot = strrchr(name, '.');
    int n = whole_name || dot == NULL ? (int)strlen(name) : (int)(dot - name);
    snprintf(companion, sizeof companion, "%.*s%s", n, name, p->markers.of[marker]);
    return fb_watch_path(out, p->folder, companion);
}

/* One that is older than its file was left over from the file before. */
static bool is_marked(const struct fb_watch_place *p, const struct fb_watch_seen *s)
{
    struct fb_watch_identity marker;
    char path[FB_WATCH_FULL_PATH];
    for (unsigned i = 0; i < 2 * p->markers.n; i++)
        if (marker_path(path, p, s->name, i / 2, i % 2 == 0) && fb_watch_identify(path, &marker) && marker.mtime_ns >= s->is.mtime_ns)
            return true;
    return false;
}

void fb_watch_drop_markers(const struct fb_watch_place *p, const char *name)
{
    char path[FB_WATCH_FULL_PATH];
    for (unsigned i = 0; p->whole == FB_WATCH_MARKER && i < 2 * p->markers.n; i++)
        if (marker_path(path, p, name, i / 2, i % 2 == 0))
            (void)unlink(path); /* one that stays is older than the next file of that name */
}

static void note(struct fb_watch_look *l, const char *name, const struct fb_watch_identity *is, int64_t now_ms)
{
    unsigned i = 0;
    while (i < l->n && strcmp(l->seen[i].name, name) != 0)
        i++;
    l->waiting++;
    if (i == FB_WATCH_SEEN_MAX) /* its turn comes when others are gone */
        return;
    struct fb_watch_seen *s = &l->seen[i];
    if (i == l->n) {
        l->n++;
        memset(s, 0, sizeof *s);
        memcpy(s->name, name, strlen(name) + 1);
    }
    if (!fb_watch_same(&s->is, is)) {
        s->is = *is;
        s->since_ms = now_ms;
    }
    s->still_there = true;
}

/* Links are not followed: what they lead to was not dropped here, and would be sent with this program's rights. */
static const char *why_not(const char *path, const char *name)
{
    struct stat st;
    if (lstat(path, &st) != 0 || S_ISDIR(st.st_mode))
        return NULL;
    if (!S_ISREG(st.st_mode))
        return "is left where it is: it is no file itself (a link is not followed)";
    return is_ours(name) ? "is left where it is: names that end in .new, .progress and .rejects.csv are this program's own; rename it" : NULL;
}

static void look_at(struct fb_watch_look *l, const struct fb_watch_place *p, const char *name, int64_t now_ms)
{
    char path[FB_WATCH_FULL_PATH];
    struct fb_watch_identity is;
    if (!is_wanted(p, name) || !fb_watch_path(path, p->folder, name))
        return;
    const char *why = why_not(path, name);
    if (why == NULL && fb_watch_identify(path, &is))
        note(l, name, &is, now_ms);
    else if (why != NULL && (l->passed_over[0] == '\0' || strcmp(name, l->passed_over) < 0)) {
        memcpy(l->passed_over, name, strlen(name) + 1);
        l->why = why;
    }
}

static enum fb_err read_folder(struct fb_watch_look *l, const struct fb_watch_place *p, int64_t now_ms)
{
    DIR *d = opendir(p->folder);
    if (d == NULL)
        return FB_IO;
    l->waiting = 0;
    l->passed_over[0] = '\0';
    for (unsigned i = 0; i < l->n; i++)
        l->seen[i].still_there = false;
    for (struct dirent *e; (e = readdir(d)) != NULL;)
        look_at(l, p, e->d_name, now_ms);
    closedir(d);
    unsigned kept = 0;
    for (unsigned i = 0; i < l->n; i++)
        if (l->seen[i].still_there)
            l->seen[kept++] = l->seen[i];
    l->n = kept;
    return FB_OK;
}

/* When it may be whole: now, later, or when something happens. */
static int64_t whole_at(const struct fb_watch_place *p, const struct fb_watch_seen *s, int64_t now_ms)
{
    if (p->whole == FB_WATCH_RENAMED)
        return now_ms;
    if (p->whole == FB_WATCH_MARKER)
        return is_marked(p, s) ? now_ms : now_ms + MARKER_AGAIN_MS;
    return s->since_ms + p->quiet_ms;
}

static bool comes_before(const struct fb_watch_seen *a, const struct fb_watch_seen *b)
{
    return a->is.mtime_ns != b->is.mtime_ns ? a->is.mtime_ns < b->is.mtime_ns : strcmp(a->name, b->name) < 0;
}

enum fb_err fb_watch_look_next(struct fb_watch_look *l, const struct fb_watch_place *p, int64_t now_ms, char name[FB_WATCH_NAME_BYTES])
{
    char path[FB_WATCH_FULL_PATH];
    const struct fb_watch_seen *first = NULL;
    l->due_ms = INT64_MAX;
    enum fb_err e = read_folder(l, p, now_ms);
    for (unsigned i = 0; i < l->n && e == FB_OK; i++) {
        const struct fb_watch_seen *s = &l->seen[i];
        int64_t at = whole_at(p, s, now_ms);
        if (at <= now_ms && (first == NULL || comes_before(s, first))) {
            bool written = fb_watch_path(path, p->folder, s->name) && fb_watch_is_written(path);
            at = written ? now_ms + OPEN_AGAIN_MS : now_ms;
            first = written ? first : s;
        }
        if (at > now_ms && at < l->due_ms)
            l->due_ms = at;
    }
    if (e != FB_OK || first == NULL)
        return e != FB_OK ? e : FB_NOT_FOUND;
    memcpy(name, first->name, sizeof first->name);
    return FB_OK;
}
