#ifndef FB_PACK_READ_H
#define FB_PACK_READ_H
/* Reading one value: each function says what is wrong with file and line, and gives a harmless value back, so
 * that a person sees every error of a pack in one run. A book is made only when there was none. */
#include "engine/pack/draft.h"
struct fb_reading {
    struct fb_draft *draft;
    const struct fb_pack_file *file;
    unsigned pack;
};
/* "before 'word' after"; word may be absent. */
void fb_read_error(struct fb_reading *r, unsigned line, const char *before, struct fb_span word,
                   const char *after);
struct fb_place fb_read_place(const struct fb_reading *r, unsigned line);

/* A closed list of words. find gives 0 for a word that is not in it. */
struct fb_vocabulary {
    const char *what; /* "route" */
    int (*find)(struct fb_span word);
    const char *(*word)(int number);
    int end;
};
extern const struct fb_vocabulary fb_route_words, fb_staff_group_words, fb_engagement_words, fb_status_words,
    fb_severity_words, fb_worker_kind_words, fb_point_words, fb_whole_shift_words, fb_break_from_words,
    fb_system_words, fb_booking_state_words, fb_role_words, fb_tier_words, fb_part_words, fb_party_words,
    fb_unit_words, fb_interval_words, fb_adoption_words, fb_vat_base_words, fb_adds_words, fb_counter_key_words,
    fb_span_of_words, fb_lot_place_words, fb_fact_kind_words, fb_fact_status_words, fb_hours_kind_words,
    fb_absence_kind_words, fb_approval_state_words, fb_channel_words, fb_answered_words, fb_clock_effect_words,
    fb_stage_words, fb_return_figure_words, fb_return_period_words, fb_return_by_words;

/* A value at a line, from YAML or CSV. */
int fb_read_word_at(struct fb_reading *r, unsigned line, const struct fb_vocabulary *words,
                    struct fb_span text);
fb_day fb_read_day_at(struct fb_reading *r, unsigned line, const char *what, struct fb_span text);
int64_t fb_read_decimal_at(struct fb_reading *r, unsigned line, const char *what, struct fb_span text,
                           unsigned decimals);
unsigned fb_read_grade_at(struct fb_reading *r, unsigned line, struct fb_span text);
unsigned fb_read_zone_at(struct fb_reading *r, unsigned line, struct fb_span text);
/* A percentage as parts per million, 0 to 100 per cent with up to four decimals. */
int32_t fb_read_ppm_at(struct fb_reading *r, unsigned line, struct fb_span text);
/* Pounds, above nought or (may_be_nought) not below it, at most 100,000 an hour or a piece. */
int64_t fb_read_pounds_at(struct fb_reading *r, unsigned line, const char *what, struct fb_span text,
                          unsigned decimals, bool may_be_nought);
unsigned fb_read_category_at(struct fb_reading *r, unsigned line, struct fb_span text);
fb_code fb_read_code_at(struct fb_reading *r, unsigned line, const char *what, struct fb_span text);
bool fb_read_yes_no_at(struct fb_reading *r, unsigned line, const char *what, struct fb_span text);

/* A length of time, "48 hours 30 minutes", in the unit that it is counted in; a bare number is of that unit. It must be
 * whole in it, and lie between least and most. */
enum fb_length { FB_LENGTH_MINUTES, FB_LENGTH_DAYS, FB_LENGTH_WEEKS };
int64_t fb_read_length_at(struct fb_reading *r, unsigned line, const char *what, struct fb_span text, enum fb_length unit,
                          int64_t least, int64_t most);
int64_t fb_read_length(struct fb_reading *r, struct fb_node *map, const char *key, enum fb_length unit, int64_t least,
                       int64_t most);

