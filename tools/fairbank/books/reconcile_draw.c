/* fairbank reconcile: its tables. */
#include "tools/fairbank/books/reconcile.h"
#include "tools/fairbank/months/month_fold.h"
#include "tools/fairbank/source.h"
#include "tools/fairbank/table.h"
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

enum { DAYS_OF_WEEK = 7 };

static const struct held_shift *shift_of(const struct reconciling *r, const struct diff *d, int64_t i)
{
    return d == &r->of_return ? &r->compared[i] : &r->held.shift[i];
}

static unsigned line_of(const struct reconciling *r, const struct diff *d, int64_t i)
{
    return d == &r->of_return ? r->sent.line[i].line : r->ledger.line[i].line;
}

static const char *file_of(const struct reconciling *r, const struct diff *d) { return d == &r->of_return ? r->o->sent : r->o->ledger; }

static void add_part(struct fb_text *t, const char *before, struct fb_span text)
{
    if (text.n == 0)
        return;
    fb_text_add(t, t->n > 0 ? ", " : "");
    fb_text_add(t, before);
    fb_text_add_span(t, text);
}

static void add_pool(struct fb_text *t, const struct diff_pool *p)
{
    add_part(t, "code ", p->code);
    add_part(t, "cost centre ", p->cost_centre);
    add_part(t, "supplier ", p->agency);
    if (p->route != FB_ROUTE_NONE) {
        add_part(t, "", fb_span_of(fb_route_word(p->route)));
        add_part(t, "", fb_span_of(fb_staff_group_word(p->staff_group)));
    }
    fb_text_add(t, ": ");
    fb_text_add_int(t, p->n_lines);
    fb_text_add(t, p->n_lines == 1 ? " row, " : " rows, ");
    fb_text_add_int(t, p->n_shifts);
    fb_text_add(t, p->n_shifts == 1 ? " shift" : " shifts");
}

const char *reconcile_what(const struct reconciling *r, const struct diff *d, const struct diff_item *item)
{
    char text[400];
    struct fb_text t;
    fb_text_init(&t, text, sizeof text);
    if (item->shift >= 0) {
        const struct held_shift *s = shift_of(r, d, item->shift);
        fb_text_add_span(&t, s->source);
        fb_text_add(&t, "/");
        fb_text_add_span(&t, s->reference);
        if (s->posted != 0 && s->posted != fb_day_month(s->day)) {
            fb_text_add(&t, " (known late: posted to ");
            fb_text_add(&t, month_text(s->posted));
            fb_text_add(&t, ")");
        }
    }
    if (item->line >= 0) {
        add_part(&t, "", fb_span_of(file_of(r, d)));
        fb_text_add(&t, ":");
        fb_text_add_int(&t, line_of(r, d, item->line));
    }
    if (item->shift < 0 && item->line < 0 && item->pool >= 0)
        add_pool(&t, &d->pool[item->pool]);
    return word_of(fb_span_of(text));
}

const char *reconcile_why(const struct reconciling *r, const struct diff *d, const struct diff_item *item)
{
    char text[400];
    struct fb_text t;
    fb_text_init(&t, text, sizeof text);
    diff_item_why(&t, item, item->shift >= 0 ? shift_of(r, d, item->shift) : NULL);
    return word_of(fb_span_of(text));
}

/* ---- coverage ---- */

/* "4 of 5; none in that of 2026-04-27" */
static const char *weeks_of(const struct held *h, const struct held_cover *c)
{
    char text[160], day[11];
    struct fb_text t;
    unsigned n = held_weeks(h->month, h->next), sent = 0;
    bool first = true;
    fb_text_init(&t, text, sizeof text);
    for (unsigned i = 0; i < n; i++)
        sent += c->weeks >> i & 1u;
    fb_text_add_int(&t, sent);
    fb_text_add(&t, " of ");
    fb_text_add_int(&t, n);
    for (unsigned i = 0; i < n; i++) {
        if ((c->weeks >> i & 1u) != 0)
            continue;
        fb_day_format(day, fb_day_week(h->month) + (fb_day)i * DAYS_OF_WEEK);
        fb_text_add(&t, first ? "; none in that of " : ", ");
        fb_text_add(&t, day);
        first = false;
    }
    return word_of(fb_span_of(text));
}

