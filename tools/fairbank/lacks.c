#include "tools/fairbank/lacks.h"
#include "tools/fairbank/source.h"
#include "tools/fairbank/table.h"

enum { WHY_BYTES = 400 };

static const char *const words[FB_LACK_END] = {[FB_LACK_WORKER] = "worker",
                                               [FB_LACK_WORKER_FACTS] = "worker_facts",
                                               [FB_LACK_HOURS] = "hours",
                                               [FB_LACK_ALL_TRUSTS] = "all_trusts"};

void lacks_read(struct lacks *out, const struct options *o)
{
    struct folder f;
    *out = (struct lacks){{0}};
    if (o->engine != NULL || !folder_open(&f, o, NULL))
        return;
    if (fb_report_lacks(f.store, f.books, o->trust, out->shifts) != FB_OK) /* half a count would mislead */
        *out = (struct lacks){{0}};
    folder_close(&f);
}

static struct fb_text why(const struct lacks *l, unsigned lack, char memory[WHY_BYTES])
{
    struct fb_text t;
    fb_text_init(&t, memory, WHY_BYTES);
    fb_explain_feed(&t, (enum fb_lack)lack, l->shifts[lack]);
    return t;
}

void lacks_print(const struct lacks *l)
{
    char memory[WHY_BYTES];
    bool any = false;
    for (unsigned lack = 0; lack < FB_LACK_END; lack++) {
        struct fb_text t = why(l, lack, memory);
        if (l->shifts[lack] == 0 || t.n == 0)
            continue;
        if (!any)
            printf("\nFeeds that are missing, for all shifts at once (each with fairbank findings --rule cannot_say):\n");
        any = true;
        paragraph_print(stdout, "  ", t.p, (int)t.n);
    }
}

json_t *lacks_json(const struct lacks *l)
{
    char memory[WHY_BYTES];
    json_t *list = json_array();
    for (unsigned lack = 0; lack < FB_LACK_END; lack++) {
        struct fb_text t = why(l, lack, memory);
        if (l->shifts[lack] != 0 && t.n != 0)
            json_array_append_new(list, json_pack("{s:s, s:I, s:s%}", "lack", words[lack], "shifts", (json_int_t)l->shifts[lack],
                                                  "why", t.p, t.n));
    }
    return list;
}
