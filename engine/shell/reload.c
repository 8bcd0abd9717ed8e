#include "engine/shell/reload.h"
#include "engine/base/check.h"
#include "engine/shell/clock.h"
#include "engine/shell/log.h"
#include "engine/shell/places.h"
#include <stdlib.h>

enum fb_err fb_packs_load(const struct fb_config *config, struct fb_new_issue *out,
                          struct fb_pack_report *report)
{
    char base[FB_PLACE_BYTES], folder[FB_PLACE_BYTES];
    *out = (struct fb_new_issue){.due_ms = FB_ABSENT};
    if (!fb_places_find(config, base))
        return FB_NOT_FOUND;
    out->files = calloc(1, sizeof *out->files);
    enum fb_err e = out->files != NULL ? FB_OK : FB_FULL;
    for (unsigned i = 0; e == FB_OK && i < config->n_packs; i++)
        e = fb_place_of(folder, base, config->pack[i]) ? fb_pack_read_dir(out->files, folder, report)
                                                       : FB_LIMIT;
    if (e == FB_OK)
        e = fb_pack_load_files(&out->book, out->files->file, out->files->n, report);
    if (e != FB_OK)
        fb_packs_free(out);
    return e;
}

void fb_packs_free(struct fb_new_issue *issue)
{
    if (issue->files != NULL)
        fb_pack_files_free(issue->files);
    free(issue->files);
    if (issue->book != NULL)
        fb_pack_free(&issue->book);
    *issue = (struct fb_new_issue){.due_ms = FB_ABSENT};
}

void fb_packs_log(const struct fb_pack_report *report)
{
    for (unsigned i = 0; i < report->n; i++) {
        const struct fb_pack_error *e = &report->e[i];
        fb_log(e->warning ? FB_LOG_WARN : FB_LOG_ERROR, "%s:%u: %s", e->file, e->line, e->text);
    }
    if (report->errors + report->warnings > report->n)
        fb_log(FB_LOG_WARN, "and %u more", report->errors + report->warnings - report->n);
}

void fb_packs_log_places(const struct fb_config *config, enum fb_log_level level)
{
    char base[FB_PLACE_BYTES], folder[FB_PLACE_BYTES];
    bool found = fb_places_find(config, base);
    const char *what = found ? "packs were read from" : "no packs are in";
    for (unsigned p = 0; found ? p == 0 : fb_places_get(config, p, base); p++)
        for (unsigned i = 0; i < config->n_packs; i++)
            fb_log(level, "%s %s", what, fb_place_of(folder, base, config->pack[i]) ? folder : "?");
}

bool fb_packs_review_is_over(const struct fb_book *book, int64_t now_ms)
{
    fb_day today = (fb_day)(fb_london_local_min(now_ms / FB_MINUTE_MS) / FB_DAY_MINUTES);
    return book != NULL && book->review_by < today;
}

void fb_packs_log_review(const struct fb_book *book, int64_t now_ms)
{
    char day[11];
    if (!fb_packs_review_is_over(book, now_ms))
        return;
    fb_day_format(day, book->review_by);
    fb_log(
        FB_LOG_WARN,
        "the rules had to be reviewed by %s, and that day has passed: look every figure up again, then move "
        "review_by in pack.yaml",
        day);
}

void fb_packs_say_once(struct fb_text *t, const struct fb_issued *issued)
{
    fb_text_add(t, "the folders hold the packs of issue ");
    fb_text_add_int(t, issued->once);
    fb_text_add(t, ", which was replaced or withdrawn: nothing was issued, and issue ");
    fb_text_add_int(t, issued->issue);
    fb_text_add(t, " stays current. `fairbank rules issue` goes back to them on purpose");
}

/* ---- answers ---- */

static void tell(struct fb_reload *r, const struct fb_peer *peer, enum fb_reason reason, uint32_t issue,
                 struct fb_span text)
{
    const struct fb_result result = {.kind = FB_QUERY_ISSUE, .reason = reason, .issue = issue, .text = text};
    if (r->tell != NULL)
        r->tell(r->ctx, peer, &result);
}

