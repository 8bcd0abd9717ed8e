#ifndef FB_TESTS_TURN_BOOKS_H
#define FB_TESTS_TURN_BOOKS_H
/* Books by words, for turns under test: the text of a "pack" says in what the test book is changed, so that no pack has to be
 * written for an issue. Shaped as struct fb_turn_ports wants them.
 *
 * The text of the first file may say "card+3": every pay point is three per cent more; "counted": with the
 * counters and bonuses of tests/lib/counted.h; "counted2": and what voids is counted until April only; "counted3": and hours
 * are those of the last seven days; "clocked": with the clocks and
 * rules of tests/lib/people.h; "leave": the bank card's rates include pay for leave; "agreed": RTH has only agreed to
 * the bank card; "corridor": five per cent to
 * either side, two weeks together, ten hours at the least, three days to settle; "corridor2": that for RTH alone, and for
 * RXQ fifteen per cent, a week by itself, ten days to settle; "answered": a breach of a cap can be answered, see
 * tests/lib/answered.h; "answered2": within one hour; "rivals": with fb_test_ask_rivals; "silence": a source is silent
 * after three hours of its habit, which eight weeks show and three at the least; "ceiling3": RTH may commit £3,000
 * to agency shifts of a month; "tolerant": invoices may differ by five minutes,
 * a penny an hour and two pence. */
#include "engine/turn/turn.h"
extern const char *fb_test_broken; /* the text that does not compile; a test may change it, and puts it back */
/* NULL when the text does not compile, or there is none. ctx is not looked at. */
struct fb_book *fb_test_turn_compile(void *ctx, const struct fb_turn_file *file, unsigned n);
void fb_test_turn_release(void *ctx, struct fb_book *book); /* any book of the above */
#endif
