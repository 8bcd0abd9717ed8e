#include "engine/pack/read.h"

/* The parts of pack.yaml that say whom a pack is for, since when, and whether they took it over. */
static const struct fb_span nothing = {NULL, 0};

/* ODS codes of organisations: trusts have three characters, social-care and primary-care employers up to
 * five. */
static fb_code organisation_at(struct fb_reading *r, unsigned line, const char *what, struct fb_span text)
{
    if (text.n >= 3 && text.n <= 5)
        return fb_read_code_at(r, line, what, text);
    fb_read_error(r, line, what, text, " is not a code of 3 to 5 characters");
    return 0;
}

/* ---- members ---- */

static struct fb_draft_member member_of(struct fb_reading *r, struct fb_node *item, struct fb_span *word)
{
    struct fb_draft_member m = {0, INT32_MIN, INT32_MAX, item->line};
    *word = item->text;
    if (item->kind == FB_NODE_MAP) {
        *word = fb_read_text(r, item, "code");
        m.from = fb_read_optional_day(r, item, "from", INT32_MIN);
        m.until = fb_read_optional_day(r, item, "until", INT32_MAX);
        if (m.until <= m.from)
            fb_read_error(r, item->line, "a member that leaves before it comes, or on the same day:", *word,
                          "");
    } else if (item->kind == FB_NODE_LIST) {
        fb_read_error(r, item->line, "a trust is a code, or {code: RTH, from: 2022-07-01, until: 2026-04-01}",
                      nothing, "");
        return m;
    }
    m.code = organisation_at(r, item->line, "trust", *word);
    return m;
}

static bool same_days(const struct fb_draft_member *a, const struct fb_draft_member *b)
{
    return a->from < b->until && b->from < a->until;
}

static void add_member(struct fb_reading *r, struct fb_node *item, struct fb_draft_pack *pack)
{
    struct fb_span word;
    struct fb_draft_member m = member_of(r, item, &word);
    FB_EACH(pack->members, struct fb_draft_member, other)
    {
        if (other->code == m.code && same_days(other, &m))
            fb_read_error(r, item->line, "the list names", word, " twice for the same days");
    }
    struct fb_draft_member *place = fb_list_add(r->draft->pool, &pack->members, sizeof *place);
    if (place != NULL)
        *place = m;
}

static bool belongs(const struct fb_draft_pack *pack, const struct fb_draft_member *m)
{
    FB_EACH(pack->members, struct fb_draft_member, own)
    {
        if (own->code == m->code && same_days(own, m))
            return true;
    }
    return false;
}

/* A trust has one system at a time. Two packs of the same system may share it: a card here, a ceiling there.
 */
static void refuse_two_systems(struct fb_reading *r, const struct fb_draft_pack *pack)
{
    for (unsigned i = 0; i < r->pack; i++) {
        const struct fb_draft_pack *other = fb_draft_pack_at(r->draft, i);
        if (pack->ics == 0 || other->ics == 0 || other->ics == pack->ics)
            continue;
        FB_EACH(pack->members, struct fb_draft_member, m)
        {
            char code[9];
            fb_code_format(code, m->code);
            if (belongs(other, m))
                fb_read_error(r, m->line, "on some days a pack of another system has the member",
                              fb_span_of(code), " too: end the one with until, begin the other with from");
        }
    }
}

static void read_ics(struct fb_reading *r, struct fb_node *map, struct fb_draft_pack *pack)
{
    struct fb_node *node = fb_node_get(map, "ics") == NULL ? NULL : fb_read_scalar(r, map, "ics");
    if (node == NULL)
        return;
    pack->ics = organisation_at(r, node->line, "ics", node->text);
    if (pack->layer != FB_LAYER_ICS)
        fb_read_error(r, node->line, "ics", nothing,
                      ": only a pack of the ics layer has the code of a system");
}

static void read_sites(struct fb_reading *r, struct fb_node *map, struct fb_draft_pack *pack)
{
    struct fb_node *list = fb_node_get(map, "sites") == NULL ? NULL : fb_read_list(r, map, "sites");
    if (pack->layer == FB_LAYER_SITE && fb_node_get(map, "sites") == NULL)
        fb_read_error(r, map->line, "a site pack names its sites: sites: [RTH02]", nothing, "");
    if (list != NULL && (pack->layer != FB_LAYER_SITE || list->n == 0))
        fb_read_error(r, list->line, "sites", nothing, ": name at least one, and only in a site pack");
    for (struct fb_node *item = list == NULL ? NULL : list->first; item != NULL; item = item->next) {
        FB_EACH(pack->sites, struct fb_span, other)
        {
            if (fb_span_eq(*other, item->text))
                fb_read_error(r, item->line, "the list names", item->text, " twice");
        }
        if (item->text.n == 0 || item->text.n > FB_ID_BYTES_MAX)
            fb_read_error(r, item->line, "a site is a code, as the bookings have it", nothing, "");
        struct fb_span *place = fb_list_add(r->draft->pool, &pack->sites, sizeof *place);
        if (place != NULL)
            *place = item->text;
    }
}

