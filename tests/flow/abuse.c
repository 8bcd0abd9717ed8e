/* What somebody who means ill can do to a running engine over the network, with and without keys: nothing of it is taken, its memory
 * stays bounded, and an honest publisher is served meanwhile.
 *
 *   abuse FOLDER PORT LOCAL-DOOR ENGINE-PID CONNECTIONS
 *   abuse FOLDER PORT LOCAL-DOOR ENGINE-PID CONNECTIONS full   only the crowd, at an engine that may have few files open */
#include "engine/base/hash.h"
#include "tests/bench/bench.h"
#include "tests/flow/abuse.h"
#include <signal.h>
#include <string.h>
#include <sys/resource.h>
#include <time.h>
#include <unistd.h>

#if defined(__SANITIZE_ADDRESS__)
enum { BASE_MIB = 192, KIB_A_CONNECTION = 96 }; /* each block with what the sanitizer lays round it */
#else
enum { BASE_MIB = 64, KIB_A_CONNECTION = 8 }; /* topics that were on their way when too many were seen are of it */
#endif
enum { ANSWER_MS = 10000, NOT_LET_IN_MS = 1500, REVOKED_WITHIN_MS = 1000 };

void abuse_record(struct fb_record *r, const char *source, const char *hirer, const char *id)
{
    static struct bench_texts texts;
    bench_booking(fb_hash64(id, strlen(id)) % 1000000000, fb_span_of(source), &texts, r); /* of another worker each */
    r->env.source = fb_span_of(source);
    r->env.message_id = r->env.record_ref = fb_span_of(id);
    r->as.booking.shift.hirer = fb_code_of(hirer);
}

size_t abuse_frame(unsigned char *frame, const char *source, const char *hirer, const char *id)
{
    struct fb_record r;
    abuse_record(&r, source, hirer, id);
    size_t n = fb_encode_publish(&r, frame, FB_MESSAGE_BYTES_MAX);
    abuse_must(n > 0, "a record does not fit a frame");
    return n;
}

void abuse_keys(const struct abuse *a, const char *name, struct fb_curve *out)
{
    char server[512], own[512], memory[1024];
    struct fb_text why;
    *out = (struct fb_curve){.on = false};
    if (name == NULL)
        return;
    fb_text_init(&why, memory, sizeof memory);
    snprintf(server, sizeof server, "%s/engine.pub", a->folder);
    snprintf(own, sizeof own, "%s/%s.key", a->folder, name);
    abuse_must(fb_curve_open(out, a->door, server, own, &why) == FB_OK, "%s", why.p);
}

int64_t abuse_memory_kib(pid_t pid)
{
    char path[64], line[256];
    int64_t kib = -1;
    snprintf(path, sizeof path, "/proc/%d/status", (int)pid);
    FILE *f = fopen(path, "r");
    while (f != NULL && fgets(line, sizeof line, f) != NULL)
        if (strncmp(line, "RssAnon:", 8) == 0)
            kib = strtoll(line + 8, NULL, 10);
    if (f != NULL)
        fclose(f);
    return kib;
}

void abuse_watch_memory(struct abuse *a)
{
    int64_t now = abuse_memory_kib(a->engine);
    abuse_must(now >= 0, "the engine has gone");
    a->most_kib = now > a->most_kib ? now : a->most_kib;
}

/* ---- questions ---- */

static enum fb_err ask(const char *endpoint, const struct fb_curve *keys, const struct fb_query *q, int ms, struct fb_result *r)
{
    static unsigned char memory[1 << 20], frame[2048];
    struct fb_arena arena;
    struct fb_ask *line = NULL;
    struct fb_span answer, payload;
    enum fb_frame_kind kind;
    fb_arena_init(&arena, memory, sizeof memory);
    size_t n = fb_encode_query(q, frame, sizeof frame);
    abuse_must(n > 0 && fb_ask_open_with(&line, endpoint, keys) == FB_OK, "no question can be asked");
    enum fb_err e = fb_ask_send(line, (struct fb_span){(char *)frame, (uint32_t)n}, ms, &arena, &answer);
    if (e == FB_OK)
        abuse_must(fb_frame_open(answer, &kind, &payload) == FB_REASON_NONE && kind == FB_FRAME_RESULT &&
                       fb_decode_result(payload, &arena, r) == FB_REASON_NONE,
                   "an answer cannot be read");
    fb_ask_close(&line);
    return e;
}

