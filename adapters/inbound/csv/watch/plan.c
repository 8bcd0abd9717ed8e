#include "adapters/inbound/csv/watch/plan.h"
#include "adapters/inbound/csv/mapping.h"
#include "adapters/inbound/csv/options.h"
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

enum { FILE_BYTES_MAX = 64 << 10, ARENA_BYTES = 1 << 20, SECONDS_MAX = 86400 };
static const struct fb_span nothing = {NULL, 0};

static char lower(char c)
{
    return c >= 'A' && c <= 'Z' ? (char)(c - 'A' + 'a') : c;
}

/* One place to go back to is enough: a later star takes what an earlier one could. */
bool fb_watch_name_fits(const char *pattern, const char *name)
{
    const char *star = NULL, *from = NULL;
    while (*name != '\0') {
        if (*pattern == '*') {
            star = pattern++;
            from = name;
        } else if (*pattern == '?' || (*pattern != '\0' && lower(*pattern) == lower(*name))) {
            pattern++;
            name++;
        } else if (star != NULL) {
            pattern = star + 1;
            name = ++from;
        } else {
            return false;
        }
    }
    while (*pattern == '*')
        pattern++;
    return *pattern == '\0';
}

bool fb_watch_names_fit(const struct fb_watch_names *names, const char *name)
{
    for (unsigned i = 0; i < names->n; i++)
        if (fb_watch_name_fits(names->of[i], name))
            return true;
    return false;
}

/* NUL-terminated, or NULL when the key is not there. */
static const char *text_of(struct fb_yaml *y, const yaml_node_t *parent, const char *key, bool wanted)
{
    const yaml_node_t *node = fb_yaml_get(y, parent, key);
    struct fb_span s = fb_yaml_text(y, node);
    if (node == NULL && wanted)
        fb_yaml_fault(y, parent, "missing here:", fb_span_of(key));
    if (node == NULL || y->bad)
        return NULL;
    if (s.n == 0 || s.n > FB_WATCH_PATH_BYTES || memchr(s.p, '\0', s.n) != NULL)
        fb_yaml_fault(y, node, "empty, or longer than 400 bytes:", fb_span_of(key));
    char *copy = fb_yaml_room(y, node, s.n + 1, 1);
    if (copy != NULL)
        memcpy(copy, s.p, s.n);
    return copy;
}

static int64_t seconds_of(struct fb_yaml *y, const yaml_node_t *parent, const char *key, int64_t standard, int64_t least)
{
    int64_t v = standard;
    const yaml_node_t *node = fb_yaml_get(y, parent, key);
    if (node != NULL && (fb_parse_int(&v, fb_yaml_text(y, node)) != FB_OK || v < least || v > SECONDS_MAX))
        fb_yaml_fault(y, node, "whole seconds are wanted, at most 86400, for", fb_span_of(key));
    return v;
}

static void read_names(struct fb_yaml *y, const yaml_node_t *node, struct fb_watch_names *out)
{
    unsigned n = fb_yaml_list(y, node);
    if (n > FB_WATCH_PATTERNS_MAX)
        fb_yaml_fault(y, node, "more than 16 of them", nothing);
    for (unsigned i = 0; i < n && !y->bad; i++) {
        struct fb_span s = fb_yaml_text(y, fb_yaml_item(y, node, i));
        if (s.n == 0 || s.n > 200 || memchr(s.p, '/', s.n) != NULL || memchr(s.p, '\0', s.n) != NULL)
            fb_yaml_fault(y, node, "a file's name has 1 to 200 bytes and no '/':", s);
        char *copy = fb_yaml_room(y, node, s.n + 1, 1);
        if (y->bad)
            return;
        memcpy(copy, s.p, s.n);
        out->of[out->n++] = copy;
    }
}

static void read_whole(struct fb_yaml *y, const yaml_node_t *node, struct fb_watch_place *p)
{
    static const char *const words[] = {[FB_WATCH_QUIET] = "quiet", [FB_WATCH_MARKER] = "marker", [FB_WATCH_RENAMED] = "renamed"};
    struct fb_span said = fb_yaml_text(y, node);
    unsigned w = 0;
    while (node != NULL && !y->bad && w < 3 && !fb_span_is(said, words[w]))
        w++;
    if (w == 3)
        fb_yaml_fault(y, node, "whole: is quiet, marker or renamed, not", said);
    else
        p->whole = (enum fb_watch_whole)w;
}

