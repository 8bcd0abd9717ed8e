#ifndef FB_TESTS_ANSWERED_H
#define FB_TESTS_ANSWERED_H
/* A book by which a breach of a cap can be answered: by RTH's chief executive, who is RTH-CE from 2026-01-01 on, in writing or
 * by telephone (then confirmed in time), also after the start; not by whoever asked. RTH may grant so many a month. */
#include "engine/core/book.h"
enum { FB_TEST_CONFIRM_MINUTES = 240, FB_TEST_APPROVALS_A_MONTH = 2 };
void fb_test_answer(struct fb_book *book, unsigned confirm_minutes);
/* A rule besides, "vacancy.taken_from_bank": the hirer cancelled a bank worker's booking of the same vacancy first. */
void fb_test_ask_rivals(struct fb_book *book);
#endif
