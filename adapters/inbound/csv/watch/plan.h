#ifndef FB_CSV_WATCH_PLAN_H
#define FB_CSV_WATCH_PLAN_H
/* What a watch is told: one YAML file (adapters/inbound/csv/README.md, "Drop folders"). Everything in it lives in one arena until
 * fb_watch_plan_close; texts are NUL-terminated. */
#include "adapters/lib/yaml_file.h"
enum { FB_WATCH_SOURCES_MAX = 64, FB_WATCH_PATTERNS_MAX = 16, FB_WATCH_PATH_BYTES = 400, FB_WATCH_FAULT_BYTES = FB_YAML_FAULT_BYTES };
enum fb_watch_whole {
    FB_WATCH_QUIET,  /* size and time have not changed for `quiet_s` */
    FB_WATCH_MARKER, /* a companion says so */
    FB_WATCH_RENAMED /* its name says so: it was written under another */
};
struct fb_watch_names {
    unsigned n;
    const char *of[FB_WATCH_PATTERNS_MAX];
};
struct fb_watch_place {
    const char *name; /* of the mapping's source */
    const char *folder, *mapping, *archive, *rejects, *sheet, *worker_key, *old_worker_key;
    const char *again; /* goes into the message ids, after a batch was taken back; NULL: as always */
    struct fb_watch_names files, markers;
    enum fb_watch_whole whole;
    int64_t quiet_ms;
    bool history;
    unsigned line;
};
struct fb_watch_plan {
    const char *engine, *server_key, *key, *heartbeat;
    int64_t sweep_ms, beat_ms;
    int timeout_s;
    unsigned n;
    struct fb_watch_place place[FB_WATCH_SOURCES_MAX];
    struct fb_arena arena;
};
/* FB_IO: it cannot be read; FB_REFUSED: something in it is wrong. `fault` begins with FILE:LINE. The mappings are read too, and
 * their faults are faults here; folders are looked at when the watch begins (fb_watch_plan_folders). */
FB_MUST_CHECK enum fb_err fb_watch_plan_open(struct fb_watch_plan **out, const char *path, char fault[FB_WATCH_FAULT_BYTES]);
/* The same from memory, its mappings not looked at: for tests. */
FB_MUST_CHECK enum fb_err fb_watch_plan_parse(struct fb_watch_plan **out, const char *name, struct fb_span text,
                                              char fault[FB_WATCH_FAULT_BYTES]);
/* Makes archive and rejects where they are not, for their owner only. FB_REFUSED: one is no folder, cannot be written, is the
 * drop folder itself, or lies on another file system. */
FB_MUST_CHECK enum fb_err fb_watch_plan_folders(const struct fb_watch_plan *plan, const char *path, char fault[FB_WATCH_FAULT_BYTES]);
void fb_watch_plan_close(struct fb_watch_plan **plan);
/* `*` is any run, `?` one byte, letter case does not count. */
bool fb_watch_name_fits(const char *pattern, const char *name);
bool fb_watch_names_fit(const struct fb_watch_names *names, const char *name);
#endif
