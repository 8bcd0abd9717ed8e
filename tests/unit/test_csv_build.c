#include "adapters/inbound/csv/build.h"
#include "engine/wire/wire.h"
#include "tests/lib/suite.h"
#include <sodium.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static const char mapping_text[] =
    "source: {name: rth, trust: RTH, system: roster}\n"
    "file:\n"
    "  kind: snapshot\n"
    "  date: dd/mm/yyyy\n"
    "  date_time: [dd/mm/yyyy HH:MM, iso]\n"
    "  occurred_at: {date: changed}\n"
    "  skip: [{column: ref, starts: Total}]\n"
    "columns: {ref: Ref, changed: Changed, date: Date, start: Start, end: End, break: Break, ward: Ward,\n"
    "  route: Route, agency: Agency, pay: Pay, fee: Fee, booked: Booked, ceo: CEO, ws: WS, we: WE, bs: BS, "
    "be: BE,\n"
    "  staff: Staff}\n"
    "words: {route: {Bank: bank, Ag: agency}}\n"
    "shift:\n"
    "  hirer: {is: RTH}\n"
    "  unit: ward\n"
    "  start: {date: date, time: start}\n"
    "  end: {time: end}\n"
    "  break_min: break\n"
    "records:\n"
    "  - {kind: vacancy, ref: {text: \"V{ref}\"}, fields: {}}\n"
    "  - kind: booking\n"
    "    ref: {text: \"B{ref}\"}\n"
    "    when: {column: route, is_not: \"\"}\n"
    "    fields:\n"
    "      route: {column: route, words: route}\n"
    "      agency: {column: agency, absent: [\"-\", n/a], when: {column: route, is: Ag}}\n"
    "      vacancy_ref: {text: \"V{ref}\"}\n"
    "      booked_at: booked\n"
    "      rates.premium.worker_pay: pay\n"
    "      rates.plain.worker_pay: pay\n"
    "      rates.plain.commission: fee\n"
    "      rates.unsocial.commission: fee\n"
    "      sign_offs.chief_executive.reference: ceo\n"
    "      worker: {pseudonym: [staff]}\n"
    "  - kind: timesheet\n"
    "    ref: {text: \"T{ref}\"}\n"
    "    when: {column: ws, is_not: \"\"}\n"
    "    fields:\n"
    "      booking_ref: {text: \"B{ref}\"}\n"
    "      worked.start: {date: date, time: ws}\n"
    "      worked.end: {time: we}\n"
    "      break.start: {time: bs}\n"
    "      break.end: {time: be}\n";
enum {
    REF,
    CHANGED,
    DATE,
    START,
    END,
    BREAK,
    WARD,
    ROUTE,
    AGENCY,
    PAY,
    FEE,
    BOOKED,
    CEO,
    WS,
    WE,
    BS,
    BE,
    STAFF,
    CELLS
};

static struct fb_record made[FB_CSV_RECORDS_MAX];
static struct fb_csv_fault fault;

/* One row by column, the rest as in a shift that is in order; what it makes. */
static enum fb_csv_made build(unsigned *n, bool windows_1252, const char *const cells[CELLS])
{
    static const char *const plain[CELLS] = {"1",     "16/03/2026", "20/03/2026", "19:30",
                                             "08:00", "30",         "Ward A"};
    static unsigned char arena_memory[300000];
    static struct fb_csv_task task;
    static struct fb_mapping *m;
    struct fb_span cell[CELLS];
    struct fb_arena arena;
    char why[FB_CSV_FAULT_BYTES];
    CU_ASSERT_FATAL(sodium_init() >= 0);
    fb_mapping_close(&m);
    CU_ASSERT_EQUAL_FATAL(fb_mapping_parse(&m, "m", fb_span_of(mapping_text), why), FB_OK);
    m->windows_1252 = windows_1252;
    task = (struct fb_csv_task){
        .mapping = m, .layout = {.cells = CELLS}, .occurred_ms = FB_ABSENT, .worker_key = {1, 2}};
    for (unsigned c = 0; c < CELLS; c++) {
        const char *text = cells[c] != NULL ? cells[c] : plain[c];
        task.layout.at[c] = (int)c;
        cell[c] = fb_span_of(text == NULL ? "" : text);
    }
    fb_arena_init(&arena, arena_memory, sizeof arena_memory);
    struct fb_csv_row row = {.line = 7, .n = CELLS, .cell = cell};
    fault = (struct fb_csv_fault){.column = -2};
    return fb_csv_build(&task, &row, &arena, made, NULL, n, &fault);
}
#define BUILD(n, ...) build(n, false, (const char *const[CELLS]){__VA_ARGS__})

