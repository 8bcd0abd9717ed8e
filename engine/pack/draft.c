#include "engine/pack/known.h"
#include "engine/pack/read.h"
#include <string.h>

static const struct fb_span nothing = {NULL, 0};

/* What a file is, by its folder and its ending. A document's sections are read in the order of `sections`. */
struct shelf {
    const char *folder, *ending;
    void (*table)(struct fb_reading *r, const struct fb_table *t); /* CSV */
    bool document, left; /* YAML that is read here; read elsewhere */
};
static const struct shelf shelves[] = {
    {"calendar/", ".yaml", NULL, true, false},  {"calendar/", ".csv", fb_read_holidays, false, false},
    {"rates/", ".yaml", NULL, true, false},     {"rates/", ".csv", fb_read_rates, false, false},
    {"caps/", ".yaml", NULL, true, false},      {"caps/", ".csv", fb_read_cap_table, false, false},
    {"assurance/", ".yaml", NULL, true, false}, {"cases/", ".yaml", NULL, false, true},
    {"returns/", ".yaml", NULL, true, false},
};

/* What is named stands before what names it, whichever file it is in. */
static const struct section {
    const char *folder, *key;
    enum fb_node_kind kind;
    void (*read)(struct fb_reading *r, struct fb_node *node);
} sections[] = {
    {"rates/", "grades", FB_NODE_MAP, fb_read_grades},
    {"rates/", "zones", FB_NODE_LIST, fb_read_zones},
    {"calendar/", "calendars", FB_NODE_LIST, fb_read_calendars},
    {"calendar/", "public_holidays", FB_NODE_MAP, fb_read_holiday_years},
    {"rates/", "enhancements", FB_NODE_LIST, fb_read_enhancements},
    {"rates/", "hourly", FB_NODE_LIST, fb_read_hourlies},
    {"rates/", "vat", FB_NODE_LIST, fb_read_vats},
    {"rates/", "cards", FB_NODE_LIST, fb_read_cards},
    {"caps/", "caps", FB_NODE_LIST, fb_read_caps},
    {"assurance/", "counters", FB_NODE_LIST, fb_read_counters},
    {"assurance/", "clocks", FB_NODE_MAP, fb_read_clocks},
    {"assurance/", "rules", FB_NODE_LIST, fb_read_rules},
    {"assurance/", "answers", FB_NODE_LIST, fb_read_answers},
    {"assurance/", "delegations", FB_NODE_LIST, fb_read_delegations},
    {"assurance/", "approval_budgets", FB_NODE_LIST, fb_read_budgets},
    {"assurance/", "agency_ceilings", FB_NODE_LIST, fb_read_ceilings},
    {"assurance/", "privacy", FB_NODE_MAP, fb_read_privacy},
    {"assurance/", "bonuses", FB_NODE_LIST, fb_read_bonuses},
    {"returns/", "groups", FB_NODE_LIST, fb_read_return_groups},
    {"returns/", "returns", FB_NODE_LIST, fb_read_returns},
};
#define COUNT(a) (sizeof(a) / sizeof((a)[0]))

static bool begins(struct fb_span s, const char *text)
{
    size_t n = strlen(text);
    return s.n >= n && memcmp(s.p, text, n) == 0;
}

static bool ends(struct fb_span s, const char *text)
{
    size_t n = strlen(text);
    return s.n >= n && memcmp(s.p + (s.n - n), text, n) == 0;
}

static const struct shelf *shelf_of(const struct fb_pack_file *file)
{
    for (size_t i = 0; i < COUNT(shelves); i++) {
        if (begins(file->path, shelves[i].folder) && ends(file->path, shelves[i].ending))
            return &shelves[i];
    }
    return NULL;
}

struct fb_draft_pack *fb_draft_pack_at(const struct fb_draft *draft, unsigned pack)
{
    return (struct fb_draft_pack *)draft->packs.item + pack;
}

