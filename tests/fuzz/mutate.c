#include "tests/fuzz/mutate.h"
#include "engine/base/prng.h"
#include "fairbank/v1/envelope.pb-c.h"
#include "fairbank/v1/exchange.pb-c.h"
#include "fairbank/v1/feed.pb-c.h"
#include "fairbank/v1/query.pb-c.h"
#include "fairbank/v1/record.pb-c.h"
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

/* Of libFuzzer: the one gives its own mutation, the other is asked in place of it. */
size_t LLVMFuzzerMutate(uint8_t *data, size_t size, size_t max_size);
size_t LLVMFuzzerCustomMutator(uint8_t *data, size_t size, size_t max_size, unsigned int seed);

enum { MEMORY_BYTES = 8 << 20, CODE_BYTES = 5, DEPTH_MAX = 4, UNKNOWN_TAGS = 2000, PLAIN_ONE_IN = 4, LIST_MAX = 4096 };

/* What an input may be, by target; head: bytes before the message, a frame's version and kind. */
enum { TYPES_MAX = 8 };
static const struct {
    unsigned head;
    const ProtobufCMessageDescriptor *type[TYPES_MAX];
} inputs[] = {
    [FB_MUTATE_PUBLISH] = {0, {&fairbank__v1__envelope__descriptor}},
    [FB_MUTATE_EXCHANGE] = {2,
                            {&fairbank__v1__hello__descriptor, &fairbank__v1__welcome__descriptor, &fairbank__v1__query__descriptor,
                             &fairbank__v1__result__descriptor, &fairbank__v1__answers__descriptor}},
    [FB_MUTATE_FEED] = {0,
                        {&fairbank__v1__feed_ask__descriptor, &fairbank__v1__feed_ack__descriptor, &fairbank__v1__feed_page__descriptor,
                         &fairbank__v1__tick__descriptor}},
};

/* ---- memory of one mutation: nothing is given back before the next ---- */

static _Alignas(16) unsigned char memory[MEMORY_BYTES];
static size_t used;

static void *take(void *ctx, size_t n)
{
    (void)ctx;
    size_t at = used;
    if (n > MEMORY_BYTES - used - 15)
        return NULL;
    used += (n + 15) & ~(size_t)15;
    return memory + at;
}

static void let_be(void *ctx, void *p)
{
    (void)ctx;
    (void)p;
}

static ProtobufCAllocator allocator = {take, let_be, NULL};

/* ---- one value ---- */

/* Around what stands there, a unit of time or money away, and where ranges end. */
static int64_t number(struct fb_prng *p, int64_t v)
{
    static const int64_t step[] = {1, 60, 100, 1440, 10000, 60000, 3600000, 86400000, 604800000};
    static const int64_t edge[] = {0, 1, -1, INT32_MAX, INT32_MIN, INT64_MAX, INT64_MIN, UINT32_MAX, 946684800000, 4102444800000};
    uint64_t by = (uint64_t)step[fb_prng_below(p, sizeof step / sizeof step[0])];
    switch (fb_prng_below(p, 4)) {
    case 0:
        return edge[fb_prng_below(p, sizeof edge / sizeof edge[0])];
    case 1:
        return (int64_t)((uint64_t)v + by);
    case 2:
        return (int64_t)((uint64_t)v - by);
    }
    return (int64_t)(fb_prng_next(p) >> fb_prng_below(p, 64));
}

static int enumerator(struct fb_prng *p, const ProtobufCEnumDescriptor *e)
{
    if (fb_prng_below(p, 8) == 0)
        return (int)fb_prng_below(p, e->n_values + 200);
    return e->values[fb_prng_below(p, e->n_values)].value;
}

static void code(struct fb_prng *p, ProtobufCBinaryData *b)
{
    static const char *const known[] = {"RTH", "RXQ", "QU9", "AFC_5", "MED", "NMC", "AG01", "Ward 5A"};
    const char *word = known[fb_prng_below(p, sizeof known / sizeof known[0])];
    size_t n = b->len < LIST_MAX ? b->len : LIST_MAX;
    uint8_t *to = take(NULL, n + CODE_BYTES + strlen(word));
    if (to == NULL)
        return;
    if (n > 0)
        memcpy(to, b->data, n);
    switch (fb_prng_below(p, 4)) {
    case 0:
        memcpy(to, word, n = strlen(word));
        break;
    case 1:
        n = n > 0 ? fb_prng_below(p, n + 1) : 0;
        break;
    default:
        n = LLVMFuzzerMutate(to, n, n + CODE_BYTES);
    }
    *b = (ProtobufCBinaryData){n, to};
}

