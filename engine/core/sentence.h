#ifndef FB_CORE_SENTENCE_H
#define FB_CORE_SENTENCE_H
/* Inside the core: the pieces from which explanations are built. Only explain*.c open this door. */
#include "engine/core/explain.h"
/* "£17.69", "-£2.50" */
void fb_sentence__pounds(struct fb_text *t, int64_t pence);
/* A rate in 1/100 penny: the places below a penny are shown only when they say something. */
void fb_sentence__rate(struct fb_text *t, int64_t e4);
void fb_sentence__category(struct fb_text *t, const struct fb_book *book, unsigned category);
/* A file's word as people write it: underscores become `join` (a space or a hyphen). */
void fb_sentence__word(struct fb_text *t, const char *word, char join);
/* "2026-03-09 11:30" in London; "2026-03-09" */
void fb_sentence__moment(struct fb_text *t, int64_t ms);
void fb_sentence__day(struct fb_text *t, fb_day day);
/* A full stop, unless there is one. */
void fb_sentence__end(struct fb_text *t);
/* "thames-valley, caps/ceiling.yaml line 4" */
void fb_sentence__place(struct fb_text *t, const struct fb_book *book, uint16_t origin);
/* A sentence that names the source and its status, and warns when it is less than agreed. */
void fb_sentence__source(struct fb_text *t, const struct fb_book *book, uint16_t origin);
/* After the card's rule: "; band 5 mid, pay point from …", its table, limit, what is paid by the piece, its supplement. */
void fb_sentence__paid_by(struct fb_text *t, const struct fb_book *book, const struct fb_trace *trace);
/* Sentences on how the card stands at the trust: adopted or not, a local rate that lapsed. */
void fb_sentence__standing(struct fb_text *t, const struct fb_book *book, const struct fb_trace *trace);
/* "; zone inner by …"; nothing where no zone was asked for. */
void fb_sentence__zone(struct fb_text *t, const struct fb_book *book, const struct fb_trace *trace);
/* The sentence on loaded cost. */
void fb_sentence__loaded(struct fb_text *t, const struct fb_book *book, const struct fb_trace *trace);
/* A sentence that names the rows, of those that the figures rest on, that are less than published or agreed. */
void fb_sentence__weak_rows(struct fb_text *t, const struct fb_book *book, const struct fb_trace *trace);
/* "61 h 30", "45 min" */
void fb_sentence__minutes(struct fb_text *t, int64_t v);
/* A fact about a worker's time or checks as a clause, a space before it and no full stop after; false: it has none of its own,
 * or is not known. */
bool fb_sentence__clock(struct fb_text *t, enum fb_fact fact, const struct fb_facts *f);
/* "whether the identity check holds", into t unless that is NULL; false: the fact is no check's days. */
bool fb_sentence__check(struct fb_text *t, enum fb_fact fact);
/* "one that has ended": a limit on a check's days that means a state of it, and no number. false: it means a number. */
bool fb_sentence__check_limit(struct fb_text *t, const struct fb_predicate *p);
/* The built-in findings about people and approvals. end: enum fb_approval_end. */
void fb_sentence__overlap(struct fb_text *t, const struct fb_facts *f);
void fb_sentence__duplicate(struct fb_text *t);
void fb_sentence__not_valid(struct fb_text *t, unsigned detail);
/* A finding of a pack's rule. */
void fb_sentence__rule(struct fb_text *t, const struct fb_book *book, const struct fb_rule *rule,
                       const struct fb_trace *trace, const struct fb_finding *f);
/* " Rule agency.late (pack, file line 4, agreed): why." and a warning when it is less than agreed. */
void fb_sentence__cite(struct fb_text *t, const struct fb_book *book, const struct fb_rule *rule, uint16_t origin);
/* What was earned, by which counter. */
void fb_sentence__bonus(struct fb_text *t, const struct fb_book *book, const struct fb_bonus *bonus,
                        const struct fb_trace *trace, const struct fb_finding *f);
#endif
