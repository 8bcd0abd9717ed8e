#include "tools/fairbank/books/trust_sheet.h"
#include "adapters/inbound/csv/moment.h"
#include <errno.h>
#include <string.h>

enum { CELL_SHOWN = 60, DATE_TEXT_MAX = 60 };
static const struct fb_span nothing = {NULL, 0};

void trust_faults_print(FILE *out, const struct trust_faults *f)
{
    for (unsigned i = 0; i < f->n && i < TRUST_FAULTS_MAX; i++)
        fprintf(out, "%s\n", f->text[i]);
    if (f->n > TRUST_FAULTS_MAX)
        fprintf(out, "and %u more\n", f->n - TRUST_FAULTS_MAX);
}

/* What a person may see of a cell: an unreadable one would garble the terminal. */
static void add_detail(struct fb_text *t, struct fb_span detail)
{
    if (detail.p == NULL || !fb_span_is_text(detail))
        return;
    bool cut = detail.n > CELL_SHOWN;
    while (cut && detail.n > CELL_SHOWN - 3)
        detail.n--;
    while (cut && detail.n > 0 && (detail.p[detail.n] & 0xC0) == 0x80) /* not in the middle of a character */
        detail.n--;
    fb_text_add(t, " '");
    fb_text_add_span(t, detail);
    fb_text_add(t, cut ? "...'" : "'");
}

/* line 0: the file as a whole, of which no line was read; column 0: the row as a whole. */
static void say(struct trust_sheet *s, uint64_t line, unsigned column, struct fb_span header, const char *what, struct fb_span detail)
{
    struct fb_text t;
    if (s->faults->n++ >= TRUST_FAULTS_MAX)
        return;
    fb_text_init(&t, s->faults->text[s->faults->n - 1], TRUST_FAULT_BYTES);
    fb_text_add(&t, s->name);
    if (line > 0) {
        fb_text_add(&t, ":");
        fb_text_add_int(&t, (int64_t)line);
        fb_text_add(&t, ":");
        fb_text_add_int(&t, column == 0 ? 1 : column);
    }
    fb_text_add(&t, ": ");
    if (header.n > 0) {
        fb_text_add_span(&t, (struct fb_span){header.p, header.n > CELL_SHOWN ? CELL_SHOWN : header.n});
        fb_text_add(&t, ": ");
    }
    fb_text_add(&t, what);
    add_detail(&t, detail);
}

void trust_sheet_fault(struct trust_sheet *s, enum trust_column c, const char *what, struct fb_span detail)
{
    unsigned column = s->at[c] < 0 ? 0 : (unsigned)s->at[c] + 1;
    say(s, s->row.line, column, s->layout->column[c], what, detail);
}

/* ---- the row of names ---- */

static bool place_column(struct trust_sheet *s, enum trust_column c)
{
    struct fb_span name = s->layout->column[c];
    for (unsigned i = 0; i < s->row.n; i++) {
        if (!trust_word_same(s->row.cell[i], name))
            continue;
        if (s->at[c] >= 0) {
            say(s, s->row.line, i + 1, name, "stands twice in the header: rename one", nothing);
            return false;
        }
        s->at[c] = (int)i;
    }
    if (s->at[c] < 0 && s->layout->named)
        say(s, s->row.line, 0, nothing, "the header has no column", name);
    return s->at[c] >= 0 || !s->layout->named;
}

static bool place_columns(struct trust_sheet *s, unsigned which)
{
    bool good = true;
    s->n_columns = s->row.n;
    for (unsigned c = 0; c < TRUST_COLUMNS; c++)
        if (trust_column_sheets((enum trust_column)c) == which && s->layout->column[c].n > 0)
            good = place_column(s, (enum trust_column)c) && good;
    return good;
}

/* A file of our names must have what its map would have been asked for. */
static bool has_enough(struct trust_sheet *s, unsigned which)
{
    const int *at = s->at;
    bool ledger = at[TRUST_POSTED] >= 0 && at[TRUST_CODE] >= 0 && (at[TRUST_AMOUNT] >= 0) != (at[TRUST_DEBIT] >= 0 && at[TRUST_CREDIT] >= 0);
    int periods = (at[TRUST_MONTH] >= 0) + (at[TRUST_WEEK] >= 0) + (at[TRUST_DAY] >= 0);
    bool sent = periods == 1 && at[TRUST_STAFF_GROUP] >= 0 && at[TRUST_ROUTE] >= 0 &&
                (at[TRUST_SHIFTS] >= 0 || at[TRUST_HOURS] >= 0 || at[TRUST_POUNDS] >= 0);
    if (which == TRUST_IN_LEDGER ? ledger : sent)
        return true;
    say(s, s->row.line, 0, nothing,
        which == TRUST_IN_LEDGER ? "a ledger needs the columns posted, code and amount (or debit and credit): name its own with --map"
                                 : "a return needs staff_group, route, one of month, week and day, and some of shifts, hours and pounds: "
                                   "name its own with --map",
        nothing);
    return false;
}

