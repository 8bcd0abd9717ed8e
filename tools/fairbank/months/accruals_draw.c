/* Accruals and their reversal as tables, JSON and CSV. */
#include "tools/fairbank/json.h"
#include "tools/fairbank/months/accruals.h"
#include "tools/fairbank/months/month_file.h"
#include "tools/fairbank/source.h"
#include "tools/fairbank/table.h"

/* Per cent with one decimal, rounded down: for the eye only. */
static const char *share(int64_t part, int64_t whole)
{
    char text[24] = "-";
    if (whole > 0 && part >= 0)
        snprintf(text, sizeof(text), "%lld.%lld %%", (long long)((__extension__(__int128)part) * 100 / whole),
                 (long long)((__extension__(__int128)part) * 1000 / whole % 10));
    return word_of(fb_span_of(text));
}

static const char *or_none(struct fb_span s) { return s.n > 0 ? word_of(s) : "(none)"; }

static const char *moment(fb_day day) { return day != 0 ? known_words(day) : "as things stand"; }

/* ---- accruals ---- */

static void draw_heading(const struct accrual_heading *h, const struct accruals *a)
{
    printf("Accruals of %s, %s: %s, and VAT %s\n", month_text(h->month), moment(h->then), pounds_word(a->total.pence), pounds_word(a->total.vat));
    printf("  approved and not invoiced, at worked figures   %s (%lld shift%s)\n", pounds_word(a->kind[MONTH_APPROVED].pence),
           (long long)a->kind[MONTH_APPROVED].shifts, a->kind[MONTH_APPROVED].shifts == 1 ? "" : "s");
    printf("  not approved yet, at expected value as booked  %s (%lld shift%s)\n", pounds_word(a->kind[MONTH_UNAPPROVED].pence),
           (long long)a->kind[MONTH_UNAPPROVED].shifts, a->kind[MONTH_UNAPPROVED].shifts == 1 ? "" : "s");
    printf("  charges for cancelled shifts                   %s (%lld shift%s)\n", pounds_word(a->kind[MONTH_CANCELLATION].pence),
           (long long)a->kind[MONTH_CANCELLATION].shifts, a->kind[MONTH_CANCELLATION].shifts == 1 ? "" : "s");
    printf("Of it %s (%s) rests on expected rates of the card. Not in it, because nobody can say: the price of %lld shift%s, the VAT of %lld\n",
           pounds_word(a->total.expected), share(a->total.expected, a->total.pence), (long long)a->total.unpriced, a->total.unpriced == 1 ? "" : "s",
           (long long)a->total.vat_unsaid);
    printf("Not accrued: %lld invoiced, %lld with nothing owed, %lld not worked yet. %s sources.\n", (long long)a->invoiced, (long long)a->nothing,
           (long long)a->to_come, h->o->shadow ? "Shadow" : "Live");
}

static void draw_cover(const struct accruals *a)
{
    char first[11], last[11];
    printf("Coverage: %u payer%s", a->n_cover, a->n_cover == 1 ? "" : "s");
    for (unsigned i = 0; i < a->n_cover; i++) {
        const struct accrual_cover *c = &a->cover[i];
        fb_day_format(first, c->first);
        fb_day_format(last, c->last);
        printf("\n  %s: %lld shifts of %s..%s, %lld approved, %lld not approved, %lld invoiced", c->trust != 0 ? code_word(c->trust) : "(nobody said)",
               (long long)c->shifts, first, last, (long long)c->approved, (long long)c->unapproved, (long long)c->invoiced);
    }
    printf("\n\n");
}

static void add_place(struct table *t, const struct month_shift *s)
{
    table_add(t, code_word(s->payer));
    table_add(t, fb_route_word(s->route));
    table_add(t, or_none(s->cost_centre));
    table_add(t, or_none(s->subjective));
}

static void add_sums(struct table *t, const struct month_money *kind, const struct month_money *total)
{
    table_add_int(t, total->shifts);
    table_add_pounds(t, kind[MONTH_APPROVED].pence);
    table_add_pounds(t, kind[MONTH_UNAPPROVED].pence);
    table_add_pounds(t, kind[MONTH_CANCELLATION].pence);
    table_add_pounds(t, total->pence);
    table_add_pounds(t, total->vat);
    table_add(t, share(total->expected, total->pence));
}

