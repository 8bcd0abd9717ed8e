#include "adapters/inbound/csv/guess/look.h"
#include "adapters/inbound/csv/build.h"
#include "adapters/inbound/csv/guess/meaning.h"
#include "adapters/inbound/csv/sheet.h"
#include "engine/base/hash.h"
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

enum { TRIAL_ROWS = 60, HEADER_WITHIN = 30, SETTLED_AFTER = 60, ARENA_BYTES = 512 << 10 };

enum fb_err fb_guess_open(struct fb_guess *g)
{
    *g = (struct fb_guess){.column = calloc(FB_GUESS_COLUMNS_MAX, sizeof *g->column)};
    return g->column == NULL ? FB_FULL : FB_OK;
}

void fb_guess_close(struct fb_guess *g)
{
    free(g->column);
    g->column = NULL;
}

unsigned fb_guess_distinct(const struct fb_guess_column *c)
{
    unsigned n = 0;
    for (unsigned i = 0; i < 64; i++)
        for (uint64_t bits = c->marks[i]; bits != 0; bits &= bits - 1)
            n++;
    return n;
}

static enum fb_err open_rows(struct fb_csv_rows **rows, int fd, char delimiter)
{
    int again = dup(fd);
    if (again < 0 || lseek(again, 0, SEEK_SET) != 0) {
        if (again >= 0)
            close(again);
        return FB_IO;
    }
    return fb_csv_rows_open_fd(rows, again, delimiter);
}

/* ---- the delimiter: the one by which most of the first rows have the same number of cells, and the most of them ---- */

static unsigned try_delimiter(int fd, char delimiter, unsigned *cells)
{
    unsigned count[FB_CSV_CELLS_MAX + 1] = {0}, best = 0;
    struct fb_csv_rows *rows = NULL;
    struct fb_csv_row row;
    if (open_rows(&rows, fd, delimiter) != FB_OK)
        return 0;
    for (unsigned i = 0; i < TRIAL_ROWS && fb_csv_rows_next(rows, &row) == FB_OK; i++)
        if (row.fault == NULL)
            count[row.n]++;
    fb_csv_rows_close(&rows);
    for (unsigned n = 2; n <= FB_CSV_CELLS_MAX; n++)
        if (count[n] >= 2 && count[n] * n >= count[best] * best)
            best = n;
    *cells = best;
    return best == 0 ? 0 : count[best] * best;
}

static unsigned find_delimiter(struct fb_guess *g, int fd)
{
    static const char marks[] = ",;\t|";
    unsigned most = 0, cells = 0;
    for (unsigned d = 0; d < (g->sheet ? 1 : sizeof marks - 1); d++) {
        unsigned n = 0, score = try_delimiter(fd, marks[d], &n);
        if (score <= most)
            continue;
        most = score;
        cells = n;
        g->delimiter = marks[d];
    }
    return cells;
}

static bool is_utf8(int fd)
{
    /* In pieces that end before a letter is cut: a row is far shorter than one. */
    static char piece[1 << 16];
    off_t at = 0;
    ssize_t n;
    while ((n = pread(fd, piece, sizeof piece, at)) > 0) {
        uint32_t whole = (uint32_t)n;
        while (n == (ssize_t)sizeof piece && whole > 0 && ((unsigned char)piece[whole - 1] & 0x80) != 0)
            whole--;
        for (uint32_t i = 0; i < whole; i++)
            if ((unsigned char)piece[i] < 0x20 || piece[i] == 0x7F)
                piece[i] = ' ';
        if (whole == 0 || !fb_span_is_text((struct fb_span){piece, whole}))
            return false;
        at += whole;
    }
    return n == 0;
}

/* ---- the header ---- */

static struct fb_span cell_text(const struct fb_guess *g, struct fb_span raw, struct fb_arena *arena)
{
    struct fb_span text = {NULL, 0};
    if (fb_csv_cell_text(&text, raw, g->windows_1252, arena) != FB_OK)
        text.n = 0;
    return text;
}

static bool is_value(struct fb_span s)
{
    for (unsigned i = 0; i < FB_GUESS_DATES; i++)
        if (fb_guess_fits_date(i, s))
            return true;
    for (unsigned i = 0; i < FB_GUESS_BOTHS; i++)
        if (fb_guess_fits_both(i, s))
            return true;
    return fb_guess_fits_time(0, s) || fb_guess_is_number(s) || fb_guess_is_identifier(s);
}

/* Names, none of them a value, of which some say what they name. */
static bool is_header(const struct fb_guess *g, const struct fb_csv_row *row, struct fb_arena *arena)
{
    unsigned filled = 0, known = 0;
    for (unsigned i = 0; i < row->n; i++) {
        fb_arena_reset(arena);
        struct fb_span s = cell_text(g, row->cell[i], arena);
        if (s.n == 0)
            continue;
        if (is_value(s) || s.n >= FB_GUESS_HEADER_BYTES)
            return false;
        filled++;
        known += fb_guess_knows(s);
    }
    return filled * 2 > row->n && known >= 2;
}

static void take_header(struct fb_guess *g, const struct fb_csv_row *row, struct fb_arena *arena)
{
    g->n = row->n < FB_GUESS_COLUMNS_MAX ? row->n : FB_GUESS_COLUMNS_MAX;
    for (unsigned i = 0; i < g->n; i++) {
        struct fb_text t;
        fb_arena_reset(arena);
        struct fb_span s = cell_text(g, row->cell[i], arena);
        fb_text_init(&t, g->column[i].header, sizeof g->column[i].header);
        if (s.n < sizeof g->column[i].header && !is_value(s))
            fb_text_add_span(&t, s);
        for (unsigned k = 0; k < i; k++)
            if (fb_csv_word_cmp(fb_span_of(g->column[k].header), fb_span_of(g->column[i].header)) == 0)
                g->column[i].twice = g->column[k].twice = true;
    }
}

