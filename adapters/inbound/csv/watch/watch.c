#include "adapters/inbound/csv/watch/watch.h"
#include "adapters/inbound/csv/watch/source.h"
#include "adapters/lib/dealer.h"
#include "adapters/lib/secret_file.h"
#include <errno.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

enum { NOTICE_AFTER_MS = 20, PATIENCE_MS = 10000 };

struct eye { /* on one folder */
    uv_fs_event_t event;
    bool open, told;
};
struct watch {
    uv_loop_t loop;
    uv_signal_t ends[2];
    uv_timer_t step, sweep, beat, patience;
    struct fb_watch_plan *plan;
    struct fb_watch_voice voice;
    struct fb_watch_source *source; /* plan->n */
    struct eye *eye;
    bool stopping, no_heartbeat;
};

static void step_soon(void *ctx);

static bool all_ended(const struct watch *w)
{
    for (unsigned i = 0; i < w->plan->n; i++)
        if (w->source[i].child.running)
            return false;
    return true;
}

static void close_one(uv_handle_t *h, void *ctx)
{
    (void)ctx;
    if (!uv_is_closing(h))
        uv_close(h, NULL);
}

static void on_step(uv_timer_t *t)
{
    struct watch *w = t->data;
    int64_t now = fb_dealer_now_ms(), next = INT64_MAX;
    if (w->stopping) {
        if (all_ended(w))
            uv_walk(&w->loop, close_one, NULL);
        return;
    }
    for (unsigned i = 0; i < w->plan->n; i++) {
        int64_t at = fb_watch_source_step(&w->source[i], now);
        next = at < next ? at : next;
    }
    if (next != INT64_MAX)
        uv_timer_start(&w->step, on_step, next > now ? (uint64_t)(next - now) : 1, 0);
}

static void step_soon(void *ctx)
{
    struct watch *w = ctx;
    uv_timer_start(&w->step, on_step, w->stopping ? 0 : NOTICE_AFTER_MS, 0);
}

static void on_event(uv_fs_event_t *h, const char *name, int events, int status)
{
    struct eye *eye = h->data;
    (void)name;
    (void)events;
    (void)status;
    step_soon(eye->event.loop->data);
}

/* Where notices are not to be had, the sweep is all there is; that is said once, and tried again with each. */
static void open_eye(struct watch *w, unsigned i)
{
    struct eye *eye = &w->eye[i];
    if (eye->open && uv_is_active((uv_handle_t *)&eye->event))
        return;
    if (!eye->open)
        uv_fs_event_init(&w->loop, &eye->event);
    eye->open = true;
    eye->event.data = eye;
    int bad = uv_fs_event_start(&eye->event, on_event, w->plan->place[i].folder, 0);
    if (bad != 0 && !eye->told)
        fb_watch_say(&w->voice, "unnotified", w->plan->place[i].name, NULL,
                     "the folder gives no notice of changes: it is looked at with each sweep only", true, json_pack("{s:s}", "reason", uv_strerror(bad)));
    eye->told = bad != 0;
}

/* A folder that was taken away and made anew has notices of its own: the old ones are of what is gone. */
static void on_sweep(uv_timer_t *t)
{
    struct watch *w = t->data;
    for (unsigned i = 0; i < w->plan->n && !w->stopping; i++) {
        if (w->eye[i].open)
            uv_fs_event_stop(&w->eye[i].event);
        open_eye(w, i);
    }
    step_soon(w);
}

static void show_status(const struct watch *w)
{
    char text[FB_WATCH_NAME_BYTES + 200];
    unsigned sending = 0, waiting = 0, files = 0;
    unsigned long long sent = 0, rejected = 0;
    const char *file = "";
    for (unsigned i = 0; i < w->plan->n; i++) {
        const struct fb_watch_source *s = &w->source[i];
        sending += s->state == FB_WATCH_SENDING;
        waiting += s->state == FB_WATCH_WAITING;
        files += s->look.waiting;
        sent += s->sent;
        rejected += s->rejected;
        file = s->state == FB_WATCH_SENDING ? s->file : file;
    }
    snprintf(text, sizeof text, "%llu sent, %llu set aside, %u in the folders; %u of %u held up; %s%s", sent, rejected, files, waiting, w->plan->n,
             sending > 0 ? "sending " : "idle", file);
    fb_watch_status(&w->voice, text);
}

static void on_beat(uv_timer_t *t)
{
    struct watch *w = t->data;
    char at[25];
    json_t *sources = json_array(), *beat;
    fb_watch_now(at);
    for (unsigned i = 0; i < w->plan->n; i++)
        json_array_append_new(sources, fb_watch_source_json(&w->source[i]));
    beat = json_pack("{s:s, s:i, s:O}", "at", at, "pid", (int)getpid(), "sources", sources);
    char *text = json_dumps(beat, JSON_INDENT(1));
    bool failed = w->plan->heartbeat != NULL && text != NULL && fb_watch_replace(w->plan->heartbeat, text, strlen(text)) != FB_OK;
    if (failed && !w->no_heartbeat)
        fb_watch_say(&w->voice, "no heartbeat", NULL, w->plan->heartbeat, strerror(errno), true, NULL);
    w->no_heartbeat = failed;
    if (w->voice.json)
        fb_watch_say(&w->voice, "heartbeat", NULL, NULL, NULL, false, json_pack("{s:O}", "sources", sources));
    show_status(w);
    free(text);
    json_decref(beat);
    json_decref(sources);
}

static void on_patience_over(uv_timer_t *t)
{
    struct watch *w = t->data;
    for (unsigned i = 0; i < w->plan->n; i++)
        fb_watch_source_stop(&w->source[i], SIGKILL);
}

