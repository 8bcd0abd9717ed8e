#include "engine/pack/case.h"
#include <stdlib.h>
#include <string.h>

/* Large, and needed once per run: kept together so that one allocation does. */
struct bench {
    struct fb_view view;
    struct fb_decision decision;
    struct fb_effects effects;
    struct fb_price price;
    struct fb_case one;
    unsigned char arena[FB_ARENA_BYTES];
};

static void wrong_amount(struct fb_reading *r, const struct fb_case *one, const char *what, int64_t wanted,
                         int64_t got, unsigned decimals)
{
    struct fb_complaint c;
    fb_complain(&c, r->file->pack, r->file->path, one->line);
    fb_text_add_span(&c.text, one->name);
    fb_text_add(&c.text, ": ");
    fb_text_add(&c.text, what);
    fb_text_add(&c.text, " should be ");
    if (wanted == FB_ABSENT)
        fb_text_add(&c.text, "none");
    else
        fb_text_add_decimal(&c.text, wanted, decimals);
    fb_text_add(&c.text, ", is ");
    if (got == FB_ABSENT)
        fb_text_add(&c.text, "none");
    else
        fb_text_add_decimal(&c.text, got, decimals);
    fb_complaint_file(&c, r->draft->report);
}

static void compare(struct fb_reading *r, const struct fb_case *one, const char *what, int64_t wanted,
                    int64_t got, unsigned decimals)
{
    if (wanted != FB_CASE_NOT_SAID && wanted != got)
        wrong_amount(r, one, what, wanted, got, decimals);
}

static void compare_price(struct fb_reading *r, const struct fb_case *one, const struct fb_book *book,
                          const struct fb_price *p)
{
    int64_t card = p->card.pence, charge = p->charge.pence, cap = p->cap.pence; /* raw: rounded in pricing */
    compare(r, one, "card", one->card, p->card.known ? card : FB_ABSENT, 2);
    compare(r, one, "charge", one->charge, p->charge.known ? charge : FB_ABSENT, 2);
    compare(r, one, "cap", one->cap, p->cap.known ? cap : FB_ABSENT, 2);
    compare(r, one, "excess", one->excess, p->cap.excess_known ? p->cap.excess_pence : FB_ABSENT, 2);
    for (unsigned c = 0; c < book->n_categories; c++) {
        char word[9];
        fb_code_format(word, book->category[c]);
        compare(r, one, word, one->minutes[c], p->minutes.in[c], 0);
    }
    if (one->basis != 0 && (!p->cap.known || (int)p->cap.basis != one->basis))
        fb_read_error(r, one->line, "case", one->name, ": the basis of the cap is another one");
}

static void wrong_finding(struct fb_reading *r, const struct fb_case *one, const char *what,
                          struct fb_span rule, int severity)
{
    struct fb_complaint c;
    fb_complain(&c, r->file->pack, r->file->path, one->line);
    fb_text_add_span(&c.text, one->name);
    fb_text_add(&c.text, what);
    fb_text_add_span(&c.text, rule);
    fb_text_add(&c.text, ": ");
    fb_text_add(&c.text, fb_severity_words.word(severity));
    fb_complaint_file(&c, r->draft->report);
}

static bool meet(struct fb_case *one, struct fb_span rule, int severity)
{
    bool met = false;
    FB_EACH(one->findings, struct fb_expected_finding, f)
    {
        if (!fb_span_eq(f->rule, rule) || f->severity != severity)
            continue;
        f->met = met = true;
    }
    return met;
}

/* Both ways: what was found must be expected, and what is expected must be found. */
static void compare_findings(struct fb_reading *r, struct fb_case *one, const struct fb_book *book,
                             const struct fb_decision *d)
{
    if (!one->findings_said)
        return;
    for (unsigned i = 0; i < d->n_findings; i++) {
        const struct fb_rule *rule = fb_book_rule(book, d->finding[i].rule);
        struct fb_span name = rule == NULL ? fb_span_of("?") : rule->name;
        if (!meet(one, name, d->finding[i].severity))
            wrong_finding(r, one, ": unexpected ", name, d->finding[i].severity);
    }
    FB_EACH(one->findings, struct fb_expected_finding, f)
    {
        if (!f->met)
            wrong_finding(r, one, ": missing ", f->rule, f->severity);
    }
}

