#include "adapters/outbound/postgres/schema.h"
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static const char *const steps[] = {
    /* 1 */
    "CREATE TABLE place (name text PRIMARY KEY, epoch numeric(20) NOT NULL, seq bigint NOT NULL, at timestamptz NOT NULL DEFAULT now());"
    "CREATE TABLE event (epoch numeric(20) NOT NULL, seq bigint NOT NULL, kind text NOT NULL, at timestamptz NOT NULL, journal bigint NOT NULL,"
    "  trust text, number bigint, source text, reference text, rule text, finding text, severity text, detail smallint NOT NULL,"
    "  staff_group text, route text, shift_day date, pence bigint, delta_pence bigint, minutes bigint, stage text, measure text, cause text,"
    "  posted date, issue bigint, shadow boolean NOT NULL, historic boolean NOT NULL,"
    "  back boolean, statement text, withdrawn bigint, restored bigint, left_standing bigint, PRIMARY KEY (epoch, seq));"
    "CREATE INDEX event_finding ON event (finding, at) WHERE finding IS NOT NULL;"
    "CREATE INDEX event_kind ON event (kind, trust, at);"
    "CREATE INDEX event_shift ON event (shift_day, trust) WHERE kind = 'spend.posted';"
    "COMMENT ON TABLE event IS 'Every event of the engine''s feed, once. Amounts are whole pence.';"
    /* Deltas of one measure and stage sum to its total; stages and measures are never added together. */
    "CREATE VIEW spend AS SELECT date_trunc('week', shift_day)::date AS week, date_trunc('month', shift_day)::date AS month, posted, trust, staff_group,"
    "  route, stage, measure, sum(delta_pence) AS pence, sum(minutes) AS minutes FROM event"
    "  WHERE kind = 'spend.posted' AND NOT shadow GROUP BY 1, 2, 3, 4, 5, 6, 7, 8;"
    "COMMENT ON VIEW spend IS 'Live spend by week, month, month of the books, trust, staff group, route, stage and measure. Never add stages or measures.';"
    "CREATE VIEW finding AS SELECT DISTINCT ON (finding) finding, number, source, reference, trust, rule, staff_group, route, shift_day, kind AS last_step,"
    "  at AS last_at, severity, pence, first_value(at) OVER (PARTITION BY finding ORDER BY epoch, seq) AS opened_at, shadow, historic FROM event"
    "  WHERE finding IS NOT NULL AND finding NOT LIKE '%.*' AND kind NOT IN ('bonus.earned', 'spend.posted', 'booking.assessed')"
    "  ORDER BY finding, epoch DESC, seq DESC;"
    "COMMENT ON VIEW finding IS 'Each finding with the last step of its life.';"
    "CREATE VIEW open_finding AS SELECT * FROM finding WHERE last_step NOT IN ('finding.cleared', 'finding.closed') AND NOT shadow AND NOT historic;"
    "CREATE VIEW alert AS SELECT at, kind, trust, source, reference, rule, severity, staff_group, route, shift_day, pence, delta_pence, finding FROM event"
    "  WHERE NOT shadow AND NOT historic AND (kind LIKE 'ratecap.%' OR kind LIKE 'rate.off%' OR kind LIKE 'assurance.%' OR kind LIKE 'workingtime.%'"
    "  OR kind LIKE 'booking.overlap' OR kind LIKE 'booking.duplicate%' OR kind LIKE 'approval.%' OR kind = 'source.silent');",
    /* 2: what a kind of event is taken for is data, so that a kind that comes later needs no step. */
    "CREATE TABLE kind (kind text PRIMARY KEY, alert boolean NOT NULL, of_finding boolean NOT NULL, ends boolean NOT NULL);"
    "COMMENT ON TABLE kind IS 'What the views take a kind of event for; rows may be added and changed. A kind without a row is an alert when its"
    " severity is warn or breach, and a step of its finding when it has one.';"
    "INSERT INTO kind VALUES"
    "  ('vacancy.opened', false, true, false), ('vacancy.filled', false, true, false), ('vacancy.unfilled', false, true, false),"
    "  ('vacancy.withdrawn', false, true, false), ('vacancy.covered_internally', false, true, false),"
    "  ('booking.assessed', false, false, false), ('spend.posted', false, false, false), ('ratecap.breached', true, true, false),"
    "  ('ratecap.over_estimate', true, true, false), ('rate.off_card', true, true, false), ('assurance.finding', true, true, false),"
    "  ('finding.changed', false, true, false), ('finding.cleared', false, true, true), ('rules.issued', false, true, false),"
    "  ('record.conflict', false, true, false), ('rate.repriced', false, true, false), ('rate.drift', false, true, false),"
    "  ('period.closed', false, true, false), ('rules.scheduled', false, true, false), ('bonus.earned', false, false, false),"
    "  ('rules.withdrawn', false, true, false), ('finding.answered', false, true, false), ('finding.reopened', false, true, false),"
    "  ('finding.acknowledged', false, true, false), ('finding.assigned', false, true, false), ('finding.noted', false, true, false),"
    "  ('finding.snoozed', false, true, false), ('finding.woken', false, true, false), ('finding.replied', false, true, false),"
    "  ('finding.challenged', false, true, false), ('finding.closed', false, true, true), ('approval.asked', true, true, false),"
    "  ('approval.granted', true, true, false), ('approval.refused', true, true, false), ('approval.lapsed', true, true, false),"
    "  ('approval.expired', true, true, false), ('approval.exhausted', true, true, false), ('approval.invalid', true, true, false),"
    "  ('approval.budget', true, true, false), ('workingtime.breached', true, true, false), ('booking.overlap', true, true, false),"
    "  ('booking.duplicate_suspect', true, true, false), ('worker.forgotten', false, true, false),"
    "  ('finding.unanswered', false, true, false), ('approval.confirmed', true, true, false), ('approval.withdrawn', true, true, false),"
    "  ('source.silent', true, true, false), ('batch.withdrawn', false, true, false), ('receipt.issued', false, true, false);"
    "CREATE OR REPLACE VIEW finding AS SELECT DISTINCT ON (e.finding) e.finding, e.number, e.source, e.reference, e.trust, e.rule, e.staff_group, e.route,"
    "  e.shift_day, e.kind AS last_step, e.at AS last_at, e.severity, pence,"
    "  first_value(e.at) OVER (PARTITION BY e.finding ORDER BY e.epoch, e.seq) AS opened_at, e.shadow, e.historic FROM event e"
    "  LEFT JOIN kind k ON k.kind = e.kind WHERE e.finding IS NOT NULL AND e.finding NOT LIKE '%.*' AND coalesce(k.of_finding, true)"
    "  ORDER BY e.finding, e.epoch DESC, e.seq DESC;"
    "CREATE OR REPLACE VIEW open_finding AS SELECT f.* FROM finding f LEFT JOIN kind k ON k.kind = f.last_step"
    "  WHERE NOT coalesce(k.ends, false) AND NOT f.shadow AND NOT f.historic;"
    "CREATE OR REPLACE VIEW alert AS SELECT e.at, e.kind, e.trust, e.source, e.reference, e.rule, e.severity, e.staff_group, e.route, e.shift_day, pence,"
    "  e.delta_pence, e.finding FROM event e LEFT JOIN kind k ON k.kind = e.kind"
    "  WHERE NOT e.shadow AND NOT e.historic AND coalesce(k.alert, e.severity IN ('warn', 'breach'));"
    "COMMENT ON VIEW open_finding IS 'Findings that are neither cleared nor closed; nothing of shadow sources and backfills.';"
    "COMMENT ON VIEW alert IS 'What somebody must act on; nothing of shadow sources and backfills.';",
    /* 3: what a decision made again replaced, and how an invoice ended. */
    "ALTER TABLE event ADD COLUMN prior_journal bigint, ADD COLUMN prior_issue bigint, ADD COLUMN invoice_end text;"
    "COMMENT ON COLUMN event.prior_journal IS 'Of rate.repriced: the journal entry of the decision before.';"
    "COMMENT ON COLUMN event.prior_issue IS 'Of rate.repriced: the issue of the rules that it was made under.';"
    "COMMENT ON COLUMN event.invoice_end IS 'Of invoice.matched and invoice.disputed: how it ended.';",
    /* 4: the later step of a finding is the one that was told later: after a restore another epoch begins, and its number says nothing. The
     * engine's time never goes back, within an epoch or from one to the next. */
    "CREATE OR REPLACE VIEW finding AS SELECT DISTINCT ON (e.finding) e.finding, e.number, e.source, e.reference, e.trust, e.rule, e.staff_group, e.route,"
    "  e.shift_day, e.kind AS last_step, e.at AS last_at, e.severity, pence,"
    "  first_value(e.at) OVER (PARTITION BY e.finding ORDER BY e.at, e.seq) AS opened_at, e.shadow, e.historic FROM event e"
    "  LEFT JOIN kind k ON k.kind = e.kind WHERE e.finding IS NOT NULL AND e.finding NOT LIKE '%.*' AND coalesce(k.of_finding, true)"
    "  ORDER BY e.finding, e.at DESC, e.seq DESC;",
};
enum { STEPS = sizeof steps / sizeof steps[0], TEXT_BYTES = 16384 };

