#ifndef FB_TURN_GATHER_H
#define FB_TURN_GATHER_H
/* Reads before the decision: what core/needs.h asks for, proved link by link, chosen by what the decision needs,
 * and put in an order that does not depend on arrival. One decision looks at no more than FB_LOOK_MAX records;
 * where there were more, view.cut says of which kind. Failures go to t->err. */
#include "engine/turn/state.h"
/* The winning version of a record, decoded; it lives until the entry's scratch is reset. NULL: t->err says
 * why. */
const struct fb_record *fb_gather_version(struct fb_turn *t, uint32_t number);
/* The version that a certain journal entry brought. */
const struct fb_record *fb_gather_version_at(struct fb_turn *t, uint32_t number, uint32_t journal);
/* A certain journal entry (of a message), unpacked; spans live as long. NULL: t->err. */
const struct fb_entry *fb_gather_entry(struct fb_turn *t, uint64_t journal);
/* An entry of whatever kind. false: t->err. */
bool fb_gather_any(struct fb_turn *t, uint64_t journal, struct fb_entry *out);
/* An approval as granted, or, where it was confirmed, a copy that says so and the number of the record that did; 0: none. */
const struct fb_record *fb_gather_confirmed(struct fb_turn *t, const struct fb_record *r, uint32_t *confirmation);
/* The version that an approval stands by, and its journal number: the winning one; but one that granted by telephone and had lapsed
 * by that book before the next version, which does not say that grant again, was written (its occurred_at) stays what it is,
 * whatever is sent later: a lapse is nothing that a source can take away, and ends the record. Of the versions the first
 * FB_VERSIONS_LOOK that came are looked at, and the winner. */
enum { FB_VERSIONS_LOOK = 32 };
const struct fb_record *fb_gather_standing(struct fb_turn *t, const struct fb_book *book, uint32_t number, uint32_t *journal);
/* The number of the record that carries this name, 0: not held. r needs its envelope and links only. */
uint32_t fb_gather_self(struct fb_turn *t, const struct fb_record *r, const struct fb_link *self);
/* Bookings that are one shift with this one, itself included: ascending numbers, at most FB_GATHER_MAX.
 * t->group_cut: there are more, or there may be. */
unsigned fb_gather_group(struct fb_turn *t, uint32_t number, uint32_t group[FB_GATHER_MAX]);
/* t->view with nothing in it yet. */
void fb_gather_begin(struct fb_turn *t, uint32_t subject);
/* t->view for a shift kept under `subject`, for a booking that is kept under another number, for a vacancy and for an
 * approval. */
void fb_gather_shift(struct fb_turn *t, const struct fb_book *book, uint32_t subject, const uint32_t *group,
                     unsigned n);
void fb_gather_joined(struct fb_turn *t, uint32_t number);
/* What was taken back with its batch, by the version that went: nothing is left to read around it. */
void fb_gather_withdrawn(struct fb_turn *t, const struct fb_book *book, uint32_t number);
void fb_gather_vacancy(struct fb_turn *t, uint32_t number);
void fb_gather_approval(struct fb_turn *t, const struct fb_book *book, uint32_t number);
/* What people did about the own findings of the line in t->view, which that record is. */
void fb_gather_said(struct fb_turn *t, const struct fb_record *line, uint32_t number);
/* A reply, an approval, a line of an invoice may name a booking of any source; yet only the hirer's own systems, and those that write
 * for all, have a say in what becomes of it. */
bool fb_gather_has_a_say(const struct fb_turn *t, uint32_t number, fb_code hirer);
/* A record of a source that is on trial. */
bool fb_gather_is_shadow(const struct fb_turn *t, uint32_t number);
#endif
