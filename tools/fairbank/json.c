#include "tools/fairbank/json.h"
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

void json_print(json_t *j, size_t flags)
{
    json_dumpf(j, stdout, flags);
    putchar('\n');
    json_decref(j);
}

json_t *json_path(const char *path)
{
    json_t *j = json_string(path);
    char *text = j == NULL ? strdup(path) : NULL;
    if (text == NULL)
        return j;
    for (char *c = text; *c != '\0'; c++)
        if ((unsigned char)*c >= 0x80)
            *c = '?';
    j = json_string(text);
    free(text);
    return j;
}

void json_add_word(json_t *object, const char *key, const char *word)
{
    if (word[0] != '\0' && strcmp(word, "?") != 0)
        json_object_set_new(object, key, json_string(word));
}

enum { DAY_TEXT = 10, MONTH_TEXT = 7 }; /* of "2026-03-16" */

static void add_date(json_t *object, const char *key, fb_day day, size_t n)
{
    char text[DAY_TEXT + 1];
    if (day == 0)
        return;
    fb_day_format(text, day);
    json_object_set_new(object, key, json_stringn(text, n));
}

void json_add_day(json_t *object, const char *key, fb_day day) { add_date(object, key, day, DAY_TEXT); }

void json_add_month(json_t *object, const char *key, fb_day day) { add_date(object, key, day, MONTH_TEXT); }
