#include "engine/wire/table.h"
#include <string.h>

void fb_wire__begin(struct fb_wire_reading *r, struct fb_arena *arena, const char *message)
{
    struct fb_wire_place at = {message, NULL, NULL, 0};
    *r = (struct fb_wire_reading){arena, FB_REASON_NONE, at, at, false, false};
}

void fb_wire__blame(struct fb_wire_reading *r, enum fb_reason reason, const char *name)
{
    if (r->reason != FB_REASON_NONE && r->reason <= reason)
        return;
    r->reason = reason;
    r->worst = r->at;
    r->worst.name = name;
}

enum { PLACE_BYTES = 80 };

static const char *place_text(struct fb_arena *arena, const struct fb_wire_place *p)
{
    char *memory = fb_arena_get(arena, PLACE_BYTES);
    if (memory == NULL)
        return p->name;
    struct fb_text t;
    fb_text_init(&t, memory, PLACE_BYTES);
    if (p->message != NULL) {
        fb_text_add(&t, p->message);
        fb_text_add(&t, ".");
    }
    if (p->list != NULL) {
        fb_text_add(&t, p->list);
        fb_text_add(&t, "[");
        fb_text_add_int(&t, p->index);
        fb_text_add(&t, p->name[0] == '\0' ? "]" : "]."); /* a list of plain texts has no names in it */
    }
    fb_text_add(&t, p->name);
    return memory;
}

enum fb_reason fb_wire__end(struct fb_wire_reading *r, const char **field)
{
    if (field != NULL)
        *field = NULL;
    if (field != NULL && r->reason != FB_REASON_NONE && r->worst.name != NULL)
        *field = place_text(r->arena, &r->worst);
    return r->reason;
}

bool fb_wire__reason_known(int64_t n)
{
    return n >= FB_REASON_NONE && n <= FB_REASON_NO_PLACE;
}

/* The arena is the cap on what a message may unpack to: a flood of unknown fields grows forty-fold in memory.
 * A message is some forty small pieces, so a block is taken for most of them at once. */
enum { BLOCK_BYTES = 4096 };
struct taking {
    struct fb_arena *arena;
    char *next;
    size_t left;
    bool full;
};

static void *take(void *data, size_t n)
{
    struct taking *t = data;
    n = (n + 15u) & ~(size_t)15u;
    if (n <= t->left) {
        void *p = t->next;
        t->next += n;
        t->left -= n;
        return p;
    }
    void *p = fb_arena_get(t->arena, n);
    t->full |= p == NULL;
    return p;
}

static void keep(void *data, void *p)
{
    (void)data;
    (void)p;
}

void *fb_wire__unpack(struct fb_wire_reading *r, const ProtobufCMessageDescriptor *type, struct fb_span bytes)
{
    if (bytes.n > FB_MESSAGE_BYTES_MAX) {
        fb_wire__blame(r, FB_REASON_TOO_LONG, NULL);
        return NULL;
    }
    struct taking t = {r->arena, fb_arena_get(r->arena, BLOCK_BYTES), BLOCK_BYTES, false};
    size_t used = r->arena->used;
    if (t.next == NULL)
        t.left = 0;
    ProtobufCAllocator allocator = {take, keep, &t};
    /* protobuf-c does arithmetic on the pointer even when there is nothing to read. */
    const void *p = bytes.n == 0 ? "" : bytes.p;
    void *message = protobuf_c_message_unpack(type, &allocator, bytes.n, p);
    /* Messages wait in a queue in what they used: the block's rest goes back while it is the arena's last
     * piece. */
    if (r->arena->used == used)
        r->arena->used -= t.left;
    if (message == NULL)
        fb_wire__blame(r, t.full ? FB_REASON_TOO_LONG : FB_REASON_NOT_A_MESSAGE, NULL);
    return message;
}

