#include "adapters/outbound/postgres/sink.h"
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { LINE_BYTES = 16384, FIRST_BYTES = 1 << 20, STREAM_BYTES = 1 << 16 };

static const char unique_violation[] = "23505"; /* SQLSTATE */

struct fb_postgres_sink {
    PGconn *db;
    char name[FB_POSTGRES_NAME_MAX + 1];
    uint64_t epoch, seq;
    char *text; /* lines of COPY */
    size_t n, size, sent; /* sent: of n, to the server already */
    unsigned gathered;
    bool copying; /* a transaction is open, in its COPY */
};

/* ---- lines ---- */

/* Text format of COPY: tabs between, \N for what is absent. */
static void add_text(struct fb_text *t, struct fb_span s)
{
    char one[3] = {0};
    fb_text_add(t, t->n > 0 ? "\t" : "");
    if (s.n == 0)
        fb_text_add(t, "\\N");
    for (uint32_t i = 0; i < s.n; i++) {
        bool escape = s.p[i] == '\\' || s.p[i] == '\t' || s.p[i] == '\n' || s.p[i] == '\r';
        one[0] = escape ? '\\' : s.p[i];
        one[1] = !escape ? '\0' : s.p[i] == '\t' ? 't' : s.p[i] == '\n' ? 'n' : s.p[i] == '\r' ? 'r' : '\\';
        fb_text_add(t, one);
    }
}

static void add_word(struct fb_text *t, const char *word)
{
    add_text(t, fb_span_of(strcmp(word, "?") == 0 ? "" : word));
}

static void add_int(struct fb_text *t, int64_t v)
{
    char text[24];
    snprintf(text, sizeof text, "%" PRId64, v);
    add_text(t, fb_span_of(text));
}

static void add_unsigned(struct fb_text *t, uint64_t v)
{
    char text[24];
    snprintf(text, sizeof text, "%" PRIu64, v);
    add_text(t, fb_span_of(text));
}

static void add_day(struct fb_text *t, fb_day day)
{
    char text[11] = "";
    if (day != 0)
        fb_day_format(text, day);
    add_text(t, fb_span_of(text));
}

static void add_amount(struct fb_text *t, bool told, int64_t v)
{
    if (told)
        add_int(t, v);
    else
        add_text(t, (struct fb_span){NULL, 0});
}

static void add_record(struct fb_text *t, const struct fb_event_row *row)
{
    const struct fb_event *e = &row->event;
    char code[9] = "", finding[FB_FINDING_ID_BYTES];
    if (e->trust != 0)
        (void)fb_code_format(code, e->trust);
    fb_finding_id(finding, e);
    add_text(t, fb_span_of(code));
    add_amount(t, e->subject != 0, e->subject);
    add_text(t, e->source);
    add_text(t, e->record_ref);
    add_text(t, row->rule);
    add_text(t, fb_span_of(finding));
    add_word(t, fb_severity_word(e->severity));
    add_int(t, e->detail);
}

static void add_shift(struct fb_text *t, const struct fb_event *e)
{
    bool told = e->shift_day != 0, batch = e->kind == FB_EVENT_BATCH_WITHDRAWN;
    add_word(t, fb_staff_group_word(e->staff_group));
    add_word(t, fb_route_word(e->route));
    add_day(t, e->shift_day);
    add_amount(t, told, e->pence); /* raw: rounded already, as it was sent */
    add_amount(t, told || batch, e->delta_pence);
    add_amount(t, told, e->minutes);
    add_word(t, fb_stage_word(e->stage));
    add_word(t, e->kind == FB_EVENT_SPEND_POSTED && e->detail < FB_MEASURES ? fb_measure_word(e->detail) : "?");
    add_word(t, fb_cause_word(e->cause));
    add_day(t, e->posted);
}

static void add_of_source(struct fb_text *t, const struct fb_event_row *row)
{
    const struct fb_event *e = &row->event;
    bool batch = e->kind == FB_EVENT_BATCH_WITHDRAWN;
    add_word(t, e->kind != FB_EVENT_SOURCE_SILENT ? "?" : row->back ? "t" : "f");
    add_text(t, row->statement);
    add_amount(t, batch, e->withdrawn);
    add_amount(t, batch, e->restored);
    add_amount(t, batch, e->left);
}

static void add_prior(struct fb_text *t, const struct fb_event *e)
{
    bool repriced = e->kind == FB_EVENT_RATE_REPRICED;
    add_amount(t, repriced, (int64_t)e->prior_journal);
    add_amount(t, repriced, e->prior_issue);
    add_word(t, fb_event_invoice_end(e));
}

