#ifndef FB_TESTS_KEPT_H
#define FB_TESTS_KEPT_H
/* A publisher's own book: what it sent and was answered, from which it makes the hashes of a receipt by itself, with nothing of the
 * engine's but the shapes of records (deploy/RECEIPTS.md). Records are those of tests/lib/turns.h. */
#include "engine/core/receipt.h"
#include "engine/turn/turn.h"

enum { FB_TEST_KEPT_MAX = 1024 };
struct fb_test_kept {
    struct fb_test_kept_one {
        const struct fb_record *r;
        struct fb_answer answer;
        fb_day day; /* on which it was answered */
    } sent[FB_TEST_KEPT_MAX];
    unsigned n;
};
void fb_test_keep(struct fb_test_kept *book, const struct fb_record *r, const struct fb_answer *answer, fb_day day);
/* The receipt counts and hashes what the book has of that source and those days. */
bool fb_test_kept_same(const struct fb_test_kept *book, struct fb_span source, fb_day since, fb_day day, const struct fb_receipt *r);
#endif
