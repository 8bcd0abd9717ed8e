#include "adapters/inbound/ods/publish.h"
#include "adapters/lib/dealer.h"
#include "engine/base/hash.h"
#include <inttypes.h>
#include <string.h>

#ifndef FB_VERSION
#define FB_VERSION "unreleased"
#endif
enum { MS_PER_DAY = 86400000 };

/* ---- a membership as a record ---- */

static void add_day(char *out, size_t size, fb_day day, const char *otherwise)
{
    if (day == INT32_MIN || day == INT32_MAX)
        snprintf(out, size, "%s", otherwise);
    else
        fb_day_format(out, day);
}

/* "RXK/QUA/2026-01-01"; the first membership, whose beginning nobody told, has no day. */
static void name_it(const struct fb_ods_organisation *o, const struct fb_ods_membership *m, int64_t edition,
                    struct fb_ods_text *text)
{
    char ods[9], ics[9], from[12], until[12], at[12], said[FB_TEXT_BYTES_MAX + 160];
    fb_code_format(ods, o->ods);
    fb_code_format(ics, m->ics);
    add_day(from, sizeof from, m->from, "");
    add_day(until, sizeof until, m->until, "");
    add_day(at, sizeof at, o->last_at, "");
    snprintf(text->ref, sizeof text->ref, "%s/%s%s%s", ods, m->ics == 0 ? "none" : ics, from[0] ? "/" : "",
             from);
    int n = snprintf(said, sizeof said, "%s|%s|%s|%d|%d|%" PRId64 "|%s", text->ref, until, at, (int)o->closed,
                     (int)o->opened, edition, o->name);
    snprintf(text->id, sizeof text->id, "%s %016" PRIx64, at, fb_hash64(said, (size_t)n));
    snprintf(text->batch, sizeof text->batch, "etr %s", at);
}

void fb_ods_record(const struct fb_ods_register *reg, const struct fb_ods_organisation *o,
                   unsigned membership, int64_t edition, struct fb_ods_text *text, struct fb_record *out)
{
    const struct fb_ods_membership *m = &o->membership[membership];
    int year;
    unsigned month, day;
    memset(out, 0, sizeof *out);
    name_it(o, m, edition, text);
    fb_day_civil(o->last_at, &year, &month, &day);
    out->env = (struct fb_envelope){.kind = FB_KIND_ORGANISATION,
                                    .source = fb_span_of("ods"),
                                    .message_id = fb_span_of(text->id),
                                    .record_ref = fb_span_of(text->ref),
                                    .revision = (int64_t)year * 10000 + month * 100 + day,
                                    .source_seq = edition,
                                    .batch_id = fb_span_of(text->batch),
                                    .occurred_ms = (int64_t)o->last_at * MS_PER_DAY};
    out->as.organisation = (struct fb_organisation){
        .ods = o->ods,
        .name = fb_span_of(o->name),
        .kind = FB_ORG_KIND_TRUST,
        .ics = m->ics,
        .member_from = m->from,
        .member_until = m->until,
        .closed = o->closed < reg->at[reg->n_files - 1],
    };
}

/* ---- sending ---- */

struct sending {
    const struct fb_ods_sending *how;
    struct fb_client *client;
    struct fb_ods_counts *counts;
    int64_t heard_ms;
    uint64_t heard;
};

static void answered(void *ctx, uint64_t tag, const struct fb_wire_answer *a)
{
    struct sending *s = ctx;
    uint64_t *of[] = {NULL,
                      &s->counts->accepted,
                      &s->counts->amended,
                      &s->counts->duplicates,
                      &s->counts->conflicts,
                      &s->counts->refused};
    (void)tag;
    if (a->outcome >= 1 && a->outcome < sizeof of / sizeof of[0])
        ++*of[a->outcome];
    if (a->outcome >= 4 && s->how->complaints != NULL)
        fprintf(s->how->complaints, "fairbank-ods: %.*s was set aside: %s %.*s\n", (int)a->message_id.n,
                a->message_id.n > 0 ? a->message_id.p : "", fb_reason_word(a->reason), (int)a->field.n,
                a->field.n > 0 ? a->field.p : "");
}

static enum fb_err poll_client(struct sending *s)
{
    enum fb_err e = fb_client_poll(s->client, 50);
    struct fb_client_figures f = fb_client_figures(s->client);
    uint64_t said = f.answered + f.busy + (fb_client_state(s->client) == FB_CLIENT_WELCOME ? f.greetings : 0);
    int64_t now = fb_dealer_now_ms();
    if (said != s->heard || s->heard_ms == 0)
        s->heard_ms = now;
    s->heard = said;
    if (e == FB_REFUSED)
        fprintf(stderr, "fairbank-ods: the engine does not take this source: %s\n",
                fb_client_refusal(s->client));
    if (e != FB_OK)
        return e == FB_REFUSED ? FB_NOT_FOUND : e;
    if (*s->how->stop)
        return FB_BUSY;
    if (now - s->heard_ms < (int64_t)s->how->timeout_s * 1000)
        return FB_OK;
    if (fb_client_put_off(s->client)[0] != '\0') {
        fprintf(stderr, "fairbank-ods: the engine at %s puts this source off: %s. Run the same command again: what was taken is known.\n", s->how->engine,
                fb_client_put_off(s->client));
        return FB_NOT_FOUND;
    }
    fprintf(stderr,
            "fairbank-ods: no engine answered at %s for %d seconds. Start it (fairbankd), or name another with --engine, and run the same command again: what was taken is "
            "known.\n",
            s->how->engine, s->how->timeout_s);
    return FB_NOT_FOUND;
}

static enum fb_err send(struct sending *s, const struct fb_record *record)
{
    enum fb_err e;
    while ((e = fb_client_publish(s->client, record, s->counts->records)) == FB_BUSY)
        if ((e = poll_client(s)) != FB_OK)
            return e;
    s->counts->records += e == FB_OK;
    return e;
}

static enum fb_err send_all(struct sending *s, const struct fb_ods_register *reg)
{
    struct fb_ods_text text;
    struct fb_record record;
    enum fb_err e = FB_OK;
    for (unsigned i = 0; i < reg->n && e == FB_OK; i++)
        for (unsigned m = 0; m < reg->org[i].n && e == FB_OK; m++) {
            fb_ods_record(reg, &reg->org[i], m, s->how->edition, &text, &record);
            e = send(s, &record);
        }
    while (e == FB_OK && fb_client_outstanding(s->client) > 0)
        e = poll_client(s);
    return e;
}

enum fb_err fb_ods_publish(const struct fb_ods_register *reg, const struct fb_ods_sending *how,
                           struct fb_ods_counts *counts)
{
    struct sending s = {.how = how, .counts = counts};
    struct fb_client_options o = {.endpoint = how->engine, .answered = answered, .ctx = &s, .curve = how->curve};
    *counts = (struct fb_ods_counts){0};
    o.hello.source = (struct fb_source){
        .name = fb_span_of("ods"), .system = FB_SYSTEM_ROSTER, .mode = FB_SOURCE_MODE_LIVE, .window = 256};
    o.hello.adapter = fb_span_of("fairbank-ods " FB_VERSION);
    enum fb_err e = fb_client_open(&s.client, &o);
    if (e != FB_OK)
        return e;
    e = send_all(&s, reg);
    fb_client_close(&s.client);
    return e;
}
