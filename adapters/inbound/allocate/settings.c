#include "adapters/inbound/allocate/settings.h"
#include "adapters/lib/secret_file.h"
#include <sodium.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { ARENA_BYTES = 4 << 20, FILE_MAX = 1 << 20, WORD_MAX = 200, KEY_FILE_MAX = 4096 };
static const struct fb_span nothing = {NULL, 0};

/* ---- single values ---- */

static fb_code take_code(struct fb_yaml *y, const yaml_node_t *node, const char *key)
{
    fb_code code = 0;
    yaml_node_t *value = fb_yaml_get(y, node, key);
    struct fb_span s = fb_yaml_text(y, value);
    if (value != NULL && !y->bad && fb_code_parse(&code, s) != FB_OK)
        fb_yaml_fault(y, value, "not a code (up to 8 letters and digits):", s);
    return code;
}

/* What is wrong with the file is a fault at its key. */
static size_t read_secret(struct fb_yaml *y, const yaml_node_t *node, const char *path, char *out, size_t size)
{
    size_t n;
    const char *fault = fb_secret_read(path, out, size, &n);
    if (fault != NULL)
        fb_yaml_fault(y, node, fault, fb_span_of(path));
    return fault != NULL ? 0 : n;
}

/* ---- the parts ---- */

static void take_sends(struct fb_yaml *y, struct fb_source *s, const yaml_node_t *node)
{
    static const struct {
        const char *word;
        uint32_t bit;
    } words[] = {{"cascades", FB_SENDS_CASCADES}, {"timesheets", FB_SENDS_TIMESHEETS}};
    for (unsigned i = 0; i < fb_yaml_list(y, node); i++) {
        struct fb_span given = fb_yaml_text(y, fb_yaml_item(y, node, i));
        uint32_t bit = 0;
        for (unsigned w = 0; w < 2; w++)
            bit |= fb_span_is(given, words[w].word) ? words[w].bit : 0;
        if (bit == 0)
            fb_yaml_fault(y, node, "this adapter sends cascades and timesheets, not", given);
        s->sends |= bit;
    }
}

static void take_source(struct fb_yaml *y, struct fb_allocate_settings *s, const yaml_node_t *node)
{
    static const char *const keys[] = {"name", "trust", "system", "mode", "sends", NULL};
    if (node == NULL) {
        fb_yaml_fault(y, fb_yaml_root(y), "source: is missing", nothing);
        return;
    }
    fb_yaml_only(y, node, "unknown key of source", keys);
    yaml_node_t *name = fb_yaml_get(y, node, "name"), *system = fb_yaml_get(y, node, "system"), *mode = fb_yaml_get(y, node, "mode");
    s->source.name = fb_yaml_text(y, name);
    if (!y->bad && (s->source.name.n == 0 || s->source.name.n > FB_SOURCE_BYTES_MAX))
        fb_yaml_fault(y, node, "a source's name has 1 to 40 bytes:", s->source.name);
    s->source.trust = take_code(y, node, "trust");
    s->source.system = system == NULL ? FB_SYSTEM_ROSTER : fb_system_find(fb_yaml_text(y, system));
    s->source.mode = mode == NULL ? FB_SOURCE_MODE_LIVE : fb_source_mode_find(fb_yaml_text(y, mode));
    if (!y->bad && (s->source.system == FB_SYSTEM_NONE || s->source.mode == FB_SOURCE_MODE_NONE))
        fb_yaml_fault(y, node, "system is roster, bank_provider or portal; mode is live or shadow", nothing);
    take_sends(y, &s->source, fb_yaml_get(y, node, "sends"));
}

static bool lowered(char out[WORD_MAX + 1], const char *text)
{
    size_t n = strnlen(text, WORD_MAX + 1);
    if (n > WORD_MAX)
        return false;
    for (size_t i = 0; i <= n; i++)
        out[i] = text[i] >= 'A' && text[i] <= 'Z' ? (char)(text[i] + 32) : text[i];
    return true;
}