static void read_place(struct fb_yaml *y, const yaml_node_t *node, struct fb_watch_place *p)
{
    static const char *const keys[] = {"folder", "files", "mapping", "archive", "rejects", "sheet", "worker_key", "old_worker_key",
                                       "whole", "quiet", "markers", "history", "again", NULL};
    static const char *const standard_files[] = {"*.csv", "*.xlsx"}, *const standard_markers[] = {".done", ".ok"};
    fb_yaml_only(y, node, "unknown key of a source", keys);
    p->line = fb_yaml_line(node);
    p->folder = text_of(y, node, "folder", true);
    p->mapping = text_of(y, node, "mapping", true);
    p->archive = text_of(y, node, "archive", true);
    p->rejects = text_of(y, node, "rejects", true);
    p->sheet = text_of(y, node, "sheet", false);
    p->worker_key = text_of(y, node, "worker_key", false);
    p->old_worker_key = text_of(y, node, "old_worker_key", false);
    p->again = text_of(y, node, "again", false);
    p->quiet_ms = seconds_of(y, node, "quiet", 10, 0) * 1000;
    read_whole(y, fb_yaml_get(y, node, "whole"), p);
    read_names(y, fb_yaml_get(y, node, "files"), &p->files);
    read_names(y, fb_yaml_get(y, node, "markers"), &p->markers);
    const yaml_node_t *history = fb_yaml_get(y, node, "history");
    p->history = history != NULL && fb_yaml_yes(y, history);
    for (unsigned i = 0; i < 2 && p->files.n < 2 && fb_yaml_get(y, node, "files") == NULL; i++)
        p->files.of[p->files.n++] = standard_files[i];
    for (unsigned i = 0; i < 2 && p->markers.n < 2 && fb_yaml_get(y, node, "markers") == NULL; i++)
        p->markers.of[p->markers.n++] = standard_markers[i];
}

/* Two that look into one folder would take each other's files; two archives that are one would share a work folder. */
static void check_apart(struct fb_yaml *y, const yaml_node_t *node, const struct fb_watch_plan *plan, unsigned i)
{
    const struct fb_watch_place *b = &plan->place[i];
    if (!y->bad && (strcmp(b->folder, b->archive) == 0 || strcmp(b->folder, b->rejects) == 0 || strcmp(b->archive, b->rejects) == 0))
        fb_yaml_fault(y, node, "folder, archive and rejects are three folders:", fb_span_of(b->folder));
    for (unsigned k = 0; k < i && !y->bad; k++) {
        const struct fb_watch_place *a = &plan->place[k];
        if (strcmp(a->archive, b->archive) == 0)
            fb_yaml_fault(y, node, "each source has an archive of its own:", fb_span_of(b->archive));
        for (unsigned f = 0; f < a->files.n && strcmp(a->folder, b->folder) == 0; f++)
            for (unsigned g = 0; g < b->files.n; g++)
                if (strcmp(a->files.of[f], b->files.of[g]) == 0)
                    fb_yaml_fault(y, node, "two sources take the same files of one folder:", fb_span_of(b->files.of[g]));
    }
}

static void read_all(struct fb_yaml *y, struct fb_watch_plan *plan)
{
    static const char *const keys[] = {"engine", "server_key", "key", "heartbeat", "beat", "sweep", "timeout", "sources", NULL};
    const yaml_node_t *root = fb_yaml_root(y), *sources = fb_yaml_is_map(root) ? fb_yaml_get(y, root, "sources") : NULL;
    fb_yaml_only(y, root, "unknown key of a plan", keys);
    plan->engine = text_of(y, root, "engine", false);
    plan->server_key = text_of(y, root, "server_key", false);
    plan->key = text_of(y, root, "key", false);
    plan->heartbeat = text_of(y, root, "heartbeat", false);
    plan->sweep_ms = seconds_of(y, root, "sweep", 30, 1) * 1000;
    plan->beat_ms = seconds_of(y, root, "beat", 10, 1) * 1000;
    plan->timeout_s = (int)seconds_of(y, root, "timeout", 60, 1);
    if (plan->engine == NULL)
        plan->engine = FB_CSV_ENGINE_DEFAULT;
    unsigned n = sources == NULL ? 0 : fb_yaml_list(y, sources);
    if (n == 0 || n > FB_WATCH_SOURCES_MAX)
        fb_yaml_fault(y, root, "sources: lists 1 to 64 of them", nothing);
    for (unsigned i = 0; i < n && !y->bad; i++) {
        read_place(y, fb_yaml_item(y, sources, i), &plan->place[i]);
        if (!y->bad)
            check_apart(y, fb_yaml_item(y, sources, i), plan, i);
    }
    plan->n = n;
}

