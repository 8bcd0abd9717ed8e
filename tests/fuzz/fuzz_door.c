/* Bytes as a program: peers with and without keys say Hello, publish and ask, in any order, under other identities, with a full disk, gone
 * and back, while the commit thread (here: the program) takes what is handed over and gives it back in pieces. Held: a frame is answered
 * at once, with one frame, or goes to the commit thread as one item, never both; no source has more on its way than its window; what
 * comes back is answered once, to who sent it, in the order in which it was sent, but for who has gone; and in the end nothing is on its
 * way, nowhere. */
#include "engine/base/check.h"
#include "engine/shell/door.h"
#include "engine/shell/log.h"
#include "tests/lib/fuzz.h"
#include "tests/lib/wire_records.h"
#include <stdlib.h>
#include <string.h>

#define KEYS                                                                                                                               \
    "identities:\n  - name: ctl\n    key: 'JTKVSB%%)wK0E.X)V>+}o?pNmC{O&4W4b!Ni{Lh6'\n    roles: [controls]\n"                              \
    "  - name: rth\n    key: 'rq:rM>}U?@Lns47E1%kR.o@n%FcmmsL/@{H8]yf7'\n    roles: [publish:"
static const char *const files[] = {KEYS "RTH]\n", KEYS "RTH]\n    revoked: 2024-10-05\n", KEYS "all]\n    sources: [xq]\n", KEYS "RXQ]\n",
                                    "local: {roles: [controls]}\n" KEYS "RTH]\n"};
static const char *const names[] = {"rth", "xq", "fairbank", "all"}, *const trusts[] = {NULL, "RTH", "RXQ"};

enum { PEERS = 8, STEPS = 160, HELD = 64, PAGES = 3, FILES = sizeof files / sizeof files[0] };
/* What went to the commit thread, in order; records and Hellos until they are answered. */
struct on_its_way {
    enum fb_item_kind kind;
    unsigned peer, serial;
    const struct fb_known *known; /* records: under which name they were taken */
    struct fb_span message_id;
    struct fb_answer answer;
    bool back, over;
};
static struct {
    struct fb_config config;
    struct fb_queue *queue;
    struct fb_sessions *sessions;
    struct fb_stats stats;
    struct fb_desk desk;
    struct fb_commit_news news;
    struct fb_reload reload;
    struct fb_care care;
    struct fb_gate *gate;
    struct fb_door door;
    unsigned room, attempts, results, welcomes, serial;
    unsigned from; /* whose frame is taken now; PEERS: none is */
    bool nobody[PEERS], failed[PEERS];
    struct on_its_way way[STEPS * 2];
    unsigned n_way, n_taken, n_back;
    struct fb_item *held[HELD];
    unsigned n_held, n_done;
} T;
static unsigned char frame[FB_MESSAGE_BYTES_MAX], memory[1 << 20];

static struct fb_peer peer_of(unsigned i)
{
    return (struct fb_peer){.n = 1, .id = {(unsigned char)i}, .key = i == PEERS - 1 ? 1 : i >= PEERS - 3 ? 2 : 0};
}

static unsigned number_of(const struct fb_peer *p)
{
    fb_assert(p->n == 1 && p->id[0] < PEERS && p->key == peer_of(p->id[0]).key);
    return p->id[0];
}

/* ---- what is said ---- */

/* Of a record that came back: the next one of that peer. */
static void check_late(unsigned who, const struct fb_wire_answer *a)
{
    struct on_its_way *w = T.way;
    while (w < T.way + T.n_way && (w->over || w->kind != FB_ITEM_RECORD || w->peer != who))
        w++;
    fb_assert(w < T.way + T.n_way && w->back && !a->busy);
    fb_assert(a->message_id.n == w->message_id.n && (a->message_id.n == 0 || memcmp(a->message_id.p, w->message_id.p, a->message_id.n) == 0));
    fb_assert(a->outcome == w->answer.outcome && a->reason == w->answer.reason && a->journal == w->answer.journal);
    w->over = true;
}