/* What our word must be in each table; NULL: any text. */
static bool is_ours(const char *table, struct fb_span word)
{
    fb_code code;
    if (strcmp(table, "staff_group") == 0)
        return fb_staff_group_find(word) != FB_STAFF_GROUP_NONE;
    if (strcmp(table, "route") == 0)
        return fb_route_find(word) != FB_ROUTE_NONE;
    if (strcmp(table, "tier") == 0)
        return fb_tier_find(word) != FB_TIER_NONE;
    if (strcmp(table, "timesheet") == 0)
        return fb_timesheet_state_find(word) != FB_TIMESHEET_STATE_NONE;
    if (strcmp(table, "trust") == 0 || strcmp(table, "grade") == 0)
        return fb_code_parse(&code, word) == FB_OK;
    return word.n > 0 && word.n <= FB_ID_BYTES_MAX;
}

static void take_table(struct fb_yaml *y, json_t *into, const char *table, const yaml_node_t *node)
{
    for (unsigned i = 0; i < fb_yaml_pairs(y, node) && !y->bad; i++) {
        yaml_node_t *value = NULL;
        char key[WORD_MAX + 1];
        struct fb_span theirs = fb_yaml_key(y, node, i, &value), ours = fb_yaml_text(y, value);
        if (y->bad)
            return;
        char theirs_z[WORD_MAX + 1] = "";
        if (theirs.n <= WORD_MAX)
            memcpy(theirs_z, theirs.p, theirs.n);
        theirs_z[theirs.n <= WORD_MAX ? theirs.n : 0] = '\0';
        if (theirs.n > WORD_MAX || !lowered(key, theirs_z) || json_object_get(into, key) != NULL)
            fb_yaml_fault(y, value, "too long, or twice in a table (letter case does not count):", theirs);
        else if (!is_ours(table, ours))
            fb_yaml_fault(y, value, "not one of our words for this table:", ours);
        else
            json_object_set_new(into, key, json_stringn(ours.p, ours.n));
    }
}

static void take_words(struct fb_yaml *y, struct fb_allocate_settings *s, const yaml_node_t *node)
{
    static const char *const tables[] = {"trust", "grade", "staff_group", "reason", "agency", "specialty", "route", "tier", "timesheet", NULL};
    if (node == NULL)
        return;
    fb_yaml_only(y, node, "no such table of words", tables);
    for (unsigned i = 0; tables[i] != NULL && !y->bad; i++) {
        yaml_node_t *table = fb_yaml_get(y, node, tables[i]);
        json_t *into = table == NULL ? NULL : json_object();
        if (into == NULL)
            continue;
        json_object_set_new(s->words, tables[i], into);
        take_table(y, into, tables[i], table);
    }
}

static void take_ids(struct fb_yaml *y, struct fb_allocate_settings *s, const yaml_node_t *node)
{
    static const char *const known[] = {"allocatePersonId", "matchId", "extSystemId"};
    s->n_ids = fb_yaml_list(y, node);
    if (s->n_ids > FB_ALLOCATE_IDS_MAX)
        fb_yaml_fault(y, node, "at most three ids of a person", nothing);
    for (unsigned i = 0; i < s->n_ids && !y->bad; i++) {
        struct fb_span given = fb_yaml_text(y, fb_yaml_item(y, node, i));
        for (unsigned k = 0; k < 3; k++)
            if (fb_span_is(given, known[k]))
                s->id[i] = known[k];
        if (s->id[i] == NULL)
            fb_yaml_fault(y, node, "worker: is made of allocatePersonId, matchId, extSystemId, not", given);
    }
    if (node == NULL) {
        s->n_ids = 3;
        memcpy(s->id, known, sizeof known);
    }
}

