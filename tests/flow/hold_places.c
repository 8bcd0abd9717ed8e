/* hold_places DATA N: N transactions that read a store, held until it is ended; fewer when there are no more places. Says how many. */
#include "engine/base/span.h"
#include "engine/store/store.h"
#include <stdio.h>
#include <unistd.h>

int main(int argc, char **argv)
{
    struct fb_store *s = NULL;
    struct fb_txn *t;
    const char *why = "";
    int64_t most = 0, n = 0;
    if (argc != 3 || fb_parse_int(&most, fb_span_of(argv[2])) != FB_OK)
        return 2;
    enum fb_err err = fb_store_open(&s, argv[1], &(struct fb_store_options){.read_only = true}, &why);
    if (err != FB_OK) {
        fprintf(stderr, "hold_places: %s\n", why);
        return 1;
    }
    while (n < most && (err = fb_store_read(s, &t)) == FB_OK)
        n++;
    printf("%lld %s\n", (long long)n, fb_err_text(err));
    fflush(stdout);
    for (;;)
        (void)pause();
}