/* Before anything was kept. */
static void check_at_once(const struct fb_wire_answer *a, uint32_t window)
{
    const struct fb_peer p = peer_of(T.from);
    const struct fb_session *s = fb_session_find(T.sessions, &p);
    if (!a->busy) {
        fb_assert(a->outcome == FB_OUTCOME_REFUSED && a->reason != FB_REASON_NONE && a->journal == 0);
        return;
    }
    fb_assert(s != NULL && window == s->known->window);
    fb_assert(s->known->in_flight == window || T.care.holding || fb_queue_out(T.queue) == T.room || fb_queue_pages(T.queue) == PAGES);
}

static enum fb_err hear(void *ctx, const struct fb_peer *peer, const void *bytes, size_t n)
{
    struct fb_arena arena;
    enum fb_frame_kind kind;
    struct fb_span payload;
    struct fb_wire_answer *a = NULL;
    unsigned count = 0, who = number_of(peer);
    uint32_t window = 0;
    (void)ctx;
    fb_assert(T.from == PEERS || T.from == who);
    fb_assert(n <= FB_MESSAGE_BYTES_MAX && fb_frame_open((struct fb_span){bytes, (uint32_t)n}, &kind, &payload) == FB_REASON_NONE);
    T.attempts++;
    T.results += kind == FB_FRAME_RESULT;
    T.welcomes += kind == FB_FRAME_WELCOME;
    if (kind == FB_FRAME_ANSWERS) {
        fb_arena_init(&arena, memory, sizeof memory);
        fb_assert(fb_decode_answers(payload, &arena, &a, &count, &window) == FB_REASON_NONE && count > 0);
        fb_assert(T.from == PEERS || count == 1);
        for (unsigned i = 0; i < count; i++)
            if (T.from == PEERS)
                check_late(who, &a[i]);
            else
                check_at_once(&a[i], window);
        fb_arena_release(&arena);
    }
    T.failed[who] |= T.nobody[who];
    return T.nobody[who] ? FB_NOT_FOUND : FB_OK;
}

/* ---- what is held after each step ---- */

static void check_windows(void)
{
    const struct fb_session *s;
    const struct fb_known *known;
    for (unsigned i = 0; (known = fb_sessions_source(T.sessions, i)) != NULL; i++) {
        unsigned n = 0;
        for (unsigned k = 0; k < T.n_way; k++)
            n += !T.way[k].over && T.way[k].known == known;
        fb_assert(known->in_flight == n && n <= known->window);
    }
    for (unsigned i = 0; (s = fb_sessions_at(T.sessions, i)) != NULL; i++) {
        unsigned n = 0;
        for (unsigned k = 0; s->known != NULL && k < T.n_way; k++)
            n += !T.way[k].over && (T.way[k].kind == FB_ITEM_RECORD || T.way[k].kind == FB_ITEM_HELLO) && T.way[k].peer == number_of(&s->peer);
        fb_assert(s->known == NULL || (s->in_flight == n && s->hellos <= FB_HELLOS_MAX && s->hellos <= n));
    }
}

/* ---- steps ---- */

static void on_its_way(enum fb_item_kind kind, unsigned who)
{
    const struct fb_peer p = peer_of(who);
    const struct fb_session *s = fb_session_find(T.sessions, &p);
    fb_assert(T.n_way < sizeof T.way / sizeof T.way[0] && (kind != FB_ITEM_RECORD || s != NULL));
    T.way[T.n_way++] = (struct on_its_way){.kind = kind, .peer = who, .serial = T.serial, .known = kind == FB_ITEM_RECORD ? s->known : NULL};
}

