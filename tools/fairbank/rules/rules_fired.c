#include "tools/fairbank/rules/rules_fired.h"
#include "engine/shell/ports.h"
#include <jansson.h>
#include <stdlib.h>

enum { A_YEAR = 365 };
struct firing {
    const struct fb_book *book;
    uint64_t shifts;
    struct fired {
        uint64_t raised, cannot_say;
    } rule[FB_RULES_MAX];
};

static int index_of(const struct fb_book *book, uint32_t rule)
{
    for (unsigned i = 0; i < book->n_rules && i < FB_RULES_MAX; i++)
        if (book->rule[i].id == rule)
            return (int)i;
    return -1;
}

static bool each(void *ctx, const struct fb_surveyed *s)
{
    struct firing *x = ctx;
    x->shifts++;
    for (unsigned i = 0; i < s->now->n_findings; i++) {
        const struct fb_finding *f = &s->now->finding[i];
        int at = index_of(x->book, f->rule);
        if (at < 0)
            continue;
        x->rule[at].cannot_say += f->severity == FB_SEVERITY_CANNOT_SAY;
        x->rule[at].raised += f->severity == FB_SEVERITY_NOTE || f->severity == FB_SEVERITY_WARN || f->severity == FB_SEVERITY_BREACH;
    }
    return true;
}

static bool last_week(void *ctx, const struct fb_total *t)
{
    fb_day *last = ctx;
    *last = t->place.cell.week + 7 > *last ? t->place.cell.week + 7 : *last;
    return true;
}

static void tell(const struct firing *x, unsigned i, json_t *json)
{
    const struct fb_rule *r = &x->book->rule[i];
    const struct fired *f = &x->rule[i];
    if (json != NULL)
        json_array_append_new(json, json_pack("{s:s%, s:I, s:I}", "rule", r->name.p, (size_t)r->name.n, "shifts", (json_int_t)x->shifts,
                                              "cannot_say", (json_int_t)f->cannot_say));
    else
        printf("warning: rule %.*s raised nothing on the %llu shifts of the last year%s%s\n", (int)r->name.n, r->name.p,
               (unsigned long long)x->shifts, f->cannot_say > 0 ? ", and could not say on some: " : "",
               f->cannot_say > 0 ? "see which feed it needs with fairbank rules facts" : "");
}

unsigned rules_fired(const struct fb_book *book, const struct options *o, struct json_t *json, bool *failed)
{
    struct folder f;
    struct fb_total_filter all = {.from_week = INT32_MIN, .until_week = INT32_MAX, .known = INT32_MAX, .posted = INT32_MIN};
    fb_day last = INT32_MIN;
    unsigned n = 0;
    struct firing *x = calloc(1, sizeof(*x));
    *failed = x == NULL || !folder_open(&f, o, o->command);
    if (*failed) {
        free(x);
        return 0;
    }
    x->book = book;
    enum fb_err e = fb_report_totals(f.store, &all, last_week, &last);
    if (e == FB_OK && last != INT32_MIN)
        e = fb_turn_survey(f.store, &fb_ports, book, last - A_YEAR, last, each, x, NULL);
    for (unsigned i = 0; e == FB_OK && x->shifts > 0 && i < book->n_rules && i < FB_RULES_MAX; i++)
        if (x->rule[i].raised == 0) {
            tell(x, i, json);
            n++;
        }
    if (e != FB_OK)
        fprintf(stderr, "fairbank %s: %s: %s\n", o->command, o->data, fb_err_text(e));
    *failed = e != FB_OK;
    folder_close(&f);
    free(x);
    return n;
}
