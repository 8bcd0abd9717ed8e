#ifndef FB_ADAPTERS_OUTPUT_H
#define FB_ADAPTERS_OUTPUT_H
/* Whether all that a program said on standard output got there, asked when it ends: a full disk is no success. false: and that
 * stands on standard error, behind the program's name. */
#include <stdbool.h>
bool fb_output_whole(const char *program);
#endif