void *fb_wire__room(struct fb_wire_reading *r, size_t n, size_t size)
{
    if (n == 0)
        return NULL;
    void *p = fb_arena_zero(r->arena, n * size);
    if (p == NULL)
        fb_wire__blame(r, FB_REASON_TOO_LONG, NULL);
    return p;
}

/* Printable ASCII, eight bytes at a time; whatever is not goes the slow way round. A byte below 0x20 borrows
 * into its own top bit, 0x7F carries into it, and the rest of ASCII does neither. */
static uint64_t not_printable(uint64_t w)
{
    return (w | (w - 0x2020202020202020u) | (w + 0x0101010101010101u)) & 0x8080808080808080u;
}

static bool is_printable(const uint8_t *p, size_t n)
{
    uint64_t bad = 0, w = 0x2020202020202020u;
    if (n < sizeof w) {
        for (size_t i = 0; i < n; i++)
            w = w << 8 | p[i];
        return not_printable(w) == 0;
    }
    for (size_t i = 0; i + sizeof w < n; i += sizeof w) {
        memcpy(&w, p + i, sizeof w);
        bad |= not_printable(w);
    }
    /* The last eight, some of them again. */
    memcpy(&w, p + n - sizeof w, sizeof w);
    return (bad | not_printable(w)) == 0;
}

/* The bytes of a text field, when their length and contents will do. An empty text that may be absent is
 * absent. */
static bool text_of(struct fb_wire_reading *r, const struct fb_wire_row *row, const ProtobufCBinaryData *from,
                    struct fb_span *out)
{
    if (from->len == 0 && !row->required)
        return false;
    if (from->len == 0 || from->len > (size_t)row->high) {
        fb_wire__blame(r, FB_REASON_FIELD_LENGTH, row->name);
        return false;
    }
    *out = (struct fb_span){(const char *)from->data, (uint32_t)from->len};
    if (is_printable(from->data, from->len) || fb_span_is_text(*out))
        return true;
    fb_wire__blame(r, FB_REASON_FIELD_TEXT, row->name);
    return false;
}

static void read_text(struct fb_wire_reading *r, const struct fb_wire_row *row, const void *from, void *to)
{
    struct fb_span text;
    if (text_of(r, row, from, &text) && to != NULL)
        memcpy(to, &text, sizeof text);
}

/* Codes are looked at by their own parser only: it is the stricter one. */
static void read_code(struct fb_wire_reading *r, const struct fb_wire_row *row, const void *from, fb_code *to)
{
    const ProtobufCBinaryData *b = from;
    if (b->len == 0 && !row->required)
        return;
    struct fb_span text = {(const char *)b->data, (uint32_t)b->len};
    if (b->len == 0 || b->len > FB_CODE_BYTES_MAX)
        fb_wire__blame(r, FB_REASON_FIELD_LENGTH, row->name);
    else if (fb_code_parse(to, text) != FB_OK)
        fb_wire__blame(r, FB_REASON_FIELD_TEXT, row->name);
}

static void read_day(struct fb_wire_reading *r, const struct fb_wire_row *row, const void *from, fb_day *to)
{
    struct fb_span text;
    fb_day day = 0;
    struct fb_wire_row limited = *row;
    limited.high = FB_WIRE_TIME_BYTES_MAX;
    *to = (fb_day)row->low;
    if (!text_of(r, &limited, from, &text))
        return;
    if (fb_day_parse(&day, text) != FB_OK || day < FB_WIRE_DAY_MIN || day >= FB_WIRE_DAY_END)
        fb_wire__blame(r, FB_REASON_FIELD_TIME, row->name);
    else
        *to = day;
}

static bool word_of(struct fb_wire_reading *r, const struct fb_wire_row *row, const void *from, int *out)
{
    *out = *(const int *)from;
    if (*out == 0) {
        if (row->required)
            fb_wire__blame(r, FB_REASON_FIELD_MISSING, row->name);
        return false;
    }
    if (row->known(*out))
        return true;
    if (r->newer && !row->required)
        return false;
    fb_wire__blame(r, FB_REASON_FIELD_WORD, row->name);
    return false;
}

