#include "engine/shell/metrics_address.h"
#include <arpa/inet.h>
#include <string.h>

bool fb_metrics_address_parse(union fb_metrics_address *out, struct fb_span text)
{
    char host[64];
    uint32_t colon = text.n;
    int64_t port;
    while (colon > 0 && text.p[colon - 1] != ':')
        colon--;
    if (colon == 0 || colon > sizeof host || fb_parse_int(&port, (struct fb_span){text.p + colon, text.n - colon}) != FB_OK || port < 1 || port > 65535)
        return false;
    memcpy(host, text.p, colon - 1);
    host[colon - 1] = '\0';
    memset(out, 0, sizeof *out);
    size_t n = strlen(host);
    if (n > 2 && host[0] == '[' && host[n - 1] == ']') {
        host[n - 1] = '\0';
        out->six.sin6_family = AF_INET6;
        out->six.sin6_port = htons((uint16_t)port);
        return inet_pton(AF_INET6, host + 1, &out->six.sin6_addr) == 1;
    }
    out->four.sin_family = AF_INET;
    out->four.sin_port = htons((uint16_t)port);
    return inet_pton(AF_INET, host, &out->four.sin_addr) == 1;
}

static bool is_loopback(const union fb_metrics_address *a)
{
    if (a->any.sa_family == AF_INET6)
        return IN6_IS_ADDR_LOOPBACK(&a->six.sin6_addr);
    return ntohl(a->four.sin_addr.s_addr) >> 24 == 127;
}

const char *fb_metrics_address_refused(struct fb_span text)
{
    union fb_metrics_address a;
    if (!fb_metrics_address_parse(&a, text))
        return "is not an address: write 127.0.0.1:9464, [::1]:9464 or none";
    if (!is_loopback(&a))
        return "is open to the network, and tells whoever asks how much work is done here: use 127.0.0.1:PORT, with a proxy before it "
               "that asks for a password, or the monitoring system's own agent on this machine";
    return NULL;
}
