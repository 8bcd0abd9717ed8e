#include "adapters/inbound/csv/sheet.h"
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

const struct fb_csv_sheet_limits fb_csv_sheet_limits = {1ull << 30, 512ull << 20, 300};
enum { LOOK_EVERY_NS = 20000000, NAME_BYTES_MAX = 200, SAID_BYTES = 4096 };

enum fb_csv_format fb_csv_format_of(int fd)
{
    static const unsigned char zip[4] = {'P', 'K', 3, 4}, compound[4] = {0xD0, 0xCF, 0x11, 0xE0};
    unsigned char first[4] = {0};
    if (pread(fd, first, sizeof first, 0) != (ssize_t)sizeof first)
        return FB_CSV_IS_TEXT;
    if (memcmp(first, zip, sizeof first) == 0)
        return FB_CSV_IS_WORKBOOK;
    return memcmp(first, compound, sizeof first) == 0 ? FB_CSV_IS_OLD_WORKBOOK : FB_CSV_IS_TEXT;
}

static bool ends_with(const char *path, const char *ending)
{
    size_t n = strlen(path), m = strlen(ending);
    return n >= m && strcasecmp(path + n - m, ending) == 0;
}

const char *fb_csv_format_fault(enum fb_csv_format format, const char *path)
{
    if (format == FB_CSV_IS_OLD_WORKBOOK)
        return "is a workbook of the old kind (.xls): save it as .xlsx or CSV";
    if (format == FB_CSV_IS_TEXT && (ends_with(path, ".xlsx") || ends_with(path, ".xlsm")))
        return "is called a workbook, and its content is none (a workbook begins with PK): save it again as .xlsx, or name it .csv if it is text";
    return NULL;
}

/* A file without a name: what it holds is gone with its descriptor, also after kill -9. */
static int nameless(const char *folder)
{
    const char *temporary = getenv("TMPDIR");
    const char *const tries[] = {folder, temporary, "/tmp"};
    for (unsigned i = 0; i < sizeof tries / sizeof tries[0]; i++) {
        char path[1100];
        if (tries[i] == NULL || tries[i][0] == '\0' ||
            snprintf(path, sizeof path, "%s/.fairbank-csv-XXXXXX", tries[i]) >= (int)sizeof path)
            continue;
        int fd = mkstemp(path);
        if (fd < 0)
            continue;
        unlink(path);
        fcntl(fd, F_SETFD, FD_CLOEXEC);
        return fd;
    }
    return -1;
}

static void limit(int what, uint64_t most)
{
    struct rlimit l = {.rlim_cur = (rlim_t)most, .rlim_max = (rlim_t)most};
    if (setrlimit(what, &l) != 0)
        _exit(126);
}

/* In the new process: nothing but what may be called between fork and exec. */
static void become(int workbook, int out, int said, const char *sheet, const struct fb_csv_sheet_limits *limits)
{
    static char program[] = "xlsx2csv", dates[] = "--dateformat=%Y-%m-%dT%H:%M:%S.%f", file[] = "/dev/fd/0";
    char argument[NAME_BYTES_MAX + 32];
    char *argv[] = {program, dates, argument, file, NULL};
    memcpy(argument, sheet, strlen(sheet) + 1);
    prctl(PR_SET_PDEATHSIG, SIGKILL);
    if (dup2(workbook, STDIN_FILENO) < 0 || dup2(out, STDOUT_FILENO) < 0 || dup2(said, STDERR_FILENO) < 0)
        _exit(126);
    limit(RLIMIT_AS, limits->memory_bytes);
    limit(RLIMIT_FSIZE, limits->output_bytes);
    limit(RLIMIT_CPU, limits->seconds);
    limit(RLIMIT_CORE, 0);
    execvp(program, argv);
    _exit(127);
}

static int64_t now_ms(void)
{
    struct timespec now;
    clock_gettime(CLOCK_MONOTONIC, &now);
    return (int64_t)now.tv_sec * 1000 + now.tv_nsec / 1000000;
}

