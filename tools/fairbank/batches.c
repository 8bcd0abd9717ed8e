/* fairbank batches and withdraw: files and pages as their publishers named them, and one of them taken back. */
#include "tools/fairbank/ask_people.h"
#include "tools/fairbank/json.h"
#include "tools/fairbank/table.h"
#include <inttypes.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

enum { ROWS_DEFAULT = 30, ROUND_MS = 300, LEFT_SHOWN = 20 };
#define NUMBER "number:"
static unsigned char memory[1 << 20];

/* 0: it is none. */
static uint32_t number_in(const char *text)
{
    int64_t n;
    return fb_parse_int(&n, fb_span_of(text)) == FB_OK && n > 0 && n <= UINT32_MAX ? (uint32_t)n : 0;
}

/* Which batch: by its name, also one of digits alone, which publishers give; by the engine's number only where that is said, so that
 * nobody takes back another file than the one that they named. Of a --source it is always a name. */
static void name_it(struct fb_query *q, const struct options *o)
{
    enum { N = sizeof NUMBER - 1 };
    bool said = o->source == NULL && strncmp(o->batch, NUMBER, N) == 0;
    q->batch_number = said ? number_in(o->batch + N) : 0;
    if (o->source != NULL)
        q->batch_source = fb_span_of(o->source);
    if (q->batch_number == 0)
        q->batch = fb_span_of(o->batch);
}

static enum fb_err ask(const struct options *o, struct fb_query *q, struct fb_arena *arena, struct fb_result *r)
{
    fb_arena_init(arena, memory, sizeof(memory));
    enum fb_err e = ask_running(o, q, arena, r, ", and only a running one knows its batches");
    if (e == FB_REFUSED && q->batch.n > 0 && number_in(o->batch) != 0)
        fprintf(stderr, "fairbank %s: %s was looked for as a name; a batch's number is given as --batch " NUMBER "%s\n", o->command, o->batch, o->batch);
    return e;
}

/* ---- a list ---- */

static const char *state_of(const struct fb_batch_row *b)
{
    return b->withdrawing ? "being taken back" : b->asked == 0 ? "stands" : b->again ? "taken back; more came since" : "taken back";
}

static json_t *json_of(const struct fb_batch_row *b)
{
    char first[25], last[25];
    fb_instant_format(first, b->first_ms);
    fb_instant_format(last, b->last_ms);
    json_t *j = json_pack("{s:I, s:s, s:s}", "number", (json_int_t)b->number, "batch", word_of(b->id), "source", word_of(b->source));
    json_add_word(j, "trust", code_word(b->trust));
    const struct {
        const char *what;
        uint64_t n;
    } count[] = {{"accepted", b->accepted}, {"amended", b->amended}, {"refused", b->refused}, {"conflicts", b->conflicts}};
    for (unsigned i = 0; i < sizeof(count) / sizeof(count[0]); i++)
        json_object_set_new(j, count[i].what, json_integer((json_int_t)count[i].n));
    json_object_set_new(j, "first", json_string(first));
    json_object_set_new(j, "last", json_string(last));
    if (b->asked != 0)
        json_object_set_new(j, "taken_back",
                            json_pack("{s:I, s:b, s:b, s:I, s:I, s:I, s:I}", "journal", (json_int_t)b->asked, "done", !b->withdrawing, "more_came",
                                      b->again, "withdrawn", (json_int_t)b->withdrawn, "restored", (json_int_t)b->restored, "left",
                                      (json_int_t)b->left, "delta_pence", (json_int_t)b->pence));
    return j;
}

static void add_row(struct table *t, const struct fb_batch_row *b)
{
    char at[17], number[16];
    fb_local_format(at, b->last_ms / FB_MINUTE_MS);
    at[10] = ' ';
    snprintf(number, sizeof(number), "%" PRIu32, b->number);
    table_add(t, number);
    table_add(t, word_of(b->id));
    table_add(t, word_of(b->source));
    table_add(t, at);
    table_add_int(t, (int64_t)b->accepted);
    table_add_int(t, (int64_t)b->amended);
    table_add_int(t, (int64_t)b->refused);
    table_add_int(t, (int64_t)b->conflicts);
    table_add(t, state_of(b));
}

