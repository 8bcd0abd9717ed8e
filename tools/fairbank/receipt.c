/* fairbank receipt: what the engine took of a source on a day, signed; and whether such a statement holds. */
#include "adapters/lib/receipt.h"
#include "tools/fairbank/ask_people.h"
#include "tools/fairbank/json.h"
#include "tools/fairbank/note_file.h"
#include "tools/fairbank/table.h"
#include <sodium.h>
#include <string.h>

enum { ANSWER_BYTES = 1 << 20, HEX_BYTES = 2 * FB_RECEIPT_KEY_BYTES + 1, MINUTES_PER_HOUR = 60, RATE_E4_PER_PENNY = 100 };
static unsigned char names_memory[ENGINE_SOURCES_BYTES];

/* ---- reading ---- */

static bool parse(const struct options *o, const char *where, struct fb_span text, struct fb_receipt *out)
{
    unsigned line = 0;
    if (fb_receipt_parse(out, text, &line) == FB_OK)
        return true;
    fprintf(stderr, "fairbank %s: %s:%u: this is no receipt as the engine writes it\n", o->command, where, line);
    return false;
}

static bool join(const struct options *o, const struct fb_result *r, struct fb_text *text)
{
    for (unsigned i = 0; i < r->n_lines; i++) {
        fb_text_add_span(text, r->line[i]);
        fb_text_add(text, "\n");
    }
    if (text->cut)
        fprintf(stderr, "fairbank %s: the answer is longer than a receipt can be\n", o->command);
    return !text->cut;
}

static void key_word(char out[HEX_BYTES], const struct fb_receipt *r)
{
    (void)sodium_bin2hex(out, HEX_BYTES, r->key, sizeof(r->key));
}

static uint64_t taken(const struct fb_receipt *r, bool amended)
{
    uint64_t n = 0;
    for (unsigned k = 1; k < FB_KIND_END; k++)
        n += amended ? r->line[k].amended : r->line[k].first;
    return n;
}

/* ---- one, in words ---- */

static void add_hours(struct table *t, int64_t minutes)
{
    char text[32];
    if (minutes == 0)
        text[0] = '\0';
    else
        snprintf(text, sizeof(text), "%lld:%02d", (long long)(minutes / MINUTES_PER_HOUR), (int)(minutes % MINUTES_PER_HOUR));
    table_add(t, text);
}

static void add_pounds(struct table *t, int64_t pence)
{
    if (pence == 0)
        table_add(t, "");
    else
        table_add_pounds(t, pence);
}

static void print_kinds(const struct fb_receipt *r)
{
    char heads[] = "kind|>first|>amended|>hours|>pounds|>sum of rates";
    struct table t;
    table_init(&t, heads);
    for (unsigned k = 1; k < FB_KIND_END; k++) {
        const struct fb_receipt_line *l = &r->line[k];
        if (l->first + l->amended == 0)
            continue;
        table_add(&t, fb_kind_word((enum fb_kind)k));
        table_add_int(&t, (int64_t)l->first);
        table_add_int(&t, (int64_t)l->amended);
        add_hours(&t, l->sum[FB_SUM_MINUTES]);
        add_pounds(&t, l->sum[FB_SUM_PENCE]);
        add_pounds(&t, l->sum[FB_SUM_RATES] / RATE_E4_PER_PENNY);
    }
    table_print(&t, stdout);
}

/* Which they are, as far as it is kept. */
static void print_gaps(const struct fb_receipt *r)
{
    uint64_t more = r->seq_missing - fb_gaps_listed(&r->gaps);
    printf("  missing    ");
    for (unsigned i = 0; i < r->gaps.n; i++) {
        const struct fb_gap *g = &r->gaps.gap[i];
        printf("%s%llu", i > 0 ? ", " : "", (unsigned long long)g->first);
        if (g->last > g->first)
            printf(" to %llu", (unsigned long long)g->last);
    }
    if (r->gaps.n == 0)
        printf("not known which: the version that counted them did not keep it\n");
    else if (more > 0)
        printf(", and %llu more of which it is not kept which\n", (unsigned long long)more);
    else
        putchar('\n');
}

