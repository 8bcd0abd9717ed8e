/* Any bytes as a configuration. What is accepted lies within every declared bound and cannot open a
 * socket without keys to the network; what is refused is complained of, by file; and reading it over itself gives the same. */
#include "engine/base/check.h"
#include "engine/shell/config.h"
#include "tests/lib/fuzz.h"
#include <string.h>

static struct fb_config config, again;

static bool is_text(const char *text)
{
    size_t n = strnlen(text, FB_CONFIG_PATH_MAX);
    return n > 0 && n < FB_CONFIG_PATH_MAX;
}

static void check_endpoint(const char *endpoint)
{
    char memory[2 * FB_CONFIG_PATH_MAX];
    struct fb_text t;
    fb_assert(is_text(endpoint) && fb_config_endpoint_refused(fb_span_of(endpoint)) == NULL);
    fb_assert(strncmp(endpoint, "ipc://", 6) == 0 || strncmp(endpoint, "tcp://127.", 10) == 0 ||
              strncmp(endpoint, "tcp://[::1]:", 12) == 0 || strncmp(endpoint, "tcp://localhost:", 16) == 0);
    fb_text_init(&t, memory, sizeof memory);
    if (fb_config_endpoint(&config, endpoint, &t) == FB_OK)
        fb_assert(!t.cut && t.n >= 6);
}

static void check_network(const char *endpoint)
{
    fb_assert(endpoint[0] == '\0' || strncmp(endpoint, "tcp://", 6) == 0);
}

static void check_sources(void)
{
    fb_assert(config.n_sources <= FB_CONFIG_SOURCES_MAX);
    for (unsigned i = 0; i < config.n_sources; i++) {
        const struct fb_config_source *s = &config.source[i];
        fb_assert(strnlen(s->name, sizeof s->name) > 0 &&
                  strnlen(s->name, sizeof s->name) <= FB_SOURCE_BYTES_MAX);
        fb_assert(fb_config_source_find(&config, fb_span_of(s->name)) == s);
        fb_assert(s->sends < 16 && s->window <= 65536 && (s->trust_said || s->trust == 0));
    }
}

static void check_bounds(void)
{
    fb_assert(is_text(config.data) && config.n_packs <= FB_CONFIG_PACKS_MAX);
    for (unsigned i = 0; i < config.n_packs; i++)
        fb_assert(is_text(config.pack[i]));
    fb_assert(config.window >= 1 && config.window <= 65536 && config.batch_max >= 1 &&
              config.batch_max <= FB_BATCH_MAX);
    fb_assert(config.connections_max >= 16 && config.connections_max <= FB_SESSIONS_MAX);
    fb_assert(config.queue_mib >= 4 && config.queue_mib <= 4096 && config.map_gib >= 1 &&
              config.map_gib <= 4096);
    fb_assert(config.log_level > FB_LOG_NONE && config.log_level < FB_LOG_END);
    check_endpoint(config.door);
    check_endpoint(config.feed);
    check_endpoint(config.ticker);
    check_network(config.network_door);
    check_network(config.network_feed);
    check_network(config.network_ticker);
    check_sources();
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct fb_pack_report report = {0};
    if (size > FB_CONFIG_FILE_BYTES_MAX)
        return 0;
    struct fb_span text = {(const char *)data, (uint32_t)size};
    fb_config_default(&config);
    enum fb_err e = fb_config_parse(&config, "fuzz.yaml", text, &report);
    fb_assert((e == FB_OK) == (report.errors == 0) && (e == FB_OK || e == FB_REFUSED));
    for (unsigned i = 0; i < report.n; i++)
        fb_assert(strcmp(report.e[i].file, "fuzz.yaml") == 0 && report.e[i].text[0] != '\0');
    if (e == FB_OK) {
        check_bounds();
        again = config;
        fb_assert(fb_config_parse(&again, "fuzz.yaml", text, &report) == FB_OK);
        fb_assert(memcmp(&again, &config, sizeof config) == 0);
    }
    fb_pack_report_free(&report);
    return 0;
}
