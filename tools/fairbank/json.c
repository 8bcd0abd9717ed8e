#include "tools/fairbank/json.h"
#include <stdio.h>
#include <string.h>

void json_print(json_t *j, size_t flags)
{
    json_dumpf(j, stdout, flags);
    putchar('\n');
    json_decref(j);
}

void json_add_word(json_t *object, const char *key, const char *word)
{
    if (word[0] != '\0' && strcmp(word, "?") != 0)
        json_object_set_new(object, key, json_string(word));
}

json_t *json_path(const char *path)
{
    enum { PATH_BYTES = 4096 };
    char text[PATH_BYTES];
    size_t n = 0;
    json_t *j = json_string(path);
    if (j != NULL)
        return j;
    for (; path[n] != '\0' && n < sizeof(text) - 1; n++)
        text[n] = (unsigned char)path[n] < 0x80 ? path[n] : '?';
    return json_stringn(text, n);
}

void json_add_day(json_t *object, const char *key, fb_day day)
{
    char text[11];
    if (day == 0)
        return;
    fb_day_format(text, day);
    json_object_set_new(object, key, json_string(text));
}
