#include "engine/shell/zap.h"
#include "engine/base/check.h"
#include "engine/shell/clock.h"
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <zmq.h>

enum { VERSION, REQUEST, DOMAIN_NAME, ADDRESS, ROUTING, MECHANISM, CREDENTIALS };
_Static_assert(CREDENTIALS + 1 == FB_ZAP_PARTS, "the parts of a question");

/* Which roles are of any use at a socket. */
static const struct {
    const char *domain;
    unsigned roles;
} sockets[] = {{FB_ZAP_DOOR, FB_MAY_READ_ALL | FB_MAY_TRUST | FB_MAY_PUBLISH}, {FB_ZAP_FEED, FB_MAY_FEED}, {FB_ZAP_TICKER, FB_MAY_CONTROLS | FB_MAY_FINANCE}};

static bool roles_for(struct fb_span domain, unsigned *roles)
{
    for (size_t i = 0; i < sizeof sockets / sizeof sockets[0]; i++)
        if (fb_span_is(domain, sockets[i].domain)) {
            *roles = sockets[i].roles;
            return true;
        }
    return false;
}

/* Shorter or longer than they can be, or of another protocol: NULL when it is a question that can be answered with yes or no. */
static const char *malformed(const struct fb_span *part, unsigned n, unsigned *roles)
{
    if (n != FB_ZAP_PARTS)
        return "another number of parts";
    if (!fb_span_is(part[VERSION], "1.0"))
        return "another version";
    if (!roles_for(part[DOMAIN_NAME], roles))
        return "another socket";
    if (fb_span_is(part[MECHANISM], "CURVE") && part[CREDENTIALS].n != FB_Z85_KEY_BYTES)
        return "no whole key";
    return NULL;
}

/* One property as the protocol has it: length and name, length (four bytes) and value. */
static void add_number(struct fb_zap_reply *out, uint32_t number)
{
    char digits[16];
    struct fb_text t;
    fb_text_init(&t, digits, sizeof digits);
    fb_text_add_int(&t, number);
    const unsigned n = sizeof FB_ZAP_NUMBER - 1;
    out->meta[0] = (unsigned char)n;
    memcpy(out->meta + 1, FB_ZAP_NUMBER, n);
    memset(out->meta + 1 + n, 0, 3);
    out->meta[n + 4] = (unsigned char)t.n;
    memcpy(out->meta + n + 5, t.p, t.n);
    out->n_meta = n + 5 + (unsigned)t.n;
}

static void turn(struct fb_gate *g, enum fb_turned cause, const struct fb_identity *who, struct fb_span address)
{
    char text[FB_TURNED_WHO_BYTES];
    struct fb_text t;
    fb_text_init(&t, text, sizeof text);
    fb_text_add(&t, who != NULL ? who->name : "");
    fb_text_add(&t, who != NULL ? " " : "");
    fb_text_add_span(&t, address);
    fb_turned_away(fb_gate_refusals(g), cause, (struct fb_span){t.p, (uint32_t)t.n}, fb_clock_ticks_ms());
}

static void judge_key(struct fb_gate *g, const struct fb_span *part, unsigned roles, struct fb_zap_reply *out)
{
    const struct fb_identity *who = NULL;
    enum fb_turned why;
    uint32_t number = fb_gate_key(g, (const unsigned char *)part[CREDENTIALS].p, &who, &why);
    if (number != 0 && (who->roles & roles) == 0) {
        why = FB_TURNED_SOCKET;
        number = 0;
    }
    if (number == 0) {
        turn(g, why, who, part[ADDRESS]);
        return;
    }
    out->status = "200";
    out->text = "OK";
    memcpy(out->user, who->name, sizeof out->user);
    add_number(out, number);
}

void fb_zap_judge(struct fb_gate *g, const struct fb_span *part, unsigned n, struct fb_zap_reply *out)
{
    unsigned roles = 0;
    *out = (struct fb_zap_reply){.status = "400", .text = "not let in", .answered = n > REQUEST && part[REQUEST].n <= 255};
    const char *wrong = malformed(part, n, &roles);
    if (wrong != NULL)
        turn(g, FB_TURNED_ZAP, NULL, fb_span_of(wrong));
    else if (!fb_span_is(part[MECHANISM], "CURVE"))
        turn(g, FB_TURNED_NO_KEY, NULL, part[ADDRESS]);
    else
        judge_key(g, part, roles, out);
}

