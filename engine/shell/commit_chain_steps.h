#ifndef FB_SHELL_COMMIT_CHAIN_STEPS_H
#define FB_SHELL_COMMIT_CHAIN_STEPS_H
/* What commit_chain.c and commit_prove.c share; nobody else includes it. */
#include "engine/shell/commit_chain.h"
#define FB_SEALS__NONE "there is no such checkpoint: see fairbank checkpoint list"
/* The last checkpoint stands in s->number, s->size. */
FB_MUST_CHECK enum fb_err fb_seals__know(struct fb_seals *s);
/* One may be made for this item's asker now; else the last one is to do (FB_SEALS_REST_MS). */
bool fb_seals__may_make(const struct fb_seals *s, const struct fb_item *item);
void fb_seals__refuse(struct fb_item *item, const char *why);
/* What a person did wrong is told; a disk that failed ends the engine, and a row that cannot be read is told too. */
FB_MUST_CHECK enum fb_err fb_seals__settle(struct fb_item *item, enum fb_err e, const char *why);
/* A checkpoint's text from elsewhere, its lines parted as results part them. false: it was refused. */
FB_MUST_CHECK bool fb_seals__read_note(struct fb_item *item, struct fb_note *out);
/* An item of PROVE. */
FB_MUST_CHECK enum fb_err fb_seals__prove(struct fb_seals *s, struct fb_item *item);
#endif
