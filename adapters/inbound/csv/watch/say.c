#include "adapters/inbound/csv/watch/say.h"
#include "engine/base/when.h"
#include <stdio.h>
#include <time.h>
#include <unistd.h>

void fb_watch_now(char out[25])
{
    struct timespec now;
    clock_gettime(CLOCK_REALTIME, &now);
    fb_instant_format(out, (int64_t)now.tv_sec * 1000);
}

void fb_watch_printable(char *out, size_t size, const char *text)
{
    size_t n = 0;
    for (; text[n] != '\0' && n + 1 < size; n++)
        out[n] = (unsigned char)text[n] < ' ' || text[n] == 0x7F ? '?' : text[n];
    out[n] = '\0';
}

/* A file's name may hold any bytes; JSON takes text only. */
static json_t *text_or_none(const char *text)
{
    json_t *v = text == NULL ? json_null() : json_string(text);
    return v != NULL ? v : json_string("(a name that is no UTF-8)");
}

static void say_json(const char *at, const char *event, const char *source, const char *file, const char *text, json_t *more)
{
    json_t *o = json_pack("{s:s, s:s, s:o, s:o, s:o}", "at", at, "event", event, "source", text_or_none(source), "file", text_or_none(file),
                          "text", text_or_none(text));
    if (o != NULL && more != NULL)
        json_object_update(o, more);
    if (o != NULL && json_dumpf(o, stdout, JSON_COMPACT) == 0)
        putc('\n', stdout);
    fflush(stdout);
    json_decref(o);
}

void fb_watch_status(const struct fb_watch_voice *voice, const char *text)
{
    char plain[80];
    if (voice->json || voice->quiet || !isatty(STDERR_FILENO))
        return;
    fb_watch_printable(plain, sizeof plain, text);
    fprintf(stderr, "\r\033[K%.78s", plain);
    fflush(stderr);
}

void fb_watch_say(const struct fb_watch_voice *voice, const char *event, const char *source, const char *file, const char *text, bool urgent,
                  json_t *more)
{
    char at[25], name[260], plain[2048];
    fb_watch_now(at);
    fb_watch_printable(name, sizeof name, file == NULL ? "" : file);
    fb_watch_printable(plain, sizeof plain, text == NULL ? "" : text);
    if (voice->json)
        say_json(at, event, source, file, text, more);
    else if ((urgent || !voice->quiet) && text != NULL)
        fprintf(stderr, "%s%.19sZ  %s%s%s%s%s\n", isatty(STDERR_FILENO) ? "\r\033[K" : "", at, source == NULL ? "" : source, source == NULL ? "" : "  ", name, file == NULL ? "" : ": ",
                plain);
    json_decref(more);
}
