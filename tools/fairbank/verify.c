#include "engine/shell/ports.h"
#include "engine/turn/chain/chain.h"
#include "tools/fairbank/again.h"
#include "tools/fairbank/care/holder.h"
#include "tools/fairbank/care/rot.h"
#include "tools/fairbank/json.h"
#include "tools/fairbank/note_file.h"
#include "tools/fairbank/source.h"
#include <pthread.h>
#include <sodium.h>
#include <time.h>
#include <unistd.h>

enum { QUIET_SECONDS = 2 };
static struct timespec began;

/* Who waits longer than two seconds is told how far it is. */
static void say(const char *what, uint64_t done, uint64_t of)
{
    struct timespec now;
    (void)clock_gettime(CLOCK_MONOTONIC, &now);
    if (isatty(STDERR_FILENO) && now.tv_sec - began.tv_sec >= QUIET_SECONDS)
        fprintf(stderr, "\r%llu of %llu journal entries %s ", (unsigned long long)done, (unsigned long long)of, what);
}

static void progress(void *ctx, uint64_t done, uint64_t of)
{
    (void)ctx;
    say("decided again", done, of);
}

static void chain_progress(void *ctx, uint64_t done, uint64_t of)
{
    (void)ctx;
    say("looked at", done, of);
}

static void print_json(const struct fb_verify *v)
{
    json_t *j = json_pack("{s:b, s:I, s:I, s:I, s:I, s:I, s:I, s:s, s:s}", "equal", v->equal, "entries", (json_int_t)v->entries, "decisions",
                          (json_int_t)v->decisions, "events", (json_int_t)v->events, "skipped", (json_int_t)v->skipped, "chained",
                          (json_int_t)v->chained, "checkpoints", (json_int_t)v->checkpoints, "first_difference", v->first_difference,
                          "not_compared", v->not_compared);
    json_print(j, JSON_COMPACT);
}

static void print_person(const struct fb_verify *v)
{
    printf("%s: %llu journal entries decided again, %llu decisions and %llu events compared%s%s\n", v->equal ? "equal" : "DIFFERENT",
           (unsigned long long)v->entries, (unsigned long long)v->decisions, (unsigned long long)v->events,
           v->first_difference[0] ? "; " : "", v->first_difference);
    if (v->not_compared[0])
        printf("not compared: %s\n", v->not_compared);
    if (v->skipped > 0)
        printf("%llu entries were judged by another version of the engine: their chain was checked, not their verdicts\n",
               (unsigned long long)v->skipped);
    if (v->equal)
        printf("the chain: %llu entr%s and %llu checkpoint%s as they were\n", (unsigned long long)v->chained, v->chained == 1 ? "y" : "ies",
               (unsigned long long)v->checkpoints, v->checkpoints == 1 ? "" : "s");
}

static int failed(const char *what, enum fb_err e, const char *detail)
{
    rot_is_none();
    fprintf(stderr, "fairbank %s: could not finish: %s%s%s\n", what, fb_err_text(e), *detail != '\0' ? ": " : "", detail);
    return EXIT_FAILED;
}

static void wipe_line(void)
{
    if (isatty(STDERR_FILENO))
        fputs("\r\033[K", stderr);
}

/* ---- only the chain ---- */

static void print_chain_json(const struct fb_chain_check *c)
{
    char root[2 * FB_NODE_BYTES + 1];
    (void)sodium_bin2hex(root, sizeof(root), c->root.b, sizeof(c->root.b));
    json_t *j = json_pack("{s:b, s:I, s:I, s:s}", "equal", c->equal, "entries", (json_int_t)c->entries, "checkpoints",
                          (json_int_t)c->checkpoints, "first_difference", c->first_difference);
    if (c->equal)
        json_object_set_new(j, "root", json_string(root));
    json_print(j, JSON_COMPACT);
}

