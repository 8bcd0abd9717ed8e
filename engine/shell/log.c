#include "engine/shell/log.h"
#include "engine/base/when.h"
#include "engine/shell/clock.h"
#include <stdarg.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

enum { LINE_BYTES = 512, TEXT_BYTES = 400 };
static enum fb_log_level most_logged = FB_LOG_INFO;

static const char *const words[] = {[FB_LOG_NONE] = "?",
#define X(id, n, word) [FB_LOG_##id] = word,
                                    FB_LOG_LEVEL_MAP(X)
#undef X
};

const char *fb_log_level_word(enum fb_log_level level)
{
    return level < FB_LOG_END ? words[level] : "?";
}

enum fb_log_level fb_log_level_find(struct fb_span word)
{
    for (unsigned i = FB_LOG_ERROR; i < FB_LOG_END; i++)
        if (fb_span_is(word, words[i]))
            return (enum fb_log_level)i;
    return FB_LOG_NONE;
}

void fb_log_set(enum fb_log_level most)
{
    most_logged = most;
}

/* A peer's text must not be able to write a second line or drive a terminal. */
static void make_harmless(char *text)
{
    for (; *text != '\0'; text++)
        if ((unsigned char)*text < 0x20 || *text == 0x7f)
            *text = '?';
}

void fb_log(enum fb_log_level level, const char *format, ...)
{
    char text[TEXT_BYTES], line[LINE_BYTES], instant[25];
    if (level > most_logged)
        return;
    va_list list;
    va_start(list, format);
    (void)vsnprintf(text, sizeof text, format, list);
    va_end(list);
    make_harmless(text);
    fb_instant_format(instant, fb_clock_now_ms());
    struct fb_text t;
    fb_text_init(&t, line, sizeof line);
    fb_text_add(&t, instant);
    fb_text_add(&t, " ");
    fb_text_add(&t, fb_log_level_word(level));
    fb_text_add(&t, strlen(fb_log_level_word(level)) < 5 ? "  " : " ");
    fb_text_add(&t, text);
    fb_text_add(&t, "\n");
    /* One write, so that lines of two threads do not mix. Nobody can be told when stderr is gone. */
    ssize_t written = write(STDERR_FILENO, t.p, t.n);
    (void)written;
}
