/* fairbank rules diff: what another pack would change, for whom, and what it would have cost on the last year's shifts. */
#include "tools/fairbank/rules/rules_diff.h"
#include "tools/fairbank/json.h"
#include "tools/fairbank/rules/rules_terms.h"
#include "tools/fairbank/table.h"
#include <stdlib.h>
#include <string.h>

static const char *rate_word(int64_t e4)
{
    static char memory[8][40];
    static unsigned at;
    char *word = memory[at++ % 8];
    if (e4 == FB_ABSENT)
        snprintf(word, 40, "none");
    else
        pounds_format(word, 40, e4 / 100);
    return word;
}

/* A trust stands for its sites where they have what it has; a site that has not is named. */
static const char *place_word(const struct diff *d, uint64_t trusts, unsigned t)
{
    static char out[200];
    size_t at = 0;
    bool set = (trusts >> t & 1) != 0;
    if (d->site[t].n > 0) {
        bool whole = false;
        for (unsigned k = 0; k < d->n_trusts; k++)
            whole = whole || (d->site[k].n == 0 && d->trust[k] == d->trust[t] && (trusts >> k & 1) != 0);
        snprintf(out, sizeof out, "%s/%s", code_word(d->trust[t]), word_of(d->site[t]));
        return set && !whole ? out : NULL;
    }
    at += (size_t)snprintf(out, sizeof out, "%s", code_word(d->trust[t]));
    for (unsigned k = 0; k < d->n_trusts && at < sizeof out; k++)
        if (d->site[k].n > 0 && d->trust[k] == d->trust[t] && (trusts >> k & 1) == 0)
            at += (size_t)snprintf(out + at, sizeof out - at, " but %s", word_of(d->site[k]));
    return set ? out : NULL;
}

static void trusts_word(char *out, size_t size, const struct diff *d, uint64_t trusts)
{
    uint64_t all = d->n_trusts >= 64 ? UINT64_MAX : ((uint64_t)1 << d->n_trusts) - 1;
    unsigned whole = 0;
    size_t at = 0;
    out[0] = '\0';
    for (unsigned t = 0; t < d->n_trusts; t++)
        whole += d->site[t].n == 0;
    if (d->trust[0] == 0) {
        snprintf(out, size, "every");
        return;
    }
    if (trusts == all && whole > 1) {
        snprintf(out, size, "all %u", whole);
        return;
    }
    for (unsigned t = 0; t < d->n_trusts && at < size; t++) {
        const char *word = place_word(d, trusts, t);
        if (word != NULL)
            at += (size_t)snprintf(out + at, size - at, "%s%s", at > 0 ? ", " : "", word);
    }
}

static void draw_rates(const struct diff *d, bool cap)
{
    char heads[] = "from|staff group|band|worker|category|>was £/h|>is £/h|>change|trusts";
    struct table t;
    unsigned rows = 0;
    table_init(&t, heads);
    t.wrap = 1;
    for (unsigned i = 0; i < d->n; i++) {
        const struct diff_rate *r = &d->rate[i];
        char from[11], trusts[300], change[40] = "";
        if (r->cap != cap)
            continue;
        fb_day_format(from, r->from);
        trusts_word(trusts, sizeof trusts, d, r->trusts);
        if (r->was_e4 != FB_ABSENT && r->is_e4 != FB_ABSENT)
            pounds_format(change, sizeof change, (r->is_e4 - r->was_e4) / 100);
        const char *cells[] = {from, fb_staff_group_word(r->group), code_word(r->grade), cap ? "agency" : probe_person_word(r->person),
                               code_word(r->category), rate_word(r->was_e4), rate_word(r->is_e4), change, trusts};
        for (unsigned k = 0; k < sizeof cells / sizeof cells[0]; k++)
            table_add(&t, cells[k]);
        rows++;
    }
    printf("%s\n", cap ? "\nCaps (a staff group stands for all that share its cap)" : "\nRates of the card (a staff group stands for all that share its card)");
    if (rows > 0) {
        table_print(&t, stdout);
        return;
    }
    table_release(&t);
    printf("  no change\n");
}

/* ---- rules and adoption ---- */

static void draw_rule(void *ctx, const char *what, const struct fb_rule *rule, const struct fb_book *book)
{
    *(unsigned *)ctx += 1;
    printf("  %-8s %-10s %s (%s): %s\n", what, fb_severity_word(rule->severity), word_of(rule->name), probe_origin(book, rule->origin), word_of(rule->title));
}

