#ifndef FB_TESTS_FUZZ_LINE_H
#define FB_TESTS_FUZZ_LINE_H
/* One connection to an engine that is not there: the functions of ZeroMQ that the adapters' library calls, linked before the library's.
 * What is sent is heard at once; what comes is what the target put there. Time is the target's, and goes on where the library waits. */
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
struct line {
    int64_t now_ms;
    bool there;           /* else nothing can be sent, and nothing comes */
    bool full;            /* nothing more goes into the pipe */
    unsigned interrupted; /* so many of the next calls are, by a signal */
    void (*heard)(const void *frame, size_t n);
};
extern struct line line;
/* There, with nothing on it, at 1000 ms. */
void line_begin(void (*heard)(const void *frame, size_t n));
/* A frame to the library; what does not fit into the line is lost. */
void line_put(const void *frame, size_t n);
void line_lose(void); /* what was put and was not taken yet */
/* An event of the monitor: ZMQ_EVENT_... */
void line_tell(uint16_t event);
#endif
