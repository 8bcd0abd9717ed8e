#include "tools/demo-data/sheet.h"
#include "engine/base/check.h"
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { SHEET_BYTES = 4 << 20, CELL_BYTES = 256 };

bool fb_demo_sheet_init(struct fb_demo_sheet *s)
{
    *s = (struct fb_demo_sheet){.size = SHEET_BYTES};
    s->memory = malloc(SHEET_BYTES);
    return s->memory != NULL;
}

void fb_demo_sheet_release(struct fb_demo_sheet *s)
{
    free(s->memory);
    s->memory = NULL;
}

static void put(struct fb_demo_sheet *s, const char *p, size_t n)
{
    fb_assert(s->n + n <= s->size);
    memcpy(s->memory + s->n, p, n);
    s->n += n;
}

void fb_demo_sheet_start(struct fb_demo_sheet *s, char delimiter, const char *header)
{
    s->n = 0;
    s->n_rows = 0;
    s->delimiter = delimiter;
    s->crlf = s->mark = s->windows_1252 = false;
    s->first_cell = true;
    s->row[0].at = 0;
    put(s, header, strlen(header));
    fb_demo_row_end(s);
}

static bool must_quote(const struct fb_demo_sheet *s, const char *text)
{
    return strchr(text, s->delimiter) != NULL || strpbrk(text, "\"\r\n") != NULL;
}

void fb_demo_cell(struct fb_demo_sheet *s, const char *text)
{
    if (!s->first_cell)
        put(s, &s->delimiter, 1);
    s->first_cell = false;
    if (!must_quote(s, text)) {
        put(s, text, strlen(text));
        return;
    }
    put(s, "\"", 1);
    for (; *text != '\0'; text++)
        put(s, *text == '"' ? "\"\"" : text, *text == '"' ? 2 : 1);
    put(s, "\"", 1);
}

void fb_demo_cell_count(struct fb_demo_sheet *s, const char *prefix, unsigned v)
{
    char memory[CELL_BYTES];
    struct fb_text t;
    fb_text_init(&t, memory, sizeof memory);
    fb_text_add(&t, prefix);
    fb_text_add_int(&t, (int64_t)v);
    fb_demo_cell(s, memory);
}

void fb_demo_cell_pounds(struct fb_demo_sheet *s, int64_t pence, bool printed)
{
    char memory[CELL_BYTES];
    struct fb_text t;
    bool nought = pence == 0;
    fb_text_init(&t, memory, sizeof memory);
    if (printed)
        fb_text_add(&t, "\xC2\xA3");
    if (printed && pence >= 100000) {
        fb_text_add_int(&t, pence / 100000);
        fb_text_add(&t, ",");
        for (int64_t place = 10000; place > 100 && pence % 100000 < place; place /= 10)
            fb_text_add(&t, "0");
        pence %= 100000;
    }
    fb_text_add_decimal(&t, pence, 2);
    fb_demo_cell(s, nought ? "" : memory);
}

static void add_padded(struct fb_text *t, int64_t v, unsigned digits)
{
    int64_t limit = 1;
    for (unsigned i = 1; i < digits; i++)
        limit *= 10;
    for (; limit > 1 && v < limit; limit /= 10)
        fb_text_add(t, "0");
    fb_text_add_int(t, v);
}

static void add_month(struct fb_text *t, unsigned month)
{
    static const char names[] = "JanFebMarAprMayJunJulAugSepOctNovDec";
    fb_text_add_span(t, (struct fb_span){names + 3 * (month - 1), 3});
}

/* The letters of one kind at the front of the pattern. */
static uint32_t run_of(const char *p)
{
    uint32_t n = 1;
    while (p[n] == p[0])
        n++;
    return n;
}

