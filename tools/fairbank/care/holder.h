#ifndef FB_TOOLS_FAIRBANK_HOLDER_H
#define FB_TOOLS_FAIRBANK_HOLDER_H
/* What can be told of a data folder from outside the store: who writes to it, and what of it this user may not see. Nothing here
 * takes a lock, so that an engine that starts at the same moment is not turned away. */
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
enum { HOLDER_WORDS = 1200 };
/* The process that has the store open to write, by the kernel's list of locks; 0: none that this user and this namespace see. */
int64_t holder_pid(const char *data);
/* What of the store's files this user may not use, in words with what to do; false: nothing is forbidden. */
bool holder_forbids(const char *data, char words[HOLDER_WORDS]);
/* A file of the folder. CANNOT_TELL: errno says why; a folder that may not be looked into is not an empty one. */
enum holder_file { HOLDER_THERE, HOLDER_NONE, HOLDER_CANNOT_TELL };
enum holder_file holder_has(const char *data, const char *name);
#endif
