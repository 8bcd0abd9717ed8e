/* What a shift reads of its worker's diary. */
#include "engine/turn/memory/diary_steps.h"
#include <stdlib.h>
#include <string.h>

enum { WEEK_MINUTES = 10080 };

/* Hours are a week long, so that those that may overlap begin at most a week before; absences and facts have any length. */
void fb_diary__bounds(const struct fb_diary_list *l, enum fb_diary_sort sort, uint32_t from_min, uint32_t until_min,
                      uint32_t *first, uint32_t *end)
{
    *end = fb_diary_lower(l, until_min);
    *first = 0;
    if (sort == FB_DIARY_SHIFTS)
        *first = fb_diary_lower(l, from_min);
    if (sort == FB_DIARY_HOURS)
        *first = fb_diary_lower(l, from_min < WEEK_MINUTES ? 0 : from_min - WEEK_MINUTES + 1);
    *first = *first < *end ? *first : *end;
}

uint64_t fb_diary__count(const struct fb_turn *t, uint32_t worker, enum fb_diary_sort sort, unsigned list,
                         uint32_t from_min, uint32_t until_min)
{
    uint64_t n = 0;
    uint32_t member = worker, first, end;
    do {
        const struct fb_diary_list *l = fb_diary_list(&t->diary, member, list);
        if (l != NULL) {
            fb_diary__bounds(l, sort, from_min, until_min, &first, &end);
            n += end - first;
        }
        member = fb_workers_next(&t->workers, member);
    } while (member != worker);
    return n;
}

bool fb_diary__trial(const struct fb_turn *t, uint32_t record)
{
    const struct fb_held *held = fb_index_held(&t->index, record);
    return held != NULL && fb_sources_get(&t->sources, held->source)->mode == FB_SOURCE_MODE_SHADOW;
}

/* ---- the rows of one sort ---- */

struct reading {
    struct fb_turn *t;
    uint32_t worker, from_min, until_min;
    bool trial;
    enum fb_diary_sort sort;
    unsigned list;
};

static bool is_wanted(const struct reading *r, const struct fb_diary_row *row)
{
    if (r->sort == FB_DIARY_SHIFTS) /* who was there and did not work is asked for checks, and is in nobody's hours */
        return row->subject != r->t->view.subject && (row->stint.flags & FB_STINT_IDLE) == 0;
    /* Of a fact that ended long ago it is known that it ended. */
    bool over = r->sort != FB_DIARY_FACTS && row->stint.end_min <= r->from_min;
    return !over && (r->trial || !fb_diary__trial(r->t, row->subject));
}

static void cut(struct reading *r)
{
    r->t->view.diary.n[r->sort] = 0;
    r->t->view.diary.row[r->sort] = NULL;
    r->t->view.diary.cut = true;
}

static int compare(const void *a, const void *b)
{
    return fb_diary_row_cmp(a, b);
}

/* Those that are wanted, of all the numbers of the person, in order. */
static void copy(struct reading *r)
{
    struct fb_turn *t = r->t;
    struct fb_diary_row *to = t->diary_row[r->sort];
    uint32_t member = r->worker, first, end;
    unsigned n = 0, lists = 0;
    do {
        const struct fb_diary_list *l = fb_diary_list(&t->diary, member, r->list);
        first = end = 0;
        if (l != NULL)
            fb_diary__bounds(l, r->sort, r->from_min, r->until_min, &first, &end);
        lists += first < end;
        for (; first < end; first++) {
            if (!is_wanted(r, &l->row[first]))
                continue;
            if (n == FB_DIARY_ROWS_MAX) {
                cut(r);
                return;
            }
            to[n] = l->row[first];
            to[n++].stint.worker = r->worker;
        }
        member = fb_workers_next(&t->workers, member);
    } while (member != r->worker);
    if (lists > 1)
        qsort(to, n, sizeof *to, compare);
    t->view.diary.row[r->sort] = to;
    t->view.diary.n[r->sort] = n;
}

