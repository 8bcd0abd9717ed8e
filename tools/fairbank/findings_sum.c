/* Open findings counted by rule (rules that found nothing included), and the worst ones first. */
#include "tools/fairbank/findings.h"
#include "tools/fairbank/lacks.h"
#include "tools/fairbank/source.h"
#include "tools/fairbank/spoken.h"
#include <stdlib.h>
#include <string.h>

enum { RULES_MAX = FB_RULES_MAX + FB_BUILT_IN_RULES };
struct counted {
    char rule[64];
    uint64_t by_severity[FB_SEVERITY_END];
    int64_t pence;
};
struct counts {
    struct counted rule[RULES_MAX];
    unsigned n;
};

static struct counted *rule_of(struct counts *c, struct fb_span name)
{
    const char *word = word_of(name);
    for (unsigned i = 0; i < c->n; i++)
        if (strcmp(c->rule[i].rule, word) == 0)
            return &c->rule[i];
    if (c->n == RULES_MAX)
        return NULL;
    snprintf(c->rule[c->n].rule, sizeof(c->rule[0].rule), "%s", word);
    return &c->rule[c->n++];
}

static bool count(void *ctx, const struct fb_finding_row *row)
{
    struct counted *c = rule_of(ctx, row->rule);
    if (c != NULL) {
        c->by_severity[row->severity]++;
        c->pence += row->pence;
    }
    return true;
}

static void add_rules(struct counts *c, const struct fb_book *book)
{
    for (unsigned i = 0; book != NULL && i < FB_BUILT_IN_RULES; i++)
        (void)rule_of(c, book->built_in[i].name);
    for (unsigned i = 0; book != NULL && i < book->n_rules; i++)
        (void)rule_of(c, book->rule[i].name);
}

/* The rules that hold now, so that one which found nothing is seen to have found nothing. Of an engine that was
 * named the folder may be another's: then only what was found is shown. */
static bool rules_in_force(const struct options *o, struct counts *c)
{
    struct folder f;
    if (o->engine != NULL)
        return true;
    if (!folder_open(&f, o, o->command))
        return false;
    add_rules(c, fb_reader_book(f.books, 0));
    folder_close(&f);
    return true;
}

static bool has_rule(const struct counts *c, const char *name)
{
    for (unsigned i = 0; i < c->n; i++)
        if (strcmp(c->rule[i].rule, name) == 0)
            return true;
    return false;
}

/* A rule of an older issue counts as well: its findings stand until their shift is judged again. */
static bool search_issues(const struct options *o, struct folder *f, struct counts *c)
{
    struct fb_engine_status s = {0};
    add_rules(c, fb_reader_book(f->books, 0));
    unsigned known = c->n;
    if (known == 0 || has_rule(c, o->rule) || fb_report_status(f->store, f->books, &f->arena, &s) != FB_OK)
        return true;
    for (uint32_t issue = s.issue; issue > 0 && !has_rule(c, o->rule); issue--)
        add_rules(c, fb_reader_book(f->books, issue));
    return has_rule(c, o->rule);
}

bool findings_rule_known(const struct options *o)
{
    struct folder f;
    struct counts *c = calloc(1, sizeof(*c));
    bool known = c == NULL || o->engine != NULL || !folder_open(&f, o, NULL);
    if (!known) {
        known = search_issues(o, &f, c);
        folder_close(&f);
    }
    if (!known) {
        fprintf(stderr, "%s: no rule '%.80s'; there are:", spoken(o->command), o->rule);
        for (unsigned i = 0; i < c->n; i++)
            fprintf(stderr, " %s", c->rule[i].rule);
        fputc('\n', stderr);
    }
    free(c);
    return known;
}

static void print_counts(const struct counts *c, bool json)
{
    static const enum fb_severity order[] = {FB_SEVERITY_BREACH, FB_SEVERITY_WARN, FB_SEVERITY_CANNOT_SAY, FB_SEVERITY_NOTE};
    char heads[] = "rule|>breach|>warn|>cannot say|>note|>£";
    struct table t;
    table_init(&t, heads);
    for (unsigned i = 0; i < c->n; i++) {
        const struct counted *r = &c->rule[i];
        if (json)
            printf("{\"rule\":\"%s\"", r->rule);
        else
            table_add(&t, r->rule);
        for (unsigned s = 0; s < sizeof(order) / sizeof(order[0]); s++) {
            if (json)
                printf(",\"%s\":%llu", fb_severity_word(order[s]), (unsigned long long)r->by_severity[order[s]]);
            else
                table_add_int(&t, (int64_t)r->by_severity[order[s]]);
        }
        if (json)
            printf(",\"pence\":%lld}\n", (long long)r->pence);
        else
            table_add_pounds(&t, r->pence);
    }
    if (!json)
        table_print(&t, stdout);
    table_release(&t);
}