static void json_rule(void *ctx, const char *what, const struct fb_rule *rule, const struct fb_book *book)
{
    json_array_append_new(ctx, json_pack("{s:s, s:s, s:s, s:s}", "what", what, "rule", word_of(rule->name), "severity",
                                         fb_severity_word(rule->severity), "at", probe_origin(book, rule->origin)));
}

static const char *state_word(enum diff_state state)
{
    if (state == DIFF_NO_CARD)
        return "no such card";
    if (state == DIFF_NOT_KEPT)
        return "holds for all";
    return (int)state == FB_ADOPTION_NONE ? "not proposed" : fb_adoption_word((enum fb_adoption)state);
}

static const char *row_of(const struct diff *d, const struct diff_adoption *a) { return probe_origin(a->gone ? d->was : d->is, a->origin); }

static void draw_adoptions(const struct diff *d)
{
    char heads[] = "from|trust|card|was|is|row";
    struct table t;
    printf("\nAdoption of cards\n");
    if (d->n_adoptions == 0)
        printf("  no change\n");
    if (d->n_adoptions == 0)
        return;
    table_init(&t, heads);
    t.wrap = 1;
    for (unsigned i = 0; i < d->n_adoptions; i++) {
        const struct diff_adoption *a = &d->adoption[i];
        char from[11];
        fb_day_format(from, a->from);
        const char *cells[] = {from, a->trust != 0 ? code_word(a->trust) : "every", word_of(a->card), state_word(a->was), state_word(a->is), row_of(d, a)};
        for (unsigned k = 0; k < sizeof cells / sizeof cells[0]; k++)
            table_add(&t, cells[k]);
    }
    table_print(&t, stdout);
}

static json_t *adoptions_json(const struct diff *d)
{
    json_t *list = json_array();
    for (unsigned i = 0; i < d->n_adoptions; i++) {
        const struct diff_adoption *a = &d->adoption[i];
        json_t *row = json_pack("{s:s, s:s, s:s, s:s, s:s}", "trust", a->trust != 0 ? code_word(a->trust) : "every", "card", word_of(a->card),
                                "was", state_word(a->was), "is", state_word(a->is), "at", row_of(d, a));
        json_add_day(row, "from", a->from);
        json_array_append_new(list, row);
    }
    return list;
}

/* ---- money ---- */

static void add_pay(struct table *t, const char *trust, const char *route, const struct diff_money_row *r)
{
    table_add(t, trust);
    table_add(t, route);
    table_add_int(t, (int64_t)r->shifts);
    table_add_int(t, (int64_t)r->changed);
    table_add_pounds(t, r->card_was);
    table_add_pounds(t, r->card_is);
    table_add_pounds(t, r->card_is - r->card_was);
    table_add_int(t, (int64_t)r->was_unknown);
    table_add_int(t, (int64_t)r->now_unknown);
}

static void draw_pay(const struct diff_money *m)
{
    char heads[] = "trust|route|>shifts|>changed|>card was £|>card is £|>difference £|>cannot say was|>is";
    char was[40], is[40], by[40];
    struct diff_money_row all = {.shifts = 0};
    struct table t;
    table_init(&t, heads);
    for (unsigned i = 0; i < m->n; i++) {
        const struct diff_money_row *r = &m->row[i];
        add_pay(&t, code_word(r->trust), fb_route_word(r->route), r);
        all.shifts += r->shifts;
        all.changed += r->changed;
        all.card_was += r->card_was;
        all.card_is += r->card_is;
        all.loaded_was += r->loaded_was;
        all.loaded_is += r->loaded_is;
        all.was_unknown += r->was_unknown;
        all.now_unknown += r->now_unknown;
    }
    add_pay(&t, "all", "", &all);
    table_print(&t, stdout);
    pounds_format(was, sizeof was, all.loaded_was);
    pounds_format(is, sizeof is, all.loaded_is);
    pounds_format(by, sizeof by, all.loaded_is - all.loaded_was);
    printf("Loaded cost, where both give one: was £%s, is £%s, difference £%s\n", was, is, by);
}

static bool has_breaches(const struct diff_money_row *r)
{
    return r->over_was + r->over_is + r->off_was + r->off_is > 0;
}