static void tell_asker(struct fb_reload *r, enum fb_reason reason, uint32_t issue, const struct fb_text *t)
{
    if (r->asked)
        tell(r, &r->asker.peer, reason, issue, (struct fb_span){t->p, (uint32_t)t->n});
}

/* A line that does not fit is left out whole, and so is whatever a file's name may hold that is no text. */
static bool add_error(struct fb_text *t, const struct fb_pack_error *e)
{
    char memory[640];
    struct fb_text line;
    fb_text_init(&line, memory, sizeof memory);
    fb_text_add(&line, FB_WIRE_LINE);
    fb_text_add(&line, e->file);
    fb_text_add(&line, ":");
    fb_text_add_int(&line, e->line);
    fb_text_add(&line, e->warning ? ": warning: " : ": error: ");
    fb_text_add(&line, e->text);
    struct fb_span said = {line.p, (uint32_t)line.n};
    bool fits = fb_span_is_text(said) && t->n + line.n + 64 < t->size;
    if (fits)
        fb_text_add_span(t, said);
    return fits;
}

static void tell_errors(struct fb_reload *r)
{
    struct fb_text t;
    unsigned told = 0;
    fb_text_init(&t, r->text, sizeof r->text);
    fb_text_add(&t, r->err == FB_NOT_FOUND ? "no packs are where the engine's configuration says: its log "
                                             "names the folders. Nothing was changed"
                                           : "the packs have errors, and the rules stay as they are");
    for (unsigned i = 0; i < r->report.n; i++)
        told += add_error(&t, &r->report.e[i]);
    if (told < r->report.errors + r->report.warnings) {
        fb_text_add(&t, FB_WIRE_LINE "and ");
        fb_text_add_int(&t, r->report.errors + r->report.warnings - told);
        fb_text_add(&t, " more: see the engine's log");
    }
    tell_asker(r, FB_REASON_FIELD_RANGE, 0, &t);
}

static void add_count(struct fb_text *t, const struct fb_turn_stats *s)
{
    uint64_t n = s->bookings + s->vacancies;
    fb_text_add_int(t, (int64_t)n);
    fb_text_add(t, n == 1 ? " shift or vacancy" : " shifts and vacancies");
    fb_text_add(t, " will be judged again");
}

static void tell_done(struct fb_reload *r, const struct fb_commit_news *news)
{
    char local[17];
    struct fb_text t;
    const struct fb_issued *is = &news->issued;
    fb_text_init(&t, r->text, sizeof r->text);
    if (is->once != 0) {
        fb_packs_say_once(&t, is);
        fb_log(FB_LOG_WARN, "packs: %s", t.p);
        return; /* whoever asks for an issue gets one */
    }
    fb_text_add(&t, is->kept ? "these very packs are current, or wait already: nothing was changed; issue "
                             : "issue ");
    fb_text_add_int(&t, is->issue);
    if (is->kept) {
        fb_text_add(&t, " stays current");
    } else if (is->issue != news->stats.issue) {
        fb_text_add(&t, " waits: ");
        fb_text_add(&t, r->book_name);
        fb_local_format(local, r->asker.due_ms / FB_MINUTE_MS);
        fb_text_add(&t, ". It becomes current at ");
        fb_text_add(&t, local);
        fb_text_add(&t, " (Europe/London); then ");
        add_count(&t, &news->stats);
    } else {
        fb_text_add(&t, " is current: ");
        fb_text_add(&t, r->book_name);
        fb_text_add(&t, ". ");
        add_count(&t, &news->stats);
    }
    fb_log(FB_LOG_INFO, "packs: %s", t.p);
    tell_asker(r, FB_REASON_NONE, is->issue, &t);
}

static void tell_refused(struct fb_reload *r, enum fb_err e, const char *why)
{
    struct fb_text t;
    fb_text_init(&t, r->text, sizeof r->text);
    fb_text_add(&t, "the rules were not taken: ");
    fb_text_add(&t, *why != '\0' ? why : fb_err_text(e));
    fb_log(FB_LOG_ERROR, "packs: %s", t.p);
    tell_asker(r, FB_REASON_FIELD_RANGE, 0, &t);
}

