#ifndef FB_TESTS_CLAIMS_H
#define FB_TESTS_CLAIMS_H
/* What the engine would state of what a source sent on a day: the published text, of a key of noughts. It lives until the next call. */
#include "engine/turn/turn.h"
/* FB_NOT_FOUND: there is nothing to state of that day. */
enum fb_err fb_test_claim(struct fb_turn *turn, uint32_t source, fb_day day, int64_t now_ms, struct fb_span *claim);
#endif
