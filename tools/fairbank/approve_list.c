/* fairbank approve list, link and confirm: what became of permissions, and the one-use link with which a grant by telephone is
 * confirmed. */
#include "engine/turn/report/report_approvals.h"
#include "tools/fairbank/ask_people.h"
#include "tools/fairbank/json.h"
#include "tools/fairbank/publish.h"
#include "tools/fairbank/table.h"
#include <stdlib.h>
#include <string.h>

enum { MONTHS_MAX = 2048, PAGE_BYTES = 1 << 20 };

struct listing {
    const struct options *o;
    struct table table;
    json_t *rows; /* --json */
    struct fb_approval_month month[MONTHS_MAX];
    unsigned n, n_months;
    uint64_t shown;
};

/* ---- rows ---- */

static const char *instant(int64_t ms)
{
    static char at[4][17];
    static unsigned i;
    char *out = at[i++ % 4];
    if (ms == FB_ABSENT || ms == 0)
        return "";
    fb_local_format(out, ms / FB_MINUTE_MS);
    out[10] = ' ';
    return out;
}

static void draw_person(struct listing *l, const struct fb_approval_row *r)
{
    char number[16], from[11], end[11];
    fb_day_format(from, r->from);
    fb_day_format(end, r->until - 1);
    snprintf(number, sizeof(number), "%u", r->record);
    table_add(&l->table, number);
    table_add(&l->table, word_of(r->reference));
    table_add(&l->table, code_word(r->trust));
    table_add(&l->table, word_of(r->end));
    table_add(&l->table, instant(r->granted_ms));
    table_add(&l->table, r->when.n > 0 ? word_of(r->when) : "");
    table_add(&l->table, word_of(r->rules));
    table_add(&l->table, word_of(r->about));
    table_add(&l->table, from);
    table_add(&l->table, end);
    table_add(&l->table, word_of(r->asked_by));
    table_add(&l->table, word_of(r->granted_by));
    if (r->limit_pence != FB_ABSENT && r->limit_pence != 0) {
        char spent[40], limit[40], both[84];
        pounds_format(spent, sizeof(spent), r->spent_pence);
        pounds_format(limit, sizeof(limit), r->limit_pence);
        snprintf(both, sizeof(both), "%s of %s", spent, limit);
        table_add(&l->table, both);
    } else
        table_add(&l->table, "");
    table_add(&l->table, instant(r->deadline_ms));
    table_add(&l->table, r->why.n > 0 ? word_of(r->why) : word_of(r->reason));
}

static void add_instant(json_t *j, const char *key, int64_t ms)
{
    char at[25];
    if (ms == FB_ABSENT || ms == 0)
        return;
    fb_instant_format(at, ms);
    json_object_set_new(j, key, json_string(at));
}

static void draw_json(struct listing *l, const struct fb_approval_row *r)
{
    json_t *j = json_pack("{s:I, s:s, s:s}", "number", (json_int_t)r->record, "trust", code_word(r->trust), "became", word_of(r->end));
    json_add_word(j, "state", word_of(r->end));
    const struct {
        const char *key;
        struct fb_span text;
    } texts[] = {{"reference", r->reference},   {"rules", r->rules},           {"about", r->about},   {"asked_by", r->asked_by}, {"granted_by", r->granted_by},
                 {"recorded_by", r->recorded_by}, {"when", r->when}, {"reason", r->reason},     {"why", r->why}};
    for (size_t i = 0; i < sizeof(texts) / sizeof(texts[0]); i++)
        json_add_word(j, texts[i].key, word_of(texts[i].text));
    add_instant(j, "granted", r->granted_ms);
    add_instant(j, "deadline", r->deadline_ms);
    json_add_day(j, "from", r->from);
    json_add_day(j, "until", r->until);
    if (r->limit_pence != FB_ABSENT && r->limit_pence != 0) {
        json_object_set_new(j, "limit_pence", json_integer(r->limit_pence));
        json_object_set_new(j, "spent_pence", json_integer(r->spent_pence));
    }
    json_array_append_new(l->rows, j);
}

/* ---- months: each page counts its own rows ---- */

