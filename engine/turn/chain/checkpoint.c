#include "engine/turn/chain/checkpoint.h"
#include "engine/base/when.h"
#include <sodium.h>
#include <string.h>

_Static_assert((int)FB_SIGN_KEY_BYTES == (int)crypto_sign_PUBLICKEYBYTES && (int)FB_SIGNATURE_BYTES == (int)crypto_sign_BYTES,
               "what libsodium's Ed25519 takes");
enum { HEX_MAX = 2 * FB_SIGNATURE_BYTES + 1, INSTANT_BYTES = 24, EPOCH_BYTES = 8 };

/* ---- writing ---- */

static void add_hex(struct fb_text *t, const char *word, const unsigned char *bytes, size_t n)
{
    char hex[HEX_MAX];
    fb_text_add(t, word);
    (void)sodium_bin2hex(hex, sizeof hex, bytes, n);
    fb_text_add(t, hex);
    fb_text_add(t, "\n");
}

static void add_instant(struct fb_text *t, const char *word, int64_t ms)
{
    char text[INSTANT_BYTES + 1];
    fb_instant_format(text, ms);
    fb_text_add(t, word);
    fb_text_add(t, text);
    fb_text_add(t, "\n");
}

void fb_checkpoint_claim(struct fb_text *t, const struct fb_checkpoint *c)
{
    unsigned char epoch[EPOCH_BYTES];
    for (unsigned i = 0; i < EPOCH_BYTES; i++)
        epoch[i] = (unsigned char)(c->epoch >> (8 * (EPOCH_BYTES - 1 - i)));
    fb_text_add(t, "fairbank checkpoint 1\n");
    add_hex(t, "store ", epoch, sizeof epoch);
    fb_text_add(t, "entries ");
    fb_text_add_int(t, (int64_t)c->size);
    fb_text_add(t, "\n");
    add_hex(t, "root ", c->root.b, sizeof c->root.b);
    add_instant(t, "last ", c->last_ms);
    add_instant(t, "made ", c->made_ms);
    add_hex(t, "key ", c->key, sizeof c->key);
}

void fb_checkpoint_format(struct fb_text *t, const struct fb_checkpoint *c)
{
    fb_checkpoint_claim(t, c);
    add_hex(t, "signature ", c->signature, sizeof c->signature);
}

static void add_witness(struct fb_text *t, const struct fb_witness *w)
{
    fb_text_add(t, "countersigned-by ");
    fb_text_add(t, w->name);
    fb_text_add(t, "\n");
    add_hex(t, "key ", w->key, sizeof w->key);
}

void fb_witness_claim(struct fb_text *t, const struct fb_checkpoint *c, const struct fb_witness *w)
{
    fb_checkpoint_format(t, c);
    add_witness(t, w);
}

void fb_witness_format(struct fb_text *t, const struct fb_witness *w)
{
    add_witness(t, w);
    add_hex(t, "signature ", w->signature, sizeof w->signature);
}

void fb_note_format(struct fb_text *t, const struct fb_note *n)
{
    fb_checkpoint_format(t, &n->checkpoint);
    for (unsigned i = 0; i < n->n_witnesses; i++)
        fb_witness_format(t, &n->witness[i]);
}

/* ---- reading ---- */

struct lines {
    struct fb_span rest;
    unsigned number;
    bool bad;
};

/* The text of the next line after `word`; bad when it is another line, or there is none. */
static struct fb_span line_of(struct lines *l, const char *word)
{
    const struct fb_span none = {NULL, 0};
    const char *end = !l->bad && l->rest.n > 0 ? memchr(l->rest.p, '\n', l->rest.n) : NULL;
    size_t n_word = strlen(word);
    if (l->bad)
        return none;
    l->number++;
    uint32_t n = end == NULL ? 0 : (uint32_t)(end - l->rest.p), text = n;
    if (text > 0 && l->rest.p[text - 1] == '\r')
        text--;
    l->bad = end == NULL || text < n_word || memcmp(l->rest.p, word, n_word) != 0;
    if (l->bad)
        return none;
    struct fb_span out = {l->rest.p + n_word, text - (uint32_t)n_word};
    l->rest = (struct fb_span){end + 1, l->rest.n - n - 1};
    return out;
}

static unsigned digit(char c)
{
    return c >= '0' && c <= '9' ? (unsigned)(c - '0') : c >= 'a' && c <= 'f' ? (unsigned)(c - 'a') + 10 : 16;
}

