#include "engine/pack/predicate.h"
#include <string.h>

static const struct fb_span nothing = {NULL, 0};
enum { LENGTH_MAX = 10 * 366 * 24 * 60 };

/* "11 hours" where the fact counts minutes; the day, week or hour that a text names says that it is a length.
 */
static bool is_length(struct fb_span text, const char *unit, enum fb_length *out)
{
    static const struct {
        const char *unit;
        enum fb_length length;
    } units[] = {{"minutes", FB_LENGTH_MINUTES}, {"days", FB_LENGTH_DAYS}, {"weeks", FB_LENGTH_WEEKS}};
    bool words = false, counted = false;
    for (uint32_t i = 0; i < text.n; i++)
        words = words || text.p[i] == ' ';
    for (unsigned i = 0; i < sizeof units / sizeof units[0]; i++) {
        if (strcmp(unit, units[i].unit) != 0)
            continue;
        counted = true;
        *out = units[i].length;
    }
    return words && counted;
}

/* A fact as it was asked for: a complaint names what stands in the file, which is not the table's word for a fact of a
 * counter or a category. */
struct asked {
    enum fb_fact fact;
    char word[64];
};

static struct asked asked_of(enum fb_fact fact, struct fb_span key)
{
    struct asked a = {.fact = fact};
    size_t n = key.n < sizeof a.word ? key.n : sizeof a.word - 1;
    memcpy(a.word, key.p, n);
    return a;
}

/* How a value of a fact is written. Facts in hundredths are stated in whole units with decimals. */
static int64_t number_of(struct fb_reading *r, const struct fb_node *node, const struct asked *a)
{
    static const struct {
        const char *unit;
        unsigned decimals;
    } units[] = {{"1/100 penny an hour", 4}, {"1/100 percent", 2}};
    unsigned decimals = 0;
    enum fb_length length;
    if (is_length(node->text, fb_fact_table[a->fact].unit, &length))
        return fb_read_length_at(r, node->line, a->word, node->text, length, -LENGTH_MAX,
                                 LENGTH_MAX);
    for (unsigned i = 0; i < sizeof units / sizeof units[0]; i++) {
        if (strcmp(fb_fact_table[a->fact].unit, units[i].unit) == 0)
            decimals = units[i].decimals;
    }
    return fb_read_decimal_at(r, node->line, a->word, node->text, decimals);
}

static int64_t code_of(struct fb_reading *r, const struct fb_node *node, const struct asked *a)
{
    if (a->fact == FB_FACT_GRADE || a->fact == FB_FACT_WORKER_GRADE)
        fb_read_grade_at(r, node->line, node->text);
    return (int64_t)fb_read_code_at(r, node->line, a->word, node->text);
}

/* Names are the sources' own words: no list says which there are. */
static int64_t name_of(struct fb_reading *r, const struct fb_node *node, const struct asked *a)
{
    if (node->text.n == 0 || node->text.n > FB_TEXT_BYTES_MAX)
        fb_read_error(r, node->line, "a name of 1 to 200 bytes, as the source writes it, for the fact",
                      fb_span_of(a->word), "");
    return fb_fact_name(node->text);
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
                {FB_TYPE_UNIT, &fb_unit_words},
                {FB_TYPE_PLACE, &fb_lot_place_words},
                {FB_TYPE_TIER, &fb_tier_words},
                {FB_TYPE_FACT_STATUS, &fb_fact_status_words}};
    for (unsigned i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        if (rows[i].type == type)
            return rows[i].words;
    }
    return NULL;
}

static int64_t value_of(struct fb_reading *r, const struct fb_node *node, const struct asked *a)
{
    enum fb_fact_type type = fb_fact_table[a->fact].type;
    if (node->kind != FB_NODE_SCALAR) {
        fb_read_error(r, node->line, "write one value for the fact", fb_span_of(a->word),
                      "");
        return 0;
    }
    if (type == FB_TYPE_INT)
        return number_of(r, node, a);
    if (type == FB_TYPE_BOOL)
        return fb_read_yes_no_at(r, node->line, a->word, node->text);
    if (type == FB_TYPE_DAY)
        return fb_read_day_at(r, node->line, a->word, node->text);
    if (type == FB_TYPE_CODE)
        return code_of(r, node, a);
    if (type == FB_TYPE_NAME)
        return name_of(r, node, a);
    return fb_read_word_at(r, node->line, words_of(type), node->text);
}

