/* Any bytes as a checkpoint's text, read by the engine and by the checker, and as a proof. What the engine reads is
 * written again as the same text, but for carriage returns; what the checker takes, the engine takes. */
#include "engine/base/check.h"
#include "engine/turn/chain/checkpoint.h"
#include "tests/lib/fuzz.h"
#include "tools/check-proof/check.h"
#include "tools/check-proof/note.h"
#include <string.h>

enum { MOST = 16 << 10 };

static bool same_text(struct fb_span in, const struct fb_text *out)
{
    size_t at = 0;
    for (uint32_t i = 0; i < in.n; i++) {
        if (in.p[i] == '\r' && i + 1 < in.n && in.p[i + 1] == '\n')
            continue;
        if (at == out->n || out->p[at++] != in.p[i])
            return false;
    }
    return at == out->n;
}

static bool check_note(struct fb_span s)
{
    static struct fb_note note, again;
    static char text[FB_NOTE_BYTES_MAX];
    struct fb_text t;
    unsigned line;
    if (fb_note_parse(&note, s, &line) != FB_OK)
        return false;
    fb_text_init(&t, text, sizeof text);
    fb_note_format(&t, &note);
    fb_assert(!t.cut && same_text(s, &t));
    fb_assert(fb_note_parse(&again, (struct fb_span){t.p, (uint32_t)t.n}, &line) == FB_OK && memcmp(&note, &again, sizeof note) == 0);
    return true;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static FILE *nowhere;
    static struct note theirs;
    const char *why;
    if (size > MOST)
        return 0;
    if (nowhere == NULL)
        nowhere = fopen("/dev/null", "w");
    const struct proof_ask ask = {.text = (const char *)data, .n = size};
    bool read = check_note((struct fb_span){(const char *)data, (uint32_t)size});
    bool held = note_check(&theirs, (const char *)data, size, &why);
    fb_assert(!held || read);
    (void)proof_check(&ask, nowhere);
    return 0;
}
