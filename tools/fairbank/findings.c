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
    uint32_t after; /* the page's own word for where to go on; 0: after its last row */
};

static bool from_engine(const struct options *o, const struct fb_finding_filter *filter, struct fb_arena *arena, struct page *page,
                        enum fb_err *e)
{
    struct fb_result r = {0};
    *e = engine_ask(o, "findings", &(struct fb_query){.kind = FB_QUERY_FINDINGS, .findings = *filter, .as_known = o->as_known}, arena, &r);
    if (*e == FB_OK && r.text.n > 0) /* nothing was known by then */
        print_text(stderr, "findings", r.text);
    *page = (struct page){r.finding, r.n_findings, r.more, r.after};
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
    *page = (struct page){rows, n, n > 0, 0};
    return e == FB_OK;
}

/* What a shift does not say is left out. */
void finding_json(const struct fb_finding_row *r)
{
    json_t *j = json_pack("{s:I, s:s, s:s}", "number", (json_int_t)r->subject, "booking", word_of(r->record_ref), "source", word_of(r->source));
    json_add_word(j, "trust", code_word(r->trust));
    json_add_word(j, "staff_group", fb_staff_group_word(r->staff_group));
    json_add_word(j, "route", fb_route_word(r->route));
    json_add_day(j, "day", r->shift_day);
    json_add_word(j, "rule", word_of(r->rule));
    json_add_word(j, "severity", fb_severity_word(r->severity));
    json_object_set_new(j, "pence", json_integer(r->pence));
    json_object_set_new(j, "shadow", json_boolean(r->shadow));
    json_add_word(j, "why", word_of(r->why));
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

/* --as-known once the folder is what is read. The page is at its end when nothing was known. */
static bool settle_moment(const struct options *o, struct folder *f, struct fb_finding_filter *filter, struct page *page)
{
    bool nothing = false;
    bool ok = folder_known(f, o, "findings", &filter->as_of, &nothing);
    page->more = !nothing;
    return ok;
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
    if (page->after != 0) /* a page may look at many and find none */
        *after = page->after;
}

/* An engine that was named is the one that is meant: the folder may be another's. */
static bool may_read_instead(const struct options *o)
{
    if (o->engine != NULL)
        say_no_engine(o, "findings", "");
    return o->engine == NULL;
}

static bool pages(struct visit *v, struct folder *folder, struct fb_arena *arena)
{
    const struct options *o = v->o;
    struct fb_finding_filter filter = {.trust = o->trust, .at_least = o->severity, .limit = PAGE};
    if (o->rule != NULL)
        filter.rule = fb_span_of(o->rule);
    struct page page = {.more = true};
    enum fb_err e = FB_OK;
    if (folder->store != NULL && !settle_moment(o, folder, &filter, &page))
        return false;
    while (page.more && !v->stopped) {
        fb_arena_reset(arena);
        bool ok = folder->store != NULL ? from_folder(folder, &filter, &page) : from_engine(o, &filter, arena, &page, &e);
        if (!ok && (folder->store != NULL || e != FB_BUSY || !may_read_instead(o) || !folder_open(folder, o, "findings") ||
                    !settle_moment(o, folder, &filter, &page)))
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

/* Ways of looking that exclude each other; one of them would be dropped in silence. */
static bool check_ways(const struct options *o)
{
    const char *why = NULL;
    if (o->by != NULL && strcmp(o->by, "rule") != 0)
        why = "--by rule counts them by rule; there is no other grouping";
    else if (o->by != NULL && (o->worst > 0 || o->limit > 0))
        why = "--by rule counts all of them: it takes no --worst and no --limit";
    else if (o->worst > 0 && o->limit > 0)
        why = "--worst N is a limit already: leave out --limit";
    if (why != NULL)
        fprintf(stderr, "fairbank findings: %s\n", why);
    return why == NULL && (o->rule == NULL || findings_rule_known(o));
}

int command_findings(const struct options *o)
{
    if (!check_ways(o))
        return EXIT_USAGE;
    warn_unknown_trust(o, "findings");
    if (o->as_known != 0 && !o->json)
        printf("Findings %s\n\n", known_words(o->as_known));
    if (o->by != NULL)
        return findings_by_rule(o, visit_all);
    return o->worst > 0 ? findings_worst(o, visit_all) : list(o);
}
