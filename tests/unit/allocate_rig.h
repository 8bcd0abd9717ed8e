#ifndef FB_TESTS_UNIT_ALLOCATE_RIG_H
#define FB_TESTS_UNIT_ALLOCATE_RIG_H
/* What an event of an Allocate system is mapped with, and what came of the last one. Failures are fatal ones of the test. */
#include "adapters/inbound/allocate/map.h"
struct fb_test_allocate {
    struct fb_allocate_settings *settings;
    struct fb_allocate_memory *memory; /* without a file */
    struct fb_arena arena;
    struct fb_allocate_made made;
};
/* By that configuration, with a worker key. */
void fb_test_allocate_begin(struct fb_test_allocate *a, const char *config);
void fb_test_allocate_end(struct fb_test_allocate *a);
/* The event without persons, as it is mapped; the caller's. */
json_t *fb_test_allocate_event(const struct fb_test_allocate *a, const char *text);
/* What was made points into the event, which is the rig's from here on. */
void fb_test_allocate_hold(struct fb_test_allocate *a, json_t *event);
#endif
