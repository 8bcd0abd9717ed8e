#ifndef FB_SHELL_QUERY_PEOPLE_H
#define FB_SHELL_QUERY_PEOPLE_H
/* The desk's answers about permissions and about who read what of a worker, and what an explanation needs before it may tell
 * of a worker. */
#include "engine/shell/query.h"
enum fb_err fb_desk_approvals(struct fb_desk *d, const struct fb_query *query, struct fb_arena *arena, struct fb_result *r);
enum fb_err fb_desk_audit(struct fb_desk *d, const struct fb_query *query, struct fb_arena *arena, struct fb_result *r);
/* text: the link; a line: until when it holds. Of an approval that is not provisional a refusal. */
enum fb_err fb_desk_link(struct fb_desk *d, const struct fb_query *query, struct fb_arena *arena, struct fb_result *r);
/* Adds what people said to rows of findings, and takes out what rests on a worker where nobody said who reads it. true: that is
 * looked for, and who reads is kept, first, and the question comes again. */
bool fb_desk_replies(struct fb_desk *d, const struct fb_peer *peer, const struct fb_query *query, struct fb_arena *arena,
                     struct fb_result *r);
/* What an explanation of query->subject has to know from the commit thread first. */
struct fb_tells {
    uint32_t subject; /* what it tells about: the shift that the record was merged into; 0: nothing is held */
    uint32_t worker;  /* one of its findings rests on who the worker is, or on what other trusts sent: the reading is kept
                       * before it is told. 0: nobody */
    fb_code trust;    /* whose shift it is */
    bool others;      /* one of them rests on bookings elsewhere */
    bool replies;     /* somebody took a step about a finding */
};
void fb_desk_tells_of(struct fb_desk *d, const struct fb_query *query, struct fb_tells *out);
/* The desk's sentences more, behind the others, and what people said. */
void fb_desk_add_told(struct fb_desk *d, struct fb_arena *arena, struct fb_explanation *x);
/* Sentences, parted by line breaks, into at most `most` spans; how many. */
unsigned fb_desk_sentences(struct fb_span text, struct fb_span *line, unsigned most);
#endif
