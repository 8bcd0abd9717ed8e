#ifndef FB_TOOLS_FAIRBANK_FINDINGS_H
#define FB_TOOLS_FAIRBANK_FINDINGS_H
/* Ways of looking at open findings: listed (findings.c), counted by rule and the worst first (findings_sum.c). */
#include "engine/core/report.h"
#include "tools/fairbank/command.h"
#include "tools/fairbank/table.h"
#define FINDING_HEADS "severity|trust|day|booking|rule|>£|state|why"
void finding_json(const struct fb_finding_row *r);
void finding_row(struct table *t, const struct fb_finding_row *r);
/* false: no issue of the rules has that name, and those that there are were listed. True where nobody can tell. */
bool findings_rule_known(const struct options *o);
/* "answered before_start; replied; owner RTH-STAFFING", and the why with what both sides said last: until the next call. */
const char *finding_state(const struct fb_finding_row *r);
const char *finding_why(const struct fb_finding_row *r);
/* Every row that the options ask for, in subject order, from the engine or its folder. false: said on standard error. */
bool findings_visit(const struct options *o, bool (*each)(void *ctx, const struct fb_finding_row *row), void *ctx);
typedef bool finding_visit(const struct options *o, bool (*each)(void *ctx, const struct fb_finding_row *row), void *ctx);
int findings_by_rule(const struct options *o, finding_visit *visit);
/* "open findings; …": which are looked at, as a heading. */
const char *findings_heading(const struct options *o);
int findings_worst(const struct options *o, finding_visit *visit);
#endif
