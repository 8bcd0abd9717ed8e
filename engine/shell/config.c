#include "engine/shell/config.h"
#include "engine/base/check.h"
#include "engine/shell/config_key.h"
#include <string.h>
#include <sys/un.h>

#define AT(field)        offsetof(struct fb_config, field)
#define SOURCE_AT(field) offsetof(struct fb_config_source, field)

const struct fb_config_key fb_config_keys[] = {
    {"data", FB_KEY_PATH, AT(data), 0, 0, "fairbank-data",
     "The data folder: the store, the sockets and the file `ready`. Made (for its owner only) when it is not "
     "there.\n"
     "On a local disk; one engine at a time. A path that does not begin with / is relative to the working "
     "folder."},
    {"door", FB_KEY_ENDPOINT, AT(door), 0, 0, "ipc://door.sock",
     "Where publishers and people's tools connect. ipc://NAME lies in the data folder; ipc:///full/path and\n"
     "tcp://127.0.0.1:PORT are possible. Whoever may open it may publish and ask; for other machines: network_door."},
    {"feed", FB_KEY_ENDPOINT, AT(feed), 0, 0, "ipc://feed.sock",
     "Where consumers ask for events after a position."},
    {"ticker", FB_KEY_ENDPOINT, AT(ticker), 0, 0, "ipc://ticker.sock",
     "Where events are called out live: topic kind.trust; it may lose, the feed does not."},
    {"network_door", FB_KEY_NETWORK, AT(network_door), 0, 0, "none",
     "The same three for the network: tcp://ADDRESS:PORT each, or none. They take connections with a key (CURVE) that\n"
     "`identities` lists, and give each what its roles are for. A firewall before them is still wise."},
    {"network_feed", FB_KEY_NETWORK, AT(network_feed), 0, 0, "none", "For identities with the role feed."},
    {"network_ticker", FB_KEY_NETWORK, AT(network_ticker), 0, 0, "none", "For identities with the role controls or finance."},
    {"identities", FB_KEY_MAYBE, AT(identities), 0, 0, "none",
     "The file of who may connect over the network, with which key, and what they may do: see deploy/identities.yaml.\n"
     "Read at the start and on SIGHUP; a file with an error changes nothing. `fairbank keys check FILE` says what is wrong."},
    {"engine_key", FB_KEY_PATH, AT(engine_key), 0, 0, "engine.key",
     "The engine's own key for the network; in the data folder unless its path begins with /. Only its owner may be able to\n"
     "read it, so it is made as the engine's user: runuser -u fairbank -- fairbank keys make engine --out /var/lib/fairbank"},
    {"packs", FB_KEY_PACKS, AT(pack), 0, 0, "\n  - rules/england\n  - rules/thames-valley",
     "Folders of rules, most general first. Read at the start and on SIGHUP. When none of them is there and "
     "the store\n"
     "holds an issue already, that issue stays. When this key is left out, they are looked for in the "
     "working\n"
     "folder, then where the program was built or installed (../../ and ../share/fairbank of its own folder), then in\n"
     "/usr/share/fairbank."},
    {"accept_unknown_sources", FB_KEY_YES_NO, AT(accept_unknown_sources), 0, 0, "true",
     "true: whoever can open the door's socket may publish under the name that it says in Hello.\n"
     "false: only the sources listed below."},
    {"sources", FB_KEY_SOURCES, AT(source), 0, 0, "[]",
     "What is said here of a publishing system wins over what it says itself in Hello."},
    {"window", FB_KEY_COUNT, AT(window), 1, 65536, "1024",
     "Messages that a source may have in flight; one more is answered `busy` and must be sent again."},
    {"batch_max", FB_KEY_COUNT, AT(batch_max), 1, FB_BATCH_MAX, "4096",
     "Messages of one commit at most. A commit takes whatever came while the last one ran; fewer bound the "
     "wait, and its memory, which is some 20 KiB a message at most and stays."},
    {"connections_max", FB_KEY_COUNT, AT(connections_max), 16, FB_SESSIONS_MAX, "1024",
     "Connections of publishers. When all are taken, the one that was silent longest makes room."},
    {"queue_mib", FB_KEY_COUNT, AT(queue_mib), 4, 4096, "256",
     "Memory for messages that wait for their commit, in MiB. When it is full, messages are answered "
     "`busy`."},
    {"map_gib", FB_KEY_COUNT, AT(map_gib), 1, 4096, "64",
     "Address space reserved for the store, in GiB. Costs nothing until it is used, and is doubled by itself before it\n"
     "is half full."},
    {"free_mib", FB_KEY_COUNT, AT(free_mib), 0, 1048576, "1024",
     "Free space that must be left on the disk, in MiB. Below it messages are answered `busy` and publishers keep them;\n"
     "with room again they are taken again. 0: none, and a disk that gets full ends the engine."},
    {"feed_wait_seconds", FB_KEY_COUNT, AT(feed_wait_seconds), 1, 300, "20",
     "How long a consumer's waiting request is kept before it gets an empty page."},
    {"consumer_behind", FB_KEY_COUNT, AT(consumer_behind), 0, 1000000000, "100000",
     "A consumer whose kept position is so many events behind is told of, in the log, by `fairbank status` and by\n"
     "`fairbank doctor`. It costs disk only, and is given all of them when it asks again. 0: nobody is told of."},
    {"refused_mib", FB_KEY_COUNT, AT(refused_mib), 1, 65536, "64",
     "Of what is refused of a source, or in conflict, so many MiB a day are kept whole; of more only digest and reason, with\n"
     "an alarm in the log, in `fairbank status` and in the metrics. Nothing that is taken counts."},
    {"metrics", FB_KEY_METRICS, AT(metrics), 0, 0, "none",
     "Where a monitoring system on this machine may ask for figures in Prometheus' format, at /metrics: 127.0.0.1:9464, say.\n"
     "Only an address of this machine's own; none: no such door."},
    {"checkpoint_minutes", FB_KEY_COUNT, AT(checkpoint_minutes), 1, 44640, "60",
     "How often the journal's chain is signed, when it has grown; also at a clean stop and when somebody asks:\n"
     "see `fairbank checkpoint`, and deploy/PROOF.md for whoever keeps what was signed."},
    {"log_level", FB_KEY_LEVEL, AT(log_level), 0, 0, "info",
     "error, warn, info or debug; to stderr, one line an event."},
};
const unsigned fb_config_keys_n = sizeof fb_config_keys / sizeof fb_config_keys[0];

