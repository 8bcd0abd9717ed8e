#include "tools/fairbank/source.h"
#include "tools/fairbank/table.h"
#include <jansson.h>

static void print_person(const struct fb_explanation *x)
{
    char at[25];
    fb_instant_format(at, x->decided_ms);
    printf("%s of %s (number %u), %s\n", word_of(x->record_ref), word_of(x->source), x->subject, code_word(x->trust));
    printf("judged %s, journal entry %llu, rules issue %u\n\n", at, (unsigned long long)x->journal, x->issue);
    for (unsigned i = 0; i < x->n_lines; i++)
        paragraph_print(stdout, i == 0 ? "" : "- ", x->line[i].p, (int)x->line[i].n);
}

static void print_json(const struct fb_explanation *x)
{
    char at[25];
    fb_instant_format(at, x->decided_ms);
    json_t *lines = json_array();
    for (unsigned i = 0; i < x->n_lines; i++)
        json_array_append_new(lines, json_stringn(x->line[i].p, x->line[i].n));
    json_t *j = json_pack("{s:I, s:s, s:s, s:s, s:s, s:I, s:I, s:o}", "number", (json_int_t)x->subject, "booking", word_of(x->record_ref),
                          "source", word_of(x->source), "trust", code_word(x->trust), "judged", at, "journal",
                          (json_int_t)x->journal, "issue", (json_int_t)x->issue, "sentences", lines);
    json_dumpf(j, stdout, JSON_INDENT(2));
    putchar('\n');
    json_decref(j);
}

static int show(const struct options *o, const struct fb_explanation *x)
{
    if (!x->found) {
        fprintf(stderr, "fairbank explain: no booking '%s' is held (use the source's own reference, or the number that findings print)\n",
                o->words[0]);
        return EXIT_FAILED;
    }
    (o->json ? print_json : print_person)(x);
    return EXIT_DONE;
}

/* A bare number is our own number of the booking; anything else is what its source called it. */
static uint32_t number_of(const char *word)
{
    int64_t n = 0;
    return fb_parse_int(&n, fb_span_of(word)) == FB_OK && n > 0 && n <= UINT32_MAX ? (uint32_t)n : 0;
}

static int from_folder(const struct options *o)
{
    struct folder f;
    struct fb_explanation x = {0};
    if (!folder_open(&f, o, "explain"))
        return EXIT_FAILED;
    uint32_t subject = 0;
    enum fb_err e = fb_report_find(f.store, FB_KIND_BOOKING, fb_span_of(o->words[0]), &subject);
    if (e == FB_OK || e == FB_NOT_FOUND)
        e = fb_report_explain(f.store, f.books, subject != 0 ? subject : number_of(o->words[0]), (uint64_t)o->as_of, &f.arena, &x);
    if (e != FB_OK && e != FB_NOT_FOUND)
        fprintf(stderr, "fairbank explain: %s\n", fb_err_text(e));
    int status = e == FB_OK || e == FB_NOT_FOUND ? show(o, &x) : EXIT_FAILED;
    folder_close(&f);
    return status;
}

int command_explain(const struct options *o)
{
    static unsigned char memory[1 << 20];
    if (o->n_words != 1) {
        fprintf(stderr, "fairbank explain: name one booking (see fairbank explain --help)\n");
        return EXIT_USAGE;
    }
    if (o->offline)
        return from_folder(o);
    struct fb_arena arena;
    fb_arena_init(&arena, memory, sizeof(memory));
    struct fb_query q = {.kind = FB_QUERY_EXPLAIN, .record_ref = fb_span_of(o->words[0]), .subject = number_of(o->words[0]), .as_of = (uint64_t)o->as_of};
    struct fb_result r = {0};
    enum fb_err e = engine_ask(o, "explain", &q, &arena, &r);
    if (e == FB_BUSY) {
        fprintf(stderr, "fairbank explain: no engine answers at %s; if it is stopped, read its folder with --offline\n", o->data);
        return EXIT_FAILED;
    }
    return e == FB_OK ? show(o, &r.explanation) : EXIT_FAILED;
}