int command_batches(const struct options *o)
{
    char heads[] = ">number|batch|source|last message|>accepted|>amended|>refused|>conflicts|state";
    struct fb_query q = {.kind = FB_QUERY_BATCHES, .findings.trust = o->trust};
    struct table t;
    struct fb_arena arena;
    struct fb_result r;
    unsigned n = 0, most = o->limit > 0 ? o->limit : ROWS_DEFAULT;
    json_t *list = json_array();
    if (o->batch != NULL)
        name_it(&q, o);
    table_init(&t, heads);
    do {
        if (ask(o, &q, &arena, &r) != FB_OK) {
            json_decref(list);
            table_release(&t);
            return EXIT_FAILED;
        }
        for (unsigned i = 0; i < r.n_batches && n < most; i++, n++) {
            json_array_append_new(list, json_of(&r.batch[i]));
            add_row(&t, &r.batch[i]);
        }
        q.findings.after = r.after;
    } while (r.after != 0 && n < most);
    if (o->json)
        json_dumpf(list, stdout, JSON_INDENT(1));
    else if (n > 0)
        table_print(&t, stdout);
    else
        printf("No batch is known: publishers name the file or page of each record, and none did.");
    if (o->json || n == 0)
        table_release(&t);
    if (o->json || n == 0)
        putchar('\n');
    else if (n == most && r.after != 0)
        printf("and older ones: --limit shows more\n");
    json_decref(list);
    return EXIT_DONE;
}

/* ---- one taken back ---- */

struct foreseen {
    struct fb_batch_row row; /* its texts are kept in these two */
    char id[FB_TEXT_BYTES_MAX + 1], source[FB_SOURCE_BYTES_MAX + 1];
    uint64_t withdrawn, restored, left;
    json_t *stays; /* references of what was amended since */
};

static void keep_row(struct foreseen *f, const struct fb_batch_row *b)
{
    f->row = *b;
    snprintf(f->id, sizeof(f->id), "%s", word_of(b->id));
    snprintf(f->source, sizeof(f->source), "%s", word_of(b->source));
    f->row.id = fb_span_of(f->id);
    f->row.source = fb_span_of(f->source);
}

/* A stretch of the journal for each question, so that nobody who publishes waits for it. */
static bool foresee(const struct options *o, struct foreseen *f)
{
    struct fb_query q = {.kind = FB_QUERY_WITHDRAW_BATCH, .dry = true};
    struct fb_arena arena;
    struct fb_result r;
    name_it(&q, o);
    do {
        if (ask(o, &q, &arena, &r) != FB_OK)
            return false;
        if (r.n_batches != 1)
            return false;
        keep_row(f, r.batch);
        f->withdrawn += r.batch->withdrawn;
        f->restored += r.batch->restored;
        f->left += r.batch->left;
        for (unsigned i = 0; i < r.n_lines; i++)
            json_array_append_new(f->stays, json_stringn(r.line[i].p, r.line[i].n));
        q.findings.after = r.after;
    } while (r.after != 0);
    return true;
}

static void say_count(uint64_t n, const char *one, const char *more, const char *then)
{
    char text[32];
    count_format(text, sizeof(text), (int64_t)n);
    printf("  %s %s %s\n", text, n == 1 ? one : more, then);
}

static void say_foreseen(const struct foreseen *f, bool dry)
{
    printf("%s of %s (batch %" PRIu32 ")%s:\n", f->id, f->source, f->row.number, dry ? " would be taken back" : " is being taken back");
    say_count(f->withdrawn, "record", "records", "first seen in it: withdrawn, so that nothing of them counts");
    say_count(f->restored, "record", "records", "that it amended: again what stood before");
    if (f->left == 0)
        return;
    say_count(f->left, "of its messages was", "of its messages were", "replaced since by a later one: left as it stands");
    size_t n = json_array_size(f->stays);
    for (size_t i = 0; i < n && i < LEFT_SHOWN; i++)
        printf("%s%s", i == 0 ? "    " : ", ", json_string_value(json_array_get(f->stays, i)));
    printf("%s\n", n > LEFT_SHOWN ? ", and more (--json lists them)" : "");
}

