#ifndef FB_CORE_ASSURE_H
#define FB_CORE_ASSURE_H
/* Predicates over facts -> verdicts. Three values: a rule whose condition rests on an unknown fact says
 * cannot_say, never ok and never a breach. */
#include "engine/core/book.h"
enum fb_truth { FB_FALSE, FB_TRUE, FB_UNKNOWN };
/* Of a bound only what is certain is said: a value of at least 10 is above 9 (TRUE) and not under 10 (FALSE); whether it is under
 * 12 is UNKNOWN. So a clock that does not hear from everybody may breach, and never passes. */
enum fb_truth fb_predicate_eval(const struct fb_predicate *p, const struct fb_facts *f);
/* The same of one known value; no predicate of membership, which asks for the day as well. */
bool fb_predicate_holds(const struct fb_predicate *p, int64_t v);
/* The rule's verdict: FB_SEVERITY_OK_ (does not apply, or answered), CANNOT_SAY, or its severity. *because is the
 * first unknown fact on CANNOT_SAY, else FB_FACT_COUNT. when: any false -> ok; else any unknown -> cannot_say;
 * then unless: any true -> ok; else any unknown -> cannot_say; else the rule's severity. */
enum fb_severity fb_rule_eval(const struct fb_rule *rule, const struct fb_facts *f, enum fb_fact *because);
/* The rule is in force for this trust, staff group, route and date. UNKNOWN: the shift's staff group or route was not sent, and the rule
 * is for some of them. What it would say is cannot_say then, because of that word. */
enum fb_truth fb_rule_in_force(const struct fb_rule *rule, const struct fb_facts *f);
/* What one rule says. */
struct fb_rule_said {
    uint8_t rule;     /* its place in the book */
    uint8_t severity; /* enum fb_severity; never OK */
    uint8_t because;  /* enum fb_fact */
};
/* Asks all rules of the book that are in force, or may be: those that say something, ascending; returns how many. What all in force read
 * is joined to *reads. */
unsigned fb_rules_ask(const struct fb_book *book, const struct fb_facts *f, struct fb_fact_bits *reads,
                      struct fb_rule_said out[FB_RULES_MAX]);
_Static_assert(FB_RULES_MAX <= UINT8_MAX + 1u, "a byte for the place of a rule in its book");
#endif