static void test_records(void)
{
    unsigned n;
    enum fb_csv_made how =
        BUILD(&n, [ROUTE] = "ag", [AGENCY] = "ACME",
              [PAY] = "\xC2\xA3"
                      "1,017.69",
              [FEE] = "3.1000", [BOOKED] = "2026-03-16T08:59Z", [CEO] = "CE/12", [WS] = "19:35",
              [WE] = "08:10", [BS] = "01:00", [BE] = "01:30", [STAFF] = "ab12");
    CU_ASSERT_EQUAL_FATAL(how, FB_CSV_MADE);
    CU_ASSERT_EQUAL_FATAL(n, 3);
    const struct fb_booking *b = &made[1].as.booking;
    CU_ASSERT_TRUE(fb_span_is(made[1].env.record_ref, "B1"));
    CU_ASSERT_EQUAL(made[1].env.source_seq, FB_ABSENT); /* the row's line, 7, must not decide between two files */
    CU_ASSERT_EQUAL(b->shift.hirer, fb_code_of("RTH"));
    CU_ASSERT_TRUE(fb_span_is(b->shift.end_local, "2026-03-21T08:00"));
    CU_ASSERT_EQUAL(b->shift.time.end_min - b->shift.time.start_min, 750);
    CU_ASSERT_EQUAL(b->shift.break_min, 30);
    CU_ASSERT(b->route == FB_ROUTE_AGENCY && fb_span_is(b->agency, "ACME"));
    CU_ASSERT_EQUAL(b->rates.n, 3);
    CU_ASSERT(b->rates.cell[0].category == fb_code_of("plain") &&
              b->rates.cell[1].category == fb_code_of("premium") &&
              b->rates.cell[2].category == fb_code_of("unsocial"));
    CU_ASSERT_EQUAL(b->rates.cell[0].part[FB_PART_WORKER_PAY], 10176900);
    CU_ASSERT_EQUAL(b->rates.cell[0].part[FB_PART_COMMISSION], 31000);
    CU_ASSERT_EQUAL(b->rates.cell[2].part[FB_PART_WORKER_PAY], FB_ABSENT);
    CU_ASSERT(b->n_sign_offs == 1 && b->sign_off[0].role == FB_ROLE_CHIEF_EXECUTIVE);
    CU_ASSERT_EQUAL(b->booked_ms, 1773651540000);
    CU_ASSERT(b->token.n == 41 && memchr(b->token.p, '.', 41) != NULL);
    const struct fb_timesheet *t = &made[2].as.timesheet;
    CU_ASSERT(t->n == 2 && t->hirer == fb_code_of("RTH") && t->interval[1].kind == FB_INTERVAL_BREAK);
    CU_ASSERT_EQUAL(t->interval[1].start_min - t->interval[0].start_min, 325);
    CU_ASSERT_EQUAL(t->interval[0].end_min - t->interval[0].start_min, 755);
}

/* A time without a date is the first such time from its anchor on: a break may begin with the work, an end
 * may not. */
static void test_times_of_day(void)
{
    unsigned n;
    CU_ASSERT_EQUAL(
        BUILD(&n, [ROUTE] = "Bank", [WS] = "19:35", [WE] = "19:34", [BS] = "19:35", [BE] = "20:00"),
        FB_CSV_MADE);
    CU_ASSERT_EQUAL_FATAL(n, 3);
    const struct fb_timesheet *t = &made[2].as.timesheet;
    CU_ASSERT_EQUAL(t->interval[0].start_min, t->interval[1].start_min);
    for (unsigned i = 0; i < 2; i++)
        CU_ASSERT_EQUAL(t->interval[i].end_min - t->interval[i].start_min,
                        t->interval[i].kind == FB_INTERVAL_WORKED ? 1439 : 25);
    CU_ASSERT_EQUAL(BUILD(&n, [START] = "00:00", [END] = "24:00"), FB_CSV_MADE);
    CU_ASSERT_EQUAL(made[0].as.vacancy.shift.time.end_min - made[0].as.vacancy.shift.time.start_min, 1440);
    /* The night on which the clocks go back has an hour more. */
    CU_ASSERT_EQUAL(BUILD(&n, [DATE] = "24/10/2026"), FB_CSV_MADE);
    CU_ASSERT_EQUAL(made[0].as.vacancy.shift.time.end_min - made[0].as.vacancy.shift.time.start_min, 810);
}

