/*~ 5 (turn) One subject after another: gather what core/needs.h asks for, let the core decide, apply what
 * follows. */
#include "engine/store/key.h"
#include "engine/turn/apply.h"
#include "engine/turn/billed.h"
#include "engine/turn/gather.h"
#include "engine/turn/recount.h"
#include "engine/turn/todo.h"

/* What the core may take from the arena for one decision: the merged booking and the trace. */
enum { DECIDE_ROOM = 65536 };
/* Beyond this many, looking through what is remembered costs more than decoding again. */
enum { VERSIONS_ENOUGH = 48 };

void fb_turn_judge_begin(struct fb_turn *t)
{
    fb_scratch_reset(&t->scratch);
    t->n_versions = t->n_done = 0;
    t->n_stale = t->n_recounted = 0;
    fb_cache_let_go(&t->cache);
    t->arrived = (struct fb_version){0, NULL}; /* the caller's memory is not looked at beyond its own entry */
}

/* Between two subjects nothing is held on to, so a long list needs no more scratch than a short one. */
static void tidy(struct fb_turn *t)
{
    if (t->scratch.at == 0 && fb_scratch_arena(&t->scratch)->used < FB_ARENA_BYTES / 2 &&
        t->n_versions < VERSIONS_ENOUGH)
        return;
    fb_scratch_reset(&t->scratch);
    t->n_versions = 0;
    fb_cache_let_go(&t->cache);
}

static bool is_done(const struct fb_turn *t, uint32_t number)
{
    for (unsigned i = t->n_done; i > 0; i--)
        if (t->done[i - 1] == number)
            return true;
    return false;
}

static enum fb_err (*const decide_of_kind[FB_KIND_END])(const struct fb_book *, const struct fb_view *,
                                                        const struct fb_decision *, struct fb_arena *,
                                                        struct fb_decision *, struct fb_effects *) = {
    [FB_KIND_BOOKING] = fb_decide_booking,
    [FB_KIND_VACANCY] = fb_decide_vacancy,
    [FB_KIND_APPROVAL] = fb_decide_approval,
    [FB_KIND_INVOICE_LINE] = fb_decide_invoice,
};

static void decide(struct fb_turn *t, const struct fb_book *book, enum fb_kind kind, uint32_t into)
{
    struct fb_decision_row row;
    bool held = fb_apply_prior(t, t->view.subject, &row);
    enum fb_err err = t->err == FB_OK ? fb_scratch_room(&t->scratch, DECIDE_ROOM) : t->err;
    const struct fb_decision *prior = held ? &t->prior : NULL;
    struct fb_arena *arena = fb_scratch_arena(&t->scratch);
    t->view.repricing = t->repricing;
    if (err == FB_OK)
        err = decide_of_kind[kind](book, &t->view, prior, arena, &t->decision, &t->effects);
    fb_turn_fail(t, err);
    if (t->err == FB_OK)
        fb_apply(t, book, held ? &row : NULL, into);
}

static void judge_vacancy(struct fb_turn *t, const struct fb_book *book, uint32_t number)
{
    t->done[t->n_done++] = number;
    fb_gather_vacancy(t, number);
    if (t->err == FB_OK)
        decide(t, book, FB_KIND_VACANCY, 0);
}

static void judge_approval(struct fb_turn *t, const struct fb_book *book, uint32_t number)
{
    t->done[t->n_done++] = number;
    fb_gather_approval(t, book, number);
    if (t->err == FB_OK)
        decide(t, book, FB_KIND_APPROVAL, 0);
}

static void judge_invoice(struct fb_turn *t, const struct fb_book *book, uint32_t number)
{
    t->done[t->n_done++] = number;
    fb_gather_invoice(t, number);
    if (t->err == FB_OK)
        decide(t, book, FB_KIND_INVOICE_LINE, 0);
}

/* The shift is kept under its lowest number; its other bookings keep nothing but that number. */
static void judge_shift(struct fb_turn *t, const struct fb_book *book, uint32_t number)
{
    uint32_t group[FB_GATHER_MAX];
    unsigned n = fb_gather_group(t, number, group);
    for (unsigned i = 1; i < n && t->err == FB_OK; i++) {
        fb_gather_joined(t, group[i]);
        if (t->err == FB_OK)
            decide(t, book, FB_KIND_BOOKING, group[0]);
    }
    if (t->err == FB_OK)
        fb_gather_shift(t, book, group[0], group, n);
    if (t->err == FB_OK)
        decide(t, book, FB_KIND_BOOKING, 0);
    for (unsigned i = 0; i < n; i++)
        t->done[t->n_done++] = group[i];
}

/* It went with its batch: what was decided about it is taken back, and nothing is decided in its place. */
static void judge_withdrawn(struct fb_turn *t, const struct fb_book *book, uint32_t number)
{
    enum fb_kind kind = (enum fb_kind)fb_index_held(&t->index, number)->kind;
    t->done[t->n_done++] = number;
    fb_gather_withdrawn(t, book, number);
    if (t->err == FB_OK)
        decide(t, book, kind, 0);
}

static void judge(struct fb_turn *t, uint32_t number)
{
    const struct fb_book *book = fb_turn_current(t);
    /* Before the first issue nothing can be judged; and a step that met many large shifts goes on in another.
     */
    if (book == NULL || t->n_done + FB_GATHER_MAX > FB_DONE_MAX) {
        fb_todo_put(t, number);
        return;
    }
    tidy(t);
    enum fb_kind kind = (enum fb_kind)fb_index_held(&t->index, number)->kind;
    if (fb_index_withdrawn(&t->index, number))
        judge_withdrawn(t, book, number);
    else if (kind == FB_KIND_BOOKING)
        judge_shift(t, book, number);
    else if (kind == FB_KIND_INVOICE_LINE)
        judge_invoice(t, book, number);
    else
        (kind == FB_KIND_VACANCY ? judge_vacancy : judge_approval)(t, book, number);
}

/* With a shift go those whose counters it changed; they change no counter themselves. */
void fb_turn_judge(struct fb_turn *t, uint32_t number)
{
    if (t->err != FB_OK || is_done(t, number))
        return;
    for (uint32_t next = number; next != 0; next = fb_recount_next(t))
        judge(t, next);
}
