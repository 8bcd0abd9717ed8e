#ifndef FB_TESTS_FRAMES_H
#define FB_TESTS_FRAMES_H
#include "engine/wire/wire.h"
/* What a frame carries: it lies in the frame. A fatal failure of the test when it is not of that kind, or no frame at all. */
struct fb_span fb_test_payload(const unsigned char *frame, size_t n, enum fb_frame_kind kind);
#endif
