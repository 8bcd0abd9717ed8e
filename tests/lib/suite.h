#ifndef FB_TESTS_SUITE_H
#define FB_TESTS_SUITE_H
#include <CUnit/CUnit.h>
/* Every suite the runner knows. A new tests/unit/test_x.c adds one line here. */
#define FB_SUITES(X) X(arena) X(assure) X(book) X(bytes) X(cache) X(cases) X(client) X(commit) X(config) X(csv_build) \
    X(csv_mapping) X(csv_moment) X(csv_rows) X(csv_run) X(csv_tally) X(decide) X(door) X(entry) X(event) \
    X(explain) X(facts) X(feed_client) X(hash) X(index) X(key) X(lines) X(members) X(merge) X(money) X(outfeed) X(pack) X(pack_check) \
    X(pack_errors) X(price) X(price_card) X(price_charge) X(price_worked) X(queue) X(reason) X(record) X(reload) \
    X(report) X(seen) X(segment) X(session) X(span) X(store) X(store_damage) X(store_lmdb) X(store_mem) \
    X(trace) X(turn) X(turn_again) X(turn_bounds) X(turn_faults) X(turn_links) X(turn_steps) X(vacancy) X(when) X(wire_exchange) \
    X(wire_fields) X(wire_publish) X(wire_refusals) X(words)
#define X(name) extern CU_TestInfo suite_##name[];
FB_SUITES(X)
#undef X
#endif
