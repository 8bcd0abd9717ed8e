#include "tools/fairbank/rules/packs.h"
#include "engine/base/span.h"
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

static const char *const names[USUAL_PACKS] = {"england", "thames-valley"};
enum { PLACES = 4 };

/* "…/build/release/fairbank" -> "…/build/release/../../rules", say; empty when the system does not tell. */
static void beside_program(char *out, size_t size, const char *from_there)
{
    char exe[USUAL_PATH];
    ssize_t n = readlink("/proc/self/exe", exe, sizeof(exe) - 1);
    while (n > 0 && exe[n - 1] != '/')
        n--;
    struct fb_text t;
    fb_text_init(&t, out, size - 1);
    if (n > 0) {
        fb_text_add_span(&t, (struct fb_span){exe, (uint32_t)n});
        fb_text_add(&t, from_there);
    }
    out[t.cut ? 0 : t.n] = '\0';
}

static bool put(struct usual_packs *out, const char *place)
{
    struct stat st;
    bool there = place[0] != '\0';
    for (unsigned i = 0; i < USUAL_PACKS; i++) {
        struct fb_text t;
        fb_text_init(&t, out->dir[i], USUAL_PATH - 1);
        fb_text_add(&t, place);
        fb_text_add(&t, "/");
        fb_text_add(&t, names[i]);
        out->dir[i][t.n] = '\0';
        there = there && !t.cut && stat(out->dir[i], &st) == 0 && S_ISDIR(st.st_mode);
    }
    return there;
}

bool usual_packs_find(struct usual_packs *out)
{
    char built[USUAL_PATH], installed[USUAL_PATH], here[USUAL_PATH];
    beside_program(built, sizeof(built), "../../rules");
    beside_program(installed, sizeof(installed), "../share/fairbank/rules");
    const char *const place[PLACES] = {"rules", built, installed, "/usr/share/fairbank/rules"};
    for (unsigned i = 0; i < PLACES; i++)
        if (put(out, place[i]))
            return true;
    if (getcwd(here, sizeof(here)) == NULL)
        here[0] = '\0';
    fprintf(stderr, "fairbank price: no rules found; tried %s/rules, %s%s%s%s%s (england and thames-valley in each). Name others with "
            "--pack DIR, most general first\n", here, built, built[0] != '\0' ? ", " : "", installed, built[0] != '\0' ? " and " : "", place[PLACES - 1]);
    return false;
}
