#ifndef FB_POSTGRES_SETTINGS_H
#define FB_POSTGRES_SETTINGS_H
/* The configuration and the command line of fairbank-postgres. */
#include "adapters/lib/yaml_file.h"
#include "engine/base/limits.h"
enum { FB_POSTGRES_TEXT = 400 };
struct fb_postgres_settings {
    const char *config;
    bool once, json, quiet, check;
    char feed[FB_POSTGRES_TEXT], database[FB_POSTGRES_TEXT], schema[FB_POSTGRES_TEXT], cursor[FB_ID_BYTES_MAX + 1];
    char server_key[FB_POSTGRES_TEXT], key[FB_POSTGRES_TEXT]; /* "": not said */
    unsigned batch;
};
/* false: wrong, and said so; or *helped. */
bool fb_postgres_options(struct fb_postgres_settings *s, int argc, char **argv, bool *helped);
/* FB_REFUSED, FB_IO: the fault says FILE:LINE. */
FB_MUST_CHECK enum fb_err fb_postgres_configure(struct fb_postgres_settings *s, char fault[FB_YAML_FAULT_BYTES]);
#endif
