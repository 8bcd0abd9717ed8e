#include "tools/fairbank/source.h"
#include "adapters/lib/ask.h"
#include "engine/shell/ports.h"
#include "tools/fairbank/care/holder.h"
#include "tools/fairbank/spoken.h"
#include "tools/fairbank/table.h"
#include <stdlib.h>
#include <string.h>

/* An issue is answered when packs were read and compiled and it is durable, behind whatever else was asked for. */
enum { FOLDER_ARENA_BYTES = 16 << 20, ANSWER_MS = 3000, CHANGE_MS = 10000, COMMAND_MS = 120000 };
/* The longest thing that is asked: a checkpoint's text, and what a query says besides. */
enum { QUERY_FRAME_BYTES = FB_WIRE_NOTE_BYTES_MAX + 2048 };

bool folder_open(struct folder *f, const struct options *o, const char *command)
{
    const char *why = NULL;
    char forbidden[HOLDER_WORDS];
    *f = (struct folder){0};
    enum fb_err e = fb_store_open(&f->store, o->data, &(struct fb_store_options){.read_only = true}, &why);
    if (e != FB_OK && command == NULL)
        return false;
    if (e != FB_OK) {
        if (e == FB_NOT_FOUND)
            why = "there is no store in this folder: name the engine's with --data DIR, or start one with: fairbankd";
        if (e != FB_NOT_FOUND && holder_forbids(o->data, forbidden))
            why = forbidden;
        fprintf(stderr, "%s: %s: %s\n", spoken(command), o->data, why != NULL ? why : fb_err_text(e));
        return false;
    }
    f->memory = malloc(FOLDER_ARENA_BYTES);
    if (f->memory == NULL || (e = fb_reader_books_open(&f->books, f->store, &fb_ports)) != FB_OK) {
        if (command != NULL)
            fprintf(stderr, "%s: the rules kept in %s cannot be read: %s\n", spoken(command), o->data, fb_err_text(e));
        folder_close(f);
        return false;
    }
    fb_arena_init(&f->arena, f->memory, FOLDER_ARENA_BYTES);
    return true;
}

void folder_close(struct folder *f)
{
    if (f->books != NULL)
        fb_reader_books_close(&f->books);
    if (f->store != NULL)
        fb_store_close(&f->store);
    free(f->memory);
    f->memory = NULL;
}

bool folder_is_the_engines(struct folder *f, const struct options *o)
{
    struct fb_result r = {0};
    if (o->engine == NULL)
        return true;
    enum fb_err e = engine_ask(o, o->command, &(struct fb_query){.kind = FB_QUERY_STATUS}, &f->arena, &r);
    if (e == FB_BUSY)
        say_no_engine(o, o->command, "");
    if (e != FB_OK || r.status.epoch == fb_store_epoch(f->store))
        return e == FB_OK;
    fprintf(stderr, "fairbank %s: the folder %s is not that of the engine at %s, so that what is called so there may be another record: name its own with --data\n",
            o->command, o->data, o->engine);
    return false;
}

bool folder_known(struct folder *f, const struct options *o, const char *command, uint64_t *journal, bool *nothing)
{
    *journal = (uint64_t)o->as_of;
    enum fb_err e = o->as_known != 0 ? fb_report_known_at(f->store, o->as_known, journal) : FB_OK;
    *nothing = e == FB_OK && o->as_known != 0 && *journal == 0;
    if (*nothing)
        fprintf(stderr, "%s: nothing was known by then (%s)\n", spoken(command), known_words(o->as_known));
    else if (e != FB_OK)
        fprintf(stderr, "%s: %s: %s\n", spoken(command), o->data, fb_err_text(e));
    return e == FB_OK;
}

const char *known_words(fb_day day)
{
    static char words[40];
    char text[11];
    fb_day_format(text, day);
    snprintf(words, sizeof(words), "as known at the end of %s", text);
    return words;
}

static bool stop_at_first(void *ctx, const struct fb_total *total)
{
    (void)total;
    *(bool *)ctx = true;
    return false;
}

void warn_unknown_trust(const struct options *o, const char *command)
{
    struct fb_store *store = NULL;
    const char *why = NULL;
    bool held = false, read = true;
    if (o->trust == 0 || o->engine != NULL || o->feed != NULL ||
        fb_store_open(&store, o->data, &(struct fb_store_options){.read_only = true}, &why) != FB_OK)
        return; /* the folder cannot tell, or is not the one that is asked about */
    for (unsigned shadow = 0; shadow < 2 && !held && read; shadow++) {
        struct fb_total_filter f = {o->trust, INT32_MIN, INT32_MAX, INT32_MAX, shadow == 1, INT32_MIN};
        read = fb_report_totals(store, &f, stop_at_first, &held) == FB_OK;
    }
    fb_store_close(&store);
    if (read && !held)
        fprintf(stderr, "%s: no shift of a trust %s is held: look at its ODS code\n", spoken(command), code_word(o->trust));
}

void say_no_engine(const struct options *o, const char *command, const char *then)
{
    char endpoint[400];
    endpoint_of(endpoint, sizeof(endpoint), o, "door", o->engine);
    bool far = strncmp(endpoint, "tcp://", 6) == 0;
    fprintf(stderr, "%s: no engine answers at %s%s%s\n", spoken(command), endpoint, far ? " (or it does not let this key in, or none)" : "", then);
    if (o->engine == NULL)
        fprintf(stderr, "  name its folder with --data DIR, or start one with: fairbankd --data %s\n", o->data);
}

void endpoint_of(char *out, size_t size, const struct options *o, const char *which, const char *named)
{
    if (named != NULL)
        snprintf(out, size, "%s", named);
    else
        snprintf(out, size, "ipc://%s/%s.sock", o->data, which);
}

