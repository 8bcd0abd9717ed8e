#include "engine/pack/case.h"

const char *fb_case_feed_word(unsigned lack)
{
    static const char *const words[FB_LACK_END] = {[FB_LACK_WORKER] = "worker",
                                                   [FB_LACK_WORKER_FACTS] = "worker_facts",
                                                   [FB_LACK_HOURS] = "hours",
                                                   [FB_LACK_ALL_TRUSTS] = "all_trusts"};
    return lack < FB_LACK_END ? words[lack] : NULL;
}
