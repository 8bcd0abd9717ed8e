/* fairbank export follow: a process on the feed. The engine keeps its place; the files say what was written, so that a page that comes
 * again, after a crash of either, is written once. */
#include "tools/fairbank/export/follow.h"
#include "adapters/lib/stop.h"
#include "tools/fairbank/json.h"
#include "tools/fairbank/publish.h"
#include "tools/fairbank/source.h"
#include "tools/fairbank/spoken.h"
#include <inttypes.h>
#include <stdlib.h>
#include <time.h>

enum { PAGE = 500, PARK_MS = 1000, KEEP_MS = 1000, SETTLE_MS = 5000, REFUSED_MS = 1000 };

static void say(const struct follow *f, bool wrong, const char *what, const char *detail)
{
    if (wrong || !f->o->quiet)
        fprintf(stderr, "%s: %s%s\n", spoken(f->o->command), what, detail);
}

static void tell_cut(struct follow *f)
{
    if (f->files.cut == 0)
        return;
    fprintf(stderr, "%s: %s/%s: %zu bytes at its end were torn by a crash and are cut off; what they were of is asked for again\n", spoken(f->o->command),
            f->files.path, f->files.name, f->files.cut);
    f->files.cut = 0;
}

/* Once a day, with its first event. A table of a day that is over would say what is known now, under that day's name. */
static void make_tables(struct follow *f, fb_day day, bool anew)
{
    if (f->o->tables == NULL || (!anew && (day == f->tables || day != fb_london_day_of_ms(now_ms()))))
        return;
    f->tables = day;
    f->tables_failed = !follow_tables_make(f->o, day, anew);
    if (f->tables_failed)
        say(f, true, "the tables could not all be made; alerts go on", "");
}

static enum fb_err take_page(struct follow *f, const struct fb_feed_page *page)
{
    if (f->away)
        say(f, false, "the engine is there again at ", f->endpoint);
    f->away = false;
    fb_day day = fb_london_day_of_ms(page->row[page->n - 1].event.at_ms);
    enum fb_err e = follow_take(f, page);
    tell_cut(f);
    if (e != FB_OK)
        return e;
    e = fb_consumer_keep(f->feed, KEEP_MS);
    make_tables(f, day, false);
    return e == FB_NOT_FOUND ? FB_OK : e; /* the next call tells the engine */
}

/* A key that lost its role may be given it again, as an engine that is away may come back: told once, and asked again in a while. */
static enum fb_err wait_for_leave(struct follow *f)
{
    if (!f->refused)
        say(f, true, fb_consumer_refusal(f->feed), f->o->once ? "" : "; waiting for it");
    f->refused = true;
    if (f->o->once)
        return FB_DENIED;
    nanosleep(&(struct timespec){REFUSED_MS / 1000, 0}, NULL);
    return FB_OK;
}

/* FB_NOT_FOUND: there is nothing more; nobody answers when f->away. */
static enum fb_err step(struct follow *f, int wait_ms)
{
    struct fb_feed_page page;
    enum fb_err e = fb_consumer_next(f->feed, wait_ms, &page);
    if (e == FB_OK)
        return take_page(f, &page);
    if (e == FB_DENIED)
        return wait_for_leave(f);
    if (f->refused && (e == FB_OK || fb_consumer_hears(f->feed))) {
        say(f, false, "the engine gives events again at ", f->endpoint);
        f->refused = false;
    }
    if (e == FB_REFUSED) {
        say(f, true, "the engine's store was made anew: from its first event", "");
        fb_consumer_begin_again(f->feed);
        return FB_OK;
    }
    bool away = e == FB_NOT_FOUND && !fb_consumer_hears(f->feed);
    if (away && !f->away)
        say(f, true, f->o->once ? "no engine answers at " : "no engine answers; waiting for it at ", f->endpoint);
    if (e == FB_NOT_FOUND && !away && f->away)
        say(f, false, "the engine is there again at ", f->endpoint);
    f->away = e == FB_NOT_FOUND ? away : f->away;
    return e;
}

