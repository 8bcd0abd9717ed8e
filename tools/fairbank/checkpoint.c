/* fairbank checkpoint: signed roots of the journal's chain. list, show and key read the data folder; make and countersign
 * ask the engine; sign is the witness's, on their own machine, with their own key. */
#include "engine/shell/keys.h"
#include "tools/fairbank/care/holder.h"
#include "tools/fairbank/checkpoint_list.h"
#include "tools/fairbank/json.h"
#include "tools/fairbank/note_file.h"
#include "tools/fairbank/table.h"
#include <errno.h>
#include <fcntl.h>
#include <sodium.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

enum { WIRE_BYTES = 2 * FB_NOTE_BYTES_MAX, HEX_BYTES = 2 * FB_NODE_BYTES + 1 };
/* So many countersignatures go to the engine at once; their texts' bounds have room for the wire's longer line ends. */
enum { AT_ONCE = (FB_WIRE_NOTE_BYTES_MAX - FB_CHECKPOINT_TEXT_BYTES) / FB_WITNESS_TEXT_BYTES };

static void add_hex(char out[HEX_BYTES], const unsigned char *bytes)
{
    (void)sodium_bin2hex(out, HEX_BYTES, bytes, FB_NODE_BYTES);
}

/* ---- the folder's ---- */

static struct fb_store *store_of(const struct options *o)
{
    const char *why = NULL;
    struct fb_store *store = NULL;
    enum fb_err e = fb_store_open(&store, o->data, &(struct fb_store_options){.read_only = true}, &why);
    char forbidden[HOLDER_WORDS];
    if (e != FB_OK && e != FB_NOT_FOUND && holder_forbids(o->data, forbidden))
        why = forbidden;
    if (e != FB_OK)
        fprintf(stderr, "fairbank %s: %s: %s\n", o->command, o->data, why != NULL ? why : fb_err_text(e));
    return store;
}

static void print_row(struct table *t, const struct listed_checkpoint *row)
{
    char text[HEX_BYTES];
    snprintf(text, sizeof(text), "%llu", (unsigned long long)row->number);
    table_add(t, text);
    snprintf(text, sizeof(text), "%llu", (unsigned long long)row->checkpoint.size);
    table_add(t, text);
    fb_instant_format(text, row->checkpoint.made_ms);
    text[10] = ' ';
    text[19] = '\0';
    table_add(t, text);
    add_hex(text, row->checkpoint.root.b);
    text[16] = '\0';
    table_add(t, text);
    table_add(t, row->names != NULL ? row->names : "");
}

static json_t *names_json(const char *names)
{
    json_t *list = json_array();
    while (names != NULL && *names != '\0') {
        size_t n = strcspn(names, " ");
        json_array_append_new(list, json_stringn(names, n));
        names += n + strspn(names + n, " ");
    }
    return list;
}

static json_t *row_json(const struct listed_checkpoint *row)
{
    char root[HEX_BYTES], key[HEX_BYTES], made[25], last[25];
    add_hex(root, row->checkpoint.root.b);
    add_hex(key, row->checkpoint.key);
    fb_instant_format(made, row->checkpoint.made_ms);
    fb_instant_format(last, row->checkpoint.last_ms);
    return json_pack("{s:I, s:I, s:s, s:s, s:s, s:s, s:b, s:o}", "checkpoint", (json_int_t)row->number, "entries",
                     (json_int_t)row->checkpoint.size, "root", root, "last", last, "made", made, "key", key, "signed",
                     fb_checkpoint_is_signed(&row->checkpoint), "countersigned_by", names_json(row->names));
}

static void print_list(const struct checkpoint_list *list, bool whole)
{
    char heads[] = ">checkpoint|>entries|made (UTC)|root|countersigned by";
    struct table t;
    table_init(&t, heads);
    t.wrap = 1;
    for (unsigned i = 0; i < list->n; i++)
        print_row(&t, &list->of[i]);
    if (list->n > 0)
        table_print(&t, stdout);
    else if (whole)
        printf("no checkpoints yet: the engine makes them each hour and when it stops, or now with fairbank checkpoint make\n");
    table_release(&t);
}