/* It is a mapping; else `shape` was said: how one is written. */
bool fb_read_is_map(struct fb_reading *r, const struct fb_node *node, const char *shape);
/* The value of a key of a mapping. Required unless the name says otherwise. */
struct fb_node *fb_read_list(struct fb_reading *r, struct fb_node *map, const char *key);
struct fb_node *fb_read_map(struct fb_reading *r, struct fb_node *map, const char *key);
struct fb_node *fb_read_scalar(struct fb_reading *r, struct fb_node *map, const char *key);
struct fb_span fb_read_text(struct fb_reading *r, struct fb_node *map, const char *key);
int fb_read_word(struct fb_reading *r, struct fb_node *map, const char *key,
                 const struct fb_vocabulary *words);
fb_day fb_read_day(struct fb_reading *r, struct fb_node *map, const char *key);
fb_day fb_read_optional_day(struct fb_reading *r, struct fb_node *map, const char *key, fb_day otherwise);
int64_t fb_read_decimal(struct fb_reading *r, struct fb_node *map, const char *key, unsigned decimals);
struct fb_ratio fb_read_ratio(struct fb_reading *r, struct fb_node *map, const char *key);
unsigned fb_read_clock(struct fb_reading *r, struct fb_node *map,
                       const char *key); /* "20:00", up to "24:00": minutes */
/* Bit per number of the words in a list; the word `all` gives every one. */
uint32_t fb_read_word_bits(struct fb_reading *r, struct fb_node *map, const char *key,
                           const struct fb_vocabulary *words);
/* The same words in one cell, separated by blanks. */
uint32_t fb_read_word_bits_at(struct fb_reading *r, unsigned line, const struct fb_vocabulary *words,
                              struct fb_span text);
/* Bit per grade index; an absent key, or `all`, gives every one. */
uint64_t fb_read_grade_bits(struct fb_reading *r, struct fb_node *map, const char *key);
/* from, until (optional), known_since (optional), status, source. A value that is not dated: without from,
 * until. */
void fb_read_standing(struct fb_reading *r, struct fb_node *map, struct fb_standing *out);
void fb_read_undated_standing(struct fb_reading *r, struct fb_node *map, struct fb_standing *out);
/* The same from a row with columns of these names. */
void fb_read_row_standing(struct fb_reading *r, const struct fb_table *t, const struct fb_row *row,
                          struct fb_standing *out);
/* The cell of a row; {NULL, 0} when the table has no such column. */
struct fb_span fb_read_cell(const struct fb_table *t, const struct fb_row *row, const char *column);
/* Complains about each column that is not one of the words (separated by blanks), and each required one that
 * is missing. */
bool fb_read_columns(struct fb_reading *r, const struct fb_table *t, const char *const *required,
                     const char *const *optional);

/* True when the value was known by the day for which the packs are read: else it is left out. */
bool fb_read_is_known(const struct fb_reading *r, const struct fb_standing *s);

/* Words in a list, as bits; an absent key gives `otherwise`. */
uint32_t fb_read_optional_bits(struct fb_reading *r, struct fb_node *map, const char *key,
                               const struct fb_vocabulary *words, uint32_t otherwise);
/* yes or no; an absent key is no. */
bool fb_read_optional_yes(struct fb_reading *r, struct fb_node *map, const char *key);
/* A whole number between least and most. */
int64_t fb_read_whole(struct fb_reading *r, struct fb_node *map, const char *key, int64_t least, int64_t most);
/* Two words with a dot, "agency.off_framework". what: "the rule's name". */
void fb_read_dotted_name(struct fb_reading *r, unsigned line, const char *what, struct fb_span name);
/* What cards and caps share, and that no other one has the name on the same days. */
struct fb_draft_terms fb_read_terms(struct fb_reading *r, struct fb_node *map);
void fb_read_refuse_twin(struct fb_reading *r, const struct fb_draft_terms *t, const struct fb_draft_terms *other);
/* One condition more where the pack has members: that the hirer is one, on the day of the shift. */
void fb_read_add_members(struct fb_reading *r, struct fb_list *when);
/* The parts of pack.yaml that say whom the pack is for. */
void fb_read_members(struct fb_reading *r, struct fb_node *map, struct fb_draft_pack *pack);
void fb_read_adoptions(struct fb_reading *r, struct fb_node *map, struct fb_draft_pack *pack);
void fb_read_corridor(struct fb_reading *r, struct fb_node *map, const struct fb_draft_pack *pack);
/* When a source counts as silent: of a national or an ics pack. */
void fb_read_silence(struct fb_reading *r, struct fb_node *map, const struct fb_draft_pack *pack);
void fb_read_invoice(struct fb_reading *r, struct fb_node *map, const struct fb_draft_pack *pack);

