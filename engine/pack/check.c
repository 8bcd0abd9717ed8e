#include "engine/pack/check.h"
#include "engine/base/hash.h"
#include "engine/pack/check_steps.h"

static const struct fb_span nothing = {NULL, 0};

/* ---- findings ---- */

struct fb_check_at fb_check_place(const struct fb_checking *c, struct fb_place place)
{
    return (struct fb_check_at){fb_draft_pack_at(c->draft, place.pack)->name, place.path, place.line};
}

struct fb_check_at fb_check_origin(const struct fb_checking *c, uint16_t origin)
{
    const struct fb_origin *o = &c->book->origin[origin];
    return (struct fb_check_at){o->pack, o->file, o->line};
}

static uint64_t key_at(struct fb_check_at at, uint64_t key)
{
    key = fb_hash64_mix(key, at.line);
    key = fb_hash64_mix(key, fb_hash64(at.path.p, at.path.n));
    return fb_hash64_mix(key, fb_hash64(at.pack.p, at.pack.n));
}

bool fb_check_told(const struct fb_checking *c, struct fb_check_at at, uint64_t key)
{
    key = key_at(at, key);
    FB_EACH(c->found, struct fb_check_finding, f)
    {
        if (f->key == key)
            return true;
    }
    return false;
}

/* Past what a report holds they are only counted, as one. */
bool fb_check_begin(struct fb_checking *c, struct fb_check_at at, bool warning, uint64_t key,
                    struct fb_check_text *text)
{
    key = key_at(at, key);
    FB_EACH(c->found, struct fb_check_finding, f)
    {
        bool full = c->found.n == FB_PACK_ERRORS_MAX && f + 1 == f_end;
        if (f->key != key && !full)
            continue;
        f->more++;
        f->warning = f->warning && warning;
        return false;
    }
    struct fb_check_finding *f = fb_list_add(c->draft->pool, &c->found, sizeof *f);
    if (f == NULL)
        return false;
    *f = (struct fb_check_finding){
        .key = key, .pack = at.pack, .path = at.path, .line = at.line, .warning = warning};
    fb_text_init(&text->t, text->memory, sizeof text->memory);
    return true;
}

void fb_check_end(struct fb_checking *c, struct fb_check_text *text)
{
    struct fb_check_finding *f = (struct fb_check_finding *)c->found.item + c->found.n - 1;
    f->text = fb_pool_copy(c->draft->pool, (struct fb_span){text->t.p, (uint32_t)text->t.n});
}

static void file_findings(struct fb_checking *c)
{
    FB_EACH(c->found, struct fb_check_finding, f)
    {
        struct fb_complaint out;
        fb_complain(&out, f->pack, f->path, f->line);
        out.e.warning = f->warning;
        fb_text_add_span(&out.text, f->text);
        if (f->more > 0) {
            fb_text_add(&out.text, " (and ");
            fb_text_add_int(&out.text, f->more);
            fb_text_add(&out.text, " more such)");
        }
        fb_complaint_file(&out, c->draft->report);
    }
}

/* ---- what concerns a pack as a whole ---- */

static void check_review_dates(struct fb_checking *c)
{
    unsigned i = 0;
    FB_EACH(c->draft->packs, struct fb_draft_pack, pack)
    {
        struct fb_place place = {i++, fb_span_of("pack.yaml"), pack->review_line};
        struct fb_check_text text;
        if (c->today == FB_PACK_NO_DATE || pack->review_by >= c->today ||
            !fb_check_begin(c, fb_check_place(c, place), true, 0, &text))
            continue;
        fb_text_add(&text.t, "the review date of the pack '");
        fb_text_add_span(&text.t, pack->name);
        fb_text_add(&text.t, "' has passed: look every figure up again, then move review_by past ");
        fb_check_add_day(&text.t, c->today);
        fb_check_end(c, &text);
    }
}

/* Then every member is held to the system's cards from their first day, whether it took them over or not. */
static void check_adoption(struct fb_draft *d)
{
    FB_EACH(d->cards, struct fb_draft_card, card)
    {
        const struct fb_draft_pack *pack = fb_draft_pack_at(d, card->terms.place.pack);
        if (pack->layer == FB_LAYER_ICS && !pack->keeps_adoption)
            fb_compile_complain(
                d, card->terms.place, true,
                "pack.yaml does not say which trusts adopted the card (adoption): it holds for all", nothing,
                "");
    }
}

void fb_check(struct fb_draft *draft, const struct fb_book *book, fb_day today)
{
    struct fb_checking c = {.draft = draft, .book = book, .today = today};
    check_review_dates(&c);
    fb_check_points(&c);
    fb_check_days(&c);
    fb_check_cards(&c);
    fb_check_hidden(&c);
    fb_check_rules(&c);
    fb_check_answers(&c);
    fb_check_rates(&c);
    fb_check_costs(&c);
    file_findings(&c);
    check_adoption(draft);
}
