/* Any bytes as a file to guess a mapping from. What is written can be read as a mapping, whatever the file (fb_csv_guess_text says so of
 * itself, and is held to it here); and no person who was put into the file is in what is written. The same bytes also go where a cell
 * of a workbook does. */
#include "adapters/inbound/csv/guess/guess.h"
#include "adapters/inbound/csv/guess/write.h"
#include "adapters/inbound/csv/mapping.h"
#include "adapters/inbound/csv/sheet.h"
#include "engine/base/check.h"
#include "tests/lib/fuzz.h"
#include <sodium.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static char text[FB_GUESS_TEXT_BYTES];
static const char header[] = "Request Id,Shift Date,Start,End,Status,Grade,Candidate Name,NHS Number,Email,Staff No,Notes,Thing\n";
/* Whatever the fuzzer writes stands in cells of one line each, beside somebody. */
static const char person[] = "Quentin Planted,943 476 5919,quentin@planted.org,PLANTED77,Planted rang";

static void put_cell(FILE *f, const uint8_t *data, size_t size, size_t *at)
{
    for (size_t n = 0; *at < size && n < 24; n++) {
        uint8_t c = data[(*at)++];
        if (c == '|')
            break;
        if (c != ',' && c != '"' && c != '\n' && c != '\r')
            putc(c, f);
    }
}

static void put_rows(FILE *f, const uint8_t *data, size_t size)
{
    fputs(header, f);
    for (size_t at = 0, row = 0; row < 3 || (at < size && row < 200); row++) {
        for (unsigned c = 0; c < 6; c++) {
            put_cell(f, data, size, &at);
            putc(',', f);
        }
        fputs(person, f);
        putc(',', f);
        put_cell(f, data, size, &at);
        putc('\n', f);
    }
}

static enum fb_err guess(const char *path, int fd)
{
    struct fb_text t;
    const char *why = "";
    fb_text_init(&t, text, sizeof text);
    enum fb_err e = fb_csv_guess_text(fd, false, path, NULL, 0, &t, &why);
    fb_assert(e == FB_OK || e == FB_REFUSED || (e == FB_DAMAGED && t.cut));
    fb_assert(e == FB_OK || why[0] != '\0');
    return e;
}

static void check_mapping(void)
{
    struct fb_mapping *m = NULL;
    char fault[FB_CSV_FAULT_BYTES];
    fb_assert(fb_mapping_parse(&m, "m", fb_span_of(text), fault) == FB_OK);
    fb_mapping_close(&m);
}

static bool holds_person(const uint8_t *data, size_t size)
{
    for (size_t i = 0; i + 6 <= size; i++)
        if (memcmp(data + i, "lanted", 6) == 0)
            return true;
    return false;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct fb_moment m;
    if (size > 100000 || sodium_init() < 0)
        return 0;
    if (fb_csv_sheet_moment(&m, (struct fb_span){(const char *)data, (uint32_t)size}))
        fb_assert(m.minute < 1440 && m.second < 60);
    for (unsigned how = 0; how < 2; how++) {
        char path[] = "/tmp/fairbank-fuzz-XXXXXX";
        int fd = mkstemp(path);
        FILE *f = fd < 0 ? NULL : fdopen(dup(fd), "wb");
        fb_assert(f != NULL);
        if (how == 0)
            fb_assert(size == 0 || fwrite(data, 1, size, f) == size);
        else
            put_rows(f, data, size);
        fb_assert(fclose(f) == 0);
        if (guess(path, fd) == FB_OK) {
            check_mapping();
            fb_assert(how == 0 || holds_person(data, size) || strstr(text, "lanted") == NULL);
            fb_assert(how == 0 || strstr(text, "943 476") == NULL);
        }
        close(fd);
        unlink(path);
    }
    return 0;
}