const struct fb_config_key fb_config_source_keys[] = {
    {"name", FB_KEY_NAME, SOURCE_AT(name), 0, 0, NULL, "rth-roster             # as in its Hello"},
    {"trust", FB_KEY_TRUST, SOURCE_AT(trust), 0, 0, NULL,
     "RTH                   # whose records it may write; all: every trust's and the registers"},
    {"system", FB_KEY_SYSTEM, SOURCE_AT(system), 0, 0, NULL,
     "roster               # roster, bank_provider or portal"},
    {"mode", FB_KEY_MODE, SOURCE_AT(mode), 0, 0, NULL,
     "shadow                 # live, or shadow: judged and counted apart, raises no alert"},
    {"sends", FB_KEY_SENDS, SOURCE_AT(sends), 0, 0, NULL,
     "[cascades, timesheets]  # of cascades, sign_offs, frameworks, timesheets, worker_facts, substantive_hours, "
     "absences; the rest is unknown, never \"no\""},
    {"window", FB_KEY_COUNT, SOURCE_AT(window), 1, 65536, NULL,
     "4096                 # instead of the general one"},
};
const unsigned fb_config_source_keys_n = sizeof fb_config_source_keys / sizeof fb_config_source_keys[0];

static void add_comment(struct fb_text *out, const char *meaning)
{
    for (const char *line = meaning; *line != '\0';) {
        size_t n = strcspn(line, "\n");
        fb_text_add(out, "# ");
        fb_text_add_span(out, (struct fb_span){line, (uint32_t)n});
        fb_text_add(out, "\n");
        line += n + (line[n] == '\n');
    }
}

static void add_source_example(struct fb_text *out)
{
    fb_text_add(out, "# For example:\n#\n#   sources:\n");
    for (unsigned i = 0; i < fb_config_source_keys_n; i++) {
        fb_text_add(out, i == 0 ? "#     - " : "#       ");
        fb_text_add(out, fb_config_source_keys[i].name);
        fb_text_add(out, ": ");
        fb_text_add(out, fb_config_source_keys[i].meaning);
        fb_text_add(out, "\n");
    }
}

void fb_config_format(struct fb_text *out)
{
    fb_text_add(out, "# fairbankd: every key, its meaning and its default. A key that is left out has its "
                     "default, and the engine\n"
                     "# runs without this file too. `fairbankd --print-config` prints it; `fairbankd "
                     "--check-config --config FILE`\n"
                     "# reads one and says what is wrong.\n");
    for (unsigned i = 0; i < fb_config_keys_n; i++) {
        const struct fb_config_key *key = &fb_config_keys[i];
        fb_text_add(out, "\n");
        add_comment(out, key->meaning);
        if (key->type == FB_KEY_SOURCES)
            add_source_example(out);
        fb_text_add(out, key->name);
        fb_text_add(out, key->standard[0] == '\n' ? ":" : ": ");
        fb_text_add(out, key->standard);
        fb_text_add(out, "\n");
    }
}

