/* What people ask of a ledger: how it stands, what was given up, and that it be tried again. */
#include "adapters/outbound/outlet/run_private.h"
#include <getopt.h>
#include <inttypes.h>
#include <string.h>

enum { PAGE = 100 };

void fb_outlet__say(const struct fb_outlet_session *s, bool wrong, const char *what, const char *detail)
{
    char at[25];
    if (s->options.quiet && !wrong)
        return;
    fb_instant_format(at, fb_outlet_now_ms());
    fprintf(stderr, "%.19sZ %s: %s%s\n", at, s->program->name, what, detail);
}

/* ---- counts ---- */

static json_t *counts_json(const int64_t count[FB_DELIVERY_END])
{
    return json_pack("{s:I, s:I, s:I, s:I}", "delivered", (json_int_t)count[FB_DELIVERY_DELIVERED], "waiting",
                     (json_int_t)(count[FB_DELIVERY_WAITING] + count[FB_DELIVERY_AWAY]), "dead", (json_int_t)count[FB_DELIVERY_DEAD], "silenced",
                     (json_int_t)count[FB_DELIVERY_SILENCED]);
}

static void counts_print(const char *name, const int64_t c[FB_DELIVERY_END], const char *note)
{
    printf("%-32s %10" PRId64 " %10" PRId64 " %10" PRId64 " %10" PRId64 "%s\n", name, c[FB_DELIVERY_DELIVERED],
           c[FB_DELIVERY_WAITING] + c[FB_DELIVERY_AWAY], c[FB_DELIVERY_DEAD], c[FB_DELIVERY_SILENCED], note);
}

/* ---- strangers: receivers that an earlier configuration named, and this one does not ---- */

static bool is_mine(const struct fb_outlet_session *s, const char *name)
{
    for (unsigned i = 0; i < s->mine.n; i++)
        if (strcmp(s->mine.name[i], name) == 0)
            return true;
    return false;
}

/* The next one after `name` for whom something waits, in its place. FB_NOT_FOUND: no more. */
static enum fb_err next_stranger(const struct fb_outlet_session *s, struct fb_ledger *l, char name[FB_ALERT_NAME_MAX + 1], int64_t count[FB_DELIVERY_END])
{
    enum fb_err e;
    while ((e = fb_ledger_receiver(l, name, name, FB_ALERT_NAME_MAX + 1)) == FB_OK) {
        if (is_mine(s, name))
            continue;
        e = fb_ledger_count(l, name, count);
        if (e != FB_OK || count[FB_DELIVERY_WAITING] + count[FB_DELIVERY_AWAY] > 0)
            return e;
    }
    return e;
}

void fb_outlet__tell_strangers(const struct fb_outlet_session *s, struct fb_ledger *l)
{
    char name[FB_ALERT_NAME_MAX + 1] = "", said[120];
    int64_t c[FB_DELIVERY_END];
    while (next_stranger(s, l, name, c) == FB_OK) {
        snprintf(said, sizeof said, ": %" PRId64 " wait for it, and the configuration does not name it: nobody sends them", c[FB_DELIVERY_WAITING] + c[FB_DELIVERY_AWAY]);
        fb_outlet__say(s, true, name, said);
    }
}

static enum fb_err strangers_of(const struct fb_outlet_session *s, struct fb_ledger *l, json_t *all)
{
    char name[FB_ALERT_NAME_MAX + 1] = "";
    int64_t c[FB_DELIVERY_END];
    enum fb_err e;
    while ((e = next_stranger(s, l, name, c)) == FB_OK) {
        json_t *j = s->options.json ? counts_json(c) : NULL;
        if (j == NULL) {
            counts_print(name, c, "  the configuration does not name it: what waits is sent by nobody");
            continue;
        }
        json_object_set_new(j, "named", json_false());
        json_object_set_new(all, name, j);
    }
    return e == FB_NOT_FOUND ? FB_OK : e;
}