static void scalar(struct fb_prng *p, const ProtobufCFieldDescriptor *f, void *at)
{
    switch (f->type) {
    case PROTOBUF_C_TYPE_ENUM:
        *(int *)at = enumerator(p, f->descriptor);
        break;
    case PROTOBUF_C_TYPE_BOOL:
        *(protobuf_c_boolean *)at = !*(protobuf_c_boolean *)at;
        break;
    case PROTOBUF_C_TYPE_INT64:
    case PROTOBUF_C_TYPE_SINT64:
    case PROTOBUF_C_TYPE_SFIXED64:
    case PROTOBUF_C_TYPE_UINT64:
    case PROTOBUF_C_TYPE_FIXED64:
        *(int64_t *)at = number(p, *(int64_t *)at);
        break;
    case PROTOBUF_C_TYPE_INT32:
    case PROTOBUF_C_TYPE_SINT32:
    case PROTOBUF_C_TYPE_SFIXED32:
    case PROTOBUF_C_TYPE_UINT32:
    case PROTOBUF_C_TYPE_FIXED32:
        *(int32_t *)at = (int32_t)(uint32_t)(uint64_t)number(p, *(int32_t *)at);
        break;
    case PROTOBUF_C_TYPE_BYTES:
        code(p, at);
        break;
    case PROTOBUF_C_TYPE_FLOAT:
    case PROTOBUF_C_TYPE_DOUBLE:
    case PROTOBUF_C_TYPE_STRING:
    case PROTOBUF_C_TYPE_MESSAGE:
        break; /* the wire has none of the first three */
    }
}

static size_t size_of(const ProtobufCFieldDescriptor *f)
{
    switch (f->type) {
    case PROTOBUF_C_TYPE_BYTES:
        return sizeof(ProtobufCBinaryData);
    case PROTOBUF_C_TYPE_MESSAGE:
    case PROTOBUF_C_TYPE_STRING:
        return sizeof(void *);
    case PROTOBUF_C_TYPE_BOOL:
        return sizeof(protobuf_c_boolean);
    case PROTOBUF_C_TYPE_INT64:
    case PROTOBUF_C_TYPE_SINT64:
    case PROTOBUF_C_TYPE_SFIXED64:
    case PROTOBUF_C_TYPE_UINT64:
    case PROTOBUF_C_TYPE_FIXED64:
    case PROTOBUF_C_TYPE_DOUBLE:
        return 8;
    case PROTOBUF_C_TYPE_INT32:
    case PROTOBUF_C_TYPE_SINT32:
    case PROTOBUF_C_TYPE_SFIXED32:
    case PROTOBUF_C_TYPE_UINT32:
    case PROTOBUF_C_TYPE_FIXED32:
    case PROTOBUF_C_TYPE_FLOAT:
    case PROTOBUF_C_TYPE_ENUM:
        break;
    }
    return 4;
}

/* ---- one field ---- */

static void change(struct fb_prng *p, ProtobufCMessage *m, unsigned depth);

/* Of an envelope: what is in its body. */
static void change_body(struct fb_prng *p, ProtobufCMessage *m, unsigned depth)
{
#define BODY(KIND, type) [FAIRBANK__V1__KIND__KIND_##KIND] = &fairbank__v1__##type##__descriptor
    static const ProtobufCMessageDescriptor *const body[] = {
        BODY(ORGANISATION, organisation), BODY(VACANCY, vacancy),     BODY(CASCADE, cascade),   BODY(BOOKING, booking),
        BODY(TIMESHEET, timesheet),       BODY(AGENCY, agency),       BODY(FRAMEWORK, framework), BODY(BUDGET, budget),
        BODY(WORKER, worker),             BODY(WORKER_FACT, worker_fact), BODY(ABSENCE, absence), BODY(APPROVAL, approval),
        BODY(REPLY, reply),               BODY(SUBSTANTIVE_HOURS, substantive_hours)};
#undef BODY
    Fairbank__V1__Envelope *e = (Fairbank__V1__Envelope *)m;
    bool known = e->kind > 0 && (size_t)e->kind < sizeof body / sizeof body[0] && body[e->kind] != NULL;
    ProtobufCMessage *b = known ? protobuf_c_message_unpack(body[e->kind], &allocator, e->body.len, e->body.data) : NULL;
    if (b == NULL)
        return;
    change(p, b, depth + 1);
    size_t n = protobuf_c_message_get_packed_size(b);
    uint8_t *to = take(NULL, n);
    if (to != NULL)
        e->body = (ProtobufCBinaryData){protobuf_c_message_pack(b, to), to};
}

static void change_list(struct fb_prng *p, ProtobufCMessage *m, const ProtobufCFieldDescriptor *f, unsigned depth)
{
    size_t *n = (size_t *)((char *)m + f->quantifier_offset), size = size_of(f), more = 1 + fb_prng_below(p, 3);
    char **list = (char **)((char *)m + f->offset);
    uint64_t how = fb_prng_below(p, 4);
    if (how == 0 && *n > 0)
        *n = fb_prng_below(p, *n);
    else if (how == 1 && *n > 0 && *n < LIST_MAX) { /* some come twice */
        char *to = take(NULL, (*n + more) * size);
        if (to == NULL)
            return;
        memcpy(to, *list, *n * size);
        for (size_t i = *n; i < *n + more; i++)
            memcpy(to + i * size, to + fb_prng_below(p, *n) * size, size);
        *list = to;
        *n += more;
    } else if (*n > 0) {
        char *one = *list + fb_prng_below(p, *n) * size;
        if (f->type == PROTOBUF_C_TYPE_MESSAGE)
            change(p, *(ProtobufCMessage **)one, depth + 1);
        else
            scalar(p, f, one);
    }
}