uint64_t abuse_messages(const struct abuse *a)
{
    struct fb_result r;
    const struct fb_query q = {.kind = FB_QUERY_STATUS};
    abuse_must(ask(a->local, NULL, &q, ANSWER_MS, &r) == FB_OK, "the engine does not say how it is");
    return r.status.messages;
}

/* What a trust may ask, about what is not there: however often, it writes a bounded number of lines (abuse.sh counts them). */
static void ask_in_vain(const struct abuse *a)
{
    enum { TIMES = 60 };
    struct fb_result r;
    struct fb_curve keys;
    const struct fb_query q = {.kind = FB_QUERY_WITHDRAW_BATCH, .batch = fb_span_of("none"), .reason = fb_span_of("none")};
    abuse_keys(a, "ruh", &keys);
    for (unsigned i = 0; i < TIMES; i++)
        abuse_must(ask(a->door, &keys, &q, ANSWER_MS, &r) == FB_OK && r.reason == FB_REASON_NOT_YOURS, "a batch that is not there was answered with reason %d",
                   (int)r.reason);
}

static void must_not_answer(const struct abuse *a, const char *key, struct fb_query q, const char *what)
{
    struct fb_result r;
    struct fb_curve keys;
    abuse_keys(a, key, &keys);
    abuse_must(ask(a->door, &keys, &q, ANSWER_MS, &r) == FB_OK && r.reason == FB_REASON_NOT_YOURS, "%s was answered with reason %d", what,
               (int)r.reason);
}

static void try_questions(struct abuse *a)
{
    const fb_code rth = fb_code_of("RTH");
    must_not_answer(a, "ruh", (struct fb_query){.kind = FB_QUERY_FINDINGS, .findings = {.trust = rth}}, "a question about another trust");
    must_not_answer(a, "ruh", (struct fb_query){.kind = FB_QUERY_FINDINGS, .asker = {.as = FB_AS_CONTROLS}}, "a role that is not the key's");
    must_not_answer(a, "ruh", (struct fb_query){.kind = FB_QUERY_FINDINGS, .asker = {.as = FB_AS_TRUST, .trust = rth}}, "another trust's role");
    must_not_answer(a, "ruh", (struct fb_query){.kind = FB_QUERY_AUDIT, .asker = {.identity = fb_span_of("controls-1")}}, "who read what");
    must_not_answer(a, "ruh", (struct fb_query){.kind = FB_QUERY_ISSUE}, "an issue of the rules");
    must_not_answer(a, "rth", (struct fb_query){.kind = FB_QUERY_FINDINGS}, "a question by who may only publish");
    must_not_answer(a, "ruh", (struct fb_query){.kind = FB_QUERY_EXPLAIN, .record_ref = fb_span_of("taped-1")},
                    "a question about another trust's shift");
    ask_in_vain(a);
}

/* ---- publishers ---- */

static void remember(void *ctx, uint64_t tag, const struct fb_wire_answer *answer)
{
    (void)tag;
    *(struct fb_wire_answer *)ctx = *answer;
}

static struct fb_client *connect_as(const struct abuse *a, const char *key, const char *source, const char *trust, struct fb_wire_answer *answer)
{
    struct fb_client *c = NULL;
    struct fb_curve keys;
    abuse_keys(a, key, &keys);
    struct fb_client_options o = {.endpoint = a->door, .answered = remember, .ctx = answer, .curve = &keys};
    o.hello.source = (struct fb_source){.name = fb_span_of(source), .system = FB_SYSTEM_ROSTER, .mode = FB_SOURCE_MODE_LIVE,
                                        .trust = trust != NULL ? fb_code_of(trust) : 0};
    o.hello.adapter = fb_span_of("abuse");
    *answer = (struct fb_wire_answer){.busy = true};
    abuse_must(fb_client_open(&c, &o) == FB_OK, "no socket");
    return c;
}

/* What came of it is seen in the state. */
static void turn(struct fb_client *c)
{
    enum fb_err e = fb_client_poll(c, 20);
    (void)e;
}

