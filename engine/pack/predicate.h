#ifndef FB_PACK_PREDICATE_H
#define FB_PACK_PREDICATE_H
/* "fact: value" lines of a rule -> predicates. A plain value means "is"; a list means "is one of"; a mapping
 * holds one comparison (is, not, below, at_most, above, at_least), or at_least with below for a range. Values
 * are written in the fact's own unit: pounds for a rate an hour, percent for a percentage, pence for an
 * amount, minutes for a time. */
#include "engine/pack/read.h"
/* Adds a predicate for each entry of the mapping to the list (struct fb_predicate). */
void fb_read_predicates(struct fb_reading *r, struct fb_node *map, struct fb_list *out);
#endif