static void change_message(struct fb_prng *p, const ProtobufCFieldDescriptor *f, ProtobufCMessage **at, unsigned depth)
{
    const ProtobufCMessageDescriptor *type = f->descriptor;
    if (*at != NULL && fb_prng_below(p, 8) == 0) {
        *at = NULL;
        return;
    }
    if (*at == NULL) {
        ProtobufCMessage *fresh = take(NULL, type->sizeof_message);
        if (fresh == NULL)
            return;
        protobuf_c_message_init(type, fresh);
        *at = fresh;
    }
    change(p, *at, depth + 1);
}

static void change_one(struct fb_prng *p, ProtobufCMessage *m, const ProtobufCFieldDescriptor *f, unsigned depth)
{
    void *at = (char *)m + f->offset;
    if (f->label == PROTOBUF_C_LABEL_REPEATED) {
        change_list(p, m, f, depth);
        return;
    }
    if (f->type == PROTOBUF_C_TYPE_MESSAGE) {
        change_message(p, f, at, depth);
        return;
    }
    protobuf_c_boolean *has = f->label == PROTOBUF_C_LABEL_OPTIONAL ? (protobuf_c_boolean *)((char *)m + f->quantifier_offset) : NULL;
    if (has != NULL && (!*has || fb_prng_below(p, 8) == 0))
        *has = !*has;
    scalar(p, f, at);
}

/* A field of a version that comes after this one. */
static void add_unknown(struct fb_prng *p, ProtobufCMessage *m)
{
    ProtobufCMessageUnknownField *to = take(NULL, (m->n_unknown_fields + 1) * sizeof *to);
    uint8_t *data = take(NULL, 1);
    if (to == NULL || data == NULL)
        return;
    if (m->n_unknown_fields > 0)
        memcpy(to, m->unknown_fields, m->n_unknown_fields * sizeof *to);
    *data = (uint8_t)fb_prng_below(p, 128);
    to[m->n_unknown_fields] = (ProtobufCMessageUnknownField){1 + (uint32_t)fb_prng_below(p, UNKNOWN_TAGS), PROTOBUF_C_WIRE_TYPE_VARINT, 1, data};
    m->unknown_fields = to;
    m->n_unknown_fields++;
}

static void change(struct fb_prng *p, ProtobufCMessage *m, unsigned depth)
{
    const ProtobufCMessageDescriptor *type = m->descriptor;
    if (depth > DEPTH_MAX || type->n_fields == 0)
        return;
    if (fb_prng_below(p, 20) == 0)
        add_unknown(p, m);
    else if (type == &fairbank__v1__envelope__descriptor && fb_prng_below(p, 3) > 0)
        change_body(p, m, depth); /* most of what can be said is there */
    else
        change_one(p, m, &type->fields[fb_prng_below(p, type->n_fields)], depth);
}

/* ---- the input ---- */

/* As one of the target's types, tried from any of them on: several may read the same bytes. */
static ProtobufCMessage *read_any(struct fb_prng *p, const uint8_t *data, size_t n)
{
    const ProtobufCMessageDescriptor *const *type = inputs[fb_mutate].type;
    unsigned types = 0;
    while (types < TYPES_MAX && type[types] != NULL)
        types++;
    for (uint64_t from = fb_prng_below(p, types), i = 0; i < types; i++) {
        used = 0;
        ProtobufCMessage *m = protobuf_c_message_unpack(type[(from + i) % types], &allocator, n, data);
        if (m != NULL)
            return m;
    }
    return NULL;
}

size_t LLVMFuzzerCustomMutator(uint8_t *data, size_t size, size_t max_size, unsigned int seed)
{
    static int plain = -1;
    const unsigned head = inputs[fb_mutate].head;
    struct fb_prng p;
    fb_prng_init(&p, seed);
    plain = plain < 0 ? getenv("FB_PLAIN") != NULL : plain;
    if (plain || size <= head || fb_prng_below(&p, PLAIN_ONE_IN) == 0)
        return LLVMFuzzerMutate(data, size, max_size);
    ProtobufCMessage *m = read_any(&p, data + head, size - head);
    if (m == NULL)
        return LLVMFuzzerMutate(data, size, max_size);
    for (uint64_t n = 1 + fb_prng_below(&p, 2); n > 0; n--)
        change(&p, m, 0);
    size_t n = protobuf_c_message_get_packed_size(m);
    uint8_t *out = n <= max_size - head ? take(NULL, n) : NULL;
    if (out == NULL)
        return LLVMFuzzerMutate(data, size, max_size);
    (void)protobuf_c_message_pack(m, out);
    memcpy(data + head, out, n);
    return head + n;
}