static void pause_ms(long ms)
{
    nanosleep(&(struct timespec){.tv_nsec = ms * 1000000}, NULL);
}

/* Until it has ended; what is said on the way is for a person at a terminal. */
static bool follow(const struct options *o, struct foreseen *f)
{
    struct fb_arena arena;
    struct fb_result r;
    bool person = !o->json && isatty(STDERR_FILENO);
    do {
        struct fb_query q = {.kind = FB_QUERY_BATCHES, .batch_number = f->row.number};
        pause_ms(ROUND_MS);
        if (ask(o, &q, &arena, &r) != FB_OK || r.n_batches != 1) {
            fprintf(stderr, "fairbank %s: it goes on in the engine; fairbank batches says how far it is\n", o->command);
            return false;
        }
        keep_row(f, r.batch);
        if (person)
            fprintf(stderr, "\r%" PRIu64 " withdrawn, %" PRIu64 " as before; %" PRIu64 " journal entries to look at    ", f->row.withdrawn,
                    f->row.restored, f->row.entries);
    } while (f->row.withdrawing);
    if (person)
        fprintf(stderr, "\r%76s\r", "");
    return true;
}

static void say_done(const struct foreseen *f)
{
    char pounds[40];
    pounds_format(pounds, sizeof(pounds), f->row.pence < 0 ? -f->row.pence : f->row.pence);
    printf("Taken back. The figures moved by %s£%s", f->row.pence < 0 ? "-" : "", pounds);
    printf(" (fairbank events --kind batch.withdrawn).\nA corrected file must use message ids that were not used before: with fairbank-csv, --again WORD, or in a drop\nfolder's plan again: WORD.\n");
}

static void print_json(const struct foreseen *f, bool dry)
{
    json_t *j = json_of(&f->row);
    json_object_set_new(j, "dry_run", json_boolean(dry));
    json_object_set_new(j, "foreseen", json_pack("{s:I, s:I, s:I}", "withdrawn", (json_int_t)f->withdrawn, "restored", (json_int_t)f->restored,
                                                 "left", (json_int_t)f->left));
    json_object_set(j, "left", f->stays);
    json_print(j, JSON_INDENT(1));
}

static bool begin(const struct options *o, const struct foreseen *f)
{
    struct fb_query q = {.kind = FB_QUERY_WITHDRAW_BATCH, .batch_number = f->row.number, .reason = fb_span_of(o->reason)};
    struct fb_arena arena;
    struct fb_result r;
    return ask(o, &q, &arena, &r) == FB_OK;
}

int command_take_back(const struct options *o)
{
    struct foreseen f = {.stays = json_array()};
    if (o->batch == NULL || (!o->dry_run && o->reason == NULL)) {
        fprintf(stderr, "fairbank %s: say %s; fairbank batches lists them\n", o->command,
                o->batch == NULL ? "which with --batch, such as --batch bookings-2026-11-21.csv" : "why with --reason, such as --reason \"last month's file\"");
        json_decref(f.stays);
        return EXIT_USAGE;
    }
    bool ok = foresee(o, &f);
    if (ok && !o->dry_run)
        ok = begin(o, &f);
    if (ok && !o->json)
        say_foreseen(&f, o->dry_run);
    if (ok && !o->dry_run)
        ok = follow(o, &f);
    if (ok && o->json)
        print_json(&f, o->dry_run);
    if (ok && !o->json && o->dry_run)
        printf("Nothing was changed. Without --dry-run, and with --reason, it is taken back.\n");
    if (ok && !o->json && !o->dry_run)
        say_done(&f);
    json_decref(f.stays);
    return ok ? EXIT_DONE : EXIT_FAILED;
}