/* The state that it comes to rest in. */
static enum fb_client_state rest(struct fb_client *c, int ms)
{
    int64_t until = fb_dealer_now_ms() + ms;
    while (fb_dealer_now_ms() < until && fb_client_state(c) < FB_CLIENT_WELCOME)
        turn(c);
    return fb_client_state(c);
}

static void must_rest(const struct abuse *a, const char *key, const char *source, const char *trust, enum fb_client_state state, const char *what)
{
    struct fb_wire_answer answer;
    struct fb_client *c = connect_as(a, key, source, trust, &answer);
    enum fb_client_state came = rest(c, state == FB_CLIENT_REFUSED ? ANSWER_MS : NOT_LET_IN_MS);
    abuse_must(came == state, "%s: state %d instead of %d (%s)", what, (int)came, (int)state, fb_client_refusal(c));
    fb_client_close(&c);
}

static void publish(struct fb_client *c, struct fb_record *r, struct fb_wire_answer *answer)
{
    int64_t until = fb_dealer_now_ms() + ANSWER_MS;
    answer->busy = true;
    abuse_must(fb_client_publish(c, r, 1) == FB_OK, "a record could not be sent");
    while (answer->busy && fb_dealer_now_ms() < until && fb_client_state(c) != FB_CLIENT_REFUSED)
        turn(c);
}

static void must_refuse(struct fb_client *c, struct fb_record *r, struct fb_wire_answer *answer, enum fb_reason reason, const char *what)
{
    publish(c, r, answer);
    abuse_must(!answer->busy && answer->reason == reason, "%s was answered with reason %d", what, (int)answer->reason);
}

static void try_publishers(struct abuse *a)
{
    struct fb_wire_answer answer;
    struct fb_record r;
    must_rest(a, "stranger", "rth", NULL, FB_CLIENT_REFUSED, "a key that no identity has");
    must_rest(a, "revoked", "revoked", NULL, FB_CLIENT_REFUSED, "a key that was revoked");
    must_rest(a, NULL, "rth", NULL, FB_CLIENT_CONNECTING, "no key");
    must_rest(a, "ruh", "rth", NULL, FB_CLIENT_REFUSED, "another's source");
    must_rest(a, "ruh", "ruh", "RTH", FB_CLIENT_REFUSED, "another trust");
    must_rest(a, "controls", "controls", NULL, FB_CLIENT_REFUSED, "a key that publishes nothing");
    struct fb_client *c = connect_as(a, "ruh", "ruh", NULL, &answer);
    abuse_must(rest(c, ANSWER_MS) == FB_CLIENT_WELCOME, "an honest trust is not welcome");
    abuse_record(&r, "ruh", "RTH", "ruh-1");
    must_refuse(c, &r, &answer, FB_REASON_NOT_YOURS, "another trust's record");
    abuse_record(&r, "rth", "RUH", "ruh-2");
    must_refuse(c, &r, &answer, FB_REASON_UNKNOWN_SOURCE, "a record in another's name");
    fb_client_close(&c);
}

/* ---- while it runs ---- */

static void write_identities(const struct abuse *a, const char *from)
{
    char path[512], to[512], text[16384];
    snprintf(path, sizeof path, "%s/%s", a->folder, from);
    snprintf(to, sizeof to, "%s/ids.yaml", a->folder);
    FILE *in = fopen(path, "r"), *out = fopen(to, "w");
    abuse_must(in != NULL && out != NULL, "%s cannot be copied", path);
    size_t n = fread(text, 1, sizeof text, in);
    abuse_must(fwrite(text, 1, n, out) == n && fclose(out) == 0 && kill(a->engine, SIGHUP) == 0, "the identities could not be changed");
    fclose(in);
}

