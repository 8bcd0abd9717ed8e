#include "engine/base/check.h"
#include "tests/flow/crash.h"
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

int64_t crash_now_ms(void)
{
    struct timespec t;
    clock_gettime(CLOCK_MONOTONIC, &t);
    return (int64_t)t.tv_sec * 1000 + t.tv_nsec / 1000000;
}

void crash_sleep_us(long us)
{
    const struct timespec t = {us / 1000000, us % 1000000 * 1000};
    (void)nanosleep(&t, NULL);
}

/* ---- its folder ---- */

static void join(char out[FB_TEST_PATH], const char *a, const char *b, const char *c)
{
    struct fb_text t;
    fb_text_init(&t, out, FB_TEST_PATH);
    fb_text_add(&t, a);
    fb_text_add(&t, b);
    fb_text_add(&t, c);
    fb_assert(!t.cut);
}

static void map_page(struct crash_engine *e)
{
    int fd = open(e->page_file, O_RDWR | O_CREAT | O_CLOEXEC, 0600);
    fb_assert(fd >= 0 && ftruncate(fd, sizeof *e->page) == 0);
    e->page = mmap(NULL, sizeof *e->page, PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0);
    fb_assert(e->page != MAP_FAILED);
    close(fd);
}

void crash_engine_open(struct crash_engine *e)
{
    fb_test_folder_make(&e->folder);
    join(e->data, e->folder.path, "/data", "");
    join(e->door, "ipc://", e->data, "/door.sock");
    join(e->feed, "ipc://", e->data, "/feed.sock");
    join(e->ready_file, e->data, "/ready", "");
    fb_test_folder_file(&e->folder, "log", e->log);
    fb_test_folder_file(&e->folder, "page", e->page_file);
    map_page(e);
    e->pid = 0;
    e->ready = false;
}

void crash_engine_close(struct crash_engine *e, bool keep)
{
    struct fb_test_folder data;
    if (e->pid != 0)
        crash_engine_end(e, SIGKILL);
    (void)munmap(e->page, sizeof *e->page);
    if (keep)
        return;
    join(data.path, e->data, "", "");
    fb_test_folder_remove(&data);
    fb_test_folder_remove(&e->folder);
}

/* ---- starting ---- */

static void become(const struct crash_engine *e)
{
    char program[FB_TEST_PATH];
    int log = open(e->log, O_WRONLY | O_CREAT | O_APPEND, 0600);
    if (log < 0 || dup2(log, STDERR_FILENO) < 0)
        _exit(126);
    join(program, e->bin, "/fairbankd", "");
    execl(program, program, "--data", e->data, e->set != NULL ? "--set" : (char *)NULL, e->set, (char *)NULL);
    _exit(127);
}

static int64_t size_of(const char *path)
{
    struct stat st;
    return stat(path, &st) == 0 ? (int64_t)st.st_size : 0;
}

void crash_engine_start(struct crash_engine *e, const struct fb_crash_page *orders)
{
    const char *library = orders != NULL ? e->shim : e->preload;
    fb_assert(e->pid == 0);
    (void)unlink(e->ready_file); /* of one that was killed */
    if (orders != NULL)
        *e->page = *orders;
    e->log_from = size_of(e->log);
    e->ready = false;
    e->starts++;
    e->started_ms = crash_now_ms();
    /* The environment is changed here, where threads may not be in the way of it, and put back. */
    if (library != NULL)
        fb_assert(setenv("LD_PRELOAD", library, 1) == 0 && setenv(FB_CRASH_PAGE, e->page_file, 1) == 0);
    e->pid = fork();
    fb_assert(e->pid >= 0);
    if (e->pid == 0)
        become(e);
    (void)unsetenv("LD_PRELOAD");
}

/* ---- watching and ending ---- */

bool crash_engine_lives(struct crash_engine *e)
{
    if (e->pid == 0)
        return false;
    pid_t ended = waitpid(e->pid, &e->status, WNOHANG);
    fb_assert(ended >= 0);
    if (ended == e->pid) {
        e->pid = 0;
        return false;
    }
    /* The file is there before its line is. */
    e->ready = e->ready || size_of(e->ready_file) > 0;
    return true;
}

void crash_engine_end(struct crash_engine *e, int signal)
{
    if (e->pid == 0)
        return;
    (void)kill(e->pid, signal);
    while (waitpid(e->pid, &e->status, 0) < 0)
        fb_assert(errno == EINTR);
    e->pid = 0;
}

bool crash_engine_said_why(const struct crash_engine *e)
{
    size_t n = 0;
    unsigned char *text = fb_test_file_read(e->log, &n);
    text[n] = '\0'; /* fb_test_file_read has room for it */
    const char *from = (const char *)text + ((size_t)e->log_from < n ? (size_t)e->log_from : n);
    bool said = strstr(from, " error ") != NULL;
    free(text);
    return said;
}

int crash_engine_ask(const struct crash_engine *e, const char *command, const char *out)
{
    char program[FB_TEST_PATH];
    int status = -1;
    join(program, e->bin, "/fairbank", "");
    pid_t child = fork();
    fb_assert(child >= 0);
    if (child == 0) {
        int fd = open(out, O_WRONLY | O_CREAT | O_TRUNC, 0600);
        if (fd < 0 || dup2(fd, STDOUT_FILENO) < 0 || dup2(fd, STDERR_FILENO) < 0)
            _exit(126);
        execl(program, program, command, "--data", e->data, "--json", (char *)NULL);
        _exit(127);
    }
    while (waitpid(child, &status, 0) < 0)
        fb_assert(errno == EINTR);
    return WIFEXITED(status) ? WEXITSTATUS(status) : -1;
}
