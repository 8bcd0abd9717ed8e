#include "engine/base/bytes.h"
#include <string.h>

void fb_writer_init(struct fb_writer *w, void *memory, size_t size)
{
    *w = (struct fb_writer){memory, size, 0, false};
}

void fb_put_bytes(struct fb_writer *w, const void *p, size_t n)
{
    if (w->bad || n > w->size - w->n) {
        w->bad = true;
        return;
    }
    if (n > 0)
        memcpy(w->p + w->n, p, n);
    w->n += n;
}

/* Where so many bytes go; NULL: they do not fit. */
static inline unsigned char *room_for(struct fb_writer *w, size_t n)
{
    if (w->bad || n > w->size - w->n) {
        w->bad = true;
        return NULL;
    }
    unsigned char *to = w->p + w->n;
    w->n += n;
    return to;
}

static inline void put_big_endian(struct fb_writer *w, uint64_t v, unsigned width)
{
    unsigned char *to = room_for(w, width);
    for (unsigned i = 0; to != NULL && i < width; i++)
        to[i] = (unsigned char)(v >> (8 * (width - 1 - i)));
}

void fb_put_u16(struct fb_writer *w, uint16_t v)
{
    put_big_endian(w, v, 2);
}

void fb_put_u32(struct fb_writer *w, uint32_t v)
{
    put_big_endian(w, v, 4);
}

void fb_put_u64(struct fb_writer *w, uint64_t v)
{
    put_big_endian(w, v, 8);
}

enum { VARINT_BYTES_MAX = 10 };

static size_t varint_to(unsigned char *to, uint64_t v)
{
    size_t n = 0;
    for (; v >= 0x80u; v >>= 7)
        to[n++] = (unsigned char)(v | 0x80u);
    to[n] = (unsigned char)v;
    return n + 1;
}

/* Seven bits to a byte, the eighth left free; for what has at most 56. */
static uint64_t spread(uint64_t v)
{
    v = (v & 0x00FFFFFFF0000000u) << 4 | (v & 0x000000000FFFFFFFu);
    v = (v & 0x0FFFC0000FFFC000u) << 2 | (v & 0x00003FFF00003FFFu);
    return (v & 0x3F803F803F803F80u) << 1 | (v & 0x007F007F007F007Fu);
}

/* The same bytes without a branch for each of them: how many there are changes from number to number. Those after the last are
 * written over by what comes next. */
static size_t spread_to(unsigned char *to, uint64_t v)
{
    unsigned bits = 64u - (unsigned)__builtin_clzll(v), n = (9u * bits + 64u) / 64u; /* sevenths of up to 56, rounded up */
    uint64_t bytes = spread(v) | (0x8080808080808080u & (((uint64_t)1 << (8 * (n - 1))) - 1));
    to[0] = (unsigned char)bytes; /* the compilers make one store of it */
    to[1] = (unsigned char)(bytes >> 8);
    to[2] = (unsigned char)(bytes >> 16);
    to[3] = (unsigned char)(bytes >> 24);
    to[4] = (unsigned char)(bytes >> 32);
    to[5] = (unsigned char)(bytes >> 40);
    to[6] = (unsigned char)(bytes >> 48);
    to[7] = (unsigned char)(bytes >> 56);
    return n;
}

static __attribute__((noinline)) void put_by_bytes(struct fb_writer *w, uint64_t v)
{
    unsigned char bytes[VARINT_BYTES_MAX];
    fb_put_bytes(w, bytes, varint_to(bytes, v));
}

/* Where the longest fits nobody need know beforehand how long this one is. */
void fb_put_long_varint(struct fb_writer *w, uint64_t v)
{
    if (!w->bad && w->size - w->n >= VARINT_BYTES_MAX && v >> 56 == 0 && v != 0)
        w->n += spread_to(w->p + w->n, v);
    else
        put_by_bytes(w, v);
}

void fb_put_span(struct fb_writer *w, struct fb_span s)
{
    fb_put_varint(w, s.n);
    fb_put_bytes(w, s.p, s.n);
}

void fb_reader_init(struct fb_reader *r, const void *p, size_t n)
{
    *r = (struct fb_reader){p, n, 0, false};
}

const void *fb_get_bytes(struct fb_reader *r, size_t n)
{
    if (r->bad || n > r->size - r->n) {
        r->bad = true;
        return NULL;
    }
    if (n == 0)
        return r->p; /* nothing is read of it, and memory at NULL takes no offset */
    const unsigned char *p = r->p + r->n;
    r->n += n;
    return p;
}

static uint64_t get_big_endian(struct fb_reader *r, unsigned width)
{
    const unsigned char *p = fb_get_bytes(r, width);
    uint64_t v = 0;
    for (unsigned i = 0; p != NULL && i < width; i++)
        v = v << 8 | p[i];
    return v;
}

uint8_t fb_get_u8(struct fb_reader *r)
{
    if (r->bad || r->n == r->size) {
        r->bad = true;
        return 0;
    }
    return r->p[r->n++];
}

uint16_t fb_get_u16(struct fb_reader *r)
{
    return (uint16_t)get_big_endian(r, 2);
}

uint32_t fb_get_u32(struct fb_reader *r)
{
    return (uint32_t)get_big_endian(r, 4);
}

uint64_t fb_get_u64(struct fb_reader *r)
{
    return get_big_endian(r, 8);
}

/* One number has one encoding: a longer one that means the same is malformed, and so is a tenth byte that
 * says more than the 64th bit. A row that reads back is then the row that was written, byte for byte. */
uint64_t fb_get_varint(struct fb_reader *r)
{
    uint64_t v = 0;
    for (unsigned shift = 0; shift < 70; shift += 7) {
        unsigned b = fb_get_u8(r);
        if (r->bad)
            return 0;
        if ((shift == 63 && b > 1) || (shift > 0 && b == 0))
            break;
        v |= (uint64_t)(b & 0x7Fu) << shift;
        if (b < 0x80u)
            return v;
    }
    r->bad = true;
    return 0;
}

int64_t fb_get_zigzag(struct fb_reader *r)
{
    uint64_t v = fb_get_varint(r);
    /* Half of it always fits; its complement is the negative number, written without a cast that overflows.
     */
    int64_t half = (int64_t)(v >> 1);
    return (v & 1u) != 0 ? -half - 1 : half;
}

/* Absent and empty are stored alike, as length nought, and both are read as absent. */
struct fb_span fb_get_span(struct fb_reader *r)
{
    struct fb_span none = {NULL, 0};
    uint64_t n = fb_get_varint(r);
    if (r->bad || n == 0)
        return none;
    if (n > UINT32_MAX) {
        r->bad = true;
        return none;
    }
    const char *p = fb_get_bytes(r, (size_t)n);
    return p == NULL ? none : (struct fb_span){p, (uint32_t)n};
}
