#ifndef FB_TESTS_SIM_WORKLOAD_H
#define FB_TESTS_SIM_WORKLOAD_H
/* What the adapters will send in one run: every message, encoded as on a socket, and two orders in which they
 * come. */
#include "tests/sim/world.h"

enum { SIM_MESSAGES_MAX = 4096 };
struct sim_message {
    struct fb_record record; /* as it was meant, before it was encoded; of what the wire refuses: nothing */
    struct fb_span frame;
    unsigned source;          /* index in world->source */
    enum fb_reason refused;   /* what the wire must say; NONE: it is taken */
    bool id_read;             /* its message id can be read, also of what is refused */
    int after;                /* index of the message that must come first (it has the same id), or -1 */
    unsigned char digest[16]; /* of the body, by wire: breaks ties between versions */
    struct fb_span body;
};
struct sim_workload {
    unsigned n; /* messages of the run */
    unsigned
        n_closing; /* after them: one for each trust, which makes every shift and vacancy be judged again */
    struct sim_message *message;
    unsigned *order; /* a permutation: order[i] is the i-th message to come */
};
/* Fails only by aborting: it is the test's own machinery. */
void sim_workload_open(struct sim_workload *l, struct sim_world *w);
void sim_workload_close(struct sim_workload *l);
/* Another order of the same messages. spread: how far from its place a message may move; `after` is kept. */
void sim_workload_shuffle(struct sim_workload *l, struct fb_prng *p, unsigned spread);

/* ---- workload_records.c, workload_registers.c, workload_people.c, workload_answers.c, workload_bills.c: one shift's life, in records ---- */

/* A shift of the real world, of which the systems speak. */
struct sim_shift {
    unsigned number;
    fb_code hirer, grade;
    enum fb_staff_group group;
    enum fb_route route;
    int64_t start_min, end_min, break_min;
    unsigned sources[3], n_sources; /* who sends a booking of it */
    bool shared;                    /* their bookings share a reference */
};
void sim_shift_draw(struct sim_world *w, struct fb_prng *p, unsigned number, struct sim_shift *out);
/* In worlds of edges (workload_edges.c): moves a shift to where a rule of time turns, and says what others never say of it. */
void sim_edge_shift(struct sim_world *w, struct sim_shift *s);
void sim_edge_booking(struct sim_world *w, const struct sim_shift *s, struct fb_booking *b);
void sim_edge_timesheet(struct sim_world *w, const struct sim_shift *s, struct fb_timesheet *t);
void sim_edge_fact(struct sim_world *w, struct fb_worker_fact *f);
void sim_edge_line(struct sim_world *w, struct fb_invoice_line *l);
void sim_edge_approval(struct sim_world *w, const struct sim_shift *s, struct fb_approval *a);
/* Each fills a record of that kind; the envelope's ids are the caller's. */
void sim_draw_vacancy(struct sim_world *w, struct fb_prng *p, const struct sim_shift *s,
                      struct fb_record *out);
void sim_draw_cascade(struct sim_world *w, struct fb_prng *p, const struct sim_shift *s,
                      struct fb_record *out);
void sim_draw_booking(struct sim_world *w, struct fb_prng *p, const struct sim_shift *s,
                      struct fb_record *out);
void sim_draw_timesheet(struct sim_world *w, struct fb_prng *p, const struct sim_shift *s,
                        struct fb_record *out);
void sim_draw_organisation(struct sim_world *w, struct fb_prng *p, fb_code ods, struct fb_record *out);
void sim_draw_framework(struct sim_world *w, struct fb_prng *p, struct fb_record *out);
void sim_draw_agency(struct sim_world *w, struct fb_prng *p, struct fb_record *out);
void sim_draw_budget(struct sim_world *w, struct fb_prng *p, struct fb_record *out);
/* Of a worker, by a number: below SIM_WORKERS they work often. */
struct fb_span sim_token(struct sim_world *w, struct fb_prng *p, unsigned worker);
void sim_draw_worker(struct sim_world *w, struct fb_prng *p, unsigned worker, struct fb_record *out);
void sim_draw_worker_fact(struct sim_world *w, struct fb_prng *p, unsigned worker, struct fb_record *out);
void sim_draw_hours(struct sim_world *w, struct fb_prng *p, unsigned worker, fb_day monday, struct fb_record *out);
void sim_draw_absence(struct sim_world *w, struct fb_prng *p, unsigned worker, struct fb_record *out);
void sim_draw_approval(struct sim_world *w, struct fb_prng *p, const struct sim_shift *s, struct fb_record *out);
/* As the engine makes it, of a grant by telephone that was sent; mostly by its grantor. */
void sim_draw_confirmation(struct sim_world *w, struct fb_prng *p, const struct fb_record *approval, struct fb_record *out);
void sim_draw_reply(struct sim_world *w, struct fb_prng *p, const struct sim_shift *s, struct fb_record *out);
void sim_change_person(struct sim_world *w, struct fb_prng *p, struct fb_record *r);
void sim_change_bill(struct sim_world *w, struct fb_prng *p, const struct sim_shift *s, struct fb_record *r);
/* The purchase order of a shift; in worlds with lines for several it stands for its neighbours too. */
struct fb_span sim_order_of(struct sim_world *w, unsigned number);
void sim_change_answer(struct sim_world *w, struct fb_prng *p, const struct sim_shift *s, struct fb_record *r);
/* Changes something of a record, as an amendment does. */
void sim_change(struct sim_world *w, struct fb_prng *p, const struct sim_shift *s, struct fb_record *r);
enum { SIM_AGENCIES = 4, SIM_FRAMEWORKS = 2 };
extern const char *const sim_trusts[SIM_TRUSTS], *const sim_agencies[SIM_AGENCIES],
                                                     *const sim_frameworks[SIM_FRAMEWORKS];
struct fb_span sim_pick(struct fb_prng *p, const char *const *words, unsigned n);
#endif