/* kind: of the item that the frame may become; ACK: none that is counted. */
static void take(unsigned who, size_t n, enum fb_item_kind kind)
{
    const struct fb_peer p = peer_of(who);
    unsigned attempts = T.attempts, out = fb_queue_out(T.queue), waiting = T.reload.n_waiting;
    struct fb_span exact = {malloc(n > 0 ? n : 1), (uint32_t)n};
    fb_assert(exact.p != NULL);
    if (n > 0)
        memcpy((void *)(uintptr_t)exact.p, frame, n);
    T.from = who;
    fb_door_take(&T.door, &p, exact);
    T.from = PEERS;
    free((void *)(uintptr_t)exact.p); /* the socket's memory goes with the next message */
    fb_assert(T.attempts - attempts + fb_queue_out(T.queue) - out + T.reload.n_waiting - waiting == 1);
    if (fb_queue_out(T.queue) > out)
        on_its_way(kind, who);
    fb_assert(fb_queue_out(T.queue) <= T.room && fb_queue_pages(T.queue) <= PAGES);
    /* Whom the identities do not name publishes nothing. */
    fb_assert(kind != FB_ITEM_RECORD || fb_queue_out(T.queue) == out || (fb_gate_who(T.gate, &p)->roles & FB_MAY_PUBLISH) != 0);
}

static void hello(unsigned who, unsigned arg)
{
    const char *trust = trusts[arg / 4 % 3];
    const struct fb_hello h = {.source = {.name = fb_span_of(names[arg % 4]),
                                          .trust = trust == NULL ? 0 : fb_code_of(trust),
                                          .system = FB_SYSTEM_ROSTER,
                                          .mode = FB_SOURCE_MODE_LIVE}};
    take(who, fb_encode_hello(&h, frame, sizeof frame), FB_ITEM_HELLO);
}

static void publish(unsigned who, unsigned arg)
{
    struct fb_record r;
    char id[16];
    struct fb_text t;
    fb_text_init(&t, id, sizeof id);
    fb_text_add_int(&t, arg & 64 ? 1 : ++T.serial);
    fb_test_typical_booking(&r);
    r.env.source = arg & 32 ? (struct fb_span){NULL, 0} : fb_span_of(names[arg % 4]);
    r.env.message_id = (struct fb_span){t.p, (uint32_t)t.n};
    r.as.booking.shift.hirer = fb_code_of(trusts[1 + arg / 4 % 2]);
    size_t n = fb_encode_publish(&r, frame, sizeof frame);
    if (arg & 128)
        frame[2 + arg * 7 % (n - 2)] ^= (unsigned char)(1 << arg % 8);
    take(who, n, FB_ITEM_RECORD);
}

/* Questions that go round by the commit thread; none that reads a store. */
static void ask(unsigned who, unsigned arg)
{
    static const enum fb_query_kind kinds[] = {FB_QUERY_CLOSE_PERIOD, FB_QUERY_WITHDRAW,   FB_QUERY_WORKER,         FB_QUERY_FORGET,  FB_QUERY_CONFIRM, FB_QUERY_CHECKPOINT, FB_QUERY_PROVE,
                                               FB_QUERY_RECEIPT,      FB_QUERY_BATCHES, FB_QUERY_WITHDRAW_BATCH, FB_QUERY_LINK, FB_QUERY_ISSUE,   FB_QUERY_COUNTERSIGN};
    const struct fb_query q = {.kind = kinds[arg % (sizeof kinds / sizeof kinds[0])],
                               .month = fb_day_of(2026, 10, 1),
                               .role = fb_span_of("finance"),
                               .reason = fb_span_of("why"),
                               .issue = 1 + arg,
                               .subject = 7,
                               .worker_number = 7,
                               .batch_number = 7,
                               .source = fb_span_of("rth"),
                               .link = fb_span_of("fb1.x"),
                               .note = fb_span_of("note"),
                               .asker = {fb_span_of("me"), arg / 16 % 5, arg & 128 ? fb_code_of("RTH") : 0}};
    take(who, fb_encode_query(&q, frame, sizeof frame), FB_ITEM_KINDS);
}

