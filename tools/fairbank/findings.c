#include "tools/fairbank/findings.h"
#include "tools/fairbank/ask_people.h"
#include "tools/fairbank/json.h"
#include "tools/fairbank/publish.h"
#include "tools/fairbank/source.h"
#include "tools/fairbank/spoken.h"
#include "tools/fairbank/table.h"
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
                        bool *nothing, enum fb_err *e)
{
    struct fb_result r = {0};
    struct fb_query q = {.kind = FB_QUERY_FINDINGS, .findings = *filter, .as_known = o->as_known};
    if (o->as != NULL)
        fill_asker(&q.asker, o);
    *e = engine_ask(o, o->command, &q, arena, &r);
    if (*e == FB_OK && r.text.n > 0) /* nothing was known by then */
        print_text(stderr, o->command, r.text);
    *nothing = *e == FB_OK && r.text.n > 0;
    *page = (struct page){r.finding, r.n_findings, r.more, r.after};
    return *e == FB_OK;
}

/* The folder is read by whoever may read it; as the engine does, it tells nobody in particular what is of a worker. */
static bool from_folder(struct folder *f, const struct options *o, const struct fb_finding_filter *filter, struct page *page)
{
    static struct fb_finding_row rows[PAGE];
    unsigned n = PAGE;
    fb_arena_reset(&f->arena);
    enum fb_err e = fb_report_findings(f->store, f->books, filter, &f->arena, rows, &n);
    if (e != FB_OK)
        fprintf(stderr, "%s: %s\n", spoken(o->command), fb_err_text(e));
    for (unsigned i = 0; i < n && e == FB_OK && o->as == NULL; i++)
        if (rows[i].of_people)
            rows[i].why = fb_span_of(fb_explain_kept_back());
    *page = (struct page){rows, n, n > 0, 0};
    return e == FB_OK;
}

static void json_add_life(json_t *j, const struct fb_finding_row *r)
{
    char at[25];
    json_add_word(j, "answered", word_of(r->answered));
    if (r->approval != 0)
        json_object_set_new(j, "approval", json_integer(r->approval));
    json_add_word(j, "life", word_of(r->life));
    json_add_word(j, "verdict", word_of(r->verdict));
    if (r->opened_ms > 0) {
        fb_instant_format(at, r->opened_ms);
        json_object_set_new(j, "opened", json_string(at));
    }
    json_add_day(j, "reportable", r->reportable);
    json_add_word(j, "owner", word_of(r->owner));
    if (r->snoozed_until_ms > 0) {
        fb_instant_format(at, r->snoozed_until_ms);
        json_object_set_new(j, "snoozed_until", json_string(at));
        json_add_word(j, "snoozed_because", word_of(r->snoozed_because));
    }
    json_add_word(j, "reply", word_of(r->reply));
    json_add_word(j, "challenge", word_of(r->challenge));
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
    json_add_life(j, r);
    json_print(j, JSON_COMPACT);
}

/* "; snoozed until 2026-03-19T09:00 for RTH-WARD-9: their list comes then", in London */
static void add_snooze(struct fb_text *t, const struct fb_finding_row *r)
{
    char until[17];
    fb_local_format(until, r->snoozed_until_ms / FB_MINUTE_MS);
    fb_text_add(t, t->n > 0 ? "; snoozed until " : "snoozed until ");
    fb_text_add(t, until);
    fb_text_add(t, r->owner.n > 0 ? " for " : "");
    fb_text_add_span(t, r->owner);
    fb_text_add(t, r->snoozed_because.n > 0 ? ": " : "");
    fb_text_add_span(t, r->snoozed_because);
}

static bool has_word(struct fb_span words, const char *word);

/* The words of its life; a snooze is told with its end. */
static void add_life(struct fb_text *t, const struct fb_finding_row *r, bool told)
{
    size_t from = t->n;
    for (uint32_t at = 0, n; at < r->life.n; at += n + 2) {
        for (n = 0; at + n < r->life.n && r->life.p[at + n] != ','; n++)
            continue;
        struct fb_span word = {r->life.p + at, n};
        if (told && fb_span_is(word, "snoozed"))
            continue;
        fb_text_add(t, t->n > from ? ", " : from > 0 ? "; " : "");
        fb_text_add_span(t, word);
    }
}

