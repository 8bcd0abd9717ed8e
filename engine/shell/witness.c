#include "engine/shell/witness.h"
#include "engine/wire/wire.h"
#include <stdlib.h>
#include <string.h>

enum fb_err fb_witness_read(struct fb_span text, struct fb_note *out, unsigned *line)
{
    static const char part[] = FB_WIRE_LINE;
    char *memory = malloc((size_t)text.n + 1);
    struct fb_text t;
    *line = 0;
    if (memory == NULL)
        return FB_FULL;
    fb_text_init(&t, memory, (size_t)text.n + 1);
    for (uint32_t i = 0; i < text.n; i++) {
        bool ends = text.n - i >= sizeof part - 1 && memcmp(text.p + i, part, sizeof part - 1) == 0;
        fb_text_add_span(&t, ends ? (struct fb_span){"\n", 1} : (struct fb_span){text.p + i, 1});
        i += ends ? (uint32_t)sizeof part - 2 : 0;
    }
    enum fb_err e = fb_note_parse(out, (struct fb_span){t.p, (uint32_t)t.n}, line);
    free(memory);
    return e;
}

static bool say(struct fb_text *why, const struct fb_witness *w, const char *words)
{
    fb_text_add(why, w->name);
    fb_text_add(why, words);
    return false;
}

static bool admit(const struct fb_gate *g, const struct fb_peer *peer, const struct fb_witness *w, struct fb_text *why)
{
    switch (fb_gate_signer(g, fb_span_of(w->name), w->key)) {
    case FB_SIGNER_YES:
        return true;
    case FB_SIGNER_NO:
        return say(why, w, " countersigned with another key than the sign_key of its entry in the engine's identities, or one that is revoked: nothing was kept");
    case FB_SIGNER_NOBODY:
        break;
    }
    return peer->key == 0 || say(why, w, " has no sign_key in the engine's identities, so nobody can say whose key that is: nothing was kept");
}

bool fb_witness_admit(const struct fb_gate *g, const struct fb_peer *peer, struct fb_span text, struct fb_text *why)
{
    struct fb_note *note = malloc(sizeof *note);
    unsigned line;
    bool good = note != NULL;
    if (!good)
        fb_text_add(why, "there is no memory to look at it: try again");
    if (good && fb_witness_read(text, note, &line) == FB_OK)
        for (unsigned i = 0; i < note->n_witnesses && good; i++)
            good = admit(g, peer, &note->witness[i], why);
    free(note);
    return good;
}
