/* The engine's side of a run: publishing within the window, waiting, patience, and the progress line. */
#include "adapters/inbound/csv/run_private.h"
#include "adapters/lib/dealer.h"
#include <inttypes.h>
#include <string.h>
#include <sys/ioctl.h>
#include <unistd.h>

enum { SILENCE_TOLD_MS = 5000, PROGRESS_FROM_MS = 2000, PROGRESS_EVERY_MS = 200, NTH_BITS = 4 };
_Static_assert(FB_CSV_RECORDS_MAX <= 1 << NTH_BITS, "a tag holds the row's number and which of its records it is");

void fb__answered(void *ctx, uint64_t tag, const struct fb_wire_answer *answer)
{
    struct fb_csv_run *run = ctx;
    fb_csv_tally_answer(&run->tally, tag >> NTH_BITS, (unsigned)(tag & ((1u << NTH_BITS) - 1)), answer);
}

static int terminal_columns(void)
{
    struct winsize w;
    return ioctl(STDERR_FILENO, TIOCGWINSZ, &w) == 0 && w.ws_col > 0 ? w.ws_col : 80;
}

/* One line that stays one: a line that wraps could not be taken back. The name comes last, to be what is cut.
 */
static void put_progress(const struct fb_csv_run *run, int64_t ms)
{
    char line[1400];
    const struct fb_csv_tally_counts *c = &run->tally.counts;
    uint64_t size = fb_csv_rows_size(run->rows), rows = fb_csv_tally_rows(c);
    int n = snprintf(line, sizeof line,
                     "%3" PRIu64 " %%  %" PRIu64 " rows  %" PRIu64 " a second  %" PRIu64 " set aside  %s",
                     size == 0 ? 100 : run->tally.offset * 100 / size, rows, rows * 1000 / (uint64_t)ms,
                     c->row[FB_ROW_REFUSED] + c->row[FB_ROW_CONFLICT], run->path);
    int room = terminal_columns() - 1;
    n = n < (int)sizeof line ? n : (int)sizeof line - 1;
    for (n = n < room ? n : room; n > 0 && ((unsigned char)line[n] & 0xC0) == 0x80;)
        n--; /* not in the middle of a letter */
    fprintf(stderr, "\r\033[K%.*s", n, line);
}

void fb__show_progress(struct fb_csv_run *run, bool last)
{
    int64_t now = fb_dealer_now_ms(), ms = now - run->started_ms;
    if (run->options->quiet || !isatty(STDERR_FILENO) || ms < PROGRESS_FROM_MS)
        return;
    if (last) {
        if (run->progress_shown)
            fputs("\r\033[K", stderr);
        run->progress_shown = false;
        return;
    }
    if (now - run->shown_ms < PROGRESS_EVERY_MS)
        return;
    put_progress(run, ms);
    fflush(stderr);
    run->shown_ms = now;
    run->progress_shown = true;
}

/* An answer or a welcome starts the patience anew. `busy` does not: an engine without room says nothing else for as long as that lasts. */
static bool has_spoken(struct fb_csv_run *run)
{
    struct fb_client_figures f = fb_client_figures(run->client);
    uint64_t said = f.answered + (fb_client_state(run->client) == FB_CLIENT_WELCOME ? f.greetings : 0);
    bool new = said != run->heard;
    if (new)
        run->busy_heard = f.busy;
    run->heard = said;
    return new;
}

static bool is_busy(const struct fb_csv_run *run) { return fb_client_figures(run->client).busy > run->busy_heard; }

/* An engine that puts this source off is there, and starting it would help nobody. */
static void tell_put_off(struct fb_csv_run *run)
{
    fprintf(stderr, "%sfairbank-csv: the engine at %s puts this source off: %s. Trying for %d seconds in all; nothing is lost.\n",
            run->progress_shown ? "\n" : "", run->options->engine, fb_client_put_off(run->client), run->options->timeout_s);
    run->silence_told = true;
}

/* What to do about it is on the engine's side: room on its disk, or less at once. */
static void tell_busy(struct fb_csv_run *run)
{
    fprintf(stderr, "%sfairbank-csv: the engine at %s takes nothing now: it answers busy. It may be out of room, which fairbank status and fairbank "
            "doctor say. Trying for %d seconds in all; nothing is lost.\n",
            run->progress_shown ? "\n" : "", run->options->engine, run->options->timeout_s);
    run->silence_told = true;
}

static void tell_nothing_heard(struct fb_csv_run *run)
{
    const struct fb_csv_options *o = run->options;
    bool connecting = fb_client_state(run->client) == FB_CLIENT_CONNECTING;
    const char *keys = !connecting || strncmp(o->engine, "tcp://", 6) != 0 ? "" : o->key == NULL
                           ? " (or it lets in nobody without keys: --server-key and --key)"
                           : " (or it does not let this key in, or has another server key)";
    fprintf(stderr, "%sfairbank-csv: %s %s%s. Start it (fairbankd), or name another with --engine. Trying for %d seconds in all; nothing is lost.\n",
            run->progress_shown ? "\n" : "", connecting ? "no engine at" : "no answer from the engine at", o->engine, keys, o->timeout_s);
    run->silence_told = true;
}

static void tell_silence(struct fb_csv_run *run)
{
    if (fb_client_put_off(run->client)[0] != '\0')
        tell_put_off(run);
    else if (is_busy(run))
        tell_busy(run);
    else
        tell_nothing_heard(run);
}

