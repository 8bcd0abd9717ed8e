#include "engine/pack/read.h"

/* What a trust has for a month: how many approvals it may grant, and how much agency spend. */

enum { APPROVALS_MAX = 100000 };
static const int64_t CEILING_PENCE_MAX = 100000000000;
static const struct fb_span nothing = {NULL, 0};

static void months_of(struct fb_reading *r, struct fb_node *map, struct fb_standing *out, const char *fault)
{
    fb_read_standing(r, map, out);
    if ((out->from != fb_day_month(out->from) && fb_node_get(map, "from") != NULL) ||
        (out->until != INT32_MAX && out->until != fb_day_month(out->until)))
        fb_read_error(r, map->line, fault, nothing, "");
}

/* 0: each of the pack's. */
static fb_code trust_of(struct fb_reading *r, struct fb_node *map)
{
    return fb_node_get(map, "trust") == NULL ? 0 : fb_read_own_trust(r, map);
}

static void add_budget(struct fb_reading *r, struct fb_node *map)
{
    unsigned before = r->draft->report->errors;
    struct fb_draft_budget d = {.place = fb_read_place(r, map->line)};
    d.row.trust = trust_of(r, map);
    d.row.number = (uint32_t)fb_read_whole(r, map, "number", 0, APPROVALS_MAX);
    months_of(r, map, &d.standing,
              "approvals are counted by the month: from and until are first days of months");
    d.row.from = d.standing.from;
    d.row.until = d.standing.until;
    if (!fb_read_is_wanted(r, before, &d.standing))
        return;
    struct fb_draft_budget *place = fb_list_add(r->draft->pool, &r->draft->budgets, sizeof *place);
    if (place != NULL)
        *place = d;
}

void fb_read_budgets(struct fb_reading *r, struct fb_node *node)
{
    fb_read_own_rows(r, node,
                     "write a mapping: {trust: RTH, from: 2026-04-01, number: 40, status: …, source: …}",
                     add_budget);
}

static int64_t pence_of(struct fb_reading *r, struct fb_node *map)
{
    struct fb_node *node = fb_read_scalar(r, map, "pounds");
    int64_t pence = node == NULL ? 0 : fb_read_decimal_at(r, node->line, "pounds", node->text, 2);
    if (node != NULL && (pence < 0 || pence > CEILING_PENCE_MAX))
        fb_read_error(r, node->line, "pounds", node->text,
                      ": a ceiling of a month lies between 0 and 1,000,000,000");
    return pence;
}

static void add_ceiling(struct fb_reading *r, struct fb_node *map)
{
    unsigned before = r->draft->report->errors;
    struct fb_draft_ceiling d = {.place = fb_read_place(r, map->line)};
    d.row.trust = trust_of(r, map);
    d.row.pence = pence_of(r, map); /* raw: as stated */
    d.row.stage = (enum fb_stage)fb_read_word(r, map, "stage", &fb_stage_words);
    if (d.row.stage > FB_STAGE_WORKED)
        fb_read_error(r, map->line, "stage: spend is held against a ceiling as committed or as worked",
                      nothing, "");
    months_of(r, map, &d.standing, "a ceiling is of a month: from and until are first days of months");
    d.row.from = d.standing.from;
    d.row.until = d.standing.until;
    if (!fb_read_is_wanted(r, before, &d.standing))
        return;
    struct fb_draft_ceiling *place = fb_list_add(r->draft->pool, &r->draft->ceilings, sizeof *place);
    if (place != NULL)
        *place = d;
}

void fb_read_ceilings(struct fb_reading *r, struct fb_node *node)
{
    fb_read_own_rows(r, node,
                     "write a mapping: {trust: RTH, from: 2026-04-01, pounds: 250000, stage: worked, status: "
                     "…, source: …}",
                     add_ceiling);
}
