/* fairbank accruals, recharge and self-bill: reads a month, folds it, and says so loudly when sums do not agree. */
#include "tools/fairbank/months/accruals.h"
#include "tools/fairbank/months/recharge.h"
#include "tools/fairbank/months/self_bill.h"
#include "tools/fairbank/publish.h"
#include <errno.h>
#include <stdlib.h>
#include <string.h>

/* The sums of one thing, counted two ways: nobody posts figures that are not the same. */
static int fold_failed(const struct options *o, enum fb_err e)
{
    if (e == FB_DAMAGED)
        fprintf(stderr, "fairbank %s: THE SUMS DO NOT AGREE: nothing of this may be posted. It is a fault of this program: report it with the month and the data folder\n",
                o->command);
    else
        fprintf(stderr, "fairbank %s: %s\n", o->command, e == FB_OVERFLOW ? "a sum is larger than any money: look for a wrong amount with fairbank spend" : fb_err_text(e));
    return e == FB_DAMAGED ? EXIT_DIFFERENT : EXIT_FAILED;
}

/* Shifts of this day and later were not worked yet at that moment; as_known 0: now. */
static fb_day worked_until(fb_day month, fb_day as_known)
{
    fb_day today = fb_london_day_of_ms(now_ms()), last = as_known != 0 && as_known < today ? as_known : today;
    return last + 1 < month_next(month) ? last + 1 : month_next(month);
}

static int accrue(const struct accrual_heading *h)
{
    struct month_list list;
    struct accruals a = {0};
    int status = EXIT_FAILED;
    if (month_list_read(&list, h->o, h->month, month_next(h->month), h->then)) {
        enum fb_err e = accruals_fold(&list, h->o->trust, worked_until(h->month, h->then), &a);
        status = e == FB_OK ? EXIT_DONE : fold_failed(h->o, e);
        if (e == FB_OK && h->o->csv != NULL && !accruals_csv(h, &a))
            status = EXIT_FAILED;
        if (e == FB_OK && (h->o->csv == NULL || h->o->csv[0] != '-'))
            accruals_draw(h, &a);
        accruals_release(&a);
    }
    month_list_release(&list);
    return status;
}

static int reverse(const struct accrual_heading *h)
{
    struct month_list then, now = {0};
    struct accrual_reversal r = {0};
    int status = EXIT_FAILED;
    if (month_list_read(&then, h->o, h->month, month_next(h->month), h->then) &&
        month_list_read(&now, h->o, h->month, month_next(h->month), h->now)) {
        enum fb_err e = accruals_reverse(&then, &now, h->o->trust, worked_until(h->month, h->then), &r);
        status = e == FB_OK ? EXIT_DONE : fold_failed(h->o, e);
        if (e == FB_OK && h->o->csv != NULL && !accruals_reversal_csv(h, &r))
            status = EXIT_FAILED;
        if (e == FB_OK && (h->o->csv == NULL || h->o->csv[0] != '-'))
            accruals_reversal_draw(h, &r);
        accruals_reversal_release(&r);
    }
    month_list_release(&then);
    month_list_release(&now);
    return status;
}

int command_accruals(const struct options *o)
{
    struct accrual_heading h = {.o = o, .then = o->reverse ? 0 : o->as_known, .now = o->reverse ? o->as_known : 0};
    if (!month_operand(o, &h.month))
        return EXIT_USAGE;
    if (h.then == 0)
        h.then = month_working_day_of(o, month_next(h.month));
    if (h.then == 0)
        return EXIT_FAILED;
    if (o->reverse && h.now != 0 && h.now < h.then) {
        fprintf(stderr, "fairbank accruals: --as-known is before the month was accrued, which is on its next month's first working day\n");
        return EXIT_USAGE;
    }
    return o->reverse ? reverse(&h) : accrue(&h);
}

/* ---- statements between trusts ---- */

