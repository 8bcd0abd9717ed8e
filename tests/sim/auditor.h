#ifndef FB_TESTS_SIM_AUDITOR_H
#define FB_TESTS_SIM_AUDITOR_H
/* The independent auditor: it hears every message that the engine answered, and works out by itself what the
 * answer must be and what must stand in the store in the end. Slow on purpose: it walks shifts minute by
 * minute, searches lists from end to end, and keeps no decision between two questions. It shares with the
 * engine the book's values, the shapes of records and decisions, and base (dates, rounding, spans); of the
 * core's and turn's code it calls nothing but the unpacking of stored rows.
 *
 * auditor_answers.c   who was taken, under which number, and which version holds
 * auditor_shift.c     which bookings are one shift, merged; what else is known of it
 * auditor_minutes.c   paid minutes by category            auditor_price.c   card, charge, cap, off card
 * auditor_facts.c     facts and the packs' rules          auditor_judge.c   findings, lines, ends of
 * vacancies auditor_store.c     all of that against the store       auditor_events.c  events against what
 * stands */
#include "tests/sim/met.h"
#include "tests/sim/workload.h"

enum { AUD_WHY_BYTES = 400, AUD_MEMBERS = FB_MEMBERS_MAX, AUD_RECORDS_MAX = SIM_MESSAGES_MAX };

/* One accepted message. */
struct aud_version {
    const struct sim_message *message;
    uint64_t journal;
    uint32_t number;
};
struct aud_held {
    enum fb_kind kind;
    unsigned source; /* index in the world */
    struct fb_span ref;
    const struct sim_message *winner; /* the version that holds */
};
struct aud_refusal {
    const struct sim_message *message;
    uint32_t number; /* a conflict: the record whose message id it used */
    uint64_t journal, earlier;
    unsigned source;
    enum fb_reason reason;
};
struct auditor {
    const struct sim_world *w;
    struct sim_met *met;
    unsigned n_versions, n_held, n_refusals, n_conflicts, n_issues;
    struct aud_version version[SIM_MESSAGES_MAX];
    struct aud_held held[AUD_RECORDS_MAX + 1]; /* by record number */
    struct aud_refusal refusal[SIM_MESSAGES_MAX];
    const struct fb_book *issue[SIM_PLANNED_MAX + 2]; /* by issue number */
    unsigned last_issue_plan;
    int64_t now_ms;          /* the last instant that the engine was given */
    uint64_t journal;        /* entries so far */
    char why[AUD_WHY_BYTES]; /* the first difference */
};
void auditor_init(struct auditor *a, const struct sim_world *w, struct sim_met *met);
/* An issue of the rules was made known: true when it must become a new one. */
bool auditor_issue(struct auditor *a, unsigned plan);
/* One message that the engine took, in order. false: the answer is not what it must be (a->why). */
bool auditor_answer(struct auditor *a, const struct sim_message *m, const struct fb_answer *given);
/* Everything in the store against everything that was heard. all_current: every decision must name the last
 * issue. */
bool auditor_store(struct auditor *a, struct fb_store *store, bool all_current);
bool auditor_events(struct auditor *a, struct fb_store *store);
/* Says the first difference; false, so that a caller can return it. */
bool auditor_differs(struct auditor *a, const char *what, int64_t expected, int64_t found);
bool auditor_differs_at(struct auditor *a, const struct aud_held *h, const char *what, int64_t expected,
                        int64_t found);

/* ---- inside the auditor ---- */

int aud_version_cmp(const struct sim_message *a, const struct sim_message *b);
const struct fb_source *aud_source(const struct auditor *a, const struct aud_held *h);

