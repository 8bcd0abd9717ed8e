/* Statements between trusts as tables, JSON and CSV. */
#include "tools/fairbank/json.h"
#include "tools/fairbank/months/month_file.h"
#include "tools/fairbank/months/recharge.h"
#include "tools/fairbank/source.h"
#include "tools/fairbank/table.h"

static void draw_pairs(const struct recharge *r)
{
    char heads[] = "creditor|debtor|>lines|>hours|>receivable £|>payable £|>VAT £|>not approved yet £";
    struct table t;
    int64_t open = 0;
    table_init(&t, heads);
    for (unsigned i = 0; i < r->n_pairs; i++) {
        const struct recharge_pair *p = &r->pair[i];
        int64_t unapproved = 0;
        for (unsigned k = p->first; k < p->first + p->n; k++)
            unapproved += r->line[k].of->kind == MONTH_UNAPPROVED ? r->line[k].owed.pence : 0;
        table_add(&t, code_word(p->creditor));
        table_add(&t, code_word(p->debtor));
        table_add_int(&t, p->n);
        table_add_hours(&t, p->receivable.minutes);
        table_add_pounds(&t, p->receivable.pence);
        table_add_pounds(&t, p->payable.pence);
        table_add_pounds(&t, p->receivable.vat);
        table_add_pounds(&t, unapproved);
        open += unapproved;
    }
    table_add(&t, "total");
    table_add(&t, "");
    table_add_int(&t, r->n_lines);
    table_add_hours(&t, r->lines.minutes);
    table_add_pounds(&t, r->lines.pence);
    table_add_pounds(&t, r->lines.pence);
    table_add_pounds(&t, r->lines.vat);
    table_add_pounds(&t, open);
    table_print(&t, stdout);
}

static void draw_trusts(const struct recharge *r)
{
    char heads[] = "trust|>is owed £|>owes £|>net £";
    struct table t;
    table_init(&t, heads);
    for (unsigned i = 0; i < r->n_trusts; i++) {
        table_add(&t, code_word(r->trust[i].trust));
        table_add_pounds(&t, r->trust[i].owed.pence);
        table_add_pounds(&t, r->trust[i].owes.pence);
        table_add_pounds(&t, r->trust[i].owed.pence - r->trust[i].owes.pence);
    }
    table_print(&t, stdout);
}

/* The same lines under both names, so that each trust finds its own. */
static void draw_lines(const struct recharge *r)
{
    char heads[] = "creditor|debtor|shift|day|route|hirer|payer|employer|owed by|state|>hours|>£|>VAT £", day[11];
    struct table t;
    table_init(&t, heads);
    for (unsigned i = 0; i < r->n_lines; i++) {
        const struct recharge_line *l = &r->line[i];
        fb_day_format(day, l->of->day);
        table_add(&t, code_word(l->creditor));
        table_add(&t, code_word(l->debtor));
        table_add(&t, word_of(l->of->name));
        table_add(&t, day);
        table_add(&t, fb_route_word(l->of->route));
        table_add(&t, code_word(l->of->hirer));
        table_add(&t, code_word(l->of->payer));
        table_add(&t, l->of->employer != 0 ? code_word(l->of->employer) : "");
        table_add(&t, recharge_line_word(l));
        table_add(&t, month_kind_word(l->of->kind));
        table_add_hours(&t, l->owed.minutes);
        table_add_pounds(&t, l->owed.pence);
        table_add_pounds(&t, l->owed.vat);
    }
    table_print(&t, stdout);
}

static void draw_tables(const struct options *o, fb_day month, const struct recharge *r)
{
    printf("Statements between trusts for %s, %s. %s sources.\n", month_text(month), o->as_known != 0 ? known_words(o->as_known) : "as things stand",
           o->shadow ? "Shadow" : "Live");
    printf("Each line stands in two statements.\n");
    if (r->split > 0)
        printf("%lld shift%s worked for more than one trust, as approved timesheets say: each host owes the minutes and the price of its part.\n",
               (long long)r->split, r->split == 1 ? " was" : "s were");
    if (r->nobody > 0)
        printf("Of %lld collaborative shift%s nobody said the employer: no statement has them.\n", (long long)r->nobody, r->nobody == 1 ? "" : "s");
    if (r->n_lines == 0) {
        printf("No trust owes another anything.\n");
        return;
    }
    putchar('\n');
    draw_pairs(r);
    putchar('\n');
    draw_trusts(r);
    printf("\nChecked: both sides of all %u pair%s agree, and what all are owed less what all owe is nought.\n", r->n_pairs, r->n_pairs == 1 ? "" : "s");
    printf("%u line%s %s; of the system's spend these are %lld shift%s, each counted once: %s\n", r->n_lines, r->n_lines == 1 ? "" : "s",
           pounds_word(r->lines.pence), (long long)r->shifts, r->shifts == 1 ? "" : "s", pounds_word(r->system.pence));
    if (o->lines)
        putchar('\n');
    if (o->lines)
        draw_lines(r);
}

