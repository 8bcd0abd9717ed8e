#ifndef FB_BASE_Z85_H
#define FB_BASE_Z85_H
/* Keys of connections as people write them: 32 bytes in the 40 characters of ZeroMQ's Z85 (RFC 32 of the ZeroMQ project), and
 * the small file that holds a pair: lines `public: KEY` and `secret: KEY`, comments after '#'. Reads no file. */
#include "engine/base/span.h"
enum { FB_Z85_KEY_BYTES = 32, FB_Z85_TEXT_BYTES = 40, FB_Z85_FILE_BYTES_MAX = 4096 };
/* FB_REFUSED: not 40 characters, a character that is not of the alphabet, or five of them that stand for more than 32 bits. */
FB_MUST_CHECK enum fb_err fb_z85_decode(unsigned char key[FB_Z85_KEY_BYTES], struct fb_span text);
/* NUL-terminated. */
void fb_z85_encode(char text[FB_Z85_TEXT_BYTES + 1], const unsigned char key[FB_Z85_KEY_BYTES]);
/* The key after `word: ` at the beginning of a line of a key file. FB_NOT_FOUND: no such line; FB_REFUSED: what stands there is no
 * key, or the line stands twice. */
FB_MUST_CHECK enum fb_err fb_z85_find(unsigned char key[FB_Z85_KEY_BYTES], struct fb_span file, const char *word);
#endif
