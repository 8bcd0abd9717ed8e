#include "engine/shell/places.h"
#include <limits.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

static bool join(char out[FB_PLACE_BYTES], const char *a, const char *b)
{
    struct fb_text t;
    fb_text_init(&t, out, FB_PLACE_BYTES);
    fb_text_add(&t, a);
    fb_text_add(&t, "/");
    fb_text_add(&t, b);
    return !t.cut;
}

static bool working(char base[FB_PLACE_BYTES])
{
    return getcwd(base, FB_PLACE_BYTES) != NULL;
}

/* So many names taken off the program's own path. */
static bool above_program(char base[FB_PLACE_BYTES], int up)
{
    char program[PATH_MAX];
    ssize_t n = readlink("/proc/self/exe", program, sizeof program - 1);
    if (n <= 0)
        return false;
    program[n] = '\0';
    for (; up > 0; up--) {
        char *slash = strrchr(program, '/');
        if (slash == NULL)
            return false;
        *slash = '\0';
    }
    struct fb_text t;
    fb_text_init(&t, base, FB_PLACE_BYTES);
    fb_text_add(&t, program);
    return !t.cut;
}

/* The program's own folder is two below the root of a built tree. */
static bool built(char base[FB_PLACE_BYTES])
{
    return above_program(base, 3);
}

/* PREFIX/bin/fairbankd has PREFIX/share/fairbank, wherever somebody installed it or moved that to. */
static bool beside(char base[FB_PLACE_BYTES])
{
    char prefix[FB_PLACE_BYTES];
    return above_program(prefix, 2) && join(base, prefix, "share/fairbank");
}

static bool installed(char base[FB_PLACE_BYTES])
{
    struct fb_text t;
    fb_text_init(&t, base, FB_PLACE_BYTES);
    fb_text_add(&t, "/usr/share/fairbank");
    return !t.cut;
}

bool fb_places_get(const struct fb_config *config, unsigned p, char base[FB_PLACE_BYTES])
{
    static bool (*const place[])(char base[FB_PLACE_BYTES]) = {working, built, beside, installed};
    unsigned n = config->packs_said ? 1 : sizeof place / sizeof place[0];
    if (p >= n)
        return false;
    /* A place that cannot be told is one that has nothing; the ones behind it still count. */
    if (!place[p](base))
        base[0] = '\0';
    return true;
}

bool fb_place_of(char folder[FB_PLACE_BYTES], const char *base, const char *pack)
{
    if (pack[0] != '/')
        return base[0] != '\0' && join(folder, base, pack);
    struct fb_text t;
    fb_text_init(&t, folder, FB_PLACE_BYTES);
    fb_text_add(&t, pack);
    return !t.cut;
}

static bool has_any(const struct fb_config *config, const char *base)
{
    char folder[FB_PLACE_BYTES];
    struct stat s;
    for (unsigned i = 0; i < config->n_packs; i++)
        if (fb_place_of(folder, base, config->pack[i]) && stat(folder, &s) == 0 && S_ISDIR(s.st_mode))
            return true;
    return false;
}

bool fb_places_find(const struct fb_config *config, char base[FB_PLACE_BYTES])
{
    for (unsigned p = 0; fb_places_get(config, p, base); p++)
        if (has_any(config, base))
            return true;
    return false;
}