int command_checkpoint_list(const struct options *o)
{
    struct checkpoint_list list;
    struct fb_store *store = store_of(o);
    if (store == NULL)
        return EXIT_FAILED;
    enum fb_err e = checkpoint_list_read(&list, store);
    fb_store_close(&store);
    if (!o->json)
        print_list(&list, e == FB_OK);
    for (unsigned i = 0; o->json && i < list.n; i++)
        json_print(row_json(&list.of[i]), JSON_COMPACT);
    checkpoint_list_release(&list);
    if (e != FB_OK)
        fprintf(stderr, "fairbank %s: %s\n", o->command, fb_err_text(e));
    return e == FB_OK ? EXIT_DONE : EXIT_FAILED;
}

/* The last checkpoint, or the one of that number. */
static bool held_note(const struct options *o, struct fb_note *note, uint64_t *found)
{
    int64_t number = 0;
    if (o->n_words > 0 && (fb_parse_int(&number, fb_span_of(o->words[0])) != FB_OK || number < 1)) {
        fprintf(stderr, "fairbank %s: '%.40s' is not a checkpoint's number: see fairbank checkpoint list\n", o->command, o->words[0]);
        return false;
    }
    struct fb_store *store = store_of(o);
    if (store == NULL)
        return false;
    enum fb_err e = fb_checkpoint_note(store, (uint64_t)number, note, found);
    fb_store_close(&store);
    if (e != FB_OK)
        fprintf(stderr, "fairbank %s: %s\n", o->command, e == FB_NOT_FOUND ? "there is no such checkpoint: see fairbank checkpoint list" : fb_err_text(e));
    return e == FB_OK;
}

static void print_note(const struct fb_note *note)
{
    static char text[FB_NOTE_BYTES_MAX];
    struct fb_text t;
    fb_text_init(&t, text, sizeof(text));
    fb_note_format(&t, note);
    fputs(text, stdout);
}

/* As `checkpoint list` has it, with the text that is signed. number 0: not known. */
static void print_note_json(const struct fb_note *note, uint64_t number)
{
    static char text[FB_NOTE_BYTES_MAX], names[FB_NOTE_BYTES_MAX];
    struct fb_text t, by;
    fb_text_init(&by, names, sizeof(names));
    for (unsigned i = 0; i < note->n_witnesses; i++) {
        fb_text_add(&by, i > 0 ? " " : "");
        fb_text_add(&by, note->witness[i].name);
    }
    const struct listed_checkpoint row = {
        .number = number, .checkpoint = note->checkpoint, .n_names = note->n_witnesses, .names = note->n_witnesses > 0 ? names : NULL};
    json_t *j = row_json(&row);
    fb_text_init(&t, text, sizeof(text));
    fb_note_format(&t, note);
    json_object_set_new(j, "text", json_string(text));
    if (number == 0)
        json_object_del(j, "checkpoint");
    json_print(j, JSON_COMPACT);
}

int command_checkpoint_show(const struct options *o)
{
    static struct fb_note note;
    uint64_t number = 0;
    if (!held_note(o, &note, &number))
        return EXIT_FAILED;
    if (o->json)
        print_note_json(&note, number);
    else
        print_note(&note);
    return EXIT_DONE;
}

/* ---- the key ---- */

/* The last checkpoint, in silence: there may be none yet. 0: none, or not to be read. */
static uint64_t last_note(const struct options *o, struct fb_note *note)
{
    const char *why = NULL;
    struct fb_store *store = NULL;
    uint64_t number = 0;
    if (fb_store_open(&store, o->data, &(struct fb_store_options){.read_only = true}, &why) == FB_OK && fb_checkpoint_note(store, 0, note, &number) != FB_OK)
        number = 0;
    fb_store_close(&store);
    return number;
}

static void print_key(const struct options *o, const char *key, const char *of)
{
    if (o->json)
        json_print(json_pack("{s:s, s:s}", "key", key, "of", of), JSON_COMPACT);
    else
        puts(key);
}

