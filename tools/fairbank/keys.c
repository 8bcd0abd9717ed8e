/* fairbank keys: pairs of keys for connections over the network, and the engine's file of who has which. */
#include "adapters/lib/curve.h"
#include "engine/shell/identities.h"
#include "tools/fairbank/command.h"
#include "tools/fairbank/json.h"
#include "tools/fairbank/table.h"
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

enum { WHY_BYTES = 1400, YAML_BYTES = 4096, PATH_BYTES = 2048 };

static int failed(const struct options *o, const struct fb_text *why)
{
    fprintf(stderr, "fairbank %s: %s\n", o->command, why->p);
    return EXIT_FAILED;
}

/* The name becomes a file's and an identity's. */
static bool is_name(const char *name)
{
    size_t n = strlen(name);
    return n > 0 && n <= FB_SOURCE_BYTES_MAX && strchr(name, '/') == NULL && name[0] != '.' && fb_span_is_text(fb_span_of(name));
}

static int bad_name(const struct options *o)
{
    fprintf(stderr, "fairbank %s: '%.60s' is no name: 1 to 40 bytes without '/', such as rth-roster\n", o->command, o->words[0]);
    return EXIT_USAGE;
}

static json_t *path_json(const char *folder, const char *name, const char *end)
{
    char path[PATH_BYTES];
    snprintf(path, sizeof(path), "%s/%s%s", folder, name, end);
    return json_path(path);
}

static void tell_made(const struct options *o, const char *folder, const char *key)
{
    const char *name = o->words[0];
    if (o->json)
        json_print(json_pack("{s:s, s:s, s:o, s:o}", "name", name, "key", key, "pair_file", path_json(folder, name, ".key"), "public_file",
                             path_json(folder, name, ".pub")),
                   JSON_COMPACT);
    else
        printf("%s/%s.key   both keys: for its owner only, never sent\n%s/%s.pub   the public key: %s\n", folder, name, folder, name, key);
}

int command_keys_make(const struct options *o)
{
    unsigned char key[FB_Z85_KEY_BYTES];
    char memory[WHY_BYTES], text[FB_Z85_TEXT_BYTES + 1], pair[PATH_BYTES];
    const char *folder = o->out != NULL ? o->out : ".";
    struct fb_text why;
    fb_text_init(&why, memory, sizeof(memory));
    if (!is_name(o->words[0]))
        return bad_name(o);
    snprintf(pair, sizeof(pair), "%s/%s.key", folder, o->words[0]);
    bool there = access(pair, F_OK) == 0;
    if (fb_curve_make(folder, o->words[0], key, &why) != FB_OK)
        return failed(o, &why);
    if (there)
        fprintf(stderr, "fairbank %s: %s was there without its public half, as a run that was cut short leaves it: no new pair was made, and that one is whole now\n", o->command, pair);
    fb_z85_encode(text, key);
    tell_made(o, folder, text);
    return EXIT_DONE;
}

int command_keys_show(const struct options *o)
{
    unsigned char key[FB_Z85_KEY_BYTES];
    char memory[WHY_BYTES], text[FB_Z85_TEXT_BYTES + 1];
    struct fb_text why;
    fb_text_init(&why, memory, sizeof(memory));
    if (fb_curve_public(key, o->words[0], &why) != FB_OK)
        return failed(o, &why);
    fb_z85_encode(text, key);
    if (o->json)
        json_print(json_pack("{s:s, s:o}", "key", text, "file", json_path(o->words[0])), JSON_COMPACT);
    else
        puts(text);
    return EXIT_DONE;
}

static int check_text(struct fb_span text)
{
    struct fb_identities *ids = NULL;
    struct fb_pack_report report = {0};
    enum fb_err e = fb_identities_parse(&ids, "the identity", text, &report);
    fb_pack_report_print(stderr, &report);
    fb_pack_report_free(&report);
    fb_identities_free(&ids);
    return e == FB_OK ? EXIT_DONE : EXIT_USAGE;
}

/* key NULL: it is yet to be filled in. */
static void print_identity_json(const struct options *o, const char *key)
{
    json_t *j = json_pack("{s:s}", "name", o->words[0]), *roles = json_array();
    for (int i = 1; i < o->n_words; i++)
        json_array_append_new(roles, json_string(o->words[i]));
    if (key != NULL)
        json_object_set_new(j, "key", json_string(key));
    json_object_set_new(j, "roles", roles);
    json_print(j, JSON_COMPACT);
}

