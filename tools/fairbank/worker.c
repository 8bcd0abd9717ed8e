/* fairbank worker, forget and audit: what is held of one person, its end, and who looked. Only the engine answers, because only
 * it knows whom a pseudonym belongs to, and it writes down who asked before it tells. */
#include "tools/fairbank/ask_people.h"
#include "tools/fairbank/json.h"
#include "tools/fairbank/table.h"
#include <string.h>

enum { ANSWER_BYTES = 1 << 20 };
static unsigned char memory[ANSWER_BYTES];

/* A bare number is the engine's own; anything else a pseudonym, which is longer than any number of ours. */
static bool set_worker(struct fb_query *q, const struct options *o, const char *word)
{
    int64_t n = 0;
    size_t length = strlen(word);
    if (length <= 10 && fb_parse_int(&n, fb_span_of(word)) == FB_OK && n > 0 && n <= UINT32_MAX)
        q->worker_number = (uint32_t)n;
    else if (length > 0 && length <= FB_ID_BYTES_MAX)
        q->worker = fb_span_of(word);
    else
        fprintf(stderr, "fairbank %s: '%.70s' is neither a pseudonym nor a number\n", o->command, word);
    return q->worker_number != 0 || q->worker.n > 0;
}

static enum fb_err ask(const struct options *o, struct fb_query *q, struct fb_arena *arena, struct fb_result *r)
{
    q->due_ms = FB_ABSENT;
    fb_arena_init(arena, memory, sizeof(memory));
    return ask_running(o, q, arena, r, ", and only a running one knows who a worker is");
}

static void say_lines(const struct options *o, const struct fb_result *r)
{
    json_t *lines = o->json ? json_array() : NULL;
    for (unsigned i = 0; i < r->n_lines; i++) {
        if (o->json)
            json_array_append_new(lines, json_stringn(r->line[i].p, r->line[i].n));
        else
            paragraph_print(stdout, "", r->line[i].p, (int)r->line[i].n);
    }
    if (!o->json)
        return;
    json_t *out = json_pack("{s:o}", "sentences", lines);
    json_print(out, JSON_INDENT(1));
}

int command_worker(const struct options *o)
{
    struct fb_arena arena;
    struct fb_result r;
    struct fb_query q = {.kind = FB_QUERY_WORKER};
    if (!set_worker(&q, o, o->words[0]))
        return EXIT_USAGE;
    if (ask(o, &q, &arena, &r) != FB_OK)
        return EXIT_FAILED;
    say_lines(o, &r);
    if (!o->json)
        printf("\nHow many bookings of each source say who the worker is: fairbank status. This reading is in the log: fairbank audit.\n");
    return EXIT_DONE;
}

int command_forget(const struct options *o)
{
    struct fb_arena arena;
    struct fb_result r;
    struct fb_query q = {.kind = FB_QUERY_FORGET};
    if (o->reason == NULL) {
        fprintf(stderr, "fairbank %s: say why with --reason, such as --reason \"asked for by the worker, request 118\"\n", o->command);
        return EXIT_USAGE;
    }
    if (!set_worker(&q, o, o->words[0]))
        return EXIT_USAGE;
    q.reason = fb_span_of(o->reason);
    if (ask(o, &q, &arena, &r) != FB_OK)
        return EXIT_FAILED;
    say_lines(o, &r);
    return EXIT_DONE;
}

/* ---- who read what ---- */

static const char *query_word(unsigned kind)
{
    static const char *const word[FB_QUERY_END] = {
        [FB_QUERY_WORKER] = "worker", [FB_QUERY_FORGET] = "forget", [FB_QUERY_EXPLAIN] = "explain", [FB_QUERY_LINK] = "approve link", [FB_QUERY_FINDINGS] = "findings", [FB_QUERY_PROVE] = "prove"};
    return kind < FB_QUERY_END && word[kind] != NULL ? word[kind] : "?";
}

static const char *as_word(const struct fb_asker *a)
{
    static const char *const word[FB_AS_END] = {"", "trust", "controls", "finance", "admin"};
    static char both[32];
    if (a->as != FB_AS_TRUST)
        return word[a->as < FB_AS_END ? a->as : 0];
    snprintf(both, sizeof(both), "trust:%s", code_word(a->trust));
    return both;
}

/* Of nobody who is held nothing was told, and nothing was forgotten. */
static const char *worker_words(const struct fb_audit_row *row, char number[16])
{
    bool of_one = row->query == FB_QUERY_WORKER || row->query == FB_QUERY_FORGET;
    if (row->worker == 0)
        return of_one ? "not held" : "";
    snprintf(number, 16, "%u", row->worker);
    return number;
}