/* As they lie in memory: shifts of somebody with one number, where the own one does not part them. */
static bool point(struct reading *r)
{
    uint32_t first = 0, end = 0;
    if (r->sort != FB_DIARY_SHIFTS || fb_workers_next(&r->t->workers, r->worker) != r->worker)
        return false;
    const struct fb_diary_list *l = fb_diary_list(&r->t->diary, r->worker, r->list);
    if (l != NULL)
        fb_diary__bounds(l, r->sort, r->from_min, r->until_min, &first, &end);
    for (uint32_t i = first; i < end; i++)
        if (!is_wanted(r, &l->row[i]))
            return false;
    if (end - first > FB_DIARY_ROWS_MAX)
        return false;
    r->t->view.diary.row[r->sort] = first < end ? &l->row[first] : NULL;
    r->t->view.diary.n[r->sort] = end - first;
    return true;
}

static void read_sort(struct reading *r)
{
    uint64_t n = fb_diary__count(r->t, r->worker, r->sort, r->list, r->from_min, r->until_min);
    if (n > FB_DIARY_ROWS_MAX + 1) /* one may be the shift's own */
        cut(r);
    else if (n > 0 && !point(r))
        copy(r);
}

void fb_diary_gather(struct fb_turn *t, const struct fb_book *book, const struct fb_booking *merged)
{
    int64_t start = merged->shift.time.start_min;
    struct reading r = {.t = t, .worker = merged->worker};
    r.trial = t->view.member[0].source->mode == FB_SOURCE_MODE_SHADOW; /* as all the others are */
    t->view.feeds = r.trial ? t->feeds.trial : t->feeds.live;
    if (merged->worker == 0 || start < 0 || start >= UINT32_MAX)
        return;
    fb_diary_window(&book->clocks, start, &r.from_min, &r.until_min);
    for (r.sort = FB_DIARY_SHIFTS; r.sort < FB_DIARY_SORTS; r.sort++) {
        r.list = r.sort == FB_DIARY_SHIFTS && r.trial ? (unsigned)FB_DIARY_TRIAL : (unsigned)r.sort;
        read_sort(&r);
    }
}

/* ---- feeds ---- */

_Static_assert((FB_SENDS_WORKER_FACTS | FB_SENDS_HOURS | FB_SENDS_ABSENCES) <= UINT8_MAX, "they fit a byte");

struct fb_feeds fb_diary_feeds(const struct fb_turn *t)
{
    struct fb_feeds feeds = {0, 0};
    for (uint32_t i = 1; i <= t->sources.n; i++) {
        const struct fb_source *s = fb_sources_get(&t->sources, i);
        bool trial = s->mode == FB_SOURCE_MODE_SHADOW;
        uint32_t sends = s->sends & (FB_SENDS_WORKER_FACTS | FB_SENDS_HOURS | FB_SENDS_ABSENCES);
        feeds.trial |= sends | t->heard[i];
        feeds.live |= trial ? 0 : sends | t->heard[i];
    }
    return feeds;
}

/* Which of the kinds about people it is; TOLD: none. */
enum { TOLD = 3 };
static const struct {
    enum fb_kind kind;
    uint8_t bit;
} told[TOLD] = {{FB_KIND_WORKER_FACT, FB_SENDS_WORKER_FACTS}, {FB_KIND_SUBSTANTIVE_HOURS, FB_SENDS_HOURS}, {FB_KIND_ABSENCE, FB_SENDS_ABSENCES}};

static unsigned told_of(enum fb_kind kind)
{
    unsigned i = 0;
    while (i < TOLD && told[i].kind != kind)
        i++;
    return i;
}

void fb_diary_heard(struct fb_turn *t, uint32_t source, enum fb_kind kind)
{
    unsigned i = told_of(kind);
    if (i == TOLD || source > FB_SOURCES_MAX || t->told[source][i]++ > 0)
        return;
    t->heard[source] |= told[i].bit;
    t->feeds = fb_diary_feeds(t);
}

void fb_diary_unheard(struct fb_turn *t, uint32_t source, enum fb_kind kind)
{
    unsigned i = told_of(kind);
    if (i == TOLD || source > FB_SOURCES_MAX || --t->told[source][i] > 0)
        return;
    t->heard[source] = (uint8_t)(t->heard[source] & ~told[i].bit);
    t->feeds = fb_diary_feeds(t);
}
