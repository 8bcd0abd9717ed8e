#include "engine/shell/config_look.h"
#include "engine/shell/identities.h"
#include "engine/shell/places.h"
#include "engine/shell/reload.h"
#include <sodium.h>
#include <stdio.h>

/* As fb_packs_log_places, for somebody at the keyboard. */
static void say_places(const struct fb_config *config)
{
    char base[FB_PLACE_BYTES], folder[FB_PLACE_BYTES];
    for (unsigned p = 0; fb_places_get(config, p, base); p++)
        for (unsigned i = 0; i < config->n_packs; i++)
            fprintf(stderr, "fairbankd: packs: no packs are in %s\n", fb_place_of(folder, base, config->pack[i]) ? folder : "?");
}

static bool packs_are_there(const struct fb_config *config)
{
    struct fb_new_issue issue;
    struct fb_pack_report report = {0};
    enum fb_err err = fb_packs_load(config, &issue, &report);
    fb_pack_report_print(stderr, &report);
    if (err == FB_NOT_FOUND)
        say_places(config);
    else if (err != FB_OK)
        fprintf(stderr, "fairbankd: packs: they have errors; a start takes them only if the store holds an issue to go on with\n");
    fb_pack_report_free(&report);
    fb_packs_free(&issue);
    return err == FB_OK;
}

static bool identities_are_there(const struct fb_config *config)
{
    struct fb_identities *ids = NULL;
    struct fb_pack_report report = {0};
    if (config->identities[0] == '\0')
        return true;
    enum fb_err err = fb_identities_read(&ids, config->identities, &report);
    fb_pack_report_print(stderr, &report);
    if (err != FB_OK)
        fprintf(stderr, "fairbankd: identities: %s is not taken: %s\n", config->identities, fb_err_text(err));
    fb_pack_report_free(&report);
    fb_identities_free(&ids);
    return err == FB_OK;
}

static bool key_is_there(const struct fb_config *config)
{
    unsigned char secret[FB_Z85_KEY_BYTES];
    char memory[2 * FB_CONFIG_PATH_MAX + 400];
    struct fb_text why;
    if (!fb_config_is_networked(config))
        return true;
    fb_text_init(&why, memory, sizeof memory);
    bool good = fb_network_key_of(config, secret, &why) == FB_OK;
    sodium_memzero(secret, sizeof secret);
    if (!good)
        fprintf(stderr, "fairbankd: engine_key: %s\n", why.p);
    return good;
}

enum fb_exit fb_config_look(const struct fb_config *config)
{
    bool packs = packs_are_there(config), identities = identities_are_there(config), key = key_is_there(config);
    return !packs ? FB_EXIT_USAGE : identities && key ? FB_EXIT_DONE : FB_EXIT_KEYS;
}