/* Who asks a second time waits: when the handles are closed, the signal would end us in the middle. */
static void be_asked_once(void)
{
    sigset_t ends;
    sigemptyset(&ends);
    sigaddset(&ends, SIGINT);
    sigaddset(&ends, SIGTERM);
    (void)pthread_sigmask(SIG_BLOCK, &ends, NULL);
}

static void on_signal(uv_signal_t *h, int signal_number)
{
    struct watch *w = h->data;
    (void)signal_number;
    if (w->stopping)
        return;
    w->stopping = true;
    be_asked_once();
    fb_watch_say(&w->voice, "stopping", NULL, NULL, "ending; what is being sent goes on at the next start", false, NULL);
    for (unsigned i = 0; i < w->plan->n; i++)
        fb_watch_source_stop(&w->source[i], SIGTERM);
    uv_timer_start(&w->patience, on_patience_over, PATIENCE_MS, 0);
    step_soon(w);
}

static void say_misfortune(const struct fb_watch_source *s, enum fb_err e)
{
    fprintf(stderr, "fairbank-csv: %s: %s\n", s->work[0] != '\0' ? s->work : s->place->archive,
            e == FB_BUSY ? "another watch has this folder; one archive is one watch's" : strerror(errno));
}

static bool open_sources(struct watch *w)
{
    for (unsigned i = 0; i < w->plan->n; i++) {
        struct fb_watch_source *s = &w->source[i];
        s->plan = w->plan;
        s->place = &w->plan->place[i];
        s->voice = &w->voice;
        s->loop = &w->loop;
        s->changed = step_soon;
        s->ctx = w;
        enum fb_err e = fb_watch_source_open(s);
        if (e != FB_OK) {
            say_misfortune(s, e);
            return false;
        }
    }
    return true;
}

static void begin(struct watch *w)
{
    static const int signals[2] = {SIGINT, SIGTERM};
    uv_timer_t *const timers[] = {&w->step, &w->sweep, &w->beat, &w->patience};
    w->loop.data = w;
    for (unsigned i = 0; i < sizeof timers / sizeof timers[0]; i++) {
        uv_timer_init(&w->loop, timers[i]);
        timers[i]->data = w;
    }
    for (unsigned i = 0; i < 2; i++) {
        uv_signal_init(&w->loop, &w->ends[i]);
        w->ends[i].data = w;
        uv_signal_start(&w->ends[i], on_signal, signals[i]);
    }
    for (unsigned i = 0; i < w->plan->n; i++)
        open_eye(w, i);
    uv_timer_start(&w->sweep, on_sweep, (uint64_t)w->plan->sweep_ms, (uint64_t)w->plan->sweep_ms);
    uv_timer_start(&w->beat, on_beat, 0, (uint64_t)w->plan->beat_ms);
    uv_timer_start(&w->step, on_step, 0, 0);
}

static int run(struct watch *w)
{
    char text[64];
    if (uv_loop_init(&w->loop) != 0 || !open_sources(w))
        return FB_CSV_EXIT_FAILED;
    begin(w);
    snprintf(text, sizeof text, "watching %u %s", w->plan->n, w->plan->n == 1 ? "folder" : "folders");
    fb_watch_say(&w->voice, "started", NULL, NULL, text, false, NULL);
    uv_run(&w->loop, UV_RUN_DEFAULT);
    fb_watch_say(&w->voice, "stopped", NULL, NULL, "ended", false, NULL);
    return uv_loop_close(&w->loop) == 0 ? FB_CSV_EXIT_TAKEN : FB_CSV_EXIT_FAILED;
}

/* The kernel tells of a lease by this signal, which would end us; a pipe that nobody reads must not either. */
static void ignore_signals(void)
{
    struct sigaction action;
    memset(&action, 0, sizeof action);
    action.sa_handler = SIG_IGN;
    sigaction(SIGIO, &action, NULL);
    sigaction(SIGPIPE, &action, NULL);
}

int fb_csv_watch(const struct fb_csv_options *options)
{
    char fault[FB_WATCH_FAULT_BYTES];
    struct watch *w = calloc(1, sizeof *w);
    int status = FB_CSV_EXIT_FAILED;
    if (w == NULL)
        return status;
    w->voice = (struct fb_watch_voice){options->json, options->quiet};
    enum fb_err e = fb_watch_plan_open(&w->plan, options->watch, fault);
    if (e == FB_OK)
        e = fb_watch_plan_folders(w->plan, options->watch, fault);
    if (e == FB_REFUSED || e == FB_IO) {
        fprintf(stderr, "fairbank-csv: %s\n", fault);
        status = FB_CSV_EXIT_USAGE;
    }
    for (unsigned i = 0; e == FB_OK && i < w->plan->n; i++) { /* who sends a file is quiet */
        fb_secret_warn("fairbank-csv", w->plan->place[i].worker_key);
        fb_secret_warn("fairbank-csv", w->plan->place[i].old_worker_key);
    }
    if (e == FB_OK) {
        ignore_signals();
        w->source = calloc(w->plan->n, sizeof *w->source);
        w->eye = calloc(w->plan->n, sizeof *w->eye);
        if (w->source != NULL && w->eye != NULL)
            status = run(w);
    }
    for (unsigned i = 0; w->source != NULL && i < w->plan->n; i++)
        fb_watch_source_close(&w->source[i]);
    free(w->source);
    free(w->eye);
    fb_watch_plan_close(&w->plan);
    free(w);
    return status;
}
