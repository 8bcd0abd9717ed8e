#include "engine/turn/entry.h"
#include "tests/lib/suite.h"
#include <string.h>

static unsigned char bytes[4096], again[4096];

static struct fb_entry message(void)
{
    struct fb_entry e = {.kind = FB_ENTRY_MESSAGE,
                         .at_ms = 1773144000123,
                         .decide_version = 1,
                         .issue = 3,
                         .source = 2,
                         .record = 77,
                         .amended = true,
                         .env = {.kind = FB_KIND_BOOKING,
                                 .message_id = fb_span_of("m-1"),
                                 .record_ref = fb_span_of("B1"),
                                 .revision = -4,
                                 .source_seq = FB_ABSENT,
                                 .occurred_ms = 1773144000000,
                                 .historic = true},
                         .body = fb_span_of("the body")};
    memcpy(e.digest, "0123456789abcdef", 16);
    return e;
}

static void check_env(const struct fb_envelope *a, const struct fb_envelope *b)
{
    CU_ASSERT_EQUAL(a->kind, b->kind);
    CU_ASSERT_TRUE(fb_span_eq(a->source, b->source));
    CU_ASSERT_TRUE(fb_span_eq(a->message_id, b->message_id));
    CU_ASSERT_TRUE(fb_span_eq(a->record_ref, b->record_ref));
    CU_ASSERT_TRUE(fb_span_eq(a->batch_id, b->batch_id));
    CU_ASSERT_EQUAL(a->batch_id.p == NULL, b->batch_id.p == NULL);
    CU_ASSERT_EQUAL(a->revision, b->revision);
    CU_ASSERT_EQUAL(a->source_seq, b->source_seq);
    CU_ASSERT_EQUAL(a->occurred_ms, b->occurred_ms);
    CU_ASSERT_EQUAL(a->historic, b->historic);
}

/* Packs, unpacks and packs again: the same bytes, and what the entry said. */
static void check_round(const struct fb_entry *e)
{
    struct fb_entry out;
    size_t n = fb_entry_pack(e, bytes, sizeof bytes);
    CU_ASSERT_TRUE_FATAL(n > 0);
    CU_ASSERT_EQUAL_FATAL(fb_entry_unpack(&out, (struct fb_span){(char *)bytes, (uint32_t)n}), FB_OK);
    CU_ASSERT_EQUAL(out.kind, e->kind);
    CU_ASSERT_EQUAL(out.at_ms, e->at_ms);
    CU_ASSERT_EQUAL(out.issue, e->issue);
    CU_ASSERT_EQUAL(out.source, e->source);
    CU_ASSERT_EQUAL(out.record, e->record);
    CU_ASSERT_EQUAL(out.amended, e->amended);
    CU_ASSERT_EQUAL(out.worker, e->worker);
    CU_ASSERT_EQUAL(out.worker_was, e->worker_was);
    CU_ASSERT_EQUAL(out.reason, e->reason);
    CU_ASSERT_EQUAL(out.earlier, e->earlier);
    CU_ASSERT_TRUE(fb_span_eq(out.field, e->field));
    CU_ASSERT_TRUE(fb_span_eq(out.body, e->body));
    CU_ASSERT_EQUAL(memcmp(out.digest, e->digest, 16), 0);
    if (e->kind == FB_ENTRY_MESSAGE || e->kind == FB_ENTRY_REFUSAL)
        check_env(&out.env, &e->env);
    CU_ASSERT_EQUAL(fb_entry_pack(&out, again, sizeof again), n);
    CU_ASSERT_EQUAL(memcmp(bytes, again, n), 0);
    for (size_t size = 0; size < n; size++)
        CU_ASSERT_EQUAL(fb_entry_pack(e, again, size), 0);
}

static void test_message(void)
{
    struct fb_entry e = message();
    check_round(&e);
    e.env.batch_id = fb_span_of("");
    e.env.source_seq = INT64_MAX;
    e.env.historic = e.amended = false;
    check_round(&e);
    e.worker = UINT32_MAX;
    check_round(&e);
    e.worker_was = 1;
    check_round(&e);
    e.worker = 0;
    e.amended = true;
    check_round(&e);
}

static void test_refusal(void)
{
    struct fb_entry e = message();
    e.kind = FB_ENTRY_REFUSAL;
    e.record = 0;
    e.amended = false;
    e.reason = FB_REASON_CONFLICT;
    e.field = fb_span_of("message_id");
    e.earlier = 1ull << 40;
    check_round(&e);
    e.env = (struct fb_envelope){.revision = FB_ABSENT, .source_seq = FB_ABSENT, .occurred_ms = FB_ABSENT};
    e.env.source = fb_span_of("somebody else");
    check_round(&e);
}

