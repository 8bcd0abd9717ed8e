#include "adapters/inbound/csv/mapping.h"
#include "tests/lib/suite.h"
#include <sodium.h>
#include <stdio.h>
#include <string.h>

#define SOURCE  "source: {name: s, trust: RTH, system: roster}\n"
#define FILE_   "file: {kind: snapshot, occurred_at: {column: changed}}\n"
#define COLUMNS "columns: {ref: Ref, changed: Changed, grade: Grade}\n"
#define RECORDS "records: [{kind: agency, ref: ref, fields: {code: ref, name: grade}}]\n"

static struct fb_mapping *parse(const char *text, char fault[FB_CSV_FAULT_BYTES])
{
    struct fb_mapping *m = NULL;
    CU_ASSERT_FATAL(sodium_init() >= 0);
    enum fb_err e = fb_mapping_parse(&m, "m.yaml", fb_span_of(text), fault);
    CU_ASSERT_EQUAL(e == FB_OK, m != NULL);
    return m;
}

/* Refused, with a message that begins with the place and holds the words. */
static void check_fault(const char *text, unsigned line, const char *words)
{
    char fault[FB_CSV_FAULT_BYTES], place[32];
    struct fb_mapping *m = parse(text, fault);
    snprintf(place, sizeof place, "m.yaml:%u: ", line);
    if (m != NULL || strncmp(fault, place, strlen(place)) != 0 || strstr(fault, words) == NULL)
        printf("\n    wanted %s… %s\n    got    %s\n", place, words, m != NULL ? "no fault" : fault);
    CU_ASSERT_PTR_NULL(m);
    CU_ASSERT_EQUAL(strncmp(fault, place, strlen(place)), 0);
    CU_ASSERT_PTR_NOT_NULL(strstr(fault, words));
    fb_mapping_close(&m);
}

static void test_keys_and_sheets(void)
{
    check_fault("source: {name: s, system: roster, worker_key: \"\"}\n" FILE_ COLUMNS RECORDS, 1, "1 to 400 bytes");
    check_fault("source: {name: s, system: roster, worker_key: [a]}\n" FILE_ COLUMNS RECORDS, 1, "single word");
    check_fault(SOURCE "file: {kind: snapshot, occurred_at: changed, sheet: {a: b}}\n" COLUMNS RECORDS, 2, "single word");
}

static void test_not_there(void)
{
    char fault[FB_CSV_FAULT_BYTES];
    struct fb_mapping *m = NULL;
    CU_ASSERT_EQUAL(fb_mapping_open(&m, "/no/such/rth-roster.yaml", fault), FB_IO);
    CU_ASSERT_EQUAL(strncmp(fault, "/no/such/rth-roster.yaml: No such file", 38), 0);
    CU_ASSERT_PTR_NOT_NULL(strstr(fault, "A mapping says which column is what"));
    CU_ASSERT_PTR_NOT_NULL(strstr(fault, "fairbank-csv guess"));
    CU_ASSERT_PTR_NOT_NULL(strstr(fault, "adapters/inbound/csv/mappings"));
    CU_ASSERT_EQUAL(fb_mapping_open(&m, "tests/unit", fault), FB_IO); /* there, and no file: it needs no example */
    CU_ASSERT_PTR_NULL(strstr(fault, "guess"));
}

static void test_whole(void)
{
    char fault[FB_CSV_FAULT_BYTES];
    struct fb_mapping *m =
        parse("source: {name: rth, trust: RTH, system: portal, mode: shadow, sends: [cascades, timesheets]}\n"
              "file:\n"
              "  kind: snapshot\n"
              "  delimiter: tab\n"
              "  encoding: windows-1252\n"
              "  header: 3\n"
              "  date: [dd/mm/yyyy, d-mmm-yy]\n"
              "  occurred_at: {file_name: \"*{yyyymmdd}*\"}\n"
              "  skip: {column: ref, is: [Total, \"\"]}\n"
              "columns:\n"
              "  ref: [Ref, Reference]\n"
              "  grade: {header: Grade, optional: yes}\n"
              "words:\n"
              "  g: {Band 5: \"5\", \"\": \"\", \"*\": \"6\"}\n"
              "records:\n"
              "  - kind: booking\n"
              "    ref: {text: \"B{ref}\"}\n"
              "    when: {column: ref, starts: [A, B]}\n"
              "    fields:\n"
              "      shift.grade: {column: grade, words: g}\n"
              "      rates.unsocial.commission: ref\n"
              "      rates.plain.worker_pay: ref\n"
              "      rates.plain.vat: ref\n"
              "      sign_offs.executive_director.granted_at: ref\n"
              "      sign_offs.chief_executive.reference: ref\n"
              "      references.healthroster.request_id: ref\n",
              fault);
    CU_ASSERT_PTR_NOT_NULL_FATAL(m);
    CU_ASSERT(!m->ledger && m->windows_1252 && m->delimiter == '\t' && m->header == 3);
    CU_ASSERT_EQUAL(m->source.sends, FB_SENDS_CASCADES | FB_SENDS_TIMESHEETS);
    CU_ASSERT_EQUAL(m->source.mode, FB_SOURCE_MODE_SHADOW);
    CU_ASSERT(m->date.n == 2 && m->time.n == 1 && m->n_skip == 1 && m->n_columns == 2 &&
              m->column[1].optional);
    CU_ASSERT(m->occurred_in_name.n == 1 && fb_span_is(m->occurred_in_name.of[0], "*{yyyymmdd}*"));
    const struct fb_csv_record *r = &m->record[0];
    CU_ASSERT_EQUAL_FATAL(r->n, 7);
    CU_ASSERT(r->field[1].member.slot == 1 && r->field[2].member.slot == 0 && r->field[3].member.slot == 0);
    CU_ASSERT(r->field[4].member.slot == 1 && r->field[5].member.slot == 0);
    CU_ASSERT_EQUAL(r->blank.as.booking.shift.break_min, FB_ABSENT);
    CU_ASSERT_TRUE(fb_span_is(*fb_csv_words_find(&m->words[0], fb_span_of("BAND 5")), "5"));
    CU_ASSERT_TRUE(fb_span_is(*fb_csv_words_find(&m->words[0], fb_span_of("Band 8")), "6"));
    CU_ASSERT_EQUAL(fb_csv_words_find(&m->words[0], fb_span_of(""))->n, 0);
    fb_mapping_close(&m);
    CU_ASSERT_PTR_NULL(m);
}

