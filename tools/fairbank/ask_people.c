#include "tools/fairbank/ask_people.h"
#include "tools/fairbank/publish.h"
#include <string.h>

void fill_asker(struct fb_asker *out, const struct options *o)
{
    static const struct {
        const char *word;
        enum fb_as as;
    } roles[] = {{"controls", FB_AS_CONTROLS}, {"finance", FB_AS_FINANCE}, {"admin", FB_AS_ADMIN}};
    *out = (struct fb_asker){.identity = fb_span_of(o->asker != NULL ? o->asker : login_name())};
    for (size_t i = 0; o->as != NULL && i < sizeof(roles) / sizeof(roles[0]); i++)
        if (strcmp(o->as, roles[i].word) == 0)
            out->as = roles[i].as;
    if (o->as != NULL && strncmp(o->as, "trust:", 6) == 0) {
        out->as = FB_AS_TRUST;
        if (fb_code_parse(&out->trust, fb_span_of(o->as + 6)) != FB_OK)
            out->trust = 0; /* was looked at when the option was read */
    }
}
