#include "engine/wire/table.h"

/* The version is looked at before the kind: another version may have other kinds. */
enum fb_reason fb_frame_open(struct fb_span frame, enum fb_frame_kind *kind, struct fb_span *payload)
{
    if (frame.n < 2)
        return FB_REASON_NOT_A_FRAME;
    unsigned version = (unsigned char)frame.p[0], number = (unsigned char)frame.p[1];
    if (version != FB_WIRE_VERSION)
        return FB_REASON_VERSION;
    if (number < FB_FRAME_HELLO || number > FB_FRAME_TICK)
        return FB_REASON_NOT_A_FRAME;
    if (frame.n > FB_MESSAGE_BYTES_MAX)
        return FB_REASON_TOO_LONG;
    *kind = (enum fb_frame_kind)number;
    *payload = (struct fb_span){frame.p + 2, frame.n - 2};
    return FB_REASON_NONE;
}

void fb_wire__frame(struct fb_writer *w, void *frame, size_t size, enum fb_frame_kind kind)
{
    fb_writer_init(w, frame, size < FB_MESSAGE_BYTES_MAX ? size : FB_MESSAGE_BYTES_MAX);
    fb_put_u8(w, FB_WIRE_VERSION);
    fb_put_u8(w, (uint8_t)kind);
}

/* protobuf-c writes without looking where the memory ends, so its size is asked first. */
static void put_packed(struct fb_writer *w, const ProtobufCMessage *message, size_t n)
{
    if (w->bad || n > w->size - w->n) {
        w->bad = true;
        return;
    }
    w->n += protobuf_c_message_pack(message, w->p + w->n);
}

void fb_wire__pack(struct fb_writer *w, const ProtobufCMessage *message)
{
    put_packed(w, message, protobuf_c_message_get_packed_size(message));
}

void fb_wire__append(struct fb_writer *w, unsigned number, const ProtobufCMessage *message)
{
    size_t n = protobuf_c_message_get_packed_size(message);
    fb_put_varint(w, (uint64_t)number << 3 | 2u); /* protobuf's "length-delimited" */
    fb_put_varint(w, n);
    put_packed(w, message, n);
}

size_t fb_wire__length(const struct fb_writer *w)
{
    return w->bad ? 0 : w->n;
}