enum fb_err fb_watch_plan_parse(struct fb_watch_plan **out, const char *name, struct fb_span text, char fault[FB_WATCH_FAULT_BYTES])
{
    struct fb_watch_plan *plan = calloc(1, sizeof *plan);
    void *memory = malloc(ARENA_BYTES);
    struct fb_yaml y = {.name = name, .fault = fault};
    fault[0] = '\0';
    if (plan == NULL || memory == NULL) {
        free(plan);
        free(memory);
        return FB_FULL;
    }
    fb_arena_init(&plan->arena, memory, ARENA_BYTES);
    y.arena = &plan->arena;
    enum fb_err e = fb_yaml_parse(&y, text);
    if (e == FB_OK) {
        read_all(&y, plan);
        fb_yaml_close(&y);
        e = y.bad ? FB_REFUSED : FB_OK;
    }
    if (e == FB_OK)
        *out = plan;
    else
        fb_watch_plan_close(&plan);
    return e;
}

/* A mapping that cannot be read is found now and not with the first file. */
static enum fb_err name_places(struct fb_watch_plan *plan, char fault[FB_WATCH_FAULT_BYTES])
{
    for (unsigned i = 0; i < plan->n; i++) {
        struct fb_mapping *m = NULL;
        enum fb_err e = fb_mapping_open(&m, plan->place[i].mapping, fault);
        if (e != FB_OK)
            return e;
        char *name = fb_arena_zero(&plan->arena, m->source.name.n + 1);
        if (name != NULL)
            memcpy(name, m->source.name.p, m->source.name.n);
        fb_mapping_close(&m);
        if (name == NULL)
            return FB_FULL;
        plan->place[i].name = name;
    }
    return FB_OK;
}

enum fb_err fb_watch_plan_open(struct fb_watch_plan **out, const char *path, char fault[FB_WATCH_FAULT_BYTES])
{
    char *memory = NULL;
    struct fb_span text;
    enum fb_err e = fb_yaml_read_file(path, FILE_BYTES_MAX, &memory, &text, fault);
    if (e == FB_OK)
        e = fb_watch_plan_parse(out, path, text, fault);
    free(memory);
    if (e == FB_OK && (e = name_places(*out, fault)) != FB_OK)
        fb_watch_plan_close(out);
    return e;
}

void fb_watch_plan_close(struct fb_watch_plan **plan)
{
    struct fb_watch_plan *p = *plan;
    *plan = NULL;
    if (p == NULL)
        return;
    free(p->arena.base);
    free(p);
}

static enum fb_err folder_fault(const struct fb_watch_place *p, const char *path, const char *folder, const char *what,
                                char fault[FB_WATCH_FAULT_BYTES])
{
    struct fb_text t;
    fb_text_init(&t, fault, FB_WATCH_FAULT_BYTES);
    fb_text_add(&t, path);
    fb_text_add(&t, ":");
    fb_text_add_int(&t, p->line);
    fb_text_add(&t, ": ");
    fb_text_add(&t, folder);
    fb_text_add(&t, ": ");
    fb_text_add(&t, what);
    return FB_REFUSED;
}

static enum fb_err check_place(const struct fb_watch_place *p, const char *path, char fault[FB_WATCH_FAULT_BYTES])
{
    struct stat drop, st;
    const char *const ours[] = {p->archive, p->rejects};
    if (stat(p->folder, &drop) != 0 || !S_ISDIR(drop.st_mode))
        return folder_fault(p, path, p->folder, "no such folder, or it may not be looked into", fault);
    if (access(p->folder, R_OK | W_OK | X_OK) != 0)
        return folder_fault(p, path, p->folder, "files are moved out of it, so it must be writable", fault);
    for (unsigned i = 0; i < 2; i++) {
        if (mkdir(ours[i], 0700) != 0 && errno != EEXIST)
            return folder_fault(p, path, ours[i], strerror(errno), fault);
        if (stat(ours[i], &st) != 0 || !S_ISDIR(st.st_mode) || access(ours[i], R_OK | W_OK | X_OK) != 0)
            return folder_fault(p, path, ours[i], "not a folder that this program may write", fault);
        if (st.st_dev != drop.st_dev)
            return folder_fault(p, path, ours[i], "lies on another file system than the drop folder: a file could not be moved at once", fault);
        if (st.st_ino == drop.st_ino)
            return folder_fault(p, path, ours[i], "is the drop folder itself", fault);
    }
    return FB_OK;
}

enum fb_err fb_watch_plan_folders(const struct fb_watch_plan *plan, const char *path, char fault[FB_WATCH_FAULT_BYTES])
{
    enum fb_err e = FB_OK;
    for (unsigned i = 0; i < plan->n && e == FB_OK; i++)
        e = check_place(&plan->place[i], path, fault);
    return e;
}
