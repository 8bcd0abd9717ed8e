#include "engine/base/check.h"
#include "engine/wire/table.h"
#include <string.h>

void *fb_wire__take(struct fb_wire_scratch *s, size_t n)
{
    n = (n + 15u) & ~(size_t)15u;
    fb_assert(n <= sizeof s->memory - s->used);
    void *p = s->memory + s->used;
    s->used += n;
    return p;
}

/* The generated structs want bytes that they may write; packing only reads. */
ProtobufCBinaryData fb_wire__bytes(struct fb_span s)
{
    union {
        const char *theirs;
        uint8_t *ours;
    } p = {s.p};
    return (ProtobufCBinaryData){s.n, p.ours};
}

ProtobufCBinaryData fb_wire__code(struct fb_wire_scratch *s, fb_code code)
{
    char *text = fb_wire__take(s, 9);
    size_t n = fb_code_format(text, code);
    return fb_wire__bytes((struct fb_span){text, (uint32_t)n});
}

static ProtobufCBinaryData day_bytes(struct fb_wire_scratch *s, fb_day day)
{
    char *text = fb_wire__take(s, 11);
    fb_day_format(text, day);
    return fb_wire__bytes(fb_span_of(text));
}

static bool write_bytes(ProtobufCBinaryData *to, ProtobufCBinaryData from)
{
    *to = from;
    return from.len > 0;
}

static bool write_word(void *to, int word)
{
    memcpy(to, &word, sizeof word);
    return word != 0;
}

static bool write_number(void *to, int64_t v, int64_t absent)
{
    memcpy(to, &v, sizeof v);
    return v != absent;
}

static bool write_flag(protobuf_c_boolean *to, bool v)
{
    *to = v;
    return v;
}

/* True when there is something to send. */
static bool write_one(struct fb_wire_scratch *s, const struct fb_wire_row *row, const void *from, void *to)
{
    switch ((enum fb_wire_type)row->type) {
    case FB_WIRE_TEXT:
    case FB_WIRE_TOKEN:
        return write_bytes(to, fb_wire__bytes(*(const struct fb_span *)from));
    case FB_WIRE_CODE:
        return *(const fb_code *)from != 0 && write_bytes(to, fb_wire__code(s, *(const fb_code *)from));
    case FB_WIRE_DAY:
        return *(const fb_day *)from != (fb_day)row->low &&
               write_bytes(to, day_bytes(s, *(const fb_day *)from));
    case FB_WIRE_WORD: {
        int word;
        memcpy(&word, from, sizeof word);
        return write_word(to, word);
    }
    case FB_WIRE_WORD_U8:
        return write_word(to, *(const uint8_t *)from);
    case FB_WIRE_NUMBER:
        return write_number(to, *(const int64_t *)from, FB_ABSENT);
    case FB_WIRE_AMOUNT:
        return write_number(to, *(const int64_t *)from, 0);
    case FB_WIRE_U8:
        return write_number(to, *(const uint8_t *)from, 0);
    case FB_WIRE_U32:
        return write_number(to, *(const uint32_t *)from, 0);
    case FB_WIRE_U64:
        memcpy(to, from, sizeof(uint64_t));
        return row->required || *(const uint64_t *)from != 0;
    case FB_WIRE_FLAG:
        return write_flag(to, *(const bool *)from);
    case FB_WIRE_BIT:
        return write_flag(to, (*(const uint32_t *)from & (uint32_t)row->low) != 0);
    }
    return false;
}

void fb_wire__write(struct fb_wire_scratch *s, const struct fb_wire_row *row, size_t n, const void *ours,
                    void *message)
{
    const char *o = ours;
    char *m = message;
    for (const struct fb_wire_row *end = row + n; row < end; row++) {
        if (row->to == FB_WIRE_NOWHERE)
            continue;
        void *has = m + row->has;
        *(protobuf_c_boolean *)has = write_one(s, row, o + row->to, m + row->from);
    }
}

size_t fb_wire__encode(enum fb_frame_kind kind, const struct fb_wire_row *row, size_t n, const void *ours,
                       ProtobufCMessage *message, void *frame, size_t size)
{
    struct fb_wire_scratch s;
    struct fb_writer w;
    s.used = 0;
    fb_wire__write(&s, row, n, ours, message);
    fb_wire__frame(&w, frame, size, kind);
    fb_wire__pack(&w, message);
    return fb_wire__length(&w);
}
