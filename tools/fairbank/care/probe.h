#ifndef FB_TOOLS_FAIRBANK_PROBE_H
#define FB_TOOLS_FAIRBANK_PROBE_H
/* What a book pays, and lets an agency charge, for an hour of one kind of shift on a day: asked of the engine's own pricing
 * with an hour at noon, so that a table for people can say nothing that a verdict would not. */
#include "engine/core/price.h"
#include "engine/pack/pack.h"
enum probe_person { PROBE_BANK_ONLY, PROBE_OWN_ENTRY, PROBE_OWN_MID, PROBE_OWN_TOP, PROBE_HIGHER_BAND, PROBE_PERSONS };
const char *probe_person_word(enum probe_person p); /* "bank only", "substantive, own entry point" … */
struct probe {
    fb_code trust;
    struct fb_span site;
    enum fb_staff_group group;
    unsigned grade; /* index */
    enum probe_person person;
    fb_day day;
};
void probe_price(const struct fb_book *book, const struct probe *p, struct fb_price *out);
/* The trusts that any scope of the book names, ascending; at most `most`. */
unsigned probe_trusts(const struct fb_book *book, fb_code *out, unsigned n, unsigned most);
/* The days on which something in the book begins or ends, ascending, without repeats; adds to out[0..n). */
unsigned probe_days(const struct fb_book *book, fb_day *out, unsigned n, unsigned most);
/* "england rates/bank-card.yaml:12", or "-". Rotating buffers; for printing only. */
const char *probe_origin(const struct fb_book *book, uint16_t origin);
/* Layers in the order given (one alone with what it stands on) -> a book and its files; NULL with every error said on standard error. */
struct fb_book *probe_load(const char *const *dirs, unsigned n, fb_day known);
#endif
