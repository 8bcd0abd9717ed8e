#include "adapters/inbound/ods/publish.h"
#include "tests/lib/suite.h"
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

static char folder[] = "/tmp/fairbank-ods-XXXXXX";
static char path[3][64];

static const char *put(unsigned i, const char *text)
{
    static bool made;
    if (!made)
        CU_ASSERT_PTR_NOT_NULL_FATAL(mkdtemp(folder));
    made = true;
    snprintf(path[i], sizeof path[i], "%s/%u.csv", folder, i);
    FILE *f = fopen(path[i], "w");
    CU_ASSERT_PTR_NOT_NULL_FATAL(f);
    fputs(text, f);
    fclose(f);
    return path[i];
}

#define ROW(code, name, ics, opened, closed)                                                                 \
    "\"" code "\",\"" name "\",\"Y60\",\"" ics "\",\"A\",\"\",\"\",\"B\",\"\",\"B1 1AA\",\"" opened          \
    "\",\"" closed "\",\"\"\r\n"

static const struct fb_ods_organisation *of(const struct fb_ods_register *reg, const char *code)
{
    for (unsigned i = 0; i < reg->n; i++)
        if (reg->org[i].ods == fb_code_of(code))
            return &reg->org[i];
    return NULL;
}

static const fb_day july = 20270, january = 20454; /* 2025-07-01 and 2026-01-01 */

static void a_change_between_two_files_has_the_later_ones_day_unless_it_is_told(void)
{
    struct fb_ods_register reg = {0};
    CU_ASSERT_EQUAL(july, fb_day_of(2025, 7, 1));
    CU_ASSERT_EQUAL(january, fb_day_of(2026, 1, 1));
    CU_ASSERT_EQUAL(
        fb_ods_read_changes(
            &reg,
            put(2,
                "ods,was,is,date,source\nRPG,QKK,QKS,2025-10-01,a letter\n,QUA,QZZ,2026-04-01,an order\n")),
        FB_OK);
    CU_ASSERT_EQUAL(fb_ods_read(&reg,
                                put(0, ROW("RXK", "SANDWELL", "QHL", "20020401", "")
                                           ROW("RPG", "OXLEAS", "QKK", "19940401", "")),
                                july),
                    FB_OK);
    CU_ASSERT_EQUAL(fb_ods_read(&reg,
                                put(1, ROW("RXK", "SANDWELL", "QUA", "20020401", "")
                                           ROW("RPG", "OXLEAS", "QKS", "19940401", "")),
                                january),
                    FB_OK);
    fb_ods_settle(&reg);
    const struct fb_ods_organisation *rxk = of(&reg, "RXK"), *rpg = of(&reg, "RPG");
    CU_ASSERT_PTR_NOT_NULL_FATAL(rxk);
    CU_ASSERT_PTR_NOT_NULL_FATAL(rpg);
    CU_ASSERT_EQUAL_FATAL(rxk->n,
                          3); /* the third by the order on its whole system, which lies after the files */
    CU_ASSERT_EQUAL(rxk->membership[0].from, INT32_MIN);
    CU_ASSERT_EQUAL(rxk->membership[0].until, january);
    CU_ASSERT_EQUAL(rxk->membership[1].ics, fb_code_of("QUA"));
    CU_ASSERT_FALSE(rxk->membership[1].from_exact);
    CU_ASSERT_EQUAL(rxk->membership[1].until, fb_day_of(2026, 4, 1));
    CU_ASSERT_EQUAL(rxk->membership[2].ics, fb_code_of("QZZ"));
    CU_ASSERT_EQUAL(rxk->membership[2].until, INT32_MAX);
    CU_ASSERT_EQUAL_FATAL(rpg->n, 2);
    CU_ASSERT_EQUAL(rpg->membership[1].from, fb_day_of(2025, 10, 1));
    CU_ASSERT_TRUE(rpg->membership[1].from_exact);
    CU_ASSERT_EQUAL(reg.faults, 0);
    fb_ods_release(&reg);
}

static void a_closed_trust_belongs_nowhere_after_its_last_day(void)
{
    struct fb_ods_register reg = {0};
    CU_ASSERT_EQUAL(fb_ods_read(&reg,
                                put(0, ROW("R1C", "SOLENT", "QRL", "20110401", "20240930")
                                           ROW("RHM", "SOUTHAMPTON", "QRL", "20111001", "")),
                                july),
                    FB_OK);
    fb_ods_settle(&reg);
    CU_ASSERT_EQUAL(of(&reg, "R1C")->membership[0].until, fb_day_of(2024, 10, 1));
    CU_ASSERT_EQUAL(of(&reg, "RHM")->membership[0].until, INT32_MAX);
    fb_ods_release(&reg);
}

static void a_bad_row_costs_only_itself_and_is_told_with_its_line(void)
{
    struct fb_ods_register reg = {0};
    char *said = NULL;
    size_t n = 0;
    reg.complaints = open_memstream(&said, &n);
    const char *file =
        put(0, ROW("RXK", "SANDWELL", "QUA", "20020401", "") ROW("R", "TOO SHORT", "QUA", "", "")
                   ROW("G6V2SX", "TOO LONG", "QUA", "", "")
                       ROW("RYK", "BAD DATE", "QUA", "2020-04-01", "") "\"RXX\",\"CUT OFF\"\r\n" ROW(
                           "RXK", "TWICE", "QUA", "", "") ROW("G6V2S", "FIVE", "QMJ", "20241101", ""));
    CU_ASSERT_EQUAL(fb_ods_read(&reg, file, july), FB_OK);
    fb_ods_settle(&reg);
    fclose(reg.complaints);
    CU_ASSERT_EQUAL(reg.n, 2);
    CU_ASSERT_EQUAL(reg.faults, 5);
    CU_ASSERT_PTR_NOT_NULL(strstr(said, ":2: not a code of 3 to 5 letters and digits: 'R'"));
    CU_ASSERT_PTR_NOT_NULL(strstr(said, ":4: not an open date"));
    CU_ASSERT_PTR_NOT_NULL(strstr(said, ":6: twice in one file: 'RXK'"));
    CU_ASSERT_EQUAL(fb_ods_read(&reg, file, july), FB_REFUSED); /* the same date again */
    free(said);
    fb_ods_release(&reg);
}

