/* Any bytes as two ODS files of different dates, and as a file of changes: memberships of an organisation follow one
 * another without gap or overlap, codes keep their lengths, and every record packs into a frame that unpacks to it. */
#include "adapters/inbound/ods/publish.h"
#include "engine/base/check.h"
#include "engine/wire/wire.h"
#include "tests/lib/fuzz.h"
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static unsigned char frame[FB_MESSAGE_BYTES_MAX], scratch[FB_ARENA_BYTES];
static struct fb_record record, decoded;

static void check_record(void)
{
    enum fb_frame_kind kind;
    struct fb_span payload, body;
    struct fb_arena arena;
    const char *field = NULL;
    size_t n = fb_encode_publish(&record, frame, sizeof frame);
    fb_assert(n > 0 && record.env.message_id.n > 0 && record.env.record_ref.n > 0);
    fb_assert(fb_frame_open((struct fb_span){(char *)frame, (uint32_t)n}, &kind, &payload) == FB_REASON_NONE);
    fb_arena_init(&arena, scratch, sizeof scratch);
    if (fb_decode_publish(payload, &arena, &decoded, &body, &field) != FB_REASON_NONE) {
        fb_assert(field != NULL); /* a name that is no UTF-8, a code that a file may hold and the engine not */
        return;
    }
    fb_assert(decoded.as.organisation.ods == record.as.organisation.ods);
    fb_assert(decoded.as.organisation.member_until == record.as.organisation.member_until);
}

static void check_organisation(const struct fb_ods_register *reg, const struct fb_ods_organisation *o)
{
    struct fb_ods_text text;
    char code[9];
    size_t n = fb_code_format(code, o->ods);
    fb_assert(n >= 3 && n <= 5 && o->n >= 1 && o->n <= FB_ODS_MEMBERSHIPS_MAX);
    for (unsigned m = 0; m < o->n; m++) {
        const struct fb_ods_membership *it = &o->membership[m];
        fb_assert(it->from < it->until);
        fb_assert(m == 0 || (it->from == o->membership[m - 1].until && it->ics != o->membership[m - 1].ics));
        fb_ods_record(reg, o, m, 0, &text, &record);
        check_record();
    }
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    char path[3][32] = {"/tmp/fairbank-fuzz-XXXXXX", "/tmp/fairbank-fuzz-XXXXXX", "/tmp/fairbank-fuzz-XXXXXX"};
    struct fb_ods_register reg = {0};
    size_t at = 0;
    if (size > 100000)
        return 0;
    for (unsigned i = 0; i < 3; i++) { /* parts end at a byte that no text has */
        const uint8_t *end = size > at ? memchr(data + at, 0xFE, size - at) : NULL;
        size_t n = end == NULL ? size - at : (size_t)(end - data) - at;
        int fd = mkstemp(path[i]);
        fb_assert(fd >= 0);
        fb_assert(n == 0 || write(fd, data + at, n) == (ssize_t)n);
        close(fd);
        at += n + (end != NULL);
    }
    enum fb_err e = fb_ods_read_changes(&reg, path[2]);
    for (unsigned i = 0; i < 2; i++)
        if (fb_ods_read(&reg, path[i], 20270 + 184 * (fb_day)i) != FB_OK)
            e = FB_REFUSED;
    fb_assert(e == FB_OK || e == FB_REFUSED);
    fb_ods_settle(&reg);
    for (unsigned i = 0; i < reg.n; i++)
        check_organisation(&reg, &reg.org[i]);
    fb_ods_release(&reg);
    for (unsigned i = 0; i < 3; i++)
        unlink(path[i]);
    return 0;
}
