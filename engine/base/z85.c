#include "engine/base/z85.h"
#include <string.h>

enum { BASE = 85, CHARS = 5, BYTES = 4 };
static const char alphabet[] = "0123456789abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ.-:+=^!/*?&<>()[]{}@%$#";
_Static_assert(sizeof alphabet - 1 == BASE, "one character a digit");

/* BASE: not of the alphabet. */
static unsigned digit(char c)
{
    unsigned d = 0;
    while (d < BASE && alphabet[d] != c)
        d++;
    return d;
}

enum fb_err fb_z85_decode(unsigned char key[FB_Z85_KEY_BYTES], struct fb_span text)
{
    if (text.n != FB_Z85_TEXT_BYTES)
        return FB_REFUSED;
    for (unsigned group = 0; group < FB_Z85_TEXT_BYTES / CHARS; group++) {
        uint64_t v = 0;
        for (unsigned i = 0; i < CHARS; i++) {
            unsigned d = digit(text.p[group * CHARS + i]);
            if (d == BASE)
                return FB_REFUSED;
            v = v * BASE + d;
        }
        if (v > UINT32_MAX)
            return FB_REFUSED;
        for (unsigned i = 0; i < BYTES; i++)
            key[group * BYTES + i] = (unsigned char)(v >> (8 * (BYTES - 1 - i)) & 0xff);
    }
    return FB_OK;
}

void fb_z85_encode(char text[FB_Z85_TEXT_BYTES + 1], const unsigned char key[FB_Z85_KEY_BYTES])
{
    for (unsigned group = 0; group < FB_Z85_KEY_BYTES / BYTES; group++) {
        uint32_t v = 0;
        for (unsigned i = 0; i < BYTES; i++)
            v = v << 8 | key[group * BYTES + i];
        for (unsigned i = CHARS; i > 0; i--, v /= BASE)
            text[group * CHARS + i - 1] = alphabet[v % BASE];
    }
    text[FB_Z85_TEXT_BYTES] = '\0';
}

/* The next line, without its end; *file moves behind it. */
static struct fb_span next_line(struct fb_span *file)
{
    uint32_t n = 0;
    while (n < file->n && file->p[n] != '\n')
        n++;
    struct fb_span line = {file->p, n};
    uint32_t past = n < file->n ? n + 1 : n;
    *file = (struct fb_span){file->p + past, file->n - past};
    while (line.n > 0 && (line.p[line.n - 1] == '\r' || line.p[line.n - 1] == ' '))
        line.n--;
    return line;
}

enum fb_err fb_z85_find(unsigned char key[FB_Z85_KEY_BYTES], struct fb_span file, const char *word)
{
    uint32_t n = (uint32_t)strlen(word);
    enum fb_err e = FB_NOT_FOUND;
    while (file.n > 0) {
        struct fb_span line = next_line(&file);
        if (line.n < n + 2 || memcmp(line.p, word, n) != 0 || memcmp(line.p + n, ": ", 2) != 0)
            continue;
        if (e != FB_NOT_FOUND)
            return FB_REFUSED;
        e = fb_z85_decode(key, (struct fb_span){line.p + n + 2, line.n - n - 2});
        if (e != FB_OK)
            return e;
    }
    return e;
}
