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
/* What each clock is, so that another can work it out again. A shift belongs to the local date on which it starts, a day to
 * the calendar week from its Monday. Shifts stand in order of (start, tie). Of shifts that overlap no minute counts twice:
 * each counts its minutes less what the ones before it in the order cover, and those are left out that would make the sum
 * smaller. What a record of hours says of an
 * employer and week takes the place of shifts of route `substantive` there; of one employer and week, worked beats rostered
 * beats contracted, then the larger number. Hours of work are what was worked (Working Time Regulations 1998, regulation 4): where
 * the best that is said is what was rostered or contracted, absences (of any kind) from that employer or from all work take from it.
 * Where they cover all seven days of the week it is nought; where they cover some it is what cannot have lain in those days, and
 * no more than a bound.
 *
 * A clock is exact where everything that it read is told: the rules say that all trusts send all bookings from a day
 * (fed_from) not after the first day read, each calendar week of the days read is told of, nothing was cut, and
 * no minutes were counted twice or in part. A week is told of by a record of hours, and by one of every employer where a post of
 * one's own that stands is held on a day of it; of a post whose employer is not named nobody can be silent. Else it is a
 * bound; what would need a guess is left out of a lower bound.
 *   rest_before        from the latest end that is not after the start, within 14 days. Work that overlaps is not rest, it is
 *                      overlap_minutes. At most; exact only where the hours in a post of one's own are nought in all weeks
 *                      touched. Nothing known within 14 days: unknown; but at least 14 days where all is told and nought
 *   rest_after         the same to the next start that is not before the end; never more than is known
 *   week_minutes       the seven days to the shift's end. Of a shift or a week of hours that lies only partly in them what
 *                      cannot have lain outside: its minutes less the length outside
 *   over_visa_minutes  the calendar week: hours stated for it, and shifts of it that start before this one ends
 *   average_week_minutes  all minutes of the calendar weeks from the first week of the period to the shift's, over the number
 *                      of weeks asked, rounded down. A week that absences of the kinds left out cover on all its seven days
 *                      is not numbered: the period begins so many weeks earlier, at most as many again as were asked; its
 *                      work still counts (the regulations add the days after the period, we those before it). One that they cover
 *                      on some days is numbered, and what was worked in place of those days is not known: a bound. Of
 *                      somebody new, of whom everything is told, the weeks since the first entry held (in what a shift reads,
 *                      fb_diary_window); nobody is new who held a post at a named employer in the period before it
 *   clock_fed          fed_from is not after the first of those weeks, each is told of, and nothing was cut
 *   clock_trusts       trusts of the shifts that any of these sums counts
 *   consecutive_days   up to the shift's date; of nights, the dates on which the first night that a shift touches begins.
 *                      Both stop counting at 31
 *   assignment_weeks   work by agency for the same hirer and role, up to two years back. Periods of seven days from the first
 *                      day known; one with any work counts. Where what came before is not told, the least that periods from
 *                      any weekday would give. A break (the days between two days of work) of no more than the weeks
 *                      that set the clock back pauses it. A longer one pauses it only where absences that pause (each kind no
 *                      longer than its limit) or run explain all but six days of it at most: reasons do not add up with a
 *                      break without one. During an absence that runs, periods that hold a day of it count. An absence
 *                      counts here from all work, from the hirer's, and from that of an agency by which some of this work
 *                      was done; who is away from another employer's post may have worked here, and it says nothing
 *   same_agency_weeks  calendar weeks, this one and the 25 before it
 *   overlap_minutes    minutes of this shift that others cover which are no twins; a twin has the same hirer and unit and
 *                      overlaps
 *   gap_here_minutes   between two shifts of one hirer, unit and agency (or none) that do not overlap; at least a
 *                      day where there is none within one
 *   *_days             days from the shift's day to the last on which it holds: 0 on the last, -1 on the day after; 36525
 *                      where it has no end. Rows that begin later are not looked at. Of those that hold (valid, conditions)
 *                      the one that stands longest; one is taken back by a refusal, lapse or suspension in force that began
 *                      as late or later. Else -1 where `lapsed` is in force and -36525 where another status is (it failed, or is
 *                      waited for), else what is left of the last that held; of training, the least over its names
 *   registration_*     by register (the row's name; without one it is a register of its own), so that what one says takes
 *                      nothing of another back: nobody can say which register the post asks for. A refusal or suspension in
 *                      force of any register, unless a row of that register that holds, is in force and began later let the
 *                      worker in again: -36525 and its status, whatever else is held; of several that which began last, then
 *                      that whose status has the larger number. Else, of what holds in any register, the row that stands
 *                      longest (then began last); else, as of other checks, over the rows of all registers: a second
 *                      registration may run out, or lapse, while another holds. The status of one that holds is `conditions`
 *                      where a row with conditions is in force that its own register has not taken back: no row of it that
 *                      holds and is in force began later, no denial as late or later; however long another row stands. Of more
 *                      registers than are told apart (32) only what bars is said */
