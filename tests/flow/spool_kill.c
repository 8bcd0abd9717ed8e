/* Kill -9, a full disk and a flush that fails. A publisher runs as a process of its own under the crash shim, says before each message that
 * it offers it and afterwards that it was taken, and ends at a moment or a call that is drawn; the next one goes on with what is in the
 * folder. The engine is a stub in this process, at times away, which knows what it was sent. At the end a last publisher sends what is
 * left. What was taken must have come, as it was said; what came must have been offered. */
#include "adapters/lib/dealer.h"
#include "adapters/lib/publisher.h"
#include "engine/base/check.h"
#include "tests/flow/shim_crash.h"
#include "tests/flow/spool_crash.h"
#include "tests/lib/folder.h"
#include "tests/lib/stub_engine.h"
#include <fcntl.h>
#include <signal.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

enum { MESSAGES_MAX = 400000, AT_ONCE = 2000, LINE_BYTES = 24, SEGMENT = 3000, WAITING_MOST = 200, DRAIN_MS = 60000, RUN_MS = 90 };

/* ---- the publisher, which is killed ---- */

static void tell(char what, uint64_t k)
{
    char line[LINE_BYTES];
    int n = snprintf(line, sizeof line, "%c%llu\n", what, (unsigned long long)k);
    fb_assert(write(STDOUT_FILENO, line, (size_t)n) == n);
}

static uint64_t id_number(struct fb_span id)
{
    int64_t k = 0;
    return fb_parse_int(&k, id) == FB_OK && k > 0 ? (uint64_t)k : 0;
}

static void on_answer(void *ctx, const struct fb_wire_answer *a)
{
    (void)ctx;
    tell('a', id_number(a->message_id));
}

/* Two texts of it follow from its number, so that whoever has it can tell whether it is the one. */
static void fill(struct fb_record *r, uint64_t k, char id[LINE_BYTES], char name[FB_TEXT_BYTES_MAX])
{
    snprintf(id, LINE_BYTES, "%llu", (unsigned long long)k);
    snprintf(name, FB_TEXT_BYTES_MAX, "agency %llu %.*s", (unsigned long long)(k * 2654435761u), (int)(k % 150),
             "xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx");
    *r = (struct fb_record){.env = {.kind = FB_KIND_AGENCY, .source = fb_span_of("spool"), .message_id = fb_span_of(id), .record_ref = fb_span_of(id),
                                    .revision = FB_ABSENT, .source_seq = FB_ABSENT, .occurred_ms = 1773650000000}};
    r->as.agency.code = fb_span_of("ACME");
    r->as.agency.name = fb_span_of(name);
}

static int publish_on(struct fb_publisher *p, uint64_t from)
{
    struct fb_record r;
    char id[LINE_BYTES], name[FB_TEXT_BYTES_MAX];
    const char *field;
    for (uint64_t k = from; k < from + AT_ONCE; k++) {
        enum fb_err e = FB_OK;
        fill(&r, k, id, name);
        tell('o', k);
        while (e == FB_OK && fb_publisher_waiting(p) > WAITING_MOST)
            e = fb_publisher_poll(p, 5);
        if (e == FB_OK)
            e = fb_publisher_publish(p, &r, NULL, &field);
        if (e == FB_OK)
            tell('t', k);
        if (e != FB_OK || (k % 3 == 0 && fb_publisher_poll(p, 0) != FB_OK))
            return 1; /* the disk: the next run opens the folder anew */
    }
    return 0;
}

int spool_publish(const char *folder, const char *endpoint, uint64_t from)
{
    struct fb_publisher *p = NULL;
    struct fb_spool_found found;
    struct fb_text why;
    static char said[400];
    struct fb_publisher_options o = {.spool = {.folder = folder, .segment_bytes = SEGMENT}, .client = {.endpoint = endpoint, .resend_ms = 40, .rest_ms = 5},
                                     .answered = on_answer};
    o.client.hello = (struct fb_hello){.adapter = fb_span_of("spool test"), .source = {.name = fb_span_of("spool"), .system = FB_SYSTEM_ROSTER, .mode = FB_SOURCE_MODE_LIVE}};
    fb_text_init(&why, said, sizeof said);
    enum fb_err e = fb_publisher_open(&p, &o, &found, &why);
    if (e != FB_OK) {
        fprintf(stderr, "spool: %s: %s\n", fb_err_text(e), said);
        return e == FB_IO ? 1 : 3; /* an ailing disk may say so; a damaged folder may not be */
    }
    int rc = from > 0 ? publish_on(p, from) : fb_publisher_wait(p, DRAIN_MS) == FB_OK ? 0 : 3;
    fb_publisher_close(&p);
    return rc;
}

