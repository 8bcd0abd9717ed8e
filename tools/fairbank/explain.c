/* fairbank explain: one booking's verdict in sentences. Sources may use the same reference, so the folder is
 * looked through for every booking of that name before one of them is explained. */
#include "tools/fairbank/ask_people.h"
#include "tools/fairbank/explain_cell.h"
#include "tools/fairbank/json.h"
#include "tools/fairbank/table.h"
#include <string.h>

enum { FOUND_MAX = 20, WORD_MAX = FB_SOURCE_BYTES_MAX + 1 + FB_ID_BYTES_MAX };

/* Whom to ask, about what: by number once the folder has told it. */
struct asking {
    const struct options *o;
    struct folder folder; /* .store NULL: not readable here */
    struct fb_arena arena;
    struct fb_found found[FOUND_MAX];
    unsigned n_found;
    uint32_t number;
};

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
    json_print(j, JSON_INDENT(2));
}

/* A bare number is our own number of the booking; anything else is what its source called it. */
static uint32_t number_of(const char *word)
{
    int64_t n = 0;
    return fb_parse_int(&n, fb_span_of(word)) == FB_OK && n > 0 && n <= UINT32_MAX ? (uint32_t)n : 0;
}

static enum fb_err find(struct asking *a)
{
    struct fb_span name = fb_span_of(a->o->words[0]);
    enum fb_err e = fb_report_find(a->folder.store, FB_KIND_BOOKING, name, a->found, FOUND_MAX, &a->n_found);
    static const enum fb_kind others[] = {FB_KIND_VACANCY, FB_KIND_APPROVAL, FB_KIND_INVOICE_LINE}; /* as events name them */
    for (unsigned i = 0; e == FB_OK && a->n_found == 0 && i < sizeof(others) / sizeof(others[0]); i++)
        e = fb_report_find(a->folder.store, others[i], name, a->found, FOUND_MAX, &a->n_found);
    return e;
}

static uint32_t shift_of(struct asking *a, uint32_t number)
{
    struct fb_explanation x = {0};
    fb_arena_reset(&a->folder.arena);
    enum fb_err e = fb_report_explain(a->folder.store, a->folder.books, number, 0, &a->folder.arena, &x);
    return e == FB_OK && x.found ? x.subject : number;
}

static void list_found(const struct asking *a)
{
    fprintf(stderr, "fairbank explain: several bookings are called '%s'; name one of them:\n", a->o->words[0]);
    for (unsigned i = 0; i < a->n_found; i++) {
        const struct fb_found *f = &a->found[i];
        fprintf(stderr, "  %.*s/%.*s   (number %u)\n", (int)f->n_source, f->source, (int)f->n_record_ref, f->record_ref, f->number);
    }
    if (a->n_found == FOUND_MAX)
        fprintf(stderr, "  (and maybe more)\n");
}

/* false: the name does not say which, and that was said. Records of one shift have one verdict between them. */
static bool settle(struct asking *a)
{
    enum fb_err e = find(a);
    if (e != FB_OK) {
        fprintf(stderr, "fairbank explain: %s: %s\n", a->o->data, fb_err_text(e));
        return false;
    }
    for (unsigned i = 1; i < a->n_found; i++)
        if (shift_of(a, a->found[i].number) != shift_of(a, a->found[0].number)) {
            list_found(a);
            return false;
        }
    a->number = a->n_found > 0 ? a->found[0].number : number_of(a->o->words[0]);
    return true;
}

/* Of the moment that was asked about, or (now) as it stands. */
static enum fb_err ask(struct asking *a, bool now, struct fb_explanation *x)
{
    *x = (struct fb_explanation){0};
    if (a->o->offline) {
        uint64_t as_of = 0;
        bool nothing = false;
        if (!now && !folder_known(&a->folder, a->o, "explain", &as_of, &nothing))
            return FB_IO;
        if (nothing)
            return FB_OK;
        fb_arena_reset(&a->folder.arena);
        enum fb_err e = fb_report_explain(a->folder.store, a->folder.books, a->number, as_of, &a->folder.arena, x);
        if (e != FB_OK && e != FB_NOT_FOUND)
            fprintf(stderr, "fairbank explain: %s\n", fb_err_text(e));
        return e == FB_NOT_FOUND ? FB_OK : e;
    }
    struct fb_query q = {.kind = FB_QUERY_EXPLAIN, .subject = a->number, .as_of = now ? 0 : (uint64_t)a->o->as_of,
                         .as_known = now ? 0 : a->o->as_known};
    if (a->n_found == 0)
        q.record_ref = fb_span_of(a->o->words[0]);
    fill_asker(&q.asker, a->o);
    struct fb_result r = {0};
    fb_arena_reset(&a->arena);
    enum fb_err e = engine_ask(a->o, "explain", &q, &a->arena, &r);
    if (e == FB_BUSY)
        say_no_engine(a->o, "explain", "; if it is stopped, read its folder with --offline");
    *x = r.explanation;
    return e;
}

static int not_told(struct asking *a)
{
    struct fb_explanation now;
    const char *word = a->o->words[0];
    char at[25], moment[40];
    snprintf(moment, sizeof(moment), "at journal entry %lld", (long long)a->o->as_of);
    if ((a->o->as_of != 0 || a->o->as_known != 0) && ask(a, true, &now) == FB_OK && now.found) {
        fb_instant_format(at, now.decided_ms);
        fprintf(stderr, "fairbank explain: '%s' was not yet judged %s (its verdict now is of entry %llu, %s)\n", word,
                a->o->as_known != 0 ? known_words(a->o->as_known) : moment, (unsigned long long)now.journal, at);
    }
    else if (a->n_found > 0)
        fprintf(stderr, "fairbank explain: '%s' is held and not yet judged\n", word);
    else
        fprintf(stderr, "fairbank explain: no booking '%.*s' is held (use the source's own reference, SOURCE/REFERENCE, or the number "
                "that findings print)\n", WORD_MAX, word);
    return EXIT_FAILED;
}

static int explain(struct asking *a)
{
    struct fb_explanation x;
    if (a->folder.store != NULL && !settle(a))
        return EXIT_FAILED;
    if (a->folder.store == NULL)
        a->number = number_of(a->o->words[0]);
    if (ask(a, false, &x) != FB_OK)
        return EXIT_FAILED;
    if (!x.found)
        return not_told(a);
    (a->o->json ? print_json : print_person)(&x);
    return EXIT_DONE;
}

int command_explain(const struct options *o)
{
    static unsigned char memory[1 << 20];
    static struct asking a;
    a = (struct asking){.o = o};
    if (is_cell(o->words[0]))
        return explain_cell(o);
    if (strlen(o->words[0]) > WORD_MAX) {
        fprintf(stderr, "fairbank explain: no reference is that long: at most %d bytes, as SOURCE/REFERENCE\n", (int)WORD_MAX);
        return EXIT_FAILED;
    }
    fb_arena_init(&a.arena, memory, sizeof(memory));
    /* An engine that was named may keep another folder than this one, or stand elsewhere. */
    bool read = o->offline ? folder_open(&a.folder, o, "explain") : o->engine == NULL && folder_open(&a.folder, o, NULL);
    if (o->offline && !read)
        return EXIT_FAILED;
    int status = explain(&a);
    folder_close(&a.folder);
    return status;
}
