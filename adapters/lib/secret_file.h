#ifndef FB_ADAPTERS_SECRET_FILE_H
#define FB_ADAPTERS_SECRET_FILE_H
/* A file with a secret. One that others than its owner may read is none. */
#include <stddef.h>
/* At most `size` bytes of it, *n of them. NULL: read; else what is wrong, to be followed by the path. */
const char *fb_secret_read(const char *path, char *out, size_t size, size_t *n);
/* The same of one line of text: without its end, NUL-terminated. Empty, or longer than size - 1, is wrong. */
const char *fb_secret_line(const char *path, char *out, size_t size);
/* Of the system's key to pseudonyms, which several programs of one machine may have to read by a group: says on standard error that others
 * than its owner may. path NULL: nothing. */
void fb_secret_warn(const char *program, const char *path);
#endif
