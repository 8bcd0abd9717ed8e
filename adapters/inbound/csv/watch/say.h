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
/* One line that stays at the foot of a terminal, written over by whatever comes next; nothing where there is no terminal, or when
 * quiet or JSON. */
void fb_watch_status(const struct fb_watch_voice *voice, const char *text);
/* Now, as "2026-11-22T13:01:02.000Z"; its first ten characters are the day of an archive. */
void fb_watch_now(char out[25]);
/* As it can stand in a line for people: a file's name may hold a line feed, or what a terminal obeys. Such bytes become question marks. */
void fb_watch_printable(char *out, size_t size, const char *text);
#endif
