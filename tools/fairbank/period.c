/* fairbank period close, fairbank period list: months whose books are shut, and what came after that. */
#include "engine/turn/memory/period.h"
#include "tools/fairbank/json.h"
#include "tools/fairbank/options.h"
#include "tools/fairbank/source.h"
#include "tools/fairbank/table.h"
#include <stdlib.h>

enum { LATE_MAX = 4096, CLOSED_MAX = 4096, ROW_ROOM = 64 << 10 };

/* ---- close ---- */

static bool check_close(const struct options *o, fb_day *month)
{
    const char *missing = o->role == NULL ? "--role WORD says who closes it" : o->reason == NULL ? "--reason TEXT says why" : NULL;
    if (!month_parse(month, o->words[0])) {
        fprintf(stderr, "fairbank period close: %.40s is not a month such as 2026-10\n", o->words[0]);
        return false;
    }
    if (missing != NULL)
        fprintf(stderr, "fairbank period close: %s; both stay in the books\n", missing);
    return missing == NULL;
}

static const char *month_word(fb_day month)
{
    char day[11];
    fb_day_format(day, month);
    return word_of((struct fb_span){day, 7});
}

int command_period_close(const struct options *o)
{
    static unsigned char memory[1 << 20];
    struct fb_arena arena;
    struct fb_result r = {0};
    fb_day month;
    if (!check_close(o, &month))
        return EXIT_USAGE;
    fb_arena_init(&arena, memory, sizeof(memory));
    const struct fb_query q = {.kind = FB_QUERY_CLOSE_PERIOD, .findings.trust = o->trust, .month = month,
                               .role = fb_span_of(o->role), .reason = fb_span_of(o->reason)};
    if (!engine_is_there(o, "period close", ", and only a running one closes a month", &arena))
        return EXIT_FAILED;
    fb_arena_reset(&arena);
    enum fb_err e = engine_ask(o, "period close", &q, &arena, &r);
    if (e == FB_BUSY)
        fprintf(stderr, "fairbank period close: no answer came; whether it was closed, `fairbank period list` says\n");
    if (e != FB_OK)
        return EXIT_FAILED;
    if (o->json)
        json_print(json_pack("{s:s, s:s}", "closed", month_word(month), "said", word_of(r.text)), JSON_COMPACT);
    else
        print_text(stdout, NULL, r.text);
    return EXIT_DONE;
}

/* ---- list ---- */

struct closed {
    fb_code trust; /* 0: all */
    fb_day month;
    int64_t at_ms;
    char role[FB_CLOSE_ROLE_BYTES_MAX + 1], reason[FB_CLOSE_REASON_BYTES_MAX + 1];
};
/* What stands in the books of another month than it was worked in. */
struct late {
    fb_code trust;
    fb_day month, posted;
    uint8_t stage, cause;
    struct fb_figures figures;
};
struct list {
    const struct options *o;
    struct closed *closed;
    struct late *late;
    unsigned n_closed, n_late;
    bool full;
};

static enum fb_err take_row(struct list *l, struct fb_span key, struct fb_span value)
{
    struct fb_period_row row;
    struct closed *c = &l->closed[l->n_closed];
    enum fb_err e = fb_key_parse_period(key, &c->trust, &c->month);
    if (e == FB_OK)
        e = fb_period_row_unpack(&row, value);
    if (e != FB_OK || (l->o->trust != 0 && c->trust != 0 && c->trust != l->o->trust))
        return e;
    c->at_ms = row.at_ms;
    snprintf(c->role, sizeof(c->role), "%.*s", (int)row.role.n, row.role.p);
    snprintf(c->reason, sizeof(c->reason), "%.*s", (int)row.reason.n, row.reason.p);
    l->n_closed++;
    return FB_OK;
}

/* A few hundred months at most: one short transaction. */
static enum fb_err read_closed(struct list *l, struct fb_store *store)
{
    static unsigned char memory[ROW_ROOM];
    struct fb_arena arena;
    struct fb_txn *txn = NULL;
    struct fb_scan scan;
    fb_arena_init(&arena, memory, sizeof(memory));
    enum fb_err e = fb_store_read(store, &txn);
    if (e != FB_OK)
        return e;
    fb_scan_begin(&scan, txn, FB_TABLE_PERIODS, (struct fb_span){NULL, 0});
    while (e == FB_OK && l->n_closed < CLOSED_MAX && fb_scan_next(&scan, &arena)) {
        e = take_row(l, scan.key, scan.value);
        fb_arena_reset(&arena);
    }
    fb_scan_end(&scan);
    if (e == FB_OK)
        e = fb_txn_err(txn);
    fb_txn_abort(&txn);
    return e;
}