/* Told or not, whether anything was given up is known. */
static enum fb_err status_of(const struct fb_outlet_session *s, struct fb_ledger *l, bool tell, bool *dead)
{
    json_t *all = json_object();
    enum fb_err e = FB_OK;
    bool table = tell && !s->options.json, json = tell && s->options.json;
    if (table)
        printf("%-32s %10s %10s %10s %10s\n", "receiver", "delivered", "waiting", "given up", "silenced");
    for (unsigned i = 0; e == FB_OK && i < s->mine.n; i++) {
        int64_t c[FB_DELIVERY_END];
        e = fb_ledger_count(l, s->mine.name[i], c);
        *dead |= e == FB_OK && c[FB_DELIVERY_DEAD] > 0;
        if (e == FB_OK && json)
            json_object_set_new(all, s->mine.name[i], counts_json(c));
        else if (e == FB_OK && table)
            counts_print(s->mine.name[i], c, "");
    }
    if (e == FB_OK && tell)
        e = strangers_of(s, l, all);
    if (json) {
        json_dumpf(all, stdout, JSON_COMPACT);
        putchar('\n');
    }
    json_decref(all);
    return e;
}

int fb_outlet__summary(const struct fb_outlet_session *s, struct fb_ledger *l, struct fb_outlet_figures f)
{
    bool dead = false;
    if (!s->options.json && !s->options.quiet)
        printf("%" PRIu64 " events read, %" PRIu64 " of them for somebody; the feed was read up to %" PRIu64 " of %" PRIu64 "\n", f.events, f.fit, f.seq, f.head);
    if (status_of(s, l, !s->options.quiet, &dead) != FB_OK)
        return FB_OUTLET_EXIT_FAILED;
    return dead && s->options.once ? FB_OUTLET_EXIT_DEAD : FB_OUTLET_EXIT_DONE;
}

/* ---- with the ledger open ---- */

static int with_ledger(struct fb_outlet_session *s, int (*ask)(struct fb_outlet_session *, struct fb_ledger *))
{
    struct fb_ledger *l = NULL;
    char memory[FB_OUTLET_PATH + 300];
    struct fb_text why;
    fb_text_init(&why, memory, sizeof memory);
    if (fb_ledger_look(&l, s->config.ledger, &why) != FB_OK) {
        fprintf(stderr, "%s: %s\n", s->program->name, why.p);
        return FB_OUTLET_EXIT_FAILED;
    }
    int status = ask(s, l);
    if (status == FB_OUTLET_EXIT_FAILED)
        fprintf(stderr, "%s: %s: %s\n", s->program->name, s->config.ledger, fb_ledger_fault(l));
    fb_ledger_close(&l);
    return status;
}

static int ask_status(struct fb_outlet_session *s, struct fb_ledger *l)
{
    bool dead = false;
    uint64_t epoch, seq;
    if (fb_ledger_place(l, &epoch, &seq) != FB_OK || status_of(s, l, true, &dead) != FB_OK)
        return FB_OUTLET_EXIT_FAILED;
    if (!s->options.json)
        printf("the feed was read up to %" PRIu64 "\n", seq);
    return dead ? FB_OUTLET_EXIT_DEAD : FB_OUTLET_EXIT_DONE;
}

static void row_print(const struct fb_outlet_session *s, const struct fb_delivery *d)
{
    char at[25], local[17];
    fb_instant_format(at, d->since_ms);
    if (s->options.json) {
        json_t *body = json_loads(d->body, 0, NULL);
        json_t *j = json_pack("{s:I, s:s, s:s, s:s, s:s, s:s, s:I, s:s, s:o*}", "id", (json_int_t)d->id, "receiver", d->receiver, "event", d->event, "purpose",
                              fb_purpose_word(d->purpose), "route", d->route, "since", at, "tries", (json_int_t)d->tries, "error", d->error, "body", body);
        json_dumpf(j, stdout, JSON_COMPACT);
        putchar('\n');
        json_decref(j);
        return;
    }
    fb_local_format(local, d->since_ms / FB_MINUTE_MS);
    local[10] = ' ';
    printf("%8" PRId64 "  %s  %-20s %-24s %-10s %s  %s%s\n", d->id, local, d->receiver, d->event, fb_purpose_word(d->purpose), d->route, d->error,
           d->state == FB_DELIVERY_SILENCED ? "silenced" : "");
}

