#include "engine/core/approval.h"
#include "engine/shell/confirm.h"
#include "engine/shell/link.h"
#include "engine/turn/report/report_approvals.h"
#include "engine/turn/report/report_record.h"
#include "tests/lib/folder.h"
#include "tests/lib/frames.h"
#include "tests/lib/packs.h"
#include "tests/lib/ports.h"
#include "tests/lib/suite.h"
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { HOUR_MS = 3600000, ROOM = 1 << 18 };
#define NOON 1795176000000 /* 2026-11-20T12:00Z */

/* An engine's memory, its keys, and one approval that RTH-COO gave by telephone at noon, typed in by RTH-SITE. */
static struct fb_test_folder folder;
static struct fb_keys keys;
static struct fb_store *store;
static struct fb_people people;
static struct fb_pack_files files;
static uint32_t source, number;
static unsigned char memory[ROOM], frame[FB_MESSAGE_BYTES_MAX];
static char link_text[FB_LINK_TEXT_BYTES], why_memory[600];
static struct fb_item item;

static struct fb_record by_telephone(void)
{
    struct fb_record r = {.env = {.kind = FB_KIND_APPROVAL,
                                  .source = fb_span_of("rth-desk"),
                                  .message_id = fb_span_of("m1"),
                                  .record_ref = fb_span_of("A-1"),
                                  .revision = FB_ABSENT,
                                  .source_seq = FB_ABSENT,
                                  .occurred_ms = NOON}};
    r.as.approval = (struct fb_approval){.hirer = fb_code_of("RTH"),
                                         .route = FB_ROUTE_AGENCY,
                                         .n_rules = 1,
                                         .rule = {fb_span_of("agency.off_framework")},
                                         .state = FB_APPROVAL_STATE_GRANTED,
                                         .role = FB_ROLE_EXECUTIVE_DIRECTOR,
                                         .granted_by = fb_span_of("RTH-COO"),
                                         .recorded_by = fb_span_of("RTH-SITE"),
                                         .granted_ms = NOON,
                                         .channel = FB_CHANNEL_TELEPHONE,
                                         .confirmed_ms = FB_ABSENT,
                                         .second_ms = FB_ABSENT,
                                         .limit_pence = FB_ABSENT,
                                         .from = fb_day_of(2026, 11, 20),
                                         .until = fb_day_of(2026, 12, 1),
                                         .reason = fb_span_of("theatre")};
    return r;
}

/* door: what it says of it; an engine of before may hold what it refuses now. */
static uint32_t send_past(const struct fb_record *r, int64_t now_ms, enum fb_reason door)
{
    struct fb_arena arena;
    struct fb_record sent;
    struct fb_span payload, body;
    struct fb_answer answer = {.outcome = FB_OUTCOME_REFUSED};
    const char *field = NULL;
    size_t n = fb_encode_publish(r, frame, sizeof frame);
    fb_arena_init(&arena, memory, sizeof memory);
    payload = fb_test_payload(frame, n, FB_FRAME_PUBLISH);
    CU_ASSERT_EQUAL_FATAL(fb_decode_publish(payload, &arena, &sent, &body, &field), door);
    const struct fb_input input = {.record = &sent, .body = body, .source = source};
    CU_ASSERT_EQUAL_FATAL(fb_turn_run(people.turn, &input, 1, now_ms, &answer), FB_OK);
    CU_ASSERT_TRUE(answer.outcome == FB_OUTCOME_ACCEPTED || answer.outcome == FB_OUTCOME_AMENDED);
    CU_ASSERT_TRUE(door == FB_REASON_NONE || strcmp(field, "approval.recorded_by") == 0);
    fb_arena_release(&arena);
    return answer.record;
}

static uint32_t send(const struct fb_record *r, int64_t now_ms)
{
    return send_past(r, now_ms, FB_REASON_NONE);
}

static void issue(void)
{
    struct fb_pack_report report = {0};
    struct fb_book *book = NULL;
    const char *why = "";
    struct fb_turn_file *file = calloc(512, sizeof *file);
    files = fb_test_packs();
    CU_ASSERT_PTR_NOT_NULL_FATAL(file);
    for (unsigned i = 0; i < files.n; i++)
        file[i] = (struct fb_turn_file){files.file[i].pack, files.file[i].path, files.file[i].bytes};
    CU_ASSERT_EQUAL_FATAL(fb_pack_load_files(&book, files.file, files.n, &report), FB_OK);
    CU_ASSERT_EQUAL_FATAL(fb_turn_issue(people.turn, file, files.n, book, NOON - HOUR_MS, &why), FB_OK);
    fb_pack_report_free(&report);
    free(file);
}

