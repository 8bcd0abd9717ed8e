#ifndef FB_WIRE_TABLE_H
#define FB_WIRE_TABLE_H
/* Fields as data: one table per message says where a field lies in the generated struct, where in ours, and
 * what is allowed. The same rows read and write, so the two cannot drift apart. For this room only.
 *
 * Reading checks every field and goes on after a fault, so that the lowest reason wins (core/reason.h), and
 * among equals the first in the order of the tables. */
#include "engine/base/arena.h"
#include "engine/base/bytes.h"
#include "engine/core/reason.h"
#include "engine/wire/wire.h"
#include <protobuf-c/protobuf-c.h>

/* ours <- generated. Absent is {NULL, 0}, 0 or NONE unless said otherwise. */
enum fb_wire_type {
    FB_WIRE_TEXT,    /* struct fb_span <- bytes, high: length; checked to be text */
    FB_WIRE_TOKEN,   /* the same, a pseudonym: required of what is sent, never there in what is stored */
    FB_WIRE_CODE,    /* fb_code <- bytes */
    FB_WIRE_DAY,     /* fb_day <- bytes, low: what absent is */
    FB_WIRE_WORD,    /* an enum <- enum; 0 on the wire is absent as well */
    FB_WIRE_WORD_U8, /* uint8_t <- enum */
    FB_WIRE_NUMBER,  /* int64_t <- int64, low..high; absent is FB_ABSENT */
    FB_WIRE_AMOUNT,  /* int64_t <- int64, absent is 0 */
    FB_WIRE_U8,      /* uint8_t <- uint64 */
    FB_WIRE_U32,     /* uint32_t <- uint64 */
    FB_WIRE_U64,     /* uint64_t <- uint64 */
    FB_WIRE_FLAG,    /* bool <- bool */
    FB_WIRE_BIT      /* bit `low` of an uint32_t <- bool */
};
struct fb_wire_row {
    const char *name; /* as a refusal names it */
    uint16_t has, from, to;
    uint8_t type; /* enum fb_wire_type */
    bool required;
    int64_t low, high;
    bool (*known)(int64_t n); /* of a word */
};
/* Checked, and kept nowhere. */
#define FB_WIRE_NOWHERE UINT16_MAX

#define FB_WIRE_SPAN_ROWS(table) table, sizeof(table) / sizeof *(table)
/* Rows of a table between `#define PB generated-struct`, `#define OURS our-struct` and their #undef. */
#define ROW(type, f, to, required, low, high, known)                                                         \
    {                                                                                                        \
#f, offsetof(PB, has_##f), offsetof(PB, f), offsetof(OURS, to), FB_WIRE_##type, required, low, high, \
            known                                                                                            \
    }
#define TEXT(f, to, required, max)      ROW(TEXT, f, to, required, 0, max, NULL)
#define TOKEN(f, to)                    ROW(TOKEN, f, to, true, 0, FB_ID_BYTES_MAX, NULL)
#define CODE(f, to, required)           ROW(CODE, f, to, required, 0, FB_CODE_BYTES_MAX, NULL)
#define DAY(f, to, required, absent)    ROW(DAY, f, to, required, absent, 0, NULL)
#define WORD(f, to, required, known)    ROW(WORD, f, to, required, 0, 0, known)
#define WORD_U8(f, to, known)           ROW(WORD_U8, f, to, false, 0, 0, known)
#define NUMBER(f, to, required, lo, hi) ROW(NUMBER, f, to, required, lo, hi, NULL)
#define INSTANT(f, to, required)        ROW(NUMBER, f, to, required, FB_WIRE_MS_MIN, FB_WIRE_MS_MAX, NULL)
#define AMOUNT(f, to)                   ROW(AMOUNT, f, to, false, 0, 0, NULL)
#define U8(f, to)                       ROW(U8, f, to, false, 0, UINT8_MAX, NULL)
#define U32(f, to)                      ROW(U32, f, to, false, 0, UINT32_MAX, NULL)
#define U64(f, to, required)            ROW(U64, f, to, required, 0, 0, NULL)
#define FLAG(f, to)                     ROW(FLAG, f, to, false, 0, 0, NULL)
#define BIT(f, to, bit)                 ROW(BIT, f, to, false, bit, 0, NULL)
/* What a source says of itself besides its name, in a Hello and in a row of sources: ours has it in `source`. */
#define SOURCE_ROWS                                                                                          \
    CODE(trust, source.trust, false), WORD(system, source.system, false, fb_system_known),                   \
        WORD(mode, source.mode, false, fb_source_mode_known),                                                \
        BIT(sends_cascades, source.sends, FB_SENDS_CASCADES),                                                \
        BIT(sends_sign_offs, source.sends, FB_SENDS_SIGN_OFFS),                                              \
        BIT(sends_frameworks, source.sends, FB_SENDS_FRAMEWORKS),                                            \
        BIT(sends_timesheets, source.sends, FB_SENDS_TIMESHEETS),                                            \
        BIT(sends_worker_facts, source.sends, FB_SENDS_WORKER_FACTS),                                        \
        BIT(sends_substantive_hours, source.sends, FB_SENDS_HOURS),                                          \
        BIT(sends_absences, source.sends, FB_SENDS_ABSENCES), U32(window, source.window)
