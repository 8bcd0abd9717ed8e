/* fairbank invoices: lines of invoices and credit notes, and what they were matched with. */
#include "engine/turn/report/report_invoices.h"
#include "tools/fairbank/ask_people.h"
#include "tools/fairbank/json.h"
#include "tools/fairbank/table.h"
#include <stdlib.h>

enum { PAGE = 128, PAGE_BYTES = 4 << 20, SCAN = 65536 };

struct listing {
    const struct options *o;
    struct table table;
    json_t *rows; /* --json */
    int64_t charged, expected;
    uint64_t shown, unknown;
};

static void add_pence(struct table *t, int64_t pence)
{
    if (pence == FB_ABSENT)
        table_add(t, "cannot say");
    else
        table_add_pounds(t, pence);
}

static int64_t difference(const struct fb_invoice_row *r)
{
    return r->expected_pence == FB_ABSENT ? FB_ABSENT : r->charged_pence - r->expected_pence;
}

static const char *shift_of(const struct fb_invoice_row *r)
{
    static char text[64];
    char from[11], last[11];
    if (r->shift.n > 0)
        return word_of(r->shift);
    fb_day_format(from, r->from);
    fb_day_format(last, r->until - 1);
    if (r->until - r->from == 1)
        snprintf(text, sizeof(text), "%s", from);
    else
        snprintf(text, sizeof(text), "%s to %s", from, last);
    return text;
}

static void draw_person(struct listing *l, const struct fb_invoice_row *r)
{
    struct table *t = &l->table;
    table_add(t, word_of(r->supplier));
    table_add(t, word_of(r->invoice));
    table_add_int(t, (int64_t)r->line);
    table_add(t, shift_of(r));
    add_pence(t, r->charged_pence);
    add_pence(t, r->expected_pence);
    add_pence(t, difference(r));
    table_add(t, word_of(r->end));
    table_add(t, word_of(r->why));
}

static void json_add_pence(json_t *j, const char *key, int64_t pence)
{
    if (pence != FB_ABSENT)
        json_object_set_new(j, key, json_integer(pence));
}

/* What nobody can say is left out. */
static void draw_json(struct listing *l, const struct fb_invoice_row *r)
{
    json_t *j = json_pack("{s:I, s:s, s:s, s:I}", "number", (json_int_t)r->record, "supplier", word_of(r->supplier), "invoice",
                          word_of(r->invoice), "line", (json_int_t)r->line);
    json_add_word(j, "trust", code_word(r->trust));
    json_add_word(j, "billing", fb_billing_word(r->billing));
    json_add_day(j, "invoice_day", r->invoice_day);
    json_add_day(j, "from", r->from);
    json_add_day(j, "until", r->until);
    json_add_word(j, "shift", word_of(r->shift));
    json_object_set_new(j, "charged_pence", json_integer(r->charged_pence));
    json_add_pence(j, "expected_pence", r->expected_pence);
    json_add_pence(j, "difference_pence", difference(r));
    json_add_pence(j, "vat_pence", r->vat_pence);
    json_add_pence(j, "vat_expected_pence", r->vat_expected_pence);
    json_add_word(j, "state", word_of(r->end));
    json_add_word(j, "finance_state", fb_invoice_state_word(r->state));
    json_add_word(j, "differs", word_of(r->differs));
    json_add_word(j, "unsaid", word_of(r->unsaid));
    json_add_word(j, "why", word_of(r->why));
    json_add_word(j, "source", word_of(r->source));
    json_add_word(j, "reference", word_of(r->record_ref));
    json_object_set_new(j, "shadow", json_boolean(r->shadow));
    json_array_append_new(l->rows, j);
}

/* What a credit gives back is taken off the line that it is of: it stands there, and is not taken off once more. Nobody asks for
 * what was withdrawn. */
static bool is_asked(const struct fb_invoice_row *r)
{
    if (fb_span_eq(r->end, fb_span_of(fb_invoice_end_word(FB_INVOICE_END_WITHDRAWN))))
        return false;
    return r->billing != FB_BILLING_CREDIT || fb_span_eq(r->end, fb_span_of(fb_invoice_end_word(FB_INVOICE_END_UNMATCHED)));
}

static void add_up(struct listing *l, const struct fb_invoice_row *r)
{
    if (!is_asked(r))
        return;
    l->charged += r->charged_pence; /* raw: shown as it is */
    if (r->expected_pence != FB_ABSENT)
        l->expected += r->expected_pence;
    else if (r->charged_pence != 0) /* raw: credited wholly, it asks for nothing any more */
        l->unknown++;
}