bool fb_postgres_line(struct fb_text *t, const struct fb_event_row *row, uint64_t page_epoch)
{
    const struct fb_event *e = &row->event;
    char at[25];
    fb_instant_format(at, e->at_ms);
    add_unsigned(t, row->epoch != 0 ? row->epoch : page_epoch);
    add_unsigned(t, row->seq);
    add_text(t, fb_event_type(row));
    add_text(t, fb_span_of(at));
    add_unsigned(t, e->journal);
    add_record(t, row);
    add_shift(t, e);
    add_amount(t, e->issue != 0, e->issue);
    add_word(t, e->shadow ? "t" : "f");
    add_word(t, e->historic ? "t" : "f");
    add_of_source(t, row);
    add_prior(t, e);
    return !t->cut;
}

static bool room_for(struct fb_postgres_sink *s, size_t n)
{
    if (s->n + n <= s->size)
        return true;
    size_t size = s->size == 0 ? FIRST_BYTES : 2 * s->size;
    char *more = realloc(s->text, size);
    if (more == NULL)
        return false;
    s->text = more;
    s->size = size;
    return true;
}

unsigned fb_postgres_gathered(const struct fb_postgres_sink *s) { return s->gathered; }
const char *fb_postgres_fault(const struct fb_postgres_sink *s) { return PQerrorMessage(s->db); }
void fb_postgres_place(const struct fb_postgres_sink *s, uint64_t *epoch, uint64_t *seq)
{
    *epoch = s->epoch;
    *seq = s->seq;
}

/* ---- the database ---- */

static bool run(PGconn *db, const char *sql)
{
    PGresult *r = PQexec(db, sql);
    bool ok = PQresultStatus(r) == PGRES_COMMAND_OK;
    PQclear(r);
    return ok;
}

/* Two parameters of texts at most; the first value of its answer goes to *out when there is one. */
static bool ask(PGconn *db, const char *sql, int n, const char *const *values, char out[24])
{
    PGresult *r = PQexecParams(db, sql, n, NULL, values, NULL, NULL, 0);
    ExecStatusType status = PQresultStatus(r);
    if (out != NULL)
        snprintf(out, 24, "%s", status == PGRES_TUPLES_OK && PQntuples(r) > 0 ? PQgetvalue(r, 0, 0) : "");
    PQclear(r);
    return status == PGRES_TUPLES_OK || status == PGRES_COMMAND_OK;
}

static bool read_place(struct fb_postgres_sink *s)
{
    const char *values[] = {s->name};
    char epoch[24], seq[24];
    bool ok = ask(s->db, "SELECT epoch FROM place WHERE name = $1", 1, values, epoch) && ask(s->db, "SELECT seq FROM place WHERE name = $1", 1, values, seq);
    s->epoch = ok ? strtoull(epoch, NULL, 10) : 0;
    s->seq = ok ? strtoull(seq, NULL, 10) : 0;
    return ok;
}

/* Lines are UTF-8, whatever the database or PGCLIENTENCODING would have by itself; a database of another encoding has no place for every
 * character of them. One without an encoding keeps bytes. */
static enum fb_err speak_utf8(PGconn *db, struct fb_text *why)
{
    const char *has = PQparameterStatus(db, "server_encoding");
    if (has != NULL && strcmp(has, "UTF8") != 0 && strcmp(has, "SQL_ASCII") != 0) {
        fb_text_add(why, "the database's encoding is ");
        fb_text_add(why, has);
        fb_text_add(why, ", in which not every text can be kept: have one made with CREATE DATABASE ... ENCODING 'UTF8' TEMPLATE template0");
        return FB_REFUSED;
    }
    return PQsetClientEncoding(db, "UTF8") == 0 ? FB_OK : FB_IO;
}

enum fb_err fb_postgres_open(struct fb_postgres_sink **out, const char *database, const char *schema, const char *name, struct fb_text *why)
{
    struct fb_postgres_sink *s = calloc(1, sizeof *s);
    *out = NULL;
    if (s == NULL)
        return FB_FULL;
    snprintf(s->name, sizeof s->name, "%s", name);
    s->db = PQconnectdb(database);
    enum fb_err e = PQstatus(s->db) == CONNECTION_OK ? speak_utf8(s->db, why) : FB_IO;
    if (e == FB_OK)
        e = fb_postgres_migrate(s->db, schema, why);
    if (e == FB_OK && (!run(s->db, "CREATE TEMPORARY TABLE incoming (LIKE event INCLUDING DEFAULTS) ON COMMIT DELETE ROWS") || !read_place(s)))
        e = FB_IO;
    if (e == FB_IO && why->n == 0)
        fb_text_add(why, PQerrorMessage(s->db));
    if (e == FB_OK)
        *out = s;
    else
        fb_postgres_close(&s);
    return e;
}

