/* Any bytes behind the head of a file of alerts, as a crash or a person may leave them. What is whole ends with a line, reads back as whole and as
 * the same ids, and goes on to be whole when a row is added; what is refused names a line that is there. */
#include "engine/base/check.h"
#include "tests/lib/fuzz.h"
#include "tools/fairbank/export/day_file.h"
#include <stdlib.h>
#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    enum { HEAD = 8, MORE = 32 };
    static char head[] = "A,Event\n";
    static const char row[] = "x,3-18446744073709551615\n";
    struct day_files f = {.folder = -1, .fd = -1, .head = head};
    char *text = malloc(HEAD + size + MORE + 1);
    size_t whole, again, ids;
    unsigned line, second;
    if (text == NULL)
        return 0;
    memcpy(text, head, HEAD);
    if (size > 0)
        memcpy(text + HEAD, data, size);
    enum fb_err e = day_file_read(&f, text, HEAD + size, &whole, &line);
    fb_assert(e == FB_OK || e == FB_REFUSED);
    fb_assert(whole >= HEAD && whole <= HEAD + size && text[whole - 1] == '\n' && line >= 2 && line <= size + 2);
    ids = f.n;
    e = day_file_read(&f, text, whole, &again, &second);
    fb_assert(e == FB_OK && again == whole && f.n == ids && second == line);
    memcpy(text + whole, row, sizeof row - 1);
    e = day_file_read(&f, text, whole + sizeof row - 1, &again, &second);
    fb_assert(e == FB_OK && again == whole + sizeof row - 1 && f.n >= ids && f.n <= ids + 1);
    free(f.id);
    free(text);
    return 0;
}
