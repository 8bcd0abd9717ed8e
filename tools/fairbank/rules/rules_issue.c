/* fairbank rules issue, schedule and withdraw: the running engine makes the packs of its configuration an issue, now or at
 * a moment, or lets one that waits go. */
#include "tools/fairbank/json.h"
#include "tools/fairbank/source.h"
#include "tools/fairbank/table.h"

static void print_json(const struct fb_result *r, int64_t at_ms)
{
    const struct fb_engine_status *s = &r->status;
    json_t *j = json_pack("{s:I, s:I, s:I, s:I, s:I, s:s}", "issue", (json_int_t)r->issue, "current", (json_int_t)s->issue, "waiting",
                          (json_int_t)s->waiting, "repriced", (json_int_t)s->repriced, "to_reprice", (json_int_t)s->to_reprice, "text",
                          word_of(r->text));
    if (at_ms != INT64_MIN) {
        char at[25];
        fb_instant_format(at, at_ms);
        json_object_set_new(j, "at", json_string(at));
    }
    json_print(j, JSON_INDENT(2));
}

static int issue(const struct options *o, const char *command, int64_t due_ms)
{
    static unsigned char memory[1 << 20];
    struct fb_arena arena;
    struct fb_result r = {0};
    fb_arena_init(&arena, memory, sizeof(memory));
    if (!engine_is_there(o, command, ", and only a running one changes its rules", &arena))
        return EXIT_FAILED;
    fb_arena_reset(&arena);
    enum fb_err e = engine_ask(o, command, &(struct fb_query){.kind = FB_QUERY_ISSUE, .due_ms = due_ms}, &arena, &r);
    if (e == FB_BUSY)
        fprintf(stderr, "fairbank %s: no answer came; whether it was done, `fairbank status` says\n", command);
    if (e != FB_OK)
        return EXIT_FAILED;
    if (o->json)
        print_json(&r, o->at_ms);
    else
        print_text(stdout, NULL, r.text);
    return EXIT_DONE;
}

int command_issue(const struct options *o) { return issue(o, "rules issue", FB_ABSENT); }

int command_schedule(const struct options *o)
{
    if (o->at_ms == INT64_MIN) {
        fprintf(stderr, "fairbank rules schedule: say when with --at, such as --at 2026-12-01T00:00; at once is `fairbank rules issue`\n");
        return EXIT_USAGE;
    }
    return issue(o, "rules schedule", o->at_ms);
}

int command_withdraw(const struct options *o)
{
    static unsigned char memory[1 << 20];
    const char *command = "rules withdraw";
    struct fb_arena arena;
    struct fb_result r = {0};
    int64_t n;
    if (fb_parse_int(&n, fb_span_of(o->words[0])) != FB_OK || n < 1 || n > UINT32_MAX) {
        fprintf(stderr, "fairbank %s: %.40s is not the number of an issue; fairbank status lists those that wait\n", command, o->words[0]);
        return EXIT_USAGE;
    }
    fb_arena_init(&arena, memory, sizeof(memory));
    if (!engine_is_there(o, command, ", and only a running one changes its rules", &arena))
        return EXIT_FAILED;
    fb_arena_reset(&arena);
    const struct fb_query q = {.kind = FB_QUERY_WITHDRAW, .issue = (uint32_t)n};
    enum fb_err e = engine_ask(o, command, &q, &arena, &r);
    if (e == FB_BUSY)
        fprintf(stderr, "fairbank %s: no answer came; whether it was done, `fairbank status` says\n", command);
    if (e != FB_OK)
        return EXIT_FAILED;
    if (o->json)
        printf("{\"withdrawn\": %u}\n", r.issue);
    else
        print_text(stdout, NULL, r.text);
    return EXIT_DONE;
}
