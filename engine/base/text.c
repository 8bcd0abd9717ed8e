#include "engine/base/check.h"
#include "engine/base/span.h"
#include <string.h>

/* The longest number: a sign, nineteen digits, a point, a nought before it. */
#define NUMBER_BYTES_MAX 24u
#define DECIMALS_MAX     18u

void fb_text_init(struct fb_text *t, char *memory, size_t size)
{
    fb_assert(size > 0);
    *t = (struct fb_text){memory, size, 0, false};
    t->p[0] = '\0';
}

/* Once cut, a text stays as it is: a later word that happens to fit would make another sentence. The cut
 * falls between characters, so that the text is still valid UTF-8. */
static void add_bytes(struct fb_text *t, const char *p, size_t n)
{
    size_t room = t->size - 1 - t->n;
    if (t->cut || n == 0)
        return;
    if (n > room) {
        t->cut = true;
        for (n = room; n > 0 && ((unsigned char)p[n] & 0xC0u) == 0x80u;)
            n--;
    }
    memcpy(t->p + t->n, p, n);
    t->n += n;
    t->p[t->n] = '\0';
}

void fb_text_add(struct fb_text *t, const char *text)
{
    add_bytes(t, text, strlen(text));
}

void fb_text_add_span(struct fb_text *t, struct fb_span s)
{
    add_bytes(t, s.p, s.n);
}

void fb_text_add_code(struct fb_text *t, fb_code code)
{
    char out[9];
    size_t n = fb_code_format(out, code);
    add_bytes(t, out, n);
}

void fb_text_add_int(struct fb_text *t, int64_t v)
{
    fb_text_add_decimal(t, v, 0);
}

/* Written from the last digit to the first. At least one digit stands before the point. */
void fb_text_add_decimal(struct fb_text *t, int64_t v, unsigned decimals)
{
    fb_assert(decimals <= DECIMALS_MAX);
    char out[NUMBER_BYTES_MAX];
    size_t at = sizeof out;
    uint64_t left = v < 0 ? 0u - (uint64_t)v : (uint64_t)v;
    for (unsigned i = 0; i <= decimals || left > 0; i++, left /= 10) {
        if (i == decimals && decimals > 0)
            out[--at] = '.';
        out[--at] = (char)('0' + left % 10);
    }
    if (v < 0)
        out[--at] = '-';
    add_bytes(t, out + at, sizeof out - at);
}
