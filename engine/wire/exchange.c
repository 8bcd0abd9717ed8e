#include "engine/wire/table.h"
#include "fairbank/v1/exchange.pb-c.h"

/* Hello -> Welcome, and Answers. */

static bool outcome_known(int64_t n)
{
    return n > 0 && n <= FAIRBANK__V1__OUTCOME__OUTCOME_REFUSED;
}

#define PB   Fairbank__V1__Hello
#define OURS struct fb_hello
static const struct fb_wire_row hello_rows[] = {
    TEXT(source, source.name, true, FB_SOURCE_BYTES_MAX),
    SOURCE_ROWS,
    TEXT(adapter, adapter, false, FB_TEXT_BYTES_MAX),
};
#undef PB
#undef OURS

size_t fb_encode_hello(const struct fb_hello *h, void *frame, size_t size)
{
    Fairbank__V1__Hello m = FAIRBANK__V1__HELLO__INIT;
    return fb_wire__encode(FB_FRAME_HELLO, FB_WIRE_SPAN_ROWS(hello_rows), h, &m.base, frame, size);
}

enum fb_reason fb_decode_hello(struct fb_span payload, struct fb_arena *arena, struct fb_hello *out,
                               const char **field)
{
    struct fb_wire_reading r;
    *out = (struct fb_hello){0};
    fb_wire__begin(&r, arena, "hello");
    (void)fb_wire__decode(&r, &fairbank__v1__hello__descriptor, payload, FB_WIRE_SPAN_ROWS(hello_rows), out);
    return fb_wire__end(&r, field);
}

#define PB   Fairbank__V1__Welcome
#define OURS struct fb_welcome
static const struct fb_wire_row welcome_rows[] = {
    WORD(reason, reason, false, fb_wire__reason_known),
    TEXT(text, text, false, FB_BODY_BYTES_MAX),
    U32(window, window),
    U64(epoch, epoch, false),
    TEXT(engine, engine, false, FB_TEXT_BYTES_MAX),
};
#undef PB
#undef OURS

size_t fb_encode_welcome(const struct fb_welcome *w, void *frame, size_t size)
{
    Fairbank__V1__Welcome m = FAIRBANK__V1__WELCOME__INIT;
    return fb_wire__encode(FB_FRAME_WELCOME, FB_WIRE_SPAN_ROWS(welcome_rows), w, &m.base, frame, size);
}

enum fb_reason fb_decode_welcome(struct fb_span payload, struct fb_arena *arena, struct fb_welcome *out)
{
    struct fb_wire_reading r;
    *out = (struct fb_welcome){0};
    fb_wire__begin(&r, arena, "welcome");
    (void)fb_wire__decode(&r, &fairbank__v1__welcome__descriptor, payload, FB_WIRE_SPAN_ROWS(welcome_rows),
                          out);
    return fb_wire__end(&r, NULL);
}

#define PB   Fairbank__V1__Answer
#define OURS struct fb_wire_answer
static const struct fb_wire_row answer_rows[] = {
    TEXT(message_id, message_id, false, FB_ID_BYTES_MAX),
    FLAG(busy, busy),
    WORD_U8(outcome, outcome, outcome_known),
    WORD(reason, reason, false, fb_wire__reason_known),
    TEXT(field, field, false, FB_TEXT_BYTES_MAX),
    U64(journal, journal, false),
    U32(record, record),
};
#undef PB
#undef OURS
enum { ANSWERS_FIELD = 2 };

size_t fb_encode_answers(const struct fb_wire_answer *a, unsigned n, uint32_t window, void *frame,
                         size_t size)
{
    Fairbank__V1__Answers m = FAIRBANK__V1__ANSWERS__INIT;
    struct fb_wire_scratch s;
    struct fb_writer w;
    m.has_window = 1;
    m.window = window;
    fb_wire__frame(&w, frame, size, FB_FRAME_ANSWERS);
    fb_wire__pack(&w, &m.base);
    for (unsigned i = 0; i < n && !w.bad; i++) {
        Fairbank__V1__Answer one = FAIRBANK__V1__ANSWER__INIT;
        s.used = 0;
        fb_wire__write(&s, FB_WIRE_SPAN_ROWS(answer_rows), &a[i], &one);
        fb_wire__append(&w, ANSWERS_FIELD, &one.base);
    }
    return fb_wire__length(&w);
}

enum fb_reason fb_decode_answers(struct fb_span payload, struct fb_arena *arena, struct fb_wire_answer **out,
                                 unsigned *n, uint32_t *window)
{
    struct fb_wire_reading r;
    *out = NULL;
    *n = 0;
    *window = 0;
    fb_wire__begin(&r, arena, "answers");
    const Fairbank__V1__Answers *m = fb_wire__unpack(&r, &fairbank__v1__answers__descriptor, payload);
    if (m == NULL)
        return r.reason;
    if (m->window > UINT32_MAX)
        fb_wire__blame(&r, FB_REASON_FIELD_RANGE, "window");
    *window = (uint32_t)m->window;
    *out = fb_wire__room(&r, m->n_answers, sizeof **out);
    for (size_t i = 0; *out != NULL && i < m->n_answers; i++)
        fb_wire__read(&r, FB_WIRE_SPAN_ROWS(answer_rows), m->answers[i], &(*out)[i]);
    *n = *out == NULL ? 0 : (unsigned)m->n_answers;
    return r.reason;
}