/* Only where all rules are counted as they stand now. */
static void say_lacks(const struct options *o)
{
    struct lacks missing;
    if (o->rule != NULL || o->as_known != 0 || o->as_of != 0 || o->severity > FB_SEVERITY_CANNOT_SAY)
        return;
    lacks_read(&missing, o);
    if (!o->json) {
        lacks_print(&missing);
        return;
    }
    json_t *list = lacks_json(&missing);
    for (size_t i = 0; i < json_array_size(list); i++) {
        json_dumpf(json_array_get(list, i), stdout, JSON_COMPACT);
        putchar('\n');
    }
    json_decref(list);
}

int findings_by_rule(const struct options *o, finding_visit *visit)
{
    struct counts *c = calloc(1, sizeof(*c));
    bool ok = c != NULL && rules_in_force(o, c) && visit(o, count, c);
    if (ok && !o->json)
        printf("%s\n\n", findings_heading(o));
    if (ok)
        print_counts(c, o->json);
    if (ok)
        say_lacks(o);
    free(c);
    return ok ? EXIT_DONE : EXIT_FAILED;
}

/* ---- the worst first ---- */
enum { WORST_MAX = 100, KEPT_BYTES = 1 << 20 };
struct worst {
    unsigned n, want;
    struct fb_finding_row row[WORST_MAX];
    char *text[WORST_MAX]; /* the row's texts, copied */
};

static bool keep_texts(struct fb_finding_row *r, char **text)
{
    struct fb_span *span[] = {&r->rule, &r->source, &r->record_ref, &r->why, &r->answered, &r->life, &r->verdict, &r->owner, &r->reply, &r->challenge, &r->snoozed_because};
    enum { N_SPANS = sizeof(span) / sizeof(span[0]) };
    size_t need = 1, at = 0;
    for (unsigned i = 0; i < N_SPANS; i++)
        need += span[i]->n;
    if ((*text = malloc(need)) == NULL)
        return false;
    for (unsigned i = 0; i < N_SPANS; i++) {
        if (span[i]->n > 0)
            memcpy(*text + at, span[i]->p, span[i]->n);
        span[i]->p = *text + at;
        at += span[i]->n;
    }
    return true;
}

static bool keep_worst(void *ctx, const struct fb_finding_row *row)
{
    struct worst *w = ctx;
    unsigned at = w->n;
    while (at > 0 && w->row[at - 1].pence < row->pence)
        at--;
    if (at == w->want)
        return true;
    struct fb_finding_row copy = *row;
    char *text = NULL;
    if (!keep_texts(&copy, &text))
        return false;
    if (w->n == w->want)
        free(w->text[--w->n]);
    memmove(&w->row[at + 1], &w->row[at], (w->n - at) * sizeof(w->row[0]));
    memmove(&w->text[at + 1], &w->text[at], (w->n - at) * sizeof(w->text[0]));
    w->row[at] = copy;
    w->text[at] = text;
    w->n++;
    return true;
}

int findings_worst(const struct options *o, finding_visit *visit)
{
    char heads[] = FINDING_HEADS;
    struct table t;
    struct worst *w = calloc(1, sizeof(*w));
    if (w == NULL)
        return EXIT_FAILED;
    w->want = o->worst < WORST_MAX ? o->worst : WORST_MAX - 1;
    bool ok = visit(o, keep_worst, w);
    table_init(&t, heads);
    t.wrap = 1;
    for (unsigned i = 0; i < w->n && ok; i++) {
        if (o->json)
            finding_json(&w->row[i]);
        else
            finding_row(&t, &w->row[i]);
    }
    if (ok && !o->json) {
        printf("%s, most money first\n\n", findings_heading(o));
        table_print(&t, stdout);
    }
    table_release(&t);
    for (unsigned i = 0; i < w->n; i++)
        free(w->text[i]);
    free(w);
    return ok ? EXIT_DONE : EXIT_FAILED;
}