static bool is_first(const struct fb_draft *d, unsigned i)
{
    return i == 0 || !fb_span_eq(d->file[i].pack, d->file[i - 1].pack);
}

static void refuse_scattered(struct fb_reading *r)
{
    FB_EACH(r->draft->packs, struct fb_draft_pack, other)
    {
        if (fb_span_eq(other->name, r->file->pack))
            fb_read_error(r, 0, "the files of one pack must stand together", nothing, "");
    }
}

/* One entry per pack, in order, with the file where it begins. */
static void list_packs(struct fb_draft *d)
{
    for (unsigned i = 0; i < d->n_files; i++) {
        struct fb_reading r = {d, &d->file[i], d->packs.n};
        if (!is_first(d, i))
            continue;
        refuse_scattered(&r);
        struct fb_draft_pack *pack = fb_list_add(d->pool, &d->packs, sizeof *pack);
        if (pack != NULL)
            pack->name = fb_pool_copy(d->pool, d->file[i].pack);
    }
}

static void add_document(struct fb_reading *r)
{
    struct fb_node *root = fb_node_read(r->draft->pool, r->file, r->draft->report);
    if (root == NULL)
        return;
    if (root->kind != FB_NODE_MAP) {
        fb_read_error(r, root->line, "a file of a pack is a mapping", nothing, "");
        return;
    }
    struct fb_draft_document *doc = fb_list_add(r->draft->pool, &r->draft->documents, sizeof *doc);
    if (doc != NULL)
        *doc = (struct fb_draft_document){r->file, r->pack, root};
}

static void complain_of_pack(struct fb_draft *d, struct fb_span pack, const char *text)
{
    struct fb_complaint c;
    fb_complain(&c, pack, fb_span_of("pack.yaml"), 0);
    fb_text_add(&c.text, text);
    fb_complaint_file(&c, d->report);
}

/* pack.yaml of every pack, before all else: layers, members and categories come from there. */
static void read_packs(struct fb_draft *d)
{
    unsigned pack = 0, seen = 0;
    for (unsigned i = 0; i < d->n_files; i++) {
        struct fb_reading r = {d, &d->file[i], pack};
        bool last = i + 1 == d->n_files || is_first(d, i + 1);
        if (fb_span_is(r.file->path, "pack.yaml")) {
            unsigned before = d->documents.n;
            add_document(&r);
            struct fb_draft_document *doc = d->documents.item;
            if (d->documents.n > before)
                fb_read_pack(&r, doc[before].root);
            seen++;
        }
        if (last && seen == 0)
            complain_of_pack(d, r.file->pack, "the pack has no pack.yaml: it says what the pack is");
        seen = last ? 0 : seen;
        pack += last;
    }
}

static void refuse_layer_order(struct fb_draft *d)
{
    unsigned before = 0;
    FB_EACH(d->packs, struct fb_draft_pack, pack)
    {
        if (pack->layer < before)
            complain_of_pack(
                d, pack->name,
                "a more general layer after a more specific one: give national first, then ics, trust "
                "and site");
        before = pack->layer;
    }
}

static void read_documents(struct fb_draft *d)
{
    unsigned pack = 0;
    for (unsigned i = 0; i < d->n_files; i++) {
        struct fb_reading r = {d, &d->file[i], pack};
        const struct shelf *shelf = shelf_of(r.file);
        bool own = fb_span_is(r.file->path, "pack.yaml");
        if (shelf == NULL && !own)
            fb_read_error(
                &r, 0,
                "not a file of a pack: it takes pack.yaml, and .yaml or .csv in calendar, rates and caps, "
                "and .yaml in assurance, cases and returns",
                nothing, "");
        else if (!own && shelf->document)
            add_document(&r);
        pack += i + 1 < d->n_files && is_first(d, i + 1);
    }
}

