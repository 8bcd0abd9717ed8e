#include "tests/unit/allocate_rig.h"
#include "adapters/inbound/allocate/scrub.h"
#include "tests/lib/suite.h"
#include <sodium.h>
#include <stdlib.h>
#include <string.h>

enum { ARENA_BYTES = 1 << 20 };

void fb_test_allocate_begin(struct fb_test_allocate *a, const char *config)
{
    char fault[FB_YAML_FAULT_BYTES];
    CU_ASSERT_TRUE_FATAL(sodium_init() >= 0);
    CU_ASSERT_EQUAL_FATAL(fb_allocate_settings_parse(&a->settings, "c", fb_span_of(config), fault), FB_OK);
    memset(a->settings->worker_key, 7, sizeof a->settings->worker_key);
    a->settings->has_worker_key = true;
    CU_ASSERT_EQUAL_FATAL(fb_allocate_memory_open(&a->memory, NULL), FB_OK);
    fb_arena_init(&a->arena, malloc(ARENA_BYTES), ARENA_BYTES);
}

void fb_test_allocate_end(struct fb_test_allocate *a)
{
    unsigned char *bytes = a->arena.base;
    fb_allocate_made_free(&a->made);
    fb_arena_release(&a->arena);
    free(bytes);
    fb_allocate_memory_close(&a->memory);
    fb_allocate_settings_close(&a->settings);
}

json_t *fb_test_allocate_event(const struct fb_test_allocate *a, const char *text)
{
    json_t *raw = json_loads(text, 0, NULL);
    CU_ASSERT_PTR_NOT_NULL_FATAL(raw);
    json_t *event = fb_allocate_scrub(a->settings, raw);
    json_decref(raw);
    return event;
}

void fb_test_allocate_hold(struct fb_test_allocate *a, json_t *event)
{
    CU_ASSERT_TRUE_FATAL(a->made.n_held < FB_ALLOCATE_HELD_MAX);
    a->made.held[a->made.n_held++] = event;
}
