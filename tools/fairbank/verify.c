#include "engine/shell/ports.h"
#include "tools/fairbank/source.h"
#include <jansson.h>
#include <unistd.h>

static void progress(void *ctx, uint64_t done, uint64_t of)
{
    (void)ctx;
    if (isatty(STDERR_FILENO))
        fprintf(stderr, "\r%llu of %llu journal entries decided again ", (unsigned long long)done, (unsigned long long)of);
}

static void print_json(const struct fb_verify *v)
{
    json_t *j = json_pack("{s:b, s:I, s:I, s:I, s:I, s:s, s:s}", "equal", v->equal, "entries", (json_int_t)v->entries, "decisions",
                          (json_int_t)v->decisions, "events", (json_int_t)v->events, "skipped", (json_int_t)v->skipped,
                          "first_difference", v->first_difference, "not_compared", v->not_compared);
    json_dumpf(j, stdout, JSON_COMPACT);
    putchar('\n');
    json_decref(j);
}

int command_verify(const struct options *o)
{
    const char *why = NULL;
    struct fb_store *store = NULL;
    enum fb_err e = fb_store_open(&store, o->data, &(struct fb_store_options){.read_only = true}, &why);
    if (e != FB_OK) {
        fprintf(stderr, "fairbank verify: %s: %s\n", o->data, why != NULL ? why : fb_err_text(e));
        return EXIT_FAILED;
    }
    struct fb_verify v = {0};
    e = fb_turn_verify(store, &fb_ports, progress, &v);
    fb_store_close(&store);
    if (isatty(STDERR_FILENO))
        fputs("\r\033[K", stderr);
    if (e != FB_OK) {
        fprintf(stderr, "fairbank verify: could not finish: %s%s%s\n", fb_err_text(e), v.first_difference[0] ? ": " : "", v.first_difference);
        return EXIT_FAILED;
    }
    if (o->json)
        print_json(&v);
    else
        printf("%s: %llu journal entries decided again, %llu decisions and %llu events compared%s%s\n", v.equal ? "equal" : "DIFFERENT",
               (unsigned long long)v.entries, (unsigned long long)v.decisions, (unsigned long long)v.events,
               v.first_difference[0] ? "; " : "", v.first_difference);
    if (!o->json && v.not_compared[0])
        printf("not compared: %s\n", v.not_compared);
    if (!o->json && v.skipped > 0)
        printf("%llu entries were judged by another version of the engine: their chain was checked, not their verdicts\n",
               (unsigned long long)v.skipped);
    return v.equal ? EXIT_DONE : EXIT_DIFFERENT;
}
