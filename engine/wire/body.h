#ifndef FB_WIRE_BODY_H
#define FB_WIRE_BODY_H
/* The shape of each kind's body: its rows, its lists, and what rows cannot say. For this room only. */
#include "engine/wire/table.h"

/* A repeated message of a body, as an array of ours. */
struct fb_wire_list {
    const char *name;
    uint16_t from_n, from; /* in the generated struct: size_t, array of pointers */
    uint16_t to_n, to;     /* in ours: unsigned, array */
    unsigned max;
    size_t size; /* of one of ours */
    const ProtobufCMessageDescriptor *type;
    const struct fb_wire_row *row;
    size_t rows;
    /* What the rows leave over; NULL: nothing. */
    void (*read_more)(struct fb_wire_reading *r, const void *message, void *ours);
    void (*write_more)(struct fb_wire_scratch *s, const void *ours, void *message);
};
struct fb_wire_shape {
    const char *name; /* the first word of a field's place */
    const ProtobufCMessageDescriptor *type;
    size_t size; /* of our struct: what must be zeroed */
    const struct fb_wire_row *row;
    size_t rows;
    const struct fb_wire_list *list;
    size_t lists;
    void (*read_more)(struct fb_wire_reading *r, const void *message, void *ours);
    void (*write_more)(struct fb_wire_scratch *s, const void *ours, void *message);
};
#define FB_WIRE_LIST(f, to_n, to, max)                                                                       \
#f, offsetof(PB, n_##f), offsetof(PB, f), offsetof(OURS, to_n), offsetof(OURS, to), max,                 \
        sizeof(((OURS *)NULL)->to[0])

extern const struct fb_wire_shape fb_wire__vacancy, fb_wire__booking, fb_wire__organisation, fb_wire__cascade,
    fb_wire__timesheet, fb_wire__agency, fb_wire__framework, fb_wire__budget, fb_wire__worker,
    fb_wire__worker_fact, fb_wire__hours, fb_wire__absence, fb_wire__approval, fb_wire__reply, fb_wire__invoice_line;
/* References, of a booking and of a line of an invoice. */
enum { FB_WIRE_REFERENCE_ROWS = 3 };
extern const struct fb_wire_row fb_wire__reference_rows[FB_WIRE_REFERENCE_ROWS];
/* Blames one that stands there twice. */
void fb_wire__check_references(struct fb_wire_reading *r, const struct fb_reference *reference, unsigned n);

/* NULL: no such kind. */
const struct fb_wire_shape *fb_wire__shape(enum fb_kind kind);
/* Reads the body into out->as; everything else of *out is left alone. */
void fb_wire__read_body(struct fb_wire_reading *r, const struct fb_wire_shape *shape, struct fb_span body,
                        struct fb_record *out);
/* Appends the record's body as field `number`. */
void fb_wire__append_body(struct fb_writer *w, unsigned number, const struct fb_wire_shape *shape,
                          const struct fb_record *record);

/* From a day until another; blames the second. A day that was refused has its own reason and stands for "not stated". */
void fb_wire__check_days(struct fb_wire_reading *r, fb_day from, fb_day until, const char *name);
/* Two local times, as a shift's or an interval's. Blames "start" or "end". stated_min: -1 when not stated. */
bool fb_wire__resolve(struct fb_wire_reading *r, struct fb_span start, struct fb_span end, int64_t stated_min,
                      struct fb_shift_time *out);
/* An instant as exact text: "2026-03-16T19:30Z". */
ProtobufCBinaryData fb_wire__time(struct fb_wire_scratch *s, int64_t utc_min);
#endif