/* Checked only: the value has no place in our struct. */
#define UNKEPT(type, f, required, lo, hi)                                                                    \
    {                                                                                                        \
#f, offsetof(PB, has_##f), offsetof(PB, f), FB_WIRE_NOWHERE, FB_WIRE_##type, required, lo, hi, NULL  \
    }

/* No record is older or newer than these: 2000-01-01 to 2100-01-01, half-open. */
#define FB_WIRE_DAY_MIN 10957
#define FB_WIRE_DAY_END 47482
#define FB_WIRE_MS_MIN  (FB_WIRE_DAY_MIN * (int64_t)86400000)
#define FB_WIRE_MS_MAX  (FB_WIRE_DAY_END * (int64_t)86400000 - 1)
/* The longest time is 2026-03-28T19:30:00.000+01:00. */
#define FB_WIRE_TIME_BYTES_MAX 29

/* ---- reading ---- */
struct fb_wire_place {
    const char *message, *list, *name;
    unsigned index;
};
struct fb_wire_reading {
    struct fb_arena *arena;
    enum fb_reason reason;          /* the lowest so far */
    struct fb_wire_place at, worst; /* where reading is; where that reason was found */
    bool stored;                    /* a body out of a journal: pseudonyms were taken out of it */
    bool newer;                     /* what an engine says: a word that it knows and we do not is absent, unless required */
};
void fb_wire__begin(struct fb_wire_reading *r, struct fb_arena *arena, const char *message);
void fb_wire__blame(struct fb_wire_reading *r, enum fb_reason reason, const char *name);
/* The reason, and the place as text ("booking.rates[2].commission") in the arena; field may be NULL. */
enum fb_reason fb_wire__end(struct fb_wire_reading *r, const char **field);
/* The message, in the arena; NULL and blamed when the bytes are not one or the arena is full. */
void *fb_wire__unpack(struct fb_wire_reading *r, const ProtobufCMessageDescriptor *type,
                      struct fb_span bytes);
/* `ours` must be zeroed. */
void fb_wire__read(struct fb_wire_reading *r, const struct fb_wire_row *row, size_t n, const void *message,
                   void *ours);
/* A reason's number, as a word's `known`. */
bool fb_wire__reason_known(int64_t n);
/* Both, for a message that is rows and nothing else; NULL as unpack. */
void *fb_wire__decode(struct fb_wire_reading *r, const ProtobufCMessageDescriptor *type, struct fb_span bytes,
                      const struct fb_wire_row *row, size_t n, void *ours);
/* Zeroed room for n of ours; NULL and blamed when the arena is full or n is 0. */
void *fb_wire__room(struct fb_wire_reading *r, size_t n, size_t size);

/* ---- writing ---- */
/* Memory for what the generated structs point to while a message is packed. Sized for the largest message:
 * running out is a bug. */
enum { FB_WIRE_SCRATCH = 8192 };
struct fb_wire_scratch {
    _Alignas(16) char memory[FB_WIRE_SCRATCH];
    size_t used;
};
void *fb_wire__take(struct fb_wire_scratch *s, size_t n);
ProtobufCBinaryData fb_wire__bytes(struct fb_span s);
ProtobufCBinaryData fb_wire__code(struct fb_wire_scratch *s, fb_code code);
/* `message` must be initialised. */
void fb_wire__write(struct fb_wire_scratch *s, const struct fb_wire_row *row, size_t n, const void *ours,
                    void *message);

/* ---- frames ---- */
void fb_wire__frame(struct fb_writer *w, void *frame, size_t size, enum fb_frame_kind kind);
/* The message's fields, at the end of the frame. */
void fb_wire__pack(struct fb_writer *w, const ProtobufCMessage *message);
/* The message as field `number` of the one that the frame holds: lists need not be in memory at once. */
void fb_wire__append(struct fb_writer *w, unsigned number, const ProtobufCMessage *message);
/* A frame whose message is rows and what `message` (initialised) holds already; its length, or 0. */
size_t fb_wire__encode(enum fb_frame_kind kind, const struct fb_wire_row *row, size_t n, const void *ours,
                       ProtobufCMessage *message, void *frame, size_t size);
/* The frame's length, 0 when it did not fit. */
size_t fb_wire__length(const struct fb_writer *w);
#endif