static void read_now(struct fb_record_now *now, struct fb_arena *arena)
{
    fb_arena_init(arena, memory, sizeof memory);
    CU_ASSERT_EQUAL_FATAL(fb_report_record(store, people.books, number, arena, now), FB_OK);
}

static void make_link_for(const char *grantor, uint64_t epoch, int64_t deadline_ms)
{
    struct fb_arena arena;
    struct fb_record_now now;
    read_now(&now, &arena);
    struct fb_link_claim claim = {epoch, now.journal, number, deadline_ms, {0}};
    fb_link_grantor(claim.grantor, fb_span_of(grantor));
    fb_link_write(link_text, &claim, &keys);
    fb_arena_release(&arena);
}

static void make_link(uint64_t epoch, int64_t deadline_ms) { make_link_for("RTH-COO", epoch, deadline_ms); }

static void begin(void)
{
    char words[600];
    struct fb_text text;
    const char *why = NULL;
    const struct fb_source desk = {.name = fb_span_of("rth-desk"), .trust = fb_code_of("RTH"), .mode = FB_SOURCE_MODE_LIVE};
    fb_test_folder_make(&folder);
    fb_text_init(&text, words, sizeof words);
    CU_ASSERT_EQUAL_FATAL(fb_keys_open(&keys, folder.path, false, &text), FB_OK);
    CU_ASSERT_EQUAL_FATAL(fb_store_open_memory(&store, NULL), FB_OK);
    people = (struct fb_people){.store = store, .ports = fb_test_ports(), .keys = &keys, .now_ms = NOON + HOUR_MS};
    CU_ASSERT_EQUAL_FATAL(fb_turn_open(&people.turn, store, people.ports, NULL, &why), FB_OK);
    CU_ASSERT_EQUAL_FATAL(fb_reader_books_open(&people.books, store, people.ports), FB_OK);
    issue();
    CU_ASSERT_EQUAL_FATAL(fb_turn_source(people.turn, &desk, NOON, &source), FB_OK);
    struct fb_record r = by_telephone();
    number = send(&r, NOON);
    make_link(fb_store_epoch(store), NOON + 24 * HOUR_MS);
}

static void end(void)
{
    fb_people_close(&people);
    fb_turn_close(&people.turn);
    fb_store_close(&store);
    fb_pack_files_free(&files);
    fb_keys_close(&keys);
    fb_test_folder_remove(&folder);
}

/* Done, or the words of the refusal stand in item.why. */
static bool confirm(const char *who)
{
    item = (struct fb_item){.kind = FB_ITEM_CONFIRM};
    item.query = (struct fb_query){.kind = FB_QUERY_CONFIRM, .link = fb_span_of(link_text), .asker = {.identity = fb_span_of(who)}};
    fb_text_init(&item.why, why_memory, sizeof why_memory);
    CU_ASSERT_EQUAL(fb_people_take(&people, &item), FB_OK);
    return item.err == FB_OK;
}

static bool says(const char *words) { return strstr(why_memory, words) != NULL; }

static enum fb_approval_end end_now(int64_t now_ms)
{
    struct fb_arena arena;
    struct fb_approval_row row[1];
    struct fb_approval_month month[1];
    unsigned n = 0, months = 0, done = 0;
    const struct fb_approval_filter all = {.now_ms = now_ms};
    fb_arena_init(&arena, memory, sizeof memory);
    CU_ASSERT_EQUAL(fb_report_approvals(store, people.books, &all, &number, 1, &arena, row, &n, month, &months, &done), FB_OK);
    enum fb_approval_end e = n == 1 ? fb_approval_end_find(row[0].end) : FB_APPROVAL_END_NONE;
    fb_arena_release(&arena);
    return e;
}

