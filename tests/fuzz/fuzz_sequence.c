/* The input is a program: a byte for the world, then steps of one byte and its operands. Messages of every kind about a few shifts
 * and workers, other versions of them, repeats, contradictions and damage, batches, some taken back, workers forgotten, instants, issues of
 * the rules, months closed, a store that fails, power cuts. They are told to the real turn with the simulator's auditor beside it; then everything
 * that stands must be what the auditor works out, the same after opening again, and verify must agree. Every input is a program:
 * what is left out at its end is nought, and there is no other grammar to keep to. */
#include "tests/fuzz/sequence.h"
#include "tests/lib/fuzz.h"

enum { STEPS_MAX = 400, CHECKS_MAX = 2, ARENA_KEPT = SIM_ARENA_BYTES / 4 };
struct program {
    struct seq *q;
    const uint8_t *byte;
    size_t left;
    unsigned checks;
};

static unsigned next(struct program *p)
{
    if (p->left == 0)
        return 0;
    p->left--;
    return *p->byte++;
}

static void choose(struct program *p, struct seq_choice *c)
{
    unsigned which = next(p);
    *c = (struct seq_choice){.subject = which >> 4, .which = which & 15};
    c->seed = next(p);
    c->version = next(p);
}

/* One of the messages so far; the last ones by the smallest numbers. False: there are none. */
static bool choose_message(struct program *p, unsigned *of)
{
    unsigned back = next(p);
    *of = p->q->n > 0 ? p->q->n - 1 - back % p->q->n : 0;
    return p->q->n > 0;
}

/* ---- the steps ---- */

static void make(struct program *p, unsigned kind)
{
    struct seq_choice c;
    choose(p, &c);
    c.kind = kind;
    seq_make(p->q, &c);
}

static void change(struct program *p, unsigned how)
{
    struct seq_choice c;
    unsigned of;
    choose(p, &c);
    if (choose_message(p, &of))
        seq_change(p->q, of, &c, how % 4 == 3);
}

static void again(struct program *p, unsigned how)
{
    unsigned of;
    if (choose_message(p, &of))
        seq_again(p->q, of, how % 4 == 3);
}

static void damage(struct program *p, unsigned how)
{
    unsigned of, at = next(p), bits = how % 4 == 3 ? 0 : 1u << next(p) % 8;
    if (choose_message(p, &of))
        seq_damage(p->q, of, at, bits);
}

static void flush(struct program *p, unsigned how)
{
    (void)how;
    seq_flush(p->q);
}

/* Minutes, hours or days; now and then back. It stays within the world's instants. */
static void move(struct program *p, unsigned how)
{
    static const int64_t unit_ms[] = {SIM_MINUTE_MS, SIM_HOUR_MS, SIM_DAY_MS, -SIM_HOUR_MS};
    struct seq *q = p->q;
    int64_t ms = q->now_ms + unit_ms[how % 4] * (1 + (int64_t)next(p) % 32);
    seq_flush(q);
    q->now_ms = ms < q->w.first_ms ? q->w.first_ms : ms >= q->w.last_ms ? q->w.last_ms - 1 : ms;
}

static void step(struct program *p, unsigned how)
{
    seq_flush(p->q);
    for (unsigned i = 0; i <= how % 4; i++)
        seq_step(p->q);
}

static void issue(struct program *p, unsigned how)
{
    unsigned plan = next(p);
    seq_flush(p->q);
    if (how == 11)
        seq_take_back(p->q, plan % SIM_SOURCES);
    else if (how == 15)
        seq_forget(p->q, plan);
    else if (how % 4 == 3)
        seq_withdraw(p->q);
    else if (how % 4 == 2)
        seq_schedule(p->q, plan % 8, (1 + (int64_t)(plan / 8)) * SIM_DAY_MS / 2);
    else
        seq_issue(p->q, plan);
}

static void close_month(struct program *p, unsigned how)
{
    unsigned trust = next(p);
    seq_flush(p->q);
    seq_close_month(p->q, trust % 4 == 0 ? 0 : fb_code_of(sim_trusts[trust / 4 % SIM_TRUSTS]), fb_day_of(2026, 2 + how % 4, 1));
}

static void come_back(struct program *p, unsigned how)
{
    seq_flush(p->q);
    if (how % 4 == 3)
        seq_hello(p->q, next(p) % SIM_SOURCES, 1 + how);
    else
        seq_reopen(p->q, how % 4 > 0);
}

/* A put, a commit or an allocation to come; one that has passed never fails. */
static void fail(struct program *p, unsigned how)
{
    unsigned high = next(p), at = high << 8 | next(p);
    p->q->faults = (struct fb_faults){0};
    p->q->faults.fail_put_at = how % 4 == 0 ? at : 0;
    p->q->faults.fail_commit_at = how % 4 == 1 ? at % 128 : 0;
    p->q->faults.fail_alloc_at = how % 4 > 1 ? at * 4u : 0;
}

static void check(struct program *p, unsigned how)
{
    (void)how;
    if (p->checks++ < CHECKS_MAX)
        seq_check(p->q);
}

/* By the low nibble: half of all steps are messages. */
static void (*const steps[16])(struct program *p, unsigned how) = {
    make, make, make, make, make, change, change, damage, again, flush, move, step, issue, close_month, come_back, fail,
};

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static struct seq q;
    struct program p = {.q = &q, .byte = data, .left = size};
    unsigned world = next(&p);
    seq_open(&q, world / 2);
    if (world % 2 == 0)
        seq_issue(&q, world / 32);
    for (unsigned i = 0; p.left > 0 && i < STEPS_MAX && q.w.arena.size - q.w.arena.used > ARENA_KEPT; i++) {
        unsigned b = next(&p);
        if (b == 0xff)
            check(&p, b);
        else
            steps[b & 15](&p, b >> 4);
        if (q.n - q.heard >= SEQ_BATCH_MAX)
            seq_flush(&q);
    }
    seq_flush(&q);
    q.now_ms = q.w.last_ms;
    seq_check(&q);
    seq_close(&q);
    return 0;
}