void fb_read_members(struct fb_reading *r, struct fb_node *map, struct fb_draft_pack *pack)
{
    bool said = fb_node_get(map, "trusts") != NULL;
    struct fb_node *list = said ? fb_read_list(r, map, "trusts") : NULL;
    if (!said && pack->layer >= FB_LAYER_TRUST)
        fb_read_error(r, map->line, "a trust or site pack names its trusts: trusts: [RTH]", nothing, "");
    if (list != NULL && (pack->layer == FB_LAYER_NATIONAL || list->n == 0))
        fb_read_error(r, list->line, "trusts", nothing,
                      ": name at least one, and only in an ics, a trust or a site pack");
    for (struct fb_node *item = list == NULL ? NULL : list->first; item != NULL; item = item->next)
        add_member(r, item, pack);
    read_ics(r, map, pack);
    read_sites(r, map, pack);
    refuse_two_systems(r, pack);
}

void fb_read_add_members(struct fb_reading *r, struct fb_list *when)
{
    const struct fb_draft_pack *pack = fb_draft_pack_at(r->draft, r->pack);
    int64_t *set = fb_pool_get(r->draft->pool, ((size_t)pack->members.n + 1) * 3 * sizeof *set);
    struct fb_predicate *p =
        pack->members.n == 0 || set == NULL ? NULL : fb_list_add(r->draft->pool, when, sizeof *p);
    bool dated = false;
    if (p == NULL)
        return;
    if (pack->members.n > UINT8_MAX)
        fb_read_error(r, 0, "a rule or a counter in a pack with more than 255 members", nothing, "");
    FB_EACH(pack->members, struct fb_draft_member, d)
    {
        dated = dated || d->from != INT32_MIN || d->until != INT32_MAX;
    }
    *p = (struct fb_predicate){
        .fact = FB_FACT_HIRER, .op = (uint8_t)(dated ? FB_OP_MEMBER : FB_OP_IN), .set = set};
    FB_EACH(pack->members, struct fb_draft_member, m)
    {
        *set++ = (int64_t)m->code;
        if (dated) {
            *set++ = m->from;
            *set++ = m->until;
        }
        p->n_set = (uint8_t)(p->n_set + 1);
    }
}

/* ---- adoption ---- */

static bool is_member(const struct fb_draft_pack *pack, fb_code trust)
{
    FB_EACH(pack->members, struct fb_draft_member, m)
    {
        if (m->code == trust)
            return true;
    }
    return false;
}

static void add_adoption(struct fb_reading *r, struct fb_node *map, struct fb_draft_pack *pack)
{
    struct fb_draft_adoption a = {.place = fb_read_place(r, map->line)};
    if (!fb_read_is_map(r, map, "write a mapping: {trust: RTH, state: adopted, from: …, role: …, status: …, source: …}"))
        return;
    struct fb_span trust = fb_read_text(r, map, "trust");
    a.row.trust = organisation_at(r, map->line, "trust", trust);
    a.row.state = (enum fb_adoption)fb_read_word(r, map, "state", &fb_adoption_words);
    a.row.role = fb_read_text(r, map, "role");
    fb_read_undated_standing(r, map, &a.standing);
    a.standing.from = a.row.from = fb_read_day(r, map, "from");
    if (pack->members.n > 0 && !is_member(pack, a.row.trust))
        fb_read_error(r, map->line, "adoption by", trust, ", which is not among the pack's trusts");
    FB_EACH(pack->adoptions, struct fb_draft_adoption, other)
    {
        if (other->row.trust == a.row.trust && other->row.from == a.row.from)
            fb_read_error(r, map->line, "two states of adoption from the same day for", trust, "");
    }
    struct fb_draft_adoption *place = fb_read_is_known(r, &a.standing)
                                          ? fb_list_add(r->draft->pool, &pack->adoptions, sizeof *place)
                                          : NULL;
    if (place != NULL)
        *place = a;
}

void fb_read_adoptions(struct fb_reading *r, struct fb_node *map, struct fb_draft_pack *pack)
{
    struct fb_node *list = fb_node_get(map, "adoption") == NULL ? NULL : fb_read_list(r, map, "adoption");
    if (list == NULL)
        return;
    pack->keeps_adoption = true;
    if (pack->layer != FB_LAYER_ICS || list->n == 0)
        fb_read_error(
            r, list->line, "adoption", nothing,
            ": name at least one trust's, and only in an ics pack: a trust's own card binds it anyway");
    for (struct fb_node *item = list->first; item != NULL; item = item->next)
        add_adoption(r, item, pack);
}

