#include "tools/fairbank/publish.h"
#include "adapters/lib/client.h"
#include "engine/turn/report/report_record.h"
#include <pwd.h>
#include <sodium.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

enum { WAIT_MS = 8000, ROUND_MS = 50, FOUND_MAX = 20, MS_PER_SECOND = 1000, NS_PER_MS = 1000000 };

int64_t now_ms(void)
{
    struct timespec now;
    clock_gettime(CLOCK_REALTIME, &now);
    return (int64_t)now.tv_sec * MS_PER_SECOND + now.tv_nsec / NS_PER_MS;
}

const char *login_name(void)
{
    static char name[FB_ID_BYTES_MAX + 1];
    const struct passwd *who = getpwuid(geteuid());
    if (who != NULL)
        snprintf(name, sizeof(name), "%s", who->pw_name);
    else
        snprintf(name, sizeof(name), "uid:%ld", (long)geteuid());
    return name;
}

void new_ref(char out[CLI_REF_BYTES], const char *letter)
{
    char at[25];
    fb_instant_format(at, now_ms());
    snprintf(out, CLI_REF_BYTES, "%s-%.4s%.2s%.2s-%.2s%.2s%.2s-%06x", letter, at, at + 5, at + 8, at + 11, at + 14, at + 17,
             (unsigned)(randombytes_random() & 0xFFFFFF));
}

void fill_envelope(struct fb_record *r, enum fb_kind kind, const char *ref, int64_t revision)
{
    static char id[FB_ID_BYTES_MAX + 1], name[FB_ID_BYTES_MAX + 1];
    snprintf(name, sizeof(name), "%s", ref);
    snprintf(id, sizeof(id), "%.40s.%lld", ref, (long long)revision);
    r->env = (struct fb_envelope){.kind = kind,
                                  .source = fb_span_of(CLI_SOURCE),
                                  .message_id = fb_span_of(id),
                                  .record_ref = fb_span_of(name),
                                  .revision = revision,
                                  .source_seq = FB_ABSENT,
                                  .occurred_ms = now_ms()};
}

/* ---- through the door ---- */

struct waiting {
    bool answered;
    struct fb_wire_answer answer;
    char field[FB_TEXT_BYTES_MAX + 1];
};

static void answered(void *ctx, uint64_t tag, const struct fb_wire_answer *a)
{
    struct waiting *w = ctx;
    (void)tag;
    w->answered = true;
    w->answer = *a;
    snprintf(w->field, sizeof(w->field), "%.*s", (int)a->field.n, a->field.p != NULL ? a->field.p : "");
}

static enum fb_err talk(struct fb_client *client, const struct fb_record *record, struct waiting *w)
{
    bool sent = false;
    enum fb_err e = FB_OK;
    for (int64_t until = now_ms() + WAIT_MS; e == FB_OK && !w->answered && now_ms() < until;) {
        if (!sent) {
            e = fb_client_publish(client, record, 1);
            sent = e == FB_OK;
            e = e == FB_BUSY ? FB_OK : e;
        }
        if (e == FB_OK)
            e = fb_client_poll(client, ROUND_MS);
    }
    return e == FB_OK && !w->answered ? FB_BUSY : e;
}

static bool tell(const struct options *o, const struct fb_client *client, enum fb_err e, const struct waiting *w)
{
    if (e == FB_BUSY && fb_client_state(client) == FB_CLIENT_CONNECTING)
        say_no_engine(o, o->command, ", and only a running one takes records");
    else if (e == FB_BUSY)
        fprintf(stderr, "fairbank %s: the engine %s: look whether it was taken before you say it again, which says it twice\n", o->command,
                fb_client_figures(client).busy > 0 ? "answers busy, and may be out of room (fairbank status and fairbank doctor say)" : "did not answer in time");
    else if (e == FB_REFUSED)
        fprintf(stderr, "fairbank %s: the engine does not take the source %s: %s\n", o->command, CLI_SOURCE, fb_client_refusal(client));
    else if (e != FB_OK)
        fprintf(stderr, "fairbank %s: %s\n", o->command, fb_err_text(e));
    else if (w->answer.reason != FB_REASON_NONE)
        fprintf(stderr, "fairbank %s: not taken: %s%s%s\n", o->command, w->field, w->field[0] != '\0' ? ": " : "", fb_reason_text(w->answer.reason));
    else
        return true;
    return false;
}