static void test_absent(void)
{
    unsigned n;
    CU_ASSERT_EQUAL(BUILD(&n, [BREAK] = ""), FB_CSV_MADE);
    CU_ASSERT_EQUAL_FATAL(n, 1);
    CU_ASSERT_EQUAL(made[0].env.kind, FB_KIND_VACANCY);
    CU_ASSERT_EQUAL(made[0].as.vacancy.shift.break_min, FB_ABSENT);
    CU_ASSERT_EQUAL(BUILD(&n, [ROUTE] = "Bank", [AGENCY] = "ACME"),
                    FB_CSV_MADE); /* its `when` does not hold */
    CU_ASSERT_EQUAL_FATAL(n, 2);
    CU_ASSERT_EQUAL(made[1].as.booking.agency.n, 0);
    CU_ASSERT_EQUAL(made[1].as.booking.token.n, 0);
    CU_ASSERT_EQUAL(made[1].as.booking.booked_ms, FB_ABSENT);
    CU_ASSERT(made[1].as.booking.rates.n == 0 && made[1].as.booking.n_sign_offs == 0);
    CU_ASSERT_EQUAL(BUILD(&n, [ROUTE] = "Ag", [AGENCY] = "N/A"), FB_CSV_MADE);
    CU_ASSERT_EQUAL(made[1].as.booking.agency.n, 0);
    CU_ASSERT_EQUAL(BUILD(&n, [REF] = "Total 12", [DATE] = "x"), FB_CSV_SKIPPED);
}

static void check_faulty(enum fb_csv_made how, int column, const char *words)
{
    CU_ASSERT_EQUAL(how, FB_CSV_FAULTY);
    if (fault.column != column || strstr(fault.reason, words) == NULL)
        printf("\n    wanted column %d, %s\n    got    column %d, %s\n", column, words, fault.column,
               fault.reason);
    CU_ASSERT_EQUAL(fault.column, column);
    CU_ASSERT_PTR_NOT_NULL(strstr(fault.reason, words));
}

static void test_faults(void)
{
    unsigned n;
    check_faulty(BUILD(&n, [REF] = ""), REF, "no reference");
    check_faulty(BUILD(&n, [CHANGED] = ""), CHANGED, "occurred_at");
    check_faulty(BUILD(&n, [CHANGED] = "16.03.2026"), CHANGED, "not a date");
    check_faulty(BUILD(&n, [DATE] = "31/02/2026"), DATE, "'31/02/2026'");
    check_faulty(BUILD(&n, [START] = "25:00"), START, "not a time");
    check_faulty(BUILD(&n, [END] = "19:30"), END, "the same as the start");
    check_faulty(BUILD(&n, [END] = ""), END, "no start or no end");
    check_faulty(BUILD(&n, [DATE] = "29/03/2026", [START] = "01:30"), DATE, "clocks go forward");
    check_faulty(BUILD(&n, [BREAK] = "half"), BREAK, "not minutes");
    check_faulty(BUILD(&n, [ROUTE] = "Ferry"), ROUTE, "'Ferry'");
    check_faulty(BUILD(&n, [ROUTE] = "Ag", [PAY] = "1,50"), PAY, "not a rate");
    check_faulty(BUILD(&n, [ROUTE] = "Ag", [PAY] = "1234,567"), PAY, "not a rate");
    check_faulty(BUILD(&n, [ROUTE] = "Ag", [PAY] = "1,23,456"), PAY, "not a rate");
    check_faulty(BUILD(&n, [ROUTE] = "Ag", [PAY] = "1,234,56.00"), PAY, "not a rate");
    check_faulty(BUILD(&n, [ROUTE] = "Ag", [PAY] = "-4.00"), PAY, "below nought");
    check_faulty(BUILD(&n, [ROUTE] = "Ag", [BOOKED] = "soon"), BOOKED, "'soon'");
    check_faulty(BUILD(&n, [WS] = "09:00"), -1, "interval");
    check_faulty(BUILD(&n, [WARD] = "W\xE9rd"), WARD, "windows-1252");
    CU_ASSERT_EQUAL(n, 0);
}

