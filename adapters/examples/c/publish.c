/* Publishes bookings from a file with columns (../bookings.csv): the smallest adapter on the library. A row is on the disk, in the
 * folder of --spool, before the next is read; what is not answered when the engine is away goes out when this is run again.
 *
 * With --batch its messages are of the batch of that name, so that the whole file can be taken back (fairbank withdraw). With --receipt the engine's signed statement of what it took of this source today is kept in a file: fairbank receipt --check FILE.
 *
 *   example-publish --engine ENDPOINT --spool FOLDER [--server-key KEY|FILE --key FILE] [--resend-ms N] [--batch NAME] [--receipt OUT] FILE
 *
 * Out of the tree: cc publish.c $(pkg-config --cflags --libs fairbank) */
#include "adapters/lib/fairbank.h"
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { BOOKING, REVISION, OCCURRED_AT, TRUST, WARD, STAFF_GROUP, GRADE, START, END, BREAK, STATE, ROUTE, WORKER_KIND, AGENCY, FRAMEWORK, ENGAGEMENT, PAY, NI,
       COMMISSION, COLUMNS };
enum { LINE_BYTES = 2048, PATIENCE_MS = 60000 };
struct count {
    unsigned of[6]; /* by outcome, as on the wire */
};
struct said {
    const char *engine, *spool, *server_key, *key, *receipt, *batch, *file;
    int64_t resend_ms;
};

static void on_answer(void *ctx, const struct fb_wire_answer *a)
{
    struct count *c = ctx;
    if (a->outcome < sizeof c->of / sizeof c->of[0])
        c->of[a->outcome]++;
    if (a->reason != FB_REASON_NONE)
        fprintf(stderr, "%.*s: %s %.*s\n", (int)a->message_id.n, a->message_id.p, fb_reason_text(a->reason), (int)a->field.n, a->field.p);
}

/* No cell of the example is quoted. */
static bool split(const char *line, struct fb_span cell[COLUMNS])
{
    const char *p = line, *end = line + strcspn(line, "\r\n");
    for (unsigned i = 0; i < COLUMNS; i++) {
        const char *comma = memchr(p, ',', (size_t)(end - p));
        const char *stop = comma != NULL && i + 1 < COLUMNS ? comma : end;
        cell[i] = (struct fb_span){stop > p ? p : NULL, (uint32_t)(stop - p)};
        if (stop == end)
            return i + 1 == COLUMNS;
        p = stop + 1;
    }
    return false;
}

static bool amount(fb_rate_e4 *out, struct fb_span cell) { return cell.n == 0 || fb_parse_decimal(out, cell, 4) == FB_OK; }

static bool rates(struct fb_rates *r, const struct fb_span *cell)
{
    struct fb_rate_cell *c = &r->cell[0];
    if (cell[PAY].n == 0)
        return true;
    r->unit = FB_UNIT_HOUR;
    r->n = 1;
    c->category = fb_code_of("plain");
    for (unsigned i = 0; i < FB_PART_END; i++)
        c->part[i] = FB_ABSENT;
    return amount(&c->part[FB_PART_WORKER_PAY], cell[PAY]) && amount(&c->part[FB_PART_EMPLOYER_NI], cell[NI]) &&
           amount(&c->part[FB_PART_COMMISSION], cell[COMMISSION]);
}

