/* Any bytes as the name of a figure of an export, as somebody may type it. What is read is written as one form, which reads back as the
 * same; what is not says what is wrong. */
#include "engine/base/check.h"
#include "tests/lib/fuzz.h"
#include "tools/fairbank/export/cell_id.h"
#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    char text[CELL_ID_BYTES_MAX + 40], out[CELL_ID_BYTES_MAX], again[CELL_ID_BYTES_MAX];
    struct cell_id id, second;
    const char *what = NULL;
    if (size >= sizeof text)
        return 0;
    memcpy(text, data, size);
    text[size] = '\0';
    if (!cell_id_parse(&id, text, &what)) {
        fb_assert(what != NULL && *what != '\0');
        return 0;
    }
    fb_assert(id.from < id.until && id.row[0] != '\0' && id.column[0] != '\0');
    cell_id_format(out, &id);
    fb_assert(cell_id_parse(&second, out, &what));
    cell_id_format(again, &second);
    fb_assert(strcmp(out, again) == 0 && second.from == id.from && second.until == id.until && second.trust == id.trust);
    fb_assert(strcmp(second.row, id.row) == 0 && strcmp(second.column, id.column) == 0 && second.shadow == id.shadow);
    return 0;
}
