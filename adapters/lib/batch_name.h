#ifndef FB_ADAPTERS_BATCH_NAME_H
#define FB_ADAPTERS_BATCH_NAME_H
/* How adapters call the batch that a file is: its name and the first digits of its digest, so that tomorrow's file of the same name is
 * another batch. The name leaves the machine: one that is somebody's must not, so it can be left out, and one with an @ always is. */
#include "engine/base/limits.h"
#include "engine/base/span.h"
enum { FB_BATCH_NAME_BYTES = (int)FB_ID_BYTES_MAX + 1 };
/* path: of which only what follows the last slash is used. fd: the file, whose place in it stays. NUL-terminated. false: it cannot be read
 * twice (a pipe), so that there are no digits. */
bool fb_batch_name(char out[FB_BATCH_NAME_BYTES], const char *path, bool digits_alone, int fd);
#endif
