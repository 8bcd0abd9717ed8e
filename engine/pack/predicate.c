#include "engine/pack/predicate.h"
#include <string.h>

static const struct fb_span nothing = {NULL, 0};

/* How a value of a fact is written. Facts in hundredths are stated in whole units with decimals. */
static int64_t number_of(struct fb_reading *r, const struct fb_node *node, enum fb_fact fact)
{
    static const struct {
        const char *unit;
        unsigned decimals;
    } units[] = {{"1/100 penny an hour", 4}, {"1/100 percent", 2}};
    unsigned decimals = 0;
    for (unsigned i = 0; i < sizeof units / sizeof units[0]; i++) {
        if (strcmp(fb_fact_table[fact].unit, units[i].unit) == 0)
            decimals = units[i].decimals;
    }
    return fb_read_decimal_at(r, node->line, fb_fact_table[fact].word, node->text, decimals);
}

static int64_t code_of(struct fb_reading *r, const struct fb_node *node, enum fb_fact fact)
{
    if (fact == FB_FACT_GRADE || fact == FB_FACT_WORKER_GRADE)
        fb_read_grade_at(r, node->line, node->text);
    return (int64_t)fb_read_code_at(r, node->line, fb_fact_table[fact].word, node->text);
}

/* The vocabulary of a fact whose values are words. */
static const struct fb_vocabulary *words_of(enum fb_fact_type type)
{
    static const struct {
        enum fb_fact_type type;
        const struct fb_vocabulary *words;
    } rows[] = {{FB_TYPE_ROUTE, &fb_route_words},
                {FB_TYPE_STAFF_GROUP, &fb_staff_group_words},
                {FB_TYPE_ENGAGEMENT, &fb_engagement_words},
                {FB_TYPE_STATUS, &fb_status_words},
                {FB_TYPE_WORKER_KIND, &fb_worker_kind_words},
                {FB_TYPE_BOOKING_STATE, &fb_booking_state_words},
                {FB_TYPE_PARTY, &fb_party_words},
                {FB_TYPE_UNIT, &fb_unit_words}};
    for (unsigned i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        if (rows[i].type == type)
            return rows[i].words;
    }
    return NULL;
}

static int64_t value_of(struct fb_reading *r, const struct fb_node *node, enum fb_fact fact)
{
    enum fb_fact_type type = fb_fact_table[fact].type;
    if (node->kind != FB_NODE_SCALAR) {
        fb_read_error(r, node->line, "write one value for the fact", fb_span_of(fb_fact_table[fact].word),
                      "");
        return 0;
    }
    if (type == FB_TYPE_INT)
        return number_of(r, node, fact);
    if (type == FB_TYPE_BOOL)
        return fb_read_yes_no_at(r, node->line, fb_fact_table[fact].word, node->text);
    if (type == FB_TYPE_DAY)
        return fb_read_day_at(r, node->line, fb_fact_table[fact].word, node->text);
    if (type == FB_TYPE_CODE)
        return code_of(r, node, fact);
    return fb_read_word_at(r, node->line, words_of(type), node->text);
}

static void read_set(struct fb_reading *r, struct fb_node *list, struct fb_predicate *p)
{
    if (list->n == 0 || list->n > UINT8_MAX) {
        fb_read_error(r, list->line, "a list of no values, or of more than 255", nothing, "");
        return;
    }
    int64_t *set = fb_pool_get(r->draft->pool, list->n * sizeof *set);
    if (set == NULL)
        return;
    for (struct fb_node *item = list->first; item != NULL; item = item->next)
        set[p->n_set++] = value_of(r, item, (enum fb_fact)p->fact);
    p->op = FB_OP_IN;
    p->set = set;
}

/* Words, codes and yes/no have no order. */
static void refuse_order(struct fb_reading *r, const struct fb_node *node, const struct fb_predicate *p)
{
    enum fb_fact_type type = fb_fact_table[p->fact].type;
    if (p->op != FB_OP_EQ && p->op != FB_OP_NE && type != FB_TYPE_INT && type != FB_TYPE_DAY)
        fb_read_error(r, node->line,
                      "this fact has no order, so that it cannot be above or below:", node->key, "");
}

static void read_comparison(struct fb_reading *r, struct fb_node *map, struct fb_predicate *p)
{
    static const struct {
        const char *word;
        enum fb_op op;
    } ops[] = {{"is", FB_OP_EQ},      {"not", FB_OP_NE},   {"below", FB_OP_LT},
               {"at_most", FB_OP_LE}, {"above", FB_OP_GT}, {"at_least", FB_OP_GE}};
    for (unsigned i = 0; i < sizeof ops / sizeof ops[0]; i++) {
        struct fb_node *node = map->n == 1 ? fb_node_get(map, ops[i].word) : NULL;
        if (node == NULL)
            continue;
        p->op = (uint8_t)ops[i].op;
        p->a = value_of(r, node, (enum fb_fact)p->fact);
        refuse_order(r, map, p);
        return;
    }
    struct fb_node *least = fb_node_get(map, "at_least"), *below = fb_node_get(map, "below");
    if (map->n != 2 || least == NULL || below == NULL) {
        fb_read_error(r, map->line, "compare", map->key,
                      " with one of is, not, below, at_most, above, at_least; or with at_least and below");
        return;
    }
    p->op = FB_OP_BETWEEN;
    p->a = value_of(r, least, (enum fb_fact)p->fact);
    p->b = value_of(r, below, (enum fb_fact)p->fact);
    refuse_order(r, map, p);
    if (p->b <= p->a)
        fb_read_error(r, map->line, "a range that no value lies in:", map->key, "");
}

/* A counter is read by its own name: which number it has is the compiler's business. */
static enum fb_fact fact_of(const struct fb_reading *r, struct fb_span word)
{
    int counter = fb_draft_counter(r->draft, word);
    enum fb_fact fact = fb_fact_find(word);
    if (counter >= 0 && counter < (int)FB_COUNTERS_MAX)
        return (enum fb_fact)(FB_FACT_COUNTER_1 + counter);
    return fact >= FB_FACT_COUNTER_1 && fact <= FB_FACT_COUNTER_8 ? FB_FACT_COUNT : fact;
}

void fb_read_predicates(struct fb_reading *r, struct fb_node *map, struct fb_list *out)
{
    for (struct fb_node *node = map->first; node != NULL; node = node->next) {
        enum fb_fact fact = fact_of(r, node->key);
        node->used = true;
        if (fact == FB_FACT_COUNT) {
            fb_read_error(r, node->line, "unknown fact", node->key,
                          ": the facts are listed in engine/core/facts.h, and counters stand under counters");
            continue;
        }
        struct fb_predicate *p = fb_list_add(r->draft->pool, out, sizeof *p);
        if (p == NULL)
            return;
        p->fact = (uint8_t)fact;
        if (node->kind == FB_NODE_LIST)
            read_set(r, node, p);
        else if (node->kind == FB_NODE_MAP)
            read_comparison(r, node, p);
        else {
            p->op = FB_OP_EQ;
            p->a = value_of(r, node, fact);
        }
    }
}
