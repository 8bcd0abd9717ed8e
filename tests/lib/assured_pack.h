#ifndef FB_TESTS_ASSURED_PACK_H
#define FB_TESTS_ASSURED_PACK_H
/* The pack of rate_pack.h, and a system's pack above it that says something of everything about assurance: rules with answers,
 * clocks, delegations, budgets of approvals and a small number. For suites that change a part of it. */
#include "engine/pack/pack.h"
#define FB_ASSURED_PACK    "s/pack.yaml"
#define FB_ASSURED_PACK_AT "s/assurance/a.yaml"
/* The head of the system's pack; and what each row ends with. */
#define FB_ASSURED_PACK_HEAD                                                                                  \
    "pack: s\ntitle: t\nlayer: ics\nissue: \"1\"\nreview_by: 2027-04-01\n"                                   \
    "trusts: [{code: RTH, from: 2026-01-01, until: 2026-07-01}, RXQ]\n"
#define FB_ASSURED_PACK_STATED "status: made_up, source: s"
/* Freed by fb_pack_files_free. */
struct fb_pack_files fb_test_assured_pack(void);
#endif
