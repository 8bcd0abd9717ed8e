/* The pseudonym that fairbank-csv makes of one cell, so that a test can ask for it and look whether anybody kept it.
 *   pseudonym KEY-FILE CELL */
#include <sodium.h>
#include <stdio.h>
#include <string.h>

enum { KEY_BYTES = 32, HASH_BYTES = 16, FILE_BYTES = 4096 };

static size_t read_key(const char *path, unsigned char *bytes)
{
    FILE *f = fopen(path, "rb");
    size_t n = f != NULL ? fread(bytes, 1, FILE_BYTES, f) : 0;
    if (f != NULL)
        fclose(f);
    return n;
}

int main(int argc, char **argv)
{
    unsigned char bytes[FILE_BYTES], key[KEY_BYTES], mark[HASH_BYTES], hash[HASH_BYTES], length[4] = {0};
    crypto_generichash_state state;
    char hex[2 * HASH_BYTES + 1];
    size_t n = argc == 3 && sodium_init() >= 0 ? read_key(argv[1], bytes) : 0;
    if (n < KEY_BYTES || strlen(argv[2]) > 255)
        return 2;
    crypto_generichash(key, sizeof key, bytes, n, NULL, 0);
    crypto_generichash(mark, sizeof mark, key, sizeof key, NULL, 0);
    crypto_generichash_init(&state, key, sizeof key, sizeof hash);
    length[0] = (unsigned char)strlen(argv[2]);
    crypto_generichash_update(&state, length, sizeof length);
    crypto_generichash_update(&state, (const unsigned char *)argv[2], length[0]);
    crypto_generichash_final(&state, hash, sizeof hash);
    printf("%s.", sodium_bin2hex(hex, 9, mark, 4));
    printf("%s\n", sodium_bin2hex(hex, sizeof hex, hash, sizeof hash));
    return 0;
}
