#ifndef FB_ADAPTERS_NEXT_LINE_H
#define FB_ADAPTERS_NEXT_LINE_H
/* Lines of files that others wrote, in memory that they cannot make grow. */
#include <stdbool.h>
#include <stddef.h>
#include <stdio.h>
/* The next line without its end (\n): its first `room` bytes, *n of them; the rest of one that is longer is passed over. So *n == room says too long
 * to whoever has room for one byte more than a line may have. false: there is none, or it could not be read (ferror). */
bool fb_next_line(FILE *file, char *memory, size_t room, size_t *n);
#endif
