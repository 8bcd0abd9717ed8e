#ifndef FB_ALLOCATE_SETTINGS_H
#define FB_ALLOCATE_SETTINGS_H
/* What the trust says of its Allocate systems, in one YAML file: who it is, which of its words mean which of ours, where events come
 * from. README.md describes it. */
#include "adapters/lib/yaml_file.h"
#include "engine/core/record.h"
#include <jansson.h>
enum { FB_ALLOCATE_PATH_MAX = 700, FB_ALLOCATE_URL_MAX = 500, FB_ALLOCATE_IDS_MAX = 3, FB_ALLOCATE_KEY_BYTES = 32, FB_ALLOCATE_SECRET_MAX = 500 };
enum fb_allocate_category { FB_ALLOCATE_BASIC, FB_ALLOCATE_ENHANCED, FB_ALLOCATE_FIXED, FB_ALLOCATE_NIGHT, FB_ALLOCATE_SATURDAY, FB_ALLOCATE_SUNDAY,
                            FB_ALLOCATE_HOLIDAY, FB_ALLOCATE_CATEGORIES };
struct fb_allocate_settings {
    struct fb_source source;
    fb_code hirer;                 /* of what names no trust */
    struct fb_span system;         /* what references[] call this system */
    json_t *words;                 /* table -> their word in lower case -> ours */
    unsigned n_ids;
    const char *id[FB_ALLOCATE_IDS_MAX]; /* which of a person's ids the pseudonym is made of: the first that is there */
    fb_code category[FB_ALLOCATE_CATEGORIES]; /* 0: not said */
    char state[FB_ALLOCATE_PATH_MAX + 1];     /* folder of the memory and of what was set aside */
    char door[FB_ALLOCATE_URL_MAX + 1], server_key[FB_ALLOCATE_PATH_MAX + 1], key[FB_ALLOCATE_PATH_MAX + 1];
    bool has_worker_key;
    unsigned char worker_key[FB_ALLOCATE_KEY_BYTES];
    /* listen */
    char address[64]; /* of IPv4 or IPv6, in digits */
    char secret[FB_ALLOCATE_SECRET_MAX + 1], old_secret[FB_ALLOCATE_SECRET_MAX + 1]; /* old: "" none; while it is being changed both come in */
    int64_t port;
    bool arrival; /* an event without a time happened when it arrived, or before its file was written; default yes */
    bool batch_is_digest; /* a file's batch is called by the digits of its digest alone; default no */
    /* poll */
    char url[FB_ALLOCATE_URL_MAX + 1], version[32], trust_code[32], token[FB_ALLOCATE_PATH_MAX + 1], user[128], password[FB_ALLOCATE_PATH_MAX + 1], ca[FB_ALLOCATE_PATH_MAX + 1];
    int64_t page_size, every_s, overlap_min, timeout_s, from_ms;
    enum fb_route route;           /* of what the direct engagement API tells */
    enum fb_engagement engagement;
    unsigned char digest[16];      /* of the file: what a changed mapping makes of an event is another thing said */
    struct fb_arena arena;
};
/* FB_IO, FB_REFUSED: `fault` is a sentence that begins with FILE:LINE. */
FB_MUST_CHECK enum fb_err fb_allocate_settings_open(struct fb_allocate_settings **out, const char *path, char fault[FB_YAML_FAULT_BYTES]);
/* The same from memory; `name` stands in messages. */
FB_MUST_CHECK enum fb_err fb_allocate_settings_parse(struct fb_allocate_settings **out, const char *name, struct fb_span text,
                                                     char fault[FB_YAML_FAULT_BYTES]);
void fb_allocate_settings_close(struct fb_allocate_settings **settings);
/* Our word for theirs in a table, or NULL. Letter case does not count; "" in a table stands for an absent one. */
const char *fb_allocate_word(const struct fb_allocate_settings *s, const char *table, const char *theirs);
bool fb_allocate_has_table(const struct fb_allocate_settings *s, const char *table);
#endif