/* The same, and nothing was wrong with the row: errors as they stood before it was read. A wrong row is told once, and
 * not again as the twin of another. */
bool fb_read_is_wanted(const struct fb_reading *r, unsigned before, const struct fb_standing *s);

/* A trust's own scheme, which only its own pack or its system's may have: each mapping of the list is handed to `add`. Its
 * required key `trust` is one of the pack's. */
void fb_read_own_rows(struct fb_reading *r, struct fb_node *node, const char *shape,
                      void (*add)(struct fb_reading *r, struct fb_node *map));
fb_code fb_read_own_trust(struct fb_reading *r, struct fb_node *map);

/* One reader per section of a file; `node` is the value of its key, or the whole of pack.yaml. */
void fb_read_pack(struct fb_reading *r, struct fb_node *node);
void fb_read_grades(struct fb_reading *r, struct fb_node *node);
void fb_read_calendars(struct fb_reading *r, struct fb_node *node);
void fb_read_holiday_years(struct fb_reading *r, struct fb_node *node);
void fb_read_enhancements(struct fb_reading *r, struct fb_node *node);
void fb_read_hourlies(struct fb_reading *r, struct fb_node *node);
void fb_read_cards(struct fb_reading *r, struct fb_node *node);
void fb_read_caps(struct fb_reading *r, struct fb_node *node);
void fb_read_rules(struct fb_reading *r, struct fb_node *node);
void fb_read_counters(struct fb_reading *r, struct fb_node *node);
void fb_read_bonuses(struct fb_reading *r, struct fb_node *node);
void fb_read_clocks(struct fb_reading *r, struct fb_node *node);
void fb_read_delegations(struct fb_reading *r, struct fb_node *node);
void fb_read_budgets(struct fb_reading *r, struct fb_node *node);
void fb_read_ceilings(struct fb_reading *r, struct fb_node *node);
void fb_read_privacy(struct fb_reading *r, struct fb_node *node);
void fb_read_return_groups(struct fb_reading *r, struct fb_node *node);
void fb_read_returns(struct fb_reading *r, struct fb_node *node);
void fb_read_answers(struct fb_reading *r, struct fb_node *node);
/* What a rule says besides its conditions: how it is answered, how long it may be corrected, on whose word it rests. */
void fb_read_rule_terms(struct fb_reading *r, struct fb_node *map, struct fb_draft_rule *rule);
void fb_read_zones(struct fb_reading *r, struct fb_node *node);
void fb_read_vats(struct fb_reading *r, struct fb_node *node);
/* One reader per kind of table. Those of rates/ are told by their columns, which fb_read_rates does. */
void fb_read_rates(struct fb_reading *r, const struct fb_table *t);
void fb_read_rate_table(struct fb_reading *r, const struct fb_table *t);
void fb_read_supplements(struct fb_reading *r, const struct fb_table *t);
void fb_read_zone_rows(struct fb_reading *r, const struct fb_table *t);
void fb_read_on_costs(struct fb_reading *r, const struct fb_table *t);
void fb_read_fees(struct fb_reading *r, const struct fb_table *t);
void fb_read_floors(struct fb_reading *r, const struct fb_table *t);
void fb_read_points(struct fb_reading *r, const struct fb_table *t);
void fb_read_holidays(struct fb_reading *r, const struct fb_table *t);
void fb_read_cap_table(struct fb_reading *r, const struct fb_table *t);
#endif
