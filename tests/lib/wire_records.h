#ifndef FB_TESTS_WIRE_RECORDS_H
#define FB_TESTS_WIRE_RECORDS_H
/* Records that the wire's suites send: drawn at random over everything a field may hold, or one typical
 * booking. */
#include "engine/base/prng.h"
#include "engine/core/record.h"
/* A valid record of that kind; each optional field is there or not. Texts lie in the arena. */
void fb_test_draw_record(struct fb_prng *r, struct fb_arena *arena, enum fb_kind kind, struct fb_record *out);
/* The i-th kind, round and round: their numbers have gaps. */
enum fb_kind fb_test_kind(unsigned i);
/* Every field of both, texts compared as texts; the digest as well. */
bool fb_test_same_record(const struct fb_record *a, const struct fb_record *b);
/* Texts are literals. */
void fb_test_typical_booking(struct fb_record *out);
#endif
