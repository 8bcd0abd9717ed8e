#include "engine/core/reason.h"
#include <stddef.h>

static const char *const texts[] = {
#define X(id, n, text) [FB_REASON_##id] = text,
    FB_REASON_MAP(X)
#undef X
};

/* The names in lower case: the preprocessor cannot fold case, and a name built at run time would need memory.
 * The unit test compares each with its name. */
static const char *const words[] = {
    [FB_REASON_NONE] = "none",
    [FB_REASON_NOT_A_FRAME] = "not_a_frame",
    [FB_REASON_VERSION] = "version",
    [FB_REASON_TOO_LONG] = "too_long",
    [FB_REASON_NOT_A_MESSAGE] = "not_a_message",
    [FB_REASON_NO_HELLO] = "no_hello",
    [FB_REASON_UNKNOWN_SOURCE] = "unknown_source",
    [FB_REASON_NOT_YOURS] = "not_yours",
    [FB_REASON_KIND] = "kind",
    [FB_REASON_FIELD_MISSING] = "field_missing",
    [FB_REASON_FIELD_LENGTH] = "field_length",
    [FB_REASON_FIELD_TEXT] = "field_text",
    [FB_REASON_FIELD_WORD] = "field_word",
    [FB_REASON_FIELD_RANGE] = "field_range",
    [FB_REASON_FIELD_TIME] = "field_time",
    [FB_REASON_FIELD_REPEATED] = "field_repeated",
    [FB_REASON_CONFLICT] = "conflict",
    [FB_REASON_QUOTA] = "quota",
    [FB_REASON_NO_PLACE] = "no_place",
};
_Static_assert(sizeof words == sizeof texts, "every reason has a word");

static const char *at(const char *const *table, enum fb_reason r)
{
    size_t i = (size_t)r;
    return i < sizeof texts / sizeof texts[0] ? table[i] : "?";
}

const char *fb_reason_text(enum fb_reason r)
{
    return at(texts, r);
}

const char *fb_reason_word(enum fb_reason r)
{
    return at(words, r);
}
