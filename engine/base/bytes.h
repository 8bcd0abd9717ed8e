#ifndef FB_BASE_BYTES_H
#define FB_BASE_BYTES_H
/* Bounded reading and writing of our own stored formats. Errors are sticky: the first stays, later calls
 * do nothing (reads give 0), and the caller asks once at the end. Fixed-width integers are big-endian so
 * that byte order is value order. */
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include "engine/base/span.h"
struct fb_writer {
    unsigned char *p;
    size_t size, n;
    bool bad; /* did not fit */
};
struct fb_reader {
    const unsigned char *p;
    size_t size, n;
    bool bad; /* ran out, or malformed */
};
void fb_writer_init(struct fb_writer *w, void *memory, size_t size);
void fb_put_u16(struct fb_writer *w, uint16_t v);
void fb_put_u32(struct fb_writer *w, uint32_t v);
void fb_put_u64(struct fb_writer *w, uint64_t v);
void fb_put_long_varint(struct fb_writer *w, uint64_t v); /* of two bytes or more: fb_put_varint calls it */
void fb_put_bytes(struct fb_writer *w, const void *p, size_t n); /* raw */
void fb_put_span(struct fb_writer *w, struct fb_span s);         /* varint length, then bytes */
/* Rows are written number by number, and most numbers are one byte: those are no call. */
static inline void fb_put_u8(struct fb_writer *w, uint8_t v)
{
    if (w->bad || w->n == w->size)
        w->bad = true;
    else
        w->p[w->n++] = v;
}
static inline void fb_put_varint(struct fb_writer *w, uint64_t v) /* LEB128, 1-10 bytes */
{
    if (v < 0x80u)
        fb_put_u8(w, (uint8_t)v);
    else
        fb_put_long_varint(w, v);
}
static inline void fb_put_zigzag(struct fb_writer *w, int64_t v) /* signed, small magnitudes short */
{
    uint64_t twice = (uint64_t)v << 1;
    fb_put_varint(w, v < 0 ? ~twice : twice);
}
void fb_reader_init(struct fb_reader *r, const void *p, size_t n);
uint8_t fb_get_u8(struct fb_reader *r);
uint16_t fb_get_u16(struct fb_reader *r);
uint32_t fb_get_u32(struct fb_reader *r);
uint64_t fb_get_u64(struct fb_reader *r);
uint64_t fb_get_varint(struct fb_reader *r);
int64_t fb_get_zigzag(struct fb_reader *r);
/* Points into the reader's bytes; NULL and bad when fewer than n are left. */
const void *fb_get_bytes(struct fb_reader *r, size_t n);
struct fb_span fb_get_span(struct fb_reader *r);
#endif
