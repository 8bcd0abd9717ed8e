#ifndef FB_SHELL_SESSION_H
#define FB_SHELL_SESSION_H
/* Who said Hello. A source is a publishing system, known for as long as the engine runs; its window is shared
 * by all its connections, so that reconnecting leaks nothing. A session is one connection (a routing id) that
 * named a source. Owned by the loop thread, but for fb_known.number.
 *
 * Lifetimes: sources stay until close; a session stays while one of its messages is in flight, so an item's
 * pointer to its session is always good. */
#include "engine/shell/config.h"
#include "engine/shell/pace.h"
#include "engine/shell/queue.h"

struct fb_known {
    char name[FB_SOURCE_BYTES_MAX + 1];
    fb_code trust; /* whose records its last Hello was for; 0: every trust's and the registers */
    /* What else its last Hello said, and how often that changed. */
    enum fb_system system;
    enum fb_source_mode mode;
    uint32_t sends;
    struct fb_paced changes;
    uint32_t window, in_flight;
    struct fb_greeted greeted; /* the commit thread's own, while an item of this source is on its way */
    uint64_t accepted, amended, refused, conflicts, duplicates, busy; /* since the start */
    uint64_t bookings, with_worker; /* new bookings since the start; of these, those that say who the worker is */
    int64_t last_ms;                                                  /* of its last answer; 0 none */
    uint64_t heard_ms;                                                /* scratch of session.c */
    bool in_use;                                                      /* scratch of session.c */
};
struct fb_session {
    struct fb_peer peer;
    struct fb_known *known;
    fb_code trust;                             /* whose records it may write; 0: every trust's and the registers */
    uint32_t in_flight;                        /* records and Hellos */
    uint32_t hellos;                           /* of these, Hellos */
    bool gone;                                 /* sending found nobody: forgotten when nothing is in flight */
    uint64_t last_ms;                          /* ticks of its last frame */
    struct fb_item *answered, **answered_last; /* scratch of answers.c */
    struct fb_session *next_answered;
    struct fb_session *next; /* in its bucket, or of the free ones */
};
struct fb_sessions;
FB_MUST_CHECK enum fb_err fb_sessions_open(struct fb_sessions **out, const struct fb_config *config);
void fb_sessions_close(struct fb_sessions **s);

/* The source's own words, completed and overruled by the configuration. FB_REFUSED: not listed, and unknown
 * sources are not taken. *told has its window set; texts point where those of `said` do. */
FB_MUST_CHECK enum fb_err fb_sessions_settle(const struct fb_sessions *s, const struct fb_source *said,
                                             struct fb_source *told);
/* What a source says of itself stands in the journal, and with each change all of its shifts are judged again: so often a minute. The
 * first Hello of a source since the start, and one that says what the last did, are no change. False: this one has to wait. */
enum { FB_CHANGES_A_MINUTE = 4 };
bool fb_sessions_may_change(struct fb_sessions *s, const struct fb_source *told, uint64_t ticks_ms);
/* The session of a connection that named this (settled) source; made or changed over. NULL: every place is
 * taken by connections with messages in flight, or there are FB_SOURCES_MAX sources already, none of which
 * can be forgotten: a source that never sent a record is, when another one needs its place. */
struct fb_session *fb_session_begin(struct fb_sessions *s, const struct fb_peer *peer,
                                    const struct fb_source *told, uint64_t ticks_ms);
/* NULL: has not said Hello (or was forgotten since). */
struct fb_session *fb_session_find(struct fb_sessions *s, const struct fb_peer *peer);
/* False: the source's window is full. True: one more is in flight, until it has settled. */
bool fb_session_take(struct fb_session *session);
/* A Hello is on its way to the commit thread: counted with the connection and not in the source's window, so
 * that a source whose window is full can still be greeted. False: this connection has FB_HELLOS_MAX on their
 * way already. */
enum { FB_HELLOS_MAX = 8 };
bool fb_session_greet(struct fb_session *session);
void fb_session_greeted(struct fb_sessions *s, struct fb_session *session);
/* n of its messages were answered. A session that is gone is forgotten with its last one. */
void fb_session_settled(struct fb_sessions *s, struct fb_session *session, uint32_t n);
/* Nobody is there any more: forgets it now, or when its last message has settled. */
void fb_session_gone(struct fb_sessions *s, struct fb_session *session);
unsigned fb_sessions_count(const struct fb_sessions *s);
/* Every place for a session, NULL past the last; one whose .known is NULL is free. */
struct fb_session *fb_sessions_at(struct fb_sessions *s, unsigned i);
/* Sources in the order in which they first came; NULL past the end. */
struct fb_known *fb_sessions_source(struct fb_sessions *s, unsigned i);
struct fb_known *fb_sessions_source_find(struct fb_sessions *s, struct fb_span name);
#endif