static enum fb_err read_header(struct trust_sheet *s, unsigned which)
{
    enum fb_err e = FB_OK;
    do
        e = fb_csv_rows_next(s->rows, &s->row);
    while (e == FB_OK && s->row.line < s->layout->header);
    if (e == FB_IO)
        say(s, 0, 0, nothing, "the disk failed", nothing);
    else if (e == FB_NOT_FOUND)
        say(s, s->layout->header, 0, nothing, "there is no row of column names", nothing);
    else if (s->row.fault != NULL)
        say(s, s->row.line, 0, nothing, s->row.fault, nothing);
    if (e != FB_OK || s->row.fault != NULL)
        return e == FB_IO ? FB_IO : FB_REFUSED;
    return place_columns(s, which) && has_enough(s, which) ? FB_OK : FB_REFUSED;
}

enum fb_err trust_sheet_open(struct trust_sheet *s, const char *path, const char *name, const struct trust_layout *layout, unsigned which,
                             struct trust_faults *faults)
{
    *s = (struct trust_sheet){.name = name, .layout = layout, .faults = faults};
    for (unsigned c = 0; c < TRUST_COLUMNS; c++)
        s->at[c] = -1;
    enum fb_err e = fb_csv_rows_open(&s->rows, path, layout->delimiter);
    if (e != FB_OK) {
        say(s, 0, 0, nothing, e == FB_IO ? strerror(errno) : e == FB_REFUSED ? "UTF-16: save it as UTF-8" : fb_err_text(e), nothing);
        return e;
    }
    e = read_header(s, which);
    if (e != FB_OK)
        trust_sheet_close(s);
    return e;
}

void trust_sheet_close(struct trust_sheet *s)
{
    if (s->rows != NULL)
        fb_csv_rows_close(&s->rows);
}

/* ---- rows ---- */

bool trust_sheet_next(struct trust_sheet *s, enum fb_err *e)
{
    for (;;) {
        *e = fb_csv_rows_next(s->rows, &s->row);
        if (*e == FB_NOT_FOUND)
            *e = FB_OK;
        else if (*e == FB_OK && s->row.fault == NULL)
            return true;
        else if (*e == FB_OK) {
            say(s, s->row.line, 0, nothing, s->row.fault, nothing);
            continue;
        } else
            say(s, fb_csv_rows_line(s->rows), 0, nothing, "the disk failed", nothing);
        return false;
    }
}

static struct fb_span cell_of(const struct trust_sheet *s, enum trust_column c)
{
    return s->at[c] < 0 || (unsigned)s->at[c] >= s->row.n ? nothing : s->row.cell[s->at[c]];
}

struct fb_span trust_sheet_text(struct trust_sheet *s, enum trust_column c)
{
    struct fb_span cell = cell_of(s, c);
    if (cell.n == 0)
        return nothing;
    if (fb_span_is_text(cell))
        return cell;
    trust_sheet_fault(s, c, "not UTF-8 text: save the file as UTF-8", nothing);
    return nothing;
}

static bool match(const struct trust_date *d, struct fb_span cell, fb_day *day)
{
    static const char first[] = {' ', '0', '1'};
    char with_day[DATE_TEXT_MAX + sizeof first];
    struct fb_moment m;
    if (d->of_month && cell.n <= DATE_TEXT_MAX) {
        memcpy(with_day, cell.p, cell.n);
        memcpy(with_day + cell.n, first, sizeof first);
        cell = (struct fb_span){with_day, cell.n + (uint32_t)sizeof first};
    }
    if (fb_moment_match(&m, d->pattern, cell) != FB_OK || !m.has_date)
        return false;
    *day = m.day;
    return true;
}

bool trust_sheet_day(struct trust_sheet *s, enum trust_column c, fb_day *day, bool *of_month)
{
    struct fb_span cell = cell_of(s, c);
    for (unsigned i = 0; i < s->layout->n_dates; i++)
        if (cell.n > 0 && match(&s->layout->date[i], cell, day)) {
            *of_month = s->layout->date[i].of_month;
            return true;
        }
    trust_sheet_fault(s, c, cell.n == 0 ? "a date is missing" : "no date by the map's patterns:", cell.n == 0 ? nothing : cell);
    return false;
}

bool trust_sheet_pence(struct trust_sheet *s, enum trust_column c, int64_t *pence)
{
    struct fb_span cell = cell_of(s, c);
    *pence = 0;
    if (cell.n == 0 || trust_pence_of(cell, pence))
        return true;
    trust_sheet_fault(s, c, "no amount in pounds and whole pence such as 1,234.50:", cell);
    return false;
}

bool trust_sheet_count(struct trust_sheet *s, enum trust_column c, int64_t *n)
{
    struct fb_span cell = cell_of(s, c);
    *n = 0;
    if (cell.n == 0 || trust_count_of(cell, n))
        return true;
    trust_sheet_fault(s, c, "no whole number such as 1,234:", cell);
    return false;
}

bool trust_sheet_minutes(struct trust_sheet *s, enum trust_column c, int64_t *minutes)
{
    struct fb_span cell = cell_of(s, c);
    *minutes = 0;
    if (cell.n == 0 || trust_minutes_of(cell, minutes))
        return true;
    trust_sheet_fault(s, c, "no hours such as 1,234.5 or 1234:30:", cell);
    return false;
}