/* ---- the socket ---- */

struct fb_zap {
    void *socket;
    struct fb_gate *gate;
};

enum fb_err fb_zap_open(struct fb_zap **out, void *zmq_context, struct fb_gate *g, const char **why)
{
    const int none = 0;
    struct fb_zap *z = calloc(1, sizeof *z);
    *why = "no memory is left";
    if (z == NULL)
        return FB_FULL;
    z->gate = g;
    z->socket = zmq_socket(zmq_context, ZMQ_REP);
    if (z->socket == NULL || zmq_setsockopt(z->socket, ZMQ_LINGER, &none, sizeof none) != 0 ||
        zmq_bind(z->socket, "inproc://zeromq.zap.01") != 0) {
        *why = zmq_strerror(zmq_errno());
        fb_zap_close(&z);
        return FB_IO;
    }
    *out = z;
    return FB_OK;
}

void fb_zap_close(struct fb_zap **z)
{
    if (*z != NULL && (*z)->socket != NULL)
        zmq_close((*z)->socket);
    free(*z);
    *z = NULL;
}

int fb_zap_fd(const struct fb_zap *z)
{
    int fd = -1;
    size_t n = sizeof fd;
    int rc = zmq_getsockopt(z->socket, ZMQ_FD, &fd, &n);
    fb_assert(rc == 0);
    return fd;
}

bool fb_zap_ready(const struct fb_zap *z)
{
    int events = 0;
    size_t n = sizeof events;
    return zmq_getsockopt(z->socket, ZMQ_EVENTS, &events, &n) == 0 && (events & ZMQ_POLLIN) != 0;
}

/* How many parts came, those beyond the room included; 0: nothing is there. */
static unsigned receive(struct fb_zap *z, zmq_msg_t msg[FB_ZAP_PARTS])
{
    unsigned n = 0;
    bool more = true;
    zmq_msg_t spare;
    zmq_msg_init(&spare);
    while (more) {
        zmq_msg_t *to = n < FB_ZAP_PARTS ? &msg[n] : &spare;
        int rc;
        while ((rc = zmq_msg_recv(to, z->socket, ZMQ_DONTWAIT)) < 0 && zmq_errno() == EINTR)
            ;
        if (rc < 0)
            break;
        more = zmq_msg_more(to) != 0;
        n++;
    }
    zmq_msg_close(&spare);
    return n;
}

static void send_part(struct fb_zap *z, const void *bytes, size_t n, bool more)
{
    (void)zmq_send(z->socket, bytes, n, ZMQ_DONTWAIT | (more ? ZMQ_SNDMORE : 0));
}

/* A question without a request id is answered with none: a REP socket must answer before it hears the next. */
static void answer(struct fb_zap *z, struct fb_span request, const struct fb_zap_reply *r)
{
    send_part(z, "1.0", 3, true);
    send_part(z, request.p, request.n, true);
    send_part(z, r->status, 3, true);
    send_part(z, r->text, strlen(r->text), true);
    send_part(z, r->user, strlen(r->user), true);
    send_part(z, r->meta, r->n_meta, false);
}

static bool serve_one(struct fb_zap *z)
{
    zmq_msg_t msg[FB_ZAP_PARTS];
    struct fb_span part[FB_ZAP_PARTS] = {{NULL, 0}}, none = {"", 0};
    struct fb_zap_reply reply;
    for (unsigned i = 0; i < FB_ZAP_PARTS; i++)
        zmq_msg_init(&msg[i]);
    unsigned n = receive(z, msg);
    for (unsigned i = 0; i < FB_ZAP_PARTS && i < n; i++)
        part[i] = (struct fb_span){zmq_msg_data(&msg[i]), (uint32_t)zmq_msg_size(&msg[i])};
    if (n > 0) {
        fb_zap_judge(z->gate, part, n, &reply);
        answer(z, reply.answered ? part[REQUEST] : none, &reply);
    }
    for (unsigned i = 0; i < FB_ZAP_PARTS; i++)
        zmq_msg_close(&msg[i]);
    return n > 0;
}

void fb_zap_serve(struct fb_zap *z, unsigned most)
{
    for (unsigned i = 0; i < most && serve_one(z); i++)
        ;
}