/* Any bytes, but no question: those that read a store are not for here. */
static const uint8_t *raw(unsigned who, unsigned arg, const uint8_t *p, const uint8_t *end)
{
    size_t n = (size_t)(end - p) < arg % 64 ? (size_t)(end - p) : arg % 64;
    if (n > 0)
        memcpy(frame, p, n);
    if (n > 0 && arg & 64)
        frame[0] = FB_WIRE_VERSION;
    if (n > 1 && frame[1] == FB_FRAME_QUERY)
        frame[1] = FB_FRAME_PUBLISH;
    take(who, n, n > 1 && frame[1] == FB_FRAME_HELLO ? FB_ITEM_HELLO : FB_ITEM_RECORD);
    return p + n;
}

/* As the feed has it: nobody is answered. */
static void acknowledge(unsigned who)
{
    struct fb_item *item = fb_queue_new(T.queue);
    if (item == NULL)
        return;
    item->kind = FB_ITEM_ACK;
    item->peer = peer_of(who);
    fb_queue_push(T.queue, item);
    on_its_way(FB_ITEM_ACK, who);
}

/* The commit thread takes some: in the order in which they came. */
static void commit_takes(unsigned most)
{
    unsigned n = fb_queue_take(T.queue, T.held + T.n_held, most < HELD - T.n_held ? most : HELD - T.n_held, 0);
    for (unsigned i = 0; i < n; i++) {
        const struct fb_item *item = T.held[T.n_held++];
        struct on_its_way *w = &T.way[T.n_taken++];
        fb_assert(number_of(&item->peer) == w->peer && (w->kind == FB_ITEM_KINDS ? item->kind != FB_ITEM_HELLO && item->kind != FB_ITEM_RECORD : item->kind == w->kind));
        fb_assert(item->kind != FB_ITEM_RECORD || (item->session->known == w->known && item->greeted == &w->known->greeted));
        w->message_id = item->message_id;
    }
}

/* The first ones of those that it has, with what became of them. */
static void commit_gives_back(unsigned most, unsigned how)
{
    unsigned n = most < T.n_held ? most : T.n_held;
    for (unsigned i = 0; i < n; i++) {
        struct fb_item *item = T.held[i];
        struct on_its_way *w = &T.way[T.n_back++];
        bool bad = (how + i) % 4 == 3;
        if (item->kind == FB_ITEM_RECORD)
            w->answer = item->answer = (struct fb_answer){
                .outcome = item->input.record != NULL && !bad ? FB_OUTCOME_ACCEPTED + how % 4 : FB_OUTCOME_REFUSED,
                .reason = item->input.record != NULL ? FB_REASON_NONE : item->input.refused,
                .journal = 100 + T.n_back};
        else
            item->err = bad || item->kind == FB_ITEM_READ ? FB_REFUSED : FB_OK;
        if (item->kind == FB_ITEM_WITHDRAW_BATCH)
            *item->batch = (struct fb_batch_row){.number = 7};
        w->back = true;
    }
    fb_queue_give_back(T.queue, T.held, n);
    T.n_held -= n;
    memmove(T.held, T.held + n, T.n_held * sizeof T.held[0]);
}

/* A Hello and a question that came back are answered with a frame each, records of one peer with one. */
static void door_answers(unsigned most)
{
    struct fb_item *item[HELD];
    unsigned n = fb_queue_done(T.queue, item, most < HELD ? most : HELD), results = T.results, welcomes = T.welcomes, first = T.n_done;
    memset(T.failed, 0, sizeof T.failed);
    fb_door_done(&T.door, item, n);
    T.n_done += n;
    for (unsigned i = first; i < T.n_done; i++) {
        struct on_its_way *w = &T.way[i];
        fb_assert(w->kind == FB_ITEM_RECORD ? w->over || T.failed[w->peer] : !w->over);
        results += w->kind == FB_ITEM_KINDS;
        welcomes += w->kind == FB_ITEM_HELLO;
        w->over = true;
    }
    fb_assert(T.results == results && T.welcomes == welcomes);
}

