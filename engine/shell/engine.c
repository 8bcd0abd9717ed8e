#include "engine/shell/engine.h"
#include "engine/shell/log.h"
#include "engine/shell/ports.h"
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>
#include <zmq.h>

/* The file `ready`, with the process's number: whoever starts an engine waits for it. */
static void ready_path(const struct fb_engine *e, struct fb_text *t)
{
    fb_text_add(t, e->config->data);
    fb_text_add(t, "/ready");
}

void fb_engine_not_ready(struct fb_engine *e)
{
    char memory[FB_CONFIG_PATH_MAX + 8];
    struct fb_text path;
    fb_text_init(&path, memory, sizeof memory);
    ready_path(e, &path);
    (void)unlink(path.p);
}

static enum fb_exit say_ready(struct fb_engine *e)
{
    char memory[FB_CONFIG_PATH_MAX + 8];
    struct fb_text path;
    fb_text_init(&path, memory, sizeof memory);
    ready_path(e, &path);
    FILE *f = fopen(path.p, "w");
    if (f == NULL || fprintf(f, "%ld\n", (long)getpid()) < 0 || fclose(f) != 0) {
        fb_log(FB_LOG_ERROR, "%s cannot be written", path.p);
        return FB_EXIT_FAILED;
    }
    e->ready = true;
    if (e->made_folder)
        fb_start_say_keys(e);
    return FB_EXIT_DONE;
}

static enum fb_exit open_books(struct fb_engine *e)
{
    return fb_reader_books_open(&e->books, e->store, &e->ports) == FB_OK ? FB_EXIT_DONE : FB_EXIT_FAILED;
}

enum fb_exit fb_engine_open(struct fb_engine **out, const struct fb_config *config)
{
    static enum fb_exit (*const steps[])(struct fb_engine * e) = {fb_start_store, fb_start_rules, open_books,
                                                                  fb_wire_up, say_ready};
    struct fb_engine *e = calloc(1, sizeof *e);
    *out = e;
    if (e == NULL)
        return FB_EXIT_FAILED;
    e->config = config;
    for (size_t i = 0; i < sizeof steps / sizeof steps[0] && e->exit == FB_EXIT_DONE; i++)
        e->exit = steps[i](e);
    return e->exit;
}

enum fb_exit fb_engine_run(struct fb_engine *e)
{
    fb_loop_run(e->loop);
    return e->exit;
}

/* What was made durable stays; a frame that did not leave is asked for again, and answered as a duplicate. */
static void close_sockets(struct fb_engine *e)
{
    fb_port_close(&e->door_port);
    fb_port_close(&e->feed_port);
    fb_port_close(&e->ticker_port);
    fb_network_close(&e->network);
    if (e->zmq != NULL)
        zmq_ctx_term(e->zmq);
}

void fb_engine_close(struct fb_engine **engine)
{
    struct fb_engine *e = *engine;
    *engine = NULL;
    if (e == NULL)
        return;
    if (e->ready)
        fb_engine_not_ready(e);
    fb_reload_stop(&e->reload);
    fb_tally_stop(&e->tally);
    if (e->queue != NULL)
        fb_queue_finish(e->queue);
    fb_commit_stop(&e->commit);
    fb_metrics_close(&e->metrics);
    free(e->metrics_page);
    fb_loop_close(&e->loop);
    if (e->ready)
        fb_stats_log(&e->stats);
    close_sockets(e);
    fb_ticker_close(&e->ticker);
    fb_outfeed_close(&e->feed);
    fb_door_close(&e->door);
    fb_desk_close(&e->desk);
    fb_sessions_close(&e->sessions);
    fb_queue_close(&e->queue);
    fb_reader_books_close(&e->books);
    fb_turn_close(&e->turn);
    fb_start_undo(e); /* while the folder is ours */
    fb_store_close(&e->store);
    fb_keys_close(&e->keys);
    free(e);
}
