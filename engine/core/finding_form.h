#ifndef FB_CORE_FINDING_FORM_H
#define FB_CORE_FINDING_FORM_H
/* The stored form of a finding, in a decision and in a row of open findings. Beyond rule, severity, detail and pence, what
 * is not there costs nothing: the free bits of the severity say what follows. base_ms: the instant that most were opened at,
 * which then costs nothing either. */
#include "engine/base/bytes.h"
#include "engine/core/decide.h"
void fb_finding_put(struct fb_writer *w, const struct fb_finding *f, int64_t base_ms);
/* Nonsense makes the reader bad. */
void fb_finding_get(struct fb_reader *r, struct fb_finding *f, int64_t base_ms);
#endif
