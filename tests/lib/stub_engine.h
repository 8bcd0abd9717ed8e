#ifndef FB_TESTS_STUB_ENGINE_H
#define FB_TESTS_STUB_ENGINE_H
/* The engine's door, and nothing behind it: a thread with a ROUTER that greets, answers as the protocol says,
 * knows repeats and conflicts by message id and amendments by reference, and can be told to misbehave in the
 * ways that real engines do. For the tests of publishers; it stores nothing and judges nothing. */
#include "engine/wire/wire.h"
struct fb_stub_options {
    unsigned window;        /* 0: 64 */
    unsigned busy_every;    /* every n-th message is answered `busy`; 0: none */
    unsigned lose_every;    /* every n-th message is never answered */
    unsigned refuse_every;  /* every n-th new message is refused */
    unsigned restart_after; /* after so many messages it goes away, comes back, and knows no one */
    unsigned silent_after;  /* after so many messages it answers nothing any more */
    bool refuse_source;
    unsigned no_place; /* so many Hellos are answered "no place now" first */
    unsigned cut_short; /* so many Hellos after those are answered without a window, as by an answer whose end was lost */
    bool forgetful; /* keeps no ids: every message is new (for speed) */
    /* Told in its thread of every message that is answered as taken, refused or known; NULL: nobody. */
    void (*on_message)(void *ctx, const struct fb_record *r, enum fb_outcome outcome);
    void *ctx;
    const char *receipt; /* the text that it answers when asked for one, whosever it is; NULL: it refuses to */
};
struct fb_stub_figures {
    uint64_t messages, hellos, distinct, repeats;
};
struct fb_stub_engine;
struct fb_stub_engine *fb_stub_open(const struct fb_stub_options *options);
void fb_stub_close(struct fb_stub_engine **engine);
const char *fb_stub_endpoint(const struct fb_stub_engine *engine);
/* Safe from the test's thread while the stub runs. */
struct fb_stub_figures fb_stub_figures(struct fb_stub_engine *engine);
#endif
