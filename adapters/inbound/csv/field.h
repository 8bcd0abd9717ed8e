#ifndef FB_CSV_FIELD_H
#define FB_CSV_FIELD_H
/* The fields that a mapping may fill, as one table: name, kind of record, type, place in the record. What a
 * text must look like to go into a field is decided here and nowhere else. */
#include "engine/core/record.h"
enum fb_field_type {
    FB_FIELD_TEXT,
    FB_FIELD_CODE,
    FB_FIELD_WORD, /* one of our closed lists */
    FB_FIELD_YES_NO,
    FB_FIELD_PENCE,   /* pounds in the file */
    FB_FIELD_MINUTES, /* "30" or "00:30" */
    FB_FIELD_NUMBER,
    FB_FIELD_TOKEN, /* a worker: a pseudonym and nothing else */
    FB_FIELD_RULES, /* names of rules, with commas or semicolons between them */
    FB_FIELD_HUNDREDTHS, /* "7.5" */
    FB_FIELD_PRICE,      /* pounds for one unit, with at most four decimals */
    FB_FIELD_INSTANT,
    FB_FIELD_DAY,
    FB_FIELD_LAST_DAY, /* the day before the one that the record holds */
    FB_FIELD_MONTH,    /* a day in it */
    FB_FIELD_WEEK,     /* the same, from Monday */
    FB_FIELD_SHIFT_START,
    FB_FIELD_SHIFT_END,
    /* Families: the rest of the name says which member. */
    FB_FIELD_REFERENCE,
    FB_FIELD_SIGN_OFF_AT,
    FB_FIELD_SIGN_OFF_REFERENCE,
    FB_FIELD_RATE,
    FB_FIELD_INTERVAL_START,
    FB_FIELD_INTERVAL_END,
    FB_FIELD_INTERVAL_HOST
};
struct fb_field {
    const char *name;
    unsigned kinds; /* bit per enum fb_kind */
    enum fb_field_type type;
    size_t offset; /* in struct fb_record */
    uint32_t max;  /* bytes of a text */
    unsigned (*find)(struct fb_span word);
};
/* Which member of a family, settled when the mapping is read. */
struct fb_field_member {
    struct fb_span system, kind; /* references */
    unsigned slot;               /* of its list in the record: a sign-off's, a rate cell's */
    unsigned word;               /* the role, part or interval */
    fb_code category;
};
/* NULL: there is no such field. The member's spans point into `name`. */
const struct fb_field *fb_field_find(enum fb_kind kind, struct fb_span name, struct fb_field_member *member);
bool fb_field_is_time(enum fb_field_type type);
/* A date alone goes into it. */
bool fb_field_is_day(enum fb_field_type type);
/* A record of that kind in which everything is absent. */
void fb_record_blank(struct fb_record *out, enum fb_kind kind);

/* Puts a text that is not empty, and no time, into its field. FB_REFUSED: *why is what is wrong with it.
 * Money may carry a pound sign and thousands commas. */
FB_MUST_CHECK enum fb_err fb_field_put(struct fb_record *r, const struct fb_field *field,
                                       const struct fb_field_member *member, struct fb_span text,
                                       const char **why);
/* An int64 of milliseconds, a day: for the fields of those types. */
void fb_field_put_ms(struct fb_record *r, const struct fb_field *field, const struct fb_field_member *member,
                     int64_t ms);
void fb_field_put_day(struct fb_record *r, const struct fb_field *field, fb_day day);
/* Lists were filled by slot; this closes the gaps, so that they are as core/record.h has them. */
void fb_record_close_gaps(struct fb_record *r);
#endif
