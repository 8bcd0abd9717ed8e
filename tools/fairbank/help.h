#ifndef FB_TOOLS_FAIRBANK_HELP_H
#define FB_TOOLS_FAIRBANK_HELP_H
/* Help within HELP_COLUMNS, so that it reads well on every terminal. */
#include <stdio.h>
enum { HELP_COLUMNS = 100 };
/* Words broken at blanks, as behind `at` columns that are written already; lines after the first begin at `indent`. Ends with a
 * line break. */
void help_words(FILE *out, int at, int indent, const char *text, size_t n);
/* Lines that begin with two blanks are examples, and stay as they are; the others are one paragraph until the next of those, or
 * an empty one. */
void help_text(FILE *out, const char *text);
#endif
