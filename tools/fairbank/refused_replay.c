/* fairbank refused replay: sends what was refused again, through the door like everybody (engine/turn/report/report_refused.h says why that
 * is once, however often it is done). */
#include "adapters/lib/client.h"
#include "engine/turn/report/report_record.h"
#include "tools/fairbank/json.h"
#include "tools/fairbank/refused.h"
#include <stdlib.h>
#include <string.h>

enum { WAIT_MS = 15000, ROUND_MS = 50, ACCEPTED = 1, AMENDED = 2, DUPLICATE = 3 };

static unsigned char memory[4 << 20];

struct replaying {
    const struct options *o;
    struct folder *folder;
    struct fb_client *client; /* of `source`; NULL: none is open */
    char source[FB_SOURCE_BYTES_MAX + 1];
    bool answered, failed;
    struct fb_wire_answer answer;
    char field[FB_TEXT_BYTES_MAX + 1];
    uint64_t met, sent, taken, again, not_taken, left, idle;
    uint64_t stands; /* the entry whose version of the record stands, when that is another one; else 0 */
    json_t *rows; /* --json */
};

static void answered(void *ctx, uint64_t tag, const struct fb_wire_answer *a)
{
    struct replaying *r = ctx;
    if (tag != r->sent) /* of one that was given up */
        return;
    r->answered = true;
    r->answer = *a;
    snprintf(r->field, sizeof(r->field), "%.*s", (int)a->field.n, a->field.p != NULL ? a->field.p : "");
}

static bool fail(struct replaying *r, const char *why, const char *more)
{
    fprintf(stderr, "fairbank %s: %s%s%s\n", r->o->command, why, *more != '\0' ? ": " : "", more);
    r->failed = true;
    return false;
}

/* As the source is known now: a Hello that says the same changes nothing. */
static bool connect_as(struct replaying *r, const struct fb_source *source)
{
    char endpoint[400];
    struct fb_curve keys;
    if (r->client != NULL && fb_span_is(source->name, r->source))
        return true;
    fb_client_close(&r->client);
    snprintf(r->source, sizeof(r->source), "%.*s", (int)source->name.n, source->name.p);
    endpoint_of(endpoint, sizeof(endpoint), r->o, "door", r->o->engine);
    if (!keys_of(r->o, r->o->command, endpoint, &keys)) {
        r->failed = true;
        return false;
    }
    struct fb_client_options options = {.curve = &keys, .endpoint = endpoint, .answered = answered, .ctx = r};
    options.hello = (struct fb_hello){*source, fb_span_of("fairbank " FB_VERSION)};
    options.hello.source.name = fb_span_of(r->source);
    enum fb_err e = fb_client_open(&r->client, &options);
    fb_curve_close(&keys);
    return e == FB_OK || fail(r, "cannot use the endpoint", endpoint);
}

static enum fb_err talk(struct replaying *r, const struct fb_envelope *env, struct fb_span body)
{
    bool out = false;
    enum fb_err e = FB_OK;
    r->answered = false;
    for (int waited = 0; e == FB_OK && !r->answered && waited < WAIT_MS; waited += ROUND_MS) {
        if (!out) {
            e = fb_client_publish_kept(r->client, env, body, r->sent);
            out = e == FB_OK;
            e = e == FB_BUSY ? FB_OK : e;
        }
        if (e == FB_OK)
            e = fb_client_poll(r->client, ROUND_MS);
    }
    return e == FB_OK && !r->answered ? FB_BUSY : e;
}

static bool send(struct replaying *r, const struct fb_letter *l)
{
    struct fb_envelope env = l->entry.env;
    env.message_id = l->id;
    if (!connect_as(r, &l->source))
        return false;
    r->sent++;
    enum fb_err e = talk(r, &env, l->entry.body);
    if (e == FB_BUSY && fb_client_state(r->client) == FB_CLIENT_CONNECTING) {
        say_no_engine(r->o, r->o->command, ", and only a running one takes records");
        return !(r->failed = true);
    }
    if (e == FB_BUSY)
        return fail(r, "the engine did not answer in time; doing the same again does no harm", "");
    if (e == FB_REFUSED)
        return fail(r, "the engine does not let this be sent as its source", fb_client_refusal(r->client));
    return e == FB_OK || fail(r, fb_err_text(e), "");
}

/* ---- what became of it ---- */

/* What is taken may lose against another version of its record, which no answer says: the store does, of what is judged. */
static void see_what_stands(struct replaying *r)
{
    struct fb_arena arena;
    struct fb_record_now now;
    r->stands = 0;
    if (r->answer.record == 0 || r->answer.outcome > DUPLICATE)
        return;
    fb_arena_init(&arena, memory, sizeof(memory));
    if (fb_report_record(r->folder->store, r->folder->books, r->answer.record, &arena, &now) == FB_OK && now.journal != r->answer.journal)
        r->stands = now.journal;
    fb_arena_release(&arena);
    r->idle += r->stands != 0;
}

static void count(struct replaying *r)
{
    unsigned outcome = r->answer.outcome;
    see_what_stands(r);
    *(outcome == ACCEPTED || outcome == AMENDED ? &r->taken : outcome == DUPLICATE ? &r->again : &r->not_taken) += 1;
}