/* FB_BUSY: stopped; FB_LIMIT: too long. Either way it is no more. */
static enum fb_err wait_for(pid_t pid, unsigned seconds, const volatile sig_atomic_t *stop, int *status)
{
    int64_t until = now_ms() + (int64_t)seconds * 1000;
    for (;;) {
        pid_t ended = waitpid(pid, status, WNOHANG);
        if (ended == pid)
            return FB_OK;
        if (ended < 0 && errno != EINTR)
            return FB_IO;
        bool late = now_ms() >= until, stopped = stop != NULL && *stop != 0;
        if (late || stopped) {
            kill(pid, SIGKILL);
            while (waitpid(pid, status, 0) < 0 && errno == EINTR)
                ;
            return stopped ? FB_BUSY : FB_LIMIT;
        }
        nanosleep(&(struct timespec){0, LOOK_EVERY_NS}, NULL);
    }
}

/* The last line that it wrote to say why; whatever is no text is left out. */
static void add_said(struct fb_text *why, int said)
{
    char text[SAID_BYTES];
    off_t size = lseek(said, 0, SEEK_END);
    ssize_t n = size <= 0 ? 0 : pread(said, text, sizeof text, size > SAID_BYTES ? size - SAID_BYTES : 0);
    while (n > 0 && (text[n - 1] == '\n' || text[n - 1] == ' '))
        n--;
    ssize_t from = n;
    while (from > 0 && text[from - 1] != '\n')
        from--;
    struct fb_span last = {text + from, (uint32_t)(n - from)};
    if (last.n > 120)
        last.n = 120;
    if (last.n == 0 || !fb_span_is_text(last))
        return;
    fb_text_add(why, ": ");
    fb_text_add_span(why, last);
}

/* A process that ignores the signal of a file too large is told by the file, which ends where it may. */
static bool is_full(int status, int out, const struct fb_csv_sheet_limits *limits)
{
    off_t size = lseek(out, 0, SEEK_END);
    return (WIFSIGNALED(status) && WTERMSIG(status) == SIGXFSZ) || (size > 0 && (uint64_t)size >= limits->output_bytes);
}

static enum fb_err too_long(const struct fb_csv_sheet_limits *limits, struct fb_text *why)
{
    fb_text_add(why, "the workbook took longer than ");
    fb_text_add_int(why, limits->seconds);
    fb_text_add(why, " s to read");
    return FB_REFUSED;
}

/* By whoever looked at the clock first: the system counts the time that the process itself used. */
static bool was_late(int status)
{
    return WIFSIGNALED(status) && (WTERMSIG(status) == SIGXCPU || WTERMSIG(status) == SIGKILL);
}

static enum fb_err judge(int status, int out, const struct fb_csv_sheet_limits *limits, int said, struct fb_text *why)
{
    bool full = is_full(status, out, limits);
    if (WIFEXITED(status) && WEXITSTATUS(status) == 0 && !full)
        return FB_OK;
    if (WIFEXITED(status) && WEXITSTATUS(status) == 127) {
        fb_text_add(why, "a workbook needs the program xlsx2csv: install Debian's package of that name");
        return FB_IO;
    }
    if (full) {
        fb_text_add(why, "the workbook unpacks to more than ");
        fb_text_add_int(why, (int64_t)(limits->output_bytes >> 20));
        fb_text_add(why, " MiB");
        return FB_REFUSED;
    }
    if (was_late(status))
        return too_long(limits, why);
    fb_text_add(why, "xlsx2csv cannot read it as a workbook within its bounds of memory and time");
    add_said(why, said);
    return FB_REFUSED;
}

static enum fb_err convert(int workbook, int out, int said, const char *sheet, const struct fb_csv_sheet_limits *limits,
                           const volatile sig_atomic_t *stop, struct fb_text *why)
{
    int status = 0;
    pid_t pid = fork();
    if (pid == 0)
        become(workbook, out, said, sheet, limits);
    if (pid < 0) {
        fb_text_add(why, strerror(errno));
        return FB_IO;
    }
    enum fb_err e = wait_for(pid, limits->seconds, stop, &status);
    if (e == FB_LIMIT)
        return too_long(limits, why);
    return e == FB_OK ? judge(status, out, limits, said, why) : e;
}