static void draw_groups(const struct accruals *a)
{
    char heads[] = "payer|route|cost centre|subjective|>shifts|>approved £|>unapproved £|>cancelled £|>accrual £|>VAT £|>expected";
    struct table t;
    table_init(&t, heads);
    for (unsigned i = 0; i < a->n_groups; i++) {
        add_place(&t, a->group[i].of);
        add_sums(&t, a->group[i].kind, &a->group[i].total);
    }
    for (unsigned i = 0; i < 4; i++)
        table_add(&t, i == 0 ? "total" : "");
    add_sums(&t, a->kind, &a->total);
    table_print(&t, stdout);
}

static void draw_lines(const struct accruals *a)
{
    char heads[] = "shift|day|payer|route|cost centre|subjective|kind|>accrual £|>VAT £", day[11];
    struct table t;
    table_init(&t, heads);
    for (unsigned i = 0; i < a->n_lines; i++) {
        const struct month_shift *s = a->line[i];
        fb_day_format(day, s->day);
        table_add(&t, word_of(s->name));
        table_add(&t, day);
        add_place(&t, s);
        table_add(&t, month_kind_word(s->kind));
        table_add_pounds(&t, s->owed.pence);
        table_add_pounds(&t, s->owed.vat);
    }
    table_print(&t, stdout);
}

static json_t *money_json(const struct month_money *m)
{
    return json_pack("{s:I, s:I, s:I, s:I, s:I, s:I, s:I}", "shifts", (json_int_t)m->shifts, "pence", (json_int_t)m->pence, "vat_pence",
                     (json_int_t)m->vat, "expected_pence", (json_int_t)m->expected, "paid_minutes", (json_int_t)m->minutes, "unpriced_shifts",
                     (json_int_t)m->unpriced, "vat_unsaid_shifts", (json_int_t)m->vat_unsaid);
}

static json_t *place_json(const struct month_shift *s)
{
    json_t *j = json_object();
    json_add_word(j, "payer", code_word(s->payer));
    json_add_word(j, "route", fb_route_word(s->route));
    json_add_word(j, "cost_centre", word_of(s->cost_centre));
    json_add_word(j, "subjective", word_of(s->subjective));
    return j;
}

static json_t *shift_json(const struct month_shift *s)
{
    json_t *j = place_json(s);
    json_add_word(j, "shift", word_of(s->name));
    json_add_day(j, "day", s->day);
    return j;
}

static json_t *kinds_json(const struct month_money kind[MONTH_KINDS])
{
    json_t *j = json_object();
    for (unsigned k = MONTH_APPROVED; k < MONTH_KINDS; k++)
        json_object_set_new(j, month_kind_word((enum month_kind)k), money_json(&kind[k]));
    return j;
}

static json_t *groups_json(const struct accruals *a)
{
    json_t *list = json_array();
    for (unsigned i = 0; i < a->n_groups; i++) {
        json_t *j = place_json(a->group[i].of);
        json_object_set_new(j, "kinds", kinds_json(a->group[i].kind));
        json_object_set_new(j, "total", money_json(&a->group[i].total));
        json_array_append_new(list, j);
    }
    return list;
}

static json_t *lines_json(const struct accruals *a)
{
    json_t *list = json_array();
    for (unsigned i = 0; i < a->n_lines; i++) {
        json_t *j = shift_json(a->line[i]);
        json_object_set_new(j, "kind", json_string(month_kind_word(a->line[i]->kind)));
        json_object_set_new(j, "accrual", money_json(&a->line[i]->owed));
        json_array_append_new(list, j);
    }
    return list;
}

static json_t *cover_json(const struct accruals *a)
{
    json_t *list = json_array();
    for (unsigned i = 0; i < a->n_cover; i++) {
        const struct accrual_cover *c = &a->cover[i];
        json_t *j = json_pack("{s:I, s:I, s:I, s:I}", "shifts", (json_int_t)c->shifts, "approved", (json_int_t)c->approved, "unapproved",
                              (json_int_t)c->unapproved, "invoiced", (json_int_t)c->invoiced);
        json_add_word(j, "payer", code_word(c->trust));
        json_add_day(j, "first", c->first);
        json_add_day(j, "last", c->last);
        json_array_append_new(list, j);
    }
    return list;
}

static json_t *heading_json(const struct accrual_heading *h)
{
    json_t *j = json_pack("{s:s, s:b}", "month", month_text(h->month), "shadow", h->o->shadow);
    json_add_day(j, "as_known", h->then);
    return j;
}

