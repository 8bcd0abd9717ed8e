#include "adapters/lib/output.h"
#include "adapters/lib/stop.h"
#include "adapters/outbound/outlet/run_private.h"
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

enum { FILE_BYTES_MAX = 1 << 20, ARENA_BYTES = 4 << 20, STEP_MS = 200, SEND_MS = 100, LAST_WAIT_MS = 2000, ONCE_ASKS = 3 };

static volatile sig_atomic_t again;
static void on_again(int signal_number)
{
    (void)signal_number;
    again = 1;
}

static void watch_signals(void)
{
    struct sigaction act = {.sa_handler = on_again};
    fb_stop_on_signals();
    sigemptyset(&act.sa_mask);
    sigaction(SIGHUP, &act, NULL);
}

/* ---- the configuration ---- */

static const char *const common_keys[] = {"feed", "cursor", "routes", "ledger", "server_key", "key"};
enum { N_COMMON = sizeof common_keys / sizeof common_keys[0], KEYS_MAX = 32 };

static void take_common(struct fb_yaml *y, const struct fb_outlet_program *p, const yaml_node_t *root, struct fb_outlet_config *c)
{
    const char *keys[KEYS_MAX + 1] = {NULL};
    unsigned n = 0;
    for (unsigned i = 0; i < N_COMMON; i++)
        keys[n++] = common_keys[i];
    for (unsigned i = 0; p->keys[i] != NULL && n < KEYS_MAX; i++)
        keys[n++] = p->keys[i];
    fb_yaml_only(y, root, "unknown key (see --help):", keys);
    memset(c, 0, sizeof *c);
    memcpy(c->cursor, p->name, strlen(p->name) + 1);
    fb_yaml_take_text(y, root, "feed", true, c->feed, sizeof c->feed);
    fb_yaml_take_text(y, root, "cursor", false, c->cursor, sizeof c->cursor);
    fb_yaml_take_text(y, root, "routes", true, c->routes, sizeof c->routes);
    fb_yaml_take_text(y, root, "ledger", true, c->ledger, sizeof c->ledger);
    fb_yaml_take_text(y, root, "server_key", false, c->server_key, sizeof c->server_key);
    fb_yaml_take_text(y, root, "key", false, c->key, sizeof c->key);
}

/* The file, its common keys, and the program's own. What it opened is closed by finish. */
static enum fb_err configure(struct fb_outlet_session *s)
{
    struct fb_span text;
    enum fb_err e = fb_yaml_read_file(s->options.config, FILE_BYTES_MAX, &s->file, &text, s->fault);
    if (e != FB_OK)
        return e;
    s->memory = malloc(ARENA_BYTES);
    if (s->memory == NULL)
        return FB_FULL;
    fb_arena_init(&s->arena, s->memory, ARENA_BYTES);
    struct fb_yaml y = {.name = s->options.config, .arena = &s->arena, .fault = s->fault};
    s->fault[0] = '\0';
    e = fb_yaml_parse(&y, text);
    if (e != FB_OK)
        return e;
    const yaml_node_t *root = fb_yaml_root(&y);
    take_common(&y, s->program, root, &s->config);
    if (!y.bad)
        e = s->program->open(&s->ctx, &y, root, &s->mine);
    fb_yaml_close(&y);
    return y.bad ? FB_REFUSED : e;
}

static void finish(struct fb_outlet_session *s)
{
    if (s->ctx != NULL)
        s->program->close(&s->ctx);
    if (s->memory != NULL)
        fb_arena_release(&s->arena);
    free(s->memory);
    free(s->file);
}

/* ---- running ---- */

static enum fb_err open_outlet(struct fb_outlet_session *s, struct fb_outlet **out, struct fb_text *why)
{
    struct fb_curve keys;
    const struct fb_outlet_config *c = &s->config;
    enum fb_err e = fb_curve_open(&keys, c->feed, c->server_key[0] != '\0' ? c->server_key : NULL, c->key[0] != '\0' ? c->key : NULL, why);
    if (e != FB_OK)
        return e;
    const struct fb_outlet_options o = {.feed = c->feed, .cursor = c->cursor, .routes = c->routes, .ledger = c->ledger, .curve = &keys, .mine = s->mine};
    e = fb_outlet_open(out, &o, why);
    fb_curve_close(&keys);
    return e;
}

static void reload(struct fb_outlet_session *s, struct fb_outlet *o)
{
    char memory[FB_OUTLET_PATH + 400];
    struct fb_text why;
    again = 0;
    fb_text_init(&why, memory, sizeof memory);
    if (fb_outlet_reload(o, &why) == FB_OK)
        fb_outlet__say(s, false, "the routes were read again", "");
    else
        fb_outlet__say(s, true, "the routes stay as they were: ", why.p);
}