static void message_ids_follow_from_the_contents(void)
{
    struct fb_ods_register reg = {0};
    struct fb_ods_text text[2];
    struct fb_record a, b;
    CU_ASSERT_EQUAL(fb_ods_read(&reg, put(0, ROW("RXK", "SANDWELL", "QUA", "20020401", "")), july), FB_OK);
    fb_ods_settle(&reg);
    fb_ods_record(&reg, &reg.org[0], 0, 0, &text[0], &a);
    fb_ods_record(&reg, &reg.org[0], 0, 0, &text[1], &b);
    CU_ASSERT_STRING_EQUAL(text[0].id, text[1].id);
    CU_ASSERT_STRING_EQUAL(text[0].ref, "RXK/QUA");
    CU_ASSERT_EQUAL(a.env.revision, 20250701);
    reg.org[0].membership[0].until = january;
    fb_ods_record(&reg, &reg.org[0], 0, 0, &text[1], &b);
    CU_ASSERT_STRING_NOT_EQUAL(text[0].id, text[1].id);
    CU_ASSERT_STRING_EQUAL(text[0].ref, text[1].ref);
    fb_ods_release(&reg);
}

static clock_t time_of(unsigned letters)
{
    static const char alphabet[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789";
    static char text[3 << 20];
    struct fb_ods_register reg = {0};
    size_t n = 0;
    for (unsigned i = 0; i < letters * letters * letters; i++)
        n += (size_t)snprintf(text + n, sizeof text - n, "%c%c%c,N,,QAA,,,,,,,,\n", alphabet[i / letters / letters], alphabet[i / letters % letters], alphabet[i % letters]);
    CU_ASSERT_FATAL(n < sizeof text);
    const char *file = put(0, text);
    clock_t from = clock();
    CU_ASSERT_EQUAL(fb_ods_read(&reg, file, july), FB_OK);
    CU_ASSERT_EQUAL(fb_ods_read(&reg, file, january), FB_OK);
    clock_t took = clock() - from;
    CU_ASSERT(reg.n == letters * letters * letters && reg.faults == 0);
    fb_ods_settle(&reg);
    CU_ASSERT_EQUAL(fb_ods_read(&reg, file, january + 1), FB_OK); /* found where they were sorted to */
    CU_ASSERT(reg.n == letters * letters * letters && reg.faults == 0);
    fb_ods_release(&reg);
    return took;
}

/* Eight times the rows take about eight times as long, not sixty-four; by this process's own time, whatever else the machine does. */
static void a_large_file_takes_as_long_as_it_is_large(void)
{
    clock_t eighth = time_of(18), whole = time_of(36), most = 60 * eighth + CLOCKS_PER_SEC / 20;
    if (whole >= most)
        printf("\n    5832 rows %ld, 46656 rows %ld ticks\n", (long)eighth, (long)whole);
    CU_ASSERT(whole < most);
}

static void the_published_files_of_two_dates_are_read_whole(void)
{
    struct fb_ods_register reg = {0};
    CU_ASSERT_EQUAL(fb_ods_read_changes(&reg, "tests/data/ods/changes.csv"), FB_OK);
    CU_ASSERT_EQUAL(fb_ods_read(&reg, "tests/data/ods/etr-2025-07.csv", july), FB_OK);
    CU_ASSERT_EQUAL(fb_ods_read(&reg, "tests/data/ods/etr-2026-01.csv", january), FB_OK);
    fb_ods_settle(&reg);
    CU_ASSERT_EQUAL(reg.faults, 0);
    CU_ASSERT_EQUAL(reg.n, 273);
    const struct fb_ods_organisation *rth = of(&reg, "RTH");
    CU_ASSERT_PTR_NOT_NULL_FATAL(rth);
    CU_ASSERT_EQUAL_FATAL(rth->n, 2);
    CU_ASSERT_EQUAL(rth->membership[0].ics, fb_code_of("QU9"));
    CU_ASSERT_EQUAL(rth->membership[1].ics, fb_code_of("S0E4D"));
    CU_ASSERT_EQUAL(rth->membership[1].from, fb_day_of(2026, 4, 1));
    fb_ods_release(&reg);
    for (unsigned i = 0; i < 3; i++)
        unlink(path[i]);
    rmdir(folder);
}

CU_TestInfo suite_ods[] = {
    {"a change between two files has the later one's day, unless it is told",
     a_change_between_two_files_has_the_later_ones_day_unless_it_is_told},
    {"a closed trust belongs nowhere after its last day", a_closed_trust_belongs_nowhere_after_its_last_day},
    {"a bad row costs only itself, and is told with its line",
     a_bad_row_costs_only_itself_and_is_told_with_its_line},
    {"message ids follow from the contents", message_ids_follow_from_the_contents},
    {"a large file takes as long as it is large", a_large_file_takes_as_long_as_it_is_large},
    {"the published files of two dates are read whole", the_published_files_of_two_dates_are_read_whole},
    CU_TEST_INFO_NULL,
};