/* What the file does not say is left absent; it is never guessed. */
static bool booking(struct fb_booking *b, const struct fb_span *cell)
{
    struct fb_shift *s = &b->shift;
    bool good = fb_code_parse(&s->hirer, cell[TRUST]) == FB_OK && (cell[GRADE].n == 0 || fb_code_parse(&s->grade, cell[GRADE]) == FB_OK);
    s->unit = cell[WARD];
    s->start_local = cell[START];
    s->end_local = cell[END];
    s->break_min = FB_ABSENT;
    if (cell[BREAK].n > 0)
        good = good && fb_parse_int(&s->break_min, cell[BREAK]) == FB_OK;
    s->staff_group = fb_staff_group_find(cell[STAFF_GROUP]);
    b->state = fb_booking_state_find(cell[STATE]);
    b->route = fb_route_find(cell[ROUTE]);
    b->worker_kind = fb_worker_kind_find(cell[WORKER_KIND]);
    b->engagement = fb_engagement_find(cell[ENGAGEMENT]);
    b->agency = cell[AGENCY];
    b->framework = cell[FRAMEWORK];
    b->booked_ms = b->cancelled_ms = b->cancel_charge_pence = FB_ABSENT;
    return good && rates(&b->rates, cell);
}

/* The id is the same whenever the same thing is said again, so it is made of what the file says. */
static bool record(struct fb_record *r, const struct fb_span *cell, struct fb_text *id)
{
    memset(r, 0, sizeof *r);
    fb_text_add_span(id, cell[BOOKING]);
    fb_text_add(id, ".");
    fb_text_add_span(id, cell[REVISION]);
    r->env = (struct fb_envelope){.kind = FB_KIND_BOOKING, .source = fb_span_of("example"), .record_ref = cell[BOOKING], .source_seq = FB_ABSENT};
    r->env.message_id = (struct fb_span){id->p, (uint32_t)id->n};
    return !id->cut && fb_parse_int(&r->env.revision, cell[REVISION]) == FB_OK && fb_instant_parse(&r->env.occurred_ms, cell[OCCURRED_AT]) == FB_OK &&
           booking(&r->as.booking, cell);
}

static enum fb_err publish(struct fb_publisher *p, const struct fb_record *r)
{
    const char *field;
    enum fb_err e;
    while ((e = fb_publisher_publish(p, r, NULL, &field)) == FB_FULL && (e = fb_publisher_poll(p, 50)) == FB_OK) {}
    if (e == FB_REFUSED && field[0] != '\0')
        fprintf(stderr, "%.*s: the engine would not take its %s\n", (int)r->env.message_id.n, r->env.message_id.p, field);
    return e;
}

static int send_file(struct fb_publisher *p, FILE *f, struct fb_span batch)
{
    static struct fb_record r;
    char line[LINE_BYTES], memory[FB_ID_BYTES_MAX + 1];
    struct fb_span cell[COLUMNS];
    unsigned aside = 0, number = 1;
    enum fb_err e = FB_OK;
    if (fgets(line, sizeof line, f) == NULL)
        return 1;
    while ((e == FB_OK || e == FB_REFUSED) && fgets(line, sizeof line, f) != NULL) {
        struct fb_text id;
        fb_text_init(&id, memory, sizeof memory);
        number++;
        bool good = split(line, cell) && record(&r, cell, &id);
        if (!good)
            fprintf(stderr, "line %u is no booking\n", number);
        r.env.batch_id = batch;
        e = good ? publish(p, &r) : FB_REFUSED;
        aside += e == FB_REFUSED;
    }
    if (e == FB_OK || e == FB_REFUSED)
        e = fb_publisher_wait(p, PATIENCE_MS);
    if (e != FB_OK)
        fprintf(stderr, "%u messages are not answered and stay in the spool: %s %s\n", (unsigned)fb_publisher_waiting(p), fb_err_text(e), fb_publisher_refusal(p));
    return e != FB_OK ? 1 : aside > 0 ? 3 : 0;
}

