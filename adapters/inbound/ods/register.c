#include "adapters/inbound/ods/register.h"
#include "adapters/inbound/csv/rows.h"
#include <stdlib.h>
#include <string.h>

enum { CODE_BYTES_LEAST = 3, CODE_BYTES_MOST = 5, COLUMNS_LEAST = 12 };
enum { AT_CODE = 0, AT_NAME = 1, AT_GEOGRAPHY = 3, AT_OPENED = 10, AT_CLOSED = 11 };

enum fb_err fb_ods_day(fb_day *out, struct fb_span text, fb_day otherwise)
{
    char iso[11];
    *out = otherwise;
    if (text.n == 0)
        return FB_OK;
    if (text.n != 8)
        return FB_REFUSED;
    memcpy(iso, text.p, 4);
    iso[4] = iso[7] = '-';
    memcpy(iso + 5, text.p + 4, 2);
    memcpy(iso + 8, text.p + 6, 2);
    return fb_day_parse(out, (struct fb_span){iso, 10});
}

static void tell(struct fb_ods_register *reg, const char *path, uint64_t line, const char *what,
                 struct fb_span word)
{
    reg->faults++;
    if (reg->complaints != NULL)
        fprintf(reg->complaints, "%s:%llu: %s%s%.*s%s\n", path, (unsigned long long)line, what,
                word.n > 0 ? " '" : "", (int)word.n, word.n > 0 ? word.p : "", word.n > 0 ? "'" : "");
}

/* ---- codes ---- */

/* Trust-like organisations have 3 to 5 characters. */
static bool code_of(fb_code *out, struct fb_span text)
{
    return text.n >= CODE_BYTES_LEAST && text.n <= CODE_BYTES_MOST && fb_code_parse(out, text) == FB_OK;
}

/* Where a code stands, or would: files have tens of thousands, and each row asks. room is a power of two, and half of the slots are free. */
static uint32_t *slot_of(const struct fb_ods_register *reg, fb_code ods)
{
    uint32_t slots = 2 * reg->room, i = (uint32_t)(((uint64_t)ods * UINT64_C(0x9E3779B97F4A7C15)) >> 32) & (slots - 1);
    while (reg->slot[i] != 0 && reg->org[reg->slot[i] - 1].ods != ods)
        i = (i + 1) & (slots - 1);
    return &reg->slot[i];
}

static void fill_slots(struct fb_ods_register *reg)
{
    memset(reg->slot, 0, 2 * reg->room * sizeof *reg->slot);
    for (unsigned i = 0; i < reg->n; i++)
        *slot_of(reg, reg->org[i].ods) = i + 1;
}

static struct fb_ods_organisation *find(const struct fb_ods_register *reg, fb_code ods)
{
    uint32_t at = reg->n == 0 ? 0 : *slot_of(reg, ods);
    return at == 0 ? NULL : &reg->org[at - 1];
}

static bool grow(struct fb_ods_register *reg)
{
    unsigned room = reg->room == 0 ? 512 : 2 * reg->room;
    uint32_t *slot = realloc(reg->slot, 2 * room * sizeof *slot);
    reg->slot = slot != NULL ? slot : reg->slot;
    struct fb_ods_organisation *org = slot == NULL ? NULL : realloc(reg->org, room * sizeof *org);
    if (org == NULL)
        return false;
    reg->org = org;
    reg->room = room;
    fill_slots(reg);
    return true;
}

static struct fb_ods_organisation *add(struct fb_ods_register *reg, fb_code ods, fb_day at)
{
    if (reg->n == reg->room && !grow(reg))
        return NULL;
    *slot_of(reg, ods) = reg->n + 1;
    struct fb_ods_organisation *o = &reg->org[reg->n++];
    *o = (struct fb_ods_organisation){.ods = ods, .first_at = at};
    return o;
}

/* ---- memberships ---- */

/* The day on which an organisation went from one system to another: told by the changes, the most particular
 * first; else the date of the file that shows it. */
