#ifndef FB_ALLOCATE_SCRUB_H
#define FB_ALLOCATE_SCRUB_H
/* The one place where persons are. What comes from outside is copied here: only the documented fields that are no person's are kept,
 * and a person becomes the pseudonym that fairbank-csv makes of the same id. Mapping, memory, log and what is set aside see the copy
 * alone, so that nothing else can let a name out. */
#include "adapters/inbound/allocate/settings.h"
enum { FB_ALLOCATE_PSEUDONYM_BYTES = 42, FB_ALLOCATE_STRING_MAX = 200 };
/* The copy (the caller's to json_decref), or NULL when it is no object or is nested without end. */
json_t *fb_allocate_scrub(const struct fb_allocate_settings *s, const json_t *event);
/* mark.hash of an id under the system's key; false without a key, or when the id is empty or too long. */
bool fb_allocate_pseudonym(const struct fb_allocate_settings *s, const char *id, char out[FB_ALLOCATE_PSEUDONYM_BYTES]);
#endif