static void add_month(struct listing *l, const struct fb_approval_month *m)
{
    unsigned i = 0;
    while (i < l->n_months && (l->month[i].trust != m->trust || l->month[i].month != m->month))
        i++;
    if (i == MONTHS_MAX)
        return;
    if (i == l->n_months) {
        l->month[l->n_months++] = *m;
        return;
    }
    struct fb_approval_month *sum = &l->month[i];
    sum->before_booking += m->before_booking;
    sum->before_start += m->before_start;
    sum->retrospective += m->retrospective;
    sum->of_classes += m->of_classes;
    sum->provisional += m->provisional;
    sum->lapsed += m->lapsed;
}

static int month_cmp(const void *a, const void *b)
{
    const struct fb_approval_month *x = a, *y = b;
    if (x->month != y->month)
        return x->month < y->month ? 1 : -1; /* the latest first */
    return x->trust < y->trust ? -1 : x->trust > y->trust;
}

static void say_budget(struct table *t, const struct fb_approval_month *m, fb_day today)
{
    char dry[60] = "", day[11];
    fb_day at = fb_approval_dry_on(m, today);
    if (m->budget == FB_ABSENT) {
        table_add(t, "none");
        table_add(t, "");
        return;
    }
    table_add_int(t, m->budget);
    if (fb_approval_used(m) >= (uint64_t)m->budget)
        snprintf(dry, sizeof(dry), "used up");
    else if (at != 0) {
        fb_day_format(day, at);
        snprintf(dry, sizeof(dry), "used up on %s at this pace", day);
    } else if (fb_day_month(today) == m->month)
        snprintf(dry, sizeof(dry), "lasts the month at this pace");
    table_add(t, dry);
}

static void print_months(struct listing *l)
{
    char heads[] = "month|trust|>before booking|>before start|>retrospective|>of classes|>provisional|>lapsed|>budget|forecast";
    struct table t;
    fb_day today = fb_london_day_of_ms(now_ms());
    table_init(&t, heads);
    for (unsigned i = 0; i < l->n_months; i++) {
        const struct fb_approval_month *m = &l->month[i];
        char month[11];
        if (fb_approval_used(m) == 0)
            continue;
        fb_day_format(month, m->month);
        month[7] = '\0';
        table_add(&t, month);
        table_add(&t, code_word(m->trust));
        const uint64_t n[] = {m->before_booking, m->before_start, m->retrospective, m->of_classes, m->provisional, m->lapsed};
        for (size_t k = 0; k < sizeof(n) / sizeof(n[0]); k++)
            table_add_int(&t, (int64_t)n[k]);
        say_budget(&t, m, today);
    }
    if (t.n_cells > 0)
        printf("\nGranted by month, against the budget of the rules:\n");
    if (t.n_cells > 0)
        table_print(&t, stdout);
    table_release(&t);
}

static json_t *months_json(struct listing *l)
{
    json_t *list = json_array();
    fb_day today = fb_london_day_of_ms(now_ms());
    for (unsigned i = 0; i < l->n_months; i++) {
        const struct fb_approval_month *m = &l->month[i];
        char month[11];
        fb_day_format(month, m->month);
        json_t *j = json_pack("{s:s%, s:s, s:I, s:I, s:I, s:I, s:I, s:I}", "month", month, (size_t)7, "trust", code_word(m->trust),
                              "before_booking", (json_int_t)m->before_booking, "before_start", (json_int_t)m->before_start,
                              "retrospective", (json_int_t)m->retrospective, "of_classes", (json_int_t)m->of_classes, "provisional",
                              (json_int_t)m->provisional, "lapsed", (json_int_t)m->lapsed);
        if (m->budget != FB_ABSENT)
            json_object_set_new(j, "budget", json_integer(m->budget));
        json_add_day(j, "dry_on", fb_approval_dry_on(m, today));
        json_array_append_new(list, j);
    }
    return list;
}

/* ---- pages ---- */

static bool take_page(void *ctx, struct fb_query *q, const struct fb_result *r)
{
    struct listing *l = ctx;
    (void)q;
    unsigned most = l->o->limit > 0 ? l->o->limit : UINT32_MAX;
    for (unsigned i = 0; i < r->n_approvals && l->shown < most; i++, l->shown++)
        (l->o->json ? draw_json : draw_person)(l, &r->approval[i]);
    for (unsigned i = 0; i < r->n_approval_months; i++)
        add_month(l, &r->approval_month[i]);
    return true; /* the months are of all */
}

static enum fb_err pages(struct listing *l, struct fb_arena *arena)
{
    struct fb_query q = {.kind = FB_QUERY_APPROVALS, .findings.trust = l->o->trust, .month = l->o->month, .due_ms = FB_ABSENT};
    fill_asker(&q.asker, l->o);
    enum fb_err e = ask_pages(l->o, &q, arena, take_page, l);
    if (e == FB_BUSY)
        say_no_engine(l->o, l->o->command, "");
    return e;
}