static void draw_coverage(const struct held *h)
{
    char heads[] = "hirer|route|>shifts|>£|>from the card £|>unpriced|>not approved|weeks with a shift";
    struct table t;
    printf("Coverage: what was sent of the month's temporary staffing%s\n", h->n_cover == 0 ? ": nothing at all" : "");
    table_init(&t, heads);
    for (unsigned i = 0; i < h->n_cover; i++) {
        const struct held_cover *c = &h->cover[i];
        table_add(&t, code_word(c->trust));
        table_add(&t, fb_route_word(c->route));
        table_add_int(&t, c->shifts);
        table_add_pounds(&t, c->pence);
        table_add_pounds(&t, c->expected);
        table_add_int(&t, c->unpriced);
        table_add_int(&t, c->open);
        table_add(&t, weeks_of(h, c));
    }
    if (h->n_cover > 0)
        table_print(&t, stdout);
    if (h->cover_full)
        printf("(and others: only the first %d are told)\n", HELD_COVERAGE_MAX);
}

/* ---- one comparison ---- */

/* -£2.50, as a British reader writes it. */
static void money_format(char *out, size_t size, int64_t pence)
{
    char magnitude[40];
    pounds_format(magnitude, sizeof magnitude, pence < 0 ? -pence : pence);
    snprintf(out, size, "%s£%s", pence < 0 ? "-" : "", magnitude);
}

static void draw_sums(const struct diff *d, const char *theirs)
{
    char a[48], b[48], c[48];
    money_format(a, sizeof a, d->said);
    money_format(b, sizeof b, d->held);
    money_format(c, sizeof c, d->said - d->held);
    printf("%s %s in %u row%s; held %s in %u shift%s; difference %s\n", theirs, a, d->n_lines, d->n_lines == 1 ? "" : "s", b, d->n_shifts,
           d->n_shifts == 1 ? "" : "s", c);
}

static void draw_classes(const struct diff *d)
{
    char heads[] = "class|>items|>£|what it means";
    struct table t;
    table_init(&t, heads);
    t.wrap = 1;
    for (unsigned c = 0; c < DIFF_CLASSES; c++) {
        table_add(&t, diff_class_word((enum diff_class)c));
        table_add_int(&t, d->count[c]);
        table_add_pounds(&t, d->sum[c]);
        table_add(&t, diff_class_text((enum diff_class)c));
    }
    table_add(&t, "difference");
    table_add(&t, "");
    table_add_pounds(&t, d->said - d->held);
    table_add(&t, "the classes sum to it");
    table_print(&t, stdout);
}

static void draw_class(const struct reconciling *r, const struct diff *d, enum diff_class in)
{
    char heads[] = ">£|shift or row|why";
    struct table t;
    unsigned limit = r->o->limit > 0 ? r->o->limit : RECONCILE_LIMIT, shown = 0;
    table_init(&t, heads);
    t.wrap = 1;
    for (unsigned i = 0; i < d->n_items; i++) {
        if (d->item[i].in != in || shown++ >= limit)
            continue;
        table_add_pounds(&t, d->item[i].pence);
        table_add(&t, reconcile_what(r, d, &d->item[i]));
        table_add(&t, reconcile_why(r, d, &d->item[i]));
    }
    printf("\n%s:\n", diff_class_word(in));
    table_print(&t, stdout);
    if (shown > limit)
        printf("and %u more (--limit N, or --json)\n", shown - limit);
}

static void draw_lists(const struct reconciling *r, const struct diff *d)
{
    char over[40], let[40];
    for (unsigned c = 0; c < DIFF_CLASSES; c++)
        if (d->count[c] > 0)
            draw_class(r, d, (enum diff_class)c);
    if (d->unexplained == 0)
        return;
    pounds_format(over, sizeof over, d->unexplained);
    pounds_format(let, sizeof let, r->o->tolerance);
    printf("\nUnexplained, without signs: £%s; let pass: £%s. `fairbank explain SOURCE/REFERENCE` tells what a shift's figure is.\n", over, let);
}

/* ---- the ledger ---- */

struct by_code {
    int64_t said, held;
    unsigned lines, shifts;
};

static void add_code(struct table *t, struct fb_span code, const char *name, const struct by_code *c)
{
    table_add(t, code.n > 0 ? word_of(code) : "(none)");
    table_add(t, name);
    table_add_int(t, c->lines);
    table_add_pounds(t, c->said);
    table_add_int(t, c->shifts);
    table_add_pounds(t, c->held);
    table_add_pounds(t, c->said - c->held);
}