static void draw_breaches(const struct diff_money *m)
{
    char heads[] = "trust|route|>over cap was|>is|>excess was £|>is £|>off card was|>is";
    struct table t;
    table_init(&t, heads);
    for (unsigned i = 0; i < m->n; i++) {
        const struct diff_money_row *r = &m->row[i];
        if (!has_breaches(r))
            continue;
        table_add(&t, code_word(r->trust));
        table_add(&t, fb_route_word(r->route));
        table_add_int(&t, (int64_t)r->over_was);
        table_add_int(&t, (int64_t)r->over_is);
        table_add_pounds(&t, r->excess_was);
        table_add_pounds(&t, r->excess_is);
        table_add_int(&t, (int64_t)r->off_was);
        table_add_int(&t, (int64_t)r->off_is);
    }
    if (t.n_cells == 0) {
        table_release(&t);
        printf("\nNo shift is above its cap or off its card, before or after.\n");
        return;
    }
    putchar('\n');
    table_print(&t, stdout);
}

static void draw_money(const struct diff_money *m)
{
    char from[11], until[11];
    if (!m->held) {
        printf("\nMoney: no shifts are held (name a data folder with --data)\n");
        return;
    }
    fb_day_format(from, m->from);
    fb_day_format(until, m->until);
    printf("\nMoney on the shifts held from %s to %s, as booked\n"
           "The card's pay is summed where both give one. Caps are for agency shifts only.\n",
           from, until);
    draw_pay(m);
    draw_breaches(m);
}

static json_t *rates_json(const struct diff *d)
{
    json_t *rates = json_array();
    for (unsigned i = 0; i < d->n; i++) {
        const struct diff_rate *r = &d->rate[i];
        json_t *trusts = json_array(), *sites = json_array(), *row = json_object();
        for (unsigned t = 0; t < d->n_trusts; t++)
            if ((r->trusts >> t & 1) != 0 && d->site[t].n == 0)
                json_array_append_new(trusts, json_string(d->trust[t] == 0 ? "every" : code_word(d->trust[t])));
            else if ((r->trusts >> t & 1) != 0)
                json_array_append_new(sites, json_pack("{s:s, s:s}", "trust", code_word(d->trust[t]), "site", word_of(d->site[t])));
        json_object_set_new(row, "kind", json_string(r->cap ? "cap" : "card"));
        json_add_day(row, "from", r->from);
        json_object_set_new(row, "trusts", trusts);
        json_object_set_new(row, "sites", sites);
        json_object_set_new(row, "staff_group", json_string(fb_staff_group_word(r->group)));
        json_object_set_new(row, "band", json_string(code_word(r->grade)));
        if (!r->cap)
            json_object_set_new(row, "worker", json_string(probe_person_word(r->person)));
        json_object_set_new(row, "category", json_string(code_word(r->category)));
        json_object_set_new(row, "was_pence_hour", r->was_e4 == FB_ABSENT ? json_null() : json_integer(r->was_e4 / 100));
        json_object_set_new(row, "is_pence_hour", r->is_e4 == FB_ABSENT ? json_null() : json_integer(r->is_e4 / 100));
        json_array_append_new(rates, row);
    }
    return rates;
}

static json_t *money_json(const struct diff_money *m)
{
    json_t *rows = json_array(), *out = json_object();
    for (unsigned i = 0; i < m->n; i++) {
        const struct diff_money_row *r = &m->row[i];
        const struct {
            const char *key;
            int64_t v;
        } of[] = {{"shifts", (int64_t)r->shifts}, {"changed", (int64_t)r->changed}, {"card_was_pence", r->card_was},
                  {"card_is_pence", r->card_is}, {"loaded_was_pence", r->loaded_was}, {"loaded_is_pence", r->loaded_is},
                  {"over_cap_was", (int64_t)r->over_was}, {"over_cap_is", (int64_t)r->over_is}, {"excess_was_pence", r->excess_was},
                  {"excess_is_pence", r->excess_is}, {"off_card_was", (int64_t)r->off_was}, {"off_card_is", (int64_t)r->off_is},
                  {"cannot_say_was", (int64_t)r->was_unknown}, {"cannot_say_is", (int64_t)r->now_unknown}};
        json_t *row = json_pack("{s:s, s:s}", "trust", code_word(r->trust), "route", fb_route_word(r->route));
        for (unsigned k = 0; k < sizeof of / sizeof of[0]; k++)
            json_object_set_new(row, of[k].key, json_integer(of[k].v));
        json_array_append_new(rows, row);
    }
    if (m->held) {
        json_add_day(out, "from", m->from);
        json_add_day(out, "until", m->until);
    }
    json_object_set_new(out, "rows", rows);
    return out;
}

