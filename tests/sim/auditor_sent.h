#ifndef FB_TESTS_SIM_AUDITOR_SENT_H
#define FB_TESTS_SIM_AUDITOR_SENT_H
/* What each source sent, what is stated of it day by day, and who fell silent: what the auditor's files on that share. */
#include "tests/sim/auditor.h"
#include <sodium.h>

/* ---- as it goes, and asked at the end, after the feed was heard ---- */

/* The engine was opened (again): what it kept in memory alone is gone. */
void auditor_opened(struct auditor *a, int64_t from_ms);
/* A source said Hello. */
void auditor_hello(struct auditor *a, struct fb_span name);
/* A step wrote the entry after the last that was heard. */
void auditor_wrote(struct auditor *a, int64_t at_ms);
/* A source's day as the engine states it: the text of deploy/RECEIPTS.md, without its signature, under a key of noughts. */
struct aud_asked_of {
    unsigned source;
    fb_day day, today;
    int64_t now_ms;
    uint64_t epoch;
};
bool auditor_receipt(struct auditor *a, const struct aud_asked_of *q, struct fb_span text);
/* There is no statement of that day: it must be so. */
bool auditor_no_receipt(struct auditor *a, const struct aud_asked_of *q);
/* Nothing is left to do at that instant: whoever is silent was told of. */
bool auditor_silent(struct auditor *a, int64_t at_ms);

/* ---- what was sent (auditor_sent.c, auditor_receipts.c) ---- */

/* The next message of a source, or of any that was refused, in the order of journal numbers. */
struct aud_sent {
    const struct sim_message *message;
    uint64_t journal;
    int64_t at_ms;
    bool amended;
    enum fb_reason refused; /* NONE: it was taken */
};
bool aud_sent_next(const struct auditor *a, unsigned source, uint64_t after, struct aud_sent *out);
/* What a message adds to the three sums of its kind: minutes, pence, rates. */
enum { AUD_SUMS = 3, AUD_HASH_BYTES = 32 };
void aud_sent_add(const struct aud_sent *s, int64_t sum[AUD_SUMS]);
/* What is hashed of it, one message after another. */
struct aud_hashing {
    crypto_generichash_state state;
    uint64_t n;
};
void aud_hash_begin(struct aud_hashing *h);
void aud_hash_sent(struct aud_hashing *h, const struct aud_sent *s);
void aud_hash_end(const struct aud_hashing *h, unsigned char out[AUD_HASH_BYTES]);
/* As the feed told it: the statement of that day; NULL: none yet. */
const struct aud_day *aud_day(const struct auditor *a, fb_day day);
void aud_hear_receipt(struct auditor *a, const struct fb_event *e);

/* ---- silence (auditor_silence.c) ---- */

void aud_hear_silence(struct auditor *a, const struct fb_event *e);
#endif