void fb_postgres_close(struct fb_postgres_sink **sink)
{
    struct fb_postgres_sink *s = *sink;
    *sink = NULL;
    if (s == NULL)
        return;
    PQfinish(s->db);
    free(s->text);
    free(s);
}

/* ---- events in ---- */

#define COLUMNS                                                                                                                            \
    "(epoch, seq, kind, at, journal, trust, number, source, reference, rule, finding, severity, detail, staff_group, route, shift_day, "   \
    "pence, delta_pence, minutes, stage, measure, cause, posted, issue, shadow, historic, back, statement, withdrawn, restored, "          \
    "left_standing, prior_journal, prior_issue, invoice_end)"

static bool copy_begin(struct fb_postgres_sink *s, const char *copy)
{
    PGresult *r = run(s->db, "BEGIN") ? PQexec(s->db, copy) : NULL;
    s->copying = r != NULL && PQresultStatus(r) == PGRES_COPY_IN;
    s->sent = 0;
    PQclear(r);
    return s->copying;
}

/* What was not sent yet. The server reads and writes it while more is asked of the engine. */
static bool copy_on(struct fb_postgres_sink *s)
{
    bool ok = PQputCopyData(s->db, s->text + s->sent, (int)(s->n - s->sent)) == 1;
    s->sent = s->n;
    return ok;
}

/* *known: it failed because an event is there already. */
static bool copy_end(struct fb_postgres_sink *s, bool *known)
{
    bool ok = copy_on(s);
    PGresult *r;
    s->copying = false;
    *known = false;
    ok = PQputCopyEnd(s->db, ok ? NULL : "the lines could not be sent") == 1 && ok;
    while ((r = PQgetResult(s->db)) != NULL) {
        const char *state = PQresultErrorField(r, PG_DIAG_SQLSTATE);
        *known |= state != NULL && strcmp(state, unique_violation) == 0;
        ok = PQresultStatus(r) == PGRES_COMMAND_OK && ok;
        PQclear(r);
    }
    return ok;
}

static bool copy_start(struct fb_postgres_sink *s) { return s->copying || copy_begin(s, "COPY event " COLUMNS " FROM STDIN"); }

enum fb_err fb_postgres_add(struct fb_postgres_sink *s, const struct fb_event_row *row, uint64_t page_epoch)
{
    struct fb_text t;
    if (!room_for(s, LINE_BYTES))
        return FB_FULL;
    fb_text_init(&t, s->text + s->n, LINE_BYTES - 1);
    if (!fb_postgres_line(&t, row, page_epoch))
        return FB_LIMIT;
    s->n += t.n;
    s->text[s->n++] = '\n';
    s->gathered++;
    if (s->n - s->sent < STREAM_BYTES)
        return FB_OK;
    return copy_start(s) && copy_on(s) ? FB_OK : FB_IO;
}

/* All of it again, by way of a table of the session: of what is there already nothing comes twice. */
static bool copy_over(struct fb_postgres_sink *s, char added[24])
{
    bool known;
    return run(s->db, "ROLLBACK") && copy_begin(s, "COPY incoming " COLUMNS " FROM STDIN") && copy_end(s, &known) &&
           ask(s->db, "WITH new AS (INSERT INTO event SELECT * FROM incoming ON CONFLICT DO NOTHING RETURNING 1) SELECT count(*) FROM new", 0, NULL, added);
}

static bool write_events(struct fb_postgres_sink *s, char added[24])
{
    bool known = false;
    snprintf(added, 24, "%u", s->gathered);
    if (s->gathered == 0)
        return run(s->db, "BEGIN");
    return copy_start(s) && (copy_end(s, &known) || (known && copy_over(s, added)));
}

static bool write_all(struct fb_postgres_sink *s, uint64_t epoch, uint64_t seq, uint64_t *added)
{
    char e[24], q[24], n[24];
    const char *values[] = {s->name, e, q};
    snprintf(e, sizeof e, "%" PRIu64, epoch);
    snprintf(q, sizeof q, "%" PRIu64, seq);
    bool ok = write_events(s, n) &&
              ask(s->db, "INSERT INTO place (name, epoch, seq) VALUES ($1, $2, $3) ON CONFLICT (name) DO UPDATE SET epoch = $2, seq = $3, at = now()", 3, values,
                  NULL) &&
              run(s->db, "COMMIT");
    *added = ok ? strtoull(n, NULL, 10) : 0;
    return ok;
}

enum fb_err fb_postgres_commit(struct fb_postgres_sink *s, uint64_t epoch, uint64_t seq, uint64_t *added)
{
    bool ok = write_all(s, epoch, seq, added);
    s->n = s->sent = 0;
    s->gathered = 0;
    if (!ok)
        return FB_IO;
    s->epoch = epoch;
    s->seq = seq;
    return FB_OK;
}