static void print_json(json_t *j)
{
    json_print(j, JSON_INDENT(1));
}

static bool is_nothing(const struct accruals *a)
{
    return a->n_lines == 0 && a->n_cover == 0 && a->invoiced == 0 && a->nothing == 0 && a->to_come == 0;
}

void accruals_draw(const struct accrual_heading *h, const struct accruals *a)
{
    if (!h->o->json && is_nothing(a)) {
        printf("Accruals of %s, %s: no shift that starts in it was known%s.\n", month_text(h->month), moment(h->then),
               h->then != 0 ? " by then; --as-known DATE asks for another day" : "");
        return;
    }
    if (!h->o->json) {
        draw_heading(h, a);
        draw_cover(a);
        draw_groups(a);
        if (h->o->lines && a->n_lines > 0) {
            putchar('\n');
            draw_lines(a);
        }
        return;
    }
    json_t *j = heading_json(h);
    json_object_set_new(j, "total", money_json(&a->total));
    json_object_set_new(j, "kinds", kinds_json(a->kind));
    json_object_set_new(j, "not_accrued", json_pack("{s:I, s:I, s:I}", "invoiced", (json_int_t)a->invoiced, "nothing_owed", (json_int_t)a->nothing,
                                                    "not_worked_yet", (json_int_t)a->to_come));
    json_object_set_new(j, "coverage", cover_json(a));
    json_object_set_new(j, "groups", groups_json(a));
    json_object_set_new(j, "lines", lines_json(a));
    print_json(j);
}

static void shift_cells(struct month_file *f, const struct month_shift *s)
{
    month_cell(f, s->name);
    month_cell_day(f, s->day);
    month_cell_code(f, s->payer);
    month_cell_word(f, fb_route_word(s->route));
    month_cell(f, s->cost_centre);
    month_cell(f, s->subjective);
}

static void heads_cells(struct month_file *f, const char *const *head, size_t n)
{
    for (size_t i = 0; i < n; i++)
        month_cell_word(f, head[i]);
    month_row_end(f);
}

bool accruals_csv(const struct accrual_heading *h, const struct accruals *a)
{
    static const char *const head[] = {"shift", "day", "payer", "route", "cost_centre", "subjective", "kind", "accrual", "vat", "expected"};
    struct month_file f;
    month_file_begin(&f);
    heads_cells(&f, head, sizeof(head) / sizeof(head[0]));
    for (unsigned i = 0; i < a->n_lines; i++) {
        const struct month_shift *s = a->line[i];
        shift_cells(&f, s);
        month_cell_word(&f, month_kind_word(s->kind));
        month_cell_pounds(&f, s->owed.pence);
        month_cell_pounds(&f, s->owed.vat);
        month_cell_pounds(&f, s->owed.expected);
        month_row_end(&f);
    }
    return month_file_end(&f, h->o->command, h->o->csv, false);
}

/* ---- what became of them ---- */

static void draw_fates(const struct accrual_reversal *r)
{
    char heads[] = "became|>shifts|>accrued £|>reversal £|>still open £|>came since £|>invoiced £|>difference £";
    struct table t;
    table_init(&t, heads);
    for (unsigned f = 0; f <= ACCRUAL_FATES; f++) {
        bool all = f == ACCRUAL_FATES;
        if (!all && r->fate[f].shifts == 0)
            continue;
        const struct month_money *accrued = all ? &r->total.accrued : &r->fate[f].accrued, *reversal = all ? &r->total.reversal : &r->fate[f].reversal,
                                 *open = all ? &r->total.open : &r->fate[f].open, *come = all ? &r->total.come : &r->fate[f].come,
                                 *became = all ? &r->total.became : &r->fate[f].became;
        table_add(&t, all ? "total" : accrual_fate_word((enum accrual_fate)f));
        table_add_int(&t, all ? r->total.shifts : r->fate[f].shifts);
        table_add_pounds(&t, accrued->pence);
        table_add_pounds(&t, reversal->pence);
        table_add_pounds(&t, open->pence);
        table_add_pounds(&t, come->pence);
        table_add_pounds(&t, became->pence);
        table_add_pounds(&t, open->pence + come->pence + became->pence - accrued->pence);
    }
    table_print(&t, stdout);
}

