#ifndef FB_TESTS_SIM_WORLD_H
#define FB_TESTS_SIM_WORLD_H
/* What a simulated system consists of before anybody says anything: eight publishing systems, the trusts that
 * they write for, and the issues of rules that may become current.
 *
 * Lifetimes: rules are read once for all seeds; a world lives for one seed, and every text of its records
 * lies in its arena. One seed is one run on every machine: nothing here reads a clock, a pointer or a hash of
 * one. */
#include "engine/base/prng.h"
#include "engine/pack/pack.h"
#include "engine/turn/turn.h"
#include "tests/lib/packs.h"

enum {
    SIM_SOURCES = 8,
    SIM_TRUSTS = 7, /* the last one is no member of the system */
    SIM_ISSUES = 6, /* the packs as they stand, and five changed copies */
    SIM_ARENA_BYTES = 8 << 20,
    SIM_PLANNED_MAX = 3, /* issues that become current in one run */
    SIM_WITHDRAWN_MAX = 4, /* batches that are taken back in one run */
    SIM_WORKERS = 5      /* who work often: whoever counts has something to count */
};
/* How each simulated worker's pseudonym begins. */
#define SIM_PSEUDONYM "keyed-pseudonym-"
/* From the last Sunday of March 2026 to that of October: whole weeks. */
enum { SIM_TO_AUTUMN = 210 };
#define SIM_MINUTE_MS INT64_C(60000)
#define SIM_HOUR_MS   (60 * SIM_MINUTE_MS)
#define SIM_DAY_MS    (24 * SIM_HOUR_MS)

struct sim_issue {
    struct fb_pack_files files;
    struct fb_turn_file *list; /* the same files, as turn takes them */
    struct fb_book *book;      /* the auditor's own copy */
};
struct sim_rules {
    struct sim_issue issue[SIM_ISSUES];
};
void sim_rules_open(struct sim_rules *r);
void sim_rules_close(struct sim_rules *r);
/* Adds rules that read every fact to a copy of the packs: every second one, from `half` (0 or 1). */
void sim_add_every_fact(struct fb_pack_files *files, unsigned half);
/* And those that read zones, units, timesheets, loaded cost and adoption. */
void sim_add_money_facts(struct fb_pack_files *files);

/* rich_rules.c: high cost areas, a cap by zone, fees and a late adoption; cards by tables and one that
 * lapses; counters and bonuses. */
void sim_add_places(struct fb_pack_files *files);
void sim_add_cards(struct fb_pack_files *files);
void sim_add_counters(struct fb_pack_files *files);
/* people_rules.c: clocks, schemes of delegation, budgets, and rules that read what is known of people. `half` as above. */
void sim_add_people(struct fb_pack_files *files, unsigned half);

/* What suppliers ask for: in every second world nothing; in some of the others lines for several shifts too. */
enum sim_bills { SIM_NO_BILLS, SIM_BILLS, SIM_BILLS_OF_SEVERAL };
struct sim_world {
    uint64_t seed;
    const struct sim_rules *rules;
    struct fb_arena arena;
    struct fb_source source[SIM_SOURCES];
    unsigned n_planned;                /* issues of this run, in order; the first may come late */
    unsigned planned[SIM_PLANNED_MAX]; /* index in rules->issue */
    bool late_rules;                   /* some records come before any issue */
    unsigned trusts; /* how many of them the shifts are spread over: of one, a register row touches all */
    unsigned shifts;
    uint32_t new_keys;   /* bit per worker whose pseudonym was changed in the middle */
    uint32_t fed;        /* bit per worker of whom every week's hours are told */
    unsigned worker_at_hand; /* of whom the record at hand tells */
    enum sim_bills bills;
    unsigned pages;        /* batches of each source */
    unsigned n_withdrawn;  /* of these some are taken back, at any moment and in the end again, for what came since */
    struct sim_withdrawn {
        unsigned source;
        struct fb_span page;
    } withdrawn[SIM_WITHDRAWN_MAX];
    bool edges;               /* many of its shifts lie where a rule of time turns (workload_edges.c) */
    struct fb_prng of_edges;  /* drawn for that, so that the rest of such a world is what it would be without */
    fb_day moved;             /* so many days after the spring that the other dates here are written for */
    int64_t first_ms, last_ms; /* instants of the run lie between these */
};
void sim_world_open(struct sim_world *w, const struct sim_rules *rules, uint64_t seed);
void sim_world_close(struct sim_world *w);

/* Texts made of a prefix and numbers, kept in the arena: "B12", "B12-3". The second number is left out when <
 * 0. */
struct fb_span sim_name(struct sim_world *w, const char *prefix, int64_t a, int64_t b);
/* With which batch a message of that source comes; some with none. */
struct fb_span sim_draw_page(struct sim_world *w, struct fb_prng *p, unsigned source);
/* And when it is sent again: another, unless the first is taken back, for whichever of the two came first would tell. */
struct fb_span sim_another_page(const struct sim_world *w, unsigned source, struct fb_span page);
/* True once in n times. */
bool sim_once_in(struct fb_prng *p, unsigned n);
/* Uniform in [from, until). */
int64_t sim_between(struct fb_prng *p, int64_t from, int64_t until);
/* A hash that the run goes into, bit for bit. */
struct sim_hash {
    uint64_t h;
};
void sim_hash_add(struct sim_hash *h, uint64_t v);
void sim_hash_bytes(struct sim_hash *h, const void *p, size_t n);
#endif