static void print_sequence(const struct fb_receipt *r)
{
    if (r->seq_next == 0) {
        printf("  sequence   the source numbers nothing, so nobody can say whether a message is missing\n");
        return;
    }
    if (r->seq_again > 0) {
        printf("  sequence   its numbers begin anew (%llu came again), so they cannot say whether a message is missing\n",
               (unsigned long long)r->seq_again);
        return;
    }
    printf("  sequence   ");
    if (r->seq_first != FB_ABSENT)
        printf("%lld to %lld; ", (long long)r->seq_first, (long long)r->seq_last);
    printf("next is %llu, %s", (unsigned long long)r->seq_next, r->seq_missing == 0 ? "none below it is missing\n" : "");
    if (r->seq_missing > 0) {
        printf("%llu below it %s not taken: not come, or refused or in conflict\n", (unsigned long long)r->seq_missing, r->seq_missing == 1 ? "was" : "were");
        print_gaps(r);
    }
}

/* "2026-11-21", or "2025-12-01 to 2026-10-20": the first statement of a store in which none was made before. */
static void days_word(char out[2 * 11 + 3], const struct fb_receipt *r)
{
    unsigned at = 0;
    if (r->before > 0) {
        fb_day_format(out, fb_receipt_since(r));
        memcpy(out + 10, " to ", 4);
        at = 14;
    }
    fb_day_format(out + at, r->day);
}

static void print_person(const struct fb_receipt *r)
{
    char days[2 * 11 + 3], made[25], key[HEX_BYTES];
    days_word(days, r);
    fb_instant_format(made, r->made_ms);
    key_word(key, r);
    printf("%.*s%s%s, %s: %s\n", (int)r->n_source, r->source, r->trust != 0 ? " of " : "", r->trust != 0 ? code_word(r->trust) : "", days,
           r->open ? "so far, the day is not over" : r->before > 0 ? "all of these days together" : "the whole day");
    if (taken(r, false) + taken(r, true) == 0)
        printf("  nothing was taken\n");
    else
        print_kinds(r);
    printf("  not taken  %llu refused, %llu in conflict\n  repeats    %llu answered as the first time\n", (unsigned long long)r->refused.n,
           (unsigned long long)r->conflict.n, (unsigned long long)r->repeats);
    print_sequence(r);
    printf("  stated     %.19sZ, from the journal up to entry %llu\n  signed     with the key %s\n", made, (unsigned long long)r->entries, key);
}

/* ---- several, a row each ---- */

static void add_row(struct table *t, const struct fb_receipt *r)
{
    const uint64_t counts[] = {taken(r, false), taken(r, true), r->refused.n, r->conflict.n, r->repeats};
    char next[24] = "", missing[24] = "";
    table_add(t, word_of((struct fb_span){r->source, r->n_source}));
    table_add(t, r->trust != 0 ? code_word(r->trust) : "(all)");
    for (unsigned i = 0; i < sizeof(counts) / sizeof(counts[0]); i++)
        table_add_int(t, (int64_t)counts[i]);
    if (r->seq_next != 0 && r->seq_again == 0) {
        snprintf(next, sizeof(next), "%llu", (unsigned long long)r->seq_next);
        snprintf(missing, sizeof(missing), "%llu", (unsigned long long)r->seq_missing);
    }
    table_add(t, next);
    table_add(t, missing);
}

/* ---- for machines ---- */

static void json_add_hash(json_t *j, const unsigned char hash[FB_RECEIPT_HASH_BYTES])
{
    char hex[2 * FB_RECEIPT_HASH_BYTES + 1];
    (void)sodium_bin2hex(hex, sizeof(hex), hash, FB_RECEIPT_HASH_BYTES);
    json_object_set_new(j, "hash", json_string(hex));
}

static json_t *count_json(const struct fb_receipt_count *c)
{
    json_t *j = json_pack("{s:I}", "count", (json_int_t)c->n);
    json_add_hash(j, c->hash);
    return j;
}

