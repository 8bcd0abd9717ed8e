#include "engine/shell/network.h"
#include "engine/shell/clock.h"
#include "engine/shell/crowd.h"
#include "engine/shell/log.h"
#include "engine/shell/reload.h"
#include <errno.h>
#include <fcntl.h>
#include <sodium.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>
#include <zmq.h>

enum { OTHERS = 0077, ZAP_A_ROUND = 64 };

/* ---- the engine's key ---- */

static enum fb_err say(struct fb_text *why, enum fb_err e, const char *path, const char *what)
{
    fb_text_add(why, path);
    fb_text_add(why, " ");
    fb_text_add(why, what);
    return e;
}

static enum fb_err read_text(const char *path, char text[FB_Z85_FILE_BYTES_MAX], uint32_t *n, struct fb_text *why)
{
    struct stat st;
    int fd = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK);
    if (fd < 0)
        return say(why, errno == ENOENT ? FB_REFUSED : FB_IO, path,
                   errno == ENOENT ? "is missing: it is the engine's key for the network; make one with `fairbank keys make engine --out DATA`, "
                                     "or restore it from its copy: with another one nobody who has the old public key can connect"
                                   : strerror(errno));
    enum fb_err e = fstat(fd, &st) == 0 ? FB_OK : FB_IO;
    if (e == FB_OK && (!S_ISREG(st.st_mode) || (st.st_mode & OTHERS) != 0))
        e = say(why, FB_REFUSED, path, "may be read by others than its owner, or is no file: ask who read it, then chmod 600 it");
    ssize_t got = e == FB_OK ? read(fd, text, FB_Z85_FILE_BYTES_MAX) : 0;
    if (got < 0)
        e = say(why, FB_IO, path, strerror(errno));
    *n = got > 0 ? (uint32_t)got : 0;
    (void)close(fd);
    return e;
}

/* The engine's key of a file as `fairbank keys make` writes it. FB_REFUSED, FB_IO: *why says what is wrong with which file. */
static enum fb_err read_key(unsigned char secret[FB_Z85_KEY_BYTES], const char *path, struct fb_text *why)
{
    char text[FB_Z85_FILE_BYTES_MAX];
    uint32_t n = 0;
    enum fb_err e = read_text(path, text, &n, why);
    if (e == FB_OK && fb_z85_find(secret, (struct fb_span){text, n}, "secret") != FB_OK)
        e = say(why, FB_REFUSED, path, "holds no line `secret: KEY`: it is no key file as `fairbank keys make` writes one");
    sodium_memzero(text, sizeof text);
    return e;
}

enum fb_err fb_network_key_of(const struct fb_config *config, unsigned char secret[FB_Z85_KEY_BYTES], struct fb_text *why)
{
    char path[2 * FB_CONFIG_PATH_MAX + 2];
    struct fb_text p;
    fb_text_init(&p, path, sizeof path);
    fb_text_add(&p, config->engine_key[0] == '/' ? "" : config->data);
    fb_text_add(&p, config->engine_key[0] == '/' ? "" : "/");
    fb_text_add(&p, config->engine_key);
    return read_key(secret, p.p, why);
}

static bool open_key(const struct fb_network *n, unsigned char secret[FB_Z85_KEY_BYTES])
{
    char memory[2 * FB_CONFIG_PATH_MAX + 400];
    struct fb_text why;
    fb_text_init(&why, memory, sizeof memory);
    if (fb_network_key_of(n->config, secret, &why) == FB_OK)
        return true;
    fb_log(FB_LOG_ERROR, "%s", why.p);
    return false;
}

/* ---- the identities ---- */

bool fb_network_reload(struct fb_network *n)
{
    struct fb_identities *ids = NULL;
    struct fb_pack_report report = {0};
    unsigned lost = 0;
    if (n->config->identities[0] == '\0')
        return false;
    enum fb_err e = fb_identities_read(&ids, n->config->identities, &report);
    fb_packs_log(&report);
    fb_pack_report_free(&report);
    if (e == FB_OK)
        e = fb_gate_take(n->gate, &ids, fb_london_day_of_ms(fb_clock_now_ms()), &lost);
    if (e == FB_OK)
        fb_log(FB_LOG_INFO, "identities: %u of %s are in force", fb_gate_identities(n->gate), n->config->identities);
    else
        fb_log(FB_LOG_ERROR, "identities: %s was not taken (%s); those that were in force stay", n->config->identities,
               e == FB_LIMIT ? "more keys have come since the start than can be kept apart: start the engine anew" : fb_err_text(e));
    fb_identities_free(&ids);
    if ((lost & (FB_MAY_CONTROLS | FB_MAY_FINANCE)) != 0 && n->ticker != NULL)
        fb_port_cut(n->ticker);
    return e == FB_OK;
}