void fb_demo_cell_when(struct fb_demo_sheet *s, const char *pattern, int64_t at)
{
    char memory[CELL_BYTES];
    struct fb_text t;
    int year;
    unsigned month, day;
    fb_text_init(&t, memory, sizeof memory);
    fb_day_civil((fb_day)(at / 1440), &year, &month, &day);
    for (uint32_t n; at != 0 && *pattern != '\0'; pattern += n) {
        n = run_of(pattern);
        if (*pattern == 'y')
            add_padded(&t, year, 4);
        else if (*pattern == 'm' && n == 3)
            add_month(&t, month);
        else if (*pattern == 'm')
            add_padded(&t, (int64_t)month, 2);
        else if (*pattern == 'd')
            add_padded(&t, (int64_t)day, 2);
        else if (*pattern == 'H')
            add_padded(&t, at % 1440 / 60, 2);
        else if (*pattern == 'M')
            add_padded(&t, at % 60, 2);
        else
            fb_text_add_span(&t, (struct fb_span){pattern, n});
    }
    fb_demo_cell(s, memory);
}

void fb_demo_cells_empty(struct fb_demo_sheet *s, unsigned n)
{
    while (n-- > 0)
        fb_demo_cell(s, "");
}

void fb_demo_row_end(struct fb_demo_sheet *s)
{
    fb_assert(s->n_rows + 1 < FB_DEMO_ROWS_MAX);
    s->row[s->n_rows].n = s->n - s->row[s->n_rows].at;
    s->n_rows++;
    s->row[s->n_rows].at = s->n;
    s->first_cell = true;
}

void fb_demo_row_repeat(struct fb_demo_sheet *s, unsigned row)
{
    put(s, s->memory + s->row[row].at, s->row[row].n);
    fb_demo_row_end(s);
}

void fb_demo_rows_shuffle(struct fb_demo_sheet *s, struct fb_prng *r)
{
    for (unsigned i = s->n_rows - 1; i > 1; i--) {
        unsigned j = 1 + (unsigned)fb_prng_below(r, i);
        struct fb_demo_row row = s->row[i];
        s->row[i] = s->row[j];
        s->row[j] = row;
    }
    /* The next row begins behind the last byte, whatever row stands last. */
    s->row[s->n_rows].at = s->n;
}

/* The few characters of these files that are not ASCII. */
static const struct {
    const char *utf8;
    char byte;
} windows_1252[] = {{"\xC2\xA3", '\xA3'},
                    {"\xC3\xA9", '\xE9'},
                    {"\xC3\xAB", '\xEB'},
                    {"\xE2\x80\x93", '\x96'},
                    {"\xE2\x80\x99", '\x92'}};

/* How many bytes of UTF-8 at p are one character; *out is what it becomes. */
static size_t translate(const char *p, char *out)
{
    for (size_t i = 0; i < sizeof windows_1252 / sizeof windows_1252[0]; i++) {
        size_t n = strlen(windows_1252[i].utf8);
        if (memcmp(p, windows_1252[i].utf8, n) == 0) {
            *out = windows_1252[i].byte;
            return n;
        }
    }
    fb_assert((unsigned char)*p < 0x80);
    *out = *p;
    return 1;
}

static void write_row(const struct fb_demo_sheet *s, const struct fb_demo_row *row, FILE *out)
{
    const char *p = s->memory + row->at, *end = p + row->n;
    while (p < end) {
        char c = *p;
        p += s->windows_1252 ? translate(p, &c) : 1;
        fputc(c, out);
    }
    fputs(s->crlf ? "\r\n" : "\n", out);
}

bool fb_demo_sheet_write(const struct fb_demo_sheet *s, const char *folder, const char *name)
{
    char path[512];
    struct fb_text t;
    fb_text_init(&t, path, sizeof path);
    fb_text_add(&t, folder);
    fb_text_add(&t, name);
    FILE *out = fopen(path, "wb");
    if (out == NULL) {
        perror(path);
        return false;
    }
    if (s->mark)
        fputs("\xEF\xBB\xBF", out);
    for (unsigned i = 0; i < s->n_rows; i++)
        write_row(s, &s->row[i], out);
    bool failed = ferror(out) != 0;
    if (fclose(out) != 0 || failed) {
        perror(path);
        return false;
    }
    return true;
}