static json_t *line_json(const struct recharge_line *l)
{
    const struct month_shift *s = l->of;
    json_t *j = json_pack("{s:s, s:s, s:s, s:I, s:I}", "shift", word_of(s->name), "owed_by", recharge_line_word(l), "state",
                          month_kind_word(s->kind), "pence", (json_int_t)l->owed.pence, "vat_pence", (json_int_t)l->owed.vat);
    json_add_day(j, "day", s->day);
    json_add_word(j, "route", fb_route_word(s->route));
    json_add_word(j, "hirer", code_word(s->hirer));
    json_add_word(j, "payer", code_word(s->payer));
    json_add_word(j, "employer", code_word(s->employer));
    json_add_word(j, "cost_centre", word_of(s->cost_centre));
    json_object_set_new(j, "paid_minutes", json_integer(l->owed.minutes));
    json_object_set_new(j, "part", json_boolean(l->part));
    json_add_word(j, "timesheet", word_of(s->sheet));
    json_add_month(j, "posted", s->posted);
    return j;
}

static void draw_json(const struct options *o, fb_day month, const struct recharge *r)
{
    json_t *pairs = json_array(), *trusts = json_array();
    for (unsigned i = 0; i < r->n_pairs; i++) {
        const struct recharge_pair *p = &r->pair[i];
        json_t *lines = json_array(), *j = json_pack("{s:s, s:s, s:I, s:I, s:I}", "creditor", code_word(p->creditor), "debtor", code_word(p->debtor),
                                                     "receivable_pence", (json_int_t)p->receivable.pence, "payable_pence",
                                                     (json_int_t)p->payable.pence, "vat_pence", (json_int_t)p->receivable.vat);
        for (unsigned k = p->first; k < p->first + p->n; k++)
            json_array_append_new(lines, line_json(&r->line[k]));
        json_object_set_new(j, "lines", lines);
        json_array_append_new(pairs, j);
    }
    for (unsigned i = 0; i < r->n_trusts; i++)
        json_array_append_new(trusts, json_pack("{s:s, s:I, s:I}", "trust", code_word(r->trust[i].trust), "owed_pence", (json_int_t)r->trust[i].owed.pence,
                                                "owes_pence", (json_int_t)r->trust[i].owes.pence));
    json_t *out = json_pack("{s:s, s:o, s:o, s:{s:I, s:I}, s:{s:I, s:I}, s:I}", "month", month_text(month), "pairs", pairs, "trusts", trusts, "lines", "n",
                            (json_int_t)r->n_lines, "pence", (json_int_t)r->lines.pence, "system", "shifts", (json_int_t)r->shifts, "pence",
                            (json_int_t)r->system.pence, "employer_not_said", (json_int_t)r->nobody);
    json_object_set_new(out, "split", json_integer(r->split));
    json_add_day(out, "as_known", o->as_known);
    json_print(out, JSON_INDENT(1));
}

void recharge_draw(const struct options *o, fb_day month, const struct recharge *r)
{
    if (o->json)
        draw_json(o, month, r);
    else
        draw_tables(o, month, r);
}

bool recharge_csv(const struct options *o, const struct recharge *r)
{
    static const char *const head[] = {"creditor", "debtor", "shift", "day", "route", "hirer", "payer", "employer", "owed_by", "state", "paid_minutes",
                                       "amount", "vat", "part", "timesheet", "posted"};
    struct month_file f;
    month_file_begin(&f);
    for (size_t i = 0; i < sizeof(head) / sizeof(head[0]); i++)
        month_cell_word(&f, head[i]);
    month_row_end(&f);
    for (unsigned i = 0; i < r->n_lines; i++) {
        const struct recharge_line *l = &r->line[i];
        month_cell_code(&f, l->creditor);
        month_cell_code(&f, l->debtor);
        month_cell(&f, l->of->name);
        month_cell_day(&f, l->of->day);
        month_cell_word(&f, fb_route_word(l->of->route));
        month_cell_code(&f, l->of->hirer);
        month_cell_code(&f, l->of->payer);
        month_cell_code(&f, l->of->employer);
        month_cell_word(&f, recharge_line_word(l));
        month_cell_word(&f, month_kind_word(l->of->kind));
        month_cell_int(&f, l->owed.minutes);
        month_cell_pounds(&f, l->owed.pence);
        month_cell_pounds(&f, l->owed.vat);
        month_cell_word(&f, l->part ? "yes" : "no");
        month_cell(&f, l->of->sheet);
        month_cell_word(&f, l->of->posted != 0 ? month_text(l->of->posted) : "");
        month_row_end(&f);
    }
    return month_file_end(&f, o->command, o->csv, false);
}