static void take_rates(struct fb_yaml *y, struct fb_allocate_settings *s, const yaml_node_t *node)
{
    static const char *const names[] = {"basic", "enhanced", "fixed", "enhanced_night", "enhanced_saturday", "enhanced_sunday", "enhanced_holiday", NULL};
    if (node == NULL)
        return;
    fb_yaml_only(y, node, "no such category of rates", names);
    for (unsigned i = 0; i < FB_ALLOCATE_CATEGORIES; i++)
        s->category[i] = take_code(y, node, names[i]);
    for (unsigned i = 0; i < FB_ALLOCATE_CATEGORIES; i++)
        for (unsigned k = 0; k < i; k++)
            if (s->category[i] != 0 && s->category[i] == s->category[k])
                fb_yaml_fault(y, node, "two categories with one word of ours:", fb_span_of(names[i]));
}

static void take_worker_key(struct fb_yaml *y, struct fb_allocate_settings *s, const yaml_node_t *root)
{
    char path[FB_ALLOCATE_PATH_MAX + 1] = "";
    unsigned char bytes[KEY_FILE_MAX];
    fb_yaml_take_text(y, root, "worker_key", false, path, sizeof path);
    FILE *f = path[0] == '\0' || y->bad ? NULL : fopen(path, "rb");
    if (path[0] == '\0' || y->bad)
        return;
    fb_secret_warn("fairbank-allocate", path);
    size_t n = f == NULL ? 0 : fread(bytes, 1, sizeof bytes, f);
    if (f != NULL)
        fclose(f);
    if (n < 32)
        fb_yaml_fault(y, fb_yaml_get(y, root, "worker_key"), "the system's key is a readable file of at least 32 bytes, not", fb_span_of(path));
    else
        crypto_generichash(s->worker_key, sizeof s->worker_key, bytes, n, NULL, 0); /* as fairbank-csv draws it together */
    s->has_worker_key = n >= 32;
    sodium_memzero(bytes, sizeof bytes);
}

static void take_shared(struct fb_yaml *y, const yaml_node_t *node, const char *key, bool wanted, char out[FB_ALLOCATE_SECRET_MAX + 1])
{
    char path[FB_ALLOCATE_PATH_MAX + 1] = "";
    fb_yaml_take_text(y, node, key, wanted, path, sizeof path);
    if (y->bad || path[0] == '\0')
        return;
    size_t n = read_secret(y, node, path, out, FB_ALLOCATE_SECRET_MAX);
    while (n > 0 && (out[n - 1] == '\n' || out[n - 1] == '\r'))
        n--;
    out[n] = '\0';
    if (!y->bad && n < 16)
        fb_yaml_fault(y, node, "a secret has at least 16 characters, in", fb_span_of(path));
}

/* Where nothing is said, arrival counts: the events of these interfaces are described without a time. */
static void take_arrival(struct fb_yaml *y, struct fb_allocate_settings *s, const yaml_node_t *in)
{
    yaml_node_t *arrival = fb_yaml_get(y, in, "arrival_is_time");
    if (arrival != NULL)
        s->arrival = fb_yaml_yes(y, arrival);
}

static void take_listen(struct fb_yaml *y, struct fb_allocate_settings *s, const yaml_node_t *node)
{
    static const char *const keys[] = {"address", "port", "secret", "old_secret", "arrival_is_time", NULL};
    snprintf(s->address, sizeof s->address, "127.0.0.1");
    if (node == NULL)
        return;
    fb_yaml_only(y, node, "unknown key of listen", keys);
    fb_yaml_take_text(y, node, "address", false, s->address, sizeof s->address);
    s->port = fb_yaml_take_number(y, node, "port", 0, 65535, 8480);
    take_arrival(y, s, node);
    take_shared(y, node, "secret", true, s->secret);
    take_shared(y, node, "old_secret", false, s->old_secret);
}

static void take_route(struct fb_yaml *y, struct fb_allocate_settings *s, const yaml_node_t *node)
{
    yaml_node_t *route = fb_yaml_get(y, node, "route"), *engagement = fb_yaml_get(y, node, "engagement");
    s->route = route == NULL ? FB_ROUTE_AGENCY : fb_route_find(fb_yaml_text(y, route));
    s->engagement = engagement == NULL ? FB_ENGAGEMENT_DIRECT : fb_engagement_find(fb_yaml_text(y, engagement));
    if (!y->bad && (s->route == FB_ROUTE_NONE || s->engagement == FB_ENGAGEMENT_NONE))
        fb_yaml_fault(y, node, "route or engagement is not one of our words", nothing);
}