static void read_set(struct fb_reading *r, struct fb_node *list, const struct asked *a, struct fb_predicate *p)
{
    if (list->n == 0 || list->n > UINT8_MAX) {
        fb_read_error(r, list->line, "a list of no values, or of more than 255", nothing, "");
        return;
    }
    int64_t *set = fb_pool_get(r->draft->pool, list->n * sizeof *set);
    if (set == NULL)
        return;
    for (struct fb_node *item = list->first; item != NULL; item = item->next)
        set[p->n_set++] = value_of(r, item, a);
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

/* What stands below a condition that was refused: nobody reads it, and it is no unknown key. */
static void spend(struct fb_node *node)
{
    for (struct fb_node *c = node->first; c != NULL; c = c->next)
        c->used = true;
}

static void read_comparison(struct fb_reading *r, struct fb_node *map, const struct asked *a, struct fb_predicate *p)
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
        p->a = value_of(r, node, a);
        refuse_order(r, map, p);
        return;
    }
    struct fb_node *least = fb_node_get(map, "at_least"), *below = fb_node_get(map, "below");
    if (map->n != 2 || least == NULL || below == NULL) {
        spend(map); /* one complaint is enough */
        fb_read_error(r, map->line, "compare", map->key,
                      " with one of is, not, below, at_most, above, at_least; or with at_least and below");
        return;
    }
    p->op = FB_OP_BETWEEN;
    p->a = value_of(r, least, a);
    p->b = value_of(r, below, a);
    refuse_order(r, map, p);
    if (p->b <= p->a)
        fb_read_error(r, map->line, "a range that no value lies in:", map->key, "");
}

/* Which number a fact of a counter or of a category has is the compiler's business: it is written by its own
 * name. */
static bool is_numbered(enum fb_fact fact)
{
    return (fact >= FB_FACT_COUNTER_1 && fact <= FB_FACT_COUNTER_8) ||
           (fact >= FB_FACT_MINUTES_IN_1 && fact <= FB_FACT_PAY_HOUR_IN_4);
}

static enum fb_fact fact_of(const struct fb_reading *r, struct fb_span word, bool *beyond)
{
    int counter = fb_draft_counter(r->draft, word);
    *beyond = false;
    if (counter >= 0 && counter < (int)FB_COUNTERS_MAX)
        return (enum fb_fact)(FB_FACT_COUNTER_1 + counter);
    enum fb_fact fact = fb_fact_find(word);
    if (fact != FB_FACT_COUNT && !is_numbered(fact))
        return fact;
    return fb_draft_category_fact(r->draft, word, beyond);
}

static void refuse_fact(struct fb_reading *r, const struct fb_node *node, bool beyond)
{
    fb_read_error(
        r, node->line, beyond ? "no fact for the category of" : "unknown fact", node->key,
        beyond
            ? ": write minutes_in_, charge_hour_in_ or pay_hour_in_ before one of the first four categories"
              " that pack.yaml lists"
            : ": `fairbank rules facts` lists the facts, and counters stand under counters");
}

void fb_read_predicates(struct fb_reading *r, struct fb_node *map, struct fb_list *out)
{
    for (struct fb_node *node = map->first; node != NULL; node = node->next) {
        bool beyond;
        enum fb_fact fact = fact_of(r, node->key, &beyond);
        node->used = true;
        if (fact == FB_FACT_COUNT) {
            spend(node);
            refuse_fact(r, node, beyond);
            continue;
        }
        struct fb_predicate *p = fb_list_add(r->draft->pool, out, sizeof *p);
        if (p == NULL)
            return;
        p->fact = (uint8_t)fact;
        const struct asked a = asked_of(fact, node->key);
        if (node->kind == FB_NODE_LIST)
            read_set(r, node, &a, p);
        else if (node->kind == FB_NODE_MAP)
            read_comparison(r, node, &a, p);
        else {
            p->op = FB_OP_EQ;
            p->a = value_of(r, node, &a);
        }
    }
}
