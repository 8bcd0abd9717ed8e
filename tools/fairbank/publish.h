#ifndef FB_TOOLS_FAIRBANK_PUBLISH_H
#define FB_TOOLS_FAIRBANK_PUBLISH_H
/* What people say by this tool goes the way of every record: a message through the engine's door, journalled and judged, as
 * source `fairbank-cli`, which is of no trust. An engine that takes only listed sources must list it. */
#include "tools/fairbank/source.h"
#define CLI_SOURCE "fairbank-cli"
enum { CLI_REF_BYTES = 40 };
/* The engine's answer; false: it did not take the record, or did not answer, and that was said on standard error. */
bool publish(const struct options *o, struct fb_record *record, struct fb_wire_answer *answer);
/* Now, by this machine's clock. */
int64_t now_ms(void);
/* The login name of whoever runs this: who recorded something, or asks, unless it is said otherwise. */
const char *login_name(void);
/* A new reference: "A-20261122-031005-7f3a". */
void new_ref(char out[CLI_REF_BYTES], const char *letter);
/* Fills the envelope of a record that this tool says; the texts are kept until the next call. */
void fill_envelope(struct fb_record *r, enum fb_kind kind, const char *ref, int64_t revision);
/* A record of the data folder by the name that people use: its number, SOURCE/REFERENCE, or a reference that one source uses.
 * false: said on standard error. The record's texts lie in the folder's arena. */
struct fb_record_now;
bool find_record(struct folder *f, const struct options *o, enum fb_kind kind, const char *word, uint32_t *number, struct fb_record_now *out);
/* The same of what findings are about: a booking, or else a line of an invoice. */
bool find_judged(struct folder *f, const struct options *o, const char *word, uint32_t *number, struct fb_record_now *out);
#endif
