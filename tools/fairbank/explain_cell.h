#ifndef FB_TOOLS_FAIRBANK_EXPLAIN_CELL_H
#define FB_TOOLS_FAIRBANK_EXPLAIN_CELL_H
/* fairbank explain of a figure of an export (export/cell_id.h): the shifts behind it, each with its amount, and that they add up to it. */
#include "tools/fairbank/command.h"
bool is_cell(const char *word);
int explain_cell(const struct options *o);
#endif