static void print_chain(const struct fb_chain_check *c, bool against)
{
    printf("%s: %llu journal entr%s and %llu checkpoint%s%s%s%s\n", c->equal ? "as it was" : "CHANGED", (unsigned long long)c->entries,
           c->entries == 1 ? "y" : "ies", (unsigned long long)c->checkpoints, c->checkpoints == 1 ? "" : "s", c->equal && against ? ", and the checkpoint that you kept" : "", c->first_difference[0] ? "; " : "",
           c->first_difference);
}

static struct fb_note note; /* that is held against it */

static int verify_chain(const struct options *o, struct fb_store *store)
{
    struct fb_chain_check c;
    const struct fb_chain_ask ask = {.held = o->against != NULL ? &note.checkpoint : NULL, .progress = chain_progress};
    enum fb_err e = fb_chain_verify(store, &ask, &c);
    wipe_line();
    if (e != FB_OK)
        return failed("verify --chain", e, c.first_difference);
    rot_is_none();
    if (o->json)
        print_chain_json(&c);
    else
        print_chain(&c, o->against != NULL);
    return c.equal ? EXIT_DONE : EXIT_DIFFERENT;
}

/* Neither looks at what the other makes, so they go side by side. */
struct beside {
    struct fb_store *store;
    struct fb_chain_check check;
    enum fb_err err;
};

static void *check_beside(void *ctx)
{
    struct beside *b = ctx;
    const struct fb_chain_ask ask = {.held = NULL};
    b->err = fb_chain_verify(b->store, &ask, &b->check);
    return NULL;
}

/* The fast way proves that all is equal; what it does not prove is decided again with a copy of every row, which names it. */
static enum fb_err decide(struct fb_store *store, struct fb_verify *v)
{
    bool equal = false;
    enum fb_err e = again_run(store, &fb_ports, progress, v, &equal);
    return e != FB_OK || equal ? e : fb_turn_verify_slowly(store, &fb_ports, progress, v);
}

static int verify_all(const struct options *o, struct fb_store *store)
{
    struct fb_verify v = {0};
    struct beside b = {.store = store};
    pthread_t thread;
    bool apart = pthread_create(&thread, NULL, check_beside, &b) == 0;
    enum fb_err e = decide(store, &v);
    if (apart)
        (void)pthread_join(thread, NULL);
    else
        (void)check_beside(&b);
    wipe_line();
    if (e == FB_OK && v.equal)
        e = b.err;
    if (e == FB_OK && b.err == FB_OK)
        fb_verify_chained(&v, &b.check);
    if (e != FB_OK)
        return failed("verify", e, v.first_difference);
    rot_is_none();
    if (o->json)
        print_json(&v);
    else
        print_person(&v);
    return v.equal ? EXIT_DONE : EXIT_DIFFERENT;
}

/* Beside the look at every checksum: nothing is said before that found all sound. */
static int verify(const struct options *o)
{
    const char *why = NULL;
    struct fb_store *store = NULL;
    (void)clock_gettime(CLOCK_MONOTONIC, &began);
    enum fb_err e = fb_store_open(&store, o->data, &(struct fb_store_options){.read_only = true, .unsummed = true}, &why);
    char forbidden[HOLDER_WORDS];
    if (e != FB_OK) {
        rot_is_none();
        if (e != FB_NOT_FOUND && holder_forbids(o->data, forbidden))
            why = forbidden;
        fprintf(stderr, "fairbank verify: %s: %s\n", o->data, why != NULL ? why : fb_err_text(e));
        return EXIT_FAILED;
    }
    int status = (o->chain ? verify_chain : verify_all)(o, store);
    fb_store_close(&store);
    return status;
}

int command_verify(const struct options *o)
{
    if (o->against != NULL && !o->chain) {
        fprintf(stderr, "fairbank verify: --against goes with --chain\n");
        return EXIT_USAGE;
    }
    if (o->against != NULL && !note_read(o->command, o->against, &note))
        return EXIT_FAILED;
    return rot_beside(o, verify);
}