static void test_encodings(void)
{
    unsigned n;
    CU_ASSERT_EQUAL(build(&n, true, (const char *const[CELLS]){[WARD] = "Caf\xE9 \x80 \x96 5\xA0"}),
                    FB_CSV_MADE);
    CU_ASSERT_TRUE(fb_span_is(made[0].as.vacancy.shift.unit, "Caf\xC3\xA9 \xE2\x82\xAC \xE2\x80\x93 5"));
    check_faulty(build(&n, true, (const char *const[CELLS]){[WARD] = "\x81"}), WARD, "no text");
    CU_ASSERT_EQUAL(build(&n, true,
                          (const char *const[CELLS]){[ROUTE] = "Ag",
                                                     [PAY] = "\xA3"
                                                             "5"}),
                    FB_CSV_MADE);
    CU_ASSERT_EQUAL(made[1].as.booking.rates.cell[0].part[FB_PART_WORKER_PAY], 50000);
    CU_ASSERT_EQUAL(BUILD(&n, [WARD] = "Two\r\nlines\tand\xC2\xA0"), FB_CSV_MADE);
    CU_ASSERT_TRUE(fb_span_is(made[0].as.vacancy.shift.unit, "Two  lines and"));
}

static void check_id(const char *first, bool same, const char *const cells[CELLS])
{
    unsigned n;
    char id[33];
    CU_ASSERT_EQUAL_FATAL(build(&n, false, cells), FB_CSV_MADE);
    snprintf(id, sizeof id, "%.*s", (int)made[0].env.message_id.n, made[0].env.message_id.p);
    CU_ASSERT_EQUAL(strcmp(id, first) == 0, same);
}

static void test_identity(void)
{
    unsigned n;
    char first[33];
    CU_ASSERT_EQUAL_FATAL(BUILD(&n, [ROUTE] = "Ag"), FB_CSV_MADE);
    CU_ASSERT_EQUAL(made[0].env.message_id.n, 32);
    CU_ASSERT_FALSE(fb_span_eq(made[0].env.message_id, made[1].env.message_id));
    snprintf(first, sizeof first, "%.*s", 32, made[0].env.message_id.p);
    check_id(first, true, (const char *const[CELLS]){[PAY] = "3"}); /* the vacancy says nothing of pay */
    check_id(first, false, (const char *const[CELLS]){[WARD] = "Ward B"});
    check_id(first, false, (const char *const[CELLS]){[CHANGED] = "17/03/2026"});
    check_id(first, false, (const char *const[CELLS]){[REF] = "2"});
}

/* The hour that comes twice in October: work ends in the second, as the shift does; a break that lies in it is as long as it says. */
static void test_clocks_go_back(void)
{
    unsigned n;
    CU_ASSERT_EQUAL_FATAL(BUILD(&n, [ROUTE] = "Ag", [DATE] = "24/10/2026", [END] = "01:30", [WS] = "19:30", [WE] = "01:30", [BS] = "01:05", [BE] = "01:25"), FB_CSV_MADE);
    CU_ASSERT_EQUAL_FATAL(n, 3);
    const struct fb_shift_time *booked = &made[1].as.booking.shift.time;
    const struct fb_interval_row *worked = &made[2].as.timesheet.interval[0], *rest = &made[2].as.timesheet.interval[1];
    CU_ASSERT_EQUAL(booked->end_min - booked->start_min, 7 * 60);
    CU_ASSERT(worked->kind == FB_INTERVAL_WORKED && worked->start_min == booked->start_min && worked->end_min == booked->end_min);
    CU_ASSERT(rest->kind == FB_INTERVAL_BREAK && rest->end_min - rest->start_min == 20 && rest->end_min < worked->end_min);
    CU_ASSERT_EQUAL_FATAL(BUILD(&n, [ROUTE] = "Ag", [DATE] = "24/10/2026", [END] = "02:00", [WS] = "19:30", [WE] = "02:00"), FB_CSV_MADE);
    CU_ASSERT_EQUAL(made[2].as.timesheet.interval[0].end_min, made[1].as.booking.shift.time.end_min);
}