static bool in_range(struct fb_wire_reading *r, const struct fb_wire_row *row, int64_t v)
{
    bool fits = v >= row->low && v <= row->high;
    if (!fits)
        fb_wire__blame(r, FB_REASON_FIELD_RANGE, row->name);
    return fits;
}

static void read_number(struct fb_wire_reading *r, const struct fb_wire_row *row, const void *from,
                        int64_t *to)
{
    int64_t v = *(const int64_t *)from;
    v = in_range(r, row, v) ? v : FB_ABSENT;
    if (to != NULL)
        *to = v;
}

static uint64_t small_of(struct fb_wire_reading *r, const struct fb_wire_row *row, const void *from)
{
    uint64_t v = *(const uint64_t *)from;
    if (v <= (uint64_t)row->high)
        return v;
    fb_wire__blame(r, FB_REASON_FIELD_RANGE, row->name);
    return 0;
}

static void read_one(struct fb_wire_reading *r, const struct fb_wire_row *row, const void *from, void *to)
{
    int word;
    switch ((enum fb_wire_type)row->type) {
    case FB_WIRE_TEXT:
    case FB_WIRE_TOKEN:
        read_text(r, row, from, to);
        break;
    case FB_WIRE_CODE:
        read_code(r, row, from, to);
        break;
    case FB_WIRE_DAY:
        read_day(r, row, from, to);
        break;
    case FB_WIRE_WORD:
        if (word_of(r, row, from, &word))
            memcpy(to, &word, sizeof word);
        break;
    case FB_WIRE_WORD_U8:
        if (word_of(r, row, from, &word))
            *(uint8_t *)to = (uint8_t)word;
        break;
    case FB_WIRE_NUMBER:
        read_number(r, row, from, to);
        break;
    case FB_WIRE_AMOUNT:
    case FB_WIRE_U64:
        memcpy(to, from, sizeof(uint64_t));
        break;
    case FB_WIRE_U8:
        *(uint8_t *)to = (uint8_t)small_of(r, row, from);
        break;
    case FB_WIRE_U32:
        *(uint32_t *)to = (uint32_t)small_of(r, row, from);
        break;
    case FB_WIRE_FLAG:
        *(bool *)to = *(const protobuf_c_boolean *)from != 0;
        break;
    case FB_WIRE_BIT:
        *(uint32_t *)to |= *(const protobuf_c_boolean *)from != 0 ? (uint32_t)row->low : 0u;
        break;
    }
}

/* `ours` is zeroed, so only what is not 0 when absent is written. */
static void read_absent(struct fb_wire_reading *r, const struct fb_wire_row *row, void *to)
{
    if (row->required && !(r->stored && row->type == FB_WIRE_TOKEN))
        fb_wire__blame(r, FB_REASON_FIELD_MISSING, row->name);
    if (to != NULL && row->type == FB_WIRE_NUMBER)
        *(int64_t *)to = FB_ABSENT;
    if (to != NULL && row->type == FB_WIRE_DAY)
        *(fb_day *)to = (fb_day)row->low;
}

void fb_wire__read(struct fb_wire_reading *r, const struct fb_wire_row *row, size_t n, const void *message,
                   void *ours)
{
    const char *m = message;
    char *o = ours;
    for (const struct fb_wire_row *end = row + n; row < end; row++) {
        void *to = row->to == FB_WIRE_NOWHERE ? NULL : o + row->to;
        const void *has = m + row->has;
        if (*(const protobuf_c_boolean *)has)
            read_one(r, row, m + row->from, to);
        else
            read_absent(r, row, to);
    }
}

void *fb_wire__decode(struct fb_wire_reading *r, const ProtobufCMessageDescriptor *type, struct fb_span bytes,
                      const struct fb_wire_row *row, size_t n, void *ours)
{
    void *message = fb_wire__unpack(r, type, bytes);
    if (message != NULL)
        fb_wire__read(r, row, n, message, ours);
    return message;
}
