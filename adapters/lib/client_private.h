#ifndef FB_ADAPTERS_CLIENT_PRIVATE_H
#define FB_ADAPTERS_CLIENT_PRIVATE_H
/* Inside the publisher's client: client.c sends and keeps, client_hear.c takes what the engine says. */
#include "adapters/lib/client.h"
#include "adapters/lib/slots.h"
#include "engine/base/arena.h"

struct fb_client {
    struct fb_client_options options;
    void *context, *socket, *monitor;
    enum fb_client_state state;
    bool hello_due;
    int64_t hello_ms; /* when Hello was last sent */
    uint32_t window;
    struct fb_slots slots;
    struct fb_client_figures figures;
    enum fb_reason refusal_reason;
    char refusal[FB_TEXT_BYTES_MAX + 100], put_off[FB_TEXT_BYTES_MAX + 100];
    struct fb_arena arena;
    unsigned char frame[FB_MESSAGE_BYTES_MAX];
};

/* One frame of the engine's; it lives until the next. What is not the engine's, or answers nothing that we sent, is a stray. */
void fb_client__hear(struct fb_client *c, struct fb_span frame);
/* A new connection, or a new run of the engine: Hello is due. Nothing greets again whom the engine refused. */
void fb_client__greet_again(struct fb_client *c);
/* The handshake was refused: no engine will ever answer this key. */
void fb_client__be_unknown(struct fb_client *c);
#endif
