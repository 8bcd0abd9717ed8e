#ifndef FB_SHELL_LOG_H
#define FB_SHELL_LOG_H
/* One line per event to stderr: instant, level, text. The service manager keeps it. Never a record's
 * contents, a worker's token or an outside id: a log is read by more people than the journal is. May be
 * called by any thread. */
#include "engine/base/span.h"
#define FB_LOG_LEVEL_MAP(X) X(ERROR, 1, "error") X(WARN, 2, "warn") X(INFO, 3, "info") X(DEBUG, 4, "debug")
enum fb_log_level {
    FB_LOG_NONE = 0,
#define X(id, n, word) FB_LOG_##id = n,
    FB_LOG_LEVEL_MAP(X)
#undef X
        FB_LOG_END
};
const char *fb_log_level_word(enum fb_log_level level);
enum fb_log_level fb_log_level_find(struct fb_span word); /* NONE: no such word */
/* Lines above this level are left out. Called once, before threads start. The start is info. */
void fb_log_set(enum fb_log_level most);
/* The text is cut at 400 bytes; control characters in it become '?'. */
void fb_log(enum fb_log_level level, const char *format, ...) __attribute__((format(printf, 2, 3)));
#endif