static void test_in_time(void)
{
    struct fb_arena arena;
    struct fb_record_now now;
    begin();
    CU_ASSERT_EQUAL(end_now(people.now_ms), FB_APPROVAL_END_PROVISIONAL);
    CU_ASSERT_TRUE(confirm("RTH-COO"));
    CU_ASSERT_TRUE(says("A-1 is confirmed by RTH-COO"));
    CU_ASSERT_EQUAL(end_now(people.now_ms), FB_APPROVAL_END_GRANTED);
    read_now(&now, &arena);
    const struct fb_approval *a = &now.record->as.approval;
    CU_ASSERT_TRUE(fb_span_is(a->confirmed_by, "RTH-COO") && a->confirmed_ms == people.now_ms && a->granted_ms == NOON);
    CU_ASSERT_TRUE(fb_span_is(now.record->env.source, "rth-desk") && now.record->env.revision == FB_ABSENT); /* as it was sent */
    fb_arena_release(&arena);
    end();
}

static void test_once(void)
{
    begin();
    CU_ASSERT_TRUE(confirm("RTH-COO"));
    CU_ASSERT_FALSE(confirm("RTH-COO"));
    CU_ASSERT_TRUE(says("used already"));
    end();
}

static void test_by_whom(void)
{
    begin();
    CU_ASSERT_FALSE(confirm("RTH-CNO"));
    CU_ASSERT_TRUE(says("only who granted it"));
    CU_ASSERT_FALSE(confirm("RTH-SITE"));
    make_link_for("RTH-CNO", fb_store_epoch(store), NOON + 24 * HOUR_MS);
    CU_ASSERT_FALSE(confirm("RTH-CNO"));
    CU_ASSERT_FALSE(confirm("RTH-COO")); /* theirs is another link */
    CU_ASSERT_EQUAL(end_now(people.now_ms), FB_APPROVAL_END_PROVISIONAL);
    struct fb_record r = by_telephone(); /* typed in by the grantor */
    r.env.message_id = fb_span_of("m2");
    r.env.revision = 1;
    r.as.approval.recorded_by = r.as.approval.granted_by;
    (void)send_past(&r, NOON + 1, FB_REASON_FIELD_RANGE);
    make_link(fb_store_epoch(store), NOON + 24 * HOUR_MS);
    CU_ASSERT_FALSE(confirm("RTH-COO"));
    CU_ASSERT_TRUE(says("nobody confirms their own"));
    end();
}

static void test_too_late(void)
{
    begin();
    people.now_ms = NOON + 24 * HOUR_MS;
    CU_ASSERT_FALSE(confirm("RTH-COO"));
    CU_ASSERT_TRUE(says("expired"));
    make_link(fb_store_epoch(store), NOON + 100 * HOUR_MS); /* a link that lasts longer than the rules let it */
    people.now_ms = NOON + 25 * HOUR_MS;
    CU_ASSERT_FALSE(confirm("RTH-COO"));
    CU_ASSERT_TRUE(says("has lapsed"));
    CU_ASSERT_EQUAL(end_now(people.now_ms), FB_APPROVAL_END_LAPSED);
    end();
}

static void test_another_version(void)
{
    begin();
    struct fb_record r = by_telephone();
    r.env.message_id = fb_span_of("m2");
    r.env.revision = 1;
    r.as.approval.until++;
    (void)send(&r, NOON + 1);
    CU_ASSERT_FALSE(confirm("RTH-COO"));
    CU_ASSERT_TRUE(says("was changed after"));
    make_link(fb_store_epoch(store), NOON + 24 * HOUR_MS);
    CU_ASSERT_TRUE(confirm("RTH-COO"));
    CU_ASSERT_EQUAL(end_now(people.now_ms), FB_APPROVAL_END_GRANTED);
    end();
}

/* A source that counts to the end leaves room for a confirmation; the same grant sent again, later, stays confirmed; one that
 * grants more does not, and is confirmed by a link of its own. */
static void test_versions(void)
{
    begin();
    struct fb_record r = by_telephone();
    r.env.message_id = fb_span_of("m2");
    r.env.revision = INT64_MAX;
    (void)send(&r, NOON + 1);
    make_link(fb_store_epoch(store), NOON + 24 * HOUR_MS);
    CU_ASSERT_TRUE(confirm("RTH-COO"));
    r.env.message_id = fb_span_of("m3");
    r.env.occurred_ms = NOON + 2 * HOUR_MS;
    r.as.approval.reason = fb_span_of("theatre, said better");
    (void)send(&r, NOON + 2 * HOUR_MS);
    CU_ASSERT_EQUAL(end_now(NOON + 48 * HOUR_MS), FB_APPROVAL_END_GRANTED);
    r.env.message_id = fb_span_of("m4");
    r.env.occurred_ms = people.now_ms = NOON + 3 * HOUR_MS;
    r.as.approval.until++;
    (void)send(&r, NOON + 3 * HOUR_MS);
    CU_ASSERT_EQUAL(end_now(people.now_ms), FB_APPROVAL_END_PROVISIONAL);
    make_link(fb_store_epoch(store), NOON + 24 * HOUR_MS);
    CU_ASSERT_TRUE(confirm("RTH-COO"));
    CU_ASSERT_EQUAL(end_now(NOON + 48 * HOUR_MS), FB_APPROVAL_END_GRANTED);
    end();
}