static json_t *kinds_json(const struct fb_receipt *r)
{
    json_t *kinds = json_object();
    for (unsigned k = 1; k < FB_KIND_END; k++) {
        const struct fb_receipt_line *l = &r->line[k];
        if (l->first + l->amended == 0)
            continue;
        json_t *j = json_pack("{s:I, s:I, s:I, s:I, s:I}", "first", (json_int_t)l->first, "amended", (json_int_t)l->amended, "minutes",
                              (json_int_t)l->sum[FB_SUM_MINUTES], "pence", (json_int_t)l->sum[FB_SUM_PENCE], "rates",
                              (json_int_t)l->sum[FB_SUM_RATES]);
        json_add_hash(j, l->hash);
        json_object_set_new(kinds, fb_kind_word((enum fb_kind)k), j);
    }
    return kinds;
}

/* Pairs of the first and the last; null: it was not kept which are missing. */
static json_t *gaps_json(const struct fb_receipt *r)
{
    json_t *j = r->gaps.n == 0 && r->seq_missing > 0 ? json_null() : json_array();
    for (unsigned i = 0; i < r->gaps.n; i++)
        json_array_append_new(j, json_pack("[I, I]", (json_int_t)r->gaps.gap[i].first, (json_int_t)r->gaps.gap[i].last));
    return j;
}

static void print_json(const struct fb_receipt *r, const char *text)
{
    char day[11], made[25], key[HEX_BYTES];
    fb_day_format(day, r->day);
    fb_instant_format(made, r->made_ms);
    key_word(key, r);
    json_t *j = json_pack("{s:s}", "source", word_of((struct fb_span){r->source, r->n_source}));
    json_add_word(j, "trust", code_word(r->trust));
    json_object_set_new(j, "day", json_string(day));
    if (r->before > 0) {
        fb_day_format(day, fb_receipt_since(r));
        json_object_set_new(j, "since", json_string(day));
    }
    json_object_set_new(j, "open", json_boolean(r->open));
    json_object_set_new(j, "entries", json_integer((json_int_t)r->entries));
    json_object_set_new(j, "made", json_string(made));
    json_object_set_new(j, "kinds", kinds_json(r));
    json_object_set_new(j, "refused", count_json(&r->refused));
    json_object_set_new(j, "conflict", count_json(&r->conflict));
    json_object_set_new(j, "repeats", json_integer((json_int_t)r->repeats));
    if (r->seq_first != FB_ABSENT) {
        json_object_set_new(j, "sequence_first", json_integer(r->seq_first));
        json_object_set_new(j, "sequence_last", json_integer(r->seq_last));
    }
    if (r->seq_next != 0) {
        json_object_set_new(j, "sequence_next", json_integer((json_int_t)r->seq_next));
        json_object_set_new(j, "sequence_missing", json_integer((json_int_t)r->seq_missing));
        json_object_set_new(j, "sequence_gaps", gaps_json(r));
        json_object_set_new(j, "sequence_gaps_more", json_integer((json_int_t)(r->seq_missing - fb_gaps_listed(&r->gaps))));
        json_object_set_new(j, "sequence_again", json_integer((json_int_t)r->seq_again));
    }
    json_object_set_new(j, "key", json_string(key));
    json_object_set_new(j, "statement", json_string(text));
    json_print(j, JSON_COMPACT);
}

/* ---- asking ---- */

static bool ask(const struct options *o, struct fb_span source, struct fb_receipt *r, char text[FB_RECEIPT_TEXT_BYTES], struct fb_result *raw)
{
    static struct fb_arena arena;
    struct fb_text t;
    struct fb_query q = {.kind = FB_QUERY_RECEIPT, .source = source, .as_known = o->at_day != INT32_MIN ? o->at_day : 0};
    fb_text_init(&t, text, FB_RECEIPT_TEXT_BYTES);
    return chain_ask(o, &q, &arena, raw) && join(o, raw, &t) && parse(o, "the engine's answer", (struct fb_span){t.p, (uint32_t)t.n}, r);
}

