/* A self-bill run as tables and JSON. */
#include "tools/fairbank/json.h"
#include "tools/fairbank/months/self_bill.h"
#include "tools/fairbank/source.h"
#include "tools/fairbank/table.h"

static void draw_lines(const struct self_bill *b)
{
    char heads[] = "change|payer|shift|day|cost centre|purchase order|>hours|>net £|>VAT £|VAT treatment|>stands £", day[11];
    struct table t;
    table_init(&t, heads);
    for (unsigned i = 0; i < b->n; i++) {
        const struct self_bill_line *l = &b->line[i];
        fb_day_format(day, l->day);
        table_add(&t, self_bill_change_word(l->change));
        table_add(&t, code_word(l->payer));
        table_add(&t, word_of(l->shift));
        table_add(&t, day);
        table_add(&t, word_of(l->cost_centre));
        table_add(&t, word_of(l->purchase_order));
        table_add_hours(&t, l->bill.minutes);
        table_add_pounds(&t, l->bill.pence);
        table_add_pounds(&t, l->bill.vat);
        table_add(&t, word_of(l->treatment));
        table_add_pounds(&t, l->stands.pence);
    }
    table_print(&t, stdout);
}

/* By payer and treatment of VAT: payers and treatments are few, and shifts may be many. */
enum { SUMS_MAX = 256 };
struct sum {
    const struct self_bill_line *of; /* the first */
    int64_t shifts, pence, vat;
};

static struct sum *sum_of(struct sum *sum, unsigned *n, const struct self_bill_line *l)
{
    for (unsigned i = 0; i < *n; i++)
        if (sum[i].of->payer == l->payer && fb_span_eq(sum[i].of->treatment, l->treatment))
            return &sum[i];
    if (*n == SUMS_MAX)
        return NULL;
    sum[*n] = (struct sum){.of = l};
    return &sum[(*n)++];
}

static void add_sum(struct table *t, const char *payer, const char *treatment, const struct sum *s)
{
    table_add(t, payer);
    table_add(t, treatment);
    table_add_int(t, s->shifts);
    table_add_pounds(t, s->pence);
    table_add_pounds(t, s->vat);
    table_add_pounds(t, s->pence + s->vat);
}

static void draw_sums(const struct self_bill *b)
{
    char heads[] = "payer|VAT treatment|>shifts|>net £|>VAT £|>gross £";
    static struct sum sum[SUMS_MAX];
    struct sum total = {.shifts = b->n, .pence = b->total.pence, .vat = b->total.vat}, rest = total; /* raw: as they were summed */
    struct table t;
    unsigned n = 0;
    for (unsigned i = 0; i < b->n; i++) {
        struct sum *s = sum_of(sum, &n, &b->line[i]);
        if (s == NULL)
            continue;
        const struct self_bill_sum *bill = &b->line[i].bill;
        s->shifts++;
        s->pence += bill->pence;
        s->vat += bill->vat;
        rest.shifts--;
        rest.pence -= bill->pence;
        rest.vat -= bill->vat;
    }
    table_init(&t, heads);
    for (unsigned i = 0; i < n; i++)
        add_sum(&t, code_word(sum[i].of->payer), word_of(sum[i].of->treatment), &sum[i]);
    if (rest.shifts > 0)
        add_sum(&t, "others", "", &rest);
    add_sum(&t, "total", "", &total);
    table_print(&t, stdout);
}

static void draw_held(const struct self_bill *b)
{
    char heads[] = "held back|day|payer|>as it stands £|why", day[11];
    struct table t;
    int64_t all = 0;
    table_init(&t, heads);
    t.wrap = 1;
    for (unsigned i = 0; i < b->n_held; i++)
        all += b->held[i].of->owed.pence;
    printf("Held back: %u shift%s, %s as they stand\n", b->n_held, b->n_held == 1 ? "" : "s", pounds_word(all));
    for (unsigned i = 0; i < b->n_held; i++) {
        const struct self_bill_held *h = &b->held[i];
        char why[300];
        fb_day_format(day, h->of->day);
        snprintf(why, sizeof(why), "%s%s%s", h->why, h->detail.n == 0 ? "" : h->by_rules ? ": " : ", and an open breach: ", h->detail.n > 0 ? word_of(h->detail) : "");
        table_add(&t, word_of(h->of->name));
        table_add(&t, day);
        table_add(&t, code_word(h->of->payer));
        table_add_pounds(&t, h->of->owed.pence);
        table_add(&t, why);
    }
    table_print(&t, stdout);
}