static struct late *late_of(struct list *l, const struct fb_posting_place *p)
{
    for (unsigned i = 0; i < l->n_late; i++) {
        struct late *x = &l->late[i];
        if (x->trust == p->cell.hirer && x->month == p->cell.month && x->posted == p->posted && x->stage == p->cell.stage &&
            x->cause == p->cause)
            return x;
    }
    if (l->n_late == LATE_MAX)
        return NULL;
    l->late[l->n_late] = (struct late){p->cell.hirer, p->cell.month, p->posted, p->cell.stage, p->cause, {{0}}};
    return &l->late[l->n_late++];
}

static bool each(void *ctx, const struct fb_total *t)
{
    struct list *l = ctx;
    if (t->place.posted == t->place.cell.month || t->place.cell.stage == FB_STAGE_NONE)
        return true;
    struct late *x = late_of(l, &t->place);
    l->full = x == NULL;
    for (unsigned m = 0; x != NULL && m < FB_MEASURES; m++)
        x->figures.v[m] += t->figures.v[m];
    return !l->full;
}

static bool is_nought(const struct fb_figures *f)
{
    bool nought = true;
    for (unsigned m = 0; m < FB_MEASURES; m++)
        nought = nought && f->v[m] == 0;
    return nought;
}

static int late_cmp(const void *a, const void *b)
{
    const struct late *x = a, *y = b;
    const int64_t d[] = {(int64_t)(x->trust > y->trust) - (x->trust < y->trust), x->month - y->month, x->posted - y->posted,
                         x->stage - y->stage, x->cause - y->cause};
    for (unsigned i = 0; i < sizeof(d) / sizeof(d[0]); i++)
        if (d[i] != 0)
            return d[i] < 0 ? -1 : 1;
    return 0;
}

static void print_closed(const struct list *l)
{
    char heads[] = "month|trust|closed|role|reason";
    struct table t;
    table_init(&t, heads);
    t.wrap = 1;
    for (unsigned i = 0; i < l->n_closed; i++) {
        const struct closed *c = &l->closed[i];
        char at[17];
        fb_local_format(at, c->at_ms / 60000);
        table_add(&t, month_word(c->month));
        table_add(&t, c->trust != 0 ? code_word(c->trust) : "(all)");
        table_add(&t, at);
        table_add(&t, c->role);
        table_add(&t, c->reason);
    }
    table_print(&t, stdout);
}

/* -£2.50, as a British reader writes it. */
static const char *money_sign(bool money, int64_t v) { return !money ? "" : v < 0 ? "-£" : "£"; }

/* What moved besides shifts and spend: the card's pay moves with an award though a trust's spend, as it was sent, does not. */
static const char *what_else(const struct fb_figures *f)
{
    static const struct {
        enum fb_measure measure;
        bool money;
        const char *word;
    } told[] = {{FB_MEASURE_OVER_CAP, false, "over cap"}, {FB_MEASURE_EXCESS, true, "excess"}, {FB_MEASURE_VAT, true, "VAT"},
                {FB_MEASURE_CARD, true, "card"}, {FB_MEASURE_LOADED, true, "loaded cost"}, {FB_MEASURE_BONUS, true, "bonus"},
                {FB_MEASURE_UNPRICED, false, "without a price"}, {FB_MEASURE_OVER_ESTIMATE, false, "over estimate"},
                {FB_MEASURE_MINUTES, false, "minutes"}};
    static char out[500];
    char figure[40];
    size_t at = 0;
    out[0] = '\0';
    for (unsigned i = 0; i < sizeof(told) / sizeof(told[0]) && at < sizeof(out); i++) {
        int64_t v = f->v[told[i].measure];
        (told[i].money ? pounds_format : count_format)(figure, sizeof(figure), told[i].money && v < 0 ? -v : v);
        if (v != 0)
            at += (size_t)snprintf(out + at, sizeof(out) - at, "%s%s %s%s", at > 0 ? ", " : "", told[i].word, money_sign(told[i].money, v), figure);
    }
    return out;
}