static void take(struct listing *l, const struct fb_invoice_row *row, unsigned n)
{
    uint64_t most = l->o->limit > 0 ? l->o->limit : UINT64_MAX;
    for (unsigned i = 0; i < n && l->shown < most; i++, l->shown++) {
        (l->o->json ? draw_json : draw_person)(l, &row[i]);
        add_up(l, &row[i]);
    }
}

static bool is_full(const struct listing *l)
{
    return l->o->limit > 0 && l->shown >= l->o->limit;
}

static bool take_page(void *ctx, struct fb_query *q, const struct fb_result *page)
{
    (void)q;
    take(ctx, page->invoice, page->n_invoices);
    return !is_full(ctx);
}

static enum fb_err from_engine(struct listing *l, struct fb_arena *arena)
{
    const struct options *o = l->o;
    struct fb_query q = {.kind = FB_QUERY_INVOICES, .findings.trust = o->trust, .month = o->month, .due_ms = FB_ABSENT};
    if (o->supplier != NULL)
        q.supplier = fb_span_of(o->supplier);
    if (o->invoice_end != FB_INVOICE_END_NONE)
        q.end = fb_span_of(fb_invoice_end_word(o->invoice_end));
    if (o->as != NULL)
        fill_asker(&q.asker, o);
    enum fb_err e = ask_pages(o, &q, arena, take_page, l);
    if (e == FB_BUSY)
        say_no_engine(o, o->command, "; with --offline its data folder is read");
    return e;
}

static enum fb_err from_folder(struct listing *l, struct fb_arena *arena)
{
    static struct fb_invoice_row row[PAGE];
    const struct options *o = l->o;
    struct folder f;
    struct fb_invoice_filter filter = {.trust = o->trust, .month = o->month, .end = o->invoice_end};
    enum fb_err e = FB_OK;
    uint32_t after = 1;
    unsigned n;
    if (!folder_open(&f, o, o->command))
        return FB_NOT_FOUND;
    if (o->supplier != NULL)
        filter.supplier = fb_span_of(o->supplier);
    while (e == FB_OK && after != 0 && !is_full(l)) {
        fb_arena_reset(arena);
        e = fb_report_invoices(f.store, f.books, &filter, SCAN, arena, row, PAGE, &n, &after);
        if (e == FB_OK)
            take(l, row, n);
        filter.after = after;
    }
    if (e != FB_OK)
        fprintf(stderr, "fairbank %s: %s\n", o->command, fb_err_text(e));
    folder_close(&f);
    return e;
}

static void print_json(struct listing *l)
{
    json_print(l->rows, JSON_INDENT(1));
    l->rows = NULL;
}

static void print_person(struct listing *l)
{
    char charged[40], expected[40], rows[24];
    if (l->shown == 0) {
        printf("No line of an invoice is held%s.\n", l->o->month != 0 || l->o->supplier != NULL || l->o->invoice_end != 0 ? " that fits" : "");
        return;
    }
    table_print(&l->table, stdout);
    pounds_format(charged, sizeof(charged), l->charged);
    pounds_format(expected, sizeof(expected), l->expected);
    count_format(rows, sizeof(rows), (int64_t)l->shown);
    printf("\n%s %s £%s, less what is given back; £%s is expected", rows, l->shown == 1 ? "line asks" : "lines ask", charged, expected);
    if (l->unknown > 0 && l->shown == 1)
        printf(", though what it should come to nobody can say");
    else if (l->unknown > 0)
        printf(", and for %llu of them nobody can say", (unsigned long long)l->unknown);
    printf(". fairbank explain SHIFT tells of each shift's four documents.\n");
}

int command_invoices(const struct options *o)
{
    char heads[] = "supplier|invoice|>line|shift|>charged £|>expected £|>difference £|state|why";
    struct fb_arena arena;
    struct listing l = {.o = o, .rows = o->json ? json_array() : NULL};
    void *memory = malloc(PAGE_BYTES);
    if (memory == NULL)
        return EXIT_FAILED;
    fb_arena_init(&arena, memory, PAGE_BYTES);
    table_init(&l.table, heads);
    l.table.wrap = 1;
    enum fb_err e = (o->offline ? from_folder : from_engine)(&l, &arena);
    if (e == FB_OK)
        (o->json ? print_json : print_person)(&l);
    json_decref(l.rows);
    table_release(&l.table);
    fb_arena_release(&arena);
    free(memory);
    return e == FB_OK ? EXIT_DONE : EXIT_FAILED;
}
