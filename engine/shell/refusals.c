#include "engine/shell/refusals.h"
#include "engine/base/when.h"
#include "engine/shell/log.h"
#include <inttypes.h>
#include <string.h>

static const struct {
    const char *word, *text;
} causes[FB_TURNED_END] = {
#define X(id, word, text) {word, text},
    FB_TURNED_MAP(X)
#undef X
};

/* The place of that name; a new one takes the place of the one of its cause that was said longest ago, so that no cause drives out
 * the names of another. */
static struct fb_turned_name *find(struct fb_refusals *r, enum fb_turned cause, const char *who, bool *is_new)
{
    struct fb_turned_name *oldest = NULL;
    unsigned n = 0;
    *is_new = false;
    for (unsigned i = 0; i < r->n; i++) {
        if (r->name[i].cause != cause)
            continue;
        if (strcmp(r->name[i].who, who) == 0)
            return &r->name[i];
        n++;
        if (oldest == NULL || r->name[i].said_ms < oldest->said_ms)
            oldest = &r->name[i];
    }
    if (n < FB_TURNED_LINES_A_MINUTE)
        oldest = &r->name[r->n++];
    *is_new = true;
    *oldest = (struct fb_turned_name){.cause = cause};
    memcpy(oldest->who, who, sizeof oldest->who);
    return oldest;
}

static void say(struct fb_refusals *r, struct fb_turned_name *name, uint64_t ticks_ms)
{
    uint64_t unsaid = name->unsaid + r->pace[name->cause].left_out;
    name->said_ms = ticks_ms;
    name->unsaid = 0;
    r->pace[name->cause].left_out = 0;
    r->lines++;
    if (unsaid > 0)
        fb_log(FB_LOG_WARN, "turned away: %s: %s; and %" PRIu64 " times since this was last said", name->who, causes[name->cause].text, unsaid);
    else
        fb_log(FB_LOG_WARN, "turned away: %s: %s", name->who, causes[name->cause].text);
}

void fb_turned_away(struct fb_refusals *r, enum fb_turned cause, struct fb_span who, uint64_t ticks_ms)
{
    char text[FB_TURNED_WHO_BYTES] = {0};
    uint32_t n = who.n < sizeof text - 1 ? who.n : (uint32_t)sizeof text - 1;
    bool is_new;
    if (n > 0)
        memcpy(text, who.p, n);
    r->count[cause]++;
    struct fb_turned_name *name = find(r, cause, text, &is_new);
    if (!is_new && ticks_ms - name->said_ms < FB_MINUTE_MS) {
        name->unsaid++;
        return;
    }
    if (fb_paced_may(&r->pace[cause], FB_TURNED_LINES_A_MINUTE, ticks_ms))
        say(r, name, ticks_ms);
    else
        name->said_ms = ticks_ms;
}

void fb_refusals_add(struct fb_text *t, const struct fb_refusals *r)
{
    for (unsigned i = 0; i < FB_TURNED_END; i++) {
        if (r->count[i] == 0)
            continue;
        fb_text_add(t, t->n > 0 ? ", " : "");
        fb_text_add(t, causes[i].word);
        fb_text_add(t, " ");
        fb_text_add_int(t, r->count[i] > INT64_MAX ? INT64_MAX : (int64_t)r->count[i]);
    }
}