static int one(const struct options *o)
{
    static char text[FB_RECEIPT_TEXT_BYTES];
    struct fb_receipt r;
    struct fb_result raw;
    if (!ask(o, fb_span_of(o->source), &r, text, &raw))
        return EXIT_FAILED;
    if (o->out != NULL) {
        if (!lines_write(o->command, strcmp(o->out, "-") == 0 ? NULL : o->out, raw.line, raw.n_lines))
            return EXIT_FAILED;
        if (strcmp(o->out, "-") == 0)
            return EXIT_DONE;
        fprintf(stderr, "%s is written: keep it; fairbank receipt --check %s looks at its signature\n", o->out, o->out);
    }
    if (o->json)
        print_json(&r, text);
    else
        print_person(&r);
    return EXIT_DONE;
}

static bool is_asked(const struct fb_source_row *s)
{
    return !fb_span_is(s->source.name, FB_SOURCE_OWN);
}

static int all(const struct options *o)
{
    char heads[] = "source|trust|>first|>amended|>refused|>in conflict|>repeats|>next|>missing", text[FB_RECEIPT_TEXT_BYTES];
    struct fb_result names = {0}, raw;
    struct fb_query q = {.kind = FB_QUERY_SOURCES};
    struct fb_receipt r;
    struct fb_arena arena;
    struct table t;
    unsigned shown = 0;
    bool good = true;
    fb_arena_init(&arena, names_memory, sizeof(names_memory));
    if (ask_sources(o, &q, &arena, &names, ", and only a running one signs") != FB_OK)
        return EXIT_FAILED;
    table_init(&t, heads);
    for (unsigned i = 0; i < names.n_sources && good; i++) {
        if (!is_asked(&names.source[i]))
            continue;
        good = ask(o, names.source[i].source.name, &r, text, &raw);
        shown += good;
        if (good && o->json)
            print_json(&r, text);
        else if (good)
            add_row(&t, &r);
    }
    if (good && shown > 0 && !o->json) {
        char days[2 * 11 + 3];
        days_word(days, &r);
        printf("What was taken on %s%s. One of them in full, to keep: --source NAME --out FILE\n\n", days, r.open ? ", so far" : "");
        table_print(&t, stdout);
    } else if (good && shown == 0 && !o->json) {
        printf("no source has sent anything yet\n");
    }
    table_release(&t);
    return good ? EXIT_DONE : EXIT_FAILED;
}

/* ---- checking ---- */

static int check(const struct options *o)
{
    static char text[2 * FB_RECEIPT_TEXT_BYTES];
    struct fb_receipt r;
    char key[HEX_BYTES];
    size_t n = 0;
    if (!text_read(o->command, o->against, "receipt", text, sizeof(text), &n) || !parse(o, o->against, (struct fb_span){text, (uint32_t)n}, &r))
        return EXIT_FAILED;
    bool holds = fb_receipt_is_signed(&r);
    key_word(key, &r);
    bool theirs = o->signer == NULL || strcmp(o->signer, key) == 0;
    if (o->json)
        printf("{\"signed\":%s,\"expected_key\":%s,\"key\":\"%s\"}\n", holds ? "true" : "false", theirs ? "true" : "false", key);
    else if (!holds)
        printf("NOT SIGNED: the text was changed, or its key is not the signer's\n");
    else if (!theirs)
        printf("ANOTHER KEY: the signature holds, but it is that of %s\n", key);
    else
        print_person(&r);
    if (!o->json && holds && theirs)
        printf("HOLDS: %s\n", o->signer != NULL ? "every line is as that key signed it" : "every line is as the key above signed it; is it the engine's? fairbank checkpoint key");
    return holds && theirs ? EXIT_DONE : EXIT_DIFFERENT;
}

int command_receipt(const struct options *o)
{
    if (o->against != NULL && (o->source != NULL || o->out != NULL || o->at_day != INT32_MIN)) {
        fprintf(stderr, "fairbank %s: --check takes a file and asks nobody: leave the rest out\n", o->command);
        return EXIT_USAGE;
    }
    if (o->out != NULL && o->source == NULL) {
        fprintf(stderr, "fairbank %s: say of which source: --source NAME\n", o->command);
        return EXIT_USAGE;
    }
    if (o->against != NULL)
        return check(o);
    return o->source != NULL ? one(o) : all(o);
}
