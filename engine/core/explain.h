#ifndef FB_CORE_EXPLAIN_H
#define FB_CORE_EXPLAIN_H
/* Sentences from a decision: the rule, the values read, layer, file and row, source and its status. The
 * predicates are evaluated again on the traced facts; nothing is stored as text. */
#include "engine/core/trace.h"
struct fb_event;
/* What ceiling.passed or ceiling.cleared says: the figures, and the row that they were held against. book: of the event's issue. */
void fb_explain_ceiling(struct fb_text *t, const struct fb_book *book, const struct fb_event *e);
/* One finding as one or two plain sentences, such as: "Charged £42.10 an hour for unsocial time; the agreed ceiling
 * (thames-valley, caps/ceiling.yaml line 4) is £39.88: £2.22 an hour over, £9.99 for the shift." */
void fb_explain_finding(struct fb_text *t, const struct fb_book *book, const struct fb_trace *trace, const struct fb_finding *f);
/* Rules of the packs that cannot say for want of the same record, about which nobody did anything, are told together. How many
 * finding[at] stands for: 1 itself alone; more: fb_explain_unsaid tells them; 0: one before it has told it. */
unsigned fb_explain_together(const struct fb_book *book, const struct fb_finding *finding, unsigned n, unsigned at);
void fb_explain_unsaid(struct fb_text *t, const struct fb_book *book, const struct fb_finding *finding, unsigned n, unsigned at);
/* "worker facts: 812 shifts could not be judged on checks, because no source sends worker facts: have a source send …": what
 * a whole feed is missing for (fb_finding_of_feed), said once for all shifts. Nothing for another lack. */
void fb_explain_feed(struct fb_text *t, enum fb_lack lack, uint64_t shifts);
/* It cleared before anybody did anything about it: nothing that people need to be told. */
bool fb_explain_passed_by(const struct fb_finding *f);
/* The figures of the shift: minutes by category, card, charge, cap, each with its origin and status. */
void fb_explain_price(struct fb_text *t, const struct fb_book *book, const struct fb_trace *trace);
/* "Answered before the start by approval 12 of RTH-CE (chief executive): no other nurse was found." Nothing where nobody
 * answered it. a: the approval, NULL when it is not at hand; at_ms: the instant of the decision. */
void fb_explain_answer(struct fb_text *t, const struct fb_book *book, const struct fb_finding *f, const struct fb_approval *a,
                       int64_t at_ms);
/* An approval by itself, as it stood at the instant of its decision (end and when are the decision's): what it is for, who
 * asked, granted, recorded and confirmed it, and what has become of it. */
void fb_explain_approval(struct fb_text *t, const struct fb_book *book, const struct fb_approval *a, enum fb_approval_end end,
                         enum fb_answered when, int64_t at_ms);
/* When it was opened and what people did about it since; of one that cleared, that it did. */
void fb_explain_life(struct fb_text *t, const struct fb_book *book, const struct fb_finding *f);
/* "acknowledged, replied": FB_LIFE_* as words. */
void fb_explain_life_words(struct fb_text *t, unsigned life);
/* The first day on which it may enter a report: that on which it was opened and the rule's days for corrections; 0: not said. */
fb_day fb_finding_reportable(const struct fb_book *book, const struct fb_finding *f);
/* What the same shift would have cost: on the card through the bank, at the cap, one tier up. b: as merged; f: the facts of
 * its trace, which say how far it had gone. Nothing for routes that are neither bank nor agency. What cannot be said says
 * why. */
void fb_explain_instead(struct fb_text *t, const struct fb_book *book, const struct fb_booking *b, const struct fb_facts *f);
/* "thames-valley (ics), rates/card.yaml line 12, agreed: Lancashire and South Cumbria …" */
void fb_explain_origin(struct fb_text *t, const struct fb_book *book, uint16_t origin);
/* The rule reads who the worker is, what is held of them, or what other trusts sent: what it rests on is told of only to those who
 * say who they are, and that they read it is kept. */
bool fb_explain_of_people(const struct fb_rule *rule);
/* The finding stands, and rests on work at any trust: a clock over all of them, or a booking elsewhere. Of a missing check, or of a clock
 * about which nobody can say anything, where else the worker is says nothing. */
bool fb_explain_of_others(const struct fb_rule *rule, const struct fb_finding *f);
/* What stands in the place of that for others. */
const char *fb_explain_kept_back(void);
#endif
