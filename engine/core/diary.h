#ifndef FB_CORE_DIARY_H
#define FB_CORE_DIARY_H
/* A worker's diary: what is known of one person's time at all employers, and the clocks over it (DESIGN 6). It is a counter
 * whose key is the worker and whose entries are stretches of time: a shift's own decision says what it adds (struct
 * fb_stint, kept in the decision, so that a later one takes back exactly that), a record of hours, of absence or of a fact
 * adds by its winning version. What the clocks say to a shift is computed from the others' entries, never from their
 * verdicts: nothing runs in circles, and the order in which records came never counts.
 *
 * A clock that does not hear from every employer knows a bound: "at least so many hours". Facts computed here are set as
 * bounds unless fb_diary_fed says that everything is told. Sources: Working Time Regulations 1998 (hours over all jobs, 11
 * hours' rest); Agency Workers Regulations 2010, regulation 7 (the 12-week clock); limits themselves stand in rules. */
#include "engine/core/book.h"
enum fb_diary_sort { FB_DIARY_SHIFTS, FB_DIARY_HOURS, FB_DIARY_ABSENCES, FB_DIARY_FACTS, FB_DIARY_SORTS };
enum { FB_STINT_SHADOW = 1, FB_STINT_NIGHT = 2, FB_STINT_SETTLED = 4 }; /* SETTLED: by an approved timesheet, not as booked */
/* What a shift adds to its worker's diary. worker 0: nothing. */
struct fb_stint {
    uint32_t worker;               /* canonical number */
    uint32_t start_min, end_min;   /* UTC; by the settled timesheet where there is one: first start, last end */
    uint32_t tie;                  /* of the outside name, as in struct fb_count */
    int32_t minutes;               /* paid (working) minutes */
    uint8_t flags;
    uint8_t route;                 /* enum fb_route */
    fb_code hirer;
    uint32_t unit, role, agency;   /* hashes of the names, 0 where absent. role: of staff group, role and grade: what is
                                    * substantively the same role is the pack's question, and this its nearest answer */
};
/* One entry. Rows of a sort ascend by (start_min, tie, subject). Days are kept as the minute of their UTC midnight. */
struct fb_diary_row {
    struct fb_stint stint;         /* SHIFTS: as it is. HOURS: [Monday, Monday + 7), minutes, hirer the employer. ABSENCES:
                                    * [from, until). FACTS: [from, until) of a fact; UINT32_MAX: no end; minutes: visa limit,
                                    * -1 none; hirer: employer of a post, unit: hash of the name, agency: hash of the grade */
    uint32_t subject;              /* number of the record, or of the shift */
    uint8_t kind, status;          /* HOURS: enum fb_hours_kind. ABSENCES: fb_absence_kind. FACTS: fb_fact_kind, fb_fact_status */
};
int fb_diary_row_cmp(const struct fb_diary_row *a, const struct fb_diary_row *b);
/* The row that a record of hours, absence or fact makes; false for other kinds, or when no worker is known. */
bool fb_diary_row_of(const struct fb_record *r, uint32_t subject, enum fb_diary_sort *sort, struct fb_diary_row *out);
/* What a shift reads: rows of its worker, shadow apart from live, without the shift's own. */
struct fb_diary_view {
    const struct fb_diary_row *row[FB_DIARY_SORTS];
    unsigned n[FB_DIARY_SORTS];
    bool cut;                      /* there were more than FB_DIARY_ROWS_MAX: clocks are bounds of what was read */
};

struct fb_view;
struct fb_judging;
/* The minutes (UTC) of the rows that a shift reads of each sort: half-open, by start; for HOURS, ABSENCES and FACTS
 * whatever overlaps. */
void fb_diary_window(const struct fb_clocks *c, int64_t start_min, uint32_t *from_min, uint32_t *until_min);
/* The stint of a standing booking as merged: out->worker 0 when it adds nothing. */
void fb_diary_stint(const struct fb_judging *j, struct fb_stint *out);
/* The clocks' facts of a shift. own: its stint. */
void fb_diary_facts(const struct fb_book *book, const struct fb_diary_view *diary, const struct fb_stint *own, fb_day day,
                    struct fb_facts *out);
/* Which shifts of the worker must be judged again when a row appears, changes or goes: ranges of start_min, by the facts
 * that the book's rules read; at most FB_DIARY_READERS ranges. Returns how many. */
enum { FB_DIARY_READERS = 3 };
struct fb_diary_range {
    uint32_t from_min, until_min;
};
unsigned fb_diary_readers(const struct fb_book *book, enum fb_diary_sort sort, const struct fb_diary_row *row,
                          struct fb_diary_range out[FB_DIARY_READERS]);
/* The reading shift really can tell: exact, where a range only says which may. */
bool fb_diary_reads(const struct fb_book *book, enum fb_diary_sort sort, const struct fb_diary_row *row,
                    const struct fb_diary_row *reader);
#endif
