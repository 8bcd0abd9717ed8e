/* Any bytes as a row of the journal, of ids, of the sources, of findings and of what was refused. What is
 * accepted is packed again and read again as the same; a decision's row is only taken apart. */
#include "engine/base/check.h"
#include "engine/base/limits.h"
#include "engine/turn/entry.h"
#include "engine/turn/files.h"
#include "engine/turn/ids.h"
#include "engine/turn/row.h"
#include "tests/lib/fuzz.h"
#include <string.h>

static unsigned char once[2 * FB_MESSAGE_BYTES_MAX], twice[2 * FB_MESSAGE_BYTES_MAX];

static struct fb_span packed(const unsigned char *p, size_t n)
{
    fb_assert(n > 0);
    return (struct fb_span){(const char *)p, (uint32_t)n};
}

static void check_entry(struct fb_span s)
{
    struct fb_entry e, again;
    if (fb_entry_unpack(&e, s) != FB_OK)
        return;
    struct fb_span bytes = packed(once, fb_entry_pack(&e, once, sizeof once));
    fb_assert(bytes.n <= s.n); /* ours is the shortest form */
    fb_assert(fb_entry_unpack(&again, bytes) == FB_OK && again.kind == e.kind && again.at_ms == e.at_ms);
    fb_assert(fb_span_eq(packed(twice, fb_entry_pack(&again, twice, sizeof twice)), bytes));
    fb_assert(fb_span_eq(again.body, e.body) && fb_span_eq(again.env.message_id, e.env.message_id));
}

static void check_source(struct fb_span s)
{
    struct fb_source a, b;
    if (fb_source_unpack(&a, s) != FB_OK)
        return;
    struct fb_span bytes = packed(once, fb_source_pack(&a, once, sizeof once));
    fb_assert(fb_source_unpack(&b, bytes) == FB_OK && fb_span_eq(a.name, b.name) && a.trust == b.trust);
    fb_assert(a.system == b.system && a.mode == b.mode && a.sends == b.sends && a.window == b.window);
}

static void check_ids(struct fb_span s)
{
    struct fb_ids_row a, b;
    if (fb_ids_unpack(&a, s) != FB_OK)
        return;
    struct fb_span bytes = packed(once, fb_ids_pack(&a, once, sizeof once));
    fb_assert(fb_ids_unpack(&b, bytes) == FB_OK && a.record == b.record && a.n_tags == b.n_tags);
    fb_assert(fb_span_eq(packed(twice, fb_ids_pack(&b, twice, sizeof twice)), bytes));
}

static void check_findings(struct fb_span s)
{
    struct fb_findings_row a, b;
    if (fb_findings_row_unpack(&a, s) != FB_OK)
        return;
    struct fb_span bytes = packed(once, fb_findings_row_pack(&a, once, sizeof once));
    fb_assert(fb_findings_row_unpack(&b, bytes) == FB_OK && a.n == b.n &&
              fb_span_eq(a.record_ref, b.record_ref));
    fb_assert(fb_span_eq(packed(twice, fb_findings_row_pack(&b, twice, sizeof twice)), bytes));
}

static void check_refused(struct fb_span s)
{
    struct fb_refused_row a, b;
    if (fb_refused_row_unpack(&a, s) != FB_OK)
        return;
    struct fb_span bytes = packed(once, fb_refused_row_pack(&a, once, sizeof once));
    fb_assert(fb_refused_row_unpack(&b, bytes) == FB_OK && a.reason == b.reason &&
              fb_span_eq(a.field, b.field));
    fb_assert(a.earlier == b.earlier && a.source == b.source);
}

static void check_parts(struct fb_span s)
{
    struct fb_decision_row row;
    struct fb_issue_walk walk = {.row = s};
    struct fb_issue_file file;
    unsigned n = 0;
    if (fb_decision_row_unpack(&row, s) == FB_OK)
        fb_assert(row.n <= FB_MEMBERS_MAX && row.decision.n <= s.n && (row.sheet.number != 0 || row.sheet.journal == 0));
    while (fb_issue_next(&walk, &file))
        fb_assert(++n <= s.n && file.path.n <= s.n);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    if (size > FB_MESSAGE_BYTES_MAX)
        return 0;
    struct fb_span all = {(const char *)data, (uint32_t)size};
    check_entry(all);
    check_source(all);
    check_ids(all);
    check_findings(all);
    check_refused(all);
    check_parts(all);
    return 0;
}
