#include "tools/fairbank/approve_stand.h"
#include "tools/fairbank/ask_people.h"
#include <string.h>
#include <time.h>

enum { TRIES = 20, PAUSE_NS = 100000000, PAGE_BYTES = 1 << 20 };

/* One row of the list, asked for as the trust that it concerns. NULL: not there yet. */
static const struct fb_approval_row *ask(const struct options *o, const struct fb_approval *sent, uint64_t number, struct fb_arena *arena,
                                         bool *failed)
{
    static struct fb_result r;
    struct fb_query q = {.kind = FB_QUERY_APPROVALS, .findings.after = (uint32_t)number - 1, .due_ms = FB_ABSENT};
    fill_asker(&q.asker, o);
    q.asker.as = FB_AS_TRUST;
    q.asker.trust = sent->hirer;
    r = (struct fb_result){0};
    fb_arena_reset(arena);
    *failed = engine_ask(o, o->command, &q, arena, &r) != FB_OK;
    return !*failed && r.n_approvals > 0 && r.approval[0].record == number ? &r.approval[0] : NULL;
}

static bool is_wanted(const struct fb_approval *sent, struct fb_span end)
{
    return fb_span_is(end, fb_approval_state_word(sent->state)) ||
           (sent->state == FB_APPROVAL_STATE_GRANTED && fb_span_is(end, fb_approval_end_word(FB_APPROVAL_END_PROVISIONAL)));
}

/* One that was asked for stands so until its answer is judged; one that is taken back as it was, and does not say why. */
static bool is_old(const struct fb_approval *sent, struct fb_span end, struct fb_span why)
{
    bool back = sent->state == FB_APPROVAL_STATE_REFUSED || sent->state == FB_APPROVAL_STATE_WITHDRAWN;
    if (back && why.n == 0 && !is_wanted(sent, end))
        return true;
    return sent->state != FB_APPROVAL_STATE_ASKED && fb_span_is(end, fb_approval_end_word(FB_APPROVAL_END_ASKED));
}

void approval_stands(const struct options *o, const struct fb_approval *sent, uint64_t number, struct standing_now *out)
{
    static unsigned char memory[PAGE_BYTES];
    const struct timespec pause = {0, PAUSE_NS};
    struct fb_arena arena;
    bool failed = false;
    *out = (struct standing_now){.told = false};
    fb_arena_init(&arena, memory, sizeof(memory));
    for (unsigned i = 0; i < TRIES && !failed; i++) {
        const struct fb_approval_row *row = ask(o, sent, number, &arena, &failed);
        if (row != NULL) {
            out->told = true;
            out->counts = is_wanted(sent, row->end) && (row->why.n == 0 || sent->state == FB_APPROVAL_STATE_WITHDRAWN);
            snprintf(out->end, sizeof(out->end), "%s", word_of(row->end));
            snprintf(out->why, sizeof(out->why), "%s", word_of(row->why));
        }
        if (row != NULL && !is_old(sent, row->end, row->why))
            return;
        nanosleep(&pause, NULL);
    }
}

static bool is_held(const struct fb_book *book, struct fb_span name)
{
    for (unsigned i = 0; i < FB_BUILT_IN_RULES; i++)
        if (fb_span_eq(book->built_in[i].name, name))
            return true;
    for (unsigned i = 0; i < book->n_rules; i++)
        if (fb_span_eq(book->rule[i].name, name))
            return true;
    return false;
}

bool approval_rules_known(const struct options *o, const struct fb_approval *p)
{
    struct folder f;
    bool known = true;
    if (o->engine != NULL || !folder_open(&f, o, NULL))
        return true; /* of an engine that was named the folder may be another's */
    const struct fb_book *book = fb_reader_book(f.books, 0);
    for (unsigned i = 0; book != NULL && i < p->n_rules && known; i++) {
        known = is_held(book, p->rule[i]);
        if (!known)
            fprintf(stderr, "fairbank %s: no rule '%.*s' is held, so nothing can be answered by that name; fairbank findings --by rule lists them\n",
                    o->command, (int)p->rule[i].n, p->rule[i].p);
    }
    folder_close(&f);
    return known;
}