static fb_day day_of_change(const struct fb_ods_register *reg, const struct fb_ods_organisation *o,
                            fb_code is, fb_day after, fb_day at, bool *exact)
{
    const struct fb_ods_change *best = NULL;
    for (unsigned i = 0; i < reg->n_changes; i++) {
        const struct fb_ods_change *c = &reg->change[i];
        if (c->was != o->membership[o->n - 1].ics || c->is != is || c->day <= after || c->day > at ||
            (c->ods != 0 && c->ods != o->ods))
            continue;
        if (best == NULL || c->ods != 0)
            best = c;
    }
    *exact = best != NULL;
    return best != NULL ? best->day : at;
}

static bool change(struct fb_ods_organisation *o, fb_code ics, fb_day day, bool exact)
{
    if (o->n == FB_ODS_MEMBERSHIPS_MAX)
        return false;
    if (o->n > 0)
        o->membership[o->n - 1].until = day;
    o->membership[o->n++] = (struct fb_ods_membership){ics, day, INT32_MAX, exact};
    return true;
}

static bool join(const struct fb_ods_register *reg, struct fb_ods_organisation *o, fb_code ics, fb_day at)
{
    bool exact;
    if (o->n == 0) /* what held before the first file is not known to have been otherwise */
        return change(o, ics, INT32_MIN, true);
    if (o->membership[o->n - 1].ics == ics)
        return true;
    fb_day day = day_of_change(reg, o, ics, o->last_at, at, &exact);
    return change(o, ics, day, exact);
}

/* ---- one row ---- */

struct row_of {
    fb_code ods, ics;
    struct fb_span name;
    fb_day opened, closed;
};

static const char *read_row(const struct fb_csv_row *row, struct row_of *out, struct fb_span *word)
{
    *word = (struct fb_span){NULL, 0};
    if (row->fault != NULL)
        return row->fault;
    if (row->n < COLUMNS_LEAST)
        return "fewer columns than the report has: code, name, grouping, geography, six of address, open and "
               "close date";
    *word = row->cell[AT_CODE];
    if (!code_of(&out->ods, row->cell[AT_CODE]))
        return "not a code of 3 to 5 letters and digits:";
    *word = row->cell[AT_GEOGRAPHY];
    out->ics = 0;
    if (word->n > 0 && !code_of(&out->ics, *word))
        return "not a code of a system:";
    *word = row->cell[AT_OPENED];
    if (fb_ods_day(&out->opened, *word, INT32_MIN) != FB_OK)
        return "not an open date (20241101):";
    *word = row->cell[AT_CLOSED];
    if (fb_ods_day(&out->closed, *word, INT32_MAX) != FB_OK)
        return "not a close date (20241101):";
    out->name = row->cell[AT_NAME];
    *word = out->name;
    if (out->name.n == 0 || out->name.n > FB_TEXT_BYTES_MAX)
        return "a name of 1 to 200 bytes is wanted:";
    return NULL;
}

static enum fb_err take_row(struct fb_ods_register *reg, const char *path, fb_day at,
                            const struct fb_csv_row *row, unsigned *taken)
{
    struct row_of r;
    struct fb_span word;
    const char *fault = read_row(row, &r, &word);
    if (fault != NULL) {
        tell(reg, path, row->line, fault, word);
        return FB_OK;
    }
    struct fb_ods_organisation *o = find(reg, r.ods);
    if (o != NULL && o->last_at == at) {
        tell(reg, path, row->line, "twice in one file:", row->cell[AT_CODE]);
        return FB_OK;
    }
    if (o == NULL && (o = add(reg, r.ods, at)) == NULL)
        return FB_FULL;
    if (!join(reg, o, r.ics, at))
        tell(reg, path, row->line, "has changed its system more than 16 times:", row->cell[AT_CODE]);
    memcpy(o->name, r.name.p, r.name.n);
    o->name[r.name.n] = '\0';
    o->opened = r.opened;
    o->closed = r.closed;
    o->last_at = at;
    ++*taken;
    return FB_OK;
}

enum fb_err fb_ods_read(struct fb_ods_register *reg, const char *path, fb_day at)
{
    struct fb_csv_rows *rows;
    struct fb_csv_row row;
    unsigned taken = 0;
    if (reg->n_files == FB_ODS_FILES_MAX || (reg->n_files > 0 && reg->at[reg->n_files - 1] >= at))
        return FB_REFUSED;
    enum fb_err e = fb_csv_rows_open(&rows, path, ',');
    if (e != FB_OK)
        return e;
    while (e == FB_OK && (e = fb_csv_rows_next(rows, &row)) == FB_OK)
        e = take_row(reg, path, at, &row, &taken);
    fb_csv_rows_close(&rows);
    reg->at[reg->n_files++] = at;
    if (e != FB_NOT_FOUND)
        return e;
    return taken > 0 ? FB_OK : FB_REFUSED;
}

