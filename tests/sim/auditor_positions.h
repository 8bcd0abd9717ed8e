#ifndef FB_TESTS_SIM_AUDITOR_POSITIONS_H
#define FB_TESTS_SIM_AUDITOR_POSITIONS_H
/* Inside the auditor: positions in a source's stream, which are missing and which came again, counted by the words of deploy/RECEIPTS.md. */
#include "tests/sim/auditor.h"
enum { AUD_POSITIONS_MAX = 8192 };
struct aud_positions {
    int64_t first, last; /* of the day */
    uint64_t next, missing, again;
    bool listed[AUD_POSITIONS_MAX]; /* it is missing, and it is kept that it is */
    uint64_t n_listed;
};
/* A message at that position; FB_ABSENT: it has none. today: of the day that is stated. */
void aud_pass(struct aud_positions *p, int64_t seq, bool today);
/* Where the range after `from` begins and ends; false: there is none. */
bool aud_next_range(const struct aud_positions *p, uint64_t *from, uint64_t *to);
#endif
