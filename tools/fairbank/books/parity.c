/* fairbank parity: what a shadow source has sent against the trust's own return. */
#include "tools/fairbank/books/parity.h"
#include "tools/fairbank/books/held.h"
#include "tools/fairbank/months/month_rows.h"
#include "tools/fairbank/options.h"
#include <stdlib.h>
#include <string.h>

enum { MAP_ARENA_BYTES = 8 << 20 };

struct gathering {
    struct fb_span source;
    struct parity_shift *shift;
    unsigned n, room;
    struct fb_pool pool;
    bool full;
};

static bool said(const char *what)
{
    fprintf(stderr, "fairbank parity: %s\n", what);
    return false;
}

static bool is_suspect(const struct fb_month_row *row)
{
    bool suspect = false;
    for (unsigned i = 0; i < row->n_findings; i++)
        suspect = suspect || fb_span_is(row->finding[i].rule, "booking.duplicate_suspect");
    return suspect;
}

static struct parity_shift *next_shift(struct gathering *g)
{
    if (g->n == g->room) {
        unsigned room = g->room == 0 ? 1024 : g->room * 2;
        struct parity_shift *more = realloc(g->shift, room * sizeof *more);
        if (more == NULL)
            return NULL;
        g->shift = more;
        g->room = room;
    }
    return &g->shift[g->n++];
}

static bool take(void *ctx, const struct fb_month_row *row)
{
    struct gathering *g = ctx;
    if (!fb_span_eq(row->source, g->source))
        return true;
    struct held_shift h = held_of_row(row);
    struct parity_shift *s = next_shift(g);
    g->full |= s == NULL;
    if (s == NULL)
        return false;
    *s = (struct parity_shift){.reference = fb_pool_copy(&g->pool, row->record_ref), .site = fb_pool_copy(&g->pool, row->site),
                               .unit = fb_pool_copy(&g->pool, row->unit), .role = fb_pool_copy(&g->pool, row->role), .grade = row->grade,
                               .staff_group = row->staff_group, .route = row->route, .day = row->day, .start_min = row->start_min,
                               .end_min = row->end_min, .figure = {h.shifts, h.minutes, h.pence}, .vat = h.vat, .inside = h.inside,
                               .on_top = h.on_top, .unpriced = h.unpriced, .suspect = is_suspect(row)};
    g->full |= g->pool.bad;
    return !g->full;
}

static bool read_theirs(const struct options *o, struct trust_return *r)
{
    static unsigned char memory[MAP_ARENA_BYTES];
    static struct trust_faults faults;
    struct trust_map map;
    struct fb_arena arena;
    char fault[TRUST_FAULT_BYTES] = "no memory is left";
    trust_map_plain(&map);
    fb_arena_init(&arena, memory, sizeof memory);
    if (o->map != NULL && trust_map_read(&map, o->map, &arena, fault) != FB_OK)
        return said(fault);
    if (return_read(r, &map, o->sent, o->sent, &faults) == FB_OK)
        return r->n > 0 || said("the return has no row");
    trust_faults_print(stderr, &faults);
    return said(faults.n == 0 ? "not enough memory" : "the return cannot be used as it is; nothing was compared");
}

/* Only the days that the return covers, first to last, are asked for. */
static bool read_ours(const struct options *o, const struct trust_return *r, struct gathering *g)
{
    struct options shadow = *o;
    fb_day until = INT32_MIN;
    for (unsigned i = 0; i < r->n; i++)
        until = r->line[i].until > until ? r->line[i].until : until;
    shadow.shadow = true;
    shadow.command = "parity";
    if (!fb_month_rows(&shadow, r->line[0].from, until, take, g))
        return false;
    return !g->full || said("not enough memory for so many shifts: give a return of fewer months");
}

static int judge(const struct options *o, const struct trust_return *r, struct gathering *g)
{
    struct parity p;
    if (parity_judge(&p, g->shift, g->n, r, o->tolerance) != FB_OK) {
        parity_free(&p);
        return said("not enough memory") ? EXIT_DONE : EXIT_FAILED;
    }
    if (g->n == 0)
        fprintf(stderr, "fairbank parity: no shadow shift of a source %.40s is held in these days: look at its name, and whether its mode is "
                        "shadow\n", o->words[0]);
    (o->json ? parity_draw_json : parity_draw)(&p, o, o->words[0]);
    int status = p.all_within ? EXIT_DONE : EXIT_DIFFERENT;
    parity_free(&p);
    return status;
}

int command_parity(const struct options *o)
{
    struct trust_return r = {0};
    struct gathering g = {.source = fb_span_of(o->words[0])};
    if (o->sent == NULL) {
        (void)said("--return FILE.csv says against what");
        return EXIT_USAGE;
    }
    int status = read_theirs(o, &r) && read_ours(o, &r, &g) ? judge(o, &r, &g) : EXIT_FAILED;
    return_free(&r);
    free(g.shift);
    fb_pool_free(&g.pool);
    return status;
}
