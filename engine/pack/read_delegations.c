#include "engine/pack/read.h"
#include <string.h>

/* Who may grant what at a trust, and when; how small a number is told. */

static const struct fb_span nothing = {NULL, 0};
enum { SMALL_NUMBER_MAX = 100 };

static const struct fb_draft_member *member_of(const struct fb_draft_pack *pack, fb_code trust)
{
    FB_EACH(pack->members, struct fb_draft_member, m)
    {
        if (m->code == trust)
            return m;
    }
    return NULL;
}

/* A trust's own scheme stands in its own pack, or in its system's. */
static void refuse_layer(struct fb_reading *r, const struct fb_node *node)
{
    const struct fb_draft_pack *pack = fb_draft_pack_at(r->draft, r->pack);
    if (pack->layer != FB_LAYER_ICS && pack->layer != FB_LAYER_TRUST)
        fb_read_error(r, node->line, "only an ics or a trust pack has", node->key,
                      ", for they are its trusts' own");
}

fb_code fb_read_own_trust(struct fb_reading *r, struct fb_node *map)
{
    const struct fb_draft_pack *pack = fb_draft_pack_at(r->draft, r->pack);
    struct fb_node *node = fb_read_scalar(r, map, "trust");
    fb_code trust = node == NULL ? 0 : fb_read_code_at(r, node->line, "trust", node->text);
    if (trust != 0 && pack->members.n > 0 && member_of(pack, trust) == NULL)
        fb_read_error(r, node->line, "trust", node->text, " is not among the pack's trusts");
    return trust;
}

/* A date is its local midnight. */
static int64_t instant_of(struct fb_reading *r, struct fb_node *map, const char *key)
{
    struct fb_node *node = fb_read_scalar(r, map, key);
    char midnight[] = "0000-00-00T00:00";
    int64_t ms = 0;
    if (node == NULL)
        return 0;
    struct fb_span text = node->text;
    if (text.n == 10) {
        memcpy(midnight, text.p, 10);
        text = fb_span_of(midnight);
    }
    if (fb_instant_parse(&ms, text) != FB_OK)
        fb_read_error(r, node->line, key, node->text,
                      ": write a date such as 2026-04-01, or 2026-03-16T17:00, local");
    return ms;
}

/* Identities go through messages and screens: a name of a person would, too. */
static struct fb_span identity_of(struct fb_reading *r, struct fb_node *map)
{
    struct fb_span text = fb_read_text(r, map, "identity");
    bool good = text.n <= FB_ID_BYTES_MAX;
    for (uint32_t i = 0; i < text.n; i++)
        good = good && text.p[i] != ' ';
    if (!good)
        fb_read_error(
            r, map->line, "identity", text,
            ": write it as messages have it, without blanks, such as RTH-CE; never a person's name");
    return text;
}

static void refuse_same_days(struct fb_reading *r, const struct fb_draft_delegation *d)
{
    FB_EACH(r->draft->delegations, struct fb_draft_delegation, other)
    {
        const struct fb_delegation *o = &other->row, *n = &d->row;
        if (o->trust == n->trust && o->role == n->role && fb_span_eq(o->identity, n->identity) &&
            o->from_ms < n->until_ms && n->from_ms < o->until_ms)
            fb_read_error(r, d->place.line,
                          "a row above delegates the same role at the same trust, on the same days, to",
                          n->identity, "");
    }
}

static struct fb_draft_delegation delegation_of(struct fb_reading *r, struct fb_node *map)
{
    struct fb_draft_delegation d = {.place = fb_read_place(r, map->line)};
    d.row.trust = fb_read_own_trust(r, map);
    d.row.role = (enum fb_role)fb_read_word(r, map, "role", &fb_role_words);
    d.row.identity = identity_of(r, map);
    d.row.from_ms = fb_node_get(map, "from") == NULL ? INT64_MIN : instant_of(r, map, "from");
    d.row.until_ms = fb_node_get(map, "until") == NULL ? INT64_MAX : instant_of(r, map, "until");
    if (d.row.until_ms <= d.row.from_ms)
        fb_read_error(r, map->line, "until is not after from: until is the first moment that is out", nothing,
                      "");
    fb_read_undated_standing(r, map, &d.standing);
    return d;
}

static void add_delegation(struct fb_reading *r, struct fb_node *map)
{
    unsigned before = r->draft->report->errors;
    struct fb_draft_delegation d = delegation_of(r, map);
    if (!fb_read_is_wanted(r, before, &d.standing))
        return;
    refuse_same_days(r, &d);
    struct fb_draft_delegation *place = fb_list_add(r->draft->pool, &r->draft->delegations, sizeof *place);
    if (place != NULL)
        *place = d;
}

void fb_read_own_rows(struct fb_reading *r, struct fb_node *node, const char *shape,
                      void (*add)(struct fb_reading *r, struct fb_node *map))
{
    refuse_layer(r, node);
    for (struct fb_node *item = node->first; item != NULL; item = item->next)
        if (fb_read_is_map(r, item, shape))
            add(r, item);
}

void fb_read_delegations(struct fb_reading *r, struct fb_node *node)
{
    fb_read_own_rows(r, node,
                     "write a mapping: {trust: RTH, role: chief_executive, identity: RTH-CE, from: …, status: …, "
                     "source: …}",
                     add_delegation);
}

/* ---- privacy ---- */

void fb_read_privacy(struct fb_reading *r, struct fb_node *node)
{
    struct fb_standing standing;
    uint32_t number = (uint32_t)fb_read_whole(r, node, "small_number", 1, SMALL_NUMBER_MAX);
    fb_read_undated_standing(r, node, &standing);
    if (fb_draft_pack_at(r->draft, r->pack)->layer > FB_LAYER_ICS)
        fb_read_error(r, node->line, "privacy", nothing,
                      ": only a national or an ics pack has it, for an export is of all trusts");
    if (fb_read_is_known(r, &standing))
        r->draft->small_number = number;
}
