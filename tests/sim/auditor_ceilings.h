#ifndef FB_SIM_AUDITOR_CEILINGS_H
#define FB_SIM_AUDITOR_CEILINGS_H
/* Ceilings of agency spend as a reader of the feed can check them: what spend.posted told so far, against the ceiling of the issue that
 * rules.issued told last. After every entry each trust and month must stand as the last ceiling.* about it said. */
#include "tests/sim/auditor.h"
struct aud_spending;
struct aud_spending *aud_spending_open(void);
void aud_spending_close(struct aud_spending *s);
/* Every event, in its order. */
void aud_hear_spending(struct auditor *a, struct aud_spending *s, const struct fb_event *e);
/* After the last. */
void aud_spending_compare(struct auditor *a, struct aud_spending *s);
#endif
