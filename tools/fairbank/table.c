#include "tools/fairbank/table.h"
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <unistd.h>

enum { NARROWEST = 20, BESIDE_MIN = 30, BELOW_INDENT = 4, GAP = 2, GAP_NARROW = 1, HEAD_LINES_MAX = 4 };

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
static int width_of(const char *s, int bytes)
{
    int n = 0;
    for (int i = 0; i < bytes; i++)
        n += (s[i] & 0xC0) != 0x80;
    return n;
}

static int bytes_of(const char *s) { return s != NULL ? (int)strlen(s) : 0; }

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

static void put_cell(FILE *out, const char *s, int n, int width, bool right, bool last)
{
    int pad = width - width_of(s, n);
    if (right)
        fprintf(out, "%*s%.*s", pad, "", n, s);
    else
        fprintf(out, "%.*s%*s", n, s, last ? 0 : pad, "");
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
    int columns = terminal_columns(out), indent = width_of(first, bytes_of(first));
    fputs(first, out);
    put_wrapped(out, text, n, indent, (columns > 0 ? columns : 100) - indent);
}

/* ---- how wide ---- */

/* Where each column stands. What is wider than the terminal has the words of a head one below the other, and less between the columns;
 * what is still wider goes on below. A cell is never cut, and none stands over the edge, where the terminal would break it. */
struct layout {
    int columns; /* 0: no terminal, nothing is made to fit */
    int gap;
    bool stacked;
    int width[TABLE_COLUMNS_MAX], at[TABLE_COLUMNS_MAX];
    bool below[TABLE_COLUMNS_MAX]; /* on a line of its own, with those that follow */
};

static int longest_word(const char *head)
{
    int most = 0;
    while (*head != '\0') {
        int n = (int)strcspn(head, " "), width = width_of(head, n);
        most = width > most ? width : most;
        head += n + (head[n] == ' ');
    }
    return most;
}

/* true: all stands on one line. Of a last column of sentences only the head does: they find their own place. */
static bool lay(struct layout *l, const struct table *t, const int *cells, bool stacked, int gap, bool fold)
{
    int at = 0;
    bool fits = true;
    l->stacked = stacked;
    l->gap = gap;
    for (unsigned c = 0; c < t->n_columns; c++) {
        int head = stacked ? longest_word(t->head[c]) : width_of(t->head[c], bytes_of(t->head[c]));
        bool sentence = t->wrap && c + 1 == t->n_columns;
        l->width[c] = cells[c] > head ? cells[c] : head;
        bool over = l->columns > 0 && at + (sentence ? head : l->width[c]) > l->columns;
        fits = fits && !over;
        l->below[c] = fold && over && c > 0;
        if (l->below[c])
            at = BELOW_INDENT;
        l->at[c] = at;
        at += l->width[c] + gap;
    }
    return fits;
}

static void lay_out(struct layout *l, const struct table *t, FILE *out)
{
    int cells[TABLE_COLUMNS_MAX] = {0};
    l->columns = terminal_columns(out);
    for (unsigned i = 0; i < t->n_cells; i++) {
        int width = width_of(t->cell[i], bytes_of(t->cell[i]));
        cells[i % t->n_columns] = width > cells[i % t->n_columns] ? width : cells[i % t->n_columns];
    }
    if (!lay(l, t, cells, false, GAP, false) && !lay(l, t, cells, true, GAP, false) && !lay(l, t, cells, true, GAP_NARROW, false))
        (void)lay(l, t, cells, false, GAP, true);
}

/* ---- drawing ---- */

/* Before a cell: what parts it from the one before, or the line below. */
static void put_gap(FILE *out, const struct layout *l, unsigned c)
{
    if (l->below[c])
        fprintf(out, "\n%*s", l->at[c], "");
    else if (c > 0)
        fprintf(out, "%*s", l->gap, "");
}

/* A sentence stands beside the other columns where there is room for it, else below them. */
static void put_sentence(FILE *out, const char *s, const struct layout *l, unsigned c)
{
    int n = bytes_of(s), indent = l->at[c];
    bool below = !l->below[c] && l->columns - indent < BESIDE_MIN && width_of(s, n) > l->columns - indent;
    if (below) {
        indent = BELOW_INDENT;
        fprintf(out, "\n%*s", indent, "");
    }
    put_wrapped(out, s, n, indent, l->columns - indent);
}

/* Lines below the first that have nothing in them are left out. */
static unsigned n_shown(const struct layout *l, const char *const *cell, unsigned n)
{
    for (unsigned c = n; c-- > 0 && bytes_of(cell[c]) == 0;)
        n = l->below[c] ? c : n;
    return n;
}

static void print_row(const struct table *t, FILE *out, const struct layout *l, const char *const *cell)
{
    unsigned n = n_shown(l, cell, t->n_columns);
    for (unsigned c = 0; c < n; c++) {
        bool ends = c + 1 == n || l->below[c + 1];
        put_gap(out, l, c);
        if (t->wrap && l->columns > 0 && c + 1 == t->n_columns) {
            put_sentence(out, cell[c] != NULL ? cell[c] : "", l, c);
            return;
        }
        put_cell(out, cell[c] != NULL ? cell[c] : "", bytes_of(cell[c]), l->width[c], t->right[c], ends);
    }
    fputc('\n', out);
}

/* The head's line number k, from below, of those that it is broken into: its bytes. */
static int head_line(const char **head, int width, bool stacked, int k)
{
    const char *line[HEAD_LINES_MAX] = {*head};
    int bytes[HEAD_LINES_MAX] = {bytes_of(*head)}, n = 1;
    for (; stacked && n < HEAD_LINES_MAX; n++) {
        int cut = fitting(line[n - 1], bytes[n - 1], width);
        if (cut == bytes[n - 1])
            break;
        line[n] = line[n - 1] + cut + 1;
        bytes[n] = bytes[n - 1] - cut - 1;
        bytes[n - 1] = cut;
    }
    *head = k < n ? line[n - 1 - k] : "";
    return k < n ? bytes[n - 1 - k] : 0;
}

/* From one column on to the end of their line. k: as above. false: there is nothing in it. */
static bool print_heads_line(const struct table *t, FILE *out, const struct layout *l, unsigned from, unsigned until, int k)
{
    bool any = false;
    for (unsigned c = from; c < until; c++) {
        const char *head = t->head[c];
        any = head_line(&head, l->width[c], l->stacked, k) > 0 || any;
    }
    for (unsigned c = from; c < until && any; c++) {
        const char *head = t->head[c];
        int n = head_line(&head, l->width[c], l->stacked, k);
        fprintf(out, "%*s", c == from ? l->at[c] : l->gap, "");
        put_cell(out, head, n, l->width[c], t->right[c], c + 1 == until);
    }
    if (any)
        fputc('\n', out);
    return any;
}

static void print_heads(const struct table *t, FILE *out, const struct layout *l)
{
    bool bold = in_colour(out);
    if (bold)
        fputs("\033[1m", out);
    for (unsigned from = 0, until; from < t->n_columns; from = until) {
        for (until = from + 1; until < t->n_columns && !l->below[until];)
            until++;
        for (int k = HEAD_LINES_MAX; k-- > 0;)
            (void)print_heads_line(t, out, l, from, until, k);
    }
    if (bold)
        fputs("\033[0m", out);
}

void table_print(struct table *t, FILE *out)
{
    struct layout l;
    lay_out(&l, t, out);
    print_heads(t, out, &l);
    for (unsigned i = 0; i + t->n_columns <= t->n_cells; i += t->n_columns)
        print_row(t, out, &l, (const char *const *)&t->cell[i]);
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
