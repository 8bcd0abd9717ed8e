/* Beside a look at every checksum, work that looks at none: it is heard only when the look came to its end by itself. */
#include "engine/base/span.h"
#include "engine/store/store.h"
#include "tests/lib/folder.h"
#include "tests/lib/suite.h"
#include "tools/fairbank/care/rot.h"
#include <dirent.h>
#include <fcntl.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

enum { HEARD = 42 };
static struct fb_test_folder folder;
static char data[FB_TEST_PATH], said[FB_TEST_PATH];
static struct options options;

static void fill(void)
{
    struct fb_store *s = NULL;
    fb_test_folder_make(&folder);
    fb_test_folder_file(&folder, "data.mdb", data);
    fb_test_folder_file(&folder, "said", said);
    options = (struct options){.data = folder.path, .command = "verify"};
    CU_ASSERT_EQUAL_FATAL(fb_store_open(&s, folder.path, &(struct fb_store_options){.create = true}, NULL), FB_OK);
    fb_store_close(&s);
}

/* rot_beside returns in the work's process too. What is said goes to a file. */
static int beside(int (*work)(const struct options *o))
{
    pid_t me = getpid();
    fflush(NULL);
    int out = dup(STDOUT_FILENO), err = dup(STDERR_FILENO), fd = open(said, O_RDWR | O_CREAT | O_TRUNC, 0600);
    CU_ASSERT_TRUE_FATAL(out >= 0 && err >= 0 && fd >= 0 && dup2(fd, STDOUT_FILENO) >= 0 && dup2(fd, STDERR_FILENO) >= 0);
    int status = rot_beside(&options, work);
    if (getpid() != me)
        _exit(status);
    fflush(NULL);
    CU_ASSERT_TRUE(dup2(out, STDOUT_FILENO) >= 0 && dup2(err, STDERR_FILENO) >= 0);
    close(fd);
    close(out);
    close(err);
    return status;
}

static bool is_said(const char *words)
{
    size_t n;
    char *text = (char *)fb_test_file_read(said, &n);
    text = realloc(text, n + 1);
    text[n] = '\0';
    bool is = strstr(text, words) != NULL;
    free(text);
    return is;
}

static int speak(const struct options *o)
{
    (void)o;
    rot_is_none();
    puts("equal");
    fflush(stdout);
    return HEARD;
}

static void work_is_heard_when_all_was_looked_at(void)
{
    fill();
    CU_ASSERT_EQUAL(beside(speak), HEARD);
    CU_ASSERT_TRUE(is_said("equal"));
    fb_test_folder_remove(&folder);
}

/* ---- whoever looks is ended ---- */

static pid_t number_of(const char *text, size_t n)
{
    int64_t number = 0;
    return fb_parse_int(&number, (struct fb_span){text, (uint32_t)n}) == FB_OK ? (pid_t)number : 0;
}

static pid_t parent_of_process(const char *pid)
{
    static const char word[] = "PPid:\t";
    char path[300], line[300];
    pid_t parent = 0;
    snprintf(path, sizeof path, "/proc/%s/status", pid);
    FILE *f = fopen(path, "r");
    while (f != NULL && fgets(line, sizeof line, f) != NULL)
        if (strncmp(line, word, sizeof word - 1) == 0)
            parent = number_of(line + sizeof word - 1, strcspn(line + sizeof word - 1, "\n"));
    if (f != NULL)
        fclose(f);
    return parent;
}

/* The other child of the one who waits: 0 when there is none. */
static pid_t sibling(void)
{
    pid_t found = 0;
    struct dirent *e;
    DIR *d = opendir("/proc");
    while (d != NULL && (e = readdir(d)) != NULL) {
        pid_t pid = number_of(e->d_name, strlen(e->d_name));
        if (pid > 0 && pid != getpid() && parent_of_process(e->d_name) == getppid())
            found = pid;
    }
    if (d != NULL)
        closedir(d);
    return found;
}

static int end_who_looks(const struct options *o)
{
    pid_t other = sibling();
    if (other <= 0 || kill(other, SIGKILL) != 0)
        return EXIT_FAILED;
    return speak(o);
}

/* It waits for the first byte of LMDB's file of locks, so it is alive when it is ended. */
static void a_look_that_was_ended_is_no_proof(void)
{
    char locks[FB_TEST_PATH];
    struct flock first = {.l_type = F_WRLCK, .l_whence = SEEK_SET, .l_len = 1};
    fill();
    fb_test_folder_file(&folder, "lock.mdb", locks);
    int fd = open(locks, O_RDWR | O_CLOEXEC);
    CU_ASSERT_TRUE_FATAL(fd >= 0 && fcntl(fd, F_SETLK, &first) == 0);
    CU_ASSERT_EQUAL(beside(end_who_looks), EXIT_FAILED);
    CU_ASSERT_TRUE(is_said("checksums were not looked at to the end"));
    CU_ASSERT_FALSE(is_said("equal"));
    close(fd);
    fb_test_folder_remove(&folder);
}

/* As while the store is compacted. */
static void a_store_that_cannot_be_opened_is_not_proved(void)
{
    char lock[FB_TEST_PATH];
    fill();
    fb_test_folder_file(&folder, "open.lock", lock);
    int fd = open(lock, O_RDWR | O_CREAT, 0600);
    CU_ASSERT_TRUE_FATAL(fd >= 0 && flock(fd, LOCK_EX) == 0);
    CU_ASSERT_EQUAL(beside(speak), EXIT_FAILED);
    CU_ASSERT_TRUE(is_said("the store is being compacted"));
    CU_ASSERT_FALSE(is_said("equal"));
    close(fd);
    fb_test_folder_remove(&folder);
}

CU_TestInfo suite_rot[] = {
    {"the work is heard when every checksum was looked at", work_is_heard_when_all_was_looked_at},
    {"a look that was ended proves nothing", a_look_that_was_ended_is_no_proof},
    {"nor does one that could not open the store", a_store_that_cannot_be_opened_is_not_proved},
    CU_TEST_INFO_NULL,
};