enum fb_diary_sort { FB_DIARY_SHIFTS, FB_DIARY_HOURS, FB_DIARY_ABSENCES, FB_DIARY_FACTS, FB_DIARY_SORTS };
enum {
    FB_STINT_SHADOW = 1,
    FB_STINT_NIGHT = 2,
    FB_STINT_SETTLED = 4,          /* by an approved timesheet, not as booked */
    FB_STINT_IDLE = 64             /* standby at home: its sheet has no minute of working time. The worker's checks are asked
                                    * as booked, and no clock, its own neither, counts it. 8, 16 and 32: decision.c */
};
/* What a shift adds to its worker's diary. worker 0: nothing. */
struct fb_stint {
    uint32_t worker;               /* canonical number */
    uint32_t start_min, end_min;   /* UTC; by the settled timesheet where there is one: first start, last end of working time,
                                    * which a sleep-in at the workplace is and standby at home is not. At most
                                    * FB_SHIFT_MINUTES_MAX apart: what lies beyond is not looked at */
    uint32_t tie;                  /* of the outside name, as in struct fb_count */
    int32_t minutes;               /* of working time: those that are paid, and what was slept in */
    uint8_t flags;
    uint8_t route;                 /* enum fb_route */
    fb_code hirer;
    uint32_t unit, role, agency;   /* hashes of the names, 0 where absent. role: of staff group, role and grade: what is
                                    * substantively the same role is the pack's question, and this its nearest answer. 0 where
                                    * neither staff group nor role is stated */
};
/* One entry. Rows of a sort ascend by (start_min, tie, subject). Days are kept as the minute of their UTC midnight. */
struct fb_diary_row {
    struct fb_stint stint;         /* SHIFTS: as it is. HOURS: [Monday, Monday + 7), minutes, hirer the employer. ABSENCES:
                                    * [from, until), hirer and agency the employer, 0: from all work. FACTS: [from, until) of a fact; UINT32_MAX: no end; minutes: visa limit,
                                    * -1 none; hirer: employer of a post, unit: hash of the name, agency: hash of the grade */
    uint32_t subject;              /* number of the record, or of the shift */
    uint8_t kind, status;          /* HOURS: enum fb_hours_kind. ABSENCES: fb_absence_kind. FACTS: fb_fact_kind, fb_fact_status */
};
int fb_diary_row_cmp(const struct fb_diary_row *a, const struct fb_diary_row *b);
/* The row that a record of hours, absence or fact makes; false for other kinds, or when no worker is known. */
bool fb_diary_row_of(const struct fb_record *r, uint32_t subject, enum fb_diary_sort *sort, struct fb_diary_row *out);
/* What a shift reads: rows of its worker, shadow apart from live, without the shift's own and those with FB_STINT_IDLE. */
struct fb_diary_view {
    const struct fb_diary_row *row[FB_DIARY_SORTS];
    unsigned n[FB_DIARY_SORTS];
    bool cut;                      /* there were more than FB_DIARY_ROWS_MAX: clocks are bounds of what was read */
};

struct fb_view;
struct fb_judging;
/* The minutes (UTC) of the rows that a shift reads of each sort: half-open, by start; for HOURS and ABSENCES
 * whatever overlaps; of FACTS also those that ended before. */
void fb_diary_window(const struct fb_clocks *c, int64_t start_min, uint32_t *from_min, uint32_t *until_min);
/* The stint of a standing booking as merged: out->worker 0 when it adds nothing. A shift that adds nothing reads nothing. */
void fb_diary_stint(const struct fb_judging *j, struct fb_stint *out);
/* The clocks' facts of a shift, and its worker's checks; of one with FB_STINT_IDLE the checks alone. own: its stint. */
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