bool fb_postgres_name_is_good(const char *s)
{
    size_t n = strlen(s);
    for (size_t i = 0; i < n; i++) {
        bool letter = (s[i] >= 'a' && s[i] <= 'z') || s[i] == '_', digit = s[i] >= '0' && s[i] <= '9';
        if (!letter && !(digit && i > 0))
            return false;
    }
    return n > 0 && n <= FB_POSTGRES_NAME_MAX;
}

static bool run(PGconn *db, const char *sql)
{
    PGresult *r = PQexec(db, sql);
    ExecStatusType s = PQresultStatus(r);
    PQclear(r);
    return s == PGRES_COMMAND_OK || s == PGRES_TUPLES_OK;
}

static enum fb_err fault(PGconn *db, struct fb_text *why)
{
    fb_text_add(why, PQerrorMessage(db));
    while (why->n > 0 && why->p[why->n - 1] == '\n')
        why->p[--why->n] = '\0';
    return FB_IO;
}

static enum fb_err version_of(PGconn *db, int64_t *out)
{
    PGresult *r = PQexec(db, "SELECT coalesce(max(step), 0) FROM version");
    bool ok = PQresultStatus(r) == PGRES_TUPLES_OK && fb_parse_int(out, fb_span_of(PQgetvalue(r, 0, 0))) == FB_OK;
    PQclear(r);
    return ok ? FB_OK : FB_IO;
}