int command_recharge(const struct options *o)
{
    struct month_list list = {0};
    struct recharge r = {0};
    fb_day month;
    int status = EXIT_FAILED;
    if (!month_operand(o, &month))
        return EXIT_USAGE;
    if (month_list_read(&list, o, month, month_next(month), o->as_known)) {
        enum fb_err e = recharge_fold(&list, o->trust, &r);
        status = e == FB_OK ? EXIT_DONE : fold_failed(o, e);
        if (e == FB_OK && o->csv != NULL && !recharge_csv(o, &r))
            status = EXIT_FAILED;
        if (e == FB_OK && (o->csv == NULL || o->csv[0] != '-'))
            recharge_draw(o, month, &r);
        recharge_release(&r);
    }
    month_list_release(&list);
    return status;
}

/* ---- self-bills ---- */

enum { RUN_BYTES_MAX = 32 << 20 };

static char *read_file(const char *command, const char *path, size_t *n)
{
    FILE *file = fopen(path, "rb");
    char *bytes = file == NULL ? NULL : malloc(RUN_BYTES_MAX);
    if (bytes != NULL)
        *n = fread(bytes, 1, RUN_BYTES_MAX, file);
    if (bytes == NULL || ferror(file) || *n == RUN_BYTES_MAX) {
        fprintf(stderr, "fairbank %s: %s: %s\n", command, path,
                file == NULL ? strerror(errno) : bytes != NULL && *n == RUN_BYTES_MAX ? "is larger than any run" : "cannot be read");
        free(bytes);
        bytes = NULL;
    }
    if (file != NULL)
        fclose(file);
    return bytes;
}

static bool read_runs(const struct options *o, const struct self_bill_scope *scope, struct fb_pool *pool, struct self_bill_before *before)
{
    bool good = true;
    for (int i = 1; i < o->n_words && good; i++) {
        struct fb_pack_report report = {0};
        size_t n = 0;
        char *bytes = read_file(o->command, o->words[i], &n);
        struct fb_pack_file file = {.path = fb_span_of(o->words[i]), .bytes = {bytes, (uint32_t)n}};
        good = bytes != NULL && self_bill_read(pool, &file, scope, before, &report);
        fb_pack_report_print(stderr, &report);
        fb_pack_report_free(&report);
        free(bytes);
    }
    return good;
}

/* A code that was mistyped is no good news. */
static void warn_unknown_agency(const struct options *o, const struct month_list *list, const struct self_bill_scope *scope)
{
    for (unsigned i = 0; i < list->n; i++)
        if (fb_span_eq(list->shift[i].agency, scope->supplier))
            return;
    fprintf(stderr, "fairbank %s: no shift of %s names an agency %s: look at its code\n", o->command, month_text(scope->month), o->agency_code);
}

static int bill(const struct options *o, const struct self_bill_scope *scope, const struct self_bill_before *before)
{
    struct month_list list = {0};
    struct self_bill b = {0};
    int status = EXIT_FAILED;
    if (month_list_read(&list, o, scope->month, month_next(scope->month), o->as_known)) {
        warn_unknown_agency(o, &list, scope);
        enum fb_err e = self_bill_fold(&list, scope->supplier, scope->trust, before, &b);
        status = e == FB_OK ? EXIT_DONE : fold_failed(o, e);
        if (e == FB_OK && b.n > 0 && o->out != NULL && !self_bill_write(o, scope, &b))
            status = EXIT_FAILED;
        if (e == FB_OK && (o->out == NULL || o->out[0] != '-'))
            self_bill_draw(o, scope, &b);
        self_bill_release(&b);
    }
    month_list_release(&list);
    return status;
}

int command_self_bill(const struct options *o)
{
    struct self_bill_scope scope = {.trust = o->trust};
    struct self_bill_before before = {0};
    struct fb_pool pool = {0};
    if (!month_operand(o, &scope.month))
        return EXIT_USAGE;
    if (o->agency_code == NULL) {
        fprintf(stderr, "fairbank self-bill: say which agency with --supplier, by the code that bookings name, such as --supplier NS\n");
        return EXIT_USAGE;
    }
    scope.supplier = fb_span_of(o->agency_code);
    int status = read_runs(o, &scope, &pool, &before) ? bill(o, &scope, &before) : EXIT_FAILED;
    self_bill_before_release(&before);
    fb_pool_free(&pool);
    return status;
}