/* ---- all else that a pack can say ---- */

static void draw_gone(void *ctx, const char *line)
{
    *(unsigned *)ctx += 1;
    paragraph_print(stdout, "  - ", line, (int)strlen(line));
}

static void draw_new(void *ctx, const char *line)
{
    *(unsigned *)ctx += 1;
    paragraph_print(stdout, "  + ", line, (int)strlen(line));
}

static void json_line(void *ctx, const char *line) { json_array_append_new(ctx, json_string(line)); }

/* What was and is no longer said, then what is new; out NULL: for people. */
static void show_terms(const struct diff *d, json_t *out)
{
    struct terms was, is;
    unsigned n = 0;
    terms_of(d->was, &was);
    terms_of(d->is, &is);
    if (out == NULL) {
        printf("\nTerms, tables, on-costs, adoption, counters and all else (- was, + is)\n");
        terms_only_in(&was, &is, draw_gone, &n);
        terms_only_in(&is, &was, draw_new, &n);
        if (n == 0)
            printf("  no change\n");
    } else {
        json_t *gone = json_array(), *new = json_array();
        terms_only_in(&was, &is, json_line, gone);
        terms_only_in(&is, &was, json_line, new);
        json_object_set_new(out, "terms", json_pack("{s:o, s:o}", "was", gone, "is", new));
    }
    if (was.full || is.full)
        fprintf(stderr, "fairbank rules diff: out of memory; the terms are not compared whole\n");
    terms_free(&was);
    terms_free(&is);
}

static void show(const struct diff *d, const struct diff_money *m, bool json)
{
    unsigned rules = 0;
    if (json) {
        json_t *list = json_array();
        diff_rules(d, json_rule, list);
        json_t *out = json_pack("{s:s, s:s, s:o, s:o, s:o, s:o}", "was", word_of(d->was->name), "is", word_of(d->is->name), "rates", rates_json(d),
                                "adoption", adoptions_json(d), "rules", list, "money", money_json(m));
        show_terms(d, out);
        json_print(out, JSON_INDENT(1));
        return;
    }
    printf("was: %s\nis:  %s\n", word_of(d->was->name), word_of(d->is->name));
    draw_rates(d, false);
    draw_rates(d, true);
    draw_adoptions(d);
    printf("\nRules\n");
    diff_rules(d, draw_rule, &rules);
    if (rules == 0)
        printf("  no change\n");
    show_terms(d, NULL);
    draw_money(m);
}

/* The layers that both share stand above the pack that differs. */
static struct fb_book *load_side(const struct options *o, const char *pack)
{
    const char *dirs[sizeof o->pack / sizeof o->pack[0] + 1];
    unsigned n = 0;
    for (; n < o->n_packs; n++)
        dirs[n] = o->pack[n];
    dirs[n++] = pack;
    return probe_load(dirs, n, INT32_MAX);
}

int command_rules_diff(const struct options *o)
{
    static struct diff_money money;
    static struct diff d;
    struct fb_book *was = load_side(o, o->words[0]), *is = was == NULL ? NULL : load_side(o, o->words[1]);
    int status = EXIT_DIFFERENT;
    if (is != NULL) {
        d = (struct diff){.was = was, .is = is};
        diff_rates(&d);
        diff_adoptions(&d);
        enum fb_err e = diff_money_read(&money, &d, o);
        if (e != FB_OK && e != FB_NOT_FOUND)
            fprintf(stderr, "fairbank rules diff: the money could not be read: %s\n", fb_err_text(e));
        if (d.full)
            fprintf(stderr, "fairbank rules diff: more changes than there is room for; the rest is not shown\n");
        if (d.n_trusts == DIFF_TRUSTS_MAX)
            fprintf(stderr, "fairbank rules diff: %d trusts and sites are compared, and there may be more\n", DIFF_TRUSTS_MAX);
        show(&d, &money, o->json);
        status = e != FB_OK && e != FB_NOT_FOUND ? EXIT_FAILED : EXIT_DONE;
        free(d.rate);
    } else if (o->n_packs == 0) {
        fprintf(stderr, "fairbank rules diff: layers that stand above both are named with --pack, such as --pack rules/england\n");
    }
    fb_pack_free(&was);
    fb_pack_free(&is);
    return status;
}
