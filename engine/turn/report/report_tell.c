#include "engine/turn/report/report_tell.h"

void fb_tell__begin(struct fb_telling *x)
{
    fb_text_init(&x->text, x->memory, sizeof x->memory);
}

void fb_tell__end(struct fb_telling *x)
{
    struct fb_explanation *out = x->out;
    struct fb_span line = fb_arena_copy(x->arena, (struct fb_span){x->memory, (uint32_t)x->text.n});
    if (line.n > 0 && out->n_lines < sizeof out->line / sizeof out->line[0])
        out->line[out->n_lines++] = line;
}

void fb_tell__say(struct fb_telling *x, const char *before, struct fb_span s)
{
    if (s.n == 0)
        return;
    fb_text_add(&x->text, before);
    fb_text_add_span(&x->text, s);
}

void fb_tell__word(struct fb_telling *x, const char *before, const char *word, bool known)
{
    if (!known)
        return;
    fb_text_add(&x->text, before);
    fb_text_add(&x->text, word);
}

/* Local times as a roster shows them: the day once, and again only when the end falls on another. */
static void say_times(struct fb_telling *x, const struct fb_shift_time *time)
{
    char start[17], until[17];
    fb_local_format(start, time->start_min);
    fb_local_format(until, time->end_min);
    start[10] = ' ';
    until[10] = ' ';
    bool same_day = fb_span_eq((struct fb_span){start, 10}, (struct fb_span){until, 10});
    fb_text_add(&x->text, ", ");
    fb_text_add(&x->text, start);
    fb_text_add(&x->text, " to ");
    fb_text_add(&x->text, same_day ? until + 11 : until);
    fb_text_add(&x->text, " London time");
}

void fb_tell__shift(struct fb_telling *x, const struct fb_record *r, const struct fb_shift *s,
                      enum fb_route route)
{
    bool vacancy = r->env.kind == FB_KIND_VACANCY;
    fb_tell__begin(x);
    fb_text_add(&x->text, vacancy ? "Vacancy " : "Booking ");
    fb_text_add_span(&x->text, r->env.record_ref);
    fb_tell__say(x, " of ", r->env.source);
    fb_text_add(&x->text, ": trust ");
    fb_text_add_code(&x->text, s->hirer);
    fb_tell__say(x, ", unit ", s->unit);
    fb_tell__word(x, ", ", fb_staff_group_word(s->staff_group), s->staff_group != FB_STAFF_GROUP_NONE);
    if (s->grade != 0) {
        fb_text_add(&x->text, ", band ");
        fb_text_add_code(&x->text, s->grade);
    }
    fb_tell__word(x, ", by ", fb_route_word(route), route != FB_ROUTE_NONE);
    say_times(x, &s->time);
    fb_text_add(&x->text, ".");
    fb_tell__end(x);
}

void fb_tell__systems(struct fb_telling *x, const struct fb_decision_row *row)
{
    if (row->n < 2)
        return;
    fb_tell__begin(x);
    fb_text_add(&x->text, "Sent by ");
    fb_text_add_int(&x->text, row->n);
    fb_text_add(&x->text, " systems as one shift:");
    for (unsigned i = 0; i < row->n; i++) {
        const struct fb_record *r;
        if (fb_read_version(x->books, row->version[i].journal, x->arena, &r) != FB_OK)
            continue;
        fb_text_add(&x->text, i == 0 ? " " : ", ");
        fb_text_add_span(&x->text, r->env.record_ref);
        fb_tell__say(x, " of ", r->env.source);
    }
    fb_text_add(&x->text, ".");
    fb_tell__end(x);
}

void fb_tell__state(struct fb_telling *x, const struct fb_decision *d)
{
    fb_tell__begin(x);
    if (d->kind == FB_KIND_VACANCY) {
        fb_text_add(&x->text, "It stands as ");
        fb_text_add(&x->text, fb_vacancy_end_word((enum fb_vacancy_end)d->vacancy_end));
        fb_text_add(&x->text, ".");
    } else if (d->state != FB_BOOKING_STATE_BOOKED && d->state != FB_BOOKING_STATE_NONE) {
        fb_text_add(&x->text, "It was ");
        fb_text_add(&x->text, fb_booking_state_word((enum fb_booking_state)d->state));
        fb_text_add(&x->text, ".");
    }
    if (d->shadow || d->historic)
        fb_text_add(&x->text, d->shadow ? " The source is shadow: no alert fires on it."
                                        : " It was sent as history: no alert fires on it.");
    fb_tell__end(x);
}
