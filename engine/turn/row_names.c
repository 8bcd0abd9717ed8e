#include "engine/turn/row_names.h"
#include "engine/store/key.h"
#include "engine/turn/state.h"

void fb_row_name_u32(struct fb_text *t, struct fb_span key, const char *word)
{
    uint32_t v = 0;
    if (fb_key_parse_u32(key, &v) != FB_OK)
        v = 0;
    fb_text_add(t, word);
    fb_text_add_int(t, v);
}

void fb_row_name_u64(struct fb_text *t, struct fb_span key, const char *word)
{
    uint64_t v = 0;
    if (fb_key_parse_u64(key, &v) != FB_OK)
        v = 0;
    fb_text_add(t, word);
    fb_text_add_int(t, (int64_t)v);
}

void fb_row_name_decision(struct fb_text *t, struct fb_span key, const char *word)
{
    uint32_t subject = 0;
    uint64_t journal = 0;
    if (fb_key_parse_decision(key, &subject, &journal) != FB_OK)
        subject = 0;
    fb_text_add(t, word);
    fb_text_add_int(t, subject);
    fb_text_add(t, " at journal ");
    fb_text_add_int(t, (int64_t)journal);
}

void fb_row_name_cell(struct fb_text *t, struct fb_span key, const char *word)
{
    struct fb_posting_place p;
    fb_day known;
    char week[11], day[11], posted[11];
    fb_text_add(t, word);
    if (fb_key_parse_total(key, &p, &known) != FB_OK)
        return;
    fb_day_format(week, p.cell.week);
    fb_day_format(day, known);
    fb_day_format(posted, p.posted);
    fb_text_add(t, week);
    fb_text_add(t, ", trust ");
    fb_text_add_code(t, p.cell.hirer);
    fb_text_add(t, ", posted to ");
    fb_text_add_span(t, (struct fb_span){posted, 7});
    fb_text_add(t, ", known on ");
    fb_text_add(t, day);
}

void fb_row_name_period(struct fb_text *t, struct fb_span key, const char *word)
{
    fb_code trust;
    fb_day month;
    char text[11];
    fb_text_add(t, word);
    if (fb_key_parse_period(key, &trust, &month) != FB_OK)
        return;
    fb_day_format(text, month);
    fb_text_add_span(t, (struct fb_span){text, 7});
    fb_text_add(t, trust == 0 ? " of all trusts" : " of trust ");
    if (trust != 0)
        fb_text_add_code(t, trust);
}

void fb_row_name_week(struct fb_text *t, struct fb_span key, const char *word)
{
    fb_day week;
    fb_code hirer, grade;
    char text[11];
    fb_text_add(t, word);
    if (fb_key_parse_paid(key, &week, &hirer, &grade) != FB_OK)
        return;
    fb_day_format(text, week);
    fb_text_add(t, week == FB_DRIFT_STATE ? "(outside the corridor)" : text);
    fb_text_add(t, ", trust ");
    fb_text_add_code(t, hirer);
    fb_text_add(t, ", grade ");
    fb_text_add_code(t, grade);
}

void fb_row_name_receipt(struct fb_text *t, struct fb_span key, const char *word)
{
    uint32_t source;
    fb_day day;
    char text[11];
    if (fb_key_parse_receipt(key, &source, &day) != FB_OK)
        return;
    fb_text_add(t, word);
    fb_text_add_int(t, source);
    if (day == FB_RECEIPT_STATE) {
        fb_text_add(t, source == 0 ? " (the last day stated)" : " (since when it is silent)");
        return;
    }
    fb_day_format(text, day);
    fb_text_add(t, ", day ");
    fb_text_add(t, text);
}

void fb_row_name_standing(struct fb_text *t, struct fb_span key, const char *word)
{
    (void)key;
    fb_text_add(t, word);
}