void fb_config_default(struct fb_config *config)
{
    char memory[FB_CONFIG_TEXT_BYTES];
    struct fb_text text;
    struct fb_pack_report report = {0};
    *config = (struct fb_config){0};
    fb_text_init(&text, memory, sizeof memory);
    fb_config_format(&text);
    enum fb_err e =
        fb_config_parse(config, "the defaults", (struct fb_span){text.p, (uint32_t)text.n}, &report);
    fb_assert(e == FB_OK && !text.cut);
    config->packs_said = false;
    fb_pack_report_free(&report);
}

const struct fb_config_source *fb_config_source_find(const struct fb_config *config, struct fb_span name)
{
    for (unsigned i = 0; i < config->n_sources; i++)
        if (fb_span_is(name, config->source[i].name))
            return &config->source[i];
    return NULL;
}

static bool begins(struct fb_span s, const char *text)
{
    size_t n = strlen(text);
    return s.n >= n && memcmp(s.p, text, n) == 0;
}

static bool holds_only(struct fb_span s, const char *signs)
{
    for (uint32_t i = 0; i < s.n; i++)
        if (strchr(signs, s.p[i]) == NULL || s.p[i] == '\0')
            return false;
    return s.n > 0;
}

/* An address of this machine's own and a port, whole: of "tcp://127.0.0.1:1;0.0.0.0:7301" the library binds what stands behind the ';'. */
static bool is_of_this_machine(struct fb_span endpoint)
{
    static const char *const hosts[] = {"tcp://127.", "tcp://[::1]:", "tcp://localhost:"};
    size_t host = 0, port = endpoint.n;
    for (size_t i = 0; i < sizeof hosts / sizeof hosts[0]; i++)
        host = begins(endpoint, hosts[i]) ? strlen(hosts[i]) : host;
    while (port > 0 && endpoint.p[port - 1] != ':')
        port--;
    if (host == 0 || !holds_only((struct fb_span){endpoint.p + port, endpoint.n - (uint32_t)port}, "0123456789"))
        return false;
    return port == host || (host == strlen(hosts[0]) && port > host &&
                            holds_only((struct fb_span){endpoint.p + host, (uint32_t)(port - 1 - host)}, "0123456789."));
}

const char *fb_config_endpoint_refused(struct fb_span endpoint)
{
    if (begins(endpoint, "ipc://"))
        return endpoint.n > strlen("ipc://") ? NULL : "names no socket: write ipc://NAME.sock";
    if (is_of_this_machine(endpoint))
        return NULL;
    if (begins(endpoint, "tcp://"))
        return "is open to the network, and this socket takes everybody who can reach it: use ipc:// or "
               "tcp://127.0.0.1:PORT here, and network_door, network_feed or network_ticker, which take keys, for other machines";
    return "is not an endpoint: write ipc://NAME.sock or tcp://127.0.0.1:PORT";
}

const char *fb_config_network_refused(struct fb_span endpoint)
{
    return begins(endpoint, "tcp://") && endpoint.n > strlen("tcp://") ? NULL : "must be none, or tcp://ADDRESS:PORT such as tcp://0.0.0.0:7301";
}

bool fb_config_is_networked(const struct fb_config *config)
{
    return config->network_door[0] != '\0' || config->network_feed[0] != '\0' || config->network_ticker[0] != '\0';
}

const char *fb_config_wrong(const struct fb_config *config)
{
    if (fb_config_is_networked(config) && config->identities[0] == '\0')
        return "a network_ address is given and no identities: say who may connect, and with which key, in a file (see "
               "deploy/identities.yaml), and name it with identities:";
    return NULL;
}

enum fb_err fb_config_endpoint(const struct fb_config *config, const char *endpoint, struct fb_text *out)
{
    static const char ipc[] = "ipc://";
    size_t before = out->n;
    bool in_data = strncmp(endpoint, ipc, sizeof ipc - 1) == 0 && endpoint[sizeof ipc - 1] != '/';
    if (in_data) {
        fb_text_add(out, ipc);
        fb_text_add(out, config->data);
        fb_text_add(out, "/");
        endpoint += sizeof ipc - 1;
    }
    fb_text_add(out, endpoint);
    /* The kernel's limit for the path of a socket; beyond it libzmq would only say "name too long". */
    size_t most = sizeof((struct sockaddr_un *)NULL)->sun_path - 1 + sizeof ipc - 1;
    return out->cut || out->n - before > most ? FB_LIMIT : FB_OK;
}
