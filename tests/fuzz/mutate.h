#ifndef FB_TESTS_FUZZ_MUTATE_H
#define FB_TESTS_FUZZ_MUTATE_H
/* For targets that read wire messages: mutations that keep a message one. libFuzzer changes bytes, of which most make a length or a tag
 * wrong and are refused at the first look; these decode the input by its descriptor, change one thing that means something (an enum, a
 * time, a code, an amount of money, how many of a repeated field there are, whether one is there at all, a field that nobody knows), and
 * encode it again. Every fourth time, and where the input is no message, libFuzzer's own are used; with FB_PLAIN in the environment
 * always, to compare. */
enum fb_mutate { FB_MUTATE_PUBLISH, FB_MUTATE_EXCHANGE, FB_MUTATE_FEED };
/* What the target reads: its own. */
extern const enum fb_mutate fb_mutate;
#endif