static const char *about_words(const struct fb_audit_row *row, char text[40])
{
    if (row->query == FB_QUERY_FORGET)
        return row->worker != 0 ? "forgotten" : "nothing was done";
    if (row->record == 0)
        return "";
    if (row->query == FB_QUERY_FINDINGS)
        snprintf(text, 40, "%u finding%s about workers", row->record, row->record == 1 ? "" : "s");
    else
        snprintf(text, 40, row->query == FB_QUERY_LINK ? "approval %u" : row->query == FB_QUERY_PROVE ? "entry of record %u" : "booking %u", row->record);
    return text;
}

static void row_json(const struct fb_audit_row *row)
{
    char at[25];
    fb_instant_format(at, row->at_ms);
    json_t *j = json_pack("{s:I, s:s, s:s}", "seq", (json_int_t)row->seq, "at", at, "question", query_word(row->query));
    json_add_word(j, "asker", word_of(row->asker.identity));
    json_add_word(j, "as", as_word(&row->asker));
    if (row->worker != 0)
        json_object_set_new(j, "worker", json_integer(row->worker));
    const char *key = row->query == FB_QUERY_LINK ? "approval" : row->query == FB_QUERY_FINDINGS ? "findings" : row->query == FB_QUERY_PROVE ? "record" : "number";
    if (row->record != 0)
        json_object_set_new(j, key, json_integer(row->record));
    if (row->query == FB_QUERY_FORGET)
        json_object_set_new(j, "done", json_boolean(row->worker != 0));
    json_print(j, JSON_COMPACT);
}

static void row_person(struct table *t, const struct fb_audit_row *row)
{
    char at[25], number[16], about[40];
    fb_instant_format(at, row->at_ms);
    at[10] = ' ';
    at[19] = '\0';
    table_add(t, at);
    table_add(t, word_of(row->asker.identity));
    table_add(t, as_word(&row->asker));
    table_add(t, query_word(row->query));
    table_add(t, worker_words(row, number));
    table_add(t, about_words(row, about));
}

/* A list of findings was written down as one row, without whose they were: how many of those there are. */
static enum fb_err count_lists(const struct options *o, unsigned *n)
{
    struct fb_arena arena;
    struct fb_result r = {.more = true};
    struct fb_query q = {.kind = FB_QUERY_AUDIT};
    enum fb_err e = FB_OK;
    *n = 0;
    while (r.more && (e = ask(o, &q, &arena, &r)) == FB_OK) {
        for (unsigned i = 0; i < r.n_audit; i++)
            *n += r.audit[i].query == FB_QUERY_FINDINGS && r.audit[i].worker == 0;
        q.findings.after = r.after;
    }
    return e;
}

static void say_lists(const struct options *o, unsigned lists)
{
    if (o->json)
        json_print(json_pack("{s:I}", "lists_of_findings", (json_int_t)lists), JSON_COMPACT);
    else if (lists == 0)
        printf("No list of findings was read beside.\n");
    else
        printf("Beside these %u list%s of findings about workers %s read; whose they were is not written down, so they may have held this one's.\n",
               lists, lists == 1 ? "" : "s", lists == 1 ? "was" : "were");
}

int command_audit(const struct options *o)
{
    char heads[] = "at (UTC)|who|as|asked|>worker|about";
    struct table t;
    struct fb_arena arena;
    struct fb_result r = {.more = true};
    struct fb_query q = {.kind = FB_QUERY_AUDIT};
    unsigned lists, shown = 0, most = o->limit > 0 ? o->limit : o->json ? UINT32_MAX : 50;
    enum fb_err e = FB_OK;
    if (o->worker != NULL && !set_worker(&q, o, o->worker))
        return EXIT_USAGE;
    table_init(&t, heads);
    while (r.more && shown < most && (e = ask(o, &q, &arena, &r)) == FB_OK) {
        for (unsigned i = 0; i < r.n_audit && shown < most; i++, shown++) {
            if (o->json)
                row_json(&r.audit[i]);
            else
                row_person(&t, &r.audit[i]);
        }
        q.findings.after = r.after;
    }
    if (e == FB_OK && !o->json && shown > 0)
        table_print(&t, stdout);
    if (e == FB_OK && !o->json)
        printf("%s%u reading%s, the newest first%s\n", shown > 0 ? "\n" : "", shown, shown == 1 ? "" : "s", r.more && shown == most ? "; more with --limit N" : "");
    table_release(&t);
    if (e == FB_OK && o->worker != NULL && (e = count_lists(o, &lists)) == FB_OK)
        say_lists(o, lists);
    return e == FB_OK ? EXIT_DONE : EXIT_FAILED;
}
