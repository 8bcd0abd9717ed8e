#ifndef FB_SHELL_CONFIG_KEY_H
#define FB_SHELL_CONFIG_KEY_H
/* One row per key of the configuration, shared by config.c (the tables) and config_read.c (how each type is
 * read). */
#include "engine/shell/config.h"
#include <stddef.h>
enum fb_key_type {
    FB_KEY_PATH,     /* a text that is not empty, FB_CONFIG_PATH_MAX with its NUL */
    FB_KEY_ENDPOINT, /* the same, and a place where a socket may be bound */
    FB_KEY_NETWORK,  /* none, or a TCP address */
    FB_KEY_MAYBE,    /* none, or a path */
    FB_KEY_METRICS,  /* none, or an address of this machine's own */
    FB_KEY_PACKS,    /* a list of paths */
    FB_KEY_COUNT,    /* a number between min and max */
    FB_KEY_YES_NO,
    FB_KEY_LEVEL,
    FB_KEY_SOURCES, /* a list of mappings */
    FB_KEY_NAME,    /* of a source */
    FB_KEY_TRUST,
    FB_KEY_SYSTEM,
    FB_KEY_MODE,
    FB_KEY_SENDS,
    FB_KEY_TYPES
};
struct fb_config_key {
    const char *name;
    enum fb_key_type type;
    size_t at;            /* offset in struct fb_config or struct fb_config_source */
    int64_t min, max;     /* COUNT */
    const char *standard; /* the default as YAML; a list begins with a line break. NULL: a key of a source */
    const char *meaning;  /* lines of the documented file, without '#' */
};
extern const struct fb_config_key fb_config_keys[], fb_config_source_keys[];
extern const unsigned fb_config_keys_n, fb_config_source_keys_n;
#endif