/* answered before_start; replied, closed: upheld; snoozed until …; owner RTH-STAFFING */
const char *finding_state(const struct fb_finding_row *r)
{
    static char text[2600];
    struct fb_text t;
    bool snoozed = has_word(r->life, "snoozed") && r->snoozed_until_ms > 0;
    fb_text_init(&t, text, sizeof(text));
    fb_text_add(&t, r->answered.n > 0 ? "answered " : "");
    fb_text_add_span(&t, r->answered);
    add_life(&t, r, snoozed);
    fb_text_add(&t, r->verdict.n > 0 ? ": " : "");
    fb_text_add_span(&t, r->verdict);
    if (snoozed) {
        add_snooze(&t, r);
    } else if (r->owner.n > 0) {
        fb_text_add(&t, t.n > 0 ? "; owner " : "owner ");
        fb_text_add_span(&t, r->owner);
    }
    return text;
}

static void add_words(struct fb_text *t, const char *before, struct fb_span words)
{
    if (words.n == 0)
        return;
    fb_text_add(t, before);
    fb_text_add_span(t, words);
    char last = words.p[words.n - 1];
    fb_text_add(t, last == '.' || last == '!' || last == '?' ? "" : ".");
}

/* What was found, and what both sides said last. */
const char *finding_why(const struct fb_finding_row *r)
{
    static char text[2048];
    struct fb_text t;
    fb_text_init(&t, text, sizeof(text));
    fb_text_add_span(&t, r->why);
    add_words(&t, " The trust replied: ", r->reply);
    add_words(&t, " The controls team asked: ", r->challenge);
    return text;
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
    table_add(t, finding_state(r));
    table_add(t, finding_why(r));
}

/* --as-known once the folder is what is read. The page is at its end when nothing was known. */
static bool settle_moment(const struct options *o, struct folder *f, struct fb_finding_filter *filter, struct page *page, bool *nothing)
{
    bool ok = folder_known(f, o, o->command, &filter->as_of, nothing);
    page->more = !*nothing;
    return ok;
}

static bool has_word(struct fb_span words, const char *word)
{
    size_t n = strlen(word);
    for (uint32_t at = 0; at + n <= words.n; at++) {
        bool begins = at == 0 || words.p[at - 1] == ' ', ends = at + n == words.n || words.p[at + n] == ',';
        if (begins && ends && memcmp(words.p + at, word, n) == 0)
            return true;
    }
    return false;
}

/* What is asked for about its life, after the filter that the engine knows. */
static bool finding_wanted(const struct options *o, const struct fb_finding_row *r)
{
    if (o->unanswered && r->answered.n > 0)
        return false;
    if (o->answered != NULL && !fb_span_is(r->answered, o->answered))
        return false;
    if (o->life != NULL && !has_word(r->life, o->life))
        return false;
    bool closed_too = o->all || (o->life != NULL && strcmp(o->life, "closed") == 0);
    if (!closed_too && has_word(r->life, "closed"))
        return false;
    if (o->owner != NULL && !fb_span_is(r->owner, o->owner))
        return false;
    return !o->reportable || (r->reportable != 0 && r->reportable <= fb_london_day_of_ms(now_ms()));
}

/* Whoever asks for a life or an owner is told of those that were put off, too. */
static bool is_put_off(const struct options *o, const struct fb_finding_row *r)
{
    return !o->all && !o->snoozed && o->life == NULL && o->owner == NULL && has_word(r->life, "snoozed");
}

/* Hands every row that passes the filter to `each`, in subject order, until it says stop. */
struct visit {
    const struct options *o;
    bool (*each)(void *ctx, const struct fb_finding_row *row);
    void *ctx;
    bool stopped;
    enum fb_severity only; /* NONE: of any */
    unsigned snoozed;      /* so many were left out */
    bool at_rest, nothing; /* no engine answered, and its folder was read; nothing was known by the day asked about */
};

static void visit_page(struct visit *v, const struct page *page, uint32_t *after)
{
    for (unsigned i = 0; i < page->n && !v->stopped; i++) {
        const struct fb_finding_row *row = &page->row[i];
        *after = row->subject;
        if (!finding_wanted(v->o, row))
            continue;
        if (is_put_off(v->o, row))
            v->snoozed += v->only == FB_SEVERITY_NONE || row->severity == v->only;
        else
            v->stopped = !v->each(v->ctx, row);
    }
    if (page->after != 0) /* a page may look at many and find none */
        *after = page->after;
}

/* An engine that was named is the one that is meant: the folder may be another's. */
static bool may_read_instead(const struct options *o)
{
    if (o->engine != NULL)
        say_no_engine(o, o->command, "");
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
    if (folder->store != NULL && !settle_moment(o, folder, &filter, &page, &v->nothing))
        return false;
    while (page.more && !v->stopped) {
        fb_arena_reset(arena);
        bool ok = folder->store != NULL ? from_folder(folder, o, &filter, &page) : from_engine(o, &filter, arena, &page, &v->nothing, &e);
        if (!ok && (folder->store != NULL || e != FB_BUSY || !may_read_instead(o) || !folder_open(folder, o, o->command) ||
                    !settle_moment(o, folder, &filter, &page, &v->nothing)))
            return false; /* otherwise no engine answered, and its folder can be read at rest */
        if (ok)
            visit_page(v, &page, &filter.after);
    }
    return true;
}