static enum fb_err understand(const char *command, struct fb_span answer, struct fb_arena *arena, struct fb_result *out)
{
    enum fb_frame_kind kind = 0;
    struct fb_span payload;
    enum fb_reason why = fb_frame_open(answer, &kind, &payload);
    if (why == FB_REASON_NONE && kind != FB_FRAME_RESULT)
        why = FB_REASON_NOT_A_MESSAGE;
    if (why == FB_REASON_NONE)
        why = fb_decode_result(payload, arena, out);
    if (why == FB_REASON_NONE)
        why = out->reason;
    if (why == FB_REASON_NONE)
        return FB_OK;
    if (out->text.n > 0)
        print_text(stderr, command, out->text);
    else
        fprintf(stderr, "%s: the engine answered: %s\n", spoken(command), fb_reason_text(why));
    return FB_REFUSED;
}

void print_text(FILE *out, const char *before, struct fb_span text)
{
    static const char line[] = FB_WIRE_LINE;
    const uint32_t n = sizeof(line) - 1;
    if (before != NULL)
        fprintf(out, "%s: ", spoken(before));
    for (uint32_t i = 0; i < text.n; i++)
        if (i + n <= text.n && memcmp(text.p + i, line, n) == 0) {
            fputc('\n', out);
            i += n - 1;
        } else
            fputc(text.p[i], out);
    fputc('\n', out);
}

/* What changes something is answered behind whatever else is committed. */
static int patience_of(enum fb_query_kind kind)
{
    if (kind == FB_QUERY_ISSUE || kind == FB_QUERY_CLOSE_PERIOD || kind == FB_QUERY_WITHDRAW || kind == FB_QUERY_WITHDRAW_BATCH)
        return COMMAND_MS;
    return kind == FB_QUERY_FORGET || kind == FB_QUERY_CONFIRM ? CHANGE_MS : ANSWER_MS;
}

bool keys_of(const struct options *o, const char *command, const char *endpoint, struct fb_curve *out)
{
    char memory[1400];
    struct fb_text why;
    fb_text_init(&why, memory, sizeof(memory));
    bool good = fb_curve_open(out, endpoint, o->server_key, o->key, &why) == FB_OK;
    if (!good)
        fprintf(stderr, "%s: %s\n", spoken(command), why.p);
    return good;
}

enum fb_err engine_ask(const struct options *o, const char *command, const struct fb_query *q, struct fb_arena *arena,
                       struct fb_result *out)
{
    char endpoint[400];
    unsigned char frame[QUERY_FRAME_BYTES];
    endpoint_of(endpoint, sizeof(endpoint), o, "door", o->engine);
    struct fb_ask *ask = NULL;
    struct fb_curve keys;
    if (!keys_of(o, command, endpoint, &keys))
        return FB_REFUSED;
    if (fb_ask_open_with(&ask, endpoint, &keys) != FB_OK) {
        fprintf(stderr, "%s: cannot use the endpoint %s\n", spoken(command), endpoint);
        return FB_IO;
    }
    size_t n = fb_encode_query(q, frame, sizeof(frame));
    struct fb_span answer = {NULL, 0};
    int patience_ms = patience_of(q->kind);
    enum fb_err e = n > 0 ? fb_ask_send(ask, (struct fb_span){(char *)frame, (uint32_t)n}, patience_ms, arena, &answer) : FB_LIMIT;
    if (e == FB_OK)
        e = understand(command, answer, arena, out);
    else if (e != FB_BUSY) /* an engine that does not answer is for the caller to tell */
        fprintf(stderr, "%s: asking %s failed: %s\n", spoken(command), endpoint, fb_err_text(e));
    fb_ask_close(&ask);
    fb_curve_close(&keys);
    return e;
}

bool engine_is_there(const struct options *o, const char *command, const char *then, struct fb_arena *arena)
{
    struct fb_result r = {0};
    enum fb_err e = engine_ask(o, command, &(struct fb_query){.kind = FB_QUERY_STATUS}, arena, &r);
    if (e == FB_BUSY)
        say_no_engine(o, command, then);
    return e == FB_OK;
}

const char *word_of(struct fb_span s)
{
    static char buffer[8][1300];
    static unsigned at;
    char *b = buffer[at++ % 8];
    snprintf(b, sizeof(buffer[0]), "%.*s", (int)s.n, s.p != NULL ? s.p : "");
    return b;
}

const char *code_word(fb_code code)
{
    char w[9];
    size_t n = fb_code_format(w, code);
    return word_of((struct fb_span){w, (uint32_t)n});
}

const char *pounds_word(int64_t pence)
{
    char digits[40], text[48];
    pounds_format(digits, sizeof(digits), pence < 0 ? -pence : pence);
    snprintf(text, sizeof(text), "%s£%s", pence < 0 ? "-" : "", digits);
    return word_of(fb_span_of(text));
}

enum fb_err engine_sources(const struct options *o, const char *command, struct fb_query *q, struct fb_arena *arena, struct fb_result *out)
{
    struct fb_source_row *row = fb_arena_get(arena, FB_SOURCES_MAX * sizeof(*row));
    struct fb_result page = {.more = true};
    enum fb_err e = row == NULL ? FB_LIMIT : FB_OK;
    *out = (struct fb_result){.source = row};
    while (e == FB_OK && page.more) {
        page = (struct fb_result){0};
        e = engine_ask(o, command, q, arena, &page);
        for (unsigned i = 0; e == FB_OK && i < page.n_sources && out->n_sources < FB_SOURCES_MAX; i++)
            row[out->n_sources++] = page.source[i];
        page.more = page.more && page.after > q->findings.after;
        q->findings.after = page.after;
    }
    return e;
}