static bool url_is_good(const char *url)
{
    static const char *const here[] = {"http://127.0.0.1:", "http://localhost:", "http://[::1]:"};
    bool good = strncmp(url, "https://", 8) == 0;
    for (unsigned i = 0; i < 3; i++)
        good |= strncmp(url, here[i], strlen(here[i])) == 0;
    return good && strchr(url, '@') == NULL && strpbrk(url, "?#") == NULL;
}

static void take_poll(struct fb_yaml *y, struct fb_allocate_settings *s, const yaml_node_t *node)
{
    static const char *const keys[] = {"url", "version", "trust_code", "token", "user", "password", "ca", "page_size", "every", "overlap", "timeout", "from", "route", "engagement", NULL};
    take_route(y, s, node);
    if (node == NULL)
        return;
    fb_yaml_only(y, node, "unknown key of poll", keys);
    fb_yaml_take_text(y, node, "url", true, s->url, sizeof s->url);
    fb_yaml_take_text(y, node, "version", true, s->version, sizeof s->version);
    fb_yaml_take_text(y, node, "trust_code", true, s->trust_code, sizeof s->trust_code);
    fb_yaml_take_text(y, node, "token", false, s->token, sizeof s->token);
    fb_yaml_take_text(y, node, "user", false, s->user, sizeof s->user);
    fb_yaml_take_text(y, node, "password", s->user[0] != '\0', s->password, sizeof s->password);
    if (!y->bad && s->password[0] != '\0' && (s->user[0] == '\0' || s->token[0] != '\0'))
        fb_yaml_fault(y, node, "either user: and password: (a file), or token: (a file)", nothing);
    fb_yaml_take_text(y, node, "ca", false, s->ca, sizeof s->ca);
    s->page_size = fb_yaml_take_number(y, node, "page_size", 1, 1000, 100);
    s->every_s = fb_yaml_take_number(y, node, "every", 1, 86400, 60);
    s->overlap_min = fb_yaml_take_number(y, node, "overlap", 1, 10080, 15);
    s->timeout_s = fb_yaml_take_number(y, node, "timeout", 1, 300, 30);
    yaml_node_t *from = fb_yaml_get(y, node, "from");
    if (from == NULL || fb_instant_parse(&s->from_ms, fb_yaml_text(y, from)) != FB_OK)
        fb_yaml_fault(y, node, "from: says since when events are wanted at first (2026-03-01T00:00Z)", nothing);
    if (!y->bad && strchr(s->url, '@') != NULL) /* what may be a password is told nowhere */
        fb_yaml_fault(y, node, "an https address without a user and a password is wanted: they stand in user: and password:", nothing);
    if (!y->bad && !url_is_good(s->url))
        fb_yaml_fault(y, node, "an https address is wanted (http only to this machine), not", fb_span_of(s->url));
}

/* A file that is called after somebody must not be called by its name. */
static void take_batch(struct fb_yaml *y, struct fb_allocate_settings *s, const yaml_node_t *node)
{
    if (node == NULL)
        return;
    struct fb_span word = fb_yaml_text(y, node);
    s->batch_is_digest = fb_span_is(word, "digest");
    if (!y->bad && !s->batch_is_digest && !fb_span_is(word, "name"))
        fb_yaml_fault(y, node, "a batch is called by the file's name or its digest, not", word);
}

