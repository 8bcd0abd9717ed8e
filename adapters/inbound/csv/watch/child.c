#include "adapters/inbound/csv/watch/child.h"
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

enum { ARGUMENTS_MAX = 32 };

/* The account of the file is the first of "files". */
static void tell(struct fb_watch_child *c)
{
    json_t *root = c->n_out == 0 ? NULL : json_loadb(c->said, c->n_out, JSON_REJECT_DUPLICATES, NULL);
    const json_t *account = json_array_get(json_object_get(root, "files"), 0);
    size_t n = c->n_err;
    while (n > 0 && c->error[n - 1] == '\n')
        n--;
    c->error[n] = '\0';
    const char *line = strrchr(c->error, '\n');
    line = line == NULL ? c->error : line + 1;
    c->running = false;
    c->ended(c->ctx, c->status, c->signal, account, line);
    json_decref(root);
}

static void closed(uv_handle_t *h)
{
    struct fb_watch_child *c = h->data;
    if (--c->open == 0)
        tell(c);
}

static void on_exit_of(uv_process_t *p, int64_t status, int signal)
{
    struct fb_watch_child *c = p->data;
    c->status = status;
    c->signal = signal;
    uv_close((uv_handle_t *)p, closed);
}

/* Into its own buffer; what does not fit is read and forgotten, or the child would wait for ever. */
static void give_room(uv_handle_t *h, size_t wanted, uv_buf_t *buf)
{
    struct fb_watch_child *c = h->data;
    static char spill[4096];
    bool out = h == (uv_handle_t *)&c->out;
    size_t used = out ? c->n_out : c->n_err, size = out ? sizeof c->said : sizeof c->error - 1;
    (void)wanted;
    *buf = used < size ? uv_buf_init((out ? c->said : c->error) + used, (unsigned)(size - used)) : uv_buf_init(spill, sizeof spill);
}

static void on_read(uv_stream_t *s, ssize_t n, const uv_buf_t *buf)
{
    struct fb_watch_child *c = s->data;
    size_t *used = s == (uv_stream_t *)&c->out ? &c->n_out : &c->n_err;
    const char *kept = s == (uv_stream_t *)&c->out ? c->said : c->error;
    if (n < 0)
        uv_close((uv_handle_t *)s, closed);
    else if (buf->base == kept + *used)
        *used += (size_t)n;
}

struct arguments {
    char *of[ARGUMENTS_MAX];
    unsigned n;
};

/* uv_spawn takes words that it does not change, and says otherwise. */
static void add(struct arguments *a, const char *word)
{
    union {
        const char *theirs;
        char *ours;
    } p = {word};
    if (a->n + 1 < ARGUMENTS_MAX)
        a->of[a->n++] = p.ours;
}

static void add_pair(struct arguments *a, const char *option, const char *value)
{
    if (value == NULL)
        return;
    add(a, option);
    add(a, value);
}

static int spawn(struct fb_watch_child *c, uv_loop_t *loop, const struct fb_watch_plan *plan, const struct fb_watch_place *place,
                 const char *work, const char *path)
{
    char timeout[16], under[16];
    struct arguments a = {.n = 0};
    uv_stdio_container_t stdio[3] = {{.flags = UV_IGNORE},
                                     {.flags = UV_CREATE_PIPE | UV_WRITABLE_PIPE, .data.stream = (uv_stream_t *)&c->out},
                                     {.flags = UV_CREATE_PIPE | UV_WRITABLE_PIPE, .data.stream = (uv_stream_t *)&c->err}};
    snprintf(timeout, sizeof timeout, "%d", plan->timeout_s);
    snprintf(under, sizeof under, "%d", (int)getpid());
    add(&a, "fairbank-csv");
    add_pair(&a, "--mapping", place->mapping);
    add_pair(&a, "--engine", plan->engine);
    add_pair(&a, "--server-key", plan->server_key);
    add_pair(&a, "--key", plan->key);
    add_pair(&a, "--sheet", place->sheet);
    add_pair(&a, "--worker-key", place->worker_key);
    add_pair(&a, "--old-worker-key", place->old_worker_key);
    add_pair(&a, "--again", place->again);
    add_pair(&a, "--state", work);
    add_pair(&a, "--timeout", timeout);
    add_pair(&a, "--under", under);
    add(&a, "--json");
    add(&a, "--quiet");
    if (place->history)
        add(&a, "--history");
    add_pair(&a, "--", path);
    uv_process_options_t o = {.exit_cb = on_exit_of, .file = "/proc/self/exe", .args = a.of, .stdio_count = 3, .stdio = stdio};
    return uv_spawn(loop, &c->process, &o);
}

enum fb_err fb_watch_child_start(struct fb_watch_child *c, uv_loop_t *loop, const struct fb_watch_plan *plan,
                                 const struct fb_watch_place *place, const char *work, const char *path, fb_watch_child_ended *ended,
                                 void *ctx, const char **why)
{
    c->ended = ended;
    c->ctx = ctx;
    c->n_out = c->n_err = 0;
    c->status = 1;
    c->signal = 0;
    c->running = true;
    c->open = 3;
    uv_pipe_init(loop, &c->out, 0);
    uv_pipe_init(loop, &c->err, 0);
    c->process.data = c->out.data = c->err.data = c;
    int bad = spawn(c, loop, plan, place, work, path);
    if (bad == 0) {
        uv_read_start((uv_stream_t *)&c->out, give_room, on_read);
        uv_read_start((uv_stream_t *)&c->err, give_room, on_read);
        return FB_OK;
    }
    *why = uv_strerror(bad);
    uv_close((uv_handle_t *)&c->process, closed); /* also one that never began must be closed; then `ended` is called */
    uv_close((uv_handle_t *)&c->out, closed);
    uv_close((uv_handle_t *)&c->err, closed);
    return FB_IO;
}

void fb_watch_child_signal(struct fb_watch_child *c, int signal)
{
    if (c->running)
        (void)uv_process_kill(&c->process, signal);
}