/* A question that was parked cannot tell an engine that is away from one that has nothing: so every other one is not. */
static enum fb_err follow(struct follow *f)
{
    enum fb_err e = FB_OK;
    bool park = false;
    while (e == FB_OK && !fb_stop) {
        e = step(f, park ? PARK_MS : 0);
        park = e == FB_NOT_FOUND && !park && !f->away && !f->o->once;
        if (e == FB_NOT_FOUND && !f->o->once)
            e = FB_OK;
    }
    if (e != FB_NOT_FOUND && e != FB_OK)
        return e;
    if (!f->away && fb_consumer_settle(f->feed, SETTLE_MS) != FB_OK)
        say(f, true, "the place may not be kept: what was written is looked at again with the next start, and not written again", "");
    return f->away && f->o->once && !fb_stop ? FB_NOT_FOUND : FB_OK;
}

static enum fb_err open_feed(struct follow *f)
{
    struct fb_curve keys;
    const struct options *o = f->o;
    endpoint_of(f->endpoint, sizeof f->endpoint, o, "feed", o->feed);
    if (!keys_of(o, o->command, f->endpoint, &keys))
        return FB_REFUSED;
    struct fb_consumer_options with = {.endpoint = f->endpoint, .cursor = fb_span_of(o->cursor != NULL ? o->cursor : "export"),
                                       .filter = {.trust = o->trust, .alerts_only = true}, .limit = o->limit > 0 ? o->limit : PAGE, .curve = &keys};
    enum fb_err e = fb_consumer_open(&f->feed, &with);
    fb_curve_close(&keys);
    if (e != FB_OK)
        say(f, true, "the feed cannot be asked at ", f->endpoint);
    return e;
}

static enum fb_err open_files(struct follow *f)
{
    char *head = NULL;
    enum fb_err e = follow_head(&head) ? day_files_open(&f->files, f->o->to, head) : FB_FULL;
    free(head);
    if (e != FB_OK)
        say(f, true, f->files.fault[0] != '\0' ? f->files.fault : fb_err_text(e), "");
    return e;
}

static void summary(const struct follow *f)
{
    struct fb_consumer_place place = fb_consumer_place(f->feed);
    if (f->o->json)
        json_print(json_pack("{s:I, s:I, s:I, s:I}", "written", (json_int_t)f->written, "again", (json_int_t)f->again, "seq", (json_int_t)place.after, "head",
                             (json_int_t)place.head), JSON_COMPACT);
    else if (!f->o->quiet)
        printf("%" PRIu64 " alerts written, %" PRIu64 " that came were there already; the feed was read up to %" PRIu64 " of %" PRIu64 "\n", f->written, f->again,
               place.after, place.head);
}

static int run(struct follow *f)
{
    enum fb_err e = follow(f);
    if (e == FB_OK && f->o->once && !fb_stop)
        make_tables(f, fb_london_day_of_ms(now_ms()), true);
    if (e != FB_OK && e != FB_NOT_FOUND && !f->refused)
        say(f, true, f->files.fault[0] != '\0' ? f->files.fault : fb_err_text(e), "; nothing is lost: the next start goes on from here");
    summary(f);
    return e == FB_OK && !(f->o->once && f->tables_failed) ? EXIT_DONE : EXIT_FAILED;
}

int command_export_follow(const struct options *o)
{
    struct follow f = {.o = o, .files = {.folder = -1, .fd = -1}};
    if (o->to == NULL) {
        fprintf(stderr, "%s: say where the files go: --to DIR\n", spoken(o->command));
        return EXIT_USAGE;
    }
    if (o->month != 0 && o->tables == NULL) {
        fprintf(stderr, "%s: --month is of tables: say which with --tables LIST\n", spoken(o->command));
        return EXIT_USAGE;
    }
    if (!follow_tables_check(o))
        return EXIT_USAGE;
    fb_stop_on_signals();
    int status = open_files(&f) == FB_OK && open_feed(&f) == FB_OK ? run(&f) : EXIT_FAILED;
    if (f.feed != NULL)
        fb_consumer_close(&f.feed);
    sheet_release(&f.book);
    day_files_close(&f.files);
    return status;
}