static void read_section(struct fb_draft *d, const struct section *s)
{
    for (unsigned i = 0; i < d->documents.n; i++) {
        struct fb_draft_document *doc = (struct fb_draft_document *)d->documents.item + i;
        struct fb_reading r = {d, doc->file, doc->pack};
        if (!begins(doc->file->path, s->folder) || fb_node_get(doc->root, s->key) == NULL)
            continue;
        struct fb_node *node =
            s->kind == FB_NODE_MAP ? fb_read_map(&r, doc->root, s->key) : fb_read_list(&r, doc->root, s->key);
        if (node != NULL)
            s->read(&r, node);
    }
}

/* Only when every table was read is it known which row for a thing became known last. */
static void settle_rows(struct fb_draft *d)
{
    fb_claims_settle(d, &d->point_claims, "the same pay point of band");
    fb_claims_settle(d, &d->supplement_claims, "the supplement of zone");
    fb_claims_settle(d, &d->zone_claims, "the zone of");
    fb_claims_settle(d, &d->on_cost_claims, "the on-cost");
    fb_claims_settle(d, &d->fee_claims, "the fee");
    fb_claims_settle(d, &d->floor_claims, "the floor");
    FB_EACH(d->tables, struct fb_draft_rate_table, t)
    {
        fb_claims_settle(d, &t->claims, "the rate of");
    }
    FB_EACH(d->cap_tables, struct fb_draft_cap_table, c)
    {
        fb_claims_settle(d, &c->claims, "the cap of");
    }
}

/* Tables name grades and categories, and caps name tables: so they come after grades, and before caps. */
static void read_tables(struct fb_draft *d)
{
    unsigned pack = 0;
    for (unsigned i = 0; i < d->n_files; i++) {
        struct fb_reading r = {d, &d->file[i], pack};
        const struct shelf *shelf = shelf_of(r.file);
        struct fb_table *t = NULL;
        if (shelf != NULL && shelf->table != NULL)
            t = fb_table_read(d->pool, r.file, d->report);
        if (t != NULL)
            shelf->table(&r, t);
        pack += i + 1 < d->n_files && is_first(d, i + 1);
    }
    settle_rows(d);
}

/* A key that nobody read is a word written wrongly: silently leaving it out would change the rule. */
static void refuse_unused(struct fb_reading *r, const struct fb_node *node)
{
    for (const struct fb_node *c = node->first; c != NULL; c = c->next) {
        if (node->kind == FB_NODE_MAP && !c->used)
            fb_read_error(r, c->line, "unknown key", c->key,
                          ": rules/README.md lists the keys; look for a spelling");
        else if (c->kind != FB_NODE_SCALAR)
            refuse_unused(r, c);
    }
}

static void refuse_unknown_keys(struct fb_draft *d)
{
    FB_EACH(d->documents, struct fb_draft_document, doc)
    {
        struct fb_reading r = {d, doc->file, doc->pack};
        refuse_unused(&r, doc->root);
    }
}

enum fb_err fb_draft_read(struct fb_draft *d, const struct fb_pack_file *files, unsigned n)
{
    d->file = files;
    d->n_files = n;
    d->no_percent.grades = UINT64_MAX;
    for (unsigned k = 0; k < FB_CATEGORIES_MAX; k++)
        d->no_percent.factor[k] = fb_ratio_of(1, 1);
    list_packs(d);
    if (d->pool->bad)
        return FB_FULL;
    read_packs(d);
    refuse_layer_order(d);
    if (d->n_categories == 0 && d->report->errors > 0)
        return FB_REFUSED; /* every category named elsewhere would be one error more, and none of them true */
    read_documents(d);
    for (size_t i = 0; i < COUNT(sections) && !d->pool->bad; i++) {
        if (sections[i].read == fb_read_cards)
            read_tables(d);
        read_section(d, &sections[i]);
    }
    refuse_unknown_keys(d);
    return d->pool->bad ? FB_FULL : FB_OK;
}