static void test_another_store(void)
{
    begin();
    make_link(fb_store_epoch(store) + 1, NOON + 24 * HOUR_MS);
    CU_ASSERT_FALSE(confirm("RTH-COO"));
    CU_ASSERT_TRUE(says("another store"));
    link_text[20] = link_text[20] == 'A' ? 'B' : 'A';
    CU_ASSERT_FALSE(confirm("RTH-COO"));
    CU_ASSERT_TRUE(says("somebody changed it"));
    end();
}

/* As many sources as there can be, and the engine's own is not among them: the confirmation is not in the journal, and is not said to be. */
static void test_no_place_in_the_journal(void)
{
    char name[16];
    struct fb_source other = {.trust = fb_code_of("RTH"), .mode = FB_SOURCE_MODE_LIVE};
    uint32_t n;
    begin();
    for (unsigned i = 1; i < FB_SOURCES_MAX; i++) {
        snprintf(name, sizeof name, "s%u", i);
        other.name = fb_span_of(name);
        CU_ASSERT_EQUAL_FATAL(fb_turn_source(people.turn, &other, NOON, &n), FB_OK);
    }
    CU_ASSERT_FALSE(confirm("RTH-COO"));
    CU_ASSERT_TRUE(item.err == FB_REFUSED && says("the confirmation was not taken"));
    CU_ASSERT_EQUAL(end_now(people.now_ms), FB_APPROVAL_END_PROVISIONAL);
    end();
}

/* What the commit thread outlives (fb_items_fatal) is told to who asked, whichever step it came from: here who asks cannot be kept. */
static void test_what_is_outlived_is_told(void)
{
    static char name[FB_ID_BYTES_MAX + 1];
    begin();
    memset(name, 'x', sizeof name);
    item = (struct fb_item){.kind = FB_ITEM_WORKER};
    item.query = (struct fb_query){.kind = FB_QUERY_WORKER, .worker_number = 1, .asker = {.identity = {name, sizeof name}}};
    fb_text_init(&item.why, why_memory, sizeof why_memory);
    CU_ASSERT_TRUE(fb_people_take(&people, &item) == FB_LIMIT && item.err == FB_LIMIT && item.why.n == 0);
    end();
}

static void test_dry(void)
{
    struct fb_approval_month m = {.month = fb_day_of(2026, 11, 1), .before_booking = 5, .retrospective = 5, .budget = 40};
    const fb_day tenth = fb_day_of(2026, 11, 10);
    CU_ASSERT_EQUAL(fb_approval_dry_on(&m, tenth), 0); /* one a day: thirty in the month */
    m.of_classes = 10;
    CU_ASSERT_EQUAL(fb_approval_dry_on(&m, tenth), fb_day_of(2026, 11, 20)); /* two a day */
    m.provisional = 20;
    CU_ASSERT_EQUAL(fb_approval_dry_on(&m, tenth), tenth); /* used up */
    CU_ASSERT_EQUAL(fb_approval_dry_on(&m, fb_day_of(2026, 12, 1)), 0);
    m.budget = FB_ABSENT;
    CU_ASSERT_EQUAL(fb_approval_dry_on(&m, tenth), 0);
}

CU_TestInfo suite_confirm[] = {{"a grant by telephone is confirmed in time, and its own record is as it was sent", test_in_time},
                               {"a link is used once", test_once},
                               {"only the grantor confirms, and not who recorded it", test_by_whom},
                               {"a link expires, and cannot outlive what the rules allow", test_too_late},
                               {"what was changed since is not confirmed by an older link", test_another_version},
                               {"a confirmation is of the grant, whichever version says it", test_versions},
                               {"a forged link, or one of another store, is refused", test_another_store},
                               {"a confirmation for which the journal has no place is refused", test_no_place_in_the_journal},
                               {"what the engine outlives is told to who asked", test_what_is_outlived_is_told},
                               {"a budget's last day is told at the month's pace", test_dry},
                               CU_TEST_INFO_NULL};