/* The lines are read as the engine will read them before they are printed; without a key, with one in its place. */
int command_keys_identity(const struct options *o)
{
    static const unsigned char instead[FB_Z85_KEY_BYTES] = {1};
    unsigned char key[FB_Z85_KEY_BYTES];
    char memory[WHY_BYTES], yaml[YAML_BYTES], text[FB_Z85_TEXT_BYTES + 1];
    struct fb_text why, t;
    fb_text_init(&why, memory, sizeof(memory));
    fb_text_init(&t, yaml, sizeof(yaml));
    if (!is_name(o->words[0]))
        return bad_name(o);
    if (o->key != NULL && fb_z85_decode(key, fb_span_of(o->key)) != FB_OK && fb_curve_public(key, o->key, &why) != FB_OK)
        return failed(o, &why);
    fb_z85_encode(text, o->key != NULL ? key : instead);
    fb_text_add(&t, "identities:\n  - name: ");
    fb_text_add(&t, o->words[0]);
    fb_text_add(&t, "\n    key: '");
    fb_text_add(&t, text);
    fb_text_add(&t, "'\n    roles: [");
    for (int i = 1; i < o->n_words; i++) {
        fb_text_add(&t, i > 1 ? ", " : "");
        fb_text_add(&t, o->words[i]);
    }
    fb_text_add(&t, "]\n");
    int status = t.cut ? EXIT_USAGE : check_text((struct fb_span){t.p, (uint32_t)t.n});
    if (status != EXIT_DONE)
        return status;
    if (o->json) {
        print_identity_json(o, o->key != NULL ? text : NULL);
        return EXIT_DONE;
    }
    if (o->key == NULL) {
        memset(strchr(t.p, '\'') + 1, '.', FB_Z85_TEXT_BYTES);
        fprintf(stderr, "fairbank %s: no key was named, so that its place is dots: put the one there that `fairbank keys show FILE` prints, or ask with --key FILE\n",
                o->command);
    }
    fputs(t.p + strlen("identities:\n"), stdout);
    return EXIT_DONE;
}

static void add_identity(struct table *t, const struct fb_identity *who)
{
    char roles[200], sources[FB_IDENTITY_SOURCES_MAX * (FB_SOURCE_BYTES_MAX + 3)], day[11];
    struct fb_text r, s;
    fb_text_init(&r, roles, sizeof(roles));
    fb_text_init(&s, sources, sizeof(sources));
    fb_identity_add_roles(&r, who);
    for (unsigned i = 0; i < who->n_sources; i++) {
        fb_text_add(&s, i > 0 ? ", " : "");
        fb_text_add(&s, who->source[i]);
    }
    table_add(t, who->name);
    table_add(t, r.p);
    table_add(t, s.p);
    if (who->revoked_from == INT32_MIN || who->revoked_from == INT32_MAX) {
        table_add(t, who->revoked_from == INT32_MIN ? "revoked" : "");
        return;
    }
    fb_day_format(day, who->revoked_from);
    table_add(t, day);
}

static json_t *keys_json(const struct fb_identity *who)
{
    char text[FB_Z85_TEXT_BYTES + 1];
    json_t *keys = json_array();
    for (unsigned i = 0; i < who->n_keys; i++) {
        fb_z85_encode(text, who->key[i]);
        json_array_append_new(keys, json_string(text));
    }
    return keys;
}

/* Of "publish:RTH, feed". */
static json_t *roles_json(const struct fb_identity *who)
{
    char text[200];
    struct fb_text t;
    json_t *roles = json_array();
    fb_text_init(&t, text, sizeof(text));
    fb_identity_add_roles(&t, who);
    for (const char *at = t.p; *at != '\0';) {
        size_t n = strcspn(at, ",");
        json_array_append_new(roles, json_stringn(at, n));
        at += n + strspn(at + n, ", ");
    }
    return roles;
}

static void print_who_json(const struct fb_identity *who)
{
    char day[11];
    json_t *sources = json_array();
    for (unsigned i = 0; i < who->n_sources; i++)
        json_array_append_new(sources, json_string(who->source[i]));
    json_t *j = json_pack("{s:s, s:o, s:o, s:o, s:b}", "name", who->name, "keys", keys_json(who), "roles", roles_json(who), "sources", sources,
                          "revoked", who->revoked_from == INT32_MIN);
    if (who->revoked_from != INT32_MIN && who->revoked_from != INT32_MAX) {
        fb_day_format(day, who->revoked_from);
        json_object_set_new(j, "revoked_from", json_string(day));
    }
    json_print(j, JSON_COMPACT);
}

static void print_people(const struct fb_identities *ids, bool json)
{
    char heads[] = "identity|may|publishes as|revoked from";
    bool local = ids->local.roles != FB_MAY_ANYTHING;
    struct table t;
    table_init(&t, heads);
    for (unsigned i = 0; i < ids->n + local; i++) {
        const struct fb_identity *who = i < ids->n ? &ids->of[i] : &ids->local;
        if (json)
            print_who_json(who);
        else
            add_identity(&t, who);
    }
    if (json)
        return;
    table_print(&t, stdout);
    printf("%u identities, nothing wrong\n", ids->n);
}

int command_keys_check(const struct options *o)
{
    const char *file = o->n_words > 0 ? o->words[0] : "identities.yaml";
    struct fb_identities *ids = NULL;
    struct fb_pack_report report = {0};
    enum fb_err e = fb_identities_read(&ids, file, &report);
    fb_pack_report_print(stderr, &report);
    fb_pack_report_free(&report);
    if (e != FB_OK)
        return e == FB_REFUSED ? EXIT_DIFFERENT : EXIT_FAILED;
    print_people(ids, o->json);
    fb_identities_free(&ids);
    return EXIT_DONE;
}
