#include "tests/lib/frames.h"
#include "tests/lib/suite.h"

struct fb_span fb_test_payload(const unsigned char *frame, size_t n, enum fb_frame_kind kind)
{
    enum fb_frame_kind is = 0;
    struct fb_span payload = {NULL, 0};
    CU_ASSERT_EQUAL_FATAL(fb_frame_open((struct fb_span){(const char *)frame, (uint32_t)n}, &is, &payload), FB_REASON_NONE);
    CU_ASSERT_EQUAL_FATAL(is, kind);
    return payload;
}