/* ---- corridor ---- */

static int32_t ppm_of(struct fb_reading *r, struct fb_node *map, const char *key)
{
    struct fb_node *node = fb_read_scalar(r, map, key);
    return node == NULL ? 0 : fb_read_ppm_at(r, node->line, node->text);
}

void fb_read_corridor(struct fb_reading *r, struct fb_node *map, const struct fb_draft_pack *pack)
{
    struct fb_draft_corridor c = {0};
    struct fb_node *node = fb_node_get(map, "corridor") == NULL ? NULL : fb_read_map(r, map, "corridor");
    if (node == NULL)
        return;
    if (pack->layer != FB_LAYER_ICS)
        fb_read_error(r, node->line, "corridor", nothing, ": only an ics pack has one");
    c.place = fb_read_place(r, node->line);
    c.corridor.above_ppm = ppm_of(r, node, "above_percent");
    c.corridor.below_ppm = ppm_of(r, node, "below_percent");
    c.corridor.weeks = (uint16_t)fb_read_whole(r, node, "weeks", 1, 53);
    c.corridor.minutes_least = fb_read_whole(r, node, "hours_least", 0, 1000000) * 60;
    c.corridor.settle_days = (uint16_t)fb_read_whole(r, node, "settle_days", 0, 366);
    fb_read_undated_standing(r, node, &c.standing);
    struct fb_draft_corridor *place = fb_read_is_known(r, &c.standing)
                                          ? fb_list_add(r->draft->pool, &r->draft->corridors, sizeof *place)
                                          : NULL;
    if (place != NULL)
        *place = c;
}

/* ---- silence ---- */

void fb_read_silence(struct fb_reading *r, struct fb_node *map, const struct fb_draft_pack *pack)
{
    struct fb_draft_silence s = {0};
    struct fb_node *node = fb_node_get(map, "silence") == NULL ? NULL : fb_read_map(r, map, "silence");
    if (node == NULL)
        return;
    if (pack->layer != FB_LAYER_NATIONAL && pack->layer != FB_LAYER_ICS)
        fb_read_error(r, node->line, "silence", nothing, ": only a national or an ics pack has one");
    s.place = fb_read_place(r, node->line);
    s.silence.weeks = (uint16_t)fb_read_whole(r, node, "weeks", 1, 26);
    s.silence.weeks_least = (uint16_t)fb_read_whole(r, node, "weeks_least", 1, 26);
    s.silence.percent = (uint16_t)fb_read_whole(r, node, "percent", 1, 100);
    s.silence.hours = (uint16_t)fb_read_whole(r, node, "hours", 1, 168);
    if (s.silence.weeks_least > s.silence.weeks)
        fb_read_error(r, node->line, "silence", nothing, ": weeks_least is more than weeks, so that no habit would ever be known");
    fb_read_undated_standing(r, node, &s.standing);
    struct fb_draft_silence *place = fb_read_is_known(r, &s.standing) ? fb_list_add(r->draft->pool, &r->draft->silences, sizeof *place)
                                                                      : NULL;
    if (place != NULL)
        *place = s;
}

/* ---- invoices ---- */

enum { TOLERANCE_MINUTES_MAX = 120, TOLERANCE_PENCE_MAX = 10000 };

/* A trust's own would hold for all: one book has one. */
void fb_read_invoice(struct fb_reading *r, struct fb_node *map, const struct fb_draft_pack *pack)
{
    struct fb_draft_invoice d = {0};
    struct fb_node *node = fb_node_get(map, "invoice") == NULL ? NULL : fb_read_map(r, map, "invoice");
    if (node == NULL)
        return;
    if (pack->layer != FB_LAYER_NATIONAL && pack->layer != FB_LAYER_ICS)
        fb_read_error(r, node->line, "invoice", nothing, ": only a national or an ics pack has one");
    d.place = fb_read_place(r, node->line);
    d.terms.minutes = fb_read_whole(r, node, "minutes", 0, TOLERANCE_MINUTES_MAX);
    d.terms.rate_e4 = fb_read_whole(r, node, "pence_hour", 0, TOLERANCE_PENCE_MAX) * 100;
    d.terms.apart_pence = fb_read_whole(r, node, "pence", 0, TOLERANCE_PENCE_MAX);
    fb_read_undated_standing(r, node, &d.standing);
    struct fb_draft_invoice *place = fb_read_is_known(r, &d.standing) ? fb_list_add(r->draft->pool, &r->draft->invoices, sizeof *place)
                                                                      : NULL;
    if (place != NULL)
        *place = d;
}