/* A consumer waits at the feed, a publisher is welcome; then their key is revoked. */
static void revoke(struct abuse *a)
{
    struct fb_curve keys;
    struct fb_feed_client *feed = NULL;
    struct fb_feed_page page = {.next = 0};
    struct fb_wire_answer answer;
    struct fb_record r;
    struct abuse_ears ears;
    struct fb_client *c = connect_as(a, "rth-late", "rth-late", NULL, &answer);
    abuse_ears_open(&ears, a);
    abuse_keys(a, "rth-late", &keys);
    abuse_must(rest(c, ANSWER_MS) == FB_CLIENT_WELCOME && fb_feed_open_with(&feed, a->feed, &keys) == FB_OK, "an honest trust is not welcome");
    for (bool more = true; more;) {
        const struct fb_feed_ask look = {.after = page.next, .filter = {.trust = fb_code_of("RTH")}};
        abuse_must(fb_feed_next(feed, &look, ANSWER_MS, &page) == FB_OK && page.reason == FB_REASON_NONE, "a trust's own feed is refused");
        more = page.next < page.head;
    }
    write_identities(a, "ids-broken.yaml"); /* changes nothing */
    abuse_record(&r, "rth-late", "RTH", "late-1");
    publish(c, &r, &answer);
    abuse_must(!answer.busy && answer.reason == FB_REASON_NONE, "a broken file of identities turned an honest trust away");
    a->accepted++;
    /* Waits for a kind that nothing raises here, so that nothing but the refusal can come. */
    const struct fb_feed_ask wait = {.after = page.head, .wait = true, .filter = {.kinds = fb_event_set_of(FB_EVENT_RATE_REPRICED)}};
    pid_t self = fork();
    abuse_must(self >= 0, "no process");
    if (self == 0) { /* changes the file while this process waits; uses no socket */
        nanosleep(&(struct timespec){0, 700000000}, NULL);
        write_identities(a, "ids-revoked.yaml");
        _exit(0);
    }
    int64_t from = fb_dealer_now_ms();
    abuse_must(fb_feed_next(feed, &wait, ANSWER_MS, &page) == FB_OK && page.reason == FB_REASON_NOT_YOURS, "a waiting consumer whose key was revoked was given reason %d",
               (int)page.reason);
    int64_t took = fb_dealer_now_ms() - from - 700;
    printf("  a key was revoked: its feed was refused %lld ms later\n", (long long)took);
    abuse_must(took < REVOKED_WITHIN_MS || BASE_MIB > 100, "a revoked key was fed for more than a second");
    abuse_record(&r, "rth-late", "RTH", "late-2");
    publish(c, &r, &answer);
    for (int64_t until = fb_dealer_now_ms() + ANSWER_MS; fb_client_state(c) != FB_CLIENT_REFUSED && fb_dealer_now_ms() < until;)
        turn(c);
    abuse_must(fb_client_state(c) == FB_CLIENT_REFUSED && answer.busy, "a record of a revoked key: state %d", (int)fb_client_state(c));
    abuse_ears_close(&ears);
    fb_feed_close(&feed);
    fb_client_close(&c);
    must_rest(a, "rth-late", "rth-late", NULL, FB_CLIENT_REFUSED, "a key that was revoked, anew");
    must_not_answer(a, "ruh", (struct fb_query){.kind = FB_QUERY_FINDINGS, .findings = {.trust = fb_code_of("RTH")}}, "afterwards");
}

static void try_feed(struct abuse *a)
{
    struct fb_curve keys;
    struct fb_feed_client *feed = NULL;
    struct fb_feed_page page;
    abuse_keys(a, "rth-late", &keys);
    abuse_must(fb_feed_open_with(&feed, a->feed, &keys) == FB_OK, "no socket");
    const struct fb_feed_ask other = {.filter = {.trust = fb_code_of("RUH")}}, all = {.limit = 200};
    abuse_must(fb_feed_next(feed, &other, ANSWER_MS, &page) == FB_OK && page.reason == FB_REASON_NOT_YOURS, "another trust's events were given");
    abuse_must(fb_feed_next(feed, &all, ANSWER_MS, &page) == FB_OK && page.reason == FB_REASON_NONE, "a trust's own feed is refused");
    for (unsigned i = 0; i < page.n; i++)
        abuse_must(page.row[i].event.trust == fb_code_of("RTH"), "an event of another trust was given");
    fb_feed_close(&feed);
}

static void attack(struct abuse *a)
{
    static const struct {
        const char *what;
        void (*does)(struct abuse *a);
    } attacks[] = {{"keys: wrong, none, revoked, another trust's", try_publishers},
                   {"bytes of a good conversation, again and changed", abuse_replay_bytes},
                   {"questions that are not theirs", try_questions},
                   {"frames again, garbled at every byte, of many parts, too long", abuse_frames},
                   {"events that are not theirs", try_feed},
                   {"another's place at the feed, by its routing id", abuse_place},
                   {"topics without end at the ticker", abuse_topics},
                   {"noise at every byte of a handshake", abuse_garbage},
                   {"handshakes begun and left", abuse_slow},
                   {"a crowd", abuse_crowd},
                   {"a key revoked while it is used", revoke}};
    for (unsigned i = 0; i < sizeof attacks / sizeof attacks[0]; i++) {
        int64_t from = fb_dealer_now_ms();
        attacks[i].does(a);
        printf("  %-62s refused (%lld ms)\n", attacks[i].what, (long long)(fb_dealer_now_ms() - from));
        fflush(stdout);
    }
}