/* ---- values ---- */

/* Few ways of writing fit the first values; only those are tried on the rest. */
static void try_patterns(struct fb_guess_column *c, struct fb_span s)
{
    uint32_t least = c->tried < SETTLED_AFTER ? 0 : c->tried / 2;
    if (s.n < 4 || s.n > 30 || s.p[0] < '0' || s.p[0] > '9')
        return;
    for (unsigned i = 0; i < FB_GUESS_DATES; i++)
        c->date[i] += c->date[i] >= least && fb_guess_fits_date(i, s);
    for (unsigned i = 0; i < FB_GUESS_TIMES; i++)
        c->time[i] += c->time[i] >= least && fb_guess_fits_time(i, s);
    for (unsigned i = 0; i < FB_GUESS_BOTHS; i++)
        c->both[i] += c->both[i] >= least && s.n > 10 && fb_guess_fits_both(i, s);
}

static void keep_word(struct fb_guess_column *c, struct fb_span s)
{
    unsigned i = 0;
    if (c->many)
        return;
    while (i < c->n_words && fb_csv_word_cmp(fb_span_of(c->word[i].text), s) != 0)
        i++;
    c->many = i == FB_GUESS_WORDS_MAX || s.n >= FB_GUESS_WORD_BYTES;
    if (c->many)
        return;
    if (i == c->n_words) {
        memcpy(c->word[i].text, s.p, s.n);
        c->word[i].text[s.n] = '\0';
        c->n_words++;
    }
    c->word[i].rows++;
}

static void take_value(struct fb_guess *g, struct fb_guess_column *c, struct fb_span s)
{
    struct fb_moment m;
    if (s.n == 0) {
        c->empty++;
        return;
    }
    uint64_t hash = fb_hash64(s.p, s.n);
    c->marks[hash / 64 % 64] |= 1ull << hash % 64;
    c->filled++;
    if (g->sheet && fb_csv_sheet_moment(&m, s)) {
        c->sheet_dates += m.minute == 0 && m.second == 0;
        c->sheet_boths += m.minute != 0 || m.second != 0;
        return;
    }
    try_patterns(c, s);
    c->tried++;
    c->numbers += fb_guess_is_number(s);
    c->persons += fb_guess_is_person(s);
    c->identifiers += fb_guess_is_identifier(s);
    c->longest = s.n > c->longest ? s.n : c->longest;
    keep_word(c, s);
}

static bool is_total(struct fb_span first)
{
    static const char *const begins[] = {"total", "grand total"};
    for (unsigned i = 0; i < 2; i++) {
        uint32_t n = (uint32_t)strlen(begins[i]);
        if (first.n >= n && fb_csv_word_cmp((struct fb_span){first.p, n}, fb_span_of(begins[i])) == 0)
            return true;
    }
    return false;
}

static void take_row(struct fb_guess *g, const struct fb_csv_row *row, struct fb_arena *arena)
{
    fb_arena_reset(arena);
    if (row->fault != NULL || (row->n < g->n && !g->sheet))
        return;
    if (row->n > 0 && is_total(cell_text(g, row->cell[0], arena))) {
        g->totals = true;
        return;
    }
    g->rows++;
    for (unsigned i = 0; i < g->n; i++)
        take_value(g, &g->column[i], i < row->n ? cell_text(g, row->cell[i], arena) : (struct fb_span){NULL, 0});
}

static enum fb_err read_rows(struct fb_guess *g, struct fb_csv_rows *rows, unsigned cells, unsigned header, struct fb_arena *arena,
                             const char **why)
{
    struct fb_csv_row row;
    unsigned n = 0;
    while (g->header == 0 && fb_csv_rows_next(rows, &row) == FB_OK) {
        n++;
        bool here = header != 0 ? n == header : row.n == cells && is_header(g, &row, arena);
        if (here && row.fault == NULL && row.n > 1) {
            g->header = n;
            take_header(g, &row, arena);
        } else if (n == (header != 0 ? header : HEADER_WITHIN)) {
            break;
        }
    }
    *why = "no row of column names was found at its beginning: say which it is with --header N";
    if (g->header == 0)
        return FB_REFUSED;
    while (g->rows < FB_GUESS_ROWS_MAX && fb_csv_rows_next(rows, &row) == FB_OK)
        take_row(g, &row, arena);
    g->more_rows = g->rows == FB_GUESS_ROWS_MAX;
    *why = "it has column names and no rows";
    return g->rows == 0 ? FB_REFUSED : FB_OK;
}

enum fb_err fb_guess_read(struct fb_guess *g, int fd, bool sheet, unsigned header, const char **why)
{
    struct fb_arena arena;
    struct fb_csv_rows *rows = NULL;
    g->sheet = sheet;
    g->windows_1252 = !is_utf8(fd);
    unsigned cells = find_delimiter(g, fd);
    *why = "no table was found in it: no comma, semicolon, tab or bar makes columns of its rows";
    if (cells == 0)
        return FB_REFUSED;
    void *memory = malloc(ARENA_BYTES);
    enum fb_err e = memory == NULL ? FB_FULL : open_rows(&rows, fd, g->delimiter);
    if (e == FB_OK) {
        fb_arena_init(&arena, memory, ARENA_BYTES);
        e = read_rows(g, rows, cells, header, &arena, why);
        fb_csv_rows_close(&rows);
    }
    free(memory);
    return e;
}
