#ifndef FB_TESTS_SUITE_H
#define FB_TESTS_SUITE_H
#include <CUnit/CUnit.h>
/* Every suite the runner knows. A new tests/unit/test_x.c adds one line here. */
#define FB_SUITES(X) X(adoption) X(alerts) X(allocate) X(answer) X(approval) X(approval_month) X(arena) X(assure) X(backtest) X(batch) X(behind) \
    X(blind) X(bonus) X(book) X(bytes) X(cache) X(care) X(cases) X(chain) X(checkpoint) X(client) X(clock_edges) X(clock_runs) X(clocks) \
    X(clocks_any) X(commit) X(config) X(confirm) X(counter) X(csv_build) X(csv_mapping) X(csv_moment) X(csv_people) X(csv_rows) X(csv_run) \
    X(csv_tally) X(damaged) X(decide) X(decide_approval) X(diary) X(diary_fold) X(diary_orders) X(diary_stale) X(doctor) X(door) X(drift) \
    X(entry) X(event) X(event_json) X(explain) X(explain_assure) X(explain_card) X(explain_edges) X(facts) X(facts_more) X(feed_client) \
    X(findings_people) X(gaps) X(gate) X(gathered) X(harmony) X(hash) X(identities) X(import) X(index) X(key) X(keys) X(lacks) X(ledger) X(life) \
    X(life_steps) X(lines) X(link) X(loaded) X(mail) X(members) X(merge) X(metrics) X(migrate) X(money) X(needs) X(ods) X(options) X(outfeed) \
    X(outlet_plan) X(pack) X(pack_assure) X(pack_assure_errors) X(pack_cases) X(pack_check) X(pack_counters) X(pack_errors) X(pack_layers) \
    X(pack_people) X(pack_rates) X(pack_rates_errors) X(pack_rules) X(period) X(postgres) X(price) X(price_card) X(price_charge) X(price_rule) \
    X(price_worked) X(proof) X(queue) X(quota) X(reason) X(receipt) X(receipts) X(receipts_gaps) X(record) X(recount) X(refused) X(reload) X(report) \
    X(report_approvals) X(report_shifts) X(report_then) X(report_worker) X(reprice) X(rights) X(rules_diff) X(rules_facts) X(rules_terms) \
    X(schedule) X(scrub) X(seen) X(segment) X(session) X(silence) X(span) X(spend_draw) X(spent) X(spool) X(store) X(store_care) X(store_damage) \
    X(store_grow) X(store_lmdb) X(store_look) X(store_mem) X(store_seek) X(survey) X(totals) X(trace) X(turn) X(turn_again) X(turn_answers) \
    X(turn_approval) X(turn_bounds) X(turn_counted) X(turn_faults) X(turn_lapse) X(turn_links) X(turn_steps) X(vacancy) X(verify_again) \
    X(webhook) X(when) X(wire_asker) X(wire_exchange) X(wire_fields) X(wire_people) X(wire_publish) X(wire_refusals) X(witness) X(words) \
    X(worker_keys) X(workers) X(zap)
#define X(name) extern CU_TestInfo suite_##name[];
FB_SUITES(X)
#undef X
#endif
