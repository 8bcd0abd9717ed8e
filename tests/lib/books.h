#ifndef FB_TESTS_BOOKS_H
#define FB_TESTS_BOOKS_H
/* A small book built by hand, so that the core's tests need no files and no pack room: Agenda for Change
 * bands 2 to 7 in the years 2025/26 and 2026/27, the bank card of Lancashire and South Cumbria, caps on
 * every AfC group. Bank holidays are known from 2025-01-01 to 2027-12-31, no further; medical and dental
 * staff have neither card nor cap.
 *
 * It is built once and kept; a test that wants another one copies the struct and changes the copy (the rows
 * it points to are shared: point the copy at rows of your own). It has no pack rules: n_rules is 0. */
#include "engine/core/price.h"
enum fb_test_category { FB_TEST_PLAIN, FB_TEST_UNSOCIAL, FB_TEST_PREMIUM, FB_TEST_CATEGORIES };
enum fb_test_grade {
    FB_TEST_BAND_2,
    FB_TEST_BAND_3,
    FB_TEST_BAND_4,
    FB_TEST_BAND_5,
    FB_TEST_BAND_6,
    FB_TEST_BAND_7,
    FB_TEST_GRADES
};
/* Cards and caps of the book, by index. The agreed caps hold for clinical groups; admin_clerical and
 * estates_ancillary have only the derived ones. Same formula in both: the amounts are equal. */
enum { FB_TEST_CARD_BANK, FB_TEST_CARDS };
enum {
    FB_TEST_CAP_DERIVED_2025,
    FB_TEST_CAP_DERIVED_2026,
    FB_TEST_CAP_AGREED_2025,
    FB_TEST_CAP_AGREED_2026,
    FB_TEST_CAPS
};
struct fb_book *fb_test_book(void);
/* A booking of a nurse at RTH with nothing absent that pricing needs, but the rates: route, band, London
 * times as fb_shift_resolve reads them (aborts when they do not resolve), minutes of unpaid break. */
void fb_test_booking(struct fb_booking *b, enum fb_route route, const char *band, const char *start,
                     const char *end, int64_t break_min);
/* Adds one part to the rates, 1/100 penny an hour; makes the unit hour and the cell when it is the first. */
void fb_test_rate(struct fb_booking *b, enum fb_test_category category, enum fb_part part, fb_rate_e4 rate);
/* The same part in all three categories. */
void fb_test_rate_all(struct fb_booking *b, enum fb_part part, fb_rate_e4 plain, fb_rate_e4 unsocial,
                      fb_rate_e4 premium);
/* Tuesday 2026-06-02, 07:30 to 19:30 with an hour's break: 11 plain hours. */
struct fb_booking fb_test_day_shift(enum fb_route route, const char *band);
/* The booking priced by the test book. */
struct fb_price fb_test_priced(const struct fb_booking *b);
#endif
