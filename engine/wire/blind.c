#include "engine/base/check.h"
#include "engine/wire/wire.h"
#include <sodium.h>
#include <string.h>

/* Workers' pseudonyms out of bodies. A body is walked field by field, as protobuf-c walks it, and never
 * decoded: what is not a pseudonym is copied byte for byte, so that what a publisher sent beyond our schema
 * stays too. */
enum wire_type { VARINT = 0, EIGHT = 1, LENGTH = 2, FOUR = 5 };
enum { TAG_BYTES_MAX = 5, LENGTH_BYTES_MAX = 5, VARINT_BYTES_MAX = 10 };

struct walk {
    const unsigned char *p, *end;
};
struct piece {
    const unsigned char *start; /* of its tag */
    uint32_t number;
    enum wire_type type;
    struct fb_span contents; /* LENGTH */
};

static bool take_varint(struct walk *w, unsigned most, uint64_t *out)
{
    uint64_t v = 0;
    for (unsigned i = 0; i < most && w->p < w->end; i++) {
        unsigned char byte = *w->p++;
        v |= (uint64_t)(byte & 0x7Fu) << 7 * i;
        if ((byte & 0x80u) == 0) {
            *out = v;
            return true;
        }
    }
    return false;
}

static bool skip(struct walk *w, uint64_t n)
{
    if (n > (uint64_t)(w->end - w->p))
        return false;
    w->p += n;
    return true;
}

static bool take_piece(struct walk *w, struct piece *out)
{
    uint64_t tag, n;
    out->start = w->p;
    if (!take_varint(w, TAG_BYTES_MAX, &tag))
        return false;
    out->number = (uint32_t)(tag >> 3);
    out->type = (enum wire_type)(tag & 7u);
    switch (out->type) {
    case VARINT:
        return take_varint(w, VARINT_BYTES_MAX, &n);
    case EIGHT:
        return skip(w, 8);
    case FOUR:
        return skip(w, 4);
    case LENGTH:
        if (!take_varint(w, LENGTH_BYTES_MAX, &n) || n > (uint64_t)(w->end - w->p))
            return false;
        out->contents = (struct fb_span){(const char *)w->p, (uint32_t)n};
        return skip(w, n);
    }
    return false; /* a group, or no type at all */
}

/* The fields of each kind that are pseudonyms; 0: none. */
struct fields {
    uint32_t who, who_was, too;
};
/* Those of all kinds: whoever sent what is refused may have meant another kind than they said. */
static const struct fields of_any = {1, 2, 19};
static struct fields fields_of(enum fb_kind kind)
{
    static const struct fields of[FB_KIND_END] = {
        [FB_KIND_BOOKING] = {19, 0, 0},          [FB_KIND_WORKER] = {1, 2, 0},  [FB_KIND_WORKER_FACT] = {1, 0, 0},
        [FB_KIND_SUBSTANTIVE_HOURS] = {1, 0, 0}, [FB_KIND_ABSENCE] = {1, 0, 0},
    };
    return fb_kind_known((int64_t)kind) ? of[kind] : (struct fields){0, 0, 0};
}

static bool is_one(const struct piece *piece, uint32_t number)
{
    return number != 0 && piece->number == number && piece->type == LENGTH;
}

static bool is_any(const struct piece *piece, const struct fields *fields)
{
    return is_one(piece, fields->who) || is_one(piece, fields->who_was) || is_one(piece, fields->too);
}

struct found {
    struct fb_span who, who_was;
    unsigned n;
    const unsigned char *first; /* the first of them; NULL: there is none */
    bool whole; /* the body was walked to its end */
};
/* Of a field that is there several times the last one counts, as it does to every reader of protobuf. */
static struct found look(struct fb_span body, struct fields fields)
{
    const unsigned char *p = (const unsigned char *)body.p;
    struct walk w = {p, body.n > 0 ? p + body.n : p}; /* an empty one may be nowhere */
    struct found f = {{NULL, 0}, {NULL, 0}, 0, NULL, true};
    struct piece piece;
    while (w.p < w.end && (f.whole = take_piece(&w, &piece))) {
        if (is_one(&piece, fields.who))
            f.who = piece.contents;
        if (is_one(&piece, fields.who_was))
            f.who_was = piece.contents;
        if (!is_any(&piece, &fields))
            continue;
        f.first = f.n == 0 ? piece.start : f.first;
        f.n++;
    }
    return f;
}

/* Of a body that was walked to its end; nothing is taken out before `first`. */
static enum fb_err strip(struct fb_span body, const unsigned char *first, struct fields fields, struct fb_arena *arena,
                         struct fb_span *out)
{
    struct walk w = {first, (const unsigned char *)body.p + body.n};
    struct piece piece;
    unsigned char *to = fb_arena_get(arena, body.n);
    if (to == NULL)
        return FB_LIMIT;
    size_t used = (size_t)(first - (const unsigned char *)body.p);
    memcpy(to, body.p, used);
    while (w.p < w.end && take_piece(&w, &piece)) {
        size_t n = (size_t)(w.p - piece.start);
        if (is_any(&piece, &fields))
            continue;
        memcpy(to + used, piece.start, n);
        used += n;
    }
    *out = (struct fb_span){(const char *)to, (uint32_t)used};
    return FB_OK;
}

/* An empty one is none, as it is to the decoder. */
static void hash(const unsigned char key[FB_WORKER_KEY_BYTES], struct fb_span token, struct fb_wire_who *out)
{
    out->held = token.n > 0;
    if (out->held)
        (void)crypto_generichash(out->hash, sizeof out->hash, (const unsigned char *)token.p, token.n, key,
                                 FB_WORKER_KEY_BYTES);
}

bool fb_blind_holds(enum fb_kind kind, struct fb_span body)
{
    struct fields fields = fields_of(kind);
    return fields.who != 0 && look(body, fields).n > 0;
}

enum fb_err fb_blind_body(const unsigned char key[FB_WORKER_KEY_BYTES], enum fb_kind kind,
                          struct fb_span body, struct fb_arena *arena, struct fb_wire_blinded *out)
{
    struct fields fields = fields_of(kind);
    *out = (struct fb_wire_blinded){.body = body};
    if (fields.who == 0)
        return FB_OK;
    struct found f = look(body, fields);
    if (!f.whole)
        out->body = (struct fb_span){NULL, 0};
    if (!f.whole || f.n == 0)
        return FB_OK;
    out->taken = true;
    hash(key, f.who, &out->who);
    hash(key, f.who_was, &out->who_was);
    return strip(body, f.first, fields, arena, &out->body);
}

enum fb_err fb_blind_refused(const unsigned char key[FB_WORKER_KEY_BYTES], enum fb_kind kind,
                             struct fb_span body, struct fb_arena *arena, unsigned char digest[FB_WORKER_HASH_BYTES],
                             struct fb_span *out)
{
    fb_blind_seal(key, body, digest);
    *out = (struct fb_span){NULL, 0};
    if (!fb_kind_known((int64_t)kind))
        return FB_OK;
    struct found f = look(body, of_any);
    if (f.whole && f.n == 0)
        *out = body;
    return f.whole && f.n > 0 ? strip(body, f.first, of_any, arena, out) : FB_OK;
}

void fb_blind_seal(const unsigned char key[FB_WORKER_KEY_BYTES], struct fb_span bytes,
                   unsigned char digest[FB_WORKER_HASH_BYTES])
{
    (void)crypto_generichash(digest, FB_WORKER_HASH_BYTES, (const unsigned char *)bytes.p, bytes.n, key,
                             FB_WORKER_KEY_BYTES);
}