static void set_view(struct bench *b)
{
    struct fb_case *one = &b->one;
    struct fb_view *v = &b->view;
    *v = (struct fb_view){
        .journal = 1, .subject = 1, .n_members = 1, .framework_register = one->framework_register};
    v->now_ms = one->booking.as.booking.shift.time.start_min * 60000;
    v->member[0] = (struct fb_member){1, &one->booking, &one->source};
    if (one->has_vacancy)
        v->vacancy = (struct fb_member){2, &one->vacancy, &one->source};
    for (unsigned i = 0; i < one->n_cascades; i++)
        v->cascade[v->n_cascades++] = &one->cascade[i];
    for (unsigned i = 0; i < one->n_frameworks; i++) {
        if (fb_span_eq(one->framework[i].as.framework.agency, one->booking.as.booking.agency))
            v->framework[v->n_frameworks++] = &one->framework[i];
    }
}

static void run_case(struct fb_reading *r, struct bench *b, const struct fb_book *book)
{
    struct fb_arena arena;
    fb_arena_init(&arena, b->arena, sizeof b->arena);
    set_view(b);
    fb_price_booking(book, &b->one.booking.as.booking, NULL, &b->price);
    compare_price(r, &b->one, book, &b->price);
    if (fb_decide_booking(book, &b->view, NULL, &arena, &b->decision, &b->effects) != FB_OK)
        fb_read_error(r, b->one.line, "case", b->one.name, ": cannot be decided");
    else
        compare_findings(r, &b->one, book, &b->decision);
}

static void refuse_unused(struct fb_reading *r, const struct fb_node *node)
{
    for (const struct fb_node *c = node->first; c != NULL; c = c->next) {
        if (node->kind == FB_NODE_MAP && !c->used)
            fb_read_error(r, c->line, "unknown key", c->key, ": rules/README.md lists the keys of a case");
        else if (c->kind != FB_NODE_SCALAR)
            refuse_unused(r, c);
    }
}

static unsigned run_file(struct fb_reading *r, struct bench *b, const struct fb_book *book)
{
    unsigned ran = 0;
    struct fb_node *root = fb_node_read(r->draft->pool, r->file, r->draft->report);
    struct fb_node *list = root == NULL ? NULL : fb_read_list(r, root, "cases");
    for (struct fb_node *item = list == NULL ? NULL : list->first; item != NULL; item = item->next) {
        unsigned before = r->draft->report->errors;
        if (item->kind != FB_NODE_MAP) {
            fb_read_error(r, item->line, "a case is a mapping that begins with its name",
                          (struct fb_span){NULL, 0}, "");
            continue;
        }
        fb_case_read(r, item, &b->one);
        ran++;
        if (r->draft->report->errors == before && !r->draft->pool->bad)
            run_case(r, b, book);
    }
    if (root != NULL)
        refuse_unused(r, root);
    return ran;
}

/* The readers look words up in a draft: this one knows the book's categories and bands. */
static void draft_of_book(struct fb_draft *d, const struct fb_book *book)
{
    d->n_categories = book->n_categories;
    memcpy(d->category, book->category, sizeof d->category);
    for (unsigned i = 0; i < book->n_grades; i++) {
        struct fb_draft_grade *g = fb_list_add(d->pool, &d->grades, sizeof *g);
        if (g != NULL)
            g->grade = book->grade[i];
    }
}

static bool is_cases(const struct fb_pack_file *file)
{
    return file->path.n > 6 && memcmp(file->path.p, "cases/", 6) == 0;
}

enum fb_err fb_pack_cases(const struct fb_book *book, const struct fb_pack_file *files, unsigned n,
                          unsigned *ran, struct fb_pack_report *report)
{
    struct fb_pool pool = {0};
    struct fb_draft draft = {.pool = &pool, .report = report};
    struct bench *b = calloc(1, sizeof *b);
    unsigned before = report->errors;
    *ran = 0;
    if (b == NULL)
        return FB_FULL;
    draft_of_book(&draft, book);
    for (unsigned i = 0; i < n && !pool.bad; i++) {
        struct fb_reading r = {&draft, &files[i], 0};
        if (is_cases(&files[i]))
            *ran += run_file(&r, b, book);
    }
    enum fb_err err = pool.bad ? FB_FULL : report->errors > before ? FB_REFUSED : FB_OK;
    fb_pool_free(&pool);
    free(b);
    return err;
}
