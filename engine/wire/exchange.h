#ifndef FB_WIRE_EXCHANGE_H
#define FB_WIRE_EXCHANGE_H
/* What a publisher and the engine say to each other, without the bytes: shapes only, for whoever uses the client library and need
 * not see the rest of this room. Encoded and decoded by engine/wire/wire.h. */
#include "engine/core/reason.h"
#include "engine/core/record.h"
struct fb_hello {
    struct fb_source source;
    struct fb_span adapter;   /* program and version, for the log */
};
struct fb_welcome {
    enum fb_reason reason;    /* NONE: welcome */
    struct fb_span text;      /* of a refusal: what to do */
    uint32_t window;          /* messages in flight */
    uint64_t epoch;
    struct fb_span engine;    /* its version */
};
struct fb_wire_answer {
    struct fb_span message_id;
    bool busy;                /* above the window: not looked at; send it again later */
    uint8_t outcome;          /* enum fb_outcome, 0 when busy */
    enum fb_reason reason;
    struct fb_span field;
    uint64_t journal;
    uint32_t record;
};
#endif