static void read_hex(struct lines *l, const char *word, unsigned char *out, size_t n)
{
    struct fb_span s = line_of(l, word);
    l->bad = l->bad || s.n != 2 * n;
    for (size_t i = 0; i < n && !l->bad; i++) {
        unsigned high = digit(s.p[2 * i]), low = digit(s.p[2 * i + 1]);
        l->bad = high > 15 || low > 15;
        out[i] = (unsigned char)(high << 4 | low);
    }
}

/* Only the form that is written: what is read and written again is the same text. */
static int64_t read_instant(struct lines *l, const char *word)
{
    char again[INSTANT_BYTES + 1];
    int64_t ms = 0;
    struct fb_span s = line_of(l, word);
    l->bad = l->bad || s.n != INSTANT_BYTES || fb_instant_parse(&ms, s) != FB_OK;
    if (!l->bad) {
        fb_instant_format(again, ms);
        l->bad = !fb_span_is(s, again);
    }
    return ms;
}

static uint64_t read_size(struct lines *l)
{
    char again[24];
    struct fb_text t;
    int64_t v = 0;
    struct fb_span s = line_of(l, "entries ");
    l->bad = l->bad || fb_parse_int(&v, s) != FB_OK || v < 0;
    fb_text_init(&t, again, sizeof again);
    fb_text_add_int(&t, v);
    l->bad = l->bad || !fb_span_is(s, again);
    return (uint64_t)v;
}

static void read_checkpoint(struct lines *l, struct fb_checkpoint *c)
{
    unsigned char epoch[EPOCH_BYTES] = {0};
    struct fb_span nothing_more = line_of(l, "fairbank checkpoint 1");
    l->bad = l->bad || nothing_more.n != 0;
    read_hex(l, "store ", epoch, sizeof epoch);
    for (unsigned i = 0; i < EPOCH_BYTES; i++)
        c->epoch = c->epoch << 8 | epoch[i];
    c->size = read_size(l);
    read_hex(l, "root ", c->root.b, sizeof c->root.b);
    c->last_ms = read_instant(l, "last ");
    c->made_ms = read_instant(l, "made ");
    read_hex(l, "key ", c->key, sizeof c->key);
    read_hex(l, "signature ", c->signature, sizeof c->signature);
}

bool fb_witness_name_is(struct fb_span name)
{
    bool fits = name.n > 0 && name.n <= FB_WITNESS_BYTES_MAX;
    for (uint32_t i = 0; i < name.n && fits; i++)
        fits = name.p[i] > ' ' && name.p[i] <= '~';
    return fits;
}

static void read_witness(struct lines *l, struct fb_witness *w)
{
    struct fb_span name = line_of(l, "countersigned-by ");
    l->bad = l->bad || !fb_witness_name_is(name);
    if (!l->bad)
        memcpy(w->name, name.p, name.n);
    read_hex(l, "key ", w->key, sizeof w->key);
    read_hex(l, "signature ", w->signature, sizeof w->signature);
}

enum fb_err fb_note_parse(struct fb_note *out, struct fb_span text, unsigned *line)
{
    struct lines l = {.rest = text, .number = 0, .bad = text.p == NULL};
    memset(out, 0, sizeof *out);
    read_checkpoint(&l, &out->checkpoint);
    while (!l.bad && l.rest.n > 0) {
        l.bad = out->n_witnesses == FB_WITNESSES_MAX;
        if (!l.bad)
            read_witness(&l, &out->witness[out->n_witnesses++]);
    }
    *line = l.number;
    return l.bad ? FB_REFUSED : FB_OK;
}

/* ---- signatures ---- */

static bool holds(const struct fb_text *claim, const unsigned char *signature, const unsigned char *key)
{
    return !claim->cut && crypto_sign_verify_detached(signature, (const unsigned char *)claim->p, claim->n, key) == 0;
}

bool fb_checkpoint_is_signed(const struct fb_checkpoint *c)
{
    char memory[FB_CHECKPOINT_TEXT_BYTES];
    struct fb_text claim;
    fb_text_init(&claim, memory, sizeof memory);
    fb_checkpoint_claim(&claim, c);
    return holds(&claim, c->signature, c->key);
}

bool fb_witness_is_signed(const struct fb_checkpoint *c, const struct fb_witness *w)
{
    char memory[FB_CHECKPOINT_TEXT_BYTES + FB_WITNESS_TEXT_BYTES];
    struct fb_text claim;
    fb_text_init(&claim, memory, sizeof memory);
    fb_witness_claim(&claim, c, w);
    return holds(&claim, w->signature, w->key);
}