static bool run_step(PGconn *db, int64_t step)
{
    char text[TEXT_BYTES];
    int n = snprintf(text, sizeof text, "BEGIN; %s INSERT INTO version VALUES (%lld); COMMIT", steps[step], (long long)step + 1);
    if (n > 0 && n < (int)sizeof text && run(db, text))
        return true;
    return false;
}

/* A schema that is there is not made: a role that may write in it need not be one that may make others. */
static enum fb_err make_schema(PGconn *db, const char *schema, struct fb_text *why)
{
    char text[300];
    snprintf(text, sizeof text, "SELECT 1 FROM pg_namespace WHERE nspname = '%s'", schema);
    PGresult *r = PQexec(db, text);
    bool there = PQresultStatus(r) == PGRES_TUPLES_OK && PQntuples(r) == 1;
    PQclear(r);
    snprintf(text, sizeof text, "CREATE SCHEMA %s", schema);
    if (there || run(db, text))
        return FB_OK;
    snprintf(text, sizeof text, "the schema %s cannot be made; have it made with CREATE SCHEMA %s AUTHORIZATION %.60s: ", schema, schema, PQuser(db));
    fb_text_add(why, text);
    return fault(db, why);
}

/* One outlet at a time makes the tables: a second one waits for the lock, and finds them made. */
enum fb_err fb_postgres_migrate(PGconn *db, const char *schema, struct fb_text *why)
{
    char text[300];
    int64_t version = 0;
    snprintf(text, sizeof text, "SET client_min_messages = warning; SELECT pg_advisory_lock(hashtext('fairbank %s'))", schema);
    if (!run(db, text))
        return fault(db, why);
    if (make_schema(db, schema, why) != FB_OK)
        return FB_IO;
    snprintf(text, sizeof text, "SET search_path = %s; CREATE TABLE IF NOT EXISTS version (step integer PRIMARY KEY, at timestamptz NOT NULL DEFAULT now())", schema);
    if (!run(db, text) || version_of(db, &version) != FB_OK)
        return fault(db, why);
    if (version > STEPS) {
        fb_text_add(why, "the tables were made by a newer version of this program; use that one");
        return FB_NEWER;
    }
    for (; version < STEPS; version++)
        if (!run_step(db, version)) {
            enum fb_err e = fault(db, why);
            (void)run(db, "ROLLBACK");
            return e;
        }
    snprintf(text, sizeof text, "SELECT pg_advisory_unlock(hashtext('fairbank %s'))", schema);
    return run(db, text) ? FB_OK : fault(db, why);
}
