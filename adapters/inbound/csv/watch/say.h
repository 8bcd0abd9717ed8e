#ifndef FB_CSV_WATCH_SAY_H
#define FB_CSV_WATCH_SAY_H
/* What a watch tells: a line for people on stderr, or one of JSON on standard output. */
#include <jansson.h>
#include <stdbool.h>
#include <stdint.h>
struct fb_watch_voice {
    bool json, quiet;
};
/* Takes `more` (members of its own; NULL: none). text: the sentence for people. urgent: also said when quiet. */
void fb_watch_say(const struct fb_watch_voice *voice, const char *event, const char *source, const char *file, const char *text, bool urgent,
                  json_t *more);
/* Now, as "2026-11-22T13:01:02.000Z"; its first ten characters are the day of an archive. */
void fb_watch_now(char out[25]);
#endif