/* A shift as several systems told of it. */
struct aud_shift {
    unsigned n;
    bool cut;                                   /* there are more that could have changed something */
    uint32_t number[AUD_MEMBERS];               /* in order of outside names */
    const struct aud_held *member[AUD_MEMBERS]; /* the same */
    const struct aud_held *lead;
    const struct aud_held *by_hours[AUD_MEMBERS];
    struct fb_booking b; /* merged */
    fb_day day;
    const struct aud_held *vacancy; /* NULL: none held */
};
/* Members of the shift of booking `number`, ascending by number; the number of them. */
unsigned aud_group(const struct auditor *a, uint32_t number, uint32_t group[AUD_RECORDS_MAX]);
void aud_shift(const struct auditor *a, const struct fb_book *book, const uint32_t *group, unsigned n,
               struct aud_shift *out);
fb_day aud_local_day(int64_t utc_min);
fb_code aud_ics(const struct auditor *a, fb_code hirer, fb_day day);
/* The timesheet that says what was worked, or NULL. */
const struct fb_timesheet *aud_sheet(const struct auditor *a, const struct aud_shift *s);

/* Each minute of a shift or timesheet: nothing, paid work, or rest inside it. */
enum { AUD_MINUTES_MAX = 16384 };
struct aud_work {
    int64_t from;
    unsigned n;
    unsigned char what[AUD_MINUTES_MAX]; /* 0 nothing, 1 work, 2 rest within work */
    bool rest_stated;
    int64_t break_min;
};
void aud_work_booked(const struct fb_booking *b, struct aud_work *out);
void aud_work_done(const struct fb_booking *b, const struct fb_timesheet *t, struct aud_work *out);
struct aud_rule_of_time {
    const struct fb_calendar *calendar;
    enum fb_whole_shift whole_shift;
    enum fb_break_from break_from;
};
/* false: no calendar covers a day of it (in is then all nought). */
bool aud_minutes(const struct fb_book *book, const struct aud_rule_of_time *how, const struct aud_work *work,
                 int64_t in[FB_CATEGORIES_MAX]);
int64_t aud_round(fb_i128 num, fb_i128 den);

struct aud_price {
    fb_day day;
    int64_t minutes[FB_CATEGORIES_MAX], total;
    bool minutes_known;
    bool card_known, assumed, charge_known, lower_bound, cap_known, excess_known, off_known;
    enum fb_lack card_lack, charge_lack, cap_lack;
    enum fb_status cap_basis;
    int64_t card, charge, cap, excess, difference;
    int64_t part[FB_PART_END];
    int64_t charge_hour[FB_CATEGORIES_MAX], cap_hour[FB_CATEGORIES_MAX], card_hour[FB_CATEGORIES_MAX];
    bool over[FB_CATEGORIES_MAX], off[FB_CATEGORIES_MAX];
    int64_t over_pence[FB_CATEGORIES_MAX], off_pence[FB_CATEGORIES_MAX];
    int64_t plain_length; /* paid minutes when nobody can say which category they are in */
};
void aud_price(const struct fb_book *book, const struct fb_booking *b, const struct aud_work *work,
               struct aud_price *out);

void aud_facts(const struct auditor *a, const struct fb_book *book, const struct aud_shift *s,
               const struct aud_price *p, struct fb_facts *out);
/* The verdict of a rule of the pack; FB_SEVERITY_OK_ also when it is not in force. */
enum fb_severity aud_rule(const struct fb_rule *rule, const struct fb_facts *f, unsigned *unknown);

/* The facts that a rule in force reads: what a trace keeps. */
uint64_t aud_reads(const struct fb_book *book, const struct fb_facts *f);

/* What a decision must say. */
struct aud_verdict {
    bool joined, shadow, historic;
    uint8_t state, basis, vacancy_end;
    unsigned n_lines, n_findings;
    struct fb_line line[FB_LINES_MAX];
    struct fb_finding finding[FB_FINDINGS_MAX];
    struct aud_price price; /* of a shift that stands or not: what its trace must hold */
    struct fb_facts facts;  /* of a shift that stands */
    enum fb_route route;
};
void aud_judge_shift(const struct auditor *a, const struct fb_book *book, const struct aud_shift *s,
                     struct aud_verdict *out);
void aud_judge_vacancy(const struct auditor *a, uint32_t number, struct aud_verdict *out);
#endif
