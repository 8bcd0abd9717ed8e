#include "engine/core/sentence.h"

void fb_sentence__pounds(struct fb_text *t, int64_t pence)
{
    fb_text_add(t, pence < 0 ? "-£" : "£");
    fb_text_add_decimal(t, pence < 0 ? -pence : pence, 2);
}

void fb_sentence__rate(struct fb_text *t, int64_t e4)
{
    if (e4 % 100 == 0) {
        fb_sentence__pounds(t, e4 / 100);
        return;
    }
    fb_text_add(t, e4 < 0 ? "-£" : "£");
    fb_text_add_decimal(t, e4 < 0 ? -e4 : e4, 4);
}

void fb_sentence__category(struct fb_text *t, const struct fb_book *book, unsigned category)
{
    if (category < book->n_categories)
        fb_text_add_code(t, book->category[category]);
    else
        fb_text_add(t, "unnamed");
}

void fb_sentence__word(struct fb_text *t, const char *word, char join)
{
    for (char letter[2] = {0}; *word != 0; word++) {
        letter[0] = *word == '_' ? join : *word;
        fb_text_add(t, letter);
    }
}

void fb_sentence__moment(struct fb_text *t, int64_t ms)
{
    char local[17];
    fb_local_format(local, ms / FB_MINUTE_MS);
    local[10] = ' ';
    fb_text_add(t, local);
}

void fb_sentence__day(struct fb_text *t, fb_day day)
{
    char text[11];
    fb_day_format(text, day);
    fb_text_add(t, text);
}

void fb_sentence__end(struct fb_text *t)
{
    if (t->n > 0 && t->p[t->n - 1] != '.' && t->p[t->n - 1] != '?')
        fb_text_add(t, ".");
}

static const struct fb_origin *origin_of(const struct fb_book *book, uint16_t origin)
{
    return origin < book->n_origins ? &book->origin[origin] : NULL;
}

static void add_line(struct fb_text *t, const struct fb_origin *o)
{
    fb_text_add(t, ", ");
    fb_text_add_span(t, o->file);
    fb_text_add(t, " line ");
    fb_text_add_int(t, o->line);
}

void fb_sentence__place(struct fb_text *t, const struct fb_book *book, uint16_t origin)
{
    const struct fb_origin *o = origin_of(book, origin);
    if (o == NULL) {
        fb_text_add(t, "row not recorded");
        return;
    }
    fb_text_add_span(t, o->pack);
    add_line(t, o);
}

void fb_explain_origin(struct fb_text *t, const struct fb_book *book, uint16_t origin)
{
    const struct fb_origin *o = origin_of(book, origin);
    if (o == NULL) {
        fb_text_add(t, "row not recorded");
        return;
    }
    fb_text_add_span(t, o->pack);
    fb_text_add(t, " (");
    fb_text_add_span(t, o->layer);
    fb_text_add(t, ")");
    add_line(t, o);
    fb_text_add(t, ", ");
    fb_sentence__word(t, fb_status_word(o->status), '-');
    if (o->source.n == 0)
        return;
    fb_text_add(t, ": ");
    fb_text_add_span(t, o->source);
}

void fb_sentence__source(struct fb_text *t, const struct fb_book *book, uint16_t origin)
{
    const struct fb_origin *o = origin_of(book, origin);
    if (o == NULL)
        return;
    fb_text_add(t, " Source (");
    fb_sentence__word(t, fb_status_word(o->status), '-');
    fb_text_add(t, "): ");
    if (o->source.n > 0)
        fb_text_add_span(t, o->source);
    else
        fb_text_add(t, "not given");
    fb_sentence__end(t);
    if (o->status > FB_STATUS_AGREED)
        fb_text_add(t, " That is less than published or agreed: check it before acting on it.");
}
