#ifndef FB_SHELL_IDENTITIES_H
#define FB_SHELL_IDENTITIES_H
/* Who may connect over the network, with which key, and what they may do: one YAML file (deploy/identities.yaml is a documented
 * example). What is wrong goes into a report of the pack room's kind, with file and line; a file with an error is not taken in
 * part. A key says who somebody is; a role says what they may do; both are needed for everything.
 *
 * Lifetimes: identities are one block of memory, freed as a whole. */
#include "engine/base/z85.h"
#include "engine/core/report.h"
#include "engine/pack/report.h"
#define FB_IDENTITIES_FILE_BYTES_MAX (1u << 20)
/* One bit a role. Those that people ask in stand where the wire's numbers of roles stand. */
enum fb_may {
    FB_MAY_TRUST = 1 << FB_AS_TRUST,       /* trust:CODE: reads what concerns that trust */
    FB_MAY_CONTROLS = 1 << FB_AS_CONTROLS, /* the controls team: reads all, issues rules */
    FB_MAY_FINANCE = 1 << FB_AS_FINANCE,   /* finance: reads findings and spend, closes months */
    FB_MAY_ADMIN = 1 << FB_AS_ADMIN,       /* the administrator: has workers forgotten, issues rules */
    FB_MAY_PUBLISH = 1 << 8,               /* publish:CODE, or publish:all for the registers as well */
    FB_MAY_FEED = 1 << 9                   /* reads the feed and keeps positions there; whose events the other roles say */
};
#define FB_MAY_READ_ALL ((unsigned)(FB_MAY_CONTROLS | FB_MAY_FINANCE | FB_MAY_ADMIN))
#define FB_MAY_ANYTHING (FB_MAY_READ_ALL | (unsigned)(FB_MAY_TRUST | FB_MAY_PUBLISH | FB_MAY_FEED))
struct fb_identity {
    char name[FB_SOURCE_BYTES_MAX + 1];
    unsigned line;
    unsigned n_keys; /* 0: of this machine; 2: while a key is being changed, the old one as well */
    unsigned char key[2][FB_Z85_KEY_BYTES];
    unsigned roles;        /* of enum fb_may */
    fb_code trust;         /* of FB_MAY_TRUST; of this machine 0: whichever is said */
    fb_code publish;       /* of FB_MAY_PUBLISH; 0: every trust's, and the registers */
    fb_day revoked_from;   /* from that day on (Europe/London) refused; INT32_MIN always, INT32_MAX never */
    unsigned n_sources;    /* 0, of this machine only: any */
    char source[FB_IDENTITY_SOURCES_MAX][FB_SOURCE_BYTES_MAX + 1];
    bool asserted;         /* this machine: roles and name are what the peer says */
    bool has_sign_key;
    unsigned char sign_key[32]; /* Ed25519, with which the identity countersigns checkpoints */
};
struct fb_identities {
    unsigned n, room;
    struct fb_identity local; /* peers of this machine's own sockets; may do anything when the file does not say */
    struct fb_identity of[];
};
/* FB_REFUSED: see the report. FB_FULL: no memory. */
FB_MUST_CHECK enum fb_err fb_identities_parse(struct fb_identities **out, const char *file, struct fb_span text,
                                              struct fb_pack_report *report);
/* The same of a file. FB_IO: cannot be read (it is in the report). */
FB_MUST_CHECK enum fb_err fb_identities_read(struct fb_identities **out, const char *file, struct fb_pack_report *report);
void fb_identities_free(struct fb_identities **ids);
/* Whoever comes over this machine's own sockets, when nobody says otherwise. */
const struct fb_identity *fb_identity_anybody(void);
/* Its key is taken on that day. */
bool fb_identity_holds(const struct fb_identity *who, fb_day today);
/* It publishes under that name of a source. */
bool fb_identity_sends(const struct fb_identity *who, struct fb_span source);
/* Whose events and sources it is shown: 0 everybody's. */
fb_code fb_identity_scope(const struct fb_identity *who);
/* "publish:RTH", "controls"; comma between them. */
void fb_identity_add_roles(struct fb_text *t, const struct fb_identity *who);
#endif