/* ---- days of change ---- */

static const char *read_change(const struct fb_csv_row *row, struct fb_ods_change *c)
{
    *c = (struct fb_ods_change){0};
    if (row->fault != NULL)
        return row->fault;
    if (row->n != 5)
        return "five columns are wanted: ods,was,is,date,source";
    if (row->cell[0].n > 0 && !code_of(&c->ods, row->cell[0]))
        return "ods: not a code of 3 to 5 letters and digits";
    if (!code_of(&c->was, row->cell[1]) || !code_of(&c->is, row->cell[2]))
        return "was, is: not codes of systems";
    if (fb_day_parse(&c->day, row->cell[3]) != FB_OK)
        return "date: write 2026-04-01";
    return row->cell[4].n > 0 ? NULL : "source: who says so is wanted";
}

enum fb_err fb_ods_read_changes(struct fb_ods_register *reg, const char *path)
{
    struct fb_csv_rows *rows;
    struct fb_csv_row row;
    enum fb_err e = fb_csv_rows_open(&rows, path, ',');
    if (e != FB_OK)
        return e;
    for (bool head = true; (e = fb_csv_rows_next(rows, &row)) == FB_OK; head = false) {
        struct fb_ods_change c;
        const char *fault = head ? NULL : read_change(&row, &c);
        if (!head && fault == NULL && reg->n_changes == FB_ODS_CHANGES_MAX)
            fault = "more than 512 changes";
        if (fault != NULL)
            tell(reg, path, row.line, fault, (struct fb_span){NULL, 0});
        else if (!head)
            reg->change[reg->n_changes++] = c;
    }
    fb_csv_rows_close(&rows);
    return e == FB_NOT_FOUND ? FB_OK : e;
}

/* ---- the whole ---- */

static int by_code(const void *a, const void *b)
{
    fb_code x = ((const struct fb_ods_organisation *)a)->ods,
            y = ((const struct fb_ods_organisation *)b)->ods;
    return (x > y) - (x < y);
}

/* A change after the last file that shows an organisation is taken on the word of whoever wrote it down; a
 * change of one organisation beats that of its whole system on the same day. */
static const struct fb_ods_change *next_change(const struct fb_ods_register *reg,
                                               const struct fb_ods_organisation *o)
{
    const struct fb_ods_membership *now = &o->membership[o->n - 1];
    fb_day after = now->from > o->last_at ? now->from : o->last_at;
    const struct fb_ods_change *best = NULL;
    for (unsigned i = 0; i < reg->n_changes; i++) {
        const struct fb_ods_change *c = &reg->change[i];
        if (c->was != now->ics || c->day <= after || (c->ods != 0 && c->ods != o->ods))
            continue;
        if (best == NULL || c->day < best->day || (c->day == best->day && c->ods != 0))
            best = c;
    }
    return best;
}

static void settle(const struct fb_ods_register *reg, struct fb_ods_organisation *o)
{
    const struct fb_ods_change *c;
    while (o->n > 0 && o->n < FB_ODS_MEMBERSHIPS_MAX && (c = next_change(reg, o)) != NULL &&
           (o->closed == INT32_MAX || c->day <= o->closed))
        (void)change(o, c->is, c->day, true);
    if (o->n == 0 || o->closed == INT32_MAX)
        return;
    while (o->n > 1 && o->closed < o->membership[o->n - 1].from)
        o->n--; /* what was only entered after it had closed never held */
    o->membership[o->n - 1].until = o->closed + 1;
}

void fb_ods_settle(struct fb_ods_register *reg)
{
    for (unsigned i = 0; i < reg->n; i++)
        settle(reg, &reg->org[i]);
    if (reg->n == 0)
        return;
    qsort(reg->org, reg->n, sizeof *reg->org, by_code);
    fill_slots(reg);
}

void fb_ods_release(struct fb_ods_register *reg)
{
    free(reg->org);
    free(reg->slot);
    reg->org = NULL;
    reg->slot = NULL;
    reg->n = reg->room = 0;
}
