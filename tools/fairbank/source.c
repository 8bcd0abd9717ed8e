#include "tools/fairbank/source.h"
#include "adapters/lib/ask.h"
#include "engine/shell/ports.h"
#include <stdlib.h>
#include <string.h>

enum { FOLDER_ARENA_BYTES = 16 << 20, ANSWER_MS = 3000 };

bool folder_open(struct folder *f, const struct options *o, const char *command)
{
    const char *why = NULL;
    *f = (struct folder){0};
    enum fb_err e = fb_store_open(&f->store, o->data, &(struct fb_store_options){.read_only = true}, &why);
    if (e != FB_OK) {
        fprintf(stderr, "fairbank %s: %s: %s\n", command, o->data, why != NULL ? why : fb_err_text(e));
        if (e == FB_NOT_FOUND)
            fprintf(stderr, "name the engine's data folder with --data DIR, or start one with: fairbankd\n");
        return false;
    }
    f->memory = malloc(FOLDER_ARENA_BYTES);
    if (f->memory == NULL || (e = fb_reader_books_open(&f->books, f->store, &fb_ports)) != FB_OK) {
        fprintf(stderr, "fairbank %s: the rules kept in %s cannot be read: %s\n", command, o->data, fb_err_text(e));
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
    fprintf(stderr, "fairbank %s: the engine answered: %s\n", command, fb_reason_text(why));
    return FB_REFUSED;
}

enum fb_err engine_ask(const struct options *o, const char *command, const struct fb_query *q, struct fb_arena *arena,
                       struct fb_result *out)
{
    char endpoint[400];
    unsigned char frame[1024];
    endpoint_of(endpoint, sizeof(endpoint), o, "door", o->engine);
    struct fb_ask *ask = NULL;
    if (fb_ask_open(&ask, endpoint) != FB_OK) {
        fprintf(stderr, "fairbank %s: cannot use the endpoint %s\n", command, endpoint);
        return FB_IO;
    }
    size_t n = fb_encode_query(q, frame, sizeof(frame));
    struct fb_span answer = {NULL, 0};
    enum fb_err e = n > 0 ? fb_ask_send(ask, (struct fb_span){(char *)frame, (uint32_t)n}, ANSWER_MS, arena, &answer) : FB_LIMIT;
    if (e == FB_OK)
        e = understand(command, answer, arena, out);
    fb_ask_close(&ask);
    return e;
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
