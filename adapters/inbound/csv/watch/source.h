#ifndef FB_CSV_WATCH_SOURCE_H
#define FB_CSV_WATCH_SOURCE_H
/* One source of a watch, one file at a time:
 *
 *   FOLDER/weekly.csv  --whole-->  ARCHIVE/.work/weekly.csv  --answered-->  ARCHIVE/2026-11-22/weekly.csv
 *                                          |                  --refused rows-->  REJECTS/2026-11-22-weekly.rejects.csv
 *                                          +--cannot be read at all-->  REJECTS/2026-11-22-weekly.csv and .reason.txt
 *
 * Each arrow is one rename or a second name given before the first is taken away, so a crash leaves the file at one end of it. What
 * lies in .work when a watch begins is sent (again): ids are made of content, so the engine knows what it has. The file is put away
 * before its rejects; rejects without their file, in .work, are what a crash left between the two. */
#include "adapters/inbound/csv/watch/child.h"
#include "adapters/inbound/csv/watch/place.h"
#include "adapters/inbound/csv/watch/say.h"
#include "adapters/inbound/csv/watch/whole.h"
enum fb_watch_state { FB_WATCH_IDLE, FB_WATCH_SENDING, FB_WATCH_WAITING };
enum { FB_WATCH_TRIES = 3 }; /* a file that ends its process so often is set aside */
struct fb_watch_source {
    const struct fb_watch_plan *plan;
    const struct fb_watch_place *place;
    const struct fb_watch_voice *voice;
    uv_loop_t *loop;
    void (*changed)(void *ctx); /* something to do may have come */
    void *ctx;
    enum fb_watch_state state;
    bool stopping, recovered;
    struct fb_watch_look look;
    char passed_over[FB_WATCH_NAME_BYTES]; /* what was told of last as left in the folder */
    struct fb_watch_child child;
    char work[FB_WATCH_FULL_PATH], file[FB_WATCH_NAME_BYTES], reason[FB_WATCH_FULL_PATH + 400];
    struct fb_watch_identity taken;
    unsigned crashes;
    int64_t retry_ms, backoff_ms; /* WAITING until then; how long the next wait is */
    uint64_t sent, rejected;      /* files, since the start */
    char last[25];                /* when one was last put away */
};
/* Makes ARCHIVE/.work and takes it for this process. FB_BUSY: another watch has it; FB_IO: errno. */
FB_MUST_CHECK enum fb_err fb_watch_source_open(struct fb_watch_source *s);
void fb_watch_source_close(struct fb_watch_source *s);
/* Whatever there is to do now; when to come again, in terms of now_ms (INT64_MAX: when something happens). */
int64_t fb_watch_source_step(struct fb_watch_source *s, int64_t now_ms);
void fb_watch_source_stop(struct fb_watch_source *s, int signal);
/* For the heartbeat. */
json_t *fb_watch_source_json(const struct fb_watch_source *s);
#endif
