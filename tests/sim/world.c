#include "tests/sim/world.h"
#include "engine/base/check.h"
#include "engine/base/hash.h"
#include <stdlib.h>
#include <string.h>

/* ---- rules ---- */

static void change_ceiling(struct fb_pack_files *files)
{
    sim_add_every_fact(files, 0);
    (void)fb_test_pack_change(files, "thames-valley/caps/ceiling.yaml", "uplift: \"1.55\"",
                              "uplift: \"1.20\"");
    (void)fb_test_pack_change(files, "thames-valley/assurance/local-rules.yaml", "{below: 1440}",
                              "{below: 60}");
}

/* A narrow corridor that is soon looked at: a simulated month is short. */
static void narrow_corridor(struct fb_pack_files *files)
{
    (void)fb_test_pack_change(files, "thames-valley/pack.yaml", "weeks: 4, hours_least: 50, settle_days: 7",
                              "weeks: 2, hours_least: 5, settle_days: 1");
}

/* A habit that a month can show, and that is soon broken. */
static void short_habit(struct fb_pack_files *files)
{
    (void)fb_test_pack_change(files, "thames-valley/pack.yaml", "weeks: 8, weeks_least: 4, percent: 75, hours: 3",
                              "weeks: 3, weeks_least: 1, percent: 40, hours: 2");
}

/* One that pay which wanders leaves, and comes back into. */
static void wide_corridor(struct fb_pack_files *files)
{
    (void)fb_test_pack_change(
        files, "thames-valley/pack.yaml",
        "above_percent: 5, below_percent: 5, weeks: 4, hours_least: 50, settle_days: 7",
        "above_percent: 70, below_percent: 5, weeks: 1, hours_least: 5, settle_days: 1");
}

/* By how much an invoice may differ. */
static void tolerate(struct fb_pack_files *files)
{
    (void)fb_test_pack_change(files, "thames-valley/pack.yaml", "silence: {",
                              "invoice: {minutes: 20, pence_hour: 50, pence: 200, status: made_up, source: \"simulated\"}\nsilence: {");
}

static void change_pay(struct fb_pack_files *files)
{
    narrow_corridor(files);
    tolerate(files);
    (void)fb_test_pack_change(files, "england/rates/afc-pay-points.csv", ",5,mid,34592,", ",5,mid,35123,");
    (void)fb_test_pack_change(files, "england/assurance/agency-rules.yaml", "{at_least: 100.00}",
                              "{at_least: 60.00}");
}

/* How minutes are counted, and whom to believe: two bookings of one shift may then lead with the other. */
static void change_counting(struct fb_pack_files *files)
{
    narrow_corridor(files);
    short_habit(files);
    sim_add_every_fact(files, 1);
    sim_add_people(files, 1);
    const char *card = "thames-valley/rates/bank-card.yaml";
    (void)fb_test_pack_change(files, card, "whole_shift: more_than_half", "whole_shift: at_least_half");
    (void)fb_test_pack_change(files, card, "break_from: plain_then_dearest", "break_from: cheapest_first");
    (void)fb_test_pack_change(files, card, "off_card_tolerance_gbp_hour: 0",
                              "off_card_tolerance_gbp_hour: 0.50");
    (void)fb_test_pack_change(files, "thames-valley/caps/ceiling.yaml", "break_from: plain_then_dearest",
                              "break_from: dearest_first");
    (void)fb_test_pack_change(files, "england/pack.yaml", "hours: [roster, bank_provider, portal]",
                              "hours: [portal, roster, bank_provider]");
}

/* All that the packs as they stand do not have. */
static void add_all(struct fb_pack_files *files)
{
    sim_add_people(files, 0);
    wide_corridor(files);
    short_habit(files);
    sim_add_places(files);
    sim_add_cards(files);
    sim_add_counters(files);
}

/* The same with other values, and rules that read the rest of the facts. */
static void change_all(struct fb_pack_files *files)
{
    add_all(files);
    tolerate(files);
    sim_add_people(files, 1); /* in place of the other half */
    sim_add_money_facts(files);
    (void)fb_test_pack_change(files, "thames-valley/rates/sim-hours.csv", "20.01", "20.00");
    (void)fb_test_pack_change(files, "thames-valley/assurance/sim-counters.yaml", "111.11", "111.12");
    (void)fb_test_pack_change(files, "thames-valley/assurance/sim-counters.yaml", "rolling_days: 9",
                              "rolling_days: 5");
    (void)fb_test_pack_change(files, "england/rates/on-costs.csv", "levy,2021-04-01,,0.5",
                              "levy,2021-04-01,,0.5125");
    (void)fb_test_pack_change(files, "thames-valley/rates/zones.csv", "RTH,,inner", "RTH,,outer");
    (void)fb_test_pack_change(files, "sim-departure/rates/card.yaml", "agreed_until: 2026-03-29",
                              "agreed_until: 2026-04-03");
}

