#include "tools/fairbank/months/month_rows.h"
#include "engine/turn/report/report_month.h"
#include "tools/fairbank/ask_people.h"
#include "tools/fairbank/source.h"
#include "tools/fairbank/spoken.h"
#include <inttypes.h>
#include <limits.h>
#include <stdlib.h>
#include <time.h>
#include <unistd.h>

enum { ARENA_BYTES = 4 << 20, FOLDER_ROWS = 512, SILENT_S = 2 };

struct reading {
    const struct options *o;
    struct folder *folder; /* the caller's; NULL: it has none open */
    fb_day from, until;
    bool (*each)(void *ctx, const struct fb_month_row *row);
    void *ctx;
    uint64_t read;        /* rows so far */
    time_t told_s;        /* when progress was told last */
    bool told, stopped;
};

static time_t seconds(void)
{
    struct timespec t;
    return clock_gettime(CLOCK_MONOTONIC, &t) == 0 ? t.tv_sec : 0;
}

/* For a person at a terminal, once a second from the third on. */
static void tell_progress(struct reading *r)
{
    time_t now = seconds();
    if (now < r->told_s + SILENT_S || !isatty(STDERR_FILENO))
        return;
    fprintf(stderr, "\r%" PRIu64 " shifts read", r->read);
    r->told_s = now - SILENT_S + 1;
    r->told = true;
}

static void hand_on(struct reading *r, const struct fb_month_row *row, unsigned n)
{
    for (unsigned i = 0; i < n && !r->stopped; i++)
        if (row[i].shadow == r->o->shadow) {
            r->read++;
            r->stopped = !r->each(r->ctx, &row[i]);
        }
    tell_progress(r);
}

/* The pages after the first are of the moment that the first was of. */
static bool take_page(void *ctx, struct fb_query *q, const struct fb_result *page)
{
    struct reading *r = ctx;
    if (page->text.n > 0) /* nothing was known by then */
        print_text(stderr, r->o->command, page->text);
    hand_on(r, page->month, page->n_month);
    q->as_known = 0;
    q->as_of = page->as_of;
    return !r->stopped;
}

static enum fb_err from_engine(struct reading *r, struct fb_arena *arena)
{
    const struct options *o = r->o;
    struct fb_query q = {.kind = FB_QUERY_MONTH, .findings.trust = o->trust, .from = r->from, .until = r->until, .as_known = o->as_known};
    fill_asker(&q.asker, o);
    return ask_pages(o, &q, arena, take_page, r);
}

static bool pages_of_folder(struct reading *r, struct folder *f, struct fb_month_filter *filter)
{
    struct fb_month_row *row = calloc(FOLDER_ROWS, sizeof(*row));
    enum fb_err e = row == NULL ? FB_FULL : FB_OK;
    unsigned n;
    do {
        fb_arena_reset(&f->arena);
        if (e == FB_OK)
            e = fb_report_month(f->store, f->books, filter, &f->arena, row, &n, &filter->after);
        if (e == FB_OK)
            hand_on(r, row, n);
    } while (e == FB_OK && filter->after != 0 && !r->stopped);
    free(row);
    if (e != FB_OK)
        fprintf(stderr, "%s: %s: %s\n", spoken(r->o->command), r->o->data,
                e == FB_REFUSED ? "the store has no rules yet" : fb_err_text(e));
    return e == FB_OK;
}

/* Every page of one moment, although the engine may be writing. */
static bool from_open(struct reading *r, struct folder *f)
{
    const struct options *o = r->o;
    struct fb_asker asker;
    struct fb_engine_status status;
    struct fb_month_filter filter = {.trust = o->trust, .from = r->from, .until = r->until, .limit = FOLDER_ROWS, .most = UINT_MAX};
    bool nothing = false;
    fill_asker(&asker, o);
    filter.seen_by = asker.as == FB_AS_TRUST ? asker.trust : 0;
    bool ok = folder_known(f, o, o->command, &filter.as_of, &nothing);
    if (ok && !nothing && filter.as_of == 0) {
        enum fb_err e = fb_report_status(f->store, f->books, &f->arena, &status);
        filter.as_of = e == FB_OK ? status.journal : 0;
    }
    if (ok && !nothing)
        ok = pages_of_folder(r, f, &filter);
    return ok;
}

/* One that the caller has open is not opened again: a process may have a store open once only. */
static bool from_folder(struct reading *r)
{
    struct folder f;
    if (r->folder != NULL)
        return from_open(r, r->folder);
    if (!folder_open(&f, r->o, r->o->command))
        return false;
    bool ok = from_open(r, &f);
    folder_close(&f);
    return ok;
}

/* An engine that was named is the one that is meant: the folder may be another's. */
static bool ask_or_read(struct reading *r, struct fb_arena *arena)
{
    enum fb_err e = from_engine(r, arena);
    if (e == FB_BUSY && r->read == 0 && r->o->engine == NULL)
        return from_folder(r);
    if (e == FB_BUSY)
        say_no_engine(r->o, r->o->command, r->read > 0 ? " any more" : "");
    return e == FB_OK;
}

bool fb_month_rows(const struct options *o, fb_day from, fb_day until, bool (*each)(void *ctx, const struct fb_month_row *row), void *ctx)
{
    return fb_month_rows_beside(o, NULL, from, until, each, ctx);
}

bool fb_month_rows_beside(const struct options *o, struct folder *folder, fb_day from, fb_day until,
                          bool (*each)(void *ctx, const struct fb_month_row *row), void *ctx)
{
    struct reading r = {.o = o, .folder = folder, .from = from, .until = until, .each = each, .ctx = ctx, .told_s = seconds()};
    struct fb_arena arena;
    void *memory = malloc(ARENA_BYTES);
    if (memory == NULL) {
        fprintf(stderr, "%s: not enough memory\n", spoken(o->command));
        return false;
    }
    fb_arena_init(&arena, memory, ARENA_BYTES);
    bool ok = o->offline ? from_folder(&r) : ask_or_read(&r, &arena);
    if (r.told)
        fprintf(stderr, "\r%40s\r", "");
    fb_arena_release(&arena);
    free(memory);
    return ok;
}

const struct fb_figures *month_figures(const struct fb_month_row *row, enum fb_stage stage)
{
    for (unsigned i = 0; i < row->n_stages; i++)
        if (row->stage[i].stage == stage)
            return &row->stage[i].figures;
    return NULL;
}

const char *month_name(const struct fb_month_row *row)
{
    char name[FB_SOURCE_BYTES_MAX + FB_ID_BYTES_MAX + 2];
    snprintf(name, sizeof(name), "%.*s/%.*s", (int)row->source.n, row->source.p, (int)row->record_ref.n, row->record_ref.p);
    return word_of(fb_span_of(name));
}