static int list(struct fb_outlet_session *s, struct fb_ledger *l, enum fb_delivery_state state, uint64_t *shown)
{
    struct fb_delivery d[PAGE];
    unsigned n = PAGE;
    for (int64_t after = 0; n == PAGE; after = n > 0 ? d[n - 1].id : after) {
        if (fb_ledger_list(l, state, after, PAGE, d, &n) != FB_OK)
            return FB_OUTLET_EXIT_FAILED;
        for (unsigned i = 0; i < n; i++)
            if (s->options.receiver == NULL || strcmp(s->options.receiver, d[i].receiver) == 0) {
                row_print(s, &d[i]);
                ++*shown;
            }
    }
    return FB_OUTLET_EXIT_DONE;
}

static int ask_dead(struct fb_outlet_session *s, struct fb_ledger *l)
{
    uint64_t n = 0;
    int status = list(s, l, FB_DELIVERY_DEAD, &n);
    if (n == 0 && status == FB_OUTLET_EXIT_DONE && !s->options.json)
        printf("nothing was given up\n");
    return status != FB_OUTLET_EXIT_DONE ? status : n > 0 ? FB_OUTLET_EXIT_DEAD : FB_OUTLET_EXIT_DONE;
}

static int ask_silenced(struct fb_outlet_session *s, struct fb_ledger *l)
{
    uint64_t n = 0;
    int status = list(s, l, FB_DELIVERY_SILENCED, &n);
    if (n == 0 && status == FB_OUTLET_EXIT_DONE && !s->options.json)
        printf("nothing was kept back by a silence\n");
    return status;
}

static int ask_retry(struct fb_outlet_session *s, struct fb_ledger *l)
{
    unsigned n = 0;
    if (fb_ledger_revive(l, s->options.receiver, s->options.id, fb_outlet_now_ms(), &n) != FB_OK)
        return FB_OUTLET_EXIT_FAILED;
    if (s->options.json)
        printf("{\"revived\":%u}\n", n);
    else
        printf("%u of what was given up will be tried again\n", n);
    return FB_OUTLET_EXIT_DONE;
}

static int run_status(struct fb_outlet_session *s) { return with_ledger(s, ask_status); }
static int run_dead(struct fb_outlet_session *s) { return with_ledger(s, ask_dead); }
static int run_silenced(struct fb_outlet_session *s) { return with_ledger(s, ask_silenced); }
static int run_retry(struct fb_outlet_session *s) { return with_ledger(s, ask_retry); }

/* Reads the routes too, and says which receivers no route names: they would never get anything. */
static int run_check(struct fb_outlet_session *s)
{
    struct fb_alert_routes *r = NULL;
    if (fb_alerts_open(&r, s->config.routes, s->fault) != FB_OK) {
        fprintf(stderr, "%s: %s\n", s->program->name, s->fault);
        return FB_OUTLET_EXIT_USAGE;
    }
    for (unsigned i = 0; i < s->mine.n; i++) {
        bool named = false;
        for (unsigned k = 0; k < r->n_routes; k++) {
            const struct fb_alert_route *route = &r->route[k];
            const struct fb_span *lists[] = {route->to, route->escalate_to, route->remind_to};
            const unsigned n[] = {route->n_to, route->n_escalate, route->n_remind};
            for (unsigned x = 0; x < 3; x++)
                for (unsigned j = 0; j < n[x]; j++)
                    named |= fb_span_is(lists[x][j], s->mine.name[i]);
        }
        printf("%-32s %s\n", s->mine.name[i], named ? "is named by a route" : "is named by no route: it gets nothing");
    }
    fb_alerts_close(&r);
    return FB_OUTLET_EXIT_DONE;
}

const struct fb_outlet_command fb_outlet__commands[] = {
    {"run", "follows the feed and sends what is due (the default)", fb_outlet__run, false},
    {"check", "reads the configuration and the routes, and sends nothing", run_check, false},
    {"status", "how much was delivered, waits, was given up or silenced, by receiver", run_status, false},
    {"dead", "what was given up, each with its reason", run_dead, false},
    {"silenced", "what a silence kept back", run_silenced, false},
    {"retry", "what was given up is tried again: all, one by its ID, or a --receiver's", run_retry, true},
};
const unsigned fb_outlet__n_commands = sizeof fb_outlet__commands / sizeof fb_outlet__commands[0];

/* ---- the command line ---- */

