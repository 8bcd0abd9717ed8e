#ifndef FB_TURN_DIARY_TURN_H
#define FB_TURN_DIARY_TURN_H
/* Diaries between decisions: what is held of a worker goes into the view of a shift, and what changes in a diary makes those
 * shifts stale that read it. What a shift adds never hangs on what others added, so this comes to rest by itself.
 *
 * A trial sees what the live systems tell of a person besides its own records, and the live ones see nothing of a trial.
 * Shifts of a trial stand wholly apart: it may tell of the same ones. */
#include "engine/turn/state.h"
/* view.diary for the shift as merged, without the shift's own row. Of a sort with more rows in the window than one decision
 * reads there are none, and view.diary.cut says so: nobody has so many, several people stand under one pseudonym. */
void fb_diary_gather(struct fb_turn *t, const struct fb_book *book, const struct fb_booking *merged);
/* t->decision is the latest of its subject now, in place of t->prior (held) or of nothing. Who read what changed is noted
 * (fb_recount_note). */
void fb_diary_apply(struct fb_turn *t, const struct fb_book *book, bool held);
/* A record's winning version is now `now` (NULL: there is none any more) in place of `held` (NULL: there was none), and was sent as the number `worker`.
 * Calls tell for whoever reads what that changes; a subject may be told twice. Records of other kinds change nothing. */
struct fb_diary_told {
    void (*tell)(void *ctx, uint32_t subject);
    void *ctx;
};
void fb_diary_record(struct fb_turn *t, uint32_t number, const struct fb_record *held, const struct fb_record *now,
                     uint32_t worker, const struct fb_diary_told *told);
/* The same row when a store is opened. */
FB_MUST_CHECK enum fb_err fb_diary_reload(struct fb_turn *t, uint32_t number, const struct fb_record *now);
/* All bookings that some number of these classes was found by: two numbers became one. */
void fb_diary_people(struct fb_turn *t, const uint32_t *worker, unsigned n, const struct fb_diary_told *told);
/* What a message may change about people. before it is written; changed after that, when its version won or joined two
 * numbers: the diary follows, and whoever reads it is told. */
struct fb_people_before {
    struct fb_feeds feeds;
    uint32_t moves;
};
void fb_people_before(const struct fb_turn *t, struct fb_people_before *out);
void fb_people_changed(struct fb_turn *t, const struct fb_people_before *before, uint32_t number,
                       const struct fb_record *held, const struct fb_record *now, const struct fb_whose *whose,
                       const struct fb_diary_told *told);
/* A source is another than it was: its records of people are read by others now, or more is told of people. */
void fb_people_source(struct fb_turn *t, uint32_t source, bool mode_changed);
/* Memory of records of people, when a store is opened; after sources, ids and workers. */
FB_MUST_CHECK enum fb_err fb_people_open(struct fb_turn *t);
/* What is told about people, as FB_SENDS_* bits: what some live source says that it sends, or sent a record of. A trial hears
 * those on trial too; the live ones do not hear a trial, not even that it speaks. */
struct fb_feeds fb_diary_feeds(const struct fb_turn *t);
/* The first record of a kind that a source sends may be the first of a feed. */
void fb_diary_heard(struct fb_turn *t, uint32_t source, enum fb_kind kind);
/* One of them was withdrawn: the last of a feed may be gone. */
void fb_diary_unheard(struct fb_turn *t, uint32_t source, enum fb_kind kind);
#endif