/* "--sheet=2" for a number, "--sheetname=March" for a name: neither can be taken for another option. */
static bool name_sheet(char *out, size_t size, struct fb_span sheet)
{
    int64_t number = 1;
    struct fb_text t;
    bool by_number = sheet.n == 0 || fb_parse_int(&number, sheet) == FB_OK;
    if (sheet.n > NAME_BYTES_MAX || (by_number && (number < 1 || number > 1000)))
        return false;
    fb_text_init(&t, out, size);
    fb_text_add(&t, by_number ? "--sheet=" : "--sheetname=");
    if (by_number)
        fb_text_add_int(&t, number);
    else
        fb_text_add_span(&t, sheet);
    return !t.cut;
}

enum fb_err fb_csv_sheet_open(int *out, int workbook, struct fb_span sheet, const char *folder,
                              const struct fb_csv_sheet_limits *limits, const volatile sig_atomic_t *stop, struct fb_text *why)
{
    char argument[NAME_BYTES_MAX + 32];
    if (!name_sheet(argument, sizeof argument, sheet)) {
        fb_text_add(why, "a sheet is a name of at most 200 bytes, or a number from 1 to 1000");
        return FB_REFUSED;
    }
    int said = nameless(folder);
    *out = nameless(folder);
    enum fb_err e = FB_IO;
    if (said < 0 || *out < 0)
        fb_text_add(why, "no room for what the workbook holds: name a folder with --state DIR");
    else
        e = convert(workbook, *out, said, argument, limits, stop, why);
    if (e == FB_OK && lseek(*out, 0, SEEK_SET) != 0)
        e = FB_IO;
    if (said >= 0)
        close(said);
    if (e != FB_OK && *out >= 0)
        close(*out);
    return e;
}

/* The fraction of a second that a fraction of a day leaves: rounded, not cut, or 08:30 would be 08:29. */
static void round_up(struct fb_moment *m)
{
    if (++m->second < 60)
        return;
    m->second = 0;
    if (++m->minute < 1440)
        return;
    m->minute = 0;
    m->day++;
}

bool fb_csv_sheet_moment(struct fb_moment *out, struct fb_span cell)
{
    enum { WHOLE = 26, SECONDS = 19, DATE = 11 };
    static const char no_day[] = "1899-12-3"; /* 30 or 31: a time of day that was shown by a format of dates */
    if (cell.n != WHOLE || cell.p[SECONDS] != '.')
        return false;
    bool time_alone = memcmp(cell.p, no_day, sizeof no_day - 1) == 0;
    enum fb_err e = time_alone ? fb_moment_match(out, fb_span_of("HH:MM:SS"), (struct fb_span){cell.p + DATE, SECONDS - DATE})
                               : fb_moment_match(out, fb_span_of("yyyy-mm-ddTHH:MM:SS"), (struct fb_span){cell.p, SECONDS});
    if (e != FB_OK)
        return false;
    if (cell.p[SECONDS + 1] >= '5')
        round_up(out);
    return true;
}

bool fb_csv_sheet_part_of_day(struct fb_moment *out, struct fb_span cell)
{
    enum { DIGITS = 9, MINUTES = 1440, NEAR = 8333333 }; /* of a minute, in thousand-millionths */
    const int64_t one = 1000000000;
    int64_t part = 0;
    if (cell.n < 3 || cell.n > 20 || cell.p[0] != '0' || cell.p[1] != '.')
        return false;
    for (uint32_t i = 0; i < DIGITS || i + 2 < cell.n; i++) {
        char c = i + 2 < cell.n ? cell.p[i + 2] : '0';
        if (c < '0' || c > '9')
            return false;
        part = i < DIGITS ? part * 10 + (c - '0') : part;
    }
    int64_t minute = (part * MINUTES + one / 2) / one, off = part * MINUTES - minute * one;
    if (minute >= MINUTES || off > NEAR || off < -NEAR)
        return false;
    *out = (struct fb_moment){.has_time = true, .minute = (unsigned)minute};
    return true;
}
