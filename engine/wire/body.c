#include "engine/wire/body.h"
#include "engine/base/check.h"
#include <string.h>

const struct fb_wire_shape *fb_wire__shape(enum fb_kind kind)
{
    static const struct fb_wire_shape *const shapes[FB_KIND_END] = {
        [FB_KIND_ORGANISATION] = &fb_wire__organisation, [FB_KIND_VACANCY] = &fb_wire__vacancy,
        [FB_KIND_CASCADE] = &fb_wire__cascade,           [FB_KIND_BOOKING] = &fb_wire__booking,
        [FB_KIND_TIMESHEET] = &fb_wire__timesheet,       [FB_KIND_AGENCY] = &fb_wire__agency,
        [FB_KIND_FRAMEWORK] = &fb_wire__framework,       [FB_KIND_BUDGET] = &fb_wire__budget,
        [FB_KIND_WORKER] = &fb_wire__worker,             [FB_KIND_WORKER_FACT] = &fb_wire__worker_fact,
        [FB_KIND_SUBSTANTIVE_HOURS] = &fb_wire__hours,   [FB_KIND_ABSENCE] = &fb_wire__absence,
        [FB_KIND_APPROVAL] = &fb_wire__approval,         [FB_KIND_REPLY] = &fb_wire__reply,
    };
    return fb_kind_known((int64_t)kind) ? shapes[kind] : NULL;
}

static void read_list(struct fb_wire_reading *r, const struct fb_wire_list *list, const void *message,
                      void *ours)
{
    const void *count = (const char *)message + list->from_n, *array = (const char *)message + list->from;
    size_t n = *(const size_t *)count;
    void *const *member = *(void *const *const *)array;
    if (n > list->max) {
        fb_wire__blame(r, FB_REASON_FIELD_REPEATED, list->name);
        n = list->max;
    }
    void *kept = (char *)ours + list->to_n;
    *(unsigned *)kept = (unsigned)n;
    r->at.list = list->name;
    for (size_t i = 0; i < n; i++) {
        void *one = (char *)ours + list->to + i * list->size;
        r->at.index = (unsigned)i;
        fb_wire__read(r, list->row, list->rows, member[i], one);
        if (list->read_more != NULL)
            list->read_more(r, member[i], one);
    }
    r->at.list = NULL;
}

void fb_wire__read_body(struct fb_wire_reading *r, const struct fb_wire_shape *shape, struct fb_span body,
                        struct fb_record *out)
{
    const char *outer = r->at.message;
    void *ours = &out->as;
    memset(ours, 0, shape->size);
    if (body.n > FB_BODY_BYTES_MAX) {
        fb_wire__blame(r, FB_REASON_TOO_LONG, "body");
        return;
    }
    r->at.message = shape->name;
    const void *message = fb_wire__unpack(r, shape->type, body);
    if (message != NULL) {
        fb_wire__read(r, shape->row, shape->rows, message, ours);
        for (size_t i = 0; i < shape->lists; i++)
            read_list(r, &shape->list[i], message, ours);
        if (shape->read_more != NULL)
            shape->read_more(r, message, ours);
    }
    if (out->env.kind == FB_KIND_APPROVAL) /* whoever ends one does so when the record says that it happened */
        out->as.approval.ended_ms = out->env.occurred_ms;
    r->at.message = outer;
}

enum fb_reason fb_decode_body(const struct fb_envelope *env, struct fb_span body, struct fb_arena *arena,
                              struct fb_record *out, const char **field)
{
    struct fb_wire_reading r;
    fb_wire__begin(&r, arena, NULL);
    r.stored = true;
    out->env = *env;
    const struct fb_wire_shape *shape = fb_wire__shape(env->kind);
    if (shape == NULL)
        fb_wire__blame(&r, FB_REASON_KIND, "kind");
    else
        fb_wire__read_body(&r, shape, body, out);
    return fb_wire__end(&r, field);
}

static void write_list(struct fb_wire_scratch *s, const struct fb_wire_list *list, const void *ours,
                       void *message)
{
    const void *kept = (const char *)ours + list->to_n;
    unsigned n = *(const unsigned *)kept;
    fb_assert(n <= list->max);
    ProtobufCMessage **member = fb_wire__take(s, n * sizeof *member);
    for (unsigned i = 0; i < n; i++) {
        const void *one = (const char *)ours + list->to + i * list->size;
        member[i] = fb_wire__take(s, list->type->sizeof_message);
        protobuf_c_message_init(list->type, member[i]);
        fb_wire__write(s, list->row, list->rows, one, member[i]);
        if (list->write_more != NULL)
            list->write_more(s, one, member[i]);
    }
    void *count = (char *)message + list->from_n, *array = (char *)message + list->from;
    *(size_t *)count = n;
    *(ProtobufCMessage ***)array = member;
}

static ProtobufCMessage *message_of(struct fb_wire_scratch *s, const struct fb_wire_shape *shape, const struct fb_record *record)
{
    const void *ours = &record->as;
    s->used = 0;
    ProtobufCMessage *message = fb_wire__take(s, shape->type->sizeof_message);
    protobuf_c_message_init(shape->type, message);
    fb_wire__write(s, shape->row, shape->rows, ours, message);
    for (size_t i = 0; i < shape->lists; i++)
        write_list(s, &shape->list[i], ours, message);
    if (shape->write_more != NULL)
        shape->write_more(s, ours, message);
    return message;
}

void fb_wire__append_body(struct fb_writer *w, unsigned number, const struct fb_wire_shape *shape,
                          const struct fb_record *record)
{
    struct fb_wire_scratch s;
    fb_wire__append(w, number, message_of(&s, shape, record));
}

bool fb_encode_body(const struct fb_record *r, void *memory, size_t size, size_t *n)
{
    const struct fb_wire_shape *shape = fb_wire__shape(r->env.kind);
    struct fb_wire_scratch s;
    struct fb_writer w;
    if (shape == NULL)
        return false;
    fb_writer_init(&w, memory, size);
    fb_wire__pack(&w, message_of(&s, shape, r));
    *n = w.n;
    return !w.bad;
}

bool fb_wire__resolve(struct fb_wire_reading *r, struct fb_span start, struct fb_span end, int64_t stated_min,
                      struct fb_shift_time *out)
{
    const int64_t first = FB_WIRE_DAY_MIN * (int64_t)1440, last = FB_WIRE_DAY_END * (int64_t)1440;
    const char *bad = NULL, *why = NULL;
    struct fb_shift_time time;
    if (fb_shift_resolve(&time, start, end, stated_min, &bad, &why) != FB_OK) {
        fb_wire__blame(r, FB_REASON_FIELD_TIME, bad);
        return false;
    }
    if (time.start_min < first || time.end_min > last) {
        fb_wire__blame(r, FB_REASON_FIELD_TIME, time.start_min < first ? "start" : "end");
        return false;
    }
    *out = time;
    return true;
}

ProtobufCBinaryData fb_wire__time(struct fb_wire_scratch *s, int64_t utc_min)
{
    enum { MINUTES = 16 };
    char *text = fb_wire__take(s, 25);
    fb_instant_format(text, utc_min * 60000);
    text[MINUTES] = 'Z';
    return fb_wire__bytes((struct fb_span){text, MINUTES + 1});
}
