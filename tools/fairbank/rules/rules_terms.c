#include "tools/fairbank/rules/rules_terms.h"
#include "engine/core/returns.h"
#include "tools/fairbank/source.h"
#include "tools/fairbank/table.h"
#include <inttypes.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { LINE_BYTES = 1600, SETS_BYTES = 500 };

/* ---- sentences ---- */

__attribute__((format(printf, 2, 3))) static void say(struct terms *t, const char *format, ...)
{
    char line[LINE_BYTES];
    va_list args;
    va_start(args, format);
    (void)vsnprintf(line, sizeof line, format, args);
    va_end(args);
    if (t->n == t->room) {
        unsigned room = t->room == 0 ? 256 : 2 * t->room;
        char **more = realloc(t->line, room * sizeof *more);
        if (more == NULL) {
            t->full = true;
            return;
        }
        t->line = more;
        t->room = room;
    }
    char *copy = strdup(line);
    t->full = t->full || copy == NULL;
    if (copy != NULL)
        t->line[t->n++] = copy;
}

/* Rotating memory for the pieces of one sentence. */
static char *piece(void)
{
    static char memory[16][SETS_BYTES];
    static unsigned at;
    char *p = memory[at++ % 16];
    p[0] = '\0';
    return p;
}

static void join(char *out, const char *word)
{
    size_t n = strlen(out), more = strnlen(word, SETS_BYTES);
    if (n + more + 2 > SETS_BYTES)
        more = n + 2 > SETS_BYTES ? 0 : SETS_BYTES - n - 2;
    if (n > 0 && more > 0)
        out[n++] = ' ';
    memmove(out + n, word, more); /* both may be pieces of the one array: gcc cannot tell them apart */
    out[n + more] = '\0';
}

/* "12.92 an hour": a numerator a minute over the book's denominator; exact to a millionth of a pound, which is enough to tell
 * two rates apart and is no amount. */
static const char *minute_rate(const struct fb_book *book, int64_t num)
{
    char *p = piece();
    fb_i128 e6 = (fb_i128)num * 60 * 10000 / book->den;
    int64_t v = (int64_t)e6;
    snprintf(p, SETS_BYTES, "£%" PRId64 ".%06" PRId64 " an hour", v / 1000000, v % 1000000);
    return p;
}

static const char *pence_word(const char *before, int64_t pence)
{
    char *p = piece();
    snprintf(p, SETS_BYTES, "%s £%" PRId64 ".%02" PRId64, before, pence / 100, pence % 100);
    return p;
}

static const char *percent(int64_t ppm)
{
    char *p = piece();
    snprintf(p, SETS_BYTES, "%" PRId64 ".%04" PRId64 " %%", ppm / 10000, ppm % 10000);
    return p;
}

static const char *days(fb_day from, fb_day until)
{
    char *p = piece(), day[11];
    if (from == INT32_MIN && until == INT32_MAX)
        join(p, "always");
    if (from != INT32_MIN) {
        fb_day_format(day, from);
        join(p, "from");
        join(p, day);
    }
    if (until != INT32_MAX) {
        fb_day_format(day, until);
        join(p, "until");
        join(p, day);
    }
    return p;
}

static const char *grades_word(const struct fb_book *book, uint64_t grades)
{
    char *p = piece();
    uint64_t all = book->n_grades >= 64 ? UINT64_MAX : ((uint64_t)1 << book->n_grades) - 1;
    if ((grades & all) == all)
        join(p, "all");
    for (unsigned g = 0; g < book->n_grades && (grades & all) != all; g++)
        if (grades >> g & 1)
            join(p, code_word(book->grade[g].code));
    return p;
}