static bool visit_rows(struct visit *v)
{
    const struct options *o = v->o;
    struct folder folder = {0};
    struct fb_arena arena;
    void *memory = malloc(PAGE_ARENA_BYTES);
    if (memory == NULL)
        return false;
    fb_arena_init(&arena, memory, PAGE_ARENA_BYTES);
    bool ok = (!o->offline || folder_open(&folder, o, o->command)) && pages(v, &folder, &arena);
    v->at_rest = folder.store != NULL;
    folder_close(&folder);
    free(memory);
    return ok;
}

bool findings_visit(const struct options *o, bool (*each)(void *ctx, const struct fb_finding_row *row), void *ctx)
{
    struct visit v = {.o = o, .each = each, .ctx = ctx};
    return visit_rows(&v);
}

struct drawing {
    const struct options *o;
    struct table table;
    unsigned shown, limit, snoozed;
    bool more;
    enum fb_severity only; /* NONE: whatever comes */
};

static bool draw(void *ctx, const struct fb_finding_row *row)
{
    struct drawing *d = ctx;
    if (d->only != FB_SEVERITY_NONE && row->severity != d->only)
        return true;
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

/* The worst first, a walk for each severity: a walk ends where enough is shown, so that few are mostly told by one. */
static bool draw_worst_first(const struct options *o, struct drawing *d)
{
    static const enum fb_severity order[] = {FB_SEVERITY_BREACH, FB_SEVERITY_WARN, FB_SEVERITY_CANNOT_SAY, FB_SEVERITY_NOTE};
    struct options walk = *o;
    bool ok = true, nothing = false;
    for (size_t i = 0; i < sizeof(order) / sizeof(order[0]) && ok && !nothing && !d->more; i++) {
        walk.severity = d->only = order[i];
        struct visit v = {.o = &walk, .each = draw, .ctx = d, .only = order[i]};
        ok = order[i] < o->severity || visit_rows(&v);
        nothing = v.nothing;
        d->snoozed += v.snoozed;
        walk.offline = walk.offline || v.at_rest; /* nobody waits again for an engine that is not there */
    }
    return ok;
}

const char *findings_heading(const struct options *o)
{
    if (o->life != NULL && strcmp(o->life, "closed") == 0)
        return "Closed findings";
    if (o->all)
        return "Findings, closed and snoozed ones as well";
    bool snoozed = o->snoozed || o->owner != NULL || o->life != NULL; /* asked for by whose they are, or what became of them */
    return snoozed ? "Open findings and snoozed ones, without those that were closed (--all shows them, --life closed only them)"
                   : "Open findings, without those that were closed or are snoozed (--all shows them, --snoozed the snoozed ones, --life closed only the closed)";
}

static int list(const struct options *o)
{
    char heads[] = FINDING_HEADS;
    struct drawing d = {.o = o, .limit = o->limit > 0 ? o->limit : (o->json ? UINT32_MAX : 50)};
    table_init(&d.table, heads);
    d.table.wrap = 1;
    bool ok = o->json && o->limit == 0 ? findings_visit(o, draw, &d) : draw_worst_first(o, &d);
    if (o->json || !ok) {
        table_release(&d.table);
        return ok ? EXIT_DONE : EXIT_FAILED;
    }
    printf("%s, the worst first\n\n", findings_heading(o));
    table_print(&d.table, stdout);
    printf("\n%u finding%s shown%s\n", d.shown, d.shown == 1 ? "" : "s", d.more ? "; more with --limit N" : "");
    if (d.snoozed > 0)
        printf("%u snoozed %s left out%s: --snoozed\n", d.snoozed, d.snoozed == 1 ? "is" : "are", d.more ? " so far" : "");
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
        fprintf(stderr, "%s: %s\n", spoken(o->command), why);
    return why == NULL && (o->rule == NULL || findings_rule_known(o));
}

int command_findings(const struct options *o)
{
    if (!check_ways(o))
        return EXIT_USAGE;
    warn_unknown_trust(o, o->command);
    if (o->as_known != 0 && !o->json)
        printf("Findings %s\n\n", known_words(o->as_known));
    if (o->by != NULL)
        return findings_by_rule(o, findings_visit);
    return o->worst > 0 ? findings_worst(o, findings_visit) : list(o);
}
