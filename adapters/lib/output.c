#include "adapters/lib/output.h"
#include <stdio.h>

/* The flush first: what an earlier one met is remembered. */
bool fb_output_whole(const char *program)
{
    if (fflush(stdout) == 0 && !ferror(stdout))
        return true;
    fprintf(stderr, "%s: the output could not be written\n", program);
    return false;
}