static void draw_tables(const struct options *o, const struct self_bill_scope *scope, const struct self_bill *b)
{
    printf("Self-bill of %s for %s, run %u%s%s: %u row%s, net %s, VAT %s\n", word_of(scope->supplier), month_text(scope->month), b->run,
           scope->trust != 0 ? ", paid by " : "", scope->trust != 0 ? code_word(scope->trust) : "", b->n, b->n == 1 ? "" : "s", pounds_word(b->total.pence),
           pounds_word(b->total.vat));
    printf("Runs before %s + this run %s = what may be paid now %s. It was checked.\n", pounds_word(b->before.pence), pounds_word(b->total.pence),
           pounds_word(b->now.pence));
    if (b->n == 0)
        printf("%s%s\n", b->run == 1 ? "There is nothing to propose." : "Nothing has changed since the runs before.",
               o->out != NULL ? " No file was written." : "");
    else
        putchar('\n');
    if (b->n > 0)
        draw_sums(b);
    if (b->n > 0 && o->lines)
        putchar('\n');
    if (b->n > 0 && o->lines)
        draw_lines(b);
    if (b->n_held > 0)
        putchar('\n');
    if (b->n_held > 0)
        draw_held(b);
}

static json_t *sum_json(const struct self_bill_sum *s)
{
    return json_pack("{s:I, s:I, s:I}", "net_pence", (json_int_t)s->pence, "vat_pence", (json_int_t)s->vat, "paid_minutes", (json_int_t)s->minutes);
}

static json_t *line_json(const struct self_bill_line *l)
{
    json_t *j = json_pack("{s:s, s:s, s:s, s:o, s:o}", "change", self_bill_change_word(l->change), "shift", word_of(l->shift), "payer",
                          code_word(l->payer), "bill", sum_json(&l->bill), "stands", sum_json(&l->stands));
    json_add_day(j, "day", l->day);
    json_add_word(j, "cost_centre", word_of(l->cost_centre));
    json_add_word(j, "subjective", word_of(l->subjective));
    json_add_word(j, "purchase_order", word_of(l->purchase_order));
    json_add_word(j, "vat_treatment", word_of(l->treatment));
    json_add_word(j, "timesheet", word_of(l->timesheet));
    json_add_word(j, "confirmation", word_of(l->confirmation));
    json_add_month(j, "posted", l->posted);
    return j;
}

void self_bill_draw(const struct options *o, const struct self_bill_scope *scope, const struct self_bill *b)
{
    if (!o->json) {
        draw_tables(o, scope, b);
        return;
    }
    json_t *lines = json_array(), *held = json_array();
    for (unsigned i = 0; i < b->n; i++)
        json_array_append_new(lines, line_json(&b->line[i]));
    for (unsigned i = 0; i < b->n_held; i++) {
        json_t *j = json_pack("{s:s, s:s, s:s, s:I}", "shift", word_of(b->held[i].of->name), "payer", code_word(b->held[i].of->payer), "why",
                              b->held[i].why, "pence", (json_int_t)b->held[i].of->owed.pence);
        json_add_word(j, "rules", word_of(b->held[i].detail));
        json_add_day(j, "day", b->held[i].of->day);
        json_array_append_new(held, j);
    }
    json_t *out = json_pack("{s:s, s:s, s:I, s:o, s:o, s:o, s:o, s:o}", "supplier", word_of(scope->supplier), "month", month_text(scope->month), "run",
                            (json_int_t)b->run, "total", sum_json(&b->total), "before", sum_json(&b->before), "now", sum_json(&b->now), "lines", lines,
                            "held_back", held);
    json_add_word(out, "trust", scope->trust != 0 ? code_word(scope->trust) : "");
    json_print(out, JSON_INDENT(1));
}