/* What is packed once for the id is the body of the frame, byte for byte. */
static void test_body(void)
{
    static unsigned char whole[FB_MESSAGE_BYTES_MAX], kept[FB_MESSAGE_BYTES_MAX], memory[FB_MESSAGE_BYTES_MAX];
    unsigned n;
    size_t body = 0;
    CU_ASSERT_EQUAL_FATAL(BUILD(&n, [ROUTE] = "Ag"), FB_CSV_MADE);
    for (unsigned i = 0; i < n; i++) {
        CU_ASSERT_TRUE(fb_encode_body(&made[i], memory, sizeof memory, &body));
        size_t a = fb_encode_publish(&made[i], whole, sizeof whole);
        size_t b = fb_encode_kept(&made[i].env, (struct fb_span){(char *)memory, (uint32_t)body}, kept, sizeof kept);
        CU_ASSERT(a > 0 && a == b && memcmp(whole, kept, a) == 0);
        CU_ASSERT_FALSE(fb_encode_body(&made[i], memory, body - 1, &body));
    }
    static struct fb_record empty;
    fb_record_blank(&empty, FB_KIND_FRAMEWORK);
    CU_ASSERT(fb_encode_body(&empty, memory, sizeof memory, &body) && body == 0);
}

/* All 256 bytes: those from 0x80 to 0x9F by Microsoft's table, where five are nothing, and a row with one of those is set aside. */
static void test_windows_1252(void)
{
    static const char *const upper[32] = {
        "\u20AC", NULL, "\u201A", "\u0192", "\u201E", "\u2026", "\u2020", "\u2021", "\u02C6", "\u2030", "\u0160", "\u2039", "\u0152", NULL, "\u017D", NULL,
        NULL, "\u2018", "\u2019", "\u201C", "\u201D", "\u2022", "\u2013", "\u2014", "\u02DC", "\u2122", "\u0161", "\u203A", "\u0153", NULL, "\u017E", "\u0178"};
    static unsigned char memory[4096];
    unsigned nothing = 0;
    for (unsigned c = 0x80; c <= 0xFF; c++) {
        char raw[3] = {'x', (char)c, 'y'}, wanted[8];
        struct fb_arena room;
        struct fb_span out;
        fb_arena_init(&room, memory, sizeof memory);
        enum fb_err e = fb_csv_cell_text(&out, (struct fb_span){raw, 3}, true, &room);
        if (c < 0xA0 && upper[c - 0x80] == NULL) {
            CU_ASSERT_EQUAL(e, FB_REFUSED);
            nothing++;
            continue;
        }
        char latin[3] = {(char)(0xC0 | c >> 6), (char)(0x80 | (c & 0x3F)), '\0'};
        snprintf(wanted, sizeof wanted, "x%sy", c < 0xA0 ? upper[c - 0x80] : c == 0xA0 ? " " : latin);
        CU_ASSERT_EQUAL(e, FB_OK);
        CU_ASSERT_TRUE(fb_span_is(out, wanted));
    }
    CU_ASSERT_EQUAL(nothing, 5);
    unsigned n;
    CU_ASSERT_EQUAL(build(&n, true, (const char *const[CELLS]){[WARD] = "Ward \x9D"}), FB_CSV_FAULTY);
    CU_ASSERT_PTR_NOT_NULL(strstr(fault.reason, "windows-1252"));
    CU_ASSERT_EQUAL(build(&n, true, (const char *const[CELLS]){[WARD] = "Ward \x80"}), FB_CSV_MADE);
}

/* An id is for ever: these are the ids that the first release made of the same row. */
static void test_ids_stay(void)
{
    unsigned n;
    CU_ASSERT_EQUAL_FATAL(BUILD(&n, [ROUTE] = "Ag"), FB_CSV_MADE);
    CU_ASSERT_EQUAL_FATAL(n, 2);
    CU_ASSERT_TRUE(fb_span_is(made[0].env.message_id, "e84c94dac74144278c5a34c7f8dcfc45"));
    CU_ASSERT_TRUE(fb_span_is(made[1].env.message_id, "88f8c81dd92f3217c8fbea18fa3f62b4"));
}

