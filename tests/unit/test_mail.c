#include "adapters/outbound/mail/send.h"
#include "tests/lib/suite.h"
#include <string.h>

static const char breach[] =
    "{\"specversion\":\"1.0\",\"id\":\"1-%d\",\"data\":{\"seq\":%d,\"type\":\"ratecap.breached\",\"time\":\"2026-11-22T10:00:00Z\",\"trust\":\"%s\",\"number\":%d,"
    "\"source\":\"rth-roster\",\"booking\":\"B-%d\",\"rule\":\"ratecap.breached\",\"finding\":\"%d.3.1\",\"severity\":\"breach\","
    "\"staff_group\":\"nursing_midwifery\",\"route\":\"agency\",\"day\":\"2026-11-23\",\"pence\":%d,\"delta_pence\":%d,\"minutes\":720}}";

static char bodies[300][700], events[300][12];
static struct fb_delivery of[300];

static void add(int i, const char *trust, int pence)
{
    snprintf(bodies[i], sizeof bodies[i], breach, i, i, trust, i + 1, i, i + 1, pence, pence);
    snprintf(events[i], sizeof events[i], "1-%d", i);
    of[i] = (struct fb_delivery){.id = i + 1, .receiver = "desk", .event = events[i], .body = bodies[i], .route = "r", .batch = "", .error = ""};
}

static void test_one(void)
{
    struct fb_letter_texts t;
    add(0, "RTH", 4100);
    CU_ASSERT_EQUAL_FATAL(fb_letter_write(&t, of, 1), FB_OK);
    CU_ASSERT_STRING_EQUAL(t.subject, "Fairbank: Over the price cap at RTH, £41.00");
    CU_ASSERT_PTR_NOT_NULL(strstr(t.plain, "Over the price cap (breach)\n  RTH  B-0  shift of 2026-11-23  nursing midwifery, agency  £41.00\n"
                                           "  why: fairbank explain rth-roster/B-0\n"));
    CU_ASSERT_PTR_NOT_NULL(strstr(t.html, "<td class=\"money\">£41.00</td>"));
    fb_letter_release(&t);
    of[0].purpose = FB_PURPOSE_ESCALATION;
    CU_ASSERT_EQUAL_FATAL(fb_letter_write(&t, of, 1), FB_OK);
    CU_ASSERT_STRING_EQUAL(t.subject, "Fairbank: Nobody has seen to it: Over the price cap at RTH, £41.00");
    fb_letter_release(&t);
}

static void test_unknown(void)
{
    struct fb_letter_texts t;
    add(0, "RTH", 4100);
    snprintf(bodies[0], sizeof bodies[0], "{\"type\":\"ward.closed\",\"kind\":200,\"trust\":\"RTH\",\"severity\":\"warn\",\"statement\":\"It closed <soon>.\"}");
    CU_ASSERT_EQUAL_FATAL(fb_letter_write(&t, of, 1), FB_OK);
    CU_ASSERT_STRING_EQUAL(t.subject, "Fairbank: ward.closed (kind 200, newer than this program) at RTH");
    CU_ASSERT_PTR_NOT_NULL(strstr(t.plain, "ward.closed (kind 200, newer than this program) (warn)\n  RTH  \n  It closed <soon>.\n"));
    CU_ASSERT_PTR_NOT_NULL(strstr(t.html, "It closed &lt;soon&gt;."));
    fb_letter_release(&t);
}

/* What a subject adds up is what it comes to: a finding that changed twice counts once, and a month's spend by two stages is no sum. */
static void test_sums(void)
{
    static const char changed[] = "{\"seq\":%d,\"type\":\"finding.changed\",\"trust\":\"RTH\",\"number\":%d,\"source\":\"s\",\"booking\":\"B%d\",\"rule\":\"cap\","
                                  "\"finding\":\"%d.3.1\",\"severity\":\"breach\",\"staff_group\":\"allied_health\",\"route\":\"agency\",\"day\":\"2026-11-23\",\"pence\":%d}";
    static const char passed[] = "{\"seq\":%d,\"type\":\"ceiling.passed\",\"trust\":\"RXQ\",\"severity\":\"warn\",\"route\":\"agency\",\"day\":\"2026-03-01\",\"pence\":%d,"
                                 "\"stage\":\"%s\"}";
    struct fb_letter_texts t;
    for (int i = 0; i < 3; i++) {
        add(i, "RTH", 0);
        snprintf(bodies[i], sizeof bodies[i], changed, 70 + i, 1 + i % 2, i % 2, 1 + i % 2, 10000 - 1000 * i); /* the third is of the first's finding */
    }
    CU_ASSERT_EQUAL_FATAL(fb_letter_write(&t, of, 3), FB_OK);
    CU_ASSERT_STRING_EQUAL(t.subject, "Fairbank: Changed, 2 shifts at RTH, £170.00");
    fb_letter_release(&t);
    for (int i = 0; i < 2; i++)
        snprintf(bodies[i], sizeof bodies[i], passed, 70 + i, 2017941, i == 0 ? "committed" : "worked");
    CU_ASSERT_EQUAL_FATAL(fb_letter_write(&t, of, 2), FB_OK);
    CU_ASSERT_STRING_EQUAL(t.subject, "Fairbank: Agency spend over the month's ceiling, 2 alerts at RXQ");
    fb_letter_release(&t);
    CU_ASSERT_EQUAL_FATAL(fb_letter_write(&t, of, 1), FB_OK);
    CU_ASSERT_STRING_EQUAL(t.subject, "Fairbank: Agency spend over the month's ceiling at RXQ, £20,179.41");
    fb_letter_release(&t);
}

