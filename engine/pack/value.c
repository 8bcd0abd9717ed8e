#include "engine/pack/read.h"

void fb_read_error(struct fb_reading *r, unsigned line, const char *before, struct fb_span word,
                   const char *after)
{
    struct fb_complaint c;
    fb_complain(&c, r->file->pack, r->file->path, line);
    fb_text_add(&c.text, before);
    if (word.p != NULL) {
        fb_text_add(&c.text, " '");
        fb_text_add_span(&c.text, word);
        fb_text_add(&c.text, "'");
    }
    fb_text_add(&c.text, after);
    fb_complaint_file(&c, r->draft->report);
}

struct fb_place fb_read_place(const struct fb_reading *r, unsigned line)
{
    return (struct fb_place){r->pack, r->file->path, line};
}

static void refuse_word(struct fb_reading *r, unsigned line, const struct fb_vocabulary *words,
                        struct fb_span text)
{
    struct fb_complaint c;
    fb_complain(&c, r->file->pack, r->file->path, line);
    fb_text_add(&c.text, "unknown ");
    fb_text_add(&c.text, words->what);
    fb_text_add(&c.text, " '");
    fb_text_add_span(&c.text, text);
    fb_text_add(&c.text, "': use one of");
    for (int i = 1; i < words->end; i++) {
        fb_text_add(&c.text, i == 1 ? " " : ", ");
        fb_text_add(&c.text, words->word(i));
    }
    fb_complaint_file(&c, r->draft->report);
}

int fb_read_word_at(struct fb_reading *r, unsigned line, const struct fb_vocabulary *words,
                    struct fb_span text)
{
    int number = words->find(text);
    if (number == 0)
        refuse_word(r, line, words, text);
    return number;
}

fb_day fb_read_day_at(struct fb_reading *r, unsigned line, const char *what, struct fb_span text)
{
    fb_day day = 0;
    if (fb_day_parse(&day, text) != FB_OK)
        fb_read_error(r, line, what, text, " is not a date: write 2026-04-01");
    return day;
}

int64_t fb_read_decimal_at(struct fb_reading *r, unsigned line, const char *what, struct fb_span text,
                           unsigned decimals)
{
    int64_t v = 0;
    if (fb_parse_decimal(&v, text, decimals) != FB_OK)
        fb_read_error(r, line, what, text, ": write a plain number, with no more decimals than its unit has");
    return v;
}

unsigned fb_read_grade_at(struct fb_reading *r, unsigned line, struct fb_span text)
{
    int i = fb_draft_grade(r->draft, text);
    if (i < 0)
        fb_read_error(r, line, "unknown band", text, ": no pack lists it under grades");
    return i < 0 ? 0 : (unsigned)i;
}

unsigned fb_read_category_at(struct fb_reading *r, unsigned line, struct fb_span text)
{
    int i = fb_draft_category(r->draft, text);
    if (i < 0)
        fb_read_error(r, line, "unknown category", text, ": pack.yaml lists the categories");
    return i < 0 ? 0 : (unsigned)i;
}

unsigned fb_read_zone_at(struct fb_reading *r, unsigned line, struct fb_span text)
{
    int i = fb_draft_zone(r->draft, text);
    if (i < 0)
        fb_read_error(r, line, "unknown zone", text, ": no pack lists it under zones");
    return i < 0 ? 0 : (unsigned)i;
}

int32_t fb_read_ppm_at(struct fb_reading *r, unsigned line, struct fb_span text)
{
    int64_t ppm = fb_read_decimal_at(r, line, "percent", text, 4);
    if (ppm >= 0 && ppm <= 1000000)
        return (int32_t)ppm;
    fb_read_error(r, line, "percent", text, ": it lies between 0 and 100");
    return 0;
}

int64_t fb_read_pounds_at(struct fb_reading *r, unsigned line, const char *what, struct fb_span text,
                          unsigned decimals, bool may_be_nought)
{
    int64_t most = 100000, v = fb_read_decimal_at(r, line, what, text, decimals);
    for (unsigned i = 0; i < decimals; i++)
        most *= 10;
    if (v >= (may_be_nought ? 0 : 1) && v <= most)
        return v;
    fb_read_error(r, line, what, text,
                  may_be_nought ? ": it lies between 0 and 100,000 pounds"
                                : ": it lies above 0, and is at most 100,000 pounds");
    return 1;
}

fb_code fb_read_code_at(struct fb_reading *r, unsigned line, const char *what, struct fb_span text)
{
    fb_code code = 0;
    if (fb_code_parse(&code, text) != FB_OK)
        fb_read_error(r, line, what, text, " is not a code of 1 to 8 letters and digits");
    return code;
}

bool fb_read_yes_no_at(struct fb_reading *r, unsigned line, const char *what, struct fb_span text)
{
    if (!fb_span_is(text, "yes") && !fb_span_is(text, "no"))
        fb_read_error(r, line, what, text, ": write yes or no");
    return fb_span_is(text, "yes");
}

