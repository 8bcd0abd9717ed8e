#ifndef FB_TESTS_RATE_PACK_H
#define FB_TESTS_RATE_PACK_H
/* A small made-up national pack with every kind of table under rates/ and caps/, for suites that change a
 * part of it. */
#include "engine/pack/pack.h"
#define FB_RATE_PACK_POINTS "n/rates/points.csv"
#define FB_RATE_PACK_AREAS  "n/rates/areas.csv"
#define FB_RATE_PACK_ZONES  "n/rates/zones.csv"
#define FB_RATE_PACK_TABLE  "n/rates/extra.csv"
#define FB_RATE_PACK_COSTS  "n/rates/on-costs.csv"
#define FB_RATE_PACK_FEES   "n/rates/fees.csv"
#define FB_RATE_PACK_FLOORS "n/rates/floors.csv"
#define FB_RATE_PACK_RATES  "n/rates/scales.yaml"
#define FB_RATE_PACK_CARD   "n/caps/card.csv"
#define FB_RATE_PACK_CAPS   "n/caps/caps.yaml"
/* Ends of rows: status and source; the dates of the pay year 2026/27; the same after the column pay_year. */
#define FB_ROW_STATED  ",published,s\n"
#define FB_ROW_IN_2026 "2026-04-01,2027-04-01"
#define FB_ROW_YEAR    "2026/27," FB_ROW_IN_2026
/* Freed by fb_pack_files_free. */
struct fb_pack_files fb_test_rate_pack(void);
#endif