static void tell_stopping(struct fb_reload *r, const struct fb_peer *peer)
{
    tell(r, peer, FB_REASON_NO_PLACE, 0, fb_span_of("the engine is stopping: nothing was changed"));
}

/* ---- one after the other ---- */

static void next(struct fb_reload *r);

static void read_packs(uv_work_t *work)
{
    struct fb_reload *r = work->data;
    r->err = fb_packs_load(r->config, &r->issue, &r->report);
}

/* The book is the commit thread's as soon as it is handed over, so its name is kept here. */
static void hand_over(struct fb_reload *r)
{
    struct fb_text name;
    fb_text_init(&name, r->book_name, sizeof r->book_name);
    fb_text_add_span(&name, r->issue.book->name);
    r->issue.due_ms = r->asked ? r->asker.due_ms : FB_ABSENT;
    r->issue.unless_held = !r->asked;
    bool taken = fb_commit_issue(r->commit, &r->issue);
    fb_assert(taken); /* one at a time */
    r->issue = (struct fb_new_issue){.due_ms = FB_ABSENT};
    r->state = FB_RELOAD_HANDED;
}

static void throw_away(struct fb_reload *r)
{
    fb_packs_free(&r->issue);
    if (r->asked)
        tell_stopping(r, &r->asker.peer);
}

static void have_read(uv_work_t *work, int status)
{
    struct fb_reload *r = work->data;
    (void)status;
    r->state = FB_RELOAD_IDLE;
    fb_packs_log(&r->report);
    if (r->commit == NULL) {
        throw_away(r);
    } else if (r->err == FB_OK) {
        hand_over(r);
    } else {
        fb_packs_log_places(r->config, FB_LOG_ERROR);
        fb_log(FB_LOG_ERROR, "packs: %s; the rules stay as they are",
               r->err == FB_NOT_FOUND ? "there are none" : "they have errors");
        tell_errors(r);
    }
    fb_pack_report_free(&r->report);
    next(r);
}

static bool choose(struct fb_reload *r)
{
    if (r->state != FB_RELOAD_IDLE || r->commit == NULL || (r->n_waiting == 0 && !r->again))
        return false;
    r->asked = r->n_waiting > 0;
    if (!r->asked) {
        r->again = false;
        return true;
    }
    r->asker = r->waiting[0];
    r->n_waiting--;
    for (unsigned i = 0; i < r->n_waiting; i++)
        r->waiting[i] = r->waiting[i + 1];
    return true;
}

static bool begin(struct fb_reload *r)
{
    fb_log(FB_LOG_INFO, "packs: reading them");
    r->work.data = r;
    int e = (r->queue_work != NULL ? r->queue_work : uv_queue_work)(r->loop, &r->work, read_packs, have_read);
    r->state = e == 0 ? FB_RELOAD_READING : FB_RELOAD_IDLE;
    return e == 0;
}

/* Where none can be read, nothing comes back that would go on with whoever waits behind: they are answered at once. */
static void next(struct fb_reload *r)
{
    while (choose(r) && !begin(r))
        tell_refused(r, FB_FULL, ""); /* no thread */
}

void fb_reload_start(struct fb_reload *r)
{
    r->again = true;
    next(r);
}

bool fb_reload_ask(struct fb_reload *r, const struct fb_peer *peer, int64_t due_ms)
{
    if (r->n_waiting == FB_RELOAD_ASKERS_MAX || r->commit == NULL)
        return false;
    r->waiting[r->n_waiting++] = (struct fb_reload_asker){*peer, due_ms};
    next(r);
    return true;
}

void fb_reload_answered(struct fb_reload *r, const struct fb_commit_news *news)
{
    r->state = FB_RELOAD_IDLE;
    if (news->issued.err == FB_OK)
        tell_done(r, news);
    else
        tell_refused(r, news->issued.err, news->issued.why);
    next(r);
}

void fb_reload_stop(struct fb_reload *r)
{
    r->commit = NULL;
    for (unsigned i = 0; i < r->n_waiting; i++)
        tell_stopping(r, &r->waiting[i].peer);
    r->n_waiting = 0;
}