static void help(const struct fb_outlet_program *p)
{
    printf("%s\nUsage: %s [COMMAND] --config FILE [options]\n\n", p->help, p->name);
    for (unsigned i = 0; i < fb_outlet__n_commands; i++)
        printf("  %-10s %s\n", fb_outlet__commands[i].name, fb_outlet__commands[i].summary);
    printf("\nOptions:\n"
           "  --config FILE     its configuration (YAML)\n"
           "  --once            run: sends what is due now, and ends\n"
           "  --receiver NAME   dead, silenced, retry: only this receiver's\n"
           "  --json            JSON for machines\n"
           "  --quiet           errors only\n"
           "  --version, --help\n"
           "\nKeys of every configuration: feed (the engine's endpoint), routes (file), ledger (file; made when it is\n"
           "not there), cursor (its name at the engine), server_key and key (for an engine over the network).\n"
           "\nExit status: 0 well; 1 failed; 2 wrong usage, or a file with a mistake; 3 something was given up.\n");
}

static bool no_such_command(const struct fb_outlet_session *s, const char *word)
{
    fprintf(stderr, "%s: no command '%.60s'; there are:", s->program->name, word);
    for (unsigned i = 0; i < fb_outlet__n_commands; i++)
        fprintf(stderr, " %s", fb_outlet__commands[i].name);
    fprintf(stderr, "\ntry: %s --help\n", s->program->name);
    return false;
}

/* One word more than the command takes: what it does take is said. */
static bool too_many(const struct fb_outlet_session *s, const char *word)
{
    const struct fb_outlet_command *c = s->options.command;
    fprintf(stderr, "%s: %s takes %s: '%.60s' is one word too many\ntry: %s --help\n", s->program->name, c->name,
            c->takes_id ? "at most one number of a delivery after it" : "options alone after it", word, s->program->name);
    return false;
}

static bool wrong(const struct fb_outlet_session *s, const char *what, const char *word)
{
    fprintf(stderr, "%s: %s '%.60s'\ntry: %s --help\n", s->program->name, what, word, s->program->name);
    return false;
}

static bool take_words(struct fb_outlet_session *s, int n, char **word)
{
    s->options.command = &fb_outlet__commands[0];
    for (unsigned i = 0; n > 0 && i <= fb_outlet__n_commands; i++) {
        if (i == fb_outlet__n_commands)
            return no_such_command(s, word[0]);
        s->options.command = &fb_outlet__commands[i];
        if (strcmp(fb_outlet__commands[i].name, word[0]) == 0)
            break;
    }
    if (n > 2 || (n == 2 && !s->options.command->takes_id))
        return too_many(s, word[s->options.command->takes_id ? 2 : 1]);
    if (n == 2 && (fb_parse_int(&s->options.id, fb_span_of(word[1])) != FB_OK || s->options.id < 1))
        return wrong(s, "retry takes the number of a delivery, as `dead` lists them, not", word[1]);
    return s->options.config != NULL || wrong(s, "a configuration is wanted:", "--config FILE");
}

bool fb_outlet__options(struct fb_outlet_session *s, int argc, char **argv, bool *helped)
{
    static const struct option longs[] = {{"config", required_argument, NULL, 'c'}, {"once", no_argument, NULL, 'o'},
                                          {"receiver", required_argument, NULL, 'r'}, {"json", no_argument, NULL, 'j'},
                                          {"quiet", no_argument, NULL, 'q'}, {"version", no_argument, NULL, 'v'},
                                          {"help", no_argument, NULL, 'h'}, {NULL, 0, NULL, 0}};
    int id;
    while ((id = getopt_long(argc, argv, "h", longs, NULL)) != -1) {
        switch (id) {
        case 'c': s->options.config = optarg; break;
        case 'r': s->options.receiver = optarg; break;
        case 'o': s->options.once = true; break;
        case 'j': s->options.json = true; break;
        case 'q': s->options.quiet = true; break;
        case 'v': printf("%s %s\n", s->program->name, FB_VERSION); *helped = true; return true;
        case 'h': help(s->program); *helped = true; return true;
        default: fprintf(stderr, "try: %s --help\n", s->program->name); return false;
        }
    }
    return take_words(s, argc - optind, argv + optind);
}
