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
/* The same book with all that a book can hold besides, for tests of pricing: a copy, made anew at each call, so that a
 * test may change it (what it points to is shared: put it back). Its card (index FB_TEST_CARD_BANK) pays the supplement
 * of high cost areas: RTH lies in none, but its site RTH02 inner; RXQ lies outer, of which nothing is held; of RYR nobody
 * says where it lies. RTH adopted the card on 2026-04-01, RXQ has agreed to it on 2026-02-01. A second card pays doctors
 * by the table "on_call": band 7 at £30, £40 and £50 an hour, £60.01 a standby period, £250 a session and £200 for a PA of
 * four hours; band 6 at £20 a plain hour and nothing else. On top of pay come 12.07 % for leave, 15 % employer's NI of both
 * above £96 for 37.5 hours, 23.7 % pension and 0.5 % levy. Agencies bear VAT on the whole charge, directly engaged workers
 * on the commission; of a worker's own company it is unsettled. Bank providers take 60p an hour, the framework HTE 1 %. */
enum { FB_TEST_CARD_DOCTORS = FB_TEST_CARDS, FB_TEST_RICH_CARDS };
enum { FB_TEST_ZONE_NONE, FB_TEST_ZONE_FRINGE, FB_TEST_ZONE_OUTER, FB_TEST_ZONE_INNER, FB_TEST_ZONES };
enum { FB_TEST_ON_COST_HOLIDAY, FB_TEST_ON_COST_NI, FB_TEST_ON_COST_PENSION, FB_TEST_ON_COST_LEVY, FB_TEST_ON_COSTS };
enum { FB_TEST_VAT_CHARGE, FB_TEST_VAT_DIRECT, FB_TEST_VAT_OWN_COMPANY, FB_TEST_VATS };
enum { FB_TEST_FEE_BANK, FB_TEST_FEE_FRAMEWORK, FB_TEST_FEES };
struct fb_book fb_test_rich_book(void);
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
