#include "tools/fairbank/table.h"
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <unistd.h>

enum { NARROWEST = 20, BESIDE_MIN = 30, BELOW_INDENT = 4 };

void table_init(struct table *t, char *heads)
{
    *t = (struct table){0};
    for (char *h = heads; h != NULL && t->n_columns < TABLE_COLUMNS_MAX;) {
        char *bar = strchr(h, '|');
        if (bar != NULL)
            *bar++ = '\0';
        t->right[t->n_columns] = *h == '>';
        t->head[t->n_columns++] = *h == '>' ? h + 1 : h;
        h = bar;
    }
}

void table_add(struct table *t, const char *text)
{
    if (t->n_cells == t->size) {
        unsigned size = t->size > 0 ? t->size * 2 : 256;
        char **cell = realloc(t->cell, size * sizeof(*cell));
        if (cell == NULL)
            return;
        t->cell = cell;
        t->size = size;
    }
    size_t n = strlen(text) + 1;
    char *copy = malloc(n);
    if (copy != NULL)
        memcpy(copy, text, n);
    t->cell[t->n_cells++] = copy;
}

void count_format(char *out, size_t size, int64_t v)
{
    char digits[24];
    uint64_t magnitude = v < 0 ? (uint64_t)0 - (uint64_t)v : (uint64_t)v;
    int n = snprintf(digits, sizeof(digits), "%llu", (unsigned long long)magnitude);
    size_t at = 0;
    if (v < 0 && size > 1)
        out[at++] = '-';
    for (int i = 0; i < n && at + 2 < size; i++) {
        out[at++] = digits[i];
        if ((n - i) % 3 == 1 && i + 1 < n)
            out[at++] = ',';
    }
    out[at] = '\0';
}

void pounds_format(char *out, size_t size, int64_t pence)
{
    char whole[32];
    int64_t magnitude = pence < 0 ? -pence : pence;
    count_format(whole, sizeof(whole), magnitude / 100);
    snprintf(out, size, "%s%s.%02d", pence < 0 ? "-" : "", whole, (int)(magnitude % 100));
}

void table_add_int(struct table *t, int64_t v)
{
    char s[32];
    count_format(s, sizeof(s), v);
    table_add(t, s);
}

void table_add_pounds(struct table *t, int64_t pence)
{
    char s[40];
    pounds_format(s, sizeof(s), pence);
    table_add(t, s);
}

void hours_format(char *out, size_t size, int64_t minutes)
{
    enum { PER_HOUR = 60 };
    int64_t m = minutes < 0 ? -minutes : minutes;
    snprintf(out, size, "%s%lld:%02d", minutes < 0 ? "-" : "", (long long)(m / PER_HOUR), (int)(m % PER_HOUR));
}

void table_add_hours(struct table *t, int64_t minutes)
{
    char s[40];
    hours_format(s, sizeof(s), minutes);
    table_add(t, s);
}

/* What a reader sees as one character: bytes that do not continue one. */
static int width_of(const char *s)
{
    int n = 0;
    for (; s != NULL && *s != '\0'; s++)
        n += (*s & 0xC0) != 0x80;
    return n;
}

static int terminal_columns(FILE *out)
{
    struct winsize w;
    return isatty(fileno(out)) && ioctl(fileno(out), TIOCGWINSZ, &w) == 0 && w.ws_col >= NARROWEST ? w.ws_col : 0;
}

/* no-color.org: set and not empty, whatever it says. */
static bool in_colour(FILE *out)
{
    const char *no = getenv("NO_COLOR");
    return isatty(fileno(out)) && (no == NULL || no[0] == '\0');
}

static void put_cell(FILE *out, const char *s, int width, bool right, bool last)
{
    int pad = width - width_of(s);
    if (right)
        fprintf(out, "%*s%s", pad, "", s);
    else
        fprintf(out, "%s%*s", s, last ? 0 : pad, "");
    fputs(last ? "\n" : "  ", out);
}

/* How many bytes of s (of n) stand on a line of `room` characters, broken at a blank where there is one. */
static int fitting(const char *s, int n, int room)
{
    int at = 0, blank = 0;
    for (int seen = 0; at < n; at++) {
        seen += (s[at] & 0xC0) != 0x80;
        if (seen > room)
            return blank > 0 ? blank : at;
        if (s[at] == ' ')
            blank = at;
    }
    return n;
}

static void put_wrapped(FILE *out, const char *s, int n, int indent, int room)
{
    for (;;) {
        int cut = fitting(s, n, room);
        fprintf(out, "%.*s\n", cut, s);
        cut += cut < n && s[cut] == ' ';
        s += cut;
        n -= cut;
        if (n == 0)
            return;
        fprintf(out, "%*s", indent, "");
    }
}

void paragraph_print(FILE *out, const char *first, const char *text, int n)
{
    int columns = terminal_columns(out), indent = width_of(first);
    fputs(first, out);
    put_wrapped(out, text, n, indent, (columns > 0 ? columns : 100) - indent);
}

/* Where the last column begins. */
static int indent_of(const struct table *t, const int *width)
{
    int indent = 0;
    for (unsigned c = 0; c + 1 < t->n_columns; c++)
        indent += width[c] + 2;
    return indent;
}

/* A sentence stands beside the other columns where there is room for it, else below them. */
static void put_sentence(FILE *out, const char *s, int indent, int columns)
{
    bool below = columns - indent < BESIDE_MIN && width_of(s) > columns - indent;
    if (below) {
        indent = BELOW_INDENT;
        fprintf(out, "\n%*s", indent, "");
    }
    put_wrapped(out, s, (int)strlen(s), indent, columns - indent);
}

/* columns 0: no terminal, nothing is wrapped. */
static void print_row(struct table *t, FILE *out, const int *width, const char *const *cell, int columns)
{
    for (unsigned c = 0; c + 1 < t->n_columns; c++)
        put_cell(out, cell[c] != NULL ? cell[c] : "", width[c], t->right[c], false);
    unsigned last = t->n_columns - 1;
    const char *end = cell[last] != NULL ? cell[last] : "";
    if (t->wrap && columns > 0)
        put_sentence(out, end, indent_of(t, width), columns);
    else
        put_cell(out, end, width[last], t->right[last], true);
}

static void print_heads(struct table *t, FILE *out, const int *width)
{
    bool bold = in_colour(out);
    if (bold)
        fputs("\033[1m", out);
    print_row(t, out, width, t->head, 0);
    if (bold)
        fputs("\033[0m", out);
}

void table_print(struct table *t, FILE *out)
{
    int width[TABLE_COLUMNS_MAX] = {0};
    int columns = terminal_columns(out);
    for (unsigned c = 0; c < t->n_columns; c++)
        width[c] = width_of(t->head[c]);
    for (unsigned i = 0; i < t->n_cells; i++)
        if (width_of(t->cell[i]) > width[i % t->n_columns])
            width[i % t->n_columns] = width_of(t->cell[i]);
    print_heads(t, out, width);
    for (unsigned i = 0; i + t->n_columns <= t->n_cells; i += t->n_columns)
        print_row(t, out, width, (const char *const *)&t->cell[i], columns);
    table_release(t);
}

void table_release(struct table *t)
{
    for (unsigned i = 0; i < t->n_cells; i++)
        free(t->cell[i]);
    free(t->cell);
    t->cell = NULL;
    t->n_cells = t->size = 0;
}