static void test_ledger_identity(void)
{
    static unsigned char memory[200000];
    struct fb_arena arena;
    struct fb_span body;
    struct fb_mapping ledger = {.ledger = true};
    struct fb_csv_task task = {.mapping = &ledger};
    static struct fb_record a, b;
    fb_arena_init(&arena, memory, sizeof memory);
    fb_record_blank(&a, FB_KIND_AGENCY);
    a.env.record_ref = fb_span_of("R1");
    b = a;
    b.as.agency.name = fb_span_of("another");
    CU_ASSERT_EQUAL(fb_csv_identify(&task, &arena, &a, &body), FB_OK);
    CU_ASSERT_EQUAL(fb_csv_identify(&task, &arena, &b, &body), FB_OK);
    CU_ASSERT_TRUE(fb_span_eq(a.env.message_id, b.env.message_id));
    b.env.kind = FB_KIND_FRAMEWORK;
    CU_ASSERT_EQUAL(fb_csv_identify(&task, &arena, &b, &body), FB_OK);
    CU_ASSERT_FALSE(fb_span_eq(a.env.message_id, b.env.message_id));
    /* A word of --again is no end of a reference. */
    b = a;
    b.env.record_ref = fb_span_of("R12");
    CU_ASSERT_EQUAL(fb_csv_identify(&task, &arena, &b, &body), FB_OK);
    task.again = fb_span_of("2");
    CU_ASSERT_EQUAL(fb_csv_identify(&task, &arena, &a, &body), FB_OK);
    CU_ASSERT_FALSE(fb_span_eq(a.env.message_id, b.env.message_id));
}

static void test_header(void)
{
    static unsigned char memory[4096];
    struct fb_arena arena;
    fb_arena_init(&arena, memory, sizeof memory);
    char why[FB_CSV_FAULT_BYTES];
    struct fb_mapping *m = NULL;
    struct fb_csv_layout layout;
    unsigned missing;
    bool twice;
    CU_ASSERT_EQUAL_FATAL(
        fb_mapping_parse(&m, "m",
                         fb_span_of("source: {name: s, system: roster}\n"
                                    "file: {kind: ledger, occurred_at: b}\n"
                                    "columns: {a: [Req Id, Request], b: B, c: {header: C, optional: yes}}\n"
                                    "records: [{kind: agency, ref: a, fields: {code: a}}]\n"),
                         why),
        FB_OK);
    struct fb_span wrapped[] = {fb_span_of("x"), fb_span_of("b"), fb_span_of(" REQ \n  id ")};
    struct fb_csv_row header = {.n = 3, .cell = wrapped};
    CU_ASSERT_EQUAL(fb_csv_layout_find(&layout, m, &header, &arena, &missing, &twice), FB_OK);
    CU_ASSERT(layout.at[0] == 2 && layout.at[1] == 1 && layout.at[2] == -1 && layout.cells == 3);
    wrapped[0] = fb_span_of("request");
    CU_ASSERT_EQUAL(fb_csv_layout_find(&layout, m, &header, &arena, &missing, &twice), FB_REFUSED);
    CU_ASSERT(missing == 0 && twice);
    wrapped[0] = wrapped[1] = fb_span_of("x");
    CU_ASSERT_EQUAL(fb_csv_layout_find(&layout, m, &header, &arena, &missing, &twice), FB_REFUSED);
    CU_ASSERT(missing == 1 && !twice);
    fb_mapping_close(&m);
}

CU_TestInfo suite_csv_build[] = {
    {"a body is packed once, and is that of the frame", test_body},
    {"ids are what they were", test_ids_stay},
    {"every byte of windows-1252 is its letter, but five that are none", test_windows_1252},
    {"a row makes its records, field by field", test_records},
    {"a time without a date is the first from its start on", test_times_of_day},
    {"work ends in the second of two hours, a break in the first", test_clocks_go_back},
    {"what the row does not say stays absent", test_absent},
    {"a row that cannot be read says which column and why", test_faults},
    {"windows-1252, line ends and odd spaces become plain text", test_encodings},
    {"in a snapshot the message id changes with what is said", test_identity},
    {"in a ledger the message id is the reference's", test_ledger_identity},
    {"a header is found by any of its names, once", test_header},
    CU_TEST_INFO_NULL,
};
