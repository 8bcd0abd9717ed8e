#include "tests/sim/kept.h"
#include "engine/base/when.h"
#include <stdio.h>
#include <string.h>

enum { LINE = 1024 };

/* The number that a line begins with; true for a line without one, if it is a comment or empty. */
static bool take_line(const char *line, uint64_t seed[SIM_KEPT_MAX], unsigned *n)
{
    int64_t v;
    size_t digits = strspn(line, "0123456789");
    if (digits == 0)
        return line[0] == '#' || line[0] == '\n';
    if (*n == SIM_KEPT_MAX || fb_parse_int(&v, (struct fb_span){line, (uint32_t)digits}) != FB_OK)
        return false;
    seed[(*n)++] = (uint64_t)v;
    return true;
}

bool sim_kept_read(const char *path, uint64_t seed[SIM_KEPT_MAX], unsigned *n)
{
    char line[LINE];
    bool good = true;
    FILE *f = fopen(path, "r");
    *n = 0;
    while (f != NULL && good && fgets(line, sizeof line, f) != NULL)
        good = take_line(line, seed, n);
    if (f != NULL)
        fclose(f);
    return f != NULL && good;
}

bool sim_kept_add(const char *path, uint64_t seed, const char *why)
{
    FILE *f = fopen(path, "a");
    if (f == NULL)
        return false;
    bool written = fprintf(f, "%llu %s\n", (unsigned long long)seed, why) > 0;
    return fclose(f) == 0 && written;
}
