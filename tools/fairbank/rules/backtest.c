/* fairbank rules backtest: what draft rules would have raised on the shifts that are held. */
#include "tools/fairbank/rules/backtest.h"
#include "tools/fairbank/json.h"
#include "tools/fairbank/rules/drafts.h"
#include "tools/fairbank/small.h"
#include "tools/fairbank/table.h"
#include <string.h>

enum { PER_MILLE = 1000 };
struct showing {
    const struct backtest *b;
    struct folder *f;
    uint32_t small, least; /* least: of fewer verdicts nothing can be said */
    const struct options *o;
};

static void add_count(struct table *t, const struct showing *s, uint64_t n)
{
    if (is_small(s->small, n))
        table_add(t, small_word(s->small));
    else
        table_add_int(t, (int64_t)n);
}

/* A figure that an export leaves out: <5 where it is small by itself, a dash where it would give another one away. */
static void add_figure(struct table *t, const struct showing *s, bool out, uint64_t all, uint64_t n)
{
    if (!out)
        add_count(t, s, n);
    else if (is_small(s->small, all))
        table_add(t, small_word(s->small));
    else {
        table_add(t, "-");
        small_left_out(1);
    }
}

static void json_figure(json_t *j, const char *key, const struct showing *s, bool out, uint64_t n)
{
    if (!out)
        json_add_count(j, key, n, s->small);
    else
        json_add_count(j, key, 1, s->small); /* any small figure: what is written is null */
}

/* Which of the figures of a row an export leaves out. */
static bool left_out(uint8_t out, bool held, bool verdict)
{
    return (out & BACKTEST_OUT_ROW) != 0 || (held && (out & BACKTEST_OUT_HELD) != 0) || (verdict && (out & BACKTEST_OUT_VERDICTS) != 0);
}

/* ---- precision ---- */

/* Either verdict would be the difference of what is said together and the other one. */
static bool is_told(const struct showing *s)
{
    const struct backtest *b = s->b;
    return s->small == 0 ||
           (!is_small(s->small, b->upheld) && !is_small(s->small, b->no_case) && (b->closed_all == 0 || b->upheld + b->no_case > 0));
}

/* Tenths of a percent, rounded down; there is none of nothing. */
static unsigned per_mille(uint64_t part, uint64_t of) { return of == 0 ? 0 : (unsigned)(part * PER_MILLE / of); }

static void say_precision(const struct showing *s)
{
    const struct backtest *b = s->b;
    uint64_t closed = b->upheld + b->no_case;
    if (!is_told(s)) {
        printf("Too few of these shifts have findings that somebody closed to say how often the draft is right.\n");
        small_left_out(1);
    } else if (closed == 0)
        printf("Nobody has closed a finding of a rule of these names on any of these shifts yet, so nothing can be said of how\n"
               "often the draft is right.\n");
    else if (closed < s->least)
        printf("Of these shifts %llu %s a finding of a rule of these names that somebody closed: too few to say how often the draft is right.\n",
               (unsigned long long)closed, closed == 1 ? "has" : "have");
    else
        printf("Of these shifts %llu have findings that somebody closed; %llu were upheld or corrected, %llu were no case: %u.%u %% rightly.\n",
               (unsigned long long)closed, (unsigned long long)b->upheld, (unsigned long long)b->no_case, per_mille(b->upheld, closed) / 10,
               per_mille(b->upheld, closed) % 10);
}

/* ---- for people ---- */

static void print_rules(const struct showing *s)
{
    char heads[] = "rule|draft|>would raise|>new|>raised now|>cannot say|>upheld|>no case";
    struct table t;
    table_init(&t, heads);
    for (unsigned i = 0; i < s->b->n_rules; i++) {
        const struct backtest_rule *r = &s->b->rule[i];
        table_add(&t, r->name);
        table_add(&t, r->what);
        bool row = left_out(r->out, false, false), held = left_out(r->out, true, false), verdicts = left_out(r->out, false, true);
        add_figure(&t, s, row, r->all_draft, r->draft);
        add_figure(&t, s, held, 0, r->fresh);
        add_figure(&t, s, held, r->all_held, r->held);
        add_figure(&t, s, row, 0, r->cannot_say);
        add_figure(&t, s, verdicts, 0, r->upheld);
        add_figure(&t, s, verdicts, 0, r->no_case);
    }
    table_print(&t, stdout);
    table_release(&t);
}