/* Its signature is held against the key that it names; which key is the engine's, `fairbank checkpoint key` tells. */
static bool keep_receipt(struct fb_publisher *p, const char *path)
{
    static char text[FB_RECEIPT_TEXT_BYTES], why_memory[400];
    struct fb_receipt r;
    struct fb_text why;
    fb_text_init(&why, why_memory, sizeof why_memory);
    if (fb_publisher_receipt(p, 0, NULL, PATIENCE_MS, &r, text, &why) != FB_OK) {
        fprintf(stderr, "no receipt: %s\n", why_memory);
        return false;
    }
    FILE *f = fopen(path, "w");
    bool good = f != NULL && fputs(text, f) >= 0;
    if (f != NULL)
        good = fclose(f) == 0 && good;
    if (good)
        fprintf(stderr, "receipt: %llu bookings and %llu versions of them were taken today, %llu refused\n", (unsigned long long)r.line[FB_KIND_BOOKING].first,
                (unsigned long long)r.line[FB_KIND_BOOKING].amended, (unsigned long long)r.refused.n);
    return good;
}

static int run(const struct said *o, FILE *f)
{
    static char why_memory[400];
    struct fb_text why;
    struct fb_curve keys;
    struct fb_publisher *p = NULL;
    struct fb_spool_found found;
    struct count count = {{0}};
    fb_text_init(&why, why_memory, sizeof why_memory);
    struct fb_publisher_options options = {.spool = {.folder = o->spool}, .client = {.endpoint = o->engine, .resend_ms = o->resend_ms, .curve = &keys},
                                           .answered = on_answer, .ctx = &count};
    options.client.hello = (struct fb_hello){.adapter = fb_span_of("example-c 1"),
                                             .source = {.name = fb_span_of("example"), .trust = fb_code_of("RTH"), .system = FB_SYSTEM_PORTAL,
                                                        .mode = FB_SOURCE_MODE_LIVE, .window = 1024}};
    if (fb_curve_open(&keys, o->engine, o->server_key, o->key, &why) != FB_OK || fb_publisher_open(&p, &options, &found, &why) != FB_OK) {
        fprintf(stderr, "%s\n", why_memory);
        return 1;
    }
    if (found.messages > 0 || found.cut_bytes > 0)
        fprintf(stderr, "an earlier run left %u messages, and %llu bytes of one that was never taken\n", (unsigned)found.messages, (unsigned long long)found.cut_bytes);
    int rc = send_file(p, f, o->batch != NULL ? fb_span_of(o->batch) : (struct fb_span){NULL, 0});
    if (o->receipt != NULL && !keep_receipt(p, o->receipt))
        rc = 1;
    fb_publisher_close(&p);
    fb_curve_close(&keys);
    printf("{\"accepted\":%u,\"amended\":%u,\"duplicate\":%u,\"conflict\":%u,\"refused\":%u}\n", count.of[1], count.of[2], count.of[3], count.of[4], count.of[5]);
    return rc == 0 && count.of[4] + count.of[5] > 0 ? 3 : rc;
}

int main(int argc, char **argv)
{
    struct said o = {0};
    struct { const char *name, **to; } option[] = {{"--engine", &o.engine}, {"--spool", &o.spool}, {"--server-key", &o.server_key}, {"--key", &o.key}, {"--receipt", &o.receipt}, {"--batch", &o.batch}};
    enum { OPTIONS = sizeof option / sizeof option[0] };
    for (int i = 1; i < argc; i++) {
        unsigned k = 0;
        while (k < OPTIONS && strcmp(argv[i], option[k].name) != 0)
            k++;
        if (k < OPTIONS && i + 1 < argc)
            *option[k].to = argv[++i];
        else if (strcmp(argv[i], "--resend-ms") == 0 && i + 1 < argc && fb_parse_int(&o.resend_ms, fb_span_of(argv[i + 1])) == FB_OK)
            i++;
        else
            o.file = argv[i];
    }
    FILE *f = o.file == NULL ? NULL : fopen(o.file, "rb");
    if (f == NULL || o.engine == NULL || o.spool == NULL) {
        fprintf(stderr, "example-publish --engine ENDPOINT --spool FOLDER [--server-key KEY|FILE --key FILE] [--resend-ms N] [--batch NAME] [--receipt OUT] FILE\n");
        if (f != NULL)
            fclose(f);
        return 2;
    }
    int rc = run(&o, f);
    fclose(f);
    return rc;
}
