#ifndef FB_TOOLS_FAIRBANK_JSON_H
#define FB_TOOLS_FAIRBANK_JSON_H
/* What --json says. What is not known is left out, not made up. */
#include "engine/base/when.h"
#include <jansson.h>
/* A line of its own on standard output, or several with JSON_INDENT; j is released. */
void json_print(json_t *j, size_t flags);
/* A file's name, whose bytes need not be a text: then those that are not ASCII are question marks. */
json_t *json_path(const char *path);
/* Adds a text, unless it is empty or "?", our words' way to say that there is none. */
void json_add_word(json_t *object, const char *key, const char *word);
void json_add_day(json_t *object, const char *key, fb_day day); /* 0: there is none */
/* "2026-03", of any day of it; 0: there is none. */
void json_add_month(json_t *object, const char *key, fb_day day);
#endif
