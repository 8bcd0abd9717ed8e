#include "tools/fairbank/findings.h"
#include "tools/fairbank/source.h"
#include "tools/fairbank/table.h"
#include <jansson.h>
#include <stdlib.h>
#include <string.h>

/* Rows come a page at a time, from the engine or from its folder; each page is drawn before the next is asked for. */
enum { PAGE = 200, PAGE_ARENA_BYTES = 4 << 20 };
struct page {
    struct fb_finding_row *row;
    unsigned n;
    bool more;
};

static bool from_engine(const struct options *o, const struct fb_finding_filter *filter, struct fb_arena *arena, struct page *page,
                        enum fb_err *e)
{
    struct fb_result r = {0};
    *e = engine_ask(o, "findings", &(struct fb_query){.kind = FB_QUERY_FINDINGS, .findings = *filter}, arena, &r);
    *page = (struct page){r.finding, r.n_findings, r.more};
    return *e == FB_OK;
}

static bool from_folder(struct folder *f, const struct fb_finding_filter *filter, struct page *page)
{
    static struct fb_finding_row rows[PAGE];
    unsigned n = PAGE;
    fb_arena_reset(&f->arena);
    enum fb_err e = fb_report_findings(f->store, f->books, filter, &f->arena, rows, &n);
    if (e != FB_OK)
        fprintf(stderr, "fairbank findings: %s\n", fb_err_text(e));
    *page = (struct page){rows, n, n > 0};
    return e == FB_OK;
}

void finding_json(const struct fb_finding_row *r)
{
    char day[11];
    fb_day_format(day, r->shift_day);
    json_t *j = json_pack("{s:I, s:s, s:s, s:s, s:s, s:s, s:s, s:s, s:s, s:I, s:b, s:s}", "number", (json_int_t)r->subject, "booking",
                          word_of(r->record_ref), "source", word_of(r->source), "trust", code_word(r->trust), "staff_group",
                          fb_staff_group_word(r->staff_group), "route", fb_route_word(r->route), "day", day, "rule",
                          word_of(r->rule), "severity", fb_severity_word(r->severity), "pence", (json_int_t)r->pence, "shadow",
                          r->shadow, "why", word_of(r->why));
    json_dumpf(j, stdout, JSON_COMPACT);
    putchar('\n');
    json_decref(j);
}

void finding_row(struct table *t, const struct fb_finding_row *r)
{
    char day[11];
    fb_day_format(day, r->shift_day);
    table_add(t, fb_severity_word(r->severity));
    table_add(t, code_word(r->trust));
    table_add(t, day);
    table_add(t, word_of(r->record_ref));
    table_add(t, word_of(r->rule));
    table_add_pounds(t, r->pence);
    table_add(t, word_of(r->why));
}

/* Hands every row that passes the filter to `each`, in subject order, until it says stop. */
struct visit {
    const struct options *o;
    bool (*each)(void *ctx, const struct fb_finding_row *row);
    void *ctx;
    bool stopped;
};

static void visit_page(struct visit *v, const struct page *page, uint32_t *after)
{
    for (unsigned i = 0; i < page->n && !v->stopped; i++) {
        *after = page->row[i].subject;
        v->stopped = !v->each(v->ctx, &page->row[i]);
    }
}

static bool pages(struct visit *v, struct folder *folder, struct fb_arena *arena)
{
    const struct options *o = v->o;
    struct fb_finding_filter filter = {.trust = o->trust, .at_least = o->severity, .limit = PAGE};
    if (o->rule != NULL)
        filter.rule = fb_span_of(o->rule);
    struct page page = {.more = true};
    enum fb_err e = FB_OK;
    while (page.more && !v->stopped) {
        fb_arena_reset(arena);
        bool ok = folder->store != NULL ? from_folder(folder, &filter, &page) : from_engine(o, &filter, arena, &page, &e);
        if (!ok && (folder->store != NULL || e != FB_BUSY || !folder_open(folder, o, "findings")))
            return false; /* otherwise no engine answered, and its folder can be read at rest */
        if (ok)
            visit_page(v, &page, &filter.after);
    }
    return true;
}

static bool visit_all(const struct options *o, bool (*each)(void *ctx, const struct fb_finding_row *row), void *ctx)
{
    struct folder folder = {0};
    struct fb_arena arena;
    struct visit v = {o, each, ctx, false};
    void *memory = malloc(PAGE_ARENA_BYTES);
    if (memory == NULL)
        return false;
    fb_arena_init(&arena, memory, PAGE_ARENA_BYTES);
    bool ok = (!o->offline || folder_open(&folder, o, "findings")) && pages(&v, &folder, &arena);
    folder_close(&folder);
    free(memory);
    return ok;
}

struct drawing {
    const struct options *o;
    struct table table;
    unsigned shown, limit;
    bool more;
};

static bool draw(void *ctx, const struct fb_finding_row *row)
{
    struct drawing *d = ctx;
    d->more = d->shown == d->limit;
    if (d->more)
        return false;
    d->shown++;
    if (d->o->json)
        finding_json(row);
    else
        finding_row(&d->table, row);
    return true;
}

static int list(const struct options *o)
{
    char heads[] = FINDING_HEADS;
    struct drawing d = {.o = o, .limit = o->limit > 0 ? o->limit : (o->json ? UINT32_MAX : 50)};
    table_init(&d.table, heads);
    d.table.wrap = 1;
    bool ok = visit_all(o, draw, &d);
    if (o->json || !ok) {
        table_release(&d.table);
        return ok ? EXIT_DONE : EXIT_FAILED;
    }
    table_print(&d.table, stdout);
    printf("\n%u finding%s shown%s\n", d.shown, d.shown == 1 ? "" : "s", d.more ? "; more with --limit N" : "");
    return EXIT_DONE;
}

int command_findings(const struct options *o)
{
    if (o->by != NULL && strcmp(o->by, "rule") != 0) {
        fprintf(stderr, "fairbank findings: --by rule counts them by rule; there is no other grouping\n");
        return EXIT_USAGE;
    }
    if (o->by != NULL)
        return findings_by_rule(o, visit_all);
    return o->worst > 0 ? findings_worst(o, visit_all) : list(o);
}
