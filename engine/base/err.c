#include "engine/base/err.h"

static const char *const texts[] = {
#define X(id, text) [FB_##id] = text,
    FB_ERR_MAP(X)
#undef X
};

const char *fb_err_text(enum fb_err e)
{
    /* The value can come from a peer's message or a stored row, so that it is looked at as a number. */
    unsigned i = (unsigned)e;
    return i < sizeof texts / sizeof texts[0] ? texts[i] : "an error that this version does not know";
}
