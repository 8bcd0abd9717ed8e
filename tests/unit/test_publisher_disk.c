/* A disk that fails while several are published at once: who is told that they were taken, and what goes out. */
#include "adapters/lib/publisher.h"
#include "tests/lib/folder.h"
#include "tests/lib/suite.h"
#include <errno.h>
#include <stdio.h>
#include <unistd.h>

enum { N = 12, SEGMENT = 200 };
static unsigned fails_at; /* the n-th flush from now on, and each after it; 0: none does */
int fdatasync(int fd);
/* In place of the system's, for all that this program links; fsync does more than it. */
int fdatasync(int fd)
{
    if (fails_at == 0 || --fails_at > 0)
        return fsync(fd);
    fails_at = 1;
    errno = EIO;
    return -1;
}

static enum fb_err open_in(struct fb_publisher **p, const char *folder, struct fb_spool_found *found)
{
    static char said[400], endpoint[FB_TEST_PATH + 20];
    struct fb_text why;
    fb_text_init(&why, said, sizeof said);
    snprintf(endpoint, sizeof endpoint, "ipc://%s/nobody", folder);
    const struct fb_publisher_options o = {.spool = {.folder = folder, .segment_bytes = SEGMENT},
                                           .client = {.endpoint = endpoint, .hello = {.source = {.name = fb_span_of("rth-roster")}}}};
    return fb_publisher_open(p, &o, found, &why);
}

static struct fb_record record[N];
static char id[N][20];

static void fill(void)
{
    for (unsigned i = 0; i < N; i++) {
        snprintf(id[i], sizeof id[i], "m-%u", i);
        record[i] = (struct fb_record){.env = {.kind = FB_KIND_AGENCY, .source = fb_span_of("rth-roster"), .revision = FB_ABSENT, .source_seq = FB_ABSENT, .occurred_ms = 1773650000000}};
        record[i].env.message_id = record[i].env.record_ref = fb_span_of(id[i]);
        record[i].as.agency.code = fb_span_of("ACME");
        record[i].as.agency.name = fb_span_of("Acme");
    }
}

/* Wherever it fails, as many are taken as go out: now, and in the next run. *failed: it did. */
static unsigned publish_on(unsigned flush, bool *failed)
{
    struct fb_test_folder f;
    struct fb_publisher *p = NULL;
    struct fb_spool_found found;
    uint64_t number = 0;
    unsigned taken = 99;
    const char *field;
    fb_test_folder_make(&f);
    CU_ASSERT_EQUAL_FATAL(open_in(&p, f.path, &found), FB_OK);
    fails_at = flush;
    enum fb_err e = fb_publisher_publish_many(p, record, N, &number, &taken, &field);
    *failed = e != FB_OK;
    CU_ASSERT_EQUAL(e, taken == N ? FB_OK : FB_IO);
    CU_ASSERT_EQUAL(fb_publisher_waiting(p), taken);
    CU_ASSERT(taken == 0 || number == 1);
    fails_at = 0;
    fb_publisher_close(&p);
    CU_ASSERT_EQUAL_FATAL(open_in(&p, f.path, &found), FB_OK);
    CU_ASSERT(found.messages >= taken); /* of the rest nobody knows; their ids make them harmless */
    fb_publisher_close(&p);
    fb_test_folder_remove(&f);
    return taken;
}

static void test_disk_fails_among_several(void)
{
    bool failed = true;
    unsigned some = 0, flush = 1;
    fill();
    for (; failed; flush++) {
        unsigned taken = publish_on(flush, &failed);
        some += failed && taken > 0;
    }
    CU_ASSERT(flush > 5 && some > 2);
}

CU_TestInfo suite_publisher_disk[] = {
    {"of several that a failing disk parts, those are taken that go out", test_disk_fails_among_several},
    CU_TEST_INFO_NULL,
};
