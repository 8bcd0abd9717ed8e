#include "tests/lib/claims.h"
#include "engine/turn/receipts/receipts.h"
#include <string.h>

enum fb_err fb_test_claim(struct fb_turn *turn, uint32_t source, fb_day day, int64_t now_ms, struct fb_span *claim)
{
    static char memory[FB_RECEIPT_TEXT_BYTES];
    struct fb_receipt receipt;
    struct fb_text text;
    fb_day first;
    enum fb_err err = fb_turn_receipt(turn, source, day, now_ms, &receipt, &first);
    if (err != FB_OK)
        return err;
    memset(receipt.key, 0, sizeof receipt.key);
    fb_text_init(&text, memory, sizeof memory);
    fb_receipt_claim(&text, &receipt);
    *claim = (struct fb_span){text.p, (uint32_t)text.n};
    return FB_OK;
}
