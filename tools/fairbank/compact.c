/* fairbank compact: the store of an engine that is stopped, written anew without its empty pages. */
#include "engine/store/care.h"
#include "tools/fairbank/snapshot.h"

int command_compact(const struct options *o)
{
    struct fb_store_compacted out;
    const char *why = "";
    enum fb_err e = fb_store_compact(o->data, &out, &why);
    if (e != FB_OK) {
        fprintf(stderr, "fairbank %s: %s: %s\n", o->command, o->data, why[0] != '\0' ? why : fb_err_text(e));
        return EXIT_FAILED;
    }
    if (o->json)
        printf("{\"before\":%llu,\"after\":%llu,\"rows\":%llu}\n", (unsigned long long)out.before, (unsigned long long)out.after,
               (unsigned long long)out.rows);
    else
        printf("%s: %s before, %s now; %llu rows compared, all the same\n", o->data, size_word(out.before), size_word(out.after),
               (unsigned long long)out.rows);
    return EXIT_DONE;
}
