#ifndef FB_DEMO_DATA_LAYOUTS_H
#define FB_DEMO_DATA_LAYOUTS_H
/* The three layouts in which trusts' systems send, and what is wrong with a few of their rows. The header
 * texts are the words that tests/data/demo/mappings look for. */
#include "tools/demo-data/names.h"
#include "tools/demo-data/sheet.h"
enum fb_demo_fault {
    FB_DEMO_SOUND,
    FB_DEMO_NO_SUCH_DAY,   /* 31 February */
    FB_DEMO_STARTS_IN_GAP, /* 01:30 on the morning on which the clocks went from 01:00 to 02:00 */
    FB_DEMO_ENDS_IN_GAP,
    FB_DEMO_NOT_A_RATE, /* a letter O for a nought */
    FB_DEMO_NOT_A_WORD,
    FB_DEMO_ENDS_FIRST,
    FB_DEMO_CUT_OFF /* half a row */
};
/* A rostering system: one row per request, comma, CRLF, byte-order mark, dd/mm/yyyy. */
void fb_demo_roster_start(struct fb_demo_sheet *s);
void fb_demo_roster_row(struct fb_demo_sheet *s, const struct fb_demo_vacancy *v, enum fb_demo_fault fault);
void fb_demo_roster_end(struct fb_demo_sheet *s, unsigned shifts);
/* A bank provider's report: comma, CRLF, Windows-1252, pounds as printed. */
void fb_demo_provider_start(struct fb_demo_sheet *s);
void fb_demo_provider_row(struct fb_demo_sheet *s, const struct fb_demo_vacancy *v, enum fb_demo_fault fault);
void fb_demo_provider_end(struct fb_demo_sheet *s, unsigned shifts);
/* An agency portal: semicolon, ISO dates, a grid of rates. */
void fb_demo_portal_start(struct fb_demo_sheet *s);
void fb_demo_portal_row(struct fb_demo_sheet *s, const struct fb_demo_vacancy *v, enum fb_demo_fault fault);
/* True when that layout's file for the trust has a row for the vacancy. */
bool fb_demo_provider_has(const struct fb_demo_vacancy *v);
bool fb_demo_portal_has(const struct fb_demo_vacancy *v);
/* registers.c: organisations, agencies, frameworks and budgets into folder. False: told on stderr, here and
 * below. */
bool fb_demo_registers_write(struct fb_demo_sheet *s, const char *folder);
/* people_file.c: what is known of the workers of banks and agencies. */
bool fb_demo_people_write(struct fb_demo_sheet *s, const char *folder, const struct fb_demo_crew *crew);
/* lines_file.c: agency workers who come to RYE week after week, from before the demo's weeks. */
bool fb_demo_long_lines_write(struct fb_demo_sheet *s, const char *folder);
/* files.c: the files of one trust-week into folder. */
bool fb_demo_week_write(struct fb_demo_sheet *s, const char *folder, const struct fb_demo_week *week,
                        struct fb_prng *r, struct fb_demo_tally *tally);
/* True when the trust sends files of that layout. */
bool fb_demo_sends(enum fb_demo_trust trust, enum fb_demo_layout layout);
/* "rth-roster-2026-03-16": the trust, the layout, the week's Monday. */
void fb_demo_file_name(struct fb_text *t, enum fb_demo_trust trust, enum fb_demo_layout layout,
                       unsigned week);
fb_day fb_demo_monday(unsigned week);
/* feed.c: feed-order.txt into folder. */
bool fb_demo_feed_write(struct fb_demo_sheet *s, const char *folder);
/* Cells that several layouts have: when and by whom it was cancelled, and what that costs; from when to when was worked, and what the
 * trust made of it. Times by a pattern of fb_demo_cell_when. */
void fb_demo_put_cancellation(struct fb_demo_sheet *s, const struct fb_demo_vacancy *v, const char *moment, const char *const parties[3], bool printed);
void fb_demo_put_worked(struct fb_demo_sheet *s, const struct fb_demo_vacancy *v, const char *pattern);
#endif
