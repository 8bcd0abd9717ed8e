#ifndef FB_TURN_ROW_NAMES_H
#define FB_TURN_ROW_NAMES_H
/* What a row is called when verify finds that it differs: the word, and what its key says. */
#include "engine/base/span.h"
void fb_row_name_u32(struct fb_text *t, struct fb_span key, const char *word);
void fb_row_name_u64(struct fb_text *t, struct fb_span key, const char *word);
void fb_row_name_decision(struct fb_text *t, struct fb_span key, const char *word);
void fb_row_name_cell(struct fb_text *t, struct fb_span key, const char *word);
void fb_row_name_period(struct fb_text *t, struct fb_span key, const char *word);
void fb_row_name_week(struct fb_text *t, struct fb_span key, const char *word);
void fb_row_name_receipt(struct fb_text *t, struct fb_span key, const char *word);
void fb_row_name_standing(struct fb_text *t, struct fb_span key, const char *word);
#endif