static void allow_connections(unsigned n)
{
    struct rlimit limit;
    abuse_must(getrlimit(RLIMIT_NOFILE, &limit) == 0, "the limit of open files cannot be read");
    limit.rlim_cur = limit.rlim_max;
    (void)setrlimit(RLIMIT_NOFILE, &limit);
    abuse_must(limit.rlim_max > n + 100, "%u connections need more open files than the %llu that this system allows: ulimit -Hn", n,
               (unsigned long long)limit.rlim_max);
}

static void tell(const struct abuse *a, const struct abuse_served *quiet, const struct abuse_served *loud)
{
    int64_t bound_kib = (int64_t)BASE_MIB * 1024 + (int64_t)KIB_A_CONNECTION * a->connections;
    int64_t grew = a->most_kib - a->memory_kib;
    printf("  honest publisher, p99: %lld.%03lld ms before, %lld.%03lld ms while attacked (worst %lld ms; %llu records, all taken)\n",
           (long long)quiet->p99_us / 1000, (long long)quiet->p99_us % 1000, (long long)loud->p99_us / 1000, (long long)loud->p99_us % 1000,
           (long long)loud->worst_us / 1000, (unsigned long long)loud->accepted);
    printf("  the engine's memory grew by at most %lld KiB (bound: %d MiB and %d KiB a connection)\n", (long long)grew, BASE_MIB, KIB_A_CONNECTION);
    abuse_must(grew <= bound_kib, "the engine's memory grew by %lld KiB, more than %lld", (long long)grew, (long long)bound_kib);
}

/* The honest publisher comes when they have gone. */
static int crowd_out(struct abuse *a)
{
    struct abuse_honest h;
    abuse_full(a);
    abuse_honest_start(&h, a, "rth", "after");
    nanosleep(&(struct timespec){6, 0}, NULL);
    struct abuse_served after = abuse_honest_end(&h);
    printf("  honest publisher, when they had gone: %llu records, all taken\n", (unsigned long long)after.accepted);
    return 0;
}

int main(int argc, char **argv)
{
    abuse_must(argc == 6 || argc == 7, "abuse FOLDER PORT LOCAL-DOOR ENGINE-PID CONNECTIONS [full]");
    struct abuse a = {.folder = argv[1], .port = (unsigned)strtoul(argv[2], NULL, 10), .local = argv[3], .engine = (pid_t)strtol(argv[4], NULL, 10)};
    struct abuse_honest h;
    a.connections = (unsigned)strtoul(argv[5], NULL, 10);
    snprintf(a.door, sizeof a.door, "tcp://127.0.0.1:%u", a.port);
    snprintf(a.feed, sizeof a.feed, "tcp://127.0.0.1:%u", a.port + 1);
    setvbuf(stdout, NULL, _IOLBF, 0);
    (void)signal(SIGPIPE, SIG_IGN);
    allow_connections(a.connections);
    if (argc == 7)
        return crowd_out(&a);
    abuse_honest_start(&h, &a, "rth", "quiet");
    nanosleep(&(struct timespec){3, 0}, NULL);
    struct abuse_served quiet = abuse_honest_end(&h);
    abuse_honest_start(&h, &a, "rth", "loud");
    a.memory_kib = a.most_kib = abuse_memory_kib(a.engine);
    attack(&a);
    struct abuse_served loud = abuse_honest_end(&h);
    uint64_t want = quiet.accepted + loud.accepted + a.accepted, held = abuse_messages(&a);
    abuse_must(held == want, "the engine holds %llu messages; %llu were sent by those who may", (unsigned long long)held, (unsigned long long)want);
    tell(&a, &quiet, &loud);
    printf("  held: %llu messages, as many as were sent by those who may\n", (unsigned long long)held);
    return 0;
}