/* Of the key file that signs from now on. */
static int key_in_use(const struct options *o, const unsigned char *bytes)
{
    static struct fb_note note;
    char key[HEX_BYTES], held[HEX_BYTES];
    uint64_t last = last_note(o, &note);
    add_hex(key, bytes);
    add_hex(held, note.checkpoint.key);
    print_key(o, key, "checkpoint.key");
    if (last != 0 && strcmp(key, held) != 0)
        fprintf(stderr, "fairbank %s: checkpoint %llu, the last that is held, was signed with another key: %s\n", o->command, (unsigned long long)last, held);
    return EXIT_DONE;
}

int command_checkpoint_key(const struct options *o)
{
    static struct fb_note note;
    unsigned char bytes[FB_KEY_FILE_BYTES];
    char key[HEX_BYTES], memory[HOLDER_WORDS];
    uint64_t number = 0;
    struct fb_text why;
    fb_text_init(&why, memory, sizeof(memory));
    if (fb_keys_checkpoint(bytes, o->data, &why) == FB_OK)
        return key_in_use(o, bytes);
    if (!held_note(o, &note, &number))
        return EXIT_FAILED;
    add_hex(key, note.checkpoint.key);
    print_key(o, key, "checkpoint");
    fprintf(stderr, "fairbank %s: %s; this is the key of checkpoint %llu, the last that is held\n", o->command, why.p, (unsigned long long)number);
    return EXIT_DONE;
}

/* ---- the engine's ---- */

/* The lines of the engine's answer as what they are. */
static int answer_json(const struct options *o, const struct fb_result *r)
{
    static char text[FB_NOTE_BYTES_MAX];
    static struct fb_note note;
    struct fb_text t;
    unsigned line = 0;
    fb_text_init(&t, text, sizeof(text));
    for (unsigned i = 0; i < r->n_lines; i++) {
        fb_text_add_span(&t, r->line[i]);
        fb_text_add(&t, "\n");
    }
    if (t.cut || fb_note_parse(&note, (struct fb_span){text, (uint32_t)t.n}, &line) != FB_OK) {
        fprintf(stderr, "fairbank %s: the engine's answer is no checkpoint (line %u)\n", o->command, line);
        return EXIT_FAILED;
    }
    print_note_json(&note, 0);
    return EXIT_DONE;
}

int command_checkpoint_make(const struct options *o)
{
    struct fb_arena arena;
    struct fb_result r;
    struct fb_query q = {.kind = FB_QUERY_CHECKPOINT, .make = true};
    if (!chain_ask(o, &q, &arena, &r))
        return EXIT_FAILED;
    if (o->json)
        return answer_json(o, &r);
    return lines_write(o->command, NULL, r.line, r.n_lines) ? EXIT_DONE : EXIT_FAILED;
}

/* What the engine says of a part, for people; machines get all sentences at the end. */
static bool tell_part(const struct options *o, const struct fb_result *r, json_t *said)
{
    if (!o->json)
        return lines_write(o->command, NULL, r->line, r->n_lines);
    for (unsigned i = 0; i < r->n_lines; i++)
        json_array_append_new(said, json_stringn(r->line[i].p, r->line[i].n));
    return true;
}

/* The countersignatures from `first` on, as many as one query can carry. */
static bool send_part(const struct options *o, const struct fb_note *note, unsigned first, json_t *said)
{
    static struct fb_note part;
    static char wire[WIRE_BYTES];
    struct fb_arena arena;
    struct fb_result r;
    struct fb_query q = {.kind = FB_QUERY_COUNTERSIGN};
    unsigned left = note->n_witnesses - first;
    part.checkpoint = note->checkpoint;
    part.n_witnesses = left < AT_ONCE ? left : AT_ONCE;
    memcpy(part.witness, note->witness + first, part.n_witnesses * sizeof(part.witness[0]));
    q.note = note_for_wire(&part, wire, sizeof(wire));
    if (q.note.n == 0 || !chain_ask(o, &q, &arena, &r))
        return false;
    if (note->n_witnesses > AT_ONCE && !o->json)
        printf("%u to %u of %u: ", first + 1, first + part.n_witnesses, note->n_witnesses);
    return tell_part(o, &r, said);
}