/* People filter by the part before the dot. */
void fb_read_dotted_name(struct fb_reading *r, unsigned line, const char *what, struct fb_span name)
{
    unsigned dots = 0;
    bool good = name.n > 0;
    for (uint32_t i = 0; i < name.n; i++) {
        char c = name.p[i];
        dots += c == '.';
        good = good && ((c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '_' || c == '.');
    }
    if (!good || dots != 1 || name.n > 64)
        fb_read_error(r, line, what, name, ": write two words with a dot, such as agency.off_framework");
}

bool fb_read_is_map(struct fb_reading *r, const struct fb_node *node, const char *shape)
{
    if (node->kind != FB_NODE_MAP)
        fb_read_error(r, node->line, shape, (struct fb_span){NULL, 0}, "");
    return node->kind == FB_NODE_MAP;
}

static struct fb_node *of_kind(struct fb_reading *r, struct fb_node *map, const char *key,
                               enum fb_node_kind kind)
{
    static const char *const kinds[] = {": write one value here", ": write a list here",
                                        ": write a mapping here"};
    struct fb_node *node = fb_node_get(map, key);
    if (node == NULL)
        fb_read_error(r, map->line, "the key", fb_span_of(key), " is missing here");
    else if (node->kind != kind)
        fb_read_error(r, node->line, "the key", node->key, kinds[kind]);
    else
        return node;
    return NULL;
}

struct fb_node *fb_read_list(struct fb_reading *r, struct fb_node *map, const char *key)
{
    return of_kind(r, map, key, FB_NODE_LIST);
}

struct fb_node *fb_read_map(struct fb_reading *r, struct fb_node *map, const char *key)
{
    return of_kind(r, map, key, FB_NODE_MAP);
}

struct fb_node *fb_read_scalar(struct fb_reading *r, struct fb_node *map, const char *key)
{
    return of_kind(r, map, key, FB_NODE_SCALAR);
}

struct fb_span fb_read_text(struct fb_reading *r, struct fb_node *map, const char *key)
{
    struct fb_node *node = fb_read_scalar(r, map, key);
    if (node == NULL)
        return (struct fb_span){NULL, 0};
    if (node->text.n == 0)
        fb_read_error(r, node->line, "the key", node->key, " is empty");
    return node->text;
}

int fb_read_word(struct fb_reading *r, struct fb_node *map, const char *key,
                 const struct fb_vocabulary *words)
{
    struct fb_node *node = fb_read_scalar(r, map, key);
    return node == NULL ? 0 : fb_read_word_at(r, node->line, words, node->text);
}

fb_day fb_read_day(struct fb_reading *r, struct fb_node *map, const char *key)
{
    struct fb_node *node = fb_read_scalar(r, map, key);
    return node == NULL ? 0 : fb_read_day_at(r, node->line, key, node->text);
}

fb_day fb_read_optional_day(struct fb_reading *r, struct fb_node *map, const char *key, fb_day otherwise)
{
    return fb_node_get(map, key) == NULL ? otherwise : fb_read_day(r, map, key);
}

int64_t fb_read_decimal(struct fb_reading *r, struct fb_node *map, const char *key, unsigned decimals)
{
    struct fb_node *node = fb_read_scalar(r, map, key);
    return node == NULL ? 0 : fb_read_decimal_at(r, node->line, key, node->text, decimals);
}

bool fb_read_optional_yes(struct fb_reading *r, struct fb_node *map, const char *key)
{
    struct fb_node *node = fb_node_get(map, key) == NULL ? NULL : fb_read_scalar(r, map, key);
    return node != NULL && fb_read_yes_no_at(r, node->line, key, node->text);
}

int64_t fb_read_whole(struct fb_reading *r, struct fb_node *map, const char *key, int64_t least, int64_t most)
{
    struct fb_node *node = fb_read_scalar(r, map, key);
    int64_t v = least;
    if (node == NULL || (fb_parse_int(&v, node->text) == FB_OK && v >= least && v <= most))
        return v;
    char text[100];
    struct fb_text t;
    fb_text_init(&t, text, sizeof text);
    fb_text_add(&t, ": write a whole number from ");
    fb_text_add_int(&t, least);
    fb_text_add(&t, " to ");
    fb_text_add_int(&t, most);
    fb_read_error(r, node->line, key, node->text, text);
    return least;
}

struct fb_ratio fb_read_ratio(struct fb_reading *r, struct fb_node *map, const char *key)
{
    struct fb_ratio ratio = {1, 1};
    struct fb_node *node = fb_read_scalar(r, map, key);
    if (node != NULL && fb_ratio_parse(&ratio, node->text) != FB_OK)
        fb_read_error(r, node->line, key, node->text,
                      ": write a number such as 52.143, or a quotient such as 365.25/7");
    return ratio;
}

unsigned fb_read_clock(struct fb_reading *r, struct fb_node *map, const char *key)
{
    struct fb_node *node = fb_read_scalar(r, map, key);
    int64_t hour, minute;
    if (node == NULL)
        return 0;
    struct fb_span t = node->text;
    bool shaped = t.n == 5 && t.p[2] == ':' && t.p[0] != '-' && t.p[3] != '-';
    if (shaped && fb_parse_int(&hour, (struct fb_span){t.p, 2}) == FB_OK &&
        fb_parse_int(&minute, (struct fb_span){t.p + 3, 2}) == FB_OK && minute < 60 &&
        hour * 60 + minute <= 1440)
        return (unsigned)(hour * 60 + minute);
    fb_read_error(r, node->line, key, t, ": write a time of day such as 20:00, up to 24:00");
    return 0;
}
