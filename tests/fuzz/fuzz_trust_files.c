/* Any bytes as a trust's ledger, and as its return; a header of fixed names stands in front. What is refused is told with file, line and
 * column; what is taken keeps within its bounds, and can be sorted: every pound then stands in one class (differences.c proves it). */
#include "engine/base/check.h"
#include "engine/base/limits.h"
#include "tests/lib/fuzz.h"
#include "tools/fairbank/books/differences.h"
#include "tools/fairbank/books/parity.h"
#include "tools/fairbank/books/trust_return.h"
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static const char ledger_header[] = "posted,code,amount,cost_centre,reference,supplier,kind,worked\n";
static const char return_header[] = "month,staff_group,route,shifts,hours,pounds\n";
static struct trust_code codes[] = {{.code = {"A1", 2}}, {.code = {"A2", 2}, .arrears_days = 7}};
static struct trust_word accrual = {{"ACC", 3}, {NULL, 0}}, reversal = {{"REV", 3}, {NULL, 0}};

static void map_of(struct trust_map *m)
{
    trust_map_plain(m);
    m->code = codes, m->n_codes = 2;
    m->accruals = (struct trust_words){1, &accrual}, m->reversals = (struct trust_words){1, &reversal};
}

/* "f:LINE:COLUMN: what"; of the file as a whole "f: what" */
static void check_faults(const struct trust_faults *f)
{
    fb_assert(f->n > 0);
    for (unsigned i = 0; i < f->n && i < TRUST_FAULTS_MAX; i++) {
        const char *t = f->text[i];
        fb_assert(t[0] == 'f' && t[1] == ':' && (t[2] == ' ' || (t[2] >= '0' && t[2] <= '9')) && strstr(t, ": ") != NULL && fb_span_is_text(fb_span_of(t)));
    }
}

static void check_sorted(const struct ledger *l, fb_day month)
{
    struct held_shift shift[] = {
        {.source = {"s", 1}, .reference = {"B1", 2}, .code = {"A1", 2}, .day = month, .pence = 100, .vat = 20, .shifts = 1, .in_month = true, .settled = true},
        {.source = {"s", 1}, .reference = {"B2", 2}, .code = {"A2", 2}, .day = month + 29, .pence = 300, .inside = 30, .arrears_days = 7, .shifts = 1, .in_month = true},
        {.source = {"t", 1}, .reference = {"B2", 2}, .code = {"A2", 2}, .day = month - 2, .pence = 50, .arrears_days = 7, .shifts = 1, .settled = true}};
    struct diff_world w = {l->line, l->n, shift, 3, month, fb_day_month(month + 31), false, 1};
    struct diff d;
    int64_t said = 0, sum = 0;
    for (unsigned i = 0; i < l->n; i++)
        said += l->line[i].posted == month ? l->line[i].pence : 0;
    fb_assert(diff_sort(&d, &w) == FB_OK && d.said == said && d.held == 400);
    for (unsigned i = 0; i < d.n_items; i++) {
        fb_assert(d.item[i].line < (int64_t)l->n && d.item[i].shift < 3 && d.item[i].pool < (int64_t)d.n_pools);
        sum += d.item[i].pence;
    }
    fb_assert(sum == said - 400);
    diff_free(&d);
}

static void as_ledger(const char *path, const struct trust_map *map)
{
    static struct trust_faults faults;
    struct ledger l;
    const fb_day april = fb_day_of(2026, 4, 1);
    faults.n = 0;
    enum fb_err e = ledger_read(&l, map, path, "f", april, &faults);
    if (e != FB_OK)
        check_faults(&faults);
    for (unsigned i = 0; e == FB_OK && i < l.n; i++) {
        const struct ledger_line *line = &l.line[i];
        fb_assert(line->line > 1 && line->pence != 0 && llabs(line->pence) <= 2 * FB_AMOUNT_PENCE_MAX && /* debit less credit */ trust_map_code(map, line->code) != NULL);
        fb_assert(fb_day_month(line->posted) == line->posted && (line->posted == april || line->reference.n > 0));
        fb_assert(fb_span_is_text(line->reference) && fb_span_is_text(line->cost_centre) && fb_span_is_text(line->supplier));
    }
    if (e == FB_OK)
        check_sorted(&l, april);
    ledger_free(&l);
}

static void as_return(const char *path, const struct trust_map *map)
{
    static struct trust_faults faults;
    struct trust_return r;
    struct parity p;
    struct parity_shift shift = {.staff_group = FB_STAFF_GROUP_STUDENTS, .route = FB_ROUTE_BANK, .day = fb_day_of(2026, 4, 3), .figure = {1, 480, 16000}};
    faults.n = 0;
    enum fb_err e = return_read(&r, map, path, "f", &faults);
    if (e != FB_OK)
        check_faults(&faults);
    for (unsigned i = 0; e == FB_OK && i < r.n; i++) {
        fb_assert(r.line[i].from < r.line[i].until && r.line[i].until - r.line[i].from <= 31 && r.line[i].shifts >= 0 && r.line[i].minutes >= 0);
        fb_assert(i == 0 || r.line[i - 1].from <= r.line[i].from);
    }
    if (e == FB_OK) {
        fb_assert(parity_judge(&p, &shift, 1, &r, 50) == FB_OK);
        bool within = true;
        for (unsigned i = 0; i < p.n_cells; i++) {
            fb_assert(p.cell[i].agree_e2 <= PARITY_BOTH && p.cell[i].n_low <= PARITY_DAYS && p.cell[i].first + p.cell[i].n <= 1);
            within = within && p.cell[i].within;
        }
        fb_assert(within == p.all_within);
        parity_free(&p);
    }
    return_free(&r);
}

static void in_file(const char *header, const uint8_t *data, size_t size, void (*read)(const char *, const struct trust_map *), bool weeks)
{
    char path[] = "/tmp/fairbank-fuzz-XXXXXX";
    struct trust_map map;
    map_of(&map);
    map.week_ends = weeks;
    int fd = mkstemp(path);
    fb_assert(fd >= 0);
    fb_assert(write(fd, header, strlen(header)) == (ssize_t)strlen(header));
    fb_assert(size == 0 || write(fd, data, size) == (ssize_t)size);
    close(fd);
    read(path, &map);
    unlink(path);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    if (size > 100000)
        return 0;
    in_file(ledger_header, data, size, as_ledger, false);
    in_file(return_header, data, size, as_return, false);
    in_file("week,staff_group,route,shifts,hours,pounds\n", data, size, as_return, true);
    in_file("", data, size, as_ledger, false);
    return 0;
}