bool publish(const struct options *o, struct fb_record *record, struct fb_wire_answer *answer)
{
    char endpoint[400];
    struct waiting w = {.answered = false};
    struct fb_client *client = NULL;
    struct fb_curve keys;
    endpoint_of(endpoint, sizeof(endpoint), o, "door", o->engine);
    if (!keys_of(o, o->command, endpoint, &keys))
        return false;
    const struct fb_client_options options = {
        .curve = &keys,
        .endpoint = endpoint,
        .hello = {.source = {.name = fb_span_of(CLI_SOURCE), .mode = FB_SOURCE_MODE_LIVE}, .adapter = fb_span_of("fairbank " FB_VERSION)},
        .answered = answered,
        .ctx = &w};
    enum fb_err e = fb_client_open(&client, &options);
    fb_curve_close(&keys);
    if (e != FB_OK) {
        fprintf(stderr, "fairbank %s: cannot use the endpoint %s\n", o->command, endpoint);
        return false;
    }
    e = talk(client, record, &w);
    bool taken = tell(o, client, e, &w);
    fb_client_close(&client);
    *answer = w.answer;
    return taken;
}

/* ---- what is held ---- */

static void list_found(const struct options *o, const char *word, const struct fb_found *found, unsigned n)
{
    fprintf(stderr, "fairbank %s: several records are called '%s'; name one of them:\n", o->command, word);
    for (unsigned i = 0; i < n; i++)
        fprintf(stderr, "  %.*s/%.*s   (number %u)\n", (int)found[i].n_source, found[i].source, (int)found[i].n_record_ref,
                found[i].record_ref, found[i].number);
}

static bool same_record(const struct fb_found *found, unsigned n)
{
    for (unsigned i = 1; i < n; i++)
        if (found[i].number != found[0].number)
            return false;
    return true;
}

/* Of each kind in turn, until one has something that is called so. */
static enum fb_err find_any(struct folder *f, const enum fb_kind *kind, unsigned kinds, const char *word, struct fb_found *found, unsigned *n)
{
    enum fb_err e = FB_OK;
    *n = 0;
    for (unsigned i = 0; e == FB_OK && *n == 0 && i < kinds; i++)
        e = fb_report_find(f->store, kind[i], fb_span_of(word), found, FOUND_MAX, n);
    return e;
}

static bool is_of(const enum fb_kind *kind, unsigned kinds, enum fb_kind what)
{
    for (unsigned i = 0; i < kinds; i++)
        if (kind[i] == what)
            return true;
    return false;
}

static bool find(struct folder *f, const struct options *o, const enum fb_kind *kind, unsigned kinds, const char *called, const char *word,
                 uint32_t *number, struct fb_record_now *out)
{
    struct fb_found found[FOUND_MAX];
    unsigned n;
    int64_t own = 0;
    enum fb_err e = find_any(f, kind, kinds, word, found, &n);
    if (e == FB_OK && n > 1 && !same_record(found, n)) {
        list_found(o, word, found, n);
        return false;
    }
    if (n == 0 && fb_parse_int(&own, fb_span_of(word)) == FB_OK && own > 0 && own <= UINT32_MAX)
        *number = (uint32_t)own;
    else
        *number = n > 0 ? found[0].number : 0;
    if (e == FB_OK)
        e = *number == 0 ? FB_NOT_FOUND : fb_report_record(f->store, f->books, *number, &f->arena, out);
    if (e == FB_OK && is_of(kind, kinds, out->record->env.kind))
        return true;
    if (e == FB_OK || e == FB_NOT_FOUND)
        fprintf(stderr, "fairbank %s: no %s '%.100s' is held in %s (use its source's reference, SOURCE/REFERENCE, or its number)\n",
                o->command, called, word, o->data);
    else
        fprintf(stderr, "fairbank %s: %s: %s\n", o->command, o->data, fb_err_text(e));
    return false;
}

bool find_record(struct folder *f, const struct options *o, enum fb_kind kind, const char *word, uint32_t *number, struct fb_record_now *out)
{
    return find(f, o, &kind, 1, fb_kind_word(kind), word, number, out);
}

bool find_judged(struct folder *f, const struct options *o, const char *word, uint32_t *number, struct fb_record_now *out)
{
    static const enum fb_kind kinds[] = {FB_KIND_BOOKING, FB_KIND_INVOICE_LINE};
    return find(f, o, kinds, 2, "booking, or line of an invoice,", word, number, out);
}
