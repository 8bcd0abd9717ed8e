#ifndef FB_TURN_REPORT_TELL_H
#define FB_TURN_REPORT_TELL_H
/* Inside the reports: an explanation, line by line. Texts go into its arena; what does not fit is left out. */
#include "engine/turn/report/report_read.h"
enum { FB_TELL_LINE_BYTES = 4096 };
struct fb_telling {
    struct fb_store *store;
    struct fb_reader_books *books;
    struct fb_arena *arena;
    struct fb_explanation *out;
    uint64_t as_of; /* as the request has it */
    char memory[FB_TELL_LINE_BYTES];
    struct fb_text text;
};
/* One line: begun, added to, and kept unless it stayed empty. */
void fb_tell__begin(struct fb_telling *x);
void fb_tell__end(struct fb_telling *x);
/* `before` and the text; nothing where there is none. */
void fb_tell__say(struct fb_telling *x, const char *before, struct fb_span s);
void fb_tell__word(struct fb_telling *x, const char *before, const char *word, bool known);
/* A vacancy's or booking's shift; the systems that sent it; how it stands. */
void fb_tell__shift(struct fb_telling *x, const struct fb_record *r, const struct fb_shift *s, enum fb_route route);
void fb_tell__systems(struct fb_telling *x, const struct fb_decision_row *row);
void fb_tell__state(struct fb_telling *x, const struct fb_decision *d);
/* A line of an invoice by itself. */
void fb_tell__invoice(struct fb_telling *x, const struct fb_record *r, const struct fb_decision *d);
/* Of a shift: the lines that ask for it. */
void fb_tell__invoices(struct fb_telling *x, const struct fb_decision *d);
#endif
