#ifndef FB_SHELL_CONFIG_H
#define FB_SHELL_CONFIG_H
/* The engine's configuration: one YAML file, every key with a default, so that it also runs with none. The
 * table of keys in config.c is the one truth: the documented file that --print-config prints is made from it,
 * and the defaults are what reading that file gives (deploy/fairbank.yaml is that file; a test compares).
 *
 * Errors: whatever is wrong goes into a report of the pack room's kind, with file and line and what to do. */
#include "engine/core/record.h"
#include "engine/pack/report.h"
#include "engine/shell/log.h"
#define FB_CONFIG_FILE_BYTES_MAX (256u << 10)
enum {
    FB_CONFIG_PATH_MAX = 256,
    FB_CONFIG_PACKS_MAX = 8,
    FB_CONFIG_SOURCES_MAX = 256,
    FB_CONFIG_TEXT_BYTES = 12288
};

/* What the configuration says of a publishing system; it wins over what the system says in its Hello. */
struct fb_config_source {
    char name[FB_SOURCE_BYTES_MAX + 1];
    bool trust_said, sends_said;
    fb_code trust;            /* 0 when said: every trust */
    enum fb_system system;    /* NONE: as Hello says */
    enum fb_source_mode mode; /* NONE: as Hello says */
    uint32_t sends;
    uint32_t window; /* 0: the general one */
};
struct fb_config {
    char data[FB_CONFIG_PATH_MAX], door[FB_CONFIG_PATH_MAX], feed[FB_CONFIG_PATH_MAX],
        ticker[FB_CONFIG_PATH_MAX];
    /* The network: each empty when there is none. */
    char network_door[FB_CONFIG_PATH_MAX], network_feed[FB_CONFIG_PATH_MAX], network_ticker[FB_CONFIG_PATH_MAX],
        identities[FB_CONFIG_PATH_MAX];
    char metrics[FB_CONFIG_PATH_MAX]; /* empty: none */
    char engine_key[FB_CONFIG_PATH_MAX];
    char pack[FB_CONFIG_PACKS_MAX][FB_CONFIG_PATH_MAX];
    unsigned n_packs;
    bool packs_said; /* else they are looked for in more than one place: places.h */
    bool accept_unknown_sources;
    uint32_t window, batch_max, connections_max, queue_mib, map_gib, free_mib, feed_wait_seconds, consumer_behind, checkpoint_minutes, refused_mib;
    enum fb_log_level log_level;
    unsigned n_sources;
    struct fb_config_source source[FB_CONFIG_SOURCES_MAX];
};
/* What runs with no file. */
void fb_config_default(struct fb_config *config);
/* Reads text over what is in *config already. `file` is the name for complaints. FB_REFUSED: see the report.
 */
FB_MUST_CHECK enum fb_err fb_config_parse(struct fb_config *config, const char *file, struct fb_span text,
                                          struct fb_pack_report *report);
/* The same for a file. FB_IO: cannot be read (it is in the report). */
FB_MUST_CHECK enum fb_err fb_config_read(struct fb_config *config, const char *file,
                                         struct fb_pack_report *report);
/* The documented default file; at most FB_CONFIG_TEXT_BYTES. */
void fb_config_format(struct fb_text *out);
/* What is said of a source; NULL when nothing. */
const struct fb_config_source *fb_config_source_find(const struct fb_config *config, struct fb_span name);

/* What one key says against another; NULL when they fit. Asked once everything was read. */
const char *fb_config_wrong(const struct fb_config *config);
/* Some socket is open to the network. */
bool fb_config_is_networked(const struct fb_config *config);
/* NULL when a socket that takes keys may be bound there. */
const char *fb_config_network_refused(struct fb_span endpoint);
/* NULL when a socket may be bound there, else a sentence that says why not and what to do. */
const char *fb_config_endpoint_refused(struct fb_span endpoint);
/* The endpoint to bind: ipc://NAME lies in the data folder, ipc:///PATH and tcp:// stay. FB_LIMIT: the path
 * is longer than the system's most for a socket. */
FB_MUST_CHECK enum fb_err fb_config_endpoint(const struct fb_config *config, const char *endpoint,
                                             struct fb_text *out);
#endif
