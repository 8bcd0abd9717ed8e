#include "engine/pack/compile.h"
#include <string.h>

void fb_compile_complain(struct fb_draft *d, struct fb_place place, bool warning, const char *before,
                         struct fb_span word, const char *after)
{
    struct fb_complaint c;
    fb_complain(&c, fb_draft_pack_at(d, place.pack)->name, place.path, place.line);
    c.e.warning = warning;
    fb_text_add(&c.text, before);
    if (word.p != NULL) {
        fb_text_add(&c.text, " '");
        fb_text_add_span(&c.text, word);
        fb_text_add(&c.text, "'");
    }
    fb_text_add(&c.text, after);
    fb_complaint_file(&c, d->report);
}

uint16_t fb_compile_origin(struct fb_compiling *c, struct fb_place place, const struct fb_standing *s)
{
    static const char *const layers[FB_LAYERS] = {"national", "ics", "trust", "site"};
    const struct fb_draft_pack *pack = fb_draft_pack_at(c->draft, place.pack);
    if (c->origins.n >= FB_NO_ROW) {
        fb_compile_complain(c->draft, place, false, "more than 65,534 rows in all packs together",
                            (struct fb_span){NULL, 0}, "");
        return FB_NO_ROW;
    }
    struct fb_origin *o = fb_list_add(c->draft->pool, &c->origins, sizeof *o);
    if (o == NULL)
        return FB_NO_ROW;
    *o = (struct fb_origin){.layer = fb_span_of(layers[pack->layer]),
                            .pack = pack->name,
                            .line = place.line,
                            .status = s->status,
                            .source = s->source};
    o->file = fb_pool_copy(c->draft->pool, place.path);
    struct fb_place *at = fb_list_add(c->draft->pool, &c->places, sizeof *at);
    if (at != NULL)
        *at = place;
    return (uint16_t)(c->origins.n - 1);
}

unsigned fb_compile_scopes(const struct fb_compiling *c, const struct fb_draft_terms *t)
{
    const struct fb_draft_pack *pack = fb_draft_pack_at(c->draft, t->place.pack);
    unsigned members = pack->members.n == 0 ? 1 : pack->members.n;
    return members * (pack->sites.n == 0 ? 1 : pack->sites.n);
}

struct fb_scope fb_compile_scope(const struct fb_compiling *c, const struct fb_draft_terms *t,
                                 unsigned member)
{
    static const struct fb_draft_member everybody = {0, INT32_MIN, INT32_MAX, 0};
    const struct fb_draft_pack *pack = fb_draft_pack_at(c->draft, t->place.pack);
    unsigned sites = pack->sites.n == 0 ? 1 : pack->sites.n;
    const struct fb_span *site = pack->sites.item;
    const struct fb_draft_member *m = pack->members.n == 0
                                          ? &everybody
                                          : (const struct fb_draft_member *)pack->members.item + member / sites;
    struct fb_scope scope = {.layer = (uint8_t)pack->layer,
                             .trust = m->code,
                             .staff_groups = t->staff_groups,
                             .routes = t->routes,
                             .from = t->standing.from,
                             .until = t->standing.until};
    if (pack->sites.n > 0)
        scope.site = site[member % sites];
    fb_compile_cut(&scope, m->from, m->until);
    return scope;
}

/* What begins after it ends holds on no day, and asks no special care of whoever reads it. */
void fb_compile_cut(struct fb_scope *scope, fb_day from, fb_day until)
{
    scope->from = scope->from > from ? scope->from : from;
    scope->until = scope->until < until ? scope->until : until;
}

/* "england 2026.11 + thames-valley 2026.11" */
static void name_book(struct fb_compiling *c)
{
    char memory[FB_TEXT_BYTES_MAX + 1];
    struct fb_text t;
    fb_text_init(&t, memory, sizeof memory);
    c->book->review_by = INT32_MAX;
    FB_EACH(c->draft->packs, struct fb_draft_pack, pack)
    {
        fb_text_add(&t, t.n == 0 ? "" : " + ");
        fb_text_add_span(&t, pack->name);
        fb_text_add(&t, " ");
        fb_text_add_span(&t, pack->issue);
        if (pack->review_by < c->book->review_by)
            c->book->review_by = pack->review_by;
    }
    c->book->name = fb_pool_copy(c->draft->pool, (struct fb_span){t.p, (uint32_t)t.n});
}

static void list_categories_and_grades(struct fb_compiling *c)
{
    struct fb_book *b = c->book;
    struct fb_place nowhere = {0, fb_span_of("pack.yaml"), 0};
    b->n_categories = c->draft->n_categories;
    memcpy(b->category, c->draft->category, sizeof b->category);
    if (b->n_categories == 0)
        fb_compile_complain(
            c->draft, nowhere, false,
            "no pack lists its categories, in rising dearness: categories: [plain, unsocial, premium]",
            (struct fb_span){NULL, 0}, "");
    FB_EACH(c->draft->grades, struct fb_draft_grade, g)
    {
        b->grade[b->n_grades++] = g->grade;
    }
    memcpy(b->authority, c->draft->authority, sizeof b->authority);
}

void fb_compile(struct fb_compiling *c)
{
    name_book(c);
    list_categories_and_grades(c);
    fb_compile_calendars(c);
    fb_compile_zones(c);
    fb_compile_periods(c);
    fb_compile_rates(c);
    fb_compile_costs(c);
    fb_compile_layers(c);
    fb_compile_cards(c);
    fb_compile_caps(c);
    fb_compile_counters(c);
    fb_compile_rules(c);
    fb_compile_bonuses(c);
    fb_compile_assure(c);
    fb_compile_returns(c);
    c->book->origin = c->origins.item;
    c->book->n_origins = c->origins.n;
}