/* What went before a part that is refused is kept, and held already when the text is sent again. */
int command_countersign(const struct options *o)
{
    static struct fb_note note;
    unsigned first = 0;
    bool good = true;
    if (!note_read(o->command, o->words[0], &note))
        return EXIT_FAILED;
    json_t *said = json_array();
    do {
        good = send_part(o, &note, first, said);
        first += AT_ONCE;
    } while (good && first < note.n_witnesses);
    if (good && o->json)
        json_print(json_pack("{s:I, s:O}", "sent", (json_int_t)note.n_witnesses, "said", said), JSON_COMPACT);
    json_decref(said);
    return good ? EXIT_DONE : EXIT_FAILED;
}

/* ---- the witness's ---- */

static bool read_seed(const struct options *o, unsigned char seed[crypto_sign_SEEDBYTES])
{
    struct stat st;
    int fd = open(o->sign_key, O_RDONLY | O_CLOEXEC);
    bool made = fd < 0 && errno == ENOENT;
    if (made) {
        randombytes_buf(seed, crypto_sign_SEEDBYTES);
        fd = open(o->sign_key, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0600);
    }
    bool good = fd >= 0 && (made ? write(fd, seed, crypto_sign_SEEDBYTES) == crypto_sign_SEEDBYTES && fsync(fd) == 0
                                 : fstat(fd, &st) == 0 && st.st_size == crypto_sign_SEEDBYTES && (st.st_mode & 077) == 0 &&
                                       read(fd, seed, crypto_sign_SEEDBYTES) == crypto_sign_SEEDBYTES);
    if (fd >= 0)
        good = close(fd) == 0 && good;
    if (!good)
        fprintf(stderr, "fairbank %s: %s is no key: it must be a file of 32 bytes that only its owner may read\n", o->command, o->sign_key);
    else if (made)
        fprintf(stderr, "fairbank %s: %s is a new key: keep it, and tell its public half to whoever asks\n", o->command, o->sign_key);
    return good;
}

static void sign(const struct fb_checkpoint *c, struct fb_witness *w, const unsigned char secret[crypto_sign_SECRETKEYBYTES])
{
    char memory[FB_CHECKPOINT_TEXT_BYTES + FB_WITNESS_TEXT_BYTES];
    struct fb_text claim;
    fb_text_init(&claim, memory, sizeof(memory));
    fb_witness_claim(&claim, c, w);
    (void)crypto_sign_detached(w->signature, NULL, (const unsigned char *)claim.p, claim.n, secret);
}

int command_checkpoint_sign(const struct options *o)
{
    static struct fb_note note;
    unsigned char seed[crypto_sign_SEEDBYTES], secret[crypto_sign_SECRETKEYBYTES];
    if (o->name == NULL || o->sign_key == NULL) {
        fprintf(stderr, "fairbank %s: say who signs and with which key: --name RTH --key rth-checkpoint.key\n", o->command);
        return EXIT_USAGE;
    }
    if (sodium_init() < 0 || !note_read(o->command, o->words[0], &note) || !read_seed(o, seed))
        return EXIT_FAILED;
    if (note.n_witnesses == FB_WITNESSES_MAX) {
        fprintf(stderr, "fairbank %s: as many have signed as a checkpoint can hold\n", o->command);
        return EXIT_FAILED;
    }
    struct fb_witness *w = &note.witness[note.n_witnesses++];
    snprintf(w->name, sizeof(w->name), "%s", o->name);
    (void)crypto_sign_seed_keypair(w->key, secret, seed);
    sign(&note.checkpoint, w, secret);
    sodium_memzero(seed, sizeof(seed));
    sodium_memzero(secret, sizeof(secret));
    if (o->json)
        print_note_json(&note, 0);
    else
        print_note(&note);
    return EXIT_DONE;
}
