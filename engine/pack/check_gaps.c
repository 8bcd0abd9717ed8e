/* Days on which a card holds and nobody can say what it pays. */
#include "engine/base/hash.h"
#include "engine/pack/check_steps.h"

enum { KEY_GAP = 100 };

const char *fb_person_word(enum fb_person p)
{
    static const char *const word[FB_PERSONS] = {"bank only", "substantive at the entry point",
                                                 "substantive at the mid-point",
                                                 "substantive at the top point"};
    return word[p];
}

/* A card that names bands of some families is not thought to speak of consultants by a rule that names none.
 */
static bool means(const struct fb_book *b, const struct fb_card *card, unsigned grade)
{
    uint64_t family = 0;
    bool any = false;
    for (unsigned g = 0; g < b->n_grades; g++)
        family |= (uint64_t)(b->grade[g].family == b->grade[grade].family) << g;
    for (unsigned i = 0; i < card->n_rules; i++) {
        bool named = fb_check_names_bands(b, &card->rule[i]);
        if (named && (card->rule[i].grades & family) != 0)
            return true;
        any = any || named;
    }
    return !any;
}

/* Paid on some days of the card and not on others. */
static void tell_gap(struct fb_checking *c, const struct fb_card *card, const struct fb_paid *p,
                     unsigned person, unsigned grade)
{
    struct fb_check_text text;
    uint64_t bit = (uint64_t)1 << grade;
    if ((p->known[person] & p->missing[person] & bit) == 0 || !means(c->book, card, grade))
        return;
    fb_day first = p->first[person][grade];
    if (!fb_check_begin(c, fb_check_origin(c, p->rule[grade]), true,
                        fb_hash64_mix(KEY_GAP, (uint64_t)(uint32_t)first), &text))
        return;
    fb_text_add(&text.t, "a gap: the card holds and nobody can say what it pays: band ");
    fb_text_add_code(&text.t, c->book->grade[grade].code);
    fb_text_add(&text.t, ", ");
    fb_text_add(&text.t, fb_person_word((enum fb_person)person));
    fb_text_add(&text.t, ", from ");
    fb_check_add_day(&text.t, first);
    fb_check_end(c, &text);
}

/* A card none of whose hours can be priced on any day. */
static void tell_never(struct fb_checking *c, const struct fb_card *card, const struct fb_paid *p)
{
    struct fb_check_text text;
    uint64_t known = 0, missing = 0;
    bool by_hour = false;
    for (unsigned person = 0; person < FB_PERSONS; person++) {
        known |= p->known[person];
        missing |= p->missing[person];
    }
    for (unsigned i = 0; i < card->n_rules; i++)
        by_hour = by_hour || card->rule[i].units == 0 || (card->rule[i].units >> FB_UNIT_HOUR & 1) != 0;
    if (known != 0 || missing == 0 || !by_hour ||
        !fb_check_begin(c, fb_check_origin(c, card->origin), true, KEY_GAP, &text))
        return;
    fb_text_add(&text.t, "a gap: on none of its days can anybody say what the card '");
    fb_text_add_span(&text.t, card->name);
    fb_text_add(&text.t, "' pays: no rates are held for its bands from ");
    fb_check_add_day(&text.t, card->scope.from);
    fb_check_end(c, &text);
}

void fb_check_gaps(struct fb_checking *c, const struct fb_paid *paid)
{
    for (unsigned i = 0; i < c->book->n_cards; i++) {
        bool first = i == 0 || c->book->card[i].origin != c->book->card[i - 1].origin;
        for (unsigned person = 0; first && person < FB_PERSONS; person++) {
            for (unsigned g = 0; g < c->book->n_grades; g++)
                tell_gap(c, &c->book->card[i], &paid[i], person, g);
        }
        if (first)
            tell_never(c, &c->book->card[i], &paid[i]);
    }
}