static void identities(unsigned which, fb_day today)
{
    struct fb_identities *ids = NULL;
    struct fb_pack_report report = {0};
    unsigned lost;
    fb_assert(fb_identities_parse(&ids, "t", fb_span_of(files[which % FILES]), &report) == FB_OK);
    fb_assert(fb_gate_take(T.gate, &ids, today, &lost) == FB_OK);
    fb_pack_report_free(&report);
    fb_door_recheck(&T.door);
}

static const uint8_t *step(const uint8_t *p, const uint8_t *end)
{
    unsigned what = p[0] >> 3, who = p[0] & (PEERS - 1), arg = p[1];
    p += 2;
    if (what < 4)
        hello(who, arg);
    else if (what < 12)
        publish(who, arg);
    else if (what < 15)
        ask(who, arg);
    else if (what < 17)
        p = raw(who, arg, p, end);
    else if (what < 18)
        acknowledge(who);
    else if (what < 20)
        fb_queue_hand_over(T.queue);
    else if (what < 23)
        commit_takes(arg % 16);
    else if (what < 25)
        commit_gives_back(arg % 16, arg / 16);
    else if (what < 28)
        door_answers(arg % 16);
    else if (what < 29)
        T.nobody[who] = arg & 1;
    else if (what < 30)
        T.care.holding = arg & 1;
    else if (what < 31)
        identities(arg, 20000 + arg % 8);
    else
        fb_queue_trim(T.queue);
    check_windows();
    return p;
}

/* ---- one program ---- */

static void begin(unsigned settings)
{
    static char commit_thread; /* it never reads packs here: something is in hand already */
    memset(&T, 0, sizeof T);
    fb_config_default(&T.config);
    T.config.window = 1 + settings % 4;
    T.config.connections_max = 3 + settings / 4 % 2 * 8;
    T.config.accept_unknown_sources = true;
    T.room = 2 + settings / 8 % 8 * 5;
    T.from = PEERS;
    T.desk = (struct fb_desk){.news = &T.news};
    fb_assert(fb_queue_open(&T.queue, T.room, PAGES) == FB_OK && fb_sessions_open(&T.sessions, &T.config) == FB_OK && fb_desk_open(&T.desk) == FB_OK &&
              fb_gate_open(&T.gate) == FB_OK);
    T.reload = (struct fb_reload){.state = FB_RELOAD_HANDED, .commit = (struct fb_commit *)(void *)&commit_thread};
    T.care = (struct fb_care){.floor_bytes = 1};
    T.door = (struct fb_door){.sessions = T.sessions,
                              .queue = T.queue,
                              .desk = &T.desk,
                              .reload = &T.reload,
                              .stats = &T.stats,
                              .outlet = {NULL, hear},
                              .epoch = 77,
                              .gate = T.gate,
                              .care = &T.care};
    fb_assert(fb_door_open(&T.door) == FB_OK);
    identities(0, 20000);
}

static void end(void)
{
    const struct fb_known *known;
    fb_queue_hand_over(T.queue);
    while (T.n_done < T.n_way) {
        commit_takes(HELD);
        commit_gives_back(HELD, 0);
        door_answers(HELD);
    }
    check_windows();
    for (unsigned i = 0; (known = fb_sessions_source(T.sessions, i)) != NULL; i++)
        fb_assert(known->in_flight == 0);
    fb_assert(fb_queue_out(T.queue) == 0 && T.door.under_way.n_askers == 0 && T.n_taken == T.n_way && T.n_back == T.n_way);
    fb_door_close(&T.door);
    fb_desk_close(&T.desk);
    fb_sessions_close(&T.sessions);
    fb_queue_close(&T.queue);
    fb_gate_close(&T.gate);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    if (size < 1 || size > 4096)
        return 0;
    fb_log_set(FB_LOG_NONE);
    begin(data[0]);
    const uint8_t *p = data + 1, *const stop = data + size;
    for (unsigned i = 0; i < STEPS && p + 1 < stop; i++)
        p = step(p, stop);
    end();
    return 0;
}
