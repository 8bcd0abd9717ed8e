-- The tables as step 1 made them, with some events (made up): what tests/flow/postgres.sh brings up to date. Never changed.
CREATE TABLE version (step integer PRIMARY KEY, at timestamptz NOT NULL DEFAULT now());
CREATE TABLE place (name text PRIMARY KEY, epoch numeric(20) NOT NULL, seq bigint NOT NULL, at timestamptz NOT NULL DEFAULT now());
CREATE TABLE event (epoch numeric(20) NOT NULL, seq bigint NOT NULL, kind text NOT NULL, at timestamptz NOT NULL, journal bigint NOT NULL,  trust text, number bigint, source text, reference text, rule text, finding text, severity text, detail smallint NOT NULL,  staff_group text, route text, shift_day date, pence bigint, delta_pence bigint, minutes bigint, stage text, measure text, cause text,  posted date, issue bigint, shadow boolean NOT NULL, historic boolean NOT NULL,  back boolean, statement text, withdrawn bigint, restored bigint, left_standing bigint, PRIMARY KEY (epoch, seq));
CREATE INDEX event_finding ON event (finding, at) WHERE finding IS NOT NULL;
CREATE INDEX event_kind ON event (kind, trust, at);
CREATE INDEX event_shift ON event (shift_day, trust) WHERE kind = 'spend.posted';
COMMENT ON TABLE event IS 'Every event of the engine''s feed, once. Amounts are whole pence.';
CREATE VIEW spend AS SELECT date_trunc('week', shift_day)::date AS week, date_trunc('month', shift_day)::date AS month, posted, trust, staff_group,  route, stage, measure, sum(delta_pence) AS pence, sum(minutes) AS minutes FROM event  WHERE kind = 'spend.posted' AND NOT shadow GROUP BY 1, 2, 3, 4, 5, 6, 7, 8;
COMMENT ON VIEW spend IS 'Live spend by week, month, month of the books, trust, staff group, route, stage and measure. Never add stages or measures.';
CREATE VIEW finding AS SELECT DISTINCT ON (finding) finding, number, source, reference, trust, rule, staff_group, route, shift_day, kind AS last_step,  at AS last_at, severity, pence, first_value(at) OVER (PARTITION BY finding ORDER BY epoch, seq) AS opened_at, shadow, historic FROM event  WHERE finding IS NOT NULL AND finding NOT LIKE '%.*' AND kind NOT IN ('bonus.earned', 'spend.posted', 'booking.assessed')  ORDER BY finding, epoch DESC, seq DESC;
COMMENT ON VIEW finding IS 'Each finding with the last step of its life.';
CREATE VIEW open_finding AS SELECT * FROM finding WHERE last_step NOT IN ('finding.cleared', 'finding.closed') AND NOT shadow AND NOT historic;
CREATE VIEW alert AS SELECT at, kind, trust, source, reference, rule, severity, staff_group, route, shift_day, pence, delta_pence, finding FROM event  WHERE NOT shadow AND NOT historic AND (kind LIKE 'ratecap.%' OR kind LIKE 'rate.off%' OR kind LIKE 'assurance.%' OR kind LIKE 'workingtime.%'  OR kind LIKE 'booking.overlap' OR kind LIKE 'booking.duplicate%' OR kind LIKE 'approval.%' OR kind = 'source.silent');
INSERT INTO version VALUES (1);
INSERT INTO place (name, epoch, seq) VALUES ('fairbank-postgres', 18446744073709551615, 3);
INSERT INTO event (epoch, seq, kind, at, journal, trust, finding, severity, detail, pence, shadow, historic) VALUES
  (18446744073709551615, 1, 'ratecap.breached', '2026-11-01 10:00Z', 1, 'RTH', '4.17.2', 'breach', 2, 4100, false, false),
  (18446744073709551615, 2, 'finding.closed', '2026-11-02 10:00Z', 2, 'RTH', '4.17.2', 'ok', 2, 0, false, false),
  (18446744073709551615, 3, 'assurance.finding', '2026-11-03 10:00Z', 3, 'RXQ', '5.18.1', 'warn', 1, 0, false, false);