static void print_cells(const struct showing *s)
{
    char heads[] = "trust|staff group|month|>shifts|>would raise|>raised now", month[11];
    struct table t;
    table_init(&t, heads);
    for (unsigned i = 0; i < s->b->n_cells; i++) {
        const struct backtest_cell *c = &s->b->cell[i];
        fb_day_format(month, c->month);
        month[7] = '\0';
        table_add(&t, code_word(c->trust));
        table_add(&t, c->group != FB_STAFF_GROUP_NONE ? fb_staff_group_word(c->group) : "");
        table_add(&t, month);
        bool row = left_out(c->out, false, false), held = left_out(c->out, true, false);
        add_figure(&t, s, row, c->all_shifts, c->shifts);
        add_figure(&t, s, row, 0, c->draft);
        add_figure(&t, s, held, row ? 0 : c->all_held, c->held);
    }
    if (s->b->n_cells > 0) {
        printf("\nBy trust, staff group and month:\n");
        table_print(&t, stdout);
    }
    if (s->b->full)
        printf("(and more than there is room for)\n");
    table_release(&t);
}

/* SOURCE/REFERENCE of a shift, as `fairbank explain` takes it. */
static const char *name_of(const struct showing *s, uint32_t number)
{
    static char name[FB_SOURCE_BYTES_MAX + FB_ID_BYTES_MAX + 2];
    struct fb_explanation x = {0};
    fb_arena_reset(&s->f->arena);
    if (fb_report_explain(s->f->store, s->f->books, number, 0, &s->f->arena, &x) != FB_OK || !x.found)
        return "?";
    snprintf(name, sizeof(name), "%s/%s", word_of(x.source), word_of(x.record_ref));
    return name;
}

static void print_examples(const struct showing *s)
{
    char heads[] = "rule|severity|trust|day|booking|explain with", day[11], how[40];
    struct table t;
    table_init(&t, heads);
    for (unsigned i = 0; i < s->b->n_examples && s->small == 0; i++) {
        const struct backtest_example *x = &s->b->example[i];
        fb_day_format(day, x->day);
        snprintf(how, sizeof(how), "fairbank explain %u", x->number);
        table_add(&t, s->b->rule[x->rule].name);
        table_add(&t, fb_severity_word(x->severity));
        table_add(&t, code_word(x->trust));
        table_add(&t, day);
        table_add(&t, name_of(s, x->number));
        table_add(&t, how);
    }
    if (t.n_cells > 0) {
        printf("\nExamples, where nothing of that rule stands now:\n");
        table_print(&t, stdout);
    }
    table_release(&t);
}

/* As they were named on the command line: a file of rules takes no name of its own into the packs. */
static const char *draft_words(const struct options *o)
{
    static char words[600];
    struct fb_text t;
    fb_text_init(&t, words, sizeof(words));
    for (int i = 0; i < o->n_words; i++) {
        fb_text_add(&t, i > 0 ? ", " : "");
        fb_text_add(&t, o->words[i]);
    }
    return words;
}

static void print_person(const struct showing *s)
{
    char from[11], until[11];
    fb_day_format(from, s->b->from);
    fb_day_format(until, s->b->until);
    char shifts[24];
    snprintf(shifts, sizeof(shifts), "%llu", (unsigned long long)s->b->shifts);
    printf("%s shifts from %s up to %s, judged with the draft %s\nagainst what stands by %s.\n\n",
           is_small(s->small, s->b->shifts) ? small_word(s->small) : shifts, from, until, draft_words(s->o), word_of(s->b->was->name));
    print_rules(s);
    printf("\n");
    if (is_small(s->small, s->b->raised))
        printf("On %s shifts the draft says something. ", small_word(s->small));
    else
        printf("On %llu shift%s the draft says something. ", (unsigned long long)s->b->raised, s->b->raised == 1 ? "" : "s");
    say_precision(s);
    print_cells(s);
    print_examples(s);
    small_print(s->small);
}

/* ---- for machines ---- */

