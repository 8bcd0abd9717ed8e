/* Any bytes as a file: rows cover it in order and without overlap, whatever is in it; what becomes a record
 * packs into a frame, and unpacks to the same record; what does not says why. The header is fixed and stands
 * in front. */
#include "adapters/inbound/csv/build.h"
#include "engine/base/check.h"
#include "engine/wire/wire.h"
#include "tests/lib/fuzz.h"
#include <sodium.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static const char mapping_text[] =
    "source: {name: s, trust: RTH, system: roster}\n"
    "file: {kind: snapshot, date: dd/mm/yyyy, date_time: [dd/mm/yyyy HH:MM, iso], occurred_at: {column: "
    "at},\n"
    "  skip: {column: ref, starts: Total}}\n"
    "columns: {ref: ref, at: at, date: date, start: start, end: end, break: break, ward: ward, route: route, "
    "pay: pay}\n"
    "shift: {hirer: {is: RTH}, unit: ward, start: {date: date, time: start}, end: {time: end}, break_min: "
    "break}\n"
    "records:\n"
    "  - {kind: vacancy, ref: {text: \"V{ref}\"}, fields: {reason: ward}}\n"
    "  - {kind: booking, ref: ref, when: {column: route, is_not: \"\"}, fields: {route: route, agency: "
    "ward,\n"
    "     rates.plain.worker_pay: pay, worker: {pseudonym: [ward, pay]}, sign_offs.other.reference: pay}}\n"
    "  - {kind: timesheet, ref: ref, when: {column: route, is: bank}, fields: {booking_ref: ref, state: {is: "
    "approved},\n"
    "     worked.start: {date: date, time: start}, worked.end: {time: end}, break.start: {time: end}}}\n"
    "  - {kind: worker_fact, ref: {keyed: \"{ref}/{ward}\"}, when: {column: route, is: fact}, fields: {worker: "
    "{pseudonym: [ref, ward]},\n"
    "     fact: {is: visa}, status: {is: valid}, from: date, last_day: date, week_time: break}}\n"
    "  - {kind: substantive_hours, ref: {keyed: [ref]}, when: {column: route, is: hours}, fields: {worker: "
    "{pseudonym: [ref, ward]},\n"
    "     employer: pay, week: date, time: break, hours_kind: {is: worked}}}\n"
    "  - {kind: approval, ref: ref, when: {column: route, is: grant}, fields: {rules: ward, state: {is: asked}, "
    "limit: pay, from: date,\n"
    "     until: date, reason: ward}}\n";
static const char header[] = "ref,at,date,start,end,break,ward,route,pay\n";

static struct fb_mapping *mapping;
static unsigned char memory[600000], frame[FB_MESSAGE_BYTES_MAX], scratch[FB_ARENA_BYTES];
static struct fb_record made[FB_CSV_RECORDS_MAX], decoded;

static void prepare(void)
{
    char fault[FB_CSV_FAULT_BYTES];
    if (mapping == NULL) {
        fb_assert(sodium_init() >= 0);
        fb_assert(fb_mapping_parse(&mapping, "m", fb_span_of(mapping_text), fault) == FB_OK);
    }
}

static void check_record(const struct fb_record *r)
{
    enum fb_frame_kind kind;
    struct fb_span payload, body;
    struct fb_arena arena;
    const char *field = NULL;
    size_t n = fb_encode_publish(r, frame, sizeof frame);
    fb_assert(n > 0 && r->env.message_id.n == 32 && r->env.record_ref.n > 0);
    fb_assert(fb_frame_open((struct fb_span){(char *)frame, (uint32_t)n}, &kind, &payload) == FB_REASON_NONE);
    fb_arena_init(&arena, scratch, sizeof scratch);
    enum fb_reason reason = fb_decode_publish(payload, &arena, &decoded, &body, &field);
    if (reason !=
        FB_REASON_NONE) { /* a required field that the row left empty, for instance: the engine says so */
        fb_assert(reason >= FB_REASON_FIELD_MISSING);
        return;
    }
    fb_assert(fb_span_eq(decoded.env.record_ref, r->env.record_ref) && decoded.env.kind == r->env.kind);
    fb_assert(decoded.env.occurred_ms == r->env.occurred_ms);
    if (r->env.kind == FB_KIND_BOOKING) {
        fb_assert(decoded.as.booking.shift.time.start_min == r->as.booking.shift.time.start_min);
        fb_assert(decoded.as.booking.shift.time.end_min == r->as.booking.shift.time.end_min);
        fb_assert(decoded.as.booking.rates.n == r->as.booking.rates.n);
    }
}

static void check_row(const struct fb_csv_task *task, const struct fb_csv_row *row)
{
    struct fb_csv_fault fault = {.column = -2};
    struct fb_arena arena;
    unsigned n = 0;
    fb_arena_init(&arena, memory, sizeof memory);
    enum fb_csv_made how = fb_csv_build(task, row, &arena, made, NULL, &n, &fault);
    fb_assert(how != FB_CSV_FAULTY || (fault.column >= -1 && fault.reason[0] != '\0'));
    for (unsigned i = 0; how == FB_CSV_MADE && i < n; i++)
        check_record(&made[i]);
}

static void check_file(const char *path, uint64_t size, bool windows_1252)
{
    struct fb_csv_task task = {.mapping = mapping, .layout = {.cells = 9}, .occurred_ms = FB_ABSENT};
    struct fb_csv_rows *rows = NULL;
    struct fb_csv_row row;
    uint64_t at = 0, line = 0;
    for (int c = 0; c < 9; c++)
        task.layout.at[c] = c;
    mapping->windows_1252 = windows_1252;
    fb_assert(fb_csv_rows_open(&rows, path, ',') == FB_OK);
    while (fb_csv_rows_next(rows, &row) == FB_OK) {
        fb_assert(row.offset >= at && row.bytes > 0 && row.line > line && row.n <= FB_CSV_CELLS_MAX);
        at = row.offset + row.bytes;
        line = row.line;
        check_row(&task, &row);
    }
    fb_assert(fb_csv_rows_offset(rows) == size);
    fb_csv_rows_close(&rows);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    char path[] = "/tmp/fairbank-fuzz-XXXXXX";
    if (size > 200000)
        return 0;
    prepare();
    int fd = mkstemp(path);
    fb_assert(fd >= 0);
    fb_assert(write(fd, header, sizeof header - 1) == (ssize_t)sizeof header - 1);
    fb_assert(size == 0 || write(fd, data, size) == (ssize_t)size);
    close(fd);
    check_file(path, sizeof header - 1 + size, false);
    check_file(path, sizeof header - 1 + size, true);
    unlink(path);
    return 0;
}
