#include "engine/pack/read.h"

/* Lengths of time, written as people write them: "11 hours", "48 hours 30 minutes", "30 days", "6 weeks". */

static const char *const unit_words[] = {
    [FB_LENGTH_MINUTES] = "minutes", [FB_LENGTH_DAYS] = "days", [FB_LENGTH_WEEKS] = "weeks"};
static const int64_t unit_minutes[] = {
    [FB_LENGTH_MINUTES] = 1, [FB_LENGTH_DAYS] = 24 * 60, [FB_LENGTH_WEEKS] = 7 * 24 * 60};
enum { NUMBER_MAX = 10000000 }; /* minutes: nineteen years, so that no product leaves 64 bits */

/* The next word of the text, from *at; empty at its end. */
static struct fb_span next_word(struct fb_span text, uint32_t *at)
{
    while (*at < text.n && text.p[*at] == ' ')
        (*at)++;
    uint32_t from = *at;
    while (*at < text.n && text.p[*at] != ' ')
        (*at)++;
    return (struct fb_span){text.p + from, *at - from};
}

/* Minutes in one of a unit; 0: no such word. */
static int64_t minutes_of(struct fb_span word)
{
    static const struct {
        const char *one, *many;
        int64_t minutes;
    } words[] = {{"minute", "minutes", 1},
                 {"hour", "hours", 60},
                 {"day", "days", 24 * 60},
                 {"week", "weeks", 7 * 24 * 60}};
    for (unsigned i = 0; i < sizeof words / sizeof words[0]; i++) {
        if (fb_span_is(word, words[i].one) || fb_span_is(word, words[i].many))
            return words[i].minutes;
    }
    return 0;
}

static bool is_number(struct fb_span word, int64_t *v)
{
    return fb_parse_int(v, word) == FB_OK && *v >= -NUMBER_MAX && *v <= NUMBER_MAX;
}

/* Pairs of a number and a unit, largest first; or a number alone. */
static bool parse(struct fb_span text, enum fb_length unit, int64_t *out)
{
    int64_t sum = 0, number, last = INT64_MAX;
    if (is_number(text, out))
        return true;
    for (uint32_t at = 0; at < text.n;) {
        bool good = is_number(next_word(text, &at), &number);
        int64_t each = minutes_of(next_word(text, &at));
        if (!good || each == 0 || each >= last)
            return false;
        sum += number * each;
        last = each;
    }
    *out = sum / unit_minutes[unit];
    return text.n > 0 && sum % unit_minutes[unit] == 0;
}

static void refuse(struct fb_reading *r, unsigned line, const char *what, struct fb_span text,
                   enum fb_length unit, int64_t least, int64_t most)
{
    char memory[160];
    struct fb_text t;
    fb_text_init(&t, memory, sizeof memory);
    fb_text_add(&t, ": write a length from ");
    fb_text_add_int(&t, least);
    fb_text_add(&t, " to ");
    fb_text_add_int(&t, most);
    fb_text_add(&t, " ");
    fb_text_add(&t, unit_words[unit]);
    fb_text_add(&t, unit == FB_LENGTH_MINUTES ? ", such as 11 hours or 48 hours 30 minutes"
                    : unit == FB_LENGTH_DAYS  ? ", whole, such as 30 days"
                                              : ", whole, such as 6 weeks");
    fb_read_error(r, line, what, text, memory);
}

int64_t fb_read_length_at(struct fb_reading *r, unsigned line, const char *what, struct fb_span text,
                          enum fb_length unit, int64_t least, int64_t most)
{
    int64_t v = least;
    if (parse(text, unit, &v) && v >= least && v <= most)
        return v;
    refuse(r, line, what, text, unit, least, most);
    return least;
}

int64_t fb_read_length(struct fb_reading *r, struct fb_node *map, const char *key, enum fb_length unit,
                       int64_t least, int64_t most)
{
    struct fb_node *node = fb_read_scalar(r, map, key);
    return node == NULL ? least : fb_read_length_at(r, node->line, key, node->text, unit, least, most);
}