static void (*const changes[SIM_ISSUES])(struct fb_pack_files *) = {
    NULL, change_ceiling, change_pay, change_counting, add_all, change_all};

static void open_issue(struct sim_issue *issue, void (*change)(struct fb_pack_files *))
{
    struct fb_pack_report report = {0};
    issue->files = fb_test_packs();
    if (change != NULL)
        change(&issue->files);
    enum fb_err err = fb_pack_load_files(&issue->book, issue->files.file, issue->files.n, &report);
    if (err != FB_OK)
        fb_pack_report_print(stderr, &report);
    fb_assert(err == FB_OK);
    fb_pack_report_free(&report);
    issue->list = calloc(issue->files.n, sizeof *issue->list);
    fb_assert(issue->list != NULL);
    for (unsigned i = 0; i < issue->files.n; i++) {
        const struct fb_pack_file *f = &issue->files.file[i];
        issue->list[i] = (struct fb_turn_file){f->pack, f->path, f->bytes};
    }
}

void sim_rules_open(struct sim_rules *r)
{
    for (unsigned i = 0; i < SIM_ISSUES; i++)
        open_issue(&r->issue[i], changes[i]);
}

void sim_rules_close(struct sim_rules *r)
{
    for (unsigned i = 0; i < SIM_ISSUES; i++) {
        free(r->issue[i].list);
        fb_pack_free(&r->issue[i].book);
        fb_pack_files_free(&r->issue[i].files);
    }
}

/* ---- one world ---- */

enum { ALL = FB_SENDS_CASCADES | FB_SENDS_SIGN_OFFS | FB_SENDS_FRAMEWORKS | FB_SENDS_TIMESHEETS,
       PEOPLE = FB_SENDS_WORKER_FACTS | FB_SENDS_HOURS | FB_SENDS_ABSENCES };
static const struct {
    const char *name;
    enum fb_system system;
    uint32_t sends;
} systems[SIM_SOURCES] = {
    {"rth-roster", FB_SYSTEM_ROSTER, ALL},
    {"rxq-roster", FB_SYSTEM_ROSTER, FB_SENDS_SIGN_OFFS | FB_SENDS_TIMESHEETS},
    {"rhw-roster", FB_SYSTEM_ROSTER, FB_SENDS_CASCADES},
    {"north-bank", FB_SYSTEM_BANK_PROVIDER, FB_SENDS_TIMESHEETS},
    {"south-bank", FB_SYSTEM_BANK_PROVIDER, ALL},
    {"portal", FB_SYSTEM_PORTAL, FB_SENDS_SIGN_OFFS | FB_SENDS_FRAMEWORKS},
    {"rwx-roster", FB_SYSTEM_ROSTER, ALL},
    {FB_SOURCE_OWN, FB_SYSTEM_NONE, 0}, /* registers as well, here: whoever they come from */
};

static void plan_issues(struct sim_world *w, struct fb_prng *p)
{
    w->n_planned = 1 + (unsigned)fb_prng_below(p, SIM_PLANNED_MAX);
    w->late_rules = sim_once_in(p, 3);
    for (unsigned i = 0; i < w->n_planned; i++)
        w->planned[i] = sim_once_in(p, 4) ? SIM_ISSUES - 1 - (unsigned)fb_prng_below(p, 2)
                                          : (unsigned)fb_prng_below(p, SIM_ISSUES);
}

static struct fb_span page_name(struct sim_world *w, unsigned page)
{
    return sim_name(w, "page-", page, -1);
}

static void plan_bills(struct sim_world *w)
{
    struct fb_prng p; /* its own, so that worlds without are what they were */
    fb_prng_init(&p, ~w->seed - 4);
    w->bills = (enum sim_bills)(sim_once_in(&p, 2) ? SIM_NO_BILLS : 1 + fb_prng_below(&p, 2));
}

static void plan_withdrawals(struct sim_world *w)
{
    struct fb_prng p; /* its own, so that the rest of a seed stays what it was */
    fb_prng_init(&p, ~w->seed);
    w->pages = 1 + (unsigned)fb_prng_below(&p, 4);
    w->n_withdrawn = sim_once_in(&p, 2) ? 0 : 1 + (unsigned)fb_prng_below(&p, SIM_WITHDRAWN_MAX);
    for (unsigned i = 0; i < w->n_withdrawn; i++) { /* nobody publishes under the engine's own name */
        w->withdrawn[i].source = (unsigned)fb_prng_below(&p, SIM_SOURCES - 1);
        w->withdrawn[i].page = page_name(w, (unsigned)fb_prng_below(&p, w->pages));
    }
}

