#ifndef FB_ALLOCATE_PAGE_H
#define FB_ALLOCATE_PAGE_H
/* The listing of events, page by page, and how it is known that none was skipped while the list changed under us.
 *
 * A row can only be skipped when another that was read already is taken away and the rest moves up. So the pages are read over and over
 * until one pass has every row of the pass before it: then nothing that the earlier one read was gone meanwhile, and it skipped nothing.
 * Rows of all passes are used; how far was read moves on only then. */
#include "engine/base/span.h"
#include <jansson.h>
enum {
    FB_ALLOCATE_ROWS_MAX = 500000,           /* of one reading, or of a list of reference data: far more than a trust has, and half a gigabyte */
    FB_ALLOCATE_READING_BYTES_MAX = 128 << 20 /* of its pages, as they came */
};
struct fb_allocate_pagination {
    int64_t current, size, total, pages; /* -1: not said */
};
/* The X-Pagination header: a JSON object, or the same as a list of names and values. What it does not say of itself follows from the rest
 * where it can (pages from the total). FB_REFUSED: neither, or a number that is none. */
FB_MUST_CHECK enum fb_err fb_allocate_pagination_read(struct fb_allocate_pagination *out, struct fb_span header);
/* The rows of one page (a list, or one event by itself) into a pass (an object: a row's own words -> the row). FB_REFUSED: no list. Rows
 * that are no events are counted. */
FB_MUST_CHECK enum fb_err fb_allocate_page_add(json_t *pass, const json_t *page, unsigned *bad);
/* Every row of `earlier` is in `later`. */
bool fb_allocate_pass_is_whole(const json_t *earlier, const json_t *later);
/* Whether another page is due after this one, of whose rows so many were not on a page before. Without a header until a page brings nothing
 * new: a server may make its pages smaller than it was asked to. */
bool fb_allocate_page_more(const struct fb_allocate_pagination *p, int64_t asked, size_t news);
/* A reading of so much is given up: nothing but memory would end it, since a server can go on for ever. */
bool fb_allocate_is_too_much(size_t rows, uint64_t bytes);
/* One page of reference data into its list (identifier -> description). How many were not there before: a server that knows no pages gives the
 * same again, and is done. */
size_t fb_allocate_list_add(json_t *list, const json_t *page);
/* A date and time as RFC 3339 has them: of a second's fraction, which may be as long as it likes, milliseconds are kept. */
FB_MUST_CHECK enum fb_err fb_allocate_instant(int64_t *out_ms, const json_t *v);
/* A row's moment; FB_ABSENT-like INT64_MIN when it has none. */
int64_t fb_allocate_row_ms(const json_t *row);
/* How far these rows go, from `from` on: to the latest that is not later than now. One dated after that says nothing of how far was read, and would
 * have everything before it passed over; *ahead_ms: the latest of these, INT64_MIN none. */
int64_t fb_allocate_pass_upto(const json_t *pass, int64_t from_ms, int64_t now_ms, int64_t *ahead_ms);
/* Of several rows of one thing the last in time counts; the rest, oldest first, in a new list. */
json_t *fb_allocate_rows_last(const json_t *rows);
#endif
