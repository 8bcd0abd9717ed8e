#ifndef FB_TESTS_SIM_AUDITOR_FEED_H
#define FB_TESTS_SIM_AUDITOR_FEED_H
/* Inside the auditor: what the feed tells, event by event, against what was worked out and what the store holds in the end. */
#include "tests/sim/auditor.h"

/* ---- batches (auditor_batches.c) ---- */

void aud_hear_batch(struct auditor *a, const struct fb_event *e);

/* ---- months that were told as closed, and postings beside them (auditor_periods.c) ---- */

enum { AUD_CLOSED_MAX = 256 };
struct aud_closed {
    unsigned n;
    struct {
        fb_code trust; /* 0: all */
        fb_day month;
    } row[AUD_CLOSED_MAX];
};
void aud_hear_closed(struct auditor *a, struct aud_closed *c, const struct fb_event *e);
void aud_check_posted(struct auditor *a, const struct aud_closed *c, const struct fb_event *e);

/* ---- the lives of findings, by the feed (auditor_life.c) ---- */

struct aud_lives;
struct aud_lives *aud_lives_open(struct auditor *a, struct fb_txn *t, struct fb_arena *arena);
void aud_lives_close(struct aud_lives *l);
/* Opened, changed, cleared, reopened. */
void aud_hear_life(struct aud_lives *l, const struct fb_event *e);
void aud_hear_answer(struct aud_lives *l, const struct fb_event *e);
void aud_hear_step(struct aud_lives *l, const struct fb_event *e, enum fb_step step);
/* A finding of a last decision. */
void aud_hold_life(struct aud_lives *l, uint32_t subject, const struct fb_finding *f, bool silent);
void aud_lives_compare(struct aud_lives *l);
/* In words, for whoever has to find out why. */
bool aud_finding_differs(struct auditor *a, const struct aud_held *h, const struct fb_finding *f, const char *what, int64_t must, int64_t is);

/* ---- what was told of other rules, and of what was earned (auditor_repriced.c) ---- */

struct aud_told;
struct aud_told *aud_told_open(struct auditor *a);
void aud_told_close(struct aud_told *t);
void aud_hear_of_rules(struct aud_told *t, const struct fb_event *e);
void aud_hear_bonus(struct aud_told *t, const struct fb_event *e);
/* An open finding of the store: what was earned must have been told. */
void aud_hold_bonus(struct aud_told *t, uint32_t subject, const struct fb_finding *f, bool silent);
/* Two decisions of one subject, the second after the first. */
void aud_hold_pair(struct aud_told *t, uint32_t subject, const struct fb_decision *before,
                   uint64_t before_journal, const struct fb_decision *after, uint64_t after_journal);
void aud_told_compare(struct aud_told *t);

/* ---- what was paid on the bank, against the card (auditor_drift.c) ---- */

enum { AUD_PAID_MAX = 8192 };
struct aud_paid_cell {
    fb_day week;
    fb_code hirer, grade;
    int64_t minutes, pay, card;
};
struct aud_paid {
    unsigned n;
    struct aud_paid_cell cell[AUD_PAID_MAX];
};
/* grade 0: nobody can say which. */
void aud_paid_add(struct aud_paid *p, const struct aud_verdict *v, fb_code grade);
/* The store's rows are taken from p: nothing may be left. */
bool aud_paid_same(struct auditor *a, struct fb_store *store, struct aud_paid *p);
struct aud_outside_row {
    fb_code hirer, grade;
    fb_day week;
    int side; /* -1 below, 0 within, 1 above */
};
struct aud_outside {
    unsigned n;
    struct aud_outside_row row[AUD_PAID_MAX];
};
void aud_hear_drift(struct auditor *a, struct aud_outside *o, const struct fb_event *e);
#endif
