#ifndef FB_TESTS_PEOPLE_H
#define FB_TESTS_PEOPLE_H
/* Records of one worker, by pseudonym, and rules that read what is known of people. Pseudonyms live as long as their text. */
#include "tests/lib/turns.h"
/* Rules of bank and agency shifts: no 11 hours' rest before it, more than 24 hours in seven days, more than 15 hours a week
 * over four weeks (weeks of leave left out), no right to work on the day; each a breach. Nobody hears from everybody. */
void fb_test_turn_clock(struct fb_book *book);
/* A bank shift of band 5 at RTH: so many days after Monday 2026-03-16, from that hour on for so many hours. */
struct fb_record *fb_test_turn_shift(const char *token, const char *ref, int days, int hour, int hours);
/* An approved timesheet of it, that ends so many minutes later than was booked. */
struct fb_record *fb_test_turn_sheet(const struct fb_record *booking, const char *ref, int later);
/* Of any kind of people; sent by the roster. */
struct fb_record *fb_test_of(enum fb_kind kind, const char *token, const char *ref);
/* A Worker record: whoever was `was` is `token`. */
struct fb_record *fb_test_key_change(const char *token, const char *was, const char *ref);
#endif
