#ifndef FB_TESTS_NOTES_H
#define FB_TESTS_NOTES_H
/* Checkpoints that others countersign, as tests have them. */
#include "engine/turn/chain/checkpoint.h"
/* The key pair of a signer of that number, always the same; below 256. */
void fb_test_signer(unsigned signer, unsigned char public_key[32], unsigned char secret[64]);
/* The note's text as it comes over the door, its lines parted as results part them. It lives until the next call. */
struct fb_span fb_test_note_sent(const struct fb_note *note);
#endif
