#ifndef FB_SHELL_ENGINE_H
#define FB_SHELL_ENGINE_H
/*~ 1 (continued) The whole engine as one thing: opened from a configuration, run, closed. engine.c opens and
 * closes in order; wiring.c says what happens when something comes.
 *
 * Order of opening: data folder and store (so that a second engine is refused before it could take the
 * sockets), turn's memory, packs, sockets, threads. Closing is the reverse; sockets close after the loop has
 * let go of them. */
#include "engine/shell/commit.h"
#include "engine/shell/door.h"
#include "engine/shell/feed.h"
#include "engine/shell/loop.h"
#include "engine/shell/metrics.h"
#include "engine/shell/network.h"
#include "engine/shell/ports.h"
#include "engine/shell/progress.h"
#include "engine/shell/reload.h"
#include "engine/shell/ticker.h"
/* Exit statuses of fairbankd: told in --help and the man page. */
enum fb_exit {
    FB_EXIT_DONE = 0,
    FB_EXIT_FAILED = 1, /* no memory, a socket cannot be bound, a folder cannot be made */
    FB_EXIT_USAGE = 2,  /* arguments, configuration, or packs and no issue in the store */
    FB_EXIT_STORE = 3,  /* the store is damaged, or newer than this engine */
    FB_EXIT_BUSY = 4,   /* another engine has this data folder, or a tool for as long as it works */
    FB_EXIT_COMMIT = 5, /* a commit failed: starting again is the cure, nothing answered is lost */
    FB_EXIT_KEYS = 6    /* worker.key, link.key, the network's key or the identities: missing, or not as they must be */
};
struct fb_engine {
    const struct fb_config *config;
    enum fb_exit exit;
    struct fb_store *store;
    struct fb_keys keys;
    struct fb_turn_ports ports;
    struct fb_turn *turn;
    struct fb_reader_books *books;
    struct fb_queue *queue;
    struct fb_sessions *sessions;
    struct fb_stats stats;
    void *zmq;
    struct fb_port *door_port, *feed_port, *ticker_port; /* of this machine */
    struct fb_network network;
    struct fb_port_pair door_ports, feed_ports; /* the same doors, near and far */
    struct fb_desk desk;
    struct fb_care care;
    struct fb_behind behind;
    struct fb_metrics *metrics; /* NULL: none */
    struct fb_metrics_rate metrics_rate;
    struct fb_meter meter;
    char *metrics_page;
    unsigned metrics_seconds;
    struct fb_door door;
    struct fb_outfeed *feed;
    struct fb_under_way acks;
    struct fb_ticker *ticker;
    struct fb_tally tally;
    struct fb_reload reload;
    struct fb_progress progress;
    struct fb_loop *loop;
    struct fb_commit *commit;
    struct fb_commit_news news; /* the latest */
    uint64_t events_seen;
    uint32_t issue_seen;
    bool stopping, ready;
    bool made_folder; /* the data folder was not there before */
    struct fb_item *done[FB_BATCH_MAX];
};
/* Not FB_EXIT_DONE: what is wrong was logged; close all the same. */
enum fb_exit fb_engine_open(struct fb_engine **out, const struct fb_config *config);
/* Until it is told to stop, or a commit fails. */
enum fb_exit fb_engine_run(struct fb_engine *e);
void fb_engine_close(struct fb_engine **e);
/* Removes the file `ready`: at the end, and at the start one that a killed engine left. */
void fb_engine_not_ready(struct fb_engine *e);
/* start.c: the store, turn's memory and the rules. */
enum fb_exit fb_start_store(struct fb_engine *e);
enum fb_exit fb_start_rules(struct fb_engine *e);
/* Which keys this start made: nothing, where it made none. */
void fb_start_say_keys(const struct fb_engine *e);
/* Removes the data folder if this start made it and came to nothing. After everything in it was closed. */
void fb_start_undo(const struct fb_engine *e);
/* The clock stands more than a day before the last entry, whose instant no later entry may fall behind. */
bool fb_start_clock_is_behind(int64_t last_ms, int64_t now_ms);
/* wiring.c: sockets, loop and threads. */
enum fb_exit fb_wire_up(struct fb_engine *e);
#endif
