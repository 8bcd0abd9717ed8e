/* fairbank reconcile: the same for machines, each item with all its rows and bookings. */
#include "tools/fairbank/books/reconcile.h"
#include "tools/fairbank/json.h"
#include "tools/fairbank/source.h"
#include <string.h>

enum { DAYS_OF_WEEK = 7 };

static json_t *text_of(struct fb_span s) { return s.n > 0 ? json_stringn(s.p, s.n) : NULL; }

static void add_text(json_t *j, const char *key, struct fb_span s)
{
    json_t *text = text_of(s);
    if (text != NULL)
        json_object_set_new(j, key, text);
}

static const char *name_of(const struct held_shift *s)
{
    static char name[200];
    snprintf(name, sizeof name, "%.*s/%.*s", (int)s->source.n, s->source.p, (int)s->reference.n, s->reference.p);
    return name;
}

static void add_ref(json_t *j, const char *key, const struct fb_month_ref *ref)
{
    if (ref->ref.n > 0)
        json_object_set_new(j, key, json_sprintf("%.*s/%.*s", (int)ref->source.n, ref->source.p, (int)ref->ref.n, ref->ref.p));
}

/* What else is held of the booking, for whoever looks for it in other books; and in which month's it stands in ours. */
static void add_documents(json_t *j, const struct held_shift *s)
{
    add_ref(j, "vacancy", &s->vacancy);
    add_ref(j, "confirmation", &s->confirmation);
    add_ref(j, "timesheet", &s->sheet);
    add_text(j, "purchase_order", s->purchase_order);
    json_add_month(j, "posted", s->posted);
}

static const char *row_of(const struct reconciling *r, bool of_return, int64_t line)
{
    static char name[1000];
    snprintf(name, sizeof name, "%s:%u", of_return ? r->o->sent : r->o->ledger, of_return ? r->sent.line[line].line : r->ledger.line[line].line);
    return name;
}

static void add_place(json_t *j, const struct diff_pool *p)
{
    add_text(j, "code", p->code);
    add_text(j, "cost_centre", p->cost_centre);
    add_text(j, "supplier", p->agency);
    if (p->route == FB_ROUTE_NONE)
        return;
    json_add_word(j, "route", fb_route_word(p->route));
    json_add_word(j, "staff_group", fb_staff_group_word(p->staff_group));
}

/* Of what is told as a whole: every row and booking of it. */
static void add_whole(json_t *j, const struct reconciling *r, const struct diff_pool *p, const struct held_shift *shift, bool of_return)
{
    json_t *rows = json_array(), *bookings = json_array();
    for (unsigned i = 0; i < p->n_lines; i++)
        json_array_append_new(rows, json_string(row_of(r, of_return, p->line[i])));
    for (unsigned i = 0; i < p->n_shifts; i++)
        json_array_append_new(bookings, json_string(name_of(&shift[p->shift[i]])));
    json_object_set_new(j, "rows", rows);
    json_object_set_new(j, "bookings", bookings);
}

static json_t *item_json(const struct reconciling *r, const struct diff *d, const struct diff_item *item)
{
    bool of_return = d == &r->of_return;
    const struct held_shift *shift = of_return ? r->compared : r->held.shift;
    json_t *j = json_pack("{s:I, s:s}", "pence", (json_int_t)item->pence, "why", reconcile_why(r, d, item));
    if (item->shift >= 0) {
        json_object_set_new(j, "booking", json_string(name_of(&shift[item->shift])));
        add_documents(j, &shift[item->shift]);
    }
    if (item->line >= 0)
        json_object_set_new(j, "row", json_string(row_of(r, of_return, item->line)));
    if (item->pool >= 0)
        add_place(j, &d->pool[item->pool]);
    if (item->shift < 0 && item->line < 0 && item->pool >= 0)
        add_whole(j, r, &d->pool[item->pool], shift, of_return);
    return j;
}

static json_t *diff_json(const struct reconciling *r, const struct diff *d)
{
    static const char *const keys[DIFF_CLASSES] = {"timing", "outside_system", "vat", "on_costs", "unexplained"};
    json_t *classes = json_object();
    for (unsigned c = 0; c < DIFF_CLASSES; c++) {
        json_t *items = json_array();
        for (unsigned i = 0; i < d->n_items; i++)
            if (d->item[i].in == (enum diff_class)c)
                json_array_append_new(items, item_json(r, d, &d->item[i]));
        json_object_set_new(classes, keys[c], json_pack("{s:I, s:o}", "pence", (json_int_t)d->sum[c], "items", items));
    }
    return json_pack("{s:s, s:I, s:I, s:I, s:I, s:b, s:I, s:I, s:o}", "file", d == &r->of_return ? r->o->sent : r->o->ledger, "their_pence",
                     (json_int_t)d->said, "held_pence", (json_int_t)d->held, "difference_pence", (json_int_t)(d->said - d->held),
                     "unexplained_pence", (json_int_t)d->unexplained, "within_tolerance", !reconcile_is_over(r, d), "rows",
                     (json_int_t)d->n_lines, "shifts", (json_int_t)d->n_shifts, "classes", classes);
}

static json_t *coverage_json(const struct held *h)
{
    json_t *out = json_array();
    for (unsigned i = 0; i < h->n_cover; i++) {
        const struct held_cover *c = &h->cover[i];
        json_t *missing = json_array();
        for (unsigned w = 0; w < held_weeks(h->month, h->next); w++) {
            char day[11];
            fb_day_format(day, fb_day_week(h->month) + (fb_day)w * DAYS_OF_WEEK);
            if ((c->weeks >> w & 1u) == 0)
                json_array_append_new(missing, json_string(day));
        }
        json_array_append_new(out, json_pack("{s:s, s:s, s:I, s:I, s:I, s:I, s:I, s:o}", "trust", code_word(c->trust), "route", fb_route_word(c->route),
                                             "shifts", (json_int_t)c->shifts, "pence", (json_int_t)c->pence, "expected_pence",
                                             (json_int_t)c->expected, "unpriced", (json_int_t)c->unpriced, "not_approved", (json_int_t)c->open,
                                             "weeks_without", missing));
    }
    return out;
}

void reconcile_draw_json(const struct reconciling *r)
{
    char month[11];
    fb_day_format(month, r->held.month);
    month[7] = '\0';
    json_t *out = json_pack("{s:s, s:I, s:o}", "month", month, "tolerance_pence", (json_int_t)r->o->tolerance, "coverage", coverage_json(&r->held));
    if (r->held.trust != 0)
        json_object_set_new(out, "trust", json_string(code_word(r->held.trust)));
    json_add_day(out, "as_known", r->o->as_known);
    if (r->o->ledger != NULL)
        json_object_set_new(out, "ledger", diff_json(r, &r->of_ledger));
    if (r->o->sent != NULL)
        json_object_set_new(out, "return", diff_json(r, &r->of_return));
    json_print(out, JSON_INDENT(1));
}