static void test_many(void)
{
    struct fb_letter_texts t, again;
    for (int i = 0; i < 130; i++)
        add(i, i == 7 ? "RXQ" : "RTH", 100000 + i);
    CU_ASSERT_EQUAL_FATAL(fb_letter_write(&t, of, 130), FB_OK);
    CU_ASSERT_STRING_EQUAL(t.subject, "Fairbank: Over the price cap, 130 shifts, £130,083.85");
    const char *dearest = strstr(t.plain, "£1,001.29"), *next = strstr(t.plain, "£1,001.28");
    CU_ASSERT(dearest != NULL && next != NULL && dearest < next);
    CU_ASSERT_PTR_NOT_NULL(strstr(t.plain, "And 30 more of less weight"));
    CU_ASSERT_PTR_NULL(strstr(t.plain, "£1,000.29"));
    CU_ASSERT_PTR_NOT_NULL(strstr(t.html, "And 30 more of less weight"));
    CU_ASSERT_EQUAL_FATAL(fb_letter_write(&again, of, 130), FB_OK);
    CU_ASSERT_STRING_EQUAL(t.id, again.id);
    fb_letter_release(&again);
    CU_ASSERT_EQUAL_FATAL(fb_letter_write(&again, of, 129), FB_OK);
    CU_ASSERT_STRING_NOT_EQUAL(t.id, again.id);
    fb_letter_release(&again);
    fb_letter_release(&t);
}

/* What a subject counts and adds up is so: a shift once, however often it is told of; the pounds of one rule. */
static void test_counts(void)
{
    struct fb_letter_texts t;
    for (int i = 0; i < 4; i++)
        add(i, "RTH", 1000);
    snprintf(bodies[1], sizeof bodies[1], breach, 1, 1, "RTH", 1, 0, 1, 500, 500); /* the same shift, by another category */
    memcpy(strstr(bodies[1], "1.3.1"), "1.3.2", 5);
    CU_ASSERT_EQUAL_FATAL(fb_letter_write(&t, of, 4), FB_OK);
    CU_ASSERT_STRING_EQUAL(t.subject, "Fairbank: Over the price cap, 3 shifts at RTH, £35.00");
    fb_letter_release(&t);
    for (int i = 0; i < 4; i++)
        of[i].purpose = FB_PURPOSE_ESCALATION;
    CU_ASSERT_EQUAL_FATAL(fb_letter_write(&t, of, 2), FB_OK);
    CU_ASSERT_STRING_EQUAL(t.subject, "Fairbank: Nobody has seen to it: Over the price cap, 1 shift at RTH, £15.00");
    fb_letter_release(&t);
    add(2, "RTH", 2);
    add(3, "RTH", 3);
    memcpy(strstr(bodies[3], "ratecap.breached"), "booking.overlap\" ", 17); /* the first is its type */
    CU_ASSERT_EQUAL_FATAL(fb_letter_write(&t, &of[2], 2), FB_OK);
    CU_ASSERT_STRING_EQUAL(t.subject, "Fairbank: 2 alerts at RTH");
    fb_letter_release(&t);
}

static const char line[] = "{\"seq\":1,\"type\":\"invoice.unmatched\",\"time\":\"2026-11-22T10:00:00Z\",\"trust\":\"RTH\",\"number\":1,\"source\":\"rth-ledger\","
                           "\"booking\":\"NS/1/1\",\"rule\":\"invoice.unmatched\",\"finding\":\"1.2.3\",\"severity\":\"warn\",\"day\":\"2026-11-23\",\"pence\":30000}";

static void test_line(void)
{
    struct fb_letter_texts t;
    of[0] = of[1] = (struct fb_delivery){.id = 1, .receiver = "desk", .event = "1-1", .body = (char *)(uintptr_t)line, .route = "r", .batch = "", .error = ""};
    CU_ASSERT_EQUAL_FATAL(fb_letter_write(&t, of, 2), FB_OK);
    CU_ASSERT_STRING_EQUAL(t.subject, "Fairbank: Invoiced, and nothing is held that it is for, 2 alerts at RTH, £600.00");
    CU_ASSERT_PTR_NOT_NULL(strstr(t.plain, "  RTH  NS/1/1  of 2026-11-23  £300.00\n"));
    CU_ASSERT_PTR_NULL(strchr(t.html, '?'));
    fb_letter_release(&t);
}

