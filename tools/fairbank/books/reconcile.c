/* fairbank reconcile: a month as Fairbank holds it against the trust's ledger, and against its own return. */
#include "tools/fairbank/books/reconcile.h"
#include "tools/fairbank/months/month_fold.h"
#include "tools/fairbank/months/month_rows.h"
#include "tools/fairbank/source.h"
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

enum { MAP_ARENA_BYTES = 8 << 20 };
static const char command[] = "reconcile";

bool reconcile_is_over(const struct reconciling *r, const struct diff *d) { return d->unexplained > r->o->tolerance; }

static bool said(const char *what)
{
    fprintf(stderr, "fairbank reconcile: %s\n", what);
    return false;
}

static fb_day months_after(fb_day month, unsigned n)
{
    for (; n > 0; n--)
        month = month_next(month);
    return month;
}

static fb_day months_before(fb_day month, unsigned n)
{
    for (; n > 0; n--)
        month = fb_day_month(month - 1);
    return month;
}

static bool read_map(struct reconciling *r, struct fb_arena *arena)
{
    char fault[TRUST_FAULT_BYTES] = "no memory is left";
    trust_map_plain(&r->map);
    return r->o->map == NULL || trust_map_read(&r->map, r->o->map, arena, fault) == FB_OK || said(fault);
}

static bool take(void *ctx, const struct fb_month_row *row) { return held_add(ctx, row); }

static bool read_held(struct reconciling *r, const struct options *o, struct fb_arena *arena)
{
    if (!fb_month_rows(o, r->from, r->until, take, &r->held))
        return false;
    if (r->held.full)
        return said("not enough memory for so many shifts: ask for one --trust, or set look_back_months in the map to less");
    if (held_codes_into(&r->held, &r->map, arena) != FB_OK)
        return said("the bookings carry more than 512 subjective codes: name those that are temporary staffing with --map");
    held_apply_map(&r->held, &r->map);
    return true;
}

static bool fault(const struct trust_faults *f)
{
    trust_faults_print(stderr, f);
    return said(f->n == 0 ? "not enough memory for a file of this size: give one month of one trust"
                          : "the file cannot be used as it is; nothing was compared");
}

static bool sort_ledger(struct reconciling *r)
{
    static struct trust_faults faults;
    const struct held *h = &r->held;
    if (r->map.n_codes == 0)
        return said("no subjective code is known to be temporary staffing: bookings carry none, so name them with --map");
    if (ledger_read(&r->ledger, &r->map, r->o->ledger, r->o->ledger, h->month, &faults) != FB_OK)
        return fault(&faults);
    const struct diff_world w = {r->ledger.line, r->ledger.n, h->shift, h->n, h->month, h->next, h->invoices_come, h->sheets_come};
    return diff_sort(&r->of_ledger, &w) == FB_OK || said("not enough memory");
}

/* ---- the return ---- */

/* Its rows of the month stand first. false: one lies across the month's edge, and nobody can say what of it is in it. */
static bool keep_month(struct reconciling *r)
{
    struct trust_return *t = &r->sent;
    for (unsigned i = 0; i < t->n; i++) {
        const struct return_line *l = &t->line[i];
        bool outside = l->until <= r->held.month || l->from >= r->held.next;
        if (!outside && (l->from < r->held.month || l->until > r->held.next)) {
            fprintf(stderr, "%s:%u:1: this week lies in two months: give the return by month or by day\n", r->o->sent, l->line);
            return false;
        }
        if (outside)
            r->n_around++;
        else
            t->line[r->n_sent++] = *l;
    }
    return r->n_sent > 0 || said("the return has no row of this month");
}

/* A return of agency shifts alone says nothing of the bank's. */
static bool keep_routes(struct reconciling *r)
{
    uint32_t routes = 0;
    r->compared = calloc(r->held.n + 1, sizeof *r->compared);
    for (unsigned i = 0; i < r->n_sent; i++)
        routes |= 1u << (unsigned)r->sent.line[i].route;
    for (unsigned i = 0; r->compared != NULL && i < r->held.n; i++) {
        const struct held_shift *s = &r->held.shift[i];
        bool has = (routes >> (unsigned)s->route & 1u) != 0;
        if (has)
            r->compared[r->n_compared++] = *s;
        r->n_left += !has && s->in_month;
        r->left += !has && s->in_month ? s->pence : 0;
    }
    return r->compared != NULL || said("not enough memory");
}

static bool sort_return(struct reconciling *r)
{
    static struct trust_faults faults;
    const struct held *h = &r->held;
    faults.n = 0;
    if (return_read(&r->sent, &r->map, r->o->sent, r->o->sent, &faults) != FB_OK)
        return fault(&faults);
    if (!r->sent.has_pounds)
        return said("the return has no pounds: fairbank parity compares counts and hours");
    if (!keep_month(r) || !keep_routes(r))
        return false;
    const struct diff_world w = {NULL, 0, r->compared, r->n_compared, h->month, h->next, h->invoices_come, h->sheets_come};
    return diff_sort_return(&r->of_return, &w, r->sent.line, r->n_sent, r->sent.has_shifts) == FB_OK || said("not enough memory");
}

/* Before anything is asked of the engine: a name that was mistyped is the likeliest fault. */
static bool can_read(const char *path)
{
    if (path == NULL || access(path, R_OK) == 0)
        return true;
    fprintf(stderr, "fairbank %s: %s: %s\n", command, path, strerror(errno));
    return false;
}

static int run(struct reconciling *r, struct fb_arena *arena, fb_day month)
{
    struct options o = *r->o;
    if (!can_read(o.ledger) || !can_read(o.sent) || !read_map(r, arena))
        return EXIT_FAILED;
    o.trust = o.trust != 0 ? o.trust : r->map.trust;
    o.command = command;
    held_begin(&r->held, o.trust, month);
    r->from = months_before(month, r->map.look_back);
    r->until = months_after(r->held.next, r->map.look_ahead);
    bool ok = read_held(r, &o, arena) && (o.ledger == NULL || sort_ledger(r)) && (o.sent == NULL || sort_return(r));
    if (!ok)
        return EXIT_FAILED;
    (o.json ? reconcile_draw_json : reconcile_draw)(r);
    return reconcile_is_over(r, &r->of_ledger) || reconcile_is_over(r, &r->of_return) ? EXIT_DIFFERENT : EXIT_DONE;
}

int command_reconcile(const struct options *o)
{
    static struct reconciling r;
    struct fb_arena arena;
    fb_day month;
    if (!month_operand(o, &month))
        return EXIT_USAGE;
    if (o->ledger == NULL && o->sent == NULL) {
        (void)said("--ledger FILE.csv or --return FILE.csv says against what");
        return EXIT_USAGE;
    }
    void *memory = malloc(MAP_ARENA_BYTES);
    if (memory == NULL)
        return said("not enough memory") ? EXIT_DONE : EXIT_FAILED;
    fb_arena_init(&arena, memory, MAP_ARENA_BYTES);
    r = (struct reconciling){.o = o};
    int status = run(&r, &arena, month);
    held_free(&r.held);
    ledger_free(&r.ledger);
    return_free(&r.sent);
    free(r.compared);
    diff_free(&r.of_ledger);
    diff_free(&r.of_return);
    fb_arena_release(&arena);
    free(memory);
    return status;
}