static void draw_reversal_lines(const struct accrual_reversal *r)
{
    char heads[] = "shift|day|payer|became|>accrued £|>reversal £|>still open £|>came since £|>invoiced £", day[11];
    struct table t;
    table_init(&t, heads);
    for (unsigned i = 0; i < r->n; i++) {
        const struct accrual_line *l = &r->line[i];
        const struct month_shift *s = l->now != NULL ? l->now : l->then;
        fb_day_format(day, s->day);
        table_add(&t, word_of(s->name));
        table_add(&t, day);
        table_add(&t, code_word(s->payer));
        table_add(&t, accrual_fate_word(l->fate));
        table_add_pounds(&t, l->accrued.pence);
        table_add_pounds(&t, l->reversal.pence);
        table_add_pounds(&t, l->open.pence);
        table_add_pounds(&t, l->come.pence);
        table_add_pounds(&t, l->became.pence);
    }
    table_print(&t, stdout);
}

static json_t *reversal_json(const struct month_money *accrued, const struct month_money *reversal, const struct month_money *open,
                             const struct month_money *come, const struct month_money *became)
{
    json_t *j = json_object();
    json_object_set_new(j, "accrued", money_json(accrued));
    json_object_set_new(j, "reversal", money_json(reversal));
    json_object_set_new(j, "still_open", money_json(open));
    json_object_set_new(j, "came_since", money_json(come));
    json_object_set_new(j, "invoiced", money_json(became));
    return j;
}

static void reversal_as_json(const struct accrual_heading *h, const struct accrual_reversal *r)
{
    json_t *j = heading_json(h), *fates = json_object(), *lines = json_array();
    json_add_day(j, "became_as_known", h->now);
    for (unsigned f = 0; f < ACCRUAL_FATES; f++)
        json_object_set_new(fates, accrual_fate_key((enum accrual_fate)f),
                            reversal_json(&r->fate[f].accrued, &r->fate[f].reversal, &r->fate[f].open, &r->fate[f].come, &r->fate[f].became));
    for (unsigned i = 0; i < r->n; i++) {
        const struct accrual_line *l = &r->line[i];
        json_t *line = shift_json(l->now != NULL ? l->now : l->then);
        json_object_set_new(line, "became", json_string(accrual_fate_key(l->fate)));
        json_object_update_new(line, reversal_json(&l->accrued, &l->reversal, &l->open, &l->come, &l->became));
        json_array_append_new(lines, line);
    }
    json_object_set_new(j, "total", reversal_json(&r->total.accrued, &r->total.reversal, &r->total.open, &r->total.come, &r->total.became));
    json_object_set_new(j, "fates", fates);
    json_object_set_new(j, "lines", lines);
    print_json(j);
}

void accruals_reversal_draw(const struct accrual_heading *h, const struct accrual_reversal *r)
{
    if (h->o->json) {
        reversal_as_json(h, r);
        return;
    }
    printf("Accruals of %s, %s,\n", month_text(h->month), moment(h->then));
    printf("and what became of them, %s\n\n", moment(h->now));
    draw_fates(r);
    printf("\nAccrual %s - reversal %s - still open %s = nought", pounds_word(r->total.accrued.pence), pounds_word(r->total.reversal.pence),
           pounds_word(r->total.open.pence));
    printf("; still open + came since = the accrual of now. Both were checked.\n");
    if (h->o->lines)
        putchar('\n');
    if (h->o->lines)
        draw_reversal_lines(r);
}

bool accruals_reversal_csv(const struct accrual_heading *h, const struct accrual_reversal *r)
{
    static const char *const head[] = {"shift", "day", "payer", "route", "cost_centre", "subjective", "became", "accrued", "reversal", "still_open",
                                       "came_since", "invoiced"};
    struct month_file f;
    month_file_begin(&f);
    heads_cells(&f, head, sizeof(head) / sizeof(head[0]));
    for (unsigned i = 0; i < r->n; i++) {
        const struct accrual_line *l = &r->line[i];
        shift_cells(&f, l->now != NULL ? l->now : l->then);
        month_cell_word(&f, accrual_fate_key(l->fate));
        month_cell_pounds(&f, l->accrued.pence);
        month_cell_pounds(&f, l->reversal.pence);
        month_cell_pounds(&f, l->open.pence);
        month_cell_pounds(&f, l->come.pence);
        month_cell_pounds(&f, l->became.pence);
        month_row_end(&f);
    }
    return month_file_end(&f, h->o->command, h->o->csv, false);
}