static void test_hostile(void)
{
    struct fb_letter_texts t;
    add(0, "RTH", 1);
    char *ref = strstr(bodies[0], "B-0");
    memcpy(ref, "<b>", 3);
    CU_ASSERT_EQUAL_FATAL(fb_letter_write(&t, of, 1), FB_OK);
    CU_ASSERT_PTR_NOT_NULL(strstr(t.html, "&lt;b&gt;"));
    CU_ASSERT_PTR_NULL(strstr(t.html, "<b>"));
    fb_letter_release(&t);
    of[0].body = "{\"type\":\"no such\"}";
    CU_ASSERT_EQUAL(fb_letter_write(&t, of, 1), FB_DAMAGED);
    for (int i = 1; i < 9; i++)
        add(i, "RTH", 1);
    CU_ASSERT_EQUAL(fb_letter_write(&t, of, 9), FB_DAMAGED); /* those behind it were not read, and are not put in order */
    CU_ASSERT_FALSE(fb_letter_reads(&of[0]));
    CU_ASSERT_TRUE(fb_letter_reads(&of[1]));
}

static void test_addresses(void)
{
    static const char *const good[] = {"a@b", "desk+x@example.nhs.uk"},
                             *const bad[] = {"", "@", "a@", "@b", "a", "a@b@c", "a b@c", "a@b\r\nBcc: x@y", "<a@b>", "a,b@c", "\"a\"@b", "é@b"};
    for (size_t i = 0; i < sizeof good / sizeof good[0]; i++)
        CU_ASSERT_TRUE(fb_mail_address_is_good(fb_span_of(good[i])));
    for (size_t i = 0; i < sizeof bad / sizeof bad[0]; i++)
        CU_ASSERT_FALSE(fb_mail_address_is_good(fb_span_of(bad[i])));
}

static void test_words(void)
{
    char out[700], whole[200] = "";
    fb_mail_header_words(out, sizeof out, "plain words");
    CU_ASSERT_STRING_EQUAL(out, "plain words");
    fb_mail_header_words(out, sizeof out, "£41.00");
    CU_ASSERT_STRING_EQUAL(out, "=?UTF-8?B?wqM0MS4wMA==?=");
    for (int i = 0; i < 80; i++)
        memcpy(whole + 2 * i, "£", 3);
    fb_mail_header_words(out, sizeof out, whole);
    CU_ASSERT_PTR_NOT_NULL(strstr(out, "?= =?UTF-8?B?"));
    for (const char *p = out; (p = strstr(p, "=?UTF-8?B?")) != NULL; p++)
        CU_ASSERT(strcspn(p + 10, "?") <= 63); /* RFC 2047: 75 with its brackets */
    CU_ASSERT_PTR_NULL(strstr(out, "4oK")); /* no character was cut */
    memset(whole, 0x9f, 100); /* of what is no text nothing is left out either */
    whole[100] = '\0';
    fb_mail_header_words(out, sizeof out, whole);
    unsigned pieces = 0;
    for (const char *p = out; (p = strstr(p, "=?UTF-8?B?")) != NULL; p++)
        pieces++;
    CU_ASSERT(pieces >= 3);
}

static void test_answers(void)
{
    static const struct {
        long code;
        bool taken, locked_out;
        int64_t age_ms;
        enum fb_delivery_state state;
    } table[] = {{250, true, false, 0, FB_DELIVERY_DELIVERED},         {550, false, false, 0, FB_DELIVERY_DEAD}, {451, false, false, 0, FB_DELIVERY_WAITING},
                 {451, false, false, 3 * 86400000, FB_DELIVERY_DEAD}, {0, false, false, 0, FB_DELIVERY_WAITING}, {220, false, false, 0, FB_DELIVERY_WAITING},
                 {535, false, true, 0, FB_DELIVERY_WAITING}};
    char error[160];
    for (size_t i = 0; i < sizeof table / sizeof table[0]; i++) {
        struct fb_delivery d = {.id = 3, .since_ms = 5};
        struct fb_settled s = fb_mail_settle(&d, table[i].code, table[i].taken, table[i].locked_out, "trouble", 5 + table[i].age_ms, error);
        CU_ASSERT(s.id == 3 && s.state == table[i].state && (s.error != NULL) == !table[i].taken);
        CU_ASSERT(s.state != FB_DELIVERY_WAITING || s.due_ms > 5);
    }
}

CU_TestInfo suite_mail[] = {
    {"one alert is a mail that says what happened, where and how much", test_one},
    {"an alert of a kind that is not known is named as the engine names it", test_unknown},
    {"a subject adds up what it comes to, and nothing twice", test_sums},
    {"a bad day is one mail, the dearest first, with the same id when it goes again", test_many},
    {"a subject counts each shift once, and adds up the pounds of one rule", test_counts},
    {"nobody is on a line of an invoice, and it is no shift", test_line},
    {"what a record is called cannot be markup, and what is no event is not mailed", test_hostile},
    {"an address is one mailbox and nothing else", test_addresses},
    {"a subject beyond ASCII is written in pieces that fit", test_words},
    {"what the relay says is taken for what it means", test_answers},
    CU_TEST_INFO_NULL,
};