static void print_late(const struct list *l)
{
    char heads[] = "worked|trust|posted to|stage|because of|>shifts|>£|and";
    struct table t;
    table_init(&t, heads);
    t.wrap = 1;
    for (unsigned i = 0; i < l->n_late; i++) {
        const struct late *x = &l->late[i];
        table_add(&t, month_word(x->month));
        table_add(&t, code_word(x->trust));
        table_add(&t, month_word(x->posted));
        table_add(&t, fb_stage_word(x->stage));
        table_add(&t, fb_cause_word(x->cause));
        table_add_int(&t, x->figures.v[FB_MEASURE_SHIFTS]);
        table_add_pounds(&t, x->figures.v[FB_MEASURE_PENCE]);
        table_add(&t, what_else(&x->figures));
    }
    printf("\nPosted later than worked (stages are never added together):\n");
    table_print(&t, stdout);
}

static void print_json(const struct list *l)
{
    json_t *closed = json_array(), *late = json_array();
    for (unsigned i = 0; i < l->n_closed; i++) {
        const struct closed *c = &l->closed[i];
        char at[25];
        fb_instant_format(at, c->at_ms);
        json_t *j = json_pack("{s:s, s:s, s:s, s:s}", "month", month_word(c->month), "closed", at, "role", c->role, "reason", c->reason);
        json_add_word(j, "trust", code_word(c->trust)); /* none: all of them */
        json_array_append_new(closed, j);
    }
    for (unsigned i = 0; i < l->n_late; i++) {
        const struct late *x = &l->late[i];
        json_t *j = json_pack("{s:s, s:s, s:s, s:s, s:s}", "worked", month_word(x->month), "trust", code_word(x->trust), "posted",
                              month_word(x->posted), "stage", fb_stage_word(x->stage), "cause", fb_cause_word(x->cause));
        for (unsigned m = 0; m < FB_MEASURES; m++)
            if (m == FB_MEASURE_SHIFTS || m == FB_MEASURE_PENCE || x->figures.v[m] != 0)
                json_object_set_new(j, fb_measure_word(m), json_integer((json_int_t)x->figures.v[m]));
        json_array_append_new(late, j);
    }
    json_t *out = json_pack("{s:o, s:o}", "closed", closed, "late", late);
    json_print(out, JSON_INDENT(2));
}

static void print_person(const struct list *l)
{
    if (l->n_closed == 0)
        printf("No month is closed.\n");
    else
        print_closed(l);
    if (l->n_late > 0)
        print_late(l);
    else if (l->n_closed > 0)
        printf("\nNothing was posted later than it was worked.\n");
}

static enum fb_err read_late(struct list *l, struct fb_store *store)
{
    const struct fb_total_filter f = {.trust = l->o->trust, .from_week = INT32_MIN, .until_week = INT32_MAX, .known = INT32_MAX, .posted = INT32_MIN};
    enum fb_err e = fb_report_totals(store, &f, each, l);
    unsigned n = 0;
    for (unsigned i = 0; i < l->n_late; i++) /* posted and taken back: nothing that a person should read */
        if (!is_nought(&l->late[i].figures))
            l->late[n++] = l->late[i];
    l->n_late = n;
    qsort(l->late, l->n_late, sizeof(*l->late), late_cmp);
    return e == FB_OK && l->full ? FB_LIMIT : e;
}

int command_period_list(const struct options *o)
{
    struct folder f;
    struct list l = {.o = o};
    warn_unknown_trust(o, "period list");
    if (!folder_open(&f, o, "period list"))
        return EXIT_FAILED;
    l.closed = calloc(CLOSED_MAX, sizeof(*l.closed));
    l.late = calloc(LATE_MAX, sizeof(*l.late));
    enum fb_err e = l.closed != NULL && l.late != NULL ? read_closed(&l, f.store) : FB_FULL;
    if (e == FB_OK)
        e = read_late(&l, f.store);
    if (e != FB_OK)
        fprintf(stderr, "fairbank period list: %s\n", e == FB_LIMIT ? "too many rows: ask for one --trust" : fb_err_text(e));
    else
        (o->json ? print_json : print_person)(&l);
    free(l.closed);
    free(l.late);
    folder_close(&f);
    return e == FB_OK ? EXIT_DONE : EXIT_FAILED;
}