static void test_other_kinds(void)
{
    static const enum fb_entry_kind kinds[] = {FB_ENTRY_SOURCE,   FB_ENTRY_ISSUE,   FB_ENTRY_TICK,  FB_ENTRY_TODO,
                                               FB_ENTRY_SCHEDULE, FB_ENTRY_REPRICE, FB_ENTRY_CLOSE, FB_ENTRY_WEEK,
                                               FB_ENTRY_WITHDRAW, FB_ENTRY_RECEIPT, FB_ENTRY_SILENT, FB_ENTRY_FORGET,   FB_ENTRY_BATCH,  FB_ENTRY_BATCH_STEP};
    for (unsigned i = 0; i < sizeof kinds / sizeof kinds[0]; i++) {
        struct fb_entry e = {
            .kind = kinds[i], .at_ms = -1, .decide_version = 1, .issue = 1, .body = fb_span_of("xyz")};
        check_round(&e);
    }
}

static void test_cut_or_unknown(void)
{
    struct fb_entry e = message(), out;
    size_t n = fb_entry_pack(&e, bytes, sizeof bytes), head = n - e.body.n;
    /* The body goes to the end of the row, so only what stands before it can be cut. */
    for (uint32_t cut = 0; cut < head; cut++)
        CU_ASSERT_EQUAL(fb_entry_unpack(&out, (struct fb_span){(char *)bytes, cut}), FB_REFUSED);
    bytes[1] = 0;
    CU_ASSERT_EQUAL(fb_entry_unpack(&out, (struct fb_span){(char *)bytes, (uint32_t)n}), FB_REFUSED);
    bytes[1] = FB_ENTRY_SILENT + 1;
    CU_ASSERT_EQUAL(fb_entry_unpack(&out, (struct fb_span){(char *)bytes, (uint32_t)n}), FB_REFUSED);
    bytes[0] = FB_ENTRY_VERSION + 1;
    CU_ASSERT_EQUAL(fb_entry_unpack(&out, (struct fb_span){(char *)bytes, (uint32_t)n}), FB_NEWER);
    e.env.kind = (enum fb_kind)99;
    n = fb_entry_pack(&e, bytes, sizeof bytes);
    CU_ASSERT_EQUAL(fb_entry_unpack(&out, (struct fb_span){(char *)bytes, (uint32_t)n}), FB_REFUSED);
}

static void test_source(void)
{
    struct fb_source s = {.name = fb_span_of("rth-roster"),
                          .trust = fb_code_of("RTH"),
                          .system = FB_SYSTEM_ROSTER,
                          .mode = FB_SOURCE_MODE_SHADOW,
                          .sends = FB_SENDS_CASCADES | FB_SENDS_TIMESHEETS,
                          .window = 512},
                     out;
    size_t n = fb_source_pack(&s, bytes, sizeof bytes);
    CU_ASSERT_TRUE_FATAL(n > 0);
    CU_ASSERT_EQUAL_FATAL(fb_source_unpack(&out, (struct fb_span){(char *)bytes, (uint32_t)n}), FB_OK);
    CU_ASSERT_TRUE(fb_span_eq(out.name, s.name));
    CU_ASSERT_EQUAL(out.trust, s.trust);
    CU_ASSERT_EQUAL(out.system, s.system);
    CU_ASSERT_EQUAL(out.mode, s.mode);
    CU_ASSERT_EQUAL(out.sends, s.sends);
    CU_ASSERT_EQUAL(out.window, s.window);
    for (uint32_t cut = 0; cut < n; cut++)
        CU_ASSERT_EQUAL(fb_source_unpack(&out, (struct fb_span){(char *)bytes, cut}), FB_REFUSED);
    bytes[n] = 0;
    CU_ASSERT_EQUAL(fb_source_unpack(&out, (struct fb_span){(char *)bytes, (uint32_t)n + 1}), FB_REFUSED);
    CU_ASSERT_EQUAL(fb_source_pack(&s, bytes, n - 1), 0);
}

CU_TestInfo suite_entry[] = {
    {"a message comes back as it was packed, absent fields absent", test_message},
    {"a refusal keeps whatever could be read of it", test_refusal},
    {"entries that the engine makes by itself come back", test_other_kinds},
    {"a cut, unknown or newer entry is refused", test_cut_or_unknown},
    {"a source comes back as it was packed", test_source},
    CU_TEST_INFO_NULL,
};