static void test_top_faults(void)
{
    check_fault("", 1, "nothing in it");
    check_fault("a: [", 2, "not YAML");
    check_fault("a:\n\tb: c\n", 2, "a tab (lines are indented by spaces)");
    check_fault(SOURCE FILE_ COLUMNS RECORDS "colour: red\n", 5, "unknown key of a mapping 'colour'");
    check_fault(SOURCE SOURCE FILE_ COLUMNS RECORDS, 2, "written twice: 'source'");
    check_fault(SOURCE FILE_ COLUMNS, 1, "a mapping needs records:");
    check_fault("source: {name: s}\n" FILE_ COLUMNS RECORDS, 1, "source needs a system");
    check_fault("source: {name: s, system: fax}\n" FILE_ COLUMNS RECORDS, 1, "not 'fax'");
    check_fault("source: {name: s, system: roster, trust: \"RTH RXQ\"}\n" FILE_ COLUMNS RECORDS, 1,
                "not an ODS code");
    check_fault("source: {name: s, system: roster, sends: [faxes]}\n" FILE_ COLUMNS RECORDS, 1,
                "not 'faxes'");
    check_fault("source: [a]\n" FILE_ COLUMNS RECORDS, 1, "name: value");
}

static void test_file_faults(void)
{
    check_fault(SOURCE "file: {occurred_at: {column: changed}}\n" COLUMNS RECORDS, 2, "snapshot");
    check_fault(SOURCE "file: {kind: snapshot}\n" COLUMNS RECORDS, 2, "occurred_at");
    check_fault(SOURCE "file: {kind: heap, occurred_at: changed}\n" COLUMNS RECORDS, 2, "not 'heap'");
    check_fault(SOURCE "file: {kind: ledger, occurred_at: changed, delimiter: dot}\n" COLUMNS RECORDS, 2,
                "'dot'");
    check_fault(SOURCE "file: {kind: ledger, occurred_at: changed, date: dd/mm}\n" COLUMNS RECORDS, 2,
                "'dd/mm'");
    check_fault(SOURCE "file: {kind: ledger, occurred_at: changed, time: yyyy-mm-dd}\n" COLUMNS RECORDS, 2,
                "pattern");
    check_fault(SOURCE "file: {kind: snapshot, occurred_at: {file_name: []}}\n" COLUMNS RECORDS, 2, "not a template");
    check_fault(SOURCE "file: {kind: snapshot, occurred_at: {file_name: [\"{yyyymmdd}*\", y]}}\n" COLUMNS RECORDS, 2, "'y'");
    check_fault(SOURCE "file: {kind: ledger, occurred_at: {file_name: x}}\n" COLUMNS RECORDS, 2, "'x'");
    check_fault(SOURCE "file: {kind: ledger, occurred_at: {file_name: \"{yyyymmdd}.csv\"}}\n" COLUMNS RECORDS,
                2, "each row that the next file repeats");
    check_fault(SOURCE "file: {kind: ledger, occurred_at: changed, header: 0}\n" COLUMNS RECORDS, 2,
                "not '0'");
    check_fault(SOURCE "file: {kind: ledger, occurred_at: nix}\n" COLUMNS RECORDS, 2,
                "no such column under columns: 'nix'");
    check_fault(SOURCE "file: {kind: ledger, occurred_at: changed, skip: [{column: ref}]}\n" COLUMNS RECORDS,
                2, "one of is");
    check_fault(SOURCE FILE_ "columns: {ref: Ref, changed: {optional: yes}}\n" RECORDS, 3,
                "what the file's header calls");
    check_fault(SOURCE FILE_ COLUMNS "words: {g: {A: b, a: c}}\n" RECORDS, 4, "twice in a table");
    check_fault(SOURCE FILE_ "columns: {ref: Ref,\n  \"\": Grade, changed: Changed, grade: Grade}\n" RECORDS, 4, "a column needs a name");
}

