#ifndef FB_TOOLS_FAIRBANK_TRUST_RETURN_H
#define FB_TOOLS_FAIRBANK_TRUST_RETURN_H
/* A trust's own return of temporary staffing: shifts, hours and pounds of a staff group and route in a month, week or day. */
#include "tools/fairbank/books/trust_sheet.h"
enum { RETURN_LINES_MAX = 20000 };
struct return_line {
    unsigned line;
    fb_day from, until; /* half-open */
    enum fb_staff_group staff_group;
    enum fb_route route;
    int64_t shifts, minutes, pence; /* nought where the return has no such column: has_… below */
};
struct trust_return {
    struct return_line *line; /* ascending by period, route, staff group; none twice */
    unsigned n, room;
    bool has_shifts, has_hours, has_pounds;
    uint64_t passed; /* rows of totals */
};
/* FB_REFUSED, FB_IO, FB_LIMIT, FB_FULL: the faults say what. return_free is due in any case. */
FB_MUST_CHECK enum fb_err return_read(struct trust_return *out, const struct trust_map *map, const char *path, const char *name,
                                      struct trust_faults *faults);
void return_free(struct trust_return *r);
#endif