static void plan_edges(struct sim_world *w)
{
    fb_prng_init(&w->of_edges, ~w->seed - 5);
    w->edges = sim_once_in(&w->of_edges, 3);
    w->moved = sim_once_in(&w->of_edges, 4) ? SIM_TO_AUTUMN : 0;
}

void sim_world_open(struct sim_world *w, const struct sim_rules *rules, uint64_t seed)
{
    struct fb_prng p;
    fb_prng_init(&p, seed * 4);
    *w = (struct sim_world){.seed = seed, .rules = rules};
    void *memory = malloc(SIM_ARENA_BYTES);
    fb_assert(memory != NULL);
    fb_arena_init(&w->arena, memory, SIM_ARENA_BYTES);
    for (unsigned i = 0; i < SIM_SOURCES; i++)
        w->source[i] =
            (struct fb_source){.name = fb_span_of(systems[i].name),
                               .system = systems[i].system,
                               .mode = sim_once_in(&p, 6) ? FB_SOURCE_MODE_SHADOW : FB_SOURCE_MODE_LIVE,
                               .sends = systems[i].sends,
                               .window = 64};
    for (unsigned i = 0; i < SIM_SOURCES; i++) /* in some worlds nobody tells of people, in some not of all */
        w->source[i].sends |= sim_once_in(&p, 3) ? (uint32_t)PEOPLE & (uint32_t)fb_prng_below(&p, 128) : 0;
    plan_edges(w);
    w->first_ms = (fb_day_of(2026, 3, 1) + w->moved) * SIM_DAY_MS;
    w->last_ms = (fb_day_of(2026, 4, 2) + w->moved) * SIM_DAY_MS;
    plan_issues(w, &p);
    plan_withdrawals(w);
    plan_bills(w);
    w->trusts = sim_once_in(&p, 3) ? 1 : SIM_TRUSTS;
    w->new_keys = (uint32_t)fb_prng_below(&p, 4);
    w->fed = (uint32_t)fb_prng_below(&p, 32);
    w->shifts = 6 + (unsigned)fb_prng_below(&p, sim_once_in(&p, 2) ? 90 : 50);
    /* Every second world goes on for a month after its shifts: months are over then, and late records still
     * come. */
    if (sim_once_in(&p, 2) || w->trusts == 1)
        w->last_ms = (fb_day_of(2026, 5, 3) + w->moved) * SIM_DAY_MS;
}

void sim_world_close(struct sim_world *w)
{
    void *memory = w->arena.base;
    fb_arena_release(&w->arena);
    free(memory);
}

/* ---- small things ---- */

struct fb_span sim_name(struct sim_world *w, const char *prefix, int64_t a, int64_t b)
{
    char bytes[FB_ID_BYTES_MAX];
    struct fb_text t;
    fb_text_init(&t, bytes, sizeof bytes);
    fb_text_add(&t, prefix);
    fb_text_add_int(&t, a);
    if (b >= 0) {
        fb_text_add(&t, "-");
        fb_text_add_int(&t, b);
    }
    struct fb_span kept = fb_arena_copy(&w->arena, (struct fb_span){bytes, (uint32_t)t.n});
    fb_assert(kept.p != NULL && !t.cut);
    return kept;
}

struct fb_span sim_draw_page(struct sim_world *w, struct fb_prng *p, unsigned source)
{
    if (source == SIM_SOURCES - 1 || sim_once_in(p, 12))
        return (struct fb_span){NULL, 0};
    return page_name(w, (unsigned)fb_prng_below(p, w->pages));
}

struct fb_span sim_another_page(const struct sim_world *w, unsigned source, struct fb_span page)
{
    for (unsigned i = 0; i < w->n_withdrawn; i++)
        if (w->withdrawn[i].source == source && fb_span_eq(w->withdrawn[i].page, page))
            return page;
    return fb_span_of("again.csv");
}

bool sim_once_in(struct fb_prng *p, unsigned n)
{
    return fb_prng_below(p, n) == 0;
}

int64_t sim_between(struct fb_prng *p, int64_t from, int64_t until)
{
    return from + (int64_t)fb_prng_below(p, (uint64_t)(until - from));
}

void sim_hash_add(struct sim_hash *h, uint64_t v)
{
    h->h = fb_hash64_mix(h->h, v);
}

void sim_hash_bytes(struct sim_hash *h, const void *p, size_t n)
{
    sim_hash_add(h, n);
    sim_hash_add(h, n > 0 ? fb_hash64(p, n) : 0);
}