#define WITH(record) SOURCE FILE_ COLUMNS "words: {g: {A: \"5\", B: \"6 7\"}}\nrecords:\n  - " record "\n"
static void test_record_faults(void)
{
    check_fault(SOURCE FILE_ COLUMNS "records: []\n", 4, "1 to 16");
    check_fault(WITH("{kind: agency, fields: {code: ref}}"), 6, "needs kind, ref and fields");
    check_fault(WITH("{kind: parcel, ref: ref, fields: {code: ref}}"), 6, "'parcel'");
    check_fault(WITH("{kind: agency, ref: ref, fields: {size: ref}}"), 6,
                "no such field in a record of this kind: 'size'");
    check_fault(WITH("{kind: agency, ref: ref, fields: {code: nix}}"), 6, "'nix'");
    check_fault(WITH("{kind: agency, ref: ref, fields: {code: {text: \"A{nix}\"}}}"), 6, "in the braces");
    check_fault(WITH("{kind: agency, ref: ref, fields: {code: {text: \"A{\"}}}"), 6, "in the braces of '{'");
    check_fault(WITH("{kind: agency, ref: ref, fields: {code: {text: \"{}\"}}}"), 6, "in the braces of '{}'");
    check_fault(WITH("{kind: agency, ref: ref, fields: {code: ref, code: ref}}"), 6, "written twice: 'code'");
    check_fault(WITH("{kind: agency, ref: ref, fields: {code: {is: A, column: ref}}}"), 6,
                "one of column, is");
    check_fault(WITH("{kind: agency, ref: ref, fields: {code: {}}}"), 6, "one of column, is");
    check_fault(WITH("{kind: agency, ref: ref, fields: {code: {column: ref, words: h}}}"), 6,
                "no such table under words: 'h'");
    check_fault(WITH("{kind: agency, ref: ref, fields: {code: {date: ref, time: ref}}}"), 6,
                "cannot stand in 'code'");
    check_fault(WITH("{kind: booking, ref: ref, fields: {route: {is: ferry}}}"), 6, "not one of our words");
    check_fault(WITH("{kind: booking, ref: ref, fields: {shift.grade: {column: grade, words: g}}}"), 6,
                "'6 7'");
    check_fault(WITH("{kind: booking, ref: ref, fields: {shift.start: {time: ref}}}"), 6,
                "a date is wanted too");
    check_fault(WITH("{kind: booking, ref: ref, fields: {booked_at: {date: ref}}}"), 6,
                "a time is wanted too");
    check_fault(WITH("{kind: booking, ref: ref, fields: {rates.plain.tips: ref}}"), 6, "'rates.plain.tips'");
    check_fault(WITH("{kind: booking, ref: ref, fields: {sign_offs.porter.reference: ref}}"), 6,
                "no such field");
    check_fault(WITH("{kind: timesheet, ref: ref, fields: {lunch.start: ref}}"), 6, "no such field");
    check_fault(WITH("{kind: booking, ref: ref, when: {column: ref, like: A}, fields: {}}"), 6, "'like'");
}

/* The example of the format's description is a mapping that works. */
static void test_readme(void)
{
    static char text[32768], fault[FB_CSV_FAULT_BYTES];
    FILE *f = fopen("adapters/inbound/csv/README.md", "rb");
    CU_ASSERT_PTR_NOT_NULL_FATAL(f);
    size_t n = fread(text, 1, sizeof text - 1, f);
    fclose(f);
    text[n] = '\0';
    char *from = strstr(text, "```yaml\n"), *to = from == NULL ? NULL : strstr(from + 8, "```");
    CU_ASSERT_PTR_NOT_NULL_FATAL(to);
    *to = '\0';
    struct fb_mapping *m = parse(from + 8, fault);
    CU_ASSERT_PTR_NOT_NULL_FATAL(m);
    CU_ASSERT(m->n_records == 3 && m->needs_worker_key);
    CU_ASSERT(fb_span_is(m->worker_key, "worker-key") && m->old_worker_key.n == 0 && fb_span_is(m->sheet, "Shifts"));
    fb_mapping_close(&m);
}

CU_TestInfo suite_csv_mapping[] = {
    {"a mapping is read as it is written, and lists get their places", test_whole},
    {"one that is not there is told with what it is and where to begin", test_not_there},
    {"faults at the top say where and what", test_top_faults},
    {"faults in file, columns and words say where and what", test_file_faults},
    {"keys and sheets are named by a word", test_keys_and_sheets},
    {"faults in records say where and what", test_record_faults},
    {"the example in the description of the format is a mapping", test_readme},
    CU_TEST_INFO_NULL,
};