static void print_json(struct listing *l)
{
    json_t *out = json_pack("{s:o, s:o}", "approvals", l->rows, "months", months_json(l));
    json_print(out, JSON_INDENT(1));
    l->rows = NULL;
}

static void print_person(struct listing *l)
{
    if (l->shown == 0)
        printf("No approval is held%s%s.\n", l->o->trust != 0 ? " of that trust" : "", l->o->month != 0 ? " that was granted in that month" : "");
    else
        table_print(&l->table, stdout);
    print_months(l);
}

int command_approve_list(const struct options *o)
{
    char heads[] = ">number|reference|trust|state|granted|when|rules|about|first day|end|asked by|granted by|£ of limit|confirm by|why";
    struct fb_arena arena;
    struct listing *l = calloc(1, sizeof(*l));
    void *memory = malloc(PAGE_BYTES);
    enum fb_err e = FB_FULL;
    if (l != NULL && memory != NULL) {
        fb_arena_init(&arena, memory, PAGE_BYTES);
        *l = (struct listing){.o = o, .rows = o->json ? json_array() : NULL};
        table_init(&l->table, heads);
        l->table.wrap = 1;
        e = pages(l, &arena);
        qsort(l->month, l->n_months, sizeof(l->month[0]), month_cmp);
        if (e == FB_OK)
            (o->json ? print_json : print_person)(l);
        json_decref(l->rows);
        table_release(&l->table);
        fb_arena_release(&arena);
    }
    free(memory);
    free(l);
    return e == FB_OK ? EXIT_DONE : EXIT_FAILED;
}

/* ---- links ---- */

int command_approve_link(const struct options *o)
{
    static unsigned char memory[1 << 16];
    struct fb_arena arena;
    struct fb_result r = {0};
    struct fb_query q = {.kind = FB_QUERY_LINK, .due_ms = FB_ABSENT};
    int64_t n;
    if (fb_parse_int(&n, fb_span_of(o->words[0])) != FB_OK || n < 1 || n > UINT32_MAX) {
        fprintf(stderr, "fairbank %s: %.40s is not the number of an approval; fairbank approve list shows them\n", o->command, o->words[0]);
        return EXIT_USAGE;
    }
    q.subject = (uint32_t)n;
    fb_arena_init(&arena, memory, sizeof(memory));
    if (ask_running(o, &q, &arena, &r, "") != FB_OK)
        return EXIT_FAILED;
    const char *whom = r.n_lines > 0 ? word_of(r.line[0]) : "";
    if (o->json)
        printf("{\"link\": \"%s\"}\n", word_of(r.text)); /* base64url: nothing in it is JSON's */
    else
        printf("%s\n\nIt is %s. Send it to the grantor, who confirms with:\n  fairbank approve confirm LINK --by IDENTITY\n"
               "It works once, for this version of the approval, and for nobody else.\n", word_of(r.text), whom);
    return EXIT_DONE;
}

int command_approve_confirm(const struct options *o)
{
    static unsigned char memory[1 << 16];
    struct fb_arena arena;
    struct fb_result r = {0};
    struct fb_query q = {.kind = FB_QUERY_CONFIRM, .due_ms = FB_ABSENT, .link = fb_span_of(o->words[0])};
    if (o->by == NULL) {
        fprintf(stderr, "fairbank %s: say who confirms with --by IDENTITY, as in the grant\n", o->command);
        return EXIT_USAGE;
    }
    if (q.link.n == 0 || q.link.n > FB_WIRE_LINK_BYTES_MAX) {
        fprintf(stderr, "fairbank %s: that is no link, or more than one: copy all of it\n", o->command);
        return EXIT_USAGE;
    }
    fill_asker(&q.asker, o);
    q.asker.identity = fb_span_of(o->by);
    fb_arena_init(&arena, memory, sizeof(memory));
    enum fb_err e = engine_ask(o, o->command, &q, &arena, &r);
    if (e == FB_BUSY)
        say_no_engine(o, o->command, ", and only a running one confirms");
    if (e != FB_OK)
        return EXIT_FAILED;
    if (o->json)
        printf("{\"confirmed\": true}\n");
    else
        print_text(stdout, NULL, r.text);
    return EXIT_DONE;
}