static json_t *rules_json(const struct showing *s)
{
    json_t *list = json_array();
    for (unsigned i = 0; i < s->b->n_rules; i++) {
        const struct backtest_rule *r = &s->b->rule[i];
        json_t *j = json_pack("{s:s, s:s}", "rule", r->name, "draft", r->what);
        bool row = left_out(r->out, false, false), held = left_out(r->out, true, false), verdicts = left_out(r->out, false, true);
        json_figure(j, "would_raise", s, row, r->draft);
        json_figure(j, "new", s, held, r->fresh);
        json_figure(j, "raised_now", s, held, r->held);
        json_figure(j, "cannot_say", s, row, r->cannot_say);
        json_figure(j, "cannot_say_now", s, row, r->cannot_say_held);
        json_figure(j, "upheld", s, verdicts, r->upheld);
        json_figure(j, "no_case", s, verdicts, r->no_case);
        json_array_append_new(list, j);
    }
    return list;
}

static json_t *cells_json(const struct showing *s)
{
    json_t *list = json_array();
    for (unsigned i = 0; i < s->b->n_cells; i++) {
        const struct backtest_cell *c = &s->b->cell[i];
        char month[11];
        fb_day_format(month, c->month);
        json_t *j = json_pack("{s:s, s:s%}", "trust", code_word(c->trust), "month", month, (size_t)7);
        json_add_word(j, "staff_group", c->group != FB_STAFF_GROUP_NONE ? fb_staff_group_word(c->group) : "");
        bool row = left_out(c->out, false, false), held = left_out(c->out, true, false);
        json_figure(j, "shifts", s, row, c->shifts);
        json_figure(j, "would_raise", s, row, c->draft);
        json_figure(j, "raised_now", s, held, c->held);
        json_array_append_new(list, j);
    }
    return list;
}

static json_t *examples_json(const struct showing *s)
{
    json_t *list = json_array();
    for (unsigned i = 0; i < s->b->n_examples && s->small == 0; i++) {
        const struct backtest_example *x = &s->b->example[i];
        json_t *j = json_pack("{s:I, s:s, s:s, s:s, s:s}", "number", (json_int_t)x->number, "rule", s->b->rule[x->rule].name, "severity",
                              fb_severity_word(x->severity), "trust", code_word(x->trust), "booking", name_of(s, x->number));
        json_add_day(j, "day", x->day);
        json_array_append_new(list, j);
    }
    return list;
}

static void print_json(const struct showing *s)
{
    const struct backtest *b = s->b;
    json_t *j = json_pack("{s:s, s:s, s:o, s:o, s:o}", "draft", draft_words(s->o), "against", word_of(b->was->name), "rules",
                          rules_json(s), "cells", cells_json(s), "examples", examples_json(s));
    json_add_count(j, "shifts", b->shifts, s->small);
    json_add_day(j, "from", b->from);
    json_add_day(j, "until", b->until);
    json_add_count(j, "raised", b->raised, s->small);
    json_t *precision = json_object();
    bool out = !is_told(s);
    json_figure(precision, "closed", s, out, b->upheld + b->no_case);
    json_figure(precision, "upheld", s, out, b->upheld);
    json_figure(precision, "no_case", s, out, b->no_case);
    json_object_set_new(j, "precision", precision);
    small_json(j, s->small);
    json_print(j, JSON_INDENT(1));
}

static int run(struct backtest *b, struct folder *f, const struct options *o)
{
    backtest_rules(b);
    if (b->n_rules == 0) {
        fprintf(stderr, "fairbank %s: the draft says nothing else than the rules that hold: there is nothing to try\n", o->command);
        return EXIT_FAILED;
    }
    b->small = small_number(o, f);
    enum fb_err e = backtest_count(b, f->store);
    if (e != FB_OK) {
        fprintf(stderr, "fairbank %s: %s: %s\n", o->command, o->data, fb_err_text(e));
        return EXIT_FAILED;
    }
    const struct showing s = {b, f, b->small, small_least(f), o};
    (o->json ? print_json : print_person)(&s);
    return EXIT_DONE;
}

int command_backtest(const struct options *o)
{
    static struct backtest b;
    struct folder f;
    if (!folder_open(&f, o, o->command))
        return EXIT_FAILED;
    struct fb_book *was = drafts_base(&f, o), *is = was != NULL ? drafts_load(&f, o) : NULL;
    b = (struct backtest){.was = was, .is = is, .from = o->from_day, .until = o->until_day};
    int status = is != NULL ? run(&b, &f, o) : EXIT_FAILED;
    if (was != NULL)
        fb_pack_free(&was);
    if (is != NULL)
        fb_pack_free(&is);
    folder_close(&f);
    return status;
}
