#include "tests/lib/golden.h"
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { NAME_MAX_BYTES = 128, GOLDEN_BYTES_MAX = 1 << 16, BYTES_A_LINE = 32 };

static bool write_golden(const char *path, const void *bytes, size_t n)
{
    FILE *f = fopen(path, "wb");
    if (f == NULL)
        return false;
    bool whole = fwrite(bytes, 1, n, f) == n;
    return fclose(f) == 0 && whole;
}

/* -1: cannot be read, or longer than any golden may be. */
static long read_golden(const char *path, char *bytes)
{
    FILE *f = fopen(path, "rb");
    if (f == NULL)
        return -1;
    size_t n = fread(bytes, 1, GOLDEN_BYTES_MAX, f);
    bool whole = ferror(f) == 0 && n < GOLDEN_BYTES_MAX;
    return fclose(f) == 0 && whole ? (long)n : -1;
}

static void print_line(const char *what, const char *bytes, size_t n, size_t from)
{
    size_t end = from;
    while (end < n && bytes[end] != '\n')
        end++;
    printf("\n    %s: %.*s", what, (int)(end - from), bytes + from);
}

static void print_difference(const char *path, const char *held, size_t n_held, const char *now, size_t n_now)
{
    size_t i = 0, line = 1, from = 0;
    for (; i < n_held && i < n_now && held[i] == now[i]; i++) {
        if (held[i] == '\n') {
            line++;
            from = i + 1;
        }
    }
    printf("\n    %s differs at line %zu (UPDATE=1 rewrites it)", path, line);
    print_line("held", held, n_held, from);
    print_line("now ", now, n_now, from);
    printf("\n");
}

bool fb_golden(const char *name, const void *bytes, size_t n)
{
    static char held[GOLDEN_BYTES_MAX];
    char path[NAME_MAX_BYTES];
    int length = snprintf(path, sizeof path, "tests/golden/%s", name);
    if (length < 0 || (size_t)length >= sizeof path)
        return false;
    const char *update = getenv("UPDATE");
    if (update != NULL && strcmp(update, "1") == 0)
        return write_golden(path, bytes, n);
    long n_held = read_golden(path, held);
    if (n_held < 0) {
        printf("\n    %s cannot be read (UPDATE=1 writes it)\n", path);
        return false;
    }
    if ((size_t)n_held == n && memcmp(held, bytes, n) == 0)
        return true;
    print_difference(path, held, (size_t)n_held, bytes, n);
    return false;
}

size_t fb_golden_hex(char *out, size_t size, const void *bytes, size_t n)
{
    static const char digits[] = "0123456789abcdef";
    const unsigned char *p = bytes;
    size_t at = 0;
    if (size < n * 2 + n / BYTES_A_LINE + 2)
        return 0;
    for (size_t i = 0; i < n; i++) {
        out[at++] = digits[p[i] >> 4];
        out[at++] = digits[p[i] & 15];
        if (i % BYTES_A_LINE == BYTES_A_LINE - 1 || i + 1 == n)
            out[at++] = '\n';
    }
    out[at] = 0;
    return at;
}
