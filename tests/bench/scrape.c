#include "tests/bench/scrape.h"
#include <arpa/inet.h>
#include <netinet/in.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

bool bench_scrape(struct bench_page *page, unsigned port)
{
    static const char ask[] = "GET /metrics HTTP/1.1\r\nHost: 127.0.0.1\r\nConnection: close\r\n\r\n";
    struct sockaddr_in to = {.sin_family = AF_INET, .sin_port = htons((uint16_t)port), .sin_addr = {htonl(INADDR_LOOPBACK)}};
    size_t n = 0;
    ssize_t got = 0;
    int fd = socket(AF_INET, SOCK_STREAM, 0);
    bool good = fd >= 0 && connect(fd, (struct sockaddr *)&to, sizeof(to)) == 0 && write(fd, ask, sizeof(ask) - 1) == (ssize_t)(sizeof(ask) - 1);
    while (good && n < sizeof(page->text) - 1 && (got = read(fd, page->text + n, sizeof(page->text) - 1 - n)) > 0)
        n += (size_t)got;
    page->text[n] = '\0';
    if (fd >= 0)
        close(fd);
    return good && got == 0 && n > 0;
}

/* What stands after the sample's name at the beginning of a line. */
static const char *sample(const struct bench_page *page, const char *name)
{
    char line[160];
    int n = snprintf(line, sizeof(line), "\nfairbank_%s ", name);
    const char *at = strstr(page->text, line);
    return at != NULL ? at + n : NULL;
}

int64_t bench_metric(const struct bench_page *page, const char *name)
{
    const char *at = sample(page, name);
    return at != NULL ? strtoll(at, NULL, 10) : -1;
}

/* Seconds with up to six digits after the point. */
static int64_t us_of(const char *seconds)
{
    char *end = NULL;
    int64_t us = strtoll(seconds, &end, 10) * 1000000;
    if (*end == '.')
        for (int64_t digit = 100000; *++end >= '0' && *end <= '9'; digit /= 10)
            us += (*end - '0') * digit;
    return us;
}

int64_t bench_metric_below_us(const struct bench_page *page, const char *name, unsigned per_mille)
{
    char count[96], bucket[96];
    snprintf(count, sizeof(count), "%s_count", name);
    int n = snprintf(bucket, sizeof(bucket), "\nfairbank_%s_bucket{le=\"", name);
    int64_t all = bench_metric(page, count);
    if (all <= 0)
        return -1;
    for (const char *at = strstr(page->text, bucket); at != NULL; at = strstr(at, bucket)) {
        at += n;
        const char *value = strchr(at, ' ');
        if (*at == '+' || value == NULL)
            return -1;
        if (strtoll(value, NULL, 10) * 1000 >= all * (int64_t)per_mille)
            return us_of(at);
    }
    return -1;
}