/* ---- who looks ---- */

struct killing {
    const char *self, *shim;
    struct fb_test_folder folder;  /* the spool's */
    struct fb_test_folder beside;  /* the shim's page */
    char page_file[FB_TEST_PATH];
    struct fb_crash_page *page;
    struct fb_prng r;
    bool offered[MESSAGES_MAX], taken[MESSAGES_MAX], answered[MESSAGES_MAX];
    atomic_uint came[MESSAGES_MAX];
    atomic_uint strange; /* came, and was another than was offered */
    uint64_t next;
    unsigned killed, failed_disk, away;
};
static struct killing K;

static void on_message(void *ctx, const struct fb_record *r, enum fb_outcome outcome)
{
    struct killing *k = ctx;
    struct fb_record want;
    char id[LINE_BYTES], name[FB_TEXT_BYTES_MAX];
    uint64_t n = id_number(r->env.message_id);
    if (n == 0 || n >= MESSAGES_MAX || outcome == FB_OUTCOME_CONFLICT || outcome == FB_OUTCOME_REFUSED) {
        atomic_fetch_add(&k->strange, 1);
        return;
    }
    fill(&want, n, id, name);
    if (!fb_span_eq(r->as.agency.name, want.as.agency.name) || !fb_span_eq(r->env.record_ref, want.env.record_ref))
        atomic_fetch_add(&k->strange, 1);
    atomic_fetch_add(&k->came[n], 1);
}

static void take_line(struct killing *k, const char *line, size_t n)
{
    uint64_t m = n > 1 ? id_number((struct fb_span){line + 1, (uint32_t)n - 1}) : 0;
    fb_assert(m > 0 && m < MESSAGES_MAX);
    if (line[0] == 'o') {
        k->offered[m] = true;
        k->next = m + 1 > k->next ? m + 1 : k->next;
    }
    k->taken[m] = k->taken[m] || line[0] == 't';
    k->answered[m] = k->answered[m] || line[0] == 'a';
}

/* Until the publisher's end of the pipe is gone; what it was killed in the middle of saying counts for nothing. */
static void listen(struct killing *k, int in)
{
    char bytes[4096];
    size_t held = 0;
    for (ssize_t n; (n = read(in, bytes + held, sizeof bytes - held)) > 0;) {
        char *end = bytes + held + n, *p = bytes;
        for (char *stop; (stop = memchr(p, '\n', (size_t)(end - p))) != NULL; p = stop + 1)
            take_line(k, p, (size_t)(stop - p));
        held = (size_t)(end - p);
        memmove(bytes, p, held);
    }
}

static void become(const struct killing *k, const char *endpoint, uint64_t from, int out)
{
    char number[LINE_BYTES], options[1024];
    const char *asan = getenv("ASAN_OPTIONS");
    snprintf(number, sizeof number, "%llu", (unsigned long long)from);
    snprintf(options, sizeof options, "%s:verify_asan_link_order=0", asan == NULL ? "" : asan);
    if (setenv("ASAN_OPTIONS", options, 1) != 0 || setenv(FB_CRASH_PAGE, k->page_file, 1) != 0 || setenv("LD_PRELOAD", k->shim, 1) != 0 ||
        dup2(out, STDOUT_FILENO) < 0)
        _exit(3);
    execl(k->self, k->self, "--publish", k->folder.path, endpoint, number, (char *)NULL);
    _exit(3);
}

/* What is drawn for a run: a time, a call, or a disk that fails. */
static int draw_orders(struct killing *k)
{
    struct fb_crash_page *p = k->page;
    *p = (struct fb_crash_page){.seed = fb_prng_next(&k->r)};
    switch (fb_prng_below(&k->r, 8)) {
    case 0: p->full_at = 1 + (uint32_t)fb_prng_below(&k->r, 200); return 1000;
    case 1: p->flush_fails_at = 1 + (uint32_t)fb_prng_below(&k->r, 120); return 1000;
    case 2: case 3: return 5 + (int)fb_prng_below(&k->r, RUN_MS);
    case 4: case 5: case 6: case 7: break;
    }
    p->kill_at = 1 + (uint32_t)fb_prng_below(&k->r, 300);
    p->kill_how = (uint32_t)fb_prng_below(&k->r, FB_CRASH_HOWS);
    return 1000;
}