/* ---- sockets ---- */

static bool bind_one(struct fb_network *n, struct fb_port **port, enum fb_port_kind kind, const char *endpoint, const char *domain,
                     void *zmq_context, const unsigned char *secret, struct fb_stats *stats)
{
    const struct fb_port_lock lock = {domain, secret, fb_gate_refusals(n->gate)};
    const char *why = NULL;
    if (endpoint[0] == '\0')
        return true;
    if (fb_port_open_locked(port, zmq_context, kind, endpoint, &lock, stats, &why) == FB_OK) {
        fb_log(FB_LOG_INFO, "the network's %s is at %s", domain, endpoint);
        return true;
    }
    fb_log(FB_LOG_ERROR, "%s cannot be bound: %s", endpoint, why);
    return false;
}

static bool open_sockets(struct fb_network *n, void *zmq, const unsigned char *secret, struct fb_stats *stats)
{
    const char *why = NULL;
    if (fb_zap_open(&n->zap, zmq, n->gate, &why) != FB_OK) {
        fb_log(FB_LOG_ERROR, "nobody could be asked about keys: %s", why);
        return false;
    }
    return bind_one(n, &n->door, FB_PORT_ROUTER, n->config->network_door, FB_ZAP_DOOR, zmq, secret, stats) &&
           bind_one(n, &n->feed, FB_PORT_ROUTER, n->config->network_feed, FB_ZAP_FEED, zmq, secret, stats) &&
           bind_one(n, &n->ticker, FB_PORT_TICKER, n->config->network_ticker, FB_ZAP_TICKER, zmq, secret, stats);
}

bool fb_network_open(struct fb_network *n, const struct fb_config *config, void *zmq_context, struct fb_stats *stats, bool *keys_wrong)
{
    unsigned char secret[FB_Z85_KEY_BYTES];
    *n = (struct fb_network){.config = config};
    *keys_wrong = false;
    if (fb_gate_open(&n->gate) != FB_OK)
        return false;
    *keys_wrong = config->identities[0] != '\0' && !fb_network_reload(n);
    if (*keys_wrong || !fb_config_is_networked(config))
        return !*keys_wrong;
    if (zmq_has("curve") != 1) {
        fb_log(FB_LOG_ERROR, "this build of the library has no keys (CURVE): no socket may be open to the network");
        return false;
    }
    fb_crowd_open(config->connections_max);
    *keys_wrong = !open_key(n, secret);
    bool good = !*keys_wrong && open_sockets(n, zmq_context, secret, stats);
    sodium_memzero(secret, sizeof secret);
    return good;
}

void fb_network_close(struct fb_network *n)
{
    fb_port_close(&n->door);
    fb_port_close(&n->feed);
    fb_port_close(&n->ticker);
    fb_zap_close(&n->zap);
    fb_gate_close(&n->gate);
}

static unsigned add(struct fb_loop_socket *out, unsigned at, const struct fb_loop_socket *like, struct fb_port *port)
{
    if (port == NULL)
        return at;
    out[at] = *like;
    out[at].port = port;
    return at + 1;
}

unsigned fb_network_sockets(const struct fb_network *n, const struct fb_loop_socket *door, const struct fb_loop_socket *feed,
                            const struct fb_loop_socket *ticker, struct fb_loop_socket *out)
{
    unsigned at = 0;
    if (n->zap == NULL)
        return 0;
    out[at++] = (struct fb_loop_socket){.zap = n->zap, .most = ZAP_A_ROUND};
    at = add(out, at, door, n->door);
    at = add(out, at, feed, n->feed);
    at = add(out, at, ticker, n->ticker);
    for (unsigned i = 1, sockets = at; i < sockets; i++)
        out[at++] = (struct fb_loop_socket){.news = out[i].port};
    return at;
}

bool fb_network_second(struct fb_network *n)
{
    struct fb_port *const ports[] = {n->door, n->feed, n->ticker};
    for (size_t i = 0; i < sizeof ports / sizeof ports[0]; i++)
        if (ports[i] != NULL)
            fb_port_watch(ports[i]);
    bool revoked = fb_gate_day(n->gate, fb_london_day_of_ms(fb_clock_now_ms()));
    if (revoked && n->ticker != NULL)
        fb_port_cut(n->ticker);
    return revoked;
}