static void take_all(struct fb_yaml *y, struct fb_allocate_settings *s)
{
    static const char *const keys[] = {"source", "hirer", "references", "words", "worker", "worker_key", "rates", "state", "engine", "server_key", "key", "arrival_is_time", "batch", "listen", "poll", NULL};
    const yaml_node_t *root = fb_yaml_root(y);
    fb_yaml_only(y, root, "unknown key of the configuration", keys);
    take_source(y, s, fb_yaml_get(y, root, "source"));
    s->hirer = take_code(y, root, "hirer");
    if (s->hirer == 0)
        s->hirer = s->source.trust;
    yaml_node_t *system = fb_yaml_get(y, root, "references");
    s->system = system == NULL ? fb_span_of("healthroster") : fb_yaml_text(y, system);
    if (!y->bad && (s->system.n == 0 || s->system.n > FB_SOURCE_BYTES_MAX))
        fb_yaml_fault(y, root, "references: is the system's name in 1 to 40 bytes", nothing);
    take_words(y, s, fb_yaml_get(y, root, "words"));
    take_ids(y, s, fb_yaml_get(y, root, "worker"));
    take_rates(y, s, fb_yaml_get(y, root, "rates"));
    fb_yaml_take_text(y, root, "state", true, s->state, sizeof s->state);
    snprintf(s->door, sizeof s->door, "ipc://fairbank-data/door.sock");
    fb_yaml_take_text(y, root, "engine", false, s->door, sizeof s->door);
    fb_yaml_take_text(y, root, "server_key", false, s->server_key, sizeof s->server_key);
    fb_yaml_take_text(y, root, "key", false, s->key, sizeof s->key);
    take_worker_key(y, s, root);
    s->arrival = true;
    take_arrival(y, s, root);
    take_batch(y, s, fb_yaml_get(y, root, "batch"));
    take_listen(y, s, fb_yaml_get(y, root, "listen"));
    take_poll(y, s, fb_yaml_get(y, root, "poll"));
}

enum fb_err fb_allocate_settings_parse(struct fb_allocate_settings **out, const char *name, struct fb_span text, char fault[FB_YAML_FAULT_BYTES])
{
    struct fb_allocate_settings *s = calloc(1, sizeof *s);
    void *memory = malloc(ARENA_BYTES);
    struct fb_yaml y = {.name = name, .fault = fault};
    *out = NULL;
    fault[0] = '\0';
    if (s == NULL || memory == NULL || (s->words = json_object()) == NULL) {
        free(s);
        free(memory);
        return FB_FULL;
    }
    fb_arena_init(&s->arena, memory, ARENA_BYTES);
    y.arena = &s->arena;
    crypto_generichash(s->digest, sizeof s->digest, (const unsigned char *)text.p, text.n, NULL, 0);
    enum fb_err e = fb_yaml_parse(&y, text);
    if (e == FB_OK) {
        take_all(&y, s);
        fb_yaml_close(&y);
        e = y.bad ? FB_REFUSED : FB_OK;
    }
    if (e != FB_OK)
        fb_allocate_settings_close(&s);
    *out = s;
    return e;
}

enum fb_err fb_allocate_settings_open(struct fb_allocate_settings **out, const char *path, char fault[FB_YAML_FAULT_BYTES])
{
    char *memory = NULL;
    struct fb_span text;
    *out = NULL;
    enum fb_err e = fb_yaml_read_file(path, FILE_MAX, &memory, &text, fault);
    if (e == FB_OK)
        e = fb_allocate_settings_parse(out, path, text, fault);
    free(memory);
    return e;
}

void fb_allocate_settings_close(struct fb_allocate_settings **settings)
{
    struct fb_allocate_settings *s = *settings;
    *settings = NULL;
    if (s == NULL)
        return;
    json_decref(s->words);
    unsigned char *memory = s->arena.base;
    fb_arena_release(&s->arena);
    free(memory);
    sodium_memzero(s, sizeof *s);
    free(s);
}

const char *fb_allocate_word(const struct fb_allocate_settings *s, const char *table, const char *theirs)
{
    char key[WORD_MAX + 1];
    return lowered(key, theirs) ? json_string_value(json_object_get(json_object_get(s->words, table), key)) : NULL;
}

bool fb_allocate_has_table(const struct fb_allocate_settings *s, const char *table)
{
    return json_object_get(s->words, table) != NULL;
}
