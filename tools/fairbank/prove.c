/* fairbank prove: a file with which somebody outside can be shown that an entry is in the journal as it was, or that the
 * journal of one checkpoint begins with that of another. deploy/PROOF.md says how it is checked. */
#include "tools/fairbank/json.h"
#include "tools/fairbank/note_file.h"
#include <string.h>

enum { WIRE_BYTES = 2 * FB_NOTE_BYTES_MAX };

static bool usage(const char *what)
{
    fprintf(stderr, "fairbank prove: %s\n", what);
    return false;
}

static bool about(const struct options *o, struct fb_query *q, char wire[WIRE_BYTES])
{
    static struct fb_note note;
    int64_t number = 0;
    int said = (o->n_words > 0) + (o->journal != 0) + (o->against != NULL);
    if (said != 1)
        return usage("say what to prove: a BOOKING, --journal N, or --from FILE");
    if (o->against != NULL) {
        if (!note_read(o->command, o->against, &note))
            return false;
        note.n_witnesses = 0; /* what the engine has to show goes back to its own signature */
        q->note = note_for_wire(&note, wire, WIRE_BYTES);
        return q->note.n > 0;
    }
    if (o->journal != 0)
        q->as_of = (uint64_t)o->journal;
    else if (fb_parse_int(&number, fb_span_of(o->words[0])) == FB_OK && number > 0 && number <= UINT32_MAX)
        q->subject = (uint32_t)number;
    else
        q->record_ref = fb_span_of(o->words[0]);
    return true;
}

int command_prove(const struct options *o)
{
    static char wire[WIRE_BYTES];
    struct fb_arena arena;
    struct fb_result r;
    struct fb_query q = {.kind = FB_QUERY_PROVE, .body = o->body, .checkpoint = (uint64_t)o->at_checkpoint};
    if (!about(o, &q, wire))
        return EXIT_USAGE;
    if (!chain_ask(o, &q, &arena, &r) || !lines_write(o->command, o->out, r.line, r.n_lines))
        return EXIT_FAILED;
    if (o->out != NULL && o->json)
        json_print(json_pack("{s:o}", "out", json_path(o->out)), JSON_COMPACT);
    else if (o->out != NULL)
        fprintf(stderr, "%s is written: fairbank-check-proof %s checks it, with nothing of Fairbank's\n", o->out, o->out);
    return EXIT_DONE;
}