/* The status of wait. */
static int run(struct killing *k, const char *endpoint, uint64_t from, int most_ms)
{
    int ends[2], status = 0;
    fb_assert(pipe(ends) == 0);
    pid_t child = fork();
    fb_assert(child >= 0);
    if (child == 0)
        become(k, endpoint, from, ends[1]);
    close(ends[1]);
    pid_t killer = fork(); /* this process listens meanwhile */
    if (killer == 0) {
        close(ends[0]);
        (void)nanosleep(&(struct timespec){most_ms / 1000, (most_ms % 1000) * 1000000L}, NULL);
        (void)kill(child, SIGKILL);
        _exit(0);
    }
    listen(k, ends[0]);
    close(ends[0]);
    fb_assert(waitpid(child, &status, 0) == child);
    (void)kill(killer, SIGKILL);
    (void)waitpid(killer, NULL, 0);
    return status;
}

static struct fb_stub_engine *engine(struct killing *k)
{
    return fb_stub_open(&(struct fb_stub_options){.window = 32, .busy_every = 7, .lose_every = 5, .on_message = on_message, .ctx = k});
}

static bool cycle(struct killing *k)
{
    bool away = fb_prng_below(&k->r, 4) == 0;
    struct fb_stub_engine *stub = engine(k);
    int status = run(k, away ? "ipc:///tmp/fairbank-nobody-there.sock" : fb_stub_endpoint(stub), k->next, draw_orders(k));
    fb_stub_close(&stub);
    k->away += away;
    k->killed += WIFSIGNALED(status);
    k->failed_disk += WIFEXITED(status) && WEXITSTATUS(status) == 1;
    if ((WIFSIGNALED(status) && WTERMSIG(status) != SIGKILL) || (WIFEXITED(status) && WEXITSTATUS(status) > 1)) {
        printf("spool: a publisher ended with %#x; its folder is %s\n", (unsigned)status, k->folder.path);
        return false;
    }
    return true;
}

static bool verdict(struct killing *k, unsigned cycles, uint64_t seed)
{
    uint64_t taken = 0, lost = 0, invented = 0, answered = 0, again = 0, perhaps = 0;
    for (uint64_t m = 1; m < MESSAGES_MAX; m++) {
        unsigned came = atomic_load(&k->came[m]);
        taken += k->taken[m];
        answered += k->answered[m];
        lost += k->taken[m] && came == 0;
        invented += came > 0 && !k->offered[m];
        invented += k->answered[m] && came == 0;
        perhaps += came > 0 && !k->taken[m];
        again += came > 1;
    }
    unsigned strange = atomic_load(&k->strange);
    printf("spool: %u publishers (seed %llu): %u killed, %u stopped by their disk, %u with the engine away; %llu messages taken, %llu lost, %llu came that nobody "
           "offered, %u were another; %llu came again, %llu were killed before they could say \"taken\"\n",
           cycles, (unsigned long long)seed, k->killed, k->failed_disk, k->away, (unsigned long long)taken, (unsigned long long)lost, (unsigned long long)invented,
           strange, (unsigned long long)again, (unsigned long long)perhaps);
    return lost + invented + strange == 0 && taken > cycles && (cycles < 12 || k->killed > cycles / 4);
}

bool spool_kill(const char *self, const char *shim, unsigned cycles, uint64_t seed)
{
    struct killing *k = &K;
    k->self = self;
    k->shim = shim;
    k->next = 1;
    fb_prng_init(&k->r, seed);
    fb_test_folder_make(&k->folder);
    fb_test_folder_make(&k->beside);
    fb_test_folder_file(&k->beside, "page", k->page_file);
    int fd = open(k->page_file, O_RDWR | O_CREAT | O_CLOEXEC, 0600);
    fb_assert(fd >= 0 && ftruncate(fd, sizeof *k->page) == 0);
    k->page = mmap(NULL, sizeof *k->page, PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0);
    fb_assert(k->page != MAP_FAILED);
    close(fd);
    bool good = true;
    unsigned done = 0;
    for (; done < cycles && good && k->next + AT_ONCE < MESSAGES_MAX; done++)
        good = cycle(k);
    if (good) {
        struct fb_stub_engine *stub = engine(k);
        *k->page = (struct fb_crash_page){.seed = 1};
        good = run(k, fb_stub_endpoint(stub), 0, DRAIN_MS) == 0;
        fb_stub_close(&stub);
        if (!good)
            printf("spool: what was left did not go out; the folder is %s\n", k->folder.path);
    }
    good = good && verdict(k, done, seed);
    (void)munmap(k->page, sizeof *k->page);
    if (good)
        fb_test_folder_remove(&k->folder);
    fb_test_folder_remove(&k->beside);
    return good;
}
