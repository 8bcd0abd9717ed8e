#ifndef FB_TOOLS_FAIRBANK_OPTIONS_H
#define FB_TOOLS_FAIRBANK_OPTIONS_H
/* The command line of every command: one table of options, so that help and parsing cannot part. */
#include "tools/fairbank/command.h"
/* argv[0] is the command's name. false: wrong, and said so on standard error. *help is set by -h and --help. */
bool options_read(struct options *o, const struct command *c, int argc, char **argv, bool *help);
/* "2026-10", or the date of its first day. */
bool month_parse(fb_day *out, const char *text);
/* Those that the command takes. */
void options_help(FILE *out, const struct command *c);
#endif