/* Held by the code that a shift should have; n 0: by none. */
static struct by_code sum_code(const struct reconciling *r, struct fb_span code)
{
    struct by_code c = {0};
    for (unsigned i = 0; i < r->ledger.n; i++)
        if (r->ledger.line[i].posted == r->held.month && fb_span_eq(r->ledger.line[i].code, code)) {
            c.said += r->ledger.line[i].pence;
            c.lines++;
        }
    for (unsigned i = 0; i < r->held.n; i++)
        if (r->held.shift[i].in_month && fb_span_eq(r->held.shift[i].code, code)) {
            c.held += r->held.shift[i].pence;
            c.shifts += r->held.shift[i].shifts;
        }
    return c;
}

static void draw_codes(const struct reconciling *r)
{
    char heads[] = "code|name|>rows|>ledger £|>shifts|>held £|>difference £";
    struct table t;
    table_init(&t, heads);
    for (unsigned i = 0; i < r->map.n_codes; i++) {
        struct by_code c = sum_code(r, r->map.code[i].code);
        if (c.lines > 0 || c.shifts > 0)
            add_code(&t, r->map.code[i].code, word_of(r->map.code[i].name), &c);
    }
    struct by_code none = sum_code(r, (struct fb_span){NULL, 0});
    if (none.shifts > 0)
        add_code(&t, (struct fb_span){NULL, 0}, "shifts that the map gives no code", &none);
    table_print(&t, stdout);
}

static void draw_ledger(const struct reconciling *r)
{
    printf("\n== Ledger %s\n", r->o->ledger);
    draw_sums(&r->of_ledger, "The ledger has");
    printf("Rows passed over: %" PRIu64 " of other codes, %" PRIu64 " of other months that name no shift, %" PRIu64 " without a code\n",
           r->ledger.other_codes, r->ledger.other_months, r->ledger.no_code);
    if (r->of_ledger.recoded > 0)
        printf("%u shift%s stand%s in the ledger under another code than expected\n", r->of_ledger.recoded, r->of_ledger.recoded == 1 ? "" : "s",
               r->of_ledger.recoded == 1 ? "s" : "");
    putchar('\n');
    draw_codes(r);
    putchar('\n');
    draw_classes(&r->of_ledger);
    draw_lists(r, &r->of_ledger);
}

/* ---- the return ---- */

static void draw_cells(const struct reconciling *r)
{
    char heads[] = "route|staff group|>their shifts|>held|>their £|>held £|>difference £";
    struct table t;
    table_init(&t, heads);
    for (unsigned i = 0; i < r->of_return.n_pools; i++) {
        const struct diff_pool *p = &r->of_return.pool[i];
        int64_t held = 0;
        for (unsigned k = 0; k < p->n_shifts; k++)
            held += r->compared[p->shift[k]].shifts;
        table_add(&t, fb_route_word(p->route));
        table_add(&t, fb_staff_group_word(p->staff_group));
        if (p->counted >= 0)
            table_add_int(&t, p->counted);
        else
            table_add(&t, "-");
        table_add_int(&t, held);
        table_add_pounds(&t, p->said);
        table_add_pounds(&t, p->held);
        table_add_pounds(&t, p->said - p->held);
    }
    table_print(&t, stdout);
}

static void draw_return(const struct reconciling *r)
{
    char left[48];
    printf("\n== Return %s\n", r->o->sent);
    draw_sums(&r->of_return, "The return has");
    money_format(left, sizeof left, r->left);
    if (r->n_left > 0)
        printf("Not compared, because the return has no row of their routes: %s, shifts %u\n", left, r->n_left);
    if (r->n_around > 0)
        printf("Rows passed over: %u of other months\n", r->n_around);
    putchar('\n');
    draw_cells(r);
    putchar('\n');
    draw_classes(&r->of_return);
    draw_lists(r, &r->of_return);
}

void reconcile_draw(const struct reconciling *r)
{
    char month[11], from[11], until[11];
    fb_day_format(month, r->held.month);
    fb_day_format(from, r->from);
    fb_day_format(until, r->until);
    printf("%.7s, %s: £ without VAT, each shift at its latest stage, by the local date of its start\n", month,
           r->held.trust != 0 ? code_word(r->held.trust) : "all trusts");
    if (r->o->as_known != 0)
        printf("%s\n", known_words(r->o->as_known));
    printf("Shifts from %s until %s are known by their reference\n", from, until);
    draw_coverage(&r->held);
    if (r->o->ledger != NULL)
        draw_ledger(r);
    if (r->o->sent != NULL)
        draw_return(r);
}
