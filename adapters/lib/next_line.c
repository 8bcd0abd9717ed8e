#include "adapters/lib/next_line.h"

bool fb_next_line(FILE *file, char *memory, size_t room, size_t *n)
{
    bool any = false;
    int c;
    *n = 0;
    while ((c = getc(file)) != EOF && c != '\n') {
        any = true;
        if (*n < room)
            memory[(*n)++] = (char)c;
    }
    return (any || c == '\n') && !ferror(file);
}