/* With --once: an engine that is busy answers late, one that is away answers none of these. */
static bool is_away(const struct fb_outlet_session *s)
{
    return s->unanswered >= (s->options.once ? ONCE_ASKS : 1);
}

/* An engine that is away is told of once, and once when it is back. */
static void tell_engine(struct fb_outlet_session *s)
{
    bool there = !is_away(s);
    if (there == s->engine_there && s->engine_told)
        return;
    if (!there || s->engine_told)
        fb_outlet__say(s, !there, there ? "the engine answers again at " : "no engine answers at ", s->config.feed);
    s->engine_there = there;
    s->engine_told = true;
}

/* So is one that answers, and gives nothing. */
static void tell_refusal(struct fb_outlet_session *s, const struct fb_outlet *o)
{
    const char *refusal = fb_outlet_figures(o).refusal;
    if (refusal == s->refusal)
        return;
    fb_outlet__say(s, refusal != NULL, refusal != NULL ? refusal : "the engine gives events again at ", refusal != NULL ? "" : s->config.feed);
    s->refusal = refusal;
}

/* With --once: all that is in the feed was planned, and what was due is settled. */
static bool is_done(const struct fb_outlet_session *s, struct fb_outlet *o, bool busy)
{
    struct fb_outlet_figures f = fb_outlet_figures(o);
    return s->options.once && !busy && f.engine && f.seq >= f.head && fb_outlet_idle_ms(o, 1) > 0;
}

static enum fb_err loop(struct fb_outlet_session *s, struct fb_outlet *o)
{
    enum fb_err e = FB_OK;
    bool busy = false;
    while (e == FB_OK && !fb_stop && !is_done(s, o, busy)) {
        if (again)
            reload(s, o);
        e = fb_outlet_step(o, busy || s->options.once ? 0 : fb_outlet_idle_ms(o, STEP_MS));
        s->unanswered = fb_outlet_figures(o).engine ? 0 : s->unanswered + 1;
        tell_engine(s);
        tell_refusal(s, o);
        if (s->options.once && (is_away(s) || s->refusal != NULL))
            return FB_BUSY;
        if (e == FB_OK)
            e = s->program->send(s->ctx, o, busy ? SEND_MS : 0, &fb_stop, &busy);
    }
    /* What is on its way may still arrive: it is waited for a little, so that it is not sent twice. */
    int64_t until = fb_outlet_now_ms() + LAST_WAIT_MS;
    while (e == FB_OK && busy && fb_outlet_now_ms() < until)
        e = s->program->send(s->ctx, o, STEP_MS, &fb_stop, &busy);
    return e;
}

int fb_outlet__run(struct fb_outlet_session *s)
{
    char memory[2 * FB_OUTLET_PATH + 400];
    struct fb_text why;
    struct fb_outlet *o = NULL;
    fb_text_init(&why, memory, sizeof memory);
    enum fb_err e = open_outlet(s, &o, &why);
    if (e != FB_OK) {
        fprintf(stderr, "%s: %s\n", s->program->name, why.n > 0 ? why.p : fb_err_text(e));
        return e == FB_REFUSED ? FB_OUTLET_EXIT_USAGE : FB_OUTLET_EXIT_FAILED;
    }
    watch_signals();
    fb_outlet__tell_strangers(s, fb_outlet_ledger(o));
    e = loop(s, o);
    int status = e == FB_OK ? FB_OUTLET_EXIT_DONE : FB_OUTLET_EXIT_FAILED;
    if (e != FB_OK && e != FB_BUSY)
        fprintf(stderr, "%s: %s\n", s->program->name, fb_outlet_fault(o)[0] != '\0' ? fb_outlet_fault(o) : fb_err_text(e));
    if (e == FB_OK)
        status = fb_outlet__summary(s, fb_outlet_ledger(o), fb_outlet_figures(o));
    fb_outlet_close(&o);
    return status;
}

int fb_outlet_main(const struct fb_outlet_program *program, int argc, char **argv)
{
    struct fb_outlet_session s = {.program = program};
    bool helped = false;
    if (!fb_outlet__options(&s, argc, argv, &helped))
        return FB_OUTLET_EXIT_USAGE;
    if (helped)
        return fb_output_whole(program->name) ? FB_OUTLET_EXIT_DONE : FB_OUTLET_EXIT_FAILED;
    enum fb_err e = configure(&s);
    int status = FB_OUTLET_EXIT_USAGE;
    if (e == FB_OK)
        status = s.options.command->run(&s);
    else
        fprintf(stderr, "%s: %s\n", program->name, s.fault[0] != '\0' ? s.fault : fb_err_text(e));
    finish(&s);
    return fb_output_whole(program->name) ? status : FB_OUTLET_EXIT_FAILED;
}
