#ifndef FB_CSV_SHEET_H
#define FB_CSV_SHEET_H
/* A sheet of a workbook (.xlsx) as the rows that a CSV file would have: Debian's xlsx2csv does it, as a process of its own that has
 * no shell, a bounded life, bounded memory and bounded output, so that a workbook that unpacks to a thousand times its size costs a
 * refusal and no more. What it writes goes into a file without a name, which is gone with this process: it holds what the workbook
 * holds.
 *
 * Dates come as "2026-03-16T07:30:00.000000" whatever the cell's format shows (a format of the spreadsheet's is that of whoever
 * opens it), and are rounded to the second here: a workbook keeps days as fractions. Times alone come as "07:30". */
#include "adapters/inbound/csv/moment.h"
#include <signal.h>
struct fb_csv_sheet_limits {
    uint64_t memory_bytes, output_bytes;
    unsigned seconds;
};
/* What a real month of a large trust stays well below: 1 GiB, 512 MiB, 300 s. */
extern const struct fb_csv_sheet_limits fb_csv_sheet_limits;
enum fb_csv_format { FB_CSV_IS_TEXT, FB_CSV_IS_WORKBOOK, FB_CSV_IS_OLD_WORKBOOK };
/* What the first bytes say; the name does not count. */
enum fb_csv_format fb_csv_format_of(int fd);
/* What is wrong with a file of that format under that name, as words after its name; NULL: nothing. */
const char *fb_csv_format_fault(enum fb_csv_format format, const char *path);
/* sheet: a name, or a number from 1; absent: the first. folder: where the nameless file is made; where it cannot be, in TMPDIR or
 * /tmp. *out: a descriptor, read from its start. FB_REFUSED: *why says what is wrong with the workbook; FB_BUSY: *stop was set;
 * FB_IO: no process or no file to be had (*why). */
FB_MUST_CHECK enum fb_err fb_csv_sheet_open(int *out, int workbook, struct fb_span sheet, const char *folder,
                                            const struct fb_csv_sheet_limits *limits, const volatile sig_atomic_t *stop,
                                            struct fb_text *why);
/* A cell that holds a date or a time as such: both, or the time alone where the date is that of no day. False: text. */
bool fb_csv_sheet_moment(struct fb_moment *out, struct fb_span cell);
/* A time of day that a format of hours ([h]:mm) showed comes as the part of a day that it is: 0.333333. Within half a second of a minute. */
bool fb_csv_sheet_part_of_day(struct fb_moment *out, struct fb_span cell);
#endif