static void words_of(const struct replaying *r, const struct fb_letter *l, char *out, size_t size)
{
    unsigned outcome = r->answer.outcome;
    if (l->state != FB_LETTER_WAITS)
        snprintf(out, size, "not sent: %s", fb_letter_text(l->state));
    else if (r->o->dry_run)
        snprintf(out, size, "would be sent again as message %s of %s", word_of(l->id), word_of(l->source.name));
    else if (r->stands != 0)
        snprintf(out, size, "kept as entry %llu, and does not stand: of record %u entry %llu does", (unsigned long long)r->answer.journal, r->answer.record,
                 (unsigned long long)r->stands);
    else if (outcome == ACCEPTED || outcome == AMENDED || outcome == DUPLICATE)
        snprintf(out, size, "%s: entry %llu, record %u", outcome == DUPLICATE ? "was taken already" : "taken", (unsigned long long)r->answer.journal,
                 r->answer.record);
    else
        snprintf(out, size, "refused again: %s%s%s", r->field, r->field[0] != '\0' ? ": " : "", fb_reason_text(r->answer.reason));
}

static void tell(struct replaying *r, const struct fb_letter *l)
{
    char words[500];
    words_of(r, l, words, sizeof(words));
    if (r->rows == NULL) {
        printf("%llu  %s\n", (unsigned long long)l->journal, words);
        return;
    }
    bool sent = l->state == FB_LETTER_WAITS && !r->o->dry_run;
    json_t *j = json_pack("{s:I, s:b, s:s}", "journal", (json_int_t)l->journal, "sent", sent, "says", words);
    if (sent && r->answer.record != 0) {
        json_object_set_new(j, "taken", json_integer((json_int_t)r->answer.journal));
        json_object_set_new(j, "record", json_integer((json_int_t)r->answer.record));
        json_object_set_new(j, "stands", json_boolean(r->stands == 0));
    }
    json_array_append_new(r->rows, j);
}

static bool take(void *ctx, const struct fb_letter *l)
{
    struct replaying *r = ctx;
    r->met++;
    if (l->state != FB_LETTER_WAITS)
        r->left++;
    else if (r->o->dry_run)
        r->sent++;
    else if (!send(r, l))
        return false;
    else
        count(r);
    tell(r, l);
    return true;
}

static void tell_all(const struct replaying *r)
{
    const struct {
        const char *what;
        uint64_t n;
    } row[] = {{"sent", r->o->dry_run ? 0 : r->sent}, {"taken", r->taken}, {"taken_already", r->again}, {"refused_again", r->not_taken}, {"not_sent", r->met - (r->o->dry_run ? 0 : r->sent)}, {"not_standing", r->idle}};
    if (r->rows == NULL) {
        printf("%llu refused: %llu taken now, %llu taken already, %llu refused again, %llu not sent\n", (unsigned long long)r->met,
               (unsigned long long)r->taken, (unsigned long long)r->again, (unsigned long long)r->not_taken, (unsigned long long)row[4].n);
        if (r->idle > 0)
            printf("%llu of these %s kept and %s not stand: another version of the record does\n", (unsigned long long)r->idle, r->idle == 1 ? "is" : "are",
                   r->idle == 1 ? "does" : "do");
        return;
    }
    json_t *out = json_pack("{s:O}", "replayed", r->rows);
    for (size_t i = 0; i < sizeof(row) / sizeof(row[0]); i++)
        json_object_set_new(out, row[i].what, json_integer((json_int_t)row[i].n));
    json_print(out, JSON_INDENT(2));
}

/* Page by page. What is refused again as before makes no new entry, so this ends. */
static bool replay_all(struct replaying *r, struct folder *f, struct fb_letter_filter *filter)
{
    uint64_t last = 0;
    filter->limit = FB_LETTERS_MAX;
    do {
        if (!letters_read(f, r->o, filter, take, r, &last))
            return false;
        filter->after = last;
    } while (last != 0 && !r->failed);
    return !r->failed;
}

int command_refused_replay(const struct options *o)
{
    struct folder f;
    struct fb_letter_filter filter;
    struct replaying r = {.o = o};
    bool one = o->n_words > 0, many = o->source != NULL && o->refused != FB_REASON_NONE;
    if (one == many || (one && (o->source != NULL || o->refused != FB_REASON_NONE))) {
        fprintf(stderr, "fairbank %s: say which: a journal number N, or --source NAME with --reason WORD\n", o->command);
        return EXIT_USAGE;
    }
    if (!letters_filter(o, one ? o->words[0] : NULL, &filter))
        return EXIT_USAGE;
    if (!folder_open(&f, o, o->command))
        return EXIT_FAILED;
    if (!folder_is_the_engines(&f, o)) {
        folder_close(&f);
        return EXIT_FAILED;
    }
    r.folder = &f;
    r.rows = o->json ? json_array() : NULL;
    bool done = replay_all(&r, &f, &filter);
    fb_client_close(&r.client);
    folder_close(&f);
    if (one && r.met == 0 && done) {
        fprintf(stderr, "fairbank %s: entry %s is no refusal; fairbank refused list shows them\n", o->command, o->words[0]);
        done = false;
    } else
        tell_all(&r);
    json_decref(r.rows);
    return !done ? EXIT_FAILED : r.not_taken > 0 ? EXIT_DIFFERENT : EXIT_DONE;
}
