#include "engine/store/key.h"
#include "engine/base/bytes.h"
#include <string.h>

/* Days before 1970 must sort before those after: the sign bit is turned over. */
#define DAY_BIAS 0x80000000u
enum { CELL_BYTES = 4 + 8 + 8 + 4 + 4 };
_Static_assert(CELL_BYTES <= FB_KEY_BYTES_MAX, "the longest typed key fits");

struct fb_span fb_key_span(const struct fb_key *k)
{
    return (struct fb_span){(const char *)k->b, k->n};
}

static struct fb_writer begin(struct fb_key *k)
{
    struct fb_writer w;
    memset(k, 0, sizeof *k);
    fb_writer_init(&w, k->b, sizeof k->b);
    return w;
}

static void put_day(struct fb_writer *w, fb_day day)
{
    fb_put_u32(w, (uint32_t)day ^ DAY_BIAS);
}

static fb_day get_day(struct fb_reader *r)
{
    uint32_t biased = fb_get_u32(r);
    return (fb_day)((int64_t)biased - (int64_t)DAY_BIAS);
}

/* The three that every row asks for write into the key itself, and nothing behind its n bytes. */
static inline void big_endian(unsigned char *to, uint64_t v, unsigned width)
{
    for (unsigned i = 0; i < width; i++)
        to[i] = (unsigned char)(v >> (8 * (width - 1 - i)));
}

struct fb_key fb_key_u32(uint32_t v)
{
    struct fb_key k;
    big_endian(k.b, v, 4);
    k.n = 4;
    return k;
}

struct fb_key fb_key_u64(uint64_t v)
{
    struct fb_key k;
    big_endian(k.b, v, 8);
    k.n = 8;
    return k;
}

struct fb_key fb_key_decision(uint32_t subject, uint64_t journal)
{
    struct fb_key k;
    big_endian(k.b, subject, 4);
    big_endian(k.b + 4, journal, 8);
    k.n = 12;
    return k;
}

struct fb_key fb_key_total(const struct fb_posting_place *place, fb_day known)
{
    struct fb_key k;
    struct fb_writer w = begin(&k);
    const struct fb_cell *cell = &place->cell;
    put_day(&w, cell->week);
    put_day(&w, cell->month);
    fb_put_u64(&w, cell->hirer);
    fb_put_u64(&w, cell->ics);
    fb_put_u8(&w, cell->staff_group);
    fb_put_u8(&w, cell->route);
    fb_put_u8(&w, cell->stage);
    fb_put_u8(&w, cell->shadow);
    put_day(&w, place->posted);
    fb_put_u8(&w, place->cause);
    put_day(&w, known);
    k.n = (uint32_t)w.n;
    return k;
}

struct fb_key fb_key_period(fb_code trust, fb_day month)
{
    struct fb_key k;
    struct fb_writer w = begin(&k);
    fb_put_u64(&w, trust);
    put_day(&w, month);
    k.n = (uint32_t)w.n;
    return k;
}

struct fb_key fb_key_paid(fb_day week, fb_code hirer, fb_code grade)
{
    struct fb_key k;
    struct fb_writer w = begin(&k);
    put_day(&w, week);
    fb_put_u64(&w, hirer);
    fb_put_u64(&w, grade);
    k.n = (uint32_t)w.n;
    return k;
}

struct fb_key fb_key_receipt(uint32_t source, fb_day day)
{
    struct fb_key k;
    struct fb_writer w = begin(&k);
    fb_put_u32(&w, source);
    put_day(&w, day);
    k.n = (uint32_t)w.n;
    return k;
}

struct fb_key fb_key_chain(uint64_t last, unsigned height)
{
    struct fb_key k;
    struct fb_writer w = begin(&k);
    fb_put_u64(&w, last);
    fb_put_u8(&w, (uint8_t)height);
    k.n = (uint32_t)w.n;
    return k;
}

struct fb_key fb_key_word(const char *word)
{
    struct fb_key k;
    struct fb_writer w = begin(&k);
    fb_put_bytes(&w, word, strlen(word));
    /* A cut word would be another word: an empty key is refused by the store instead. */
    k.n = w.bad ? 0 : (uint32_t)w.n;
    return k;
}

/* A key is right only when every byte of it was asked for. */
static enum fb_err all_read(const struct fb_reader *r)
{
    return r->bad || r->n != r->size ? FB_DAMAGED : FB_OK;
}

enum fb_err fb_key_parse_u32(struct fb_span key, uint32_t *v)
{
    struct fb_reader r;
    fb_reader_init(&r, key.p, key.n);
    *v = fb_get_u32(&r);
    return all_read(&r);
}

enum fb_err fb_key_parse_u64(struct fb_span key, uint64_t *v)
{
    struct fb_reader r;
    fb_reader_init(&r, key.p, key.n);
    *v = fb_get_u64(&r);
    return all_read(&r);
}

enum fb_err fb_key_parse_decision(struct fb_span key, uint32_t *subject, uint64_t *journal)
{
    struct fb_reader r;
    fb_reader_init(&r, key.p, key.n);
    *subject = fb_get_u32(&r);
    *journal = fb_get_u64(&r);
    return all_read(&r);
}

enum fb_err fb_key_parse_period(struct fb_span key, fb_code *trust, fb_day *month)
{
    struct fb_reader r;
    fb_reader_init(&r, key.p, key.n);
    *trust = fb_get_u64(&r);
    *month = get_day(&r);
    return all_read(&r);
}

enum fb_err fb_key_parse_receipt(struct fb_span key, uint32_t *source, fb_day *day)
{
    struct fb_reader r;
    fb_reader_init(&r, key.p, key.n);
    *source = fb_get_u32(&r);
    *day = get_day(&r);
    return all_read(&r);
}

enum fb_err fb_key_parse_paid(struct fb_span key, fb_day *week, fb_code *hirer, fb_code *grade)
{
    struct fb_reader r;
    fb_reader_init(&r, key.p, key.n);
    *week = get_day(&r);
    *hirer = fb_get_u64(&r);
    *grade = fb_get_u64(&r);
    return all_read(&r);
}

enum fb_err fb_key_parse_total(struct fb_span key, struct fb_posting_place *place, fb_day *known)
{
    struct fb_reader r;
    struct fb_cell *cell = &place->cell;
    fb_reader_init(&r, key.p, key.n);
    memset(place, 0, sizeof *place);
    cell->week = get_day(&r);
    cell->month = get_day(&r);
    cell->hirer = fb_get_u64(&r);
    cell->ics = fb_get_u64(&r);
    cell->staff_group = fb_get_u8(&r);
    cell->route = fb_get_u8(&r);
    cell->stage = fb_get_u8(&r);
    cell->shadow = fb_get_u8(&r);
    place->posted = get_day(&r);
    place->cause = fb_get_u8(&r);
    *known = get_day(&r);
    return all_read(&r);
}