static enum fb_err have_patience(struct fb_csv_run *run)
{
    int64_t now = fb_dealer_now_ms();
    if (has_spoken(run)) {
        run->heard_ms = now;
        run->silence_told = false;
        return FB_OK;
    }
    int64_t silent = now - run->heard_ms;
    if (silent >= SILENCE_TOLD_MS && !run->silence_told)
        tell_silence(run);
    if (silent < (int64_t)run->options->timeout_s * 1000)
        return FB_OK;
    char memory[600];
    struct fb_text t;
    fb_text_init(&t, memory, sizeof memory);
    fb_text_add(&t, "gave up on ");
    fb_text_add(&t, run->options->engine);
    fb_text_add(&t, " after ");
    fb_text_add_int(&t, run->options->timeout_s);
    bool put_off = fb_client_put_off(run->client)[0] != '\0';
    fb_text_add(&t, put_off ? " seconds; it puts this source off: " : is_busy(run) ? " seconds in which it answered busy and took nothing: look at fairbank status and fairbank doctor" : " seconds");
    fb_text_add(&t, fb_client_put_off(run->client));
    fb_text_add(&t, ". Run the same command again: what was taken is known");
    fb__end_with(run, FB_CSV_NO_ENGINE, &t);
    return FB_NOT_FOUND;
}

static void say_lost(struct fb_csv_run *run, enum fb_err e)
{
    char memory[600];
    struct fb_text t;
    fb_text_init(&t, memory, sizeof memory);
    fb_text_add(&t, e == FB_REFUSED ? "the engine does not take this source: " : "the connection failed: ");
    fb_text_add(&t, e == FB_REFUSED ? fb_client_refusal(run->client) : fb_err_text(e));
    fb__end_with(run, FB_CSV_NO_ENGINE, &t);
}

static enum fb_err poll_client(struct fb_csv_run *run, int ms)
{
    enum fb_err e = fb_client_poll(run->client, ms);
    if (e != FB_OK)
        say_lost(run, e);
    fb__show_progress(run, false);
    return e == FB_REFUSED ? FB_NOT_FOUND : e; /* no engine for us: another file would fare no better */
}

enum fb_err fb__wait(struct fb_csv_run *run, int ms)
{
    enum fb_err e = poll_client(run, ms);
    if (e == FB_OK && *run->stop)
        return FB_BUSY;
    return e == FB_OK ? have_patience(run) : e;
}

/* What the engine would say of the record's form, by the same decoder. */
static enum fb_reason check_record(struct fb_csv_run *run, const struct fb_record *r, const char **field)
{
    static struct fb_record decoded;
    enum fb_frame_kind kind;
    struct fb_span payload, body;
    size_t n = fb_encode_publish(r, run->frame, sizeof run->frame);
    if (n == 0)
        return FB_REASON_TOO_LONG;
    enum fb_reason reason =
        fb_frame_open((struct fb_span){(const char *)run->frame, (uint32_t)n}, &kind, &payload);
    return reason != FB_REASON_NONE ? reason
                                    : fb_decode_publish(payload, &run->arena, &decoded, &body, field);
}

static enum fb_err check_row(struct fb_csv_run *run, uint64_t number, unsigned n)
{
    for (unsigned i = 0; i < n; i++) {
        const char *field = NULL;
        struct fb_wire_answer answer = {.outcome = 1};
        answer.reason = check_record(run, &run->record[i], &field);
        if (answer.reason != FB_REASON_NONE)
            answer.outcome = 5;
        if (field != NULL)
            answer.field = fb_span_of(field);
        fb_csv_tally_sent(&run->tally, number, &run->record[i].env);
        fb_csv_tally_answer(&run->tally, number, i, &answer);
    }
    return FB_OK;
}

static enum fb_err publish(struct fb_csv_run *run, unsigned i, uint64_t number)
{
    const struct fb_record *r = &run->record[i];
    enum fb_err e;
    uint64_t tag = number << NTH_BITS | i;
    while ((e = fb_client_publish_kept(run->client, &r->env, run->body[i], tag)) == FB_BUSY) {
        e = fb__wait(run, 100);
        if (e != FB_OK)
            return e;
    }
    if (e == FB_OK)
        fb_csv_tally_sent(&run->tally, number, &r->env);
    return e;
}

enum fb_err fb__send_row(struct fb_csv_run *run, uint64_t number, unsigned n)
{
    if (run->client == NULL)
        return check_row(run, number, n);
    for (unsigned i = 0; i < n; i++) {
        enum fb_err e = publish(run, i, number);
        if (e == FB_LIMIT) { /* cannot be, the row was built within the limits; but never a silent loss */
            fb_csv_tally_unreadable(&run->tally, number, (struct fb_span){NULL, 0},
                                    "longer than a message may be");
            return FB_OK;
        }
        if (e != FB_OK)
            return e;
    }
    return FB_OK;
}

enum fb_err fb__drain(struct fb_csv_run *run, int64_t at_most_ms)
{
    int64_t until = fb_dealer_now_ms() + at_most_ms;
    while (run->client != NULL && fb_client_outstanding(run->client) > 0) {
        enum fb_err e = at_most_ms > 0 ? poll_client(run, 50) : fb__wait(run, 100);
        if (e != FB_OK)
            return e;
        if (at_most_ms > 0 && fb_dealer_now_ms() >= until)
            return FB_BUSY;
    }
    return FB_OK;
}