#define BITS(name, END, what)                                                                                     \
    static const char *name##s_word(uint32_t bits)                                                           \
    {                                                                                                        \
        char *p = piece();                                                                                   \
        uint32_t all = ((uint32_t)1 << (unsigned)(END)) - 2;                                                 \
        if ((bits & all) == all) {                                                                           \
            join(p, what);                                                                                   \
            return p;                                                                                        \
        }                                                                                                    \
        for (unsigned i = 1; i < (unsigned)(END); i++)                                                       \
            if (bits >> i & 1)                                                                               \
                join(p, fb_##name##_word((enum fb_##name)i));                                                \
        return p;                                                                                            \
    }
BITS(staff_group, FB_STAFF_GROUP_END, "all staff groups")
BITS(route, FB_ROUTE_END, "all routes")
BITS(unit, FB_UNIT_END, "all units")
BITS(interval, FB_INTERVAL_END, "all time")
BITS(engagement, FB_ENGAGEMENT_END, "any engagement")
BITS(role, FB_ROLE_END, "any role")
BITS(absence_kind, FB_ABSENCE_KIND_END, "any absence")

static const char *scope_word(const struct fb_scope *s)
{
    static const char *const layer[] = {"national", "ics", "trust", "site"};
    char *p = piece();
    join(p, s->layer < 4 ? layer[s->layer] : "?");
    if (s->trust != 0)
        join(p, code_word(s->trust));
    if (s->site.n > 0) {
        join(p, "site");
        join(p, word_of(s->site));
    }
    join(p, days(s->from, s->until));
    join(p, staff_groups_word(s->staff_groups));
    join(p, routes_word(s->routes));
    return p;
}

/* ---- what there is ---- */

static const char *pay_word(const struct fb_book *book, const struct fb_card_rule *r)
{
    static const char *const at[] = {"?", "entry", "mid", "top", "own_point"};
    char *p = piece();
    if (r->pay_at == FB_PAY_AT_TABLE)
        snprintf(p, SETS_BYTES, "table %s", r->table < book->n_tables ? word_of(book->table[r->table].name) : "?");
    else
        snprintf(p, SETS_BYTES, "%s", at[r->pay_at <= FB_PAY_AT_OWN_POINT ? r->pay_at : 0]);
    if (r->not_above >= FB_PAY_AT_ENTRY && r->not_above <= FB_PAY_AT_TOP) {
        join(p, ", not above");
        join(p, at[r->not_above]);
    }
    if (r->not_above_grade > 0) {
        join(p, ", not above band");
        join(p, code_word(book->grade[r->not_above_grade - 1].code));
    }
    return p;
}

static void say_cards(struct terms *t, const struct fb_book *b)
{
    for (unsigned i = 0; i < b->n_cards; i++) {
        const struct fb_card *c = &b->card[i];
        char who[SETS_BYTES];
        snprintf(who, sizeof who, "%s", scope_word(&c->scope));
        say(t, "card %s (%s): whole shift %s, breaks %s, tolerance %" PRId64 ", supplement %s, with leave %s%s%s", word_of(c->name), who,
            fb_whole_shift_word(c->whole_shift), fb_break_from_word(c->break_from), c->off_card_tolerance_e4, c->hcas ? "yes" : "no",
            c->includes_holiday ? "yes" : "no", c->departs ? ", departs: " : "", c->departs ? word_of(c->reason) : "");
        for (unsigned k = 0; k < c->n_rules; k++) {
            const struct fb_card_rule *r = &c->rule[k];
            say(t, "card %s (%s) pays, rule %u: bands %s, worker %s%s, units %s, intervals %s: at %s", word_of(c->name), who, k + 1,
                grades_word(b, r->grades), r->worker_kind == FB_WORKER_KIND_NONE ? "any" : fb_worker_kind_word(r->worker_kind),
                r->lower_band_only ? " on a lower band" : "", r->units == 0 ? "hour" : units_word(r->units),
                r->intervals == 0 ? "worked called_out" : intervals_word(r->intervals), pay_word(b, r));
        }
    }
    for (unsigned i = 0; i < b->n_caps; i++)
        say(t, "cap %s (%s): %s, whole shift %s, breaks %s, %s", word_of(b->cap[i].name), scope_word(&b->cap[i].scope),
            fb_status_word(b->cap[i].basis), fb_whole_shift_word(b->cap[i].whole_shift), fb_break_from_word(b->cap[i].break_from),
            b->cap[i].n_zones > 0 ? "by zone" : "whatever the zone");
}

static void say_tables(struct terms *t, const struct fb_book *b)
{
    for (unsigned i = 0; i < b->n_tables; i++)
        for (unsigned k = 0; k < b->table[i].n; k++) {
            const struct fb_table_rate *r = &b->table[i].rate[k];
            for (unsigned c = 0; c < b->n_categories; c++) {
                if ((r->held >> c & 1) == 0 || (r->unit != FB_UNIT_HOUR && c > 0))
                    continue;
                bool each = r->unit != FB_UNIT_HOUR && r->unit_minutes == 0;
                int64_t e2 = each ? (int64_t)((fb_i128)r->num[c] / b->den) : 0;
                char amount[40];
                pounds_format(amount, sizeof amount, e2);
                say(t, "table %s: %s %s%s%s %s: %s%s", word_of(b->table[i].name), code_word(b->grade[r->grade].code),
                    fb_unit_word((enum fb_unit)r->unit), r->unit == FB_UNIT_HOUR ? " " : "", r->unit == FB_UNIT_HOUR ? code_word(b->category[c]) : "",
                    days(r->from, r->until), each ? "£" : "", each ? amount : minute_rate(b, r->num[c]));
            }
        }
}

static void say_costs(struct terms *t, const struct fb_book *b)
{
    for (unsigned i = 0; i < b->n_on_costs; i++) {
        const struct fb_on_cost *c = &b->on_cost[i];
        say(t, "on-cost %s (%s): %s of pay%s, free %" PRId64 "p in %" PRId64 " minutes", fb_part_word((enum fb_part)c->part), scope_word(&c->scope),
            percent(c->ppm), c->on_holiday_pay ? " and pay for leave" : "", c->free_pence, c->free_minutes); /* raw: shown */
    }
    for (unsigned i = 0; i < b->n_vats; i++)
        say(t, "VAT %s (%s), %s%s: %s on %s%s", word_of(b->vat[i].name), scope_word(&b->vat[i].scope), engagements_word(b->vat[i].engagements),
            b->vat[i].engagements & 1 ? " not_stated" : "", percent(b->vat[i].ppm), fb_vat_base_word(b->vat[i].base),
            b->vat[i].settled ? "" : ", unsettled");
    for (unsigned i = 0; i < b->n_fees; i++)
        say(t, "fee %s (%s)%s%s: %s and %s", word_of(b->fee[i].name), scope_word(&b->fee[i].scope), b->fee[i].framework.n > 0 ? ", framework " : "",
            b->fee[i].framework.n > 0 ? word_of(b->fee[i].framework) : "", minute_rate(b, b->fee[i].num), percent(b->fee[i].ppm));
    for (unsigned i = 0; i < b->n_floors; i++)
        say(t, "floor %s%s%s, %s: %" PRId64 "p an hour", word_of(b->floor[i].name), b->floor[i].area.n > 0 ? " in " : "",
            b->floor[i].area.n > 0 ? word_of(b->floor[i].area) : "", days(b->floor[i].from, b->floor[i].until), b->floor[i].pence_hour); /* raw: shown */
    for (unsigned i = 0; i < b->n_zone_rows; i++)
        say(t, "zone of %s%s%s, %s: %s", code_word(b->zone_row[i].trust), b->zone_row[i].site.n > 0 ? " site " : "",
            b->zone_row[i].site.n > 0 ? word_of(b->zone_row[i].site) : "", days(b->zone_row[i].from, b->zone_row[i].until),
            b->zone_row[i].zone < b->n_zones ? code_word(b->zone[b->zone_row[i].zone]) : "?");
}

static void say_counters(struct terms *t, const struct fb_book *b)
{
    for (unsigned i = 0; i < b->n_counters; i++) {
        const struct fb_counter *c = &b->counter[i];
        say(t, "counter %s (%s): %s of %s by %s over %s%s, apart %u minutes, %u conditions", word_of(c->name), scope_word(&c->scope),
            fb_adds_word(c->adds), c->cancelled ? "cancelled" : c->worked ? "worked" : "booked", fb_counter_key_word(c->key), fb_span_of_word(c->span),
            c->span == FB_SPAN_OF_ROLLING_DAYS ? percent((int64_t)c->rolling_days * 10000) : "", c->apart_min, c->n_when);
        for (unsigned k = 0; k < c->n_when; k++)
            say(t, "counter %s counts only: %s, test %u, %" PRId64 " to %" PRId64, word_of(c->name), fb_fact_table[c->when[k].fact].word,
                c->when[k].op, c->when[k].a, c->when[k].b);
    }
    for (unsigned i = 0; i < b->n_bonuses; i++)
        for (unsigned k = 0; k < b->bonus[i].n_rows; k++) {
            const struct fb_bonus *n = &b->bonus[i];
            const struct fb_bonus_row *r = &n->row[k];
            char amount[40];
            pounds_format(amount, sizeof amount, r->pence); /* raw: shown */
            say(t, "bonus %s (%s), row %u: bands %s, worker %s: every %" PRId64 " of %s earn %s%s, at most %u times%s%s", word_of(n->rule.name),
                scope_word(&n->rule.scope), k + 1, grades_word(b, r->grades),
                r->worker_kind == FB_WORKER_KIND_NONE ? "any" : fb_worker_kind_word(r->worker_kind), r->every, word_of(b->counter[n->counter].name),
                r->average ? "the mean shift" : "£", r->average ? "" : amount, n->times_max, n->void_counter > 0 ? ", void by " : "",
                n->void_counter > 0 ? word_of(b->counter[n->void_counter - 1].name) : "");
        }
}

static void say_calendars(struct terms *t, const struct fb_book *b)
{
    static const char *const day[FB_DAY_TYPES] = {"Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday", "public holiday"};
    for (unsigned i = 0; i < b->n_calendars; i++)
        for (unsigned d = 0; d < FB_DAY_TYPES; d++) {
            char *p = piece();
            unsigned from = 0;
            for (unsigned w = 0; w < FB_WINDOWS_MAX && from < 1440; w++) {
                char window[60];
                unsigned until = b->calendar[i].window[d][w].until_min;
                snprintf(window, sizeof window, "%02u:%02u-%02u:%02u %s", from / 60, from % 60, until / 60, until % 60,
                         code_word(b->category[b->calendar[i].window[d][w].category]));
                join(p, window);
                from = until;
            }
            say(t, "calendar %u, %s: %s", i + 1, day[d], p);
        }
}

/* ---- time and permission ---- */

static void say_clocks(struct terms *t, const struct fb_book *b)
{
    const struct fb_clocks *c = &b->clocks;
    if (c->origin == FB_NO_ROW)
        return;
    say(t, "clocks: the average week is over %u weeks, without weeks of %s", c->reference_weeks,
        c->absences_left_out == 0 ? "nothing" : absence_kinds_word(c->absences_left_out));
    for (unsigned i = 0; i < c->n_by_grade; i++)
        say(t, "clocks: the average week of bands %s is over %u weeks", grades_word(b, c->by_grade[i].grades), c->by_grade[i].weeks);
    say(t, "clocks: a night has %u minutes of work from %02u:%02u to %02u:%02u", c->night_least_min, c->night_from_min / 60,
        c->night_from_min % 60, c->night_until_min / 60, c->night_until_min % 60);
    say(t, "clocks: a break of more than %u weeks sets the 12-week clock back", c->assignment_reset_weeks);
    for (unsigned k = 1; k < FB_ABSENCE_KIND_END; k++)
        if (c->absence[k].effect != 0)
            say(t, "clocks: the 12-week clock %s in %s, for at most %u weeks (0: without end)",
                fb_clock_effect_word((enum fb_clock_effect)c->absence[k].effect), fb_absence_kind_word((enum fb_absence_kind)k),
                c->absence[k].weeks_max);
    say(t, "clocks: all trusts of the system send all bookings %s", c->fed_from == INT32_MAX ? "never yet" : days(c->fed_from, INT32_MAX));
}

static const char *instant(int64_t ms)
{
    char *p = piece();
    if (ms == INT64_MIN || ms == INT64_MAX)
        return "open";
    fb_local_format(p, ms / 60000);
    p[10] = ' ';
    return p;
}

static void say_answers(struct terms *t, const struct fb_book *b)
{
    for (unsigned i = 0; i < b->n_rules; i++) {
        const struct fb_answer_policy *a = &b->rule[i].answer;
        if (a->roles != 0)
            say(t, "answers to %s: granted by %s, looked at by %s, %s, %s; by telephone if confirmed within %u minutes (0: never)",
                word_of(b->rule[i].name), roles_word(a->roles), a->second_roles == 0 ? "nobody besides" : roles_word(a->second_roles),
                a->own ? "one's own too" : "never one's own", a->retrospective ? "after the start too" : "before the start only",
                a->confirm_minutes);
    }
    for (unsigned i = 0; i < b->n_delegations; i++)
        say(t, "delegation at %s: %s is %s from %s until %s", code_word(b->delegation[i].trust), word_of(b->delegation[i].identity),
            fb_role_word(b->delegation[i].role), instant(b->delegation[i].from_ms), instant(b->delegation[i].until_ms));
    for (unsigned i = 0; i < b->n_approval_budgets; i++) /* the last that fits wins: their order tells */
        say(t, "approvals, row %u: %s grants at most %u a month, %s", i + 1,
            b->approval_budget[i].trust == 0 ? "each trust" : code_word(b->approval_budget[i].trust), b->approval_budget[i].number,
            days(b->approval_budget[i].from, b->approval_budget[i].until));
    for (unsigned i = 0; i < b->n_agency_ceilings; i++) {
        const struct fb_agency_ceiling *c = &b->agency_ceiling[i];
        char pounds[40];
        pounds_format(pounds, sizeof pounds, c->pence); /* raw: shown */
        say(t, "agency spend, row %u: %s at most £%s a month as %s, %s", i + 1, c->trust == 0 ? "each trust" : code_word(c->trust), pounds,
            fb_stage_word(c->stage), days(c->from, c->until));
    }
    if (b->small_number > 0)
        say(t, "exports leave out figures of fewer than %u shifts", b->small_number);
}

/* ", at least 50.00 % over the cap …"; empty: the column has no such limit. */
static const char *far_word(const struct fb_return_column *c)
{
    char text[80];
    if (c->over_cap_e2 == FB_ABSENT)
        return "";
    (void)snprintf(text, sizeof text, ", %s %lld.%02lld %% over the cap %s", c->over_cap_inclusive ? "at least" : "more than", (long long)(c->over_cap_e2 / 100),
                   (long long)(c->over_cap_e2 % 100), c->over_cap_average ? "over the shift" : "in the worst category");
    return word_of(fb_span_of(text));
}

/* A column in words: only what it says is told. */
static void say_column(struct terms *t, const struct fb_book *b, const struct fb_return *r, const struct fb_return_column *c)
{
    const struct fb_rule *rule = c->found != FB_SAID_NONE ? fb_book_rule(b, c->rule) : NULL;
    say(t, "return %s, column %s (%s): %s of %s%s%s%s%s%s%s%s", word_of(r->name), word_of(c->name), word_of(c->title),
        fb_return_figure_word((enum fb_return_figure)c->figure), c->routes == 0 ? "vacancies" : routes_word(c->routes),
        c->engagements == 0 ? "" : ", engaged ", c->engagements == 0 ? "" : engagements_word(c->engagements),
        c->over_cap == FB_SAID_NONE ? "" : c->over_cap == FB_SAID_YES ? ", over the cap" : ", within the cap",
        rule == NULL ? "" : c->found == FB_SAID_YES ? ", with a finding of " : ", without a finding of ", rule == NULL ? "" : word_of(rule->name),
        c->hour_pence == FB_ABSENT ? "" : pence_word(c->hour_inclusive ? ", an hour at least" : ", an hour above", c->hour_pence), far_word(c));
}

static void say_returns(struct terms *t, const struct fb_book *b)
{
    for (unsigned i = 0; i < b->n_return_groups; i++)
        say(t, "returns: %s (%s) is %s, %s", word_of(b->return_group[i].name), word_of(b->return_group[i].title),
            staff_groups_word(b->return_group[i].staff_groups), days(b->return_group[i].from, b->return_group[i].until));
    for (unsigned i = 0; i < b->n_returns; i++) {
        const struct fb_return *r = &b->returns[i];
        say(t, "return %s (%s): by the %s and %s, stage %s, %s", word_of(r->name), word_of(r->title), fb_return_period_word((enum fb_return_period)r->period),
            fb_return_by_word((enum fb_return_by)r->by), fb_stage_word((enum fb_stage)r->stage), days(r->from, r->until));
        for (unsigned k = 0; k < r->n_columns; k++)
            say_column(t, b, r, &r->column[k]);
    }
}

static int by_text(const void *a, const void *b)
{
    return strcmp(*(char *const *)a, *(char *const *)b);
}

void terms_of(const struct fb_book *book, struct terms *out)
{
    *out = (struct terms){.line = NULL};
    say_cards(out, book);
    say_tables(out, book);
    say_costs(out, book);
    say_counters(out, book);
    say_calendars(out, book);
    say_clocks(out, book);
    say_answers(out, book);
    say_returns(out, book);
    if (out->n > 0)
        qsort(out->line, out->n, sizeof *out->line, by_text);
}

void terms_only_in(const struct terms *a, const struct terms *b, void (*each)(void *ctx, const char *line), void *ctx)
{
    unsigned k = 0;
    for (unsigned i = 0; i < a->n; i++) {
        if (i > 0 && strcmp(a->line[i], a->line[i - 1]) == 0)
            continue;
        while (k < b->n && strcmp(b->line[k], a->line[i]) < 0)
            k++;
        if (k == b->n || strcmp(b->line[k], a->line[i]) != 0)
            each(ctx, a->line[i]);
    }
}

void terms_free(struct terms *t)
{
    for (unsigned i = 0; i < t->n; i++)
        free(t->line[i]);
    free(t->line);
    *t = (struct terms){.line = NULL};
}
