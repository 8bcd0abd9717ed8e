#ifndef FB_ADAPTERS_WRITE_ALL_H
#define FB_ADAPTERS_WRITE_ALL_H
/* All n bytes, however many calls that takes; a signal in between is no error. False: errno says why, and how many were written is not known. */
#include <stdbool.h>
#include <stddef.h>
bool fb_write_all(int fd, const void *bytes, size_t n);
#endif
