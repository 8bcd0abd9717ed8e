# One Makefile for the whole tree. Every path is written from the root.
# Rooms (see README.md): engine proto adapters rules tests tools deploy.
#
#   make demo               see it work           make test      everything a change must pass
#   make help               every target          make VARIANT=asan unit
#   echo 'CC = clang' >> config.mk                make BUILD=/tmp/elsewhere unit

.DEFAULT_GOAL := all
.DELETE_ON_ERROR:
.SUFFIXES:
MAKEFLAGS += --no-builtin-rules --no-print-directory
-include config.mk

VARIANT ?= debug
BUILD   ?= build
B       := $(BUILD)/$(VARIANT)
GEN     := $(BUILD)/gen
Q       := $(if $(V),,@)
say      = $(if $(V),,@printf '  %-8s %s\n' '$(1)' '$(2)';)

# ---- compiler and variants -------------------------------------------------
ifeq ($(origin CC),default)
CC := gcc
endif
PKGS     := libuv libzmq lmdb libprotobuf-c libsodium yaml-0.1 jansson zlib
WARN     := -Wall -Wextra -Wpedantic -Werror -Wshadow -Wconversion -Wvla \
            -Wstrict-prototypes -Wmissing-prototypes -Wold-style-definition \
            -Wswitch-enum -Wformat=2 -Wwrite-strings -Wundef -fno-common
VERSION  := $(shell sed -n 's/^\#\# //p' CHANGES 2>/dev/null | head -1 | cut -d' ' -f1)
CPPFLAGS += -I. -I$(GEN) $(shell pkg-config --cflags libpq 2>/dev/null) -D_POSIX_C_SOURCE=200809L -DFB_VERSION='"$(VERSION)"' -MMD -MP
CFLAGS_debug   := -O1 -g3
CFLAGS_o0      := -O0 -g
# Two fields written as one are read one by one at once, and the reader would wait: no such pairs (the core is 3-14 % faster without).
CFLAGS_release := -O3 -g -fno-tree-slp-vectorize -D_FORTIFY_SOURCE=2 -fstack-protector-strong
CFLAGS_clang   := -O2 -g
CFLAGS_asan    := -O1 -g -fsanitize=address,undefined -fno-sanitize-recover=all -fno-omit-frame-pointer
CFLAGS_tsan    := -O1 -g3 -fsanitize=thread
CFLAGS_cov     := -O0 -g3 --coverage
CFLAGS_fuzz    := -O1 -g3 -fsanitize=fuzzer-no-link,address,undefined -fno-sanitize-recover=all
ifndef CFLAGS_$(VARIANT)
$(error VARIANT=$(VARIANT) is none of: debug o0 release clang asan tsan cov fuzz)
endif
ifneq ($(filter clang fuzz,$(VARIANT)),)
CC := clang
endif
ALL_CFLAGS = -std=c11 $(CFLAGS_$(VARIANT)) $(shell pkg-config --cflags $(PKGS)) $(CFLAGS)
LDLIBS     = $(shell pkg-config --libs $(PKGS)) -lcsv -lpthread
# Beyond what every program needs: of the engine's metrics, and of the outlets.
HTTP_LIBS  = $(shell pkg-config --libs libmicrohttpd 2>/dev/null)
OUT_LIBS   = $(shell pkg-config --libs sqlite3 libcurl libpq)
# Workbooks, of `fairbank export`.
SHEET_LIBS = $(shell pkg-config --libs xlsxwriter)

# ---- what there is ---------------------------------------------------------
room      = $(patsubst %.c,$(B)/%.o,$(wildcard $(1)/*.c))
PROTOS   := $(sort $(shell find proto -name '*.proto'))
GEN_C    := $(PROTOS:proto/%.proto=$(GEN)/%.pb-c.c)
GEN_O    := $(PROTOS:proto/%.proto=$(B)/gen/%.pb-c.o)
TURN     := turn turn/chain turn/memory turn/receipts turn/report
CORE_O   := $(call room,engine/base) $(call room,engine/core)
ENGINE_O := $(CORE_O) $(foreach r,wire pack store $(TURN),$(call room,engine/$(r))) $(GEN_O)
SHELL_O  := $(call room,engine/shell)
LIB_O    := $(call room,adapters/lib)
CSV_O    := $(call room,adapters/inbound/csv) $(call room,adapters/inbound/csv/guess) $(call room,adapters/inbound/csv/watch)
ODS_O    := $(call room,adapters/inbound/ods)
SCRUB_O  := $(call room,adapters/inbound/scrub)
ALLOC_O  := $(call room,adapters/inbound/allocate)
OUTLET_O := $(call room,adapters/outbound/outlet)
HOOK_O   := $(call room,adapters/outbound/webhook)
MAIL_O   := $(call room,adapters/outbound/mail)
PG_O     := $(call room,adapters/outbound/postgres)
TOOL_O   := $(call room,tools/fairbank) $(foreach r,months books rules care export,$(call room,tools/fairbank/$(r)))
PROOF_O  := $(call room,tools/check-proof)
MAINS    := $(B)/engine/shell/main.o $(B)/adapters/inbound/csv/main.o $(B)/adapters/inbound/ods/main.o $(B)/adapters/inbound/allocate/main.o $(B)/adapters/inbound/scrub/main.o $(B)/adapters/outbound/webhook/main.o $(B)/adapters/outbound/mail/main.o $(B)/adapters/outbound/postgres/main.o $(B)/tools/fairbank/main.o $(B)/tools/check-proof/main.o
TEST_O   := $(call room,tests/lib)
# What tests link: every room but the programs' main.
TESTED_O := $(filter-out $(MAINS),$(SHELL_O) $(LIB_O) $(CSV_O) $(ODS_O) $(ALLOC_O) $(SCRUB_O) $(OUTLET_O) $(HOOK_O) $(MAIL_O) $(PG_O) $(TOOL_O) $(PROOF_O))
UNIT_O   := $(call room,tests/unit) $(TEST_O) $(TESTED_O)
FUZZERS  := $(patsubst tests/fuzz/fuzz_%.c,%,$(wildcard tests/fuzz/fuzz_*.c))
SOURCES  := $(shell find engine adapters tests tools -name node_modules -prune -o -name '*.c' -print)
HEADERS  := $(shell find engine adapters tests tools -name node_modules -prune -o -name '*.h' -print)
PROGRAMS := fairbankd fairbank fairbank-csv fairbank-ods fairbank-allocate fairbank-scrub fairbank-webhook fairbank-mail fairbank-postgres fairbank-export fairbank-check-proof

## all: the engine, its tools and adapters
all: $(PROGRAMS:%=$(B)/%)
$(B)/fairbankd: $(SHELL_O) $(ENGINE_O)
$(B)/fairbankd: LDLIBS += $(HTTP_LIBS)
PORTS_O  := $(B)/engine/shell/ports.o
IDENTITY_O := $(B)/engine/shell/identities.o $(B)/engine/shell/identity.o
KEYS_O   := $(B)/engine/shell/keys.o
$(B)/fairbank: $(TOOL_O) $(B)/adapters/inbound/csv/rows.o $(B)/adapters/inbound/csv/moment.o $(LIB_O) $(PORTS_O) $(IDENTITY_O) $(KEYS_O) $(ENGINE_O)
$(B)/fairbank: LDLIBS += $(SHEET_LIBS)
# The same program under the name of an outlet (tools/fairbank/spoken.h).
$(B)/fairbank-export: $(B)/fairbank
	$(Q)ln -sf fairbank $@
$(B)/fairbank-csv: $(CSV_O) $(LIB_O) $(ENGINE_O)
$(B)/fairbank-ods: $(ODS_O) $(B)/adapters/inbound/csv/rows.o $(LIB_O) $(ENGINE_O)
$(B)/fairbank-scrub: $(SCRUB_O) $(filter-out $(MAINS),$(CSV_O)) $(LIB_O) $(ENGINE_O)
$(B)/fairbank-allocate: $(ALLOC_O) $(LIB_O) $(ENGINE_O)
$(B)/fairbank-allocate: LDLIBS += $(shell pkg-config --libs sqlite3 libcurl libmicrohttpd)
$(B)/fairbank-webhook: $(HOOK_O) $(OUTLET_O) $(LIB_O) $(ENGINE_O)
$(B)/fairbank-mail: $(MAIL_O) $(OUTLET_O) $(LIB_O) $(ENGINE_O)
$(B)/fairbank-webhook $(B)/fairbank-mail: LDLIBS += $(shell pkg-config --libs sqlite3 libcurl)
# How small an adapter may be; the tests run it beside those in other languages.
$(B)/example-publish: $(B)/adapters/examples/c/publish.o $(LIB_O) $(ENGINE_O)
$(B)/example-consume: $(B)/adapters/examples/c/consume.o $(LIB_O) $(ENGINE_O)
all: $(B)/example-publish $(B)/example-consume
$(B)/fairbank-postgres: $(PG_O) $(LIB_O) $(ENGINE_O)
$(B)/fairbank-postgres: LDLIBS += $(shell pkg-config --libs libpq)
$(B)/unit: $(UNIT_O) $(ENGINE_O)
$(B)/unit: LDLIBS += -lcunit $(HTTP_LIBS) $(OUT_LIBS) $(SHEET_LIBS)
# The shell without its clock, the adapters' library without its socket: the simulator has its own of both. What turn answers passes by
# its auditor.
$(B)/sim: $(call room,tests/sim) $(call room,tests/sim/wire) $(TEST_O) $(filter-out %/main.o %/clock.o,$(SHELL_O)) $(filter %/client.o %/client_hear.o %/feed.o %/slots.o %/said.o %/curve.o,$(LIB_O)) $(ENGINE_O)
$(B)/sim: LDLIBS += -lcunit $(HTTP_LIBS) -Wl,--wrap=fb_turn_run -Wl,--wrap=fb_turn_source -Wl,--wrap=fb_turn_step
$(B)/bench: $(call room,tests/bench) $(TEST_O) $(LIB_O) $(PORTS_O) $(ENGINE_O)
$(B)/bench: LDLIBS += -lcunit $(HTTP_LIBS) $(OUT_LIBS)
$(B)/demo-data: $(call room,tools/demo-data) $(ENGINE_O)
$(B)/fairbankd $(B)/fairbank $(B)/fairbank-csv $(B)/fairbank-ods $(B)/fairbank-allocate $(B)/fairbank-scrub $(B)/fairbank-webhook $(B)/fairbank-mail $(B)/fairbank-postgres $(B)/unit $(B)/sim $(B)/bench $(B)/demo-data $(B)/example-publish $(B)/example-consume:
	$(call say,LINK,$@)$(CC) $(ALL_CFLAGS) $(LDFLAGS) -o $@ $^ $(LDLIBS)

# Shares nothing with the engine: two libraries, and its own folder.
$(B)/fairbank-check-proof: $(PROOF_O)
	$(call say,LINK,$@)$(CC) $(ALL_CFLAGS) $(LDFLAGS) -o $@ $^ $(shell pkg-config --libs libsodium jansson)

# ---- what must be installed: Debian packages, once, before anything compiles -----
PACKAGES := $(BUILD)/.packages
$(PACKAGES): tools/install-packages
	@mkdir -p $(@D)
	$(Q)tools/install-packages build && touch $@
## packages: install the Debian packages that building and testing need
packages:
	$(Q)tools/install-packages build test
$(BUILD)/.packages-test: tools/install-packages | $(PACKAGES) # not two of apt at once
	@mkdir -p $(@D)
	$(Q)tools/install-packages build test && touch $@ $(PACKAGES)

# ---- compiling; rebuilt when the flags change, not only when files do -------
$(B)/%.o: %.c $(B)/.flags | $(GEN_C) $(PACKAGES)
	@mkdir -p $(@D)
	$(call say,CC,$<)$(CC) $(CPPFLAGS) $(WARN) $(ALL_CFLAGS) -c -o $@ $<
# What only tests include is looked for when one of them is made by itself, too.
$(call room,tests/unit) $(TEST_O): | $(BUILD)/.packages-test
$(B)/gen/%.o: $(GEN)/%.c $(B)/.flags
	@mkdir -p $(@D)
	$(call say,CC,$<)$(CC) $(CPPFLAGS) $(ALL_CFLAGS) -w -c -o $@ $<
# The list of suites is that of the files.
SUITES   := $(patsubst tests/unit/test_%.c,%,$(wildcard tests/unit/test_*.c))
$(GEN)/tests/unit/suites.h: FORCE
	@mkdir -p $(@D)
	@echo '#define FB_SUITES(X) $(foreach s,$(SUITES),X($(s)))' | cmp -s - $@ || echo '#define FB_SUITES(X) $(foreach s,$(SUITES),X($(s)))' > $@
$(B)/tests/unit/runner.o: $(GEN)/tests/unit/suites.h
$(GEN)/%.pb-c.c: proto/%.proto | $(PACKAGES)
	@mkdir -p $(GEN)
	$(call say,PROTOC,$<)protoc-c --proto_path=proto --c_out=$(GEN) $<
$(GEN)/%.pb-c.h: $(GEN)/%.pb-c.c ;
$(B)/.flags: FORCE | $(PACKAGES)
	@mkdir -p $(@D)
	@echo '$(CC) $(CPPFLAGS) $(WARN) $(ALL_CFLAGS) $(LDFLAGS)' | cmp -s - $@ || echo '$(CC) $(CPPFLAGS) $(WARN) $(ALL_CFLAGS) $(LDFLAGS)' > $@
-include $(shell find $(B) -name '*.d' 2>/dev/null)

# ---- tests -----------------------------------------------------------------
## test: everything a change must pass: source, unit, cases, replay, simulator, flow; then again under sanitizers
test: $(BUILD)/.packages-test
	$(Q)tools/run-tests
## unit: the CUnit suites (rule cases of the packs included) of this VARIANT, in JOBS processes
UNIT_PARTS := 8
unit: $(B)/unit
	$(Q)seq $(UNIT_PARTS) | xargs -P $(JOBS) -I@ $(B)/unit @ $(UNIT_PARTS)
## valgrind: the unit suites, or those of SUITES='a b', under valgrind, leaks included (minutes)
valgrind: $(B)/unit
	$(Q)tools/install-packages valgrind
	$(Q)run() { valgrind -q --fair-sched=yes --error-exitcode=9 --leak-check=full --suppressions=tools/valgrind.suppressions $(B)/unit "$$@"; }; \
	    $(if $(SUITES),for s in $(SUITES); do run $$s || exit 1; done,run)
## tsan: the suites of the shell, then the engine through start, feed, reload, a batch taken back, kill -9 and metrics, under the thread sanitizer
TSAN_SUITES := queue commit commit_cursors batch door session gate zap care reload keys outfeed behind metrics
TSAN_FLOWS  := start-stop withdraw metrics
tsan: $(BUILD)/.packages-test
	$(Q)$(MAKE) VARIANT=tsan all $(BUILD)/tsan/unit
	$(Q)export TSAN_OPTIONS='suppressions=$(abspath tools/tsan.suppressions) halt_on_error=1 exitcode=66'; \
	    for s in $(TSAN_SUITES); do $(BUILD)/tsan/unit $$s || exit 1; done; \
	    for f in $(TSAN_FLOWS); do BIN=$(BUILD)/tsan sh tests/flow/$$f.sh || exit 1; done
## coverage: lines and branches of each room that COVER goes through; COVER='unit replay sim flow' adds to the suites
COVER ?= unit
coverage: $(BUILD)/.packages-test
	$(Q)find $(BUILD)/cov -name '*.gcda' -delete 2>/dev/null; $(MAKE) VARIANT=cov $(COVER)
	$(Q)WORST=$(WORST) tools/coverage $(BUILD)/cov
## replay: saved fuzz inputs through the fuzz targets, with any compiler
replay: $(FUZZERS:%=replay-%)
replay-%: $(B)/replay/%
	$(Q)$< tests/fuzz/corpus/$*/*
$(B)/replay/sequence $(B)/fuzzer/sequence $(B)/replay/desk $(B)/fuzzer/desk: $(patsubst %.c,$(B)/%.o,$(wildcard tests/fuzz/sequence*.c)) $(filter-out $(B)/tests/sim/main.o,$(call room,tests/sim))
$(B)/replay/%: $(B)/tests/fuzz/fuzz_%.o $(B)/tests/fuzz/replay_main.o $(TEST_O) $(TESTED_O) $(ENGINE_O)
	@mkdir -p $(@D)
	$(call say,LINK,$@)$(CC) $(ALL_CFLAGS) -o $@ $^ $(LDLIBS) -lcunit $(HTTP_LIBS) $(OUT_LIBS) $(SHEET_LIBS)
## sim: the simulator: the seeds in KEPT that failed once, then SEEDS seeds from FIRST_SEED on, in JOBS processes; KEEP=1 keeps what fails
SEEDS ?= 100
FIRST_SEED ?= 1
JOBS ?= $(shell nproc)
KEPT ?= tests/sim/seeds
sim: $(B)/sim
	$(Q)$(B)/sim --seeds $(SEEDS) --first $(FIRST_SEED) --jobs $(JOBS) $(if $(KEPT),--kept $(KEPT)) $(if $(KEEP),--keep)
## mutation: turns round each comparison of the rules' evaluator and of the clocks; a test must see each (minutes)
mutation: $(BUILD)/.packages-test
	$(Q)WORK=$(BUILD)/mutation tests/mutation
# With sanitizers but for those that make and unpack files, and install: it alone links a publisher and a consumer with the installed
# library, whose code runs with sanitizers as theirs in examples, and statically linked.
FLOWS ?= $(filter-out $(if $(filter asan,$(VARIANT)),deb install demo-data),$(patsubst tests/flow/%.sh,%,$(wildcard tests/flow/*.sh)))
## flow: the real programs: start, feed, kill -9, restart, feed again, verify; some at once, each for FLOW_SECONDS (900) at most
flow: $(BUILD)/.packages-test all
	$(Q)tools/run-flows $(B) $(FLOWS)
## fuzz-NAME: fuzz one target with libFuzzer for FUZZ_SECONDS (needs clang)
FUZZ_SECONDS ?= 60
fuzz-%: $(BUILD)/.packages-test
	$(Q)$(MAKE) VARIANT=fuzz $(BUILD)/fuzz/fuzzer/$*
	$(Q)mkdir -p $(BUILD)/corpus/$*
	$(Q)$(BUILD)/fuzz/fuzzer/$* $$(tools/fuzz --dict $*) -max_total_time=$(FUZZ_SECONDS) $(BUILD)/corpus/$* tests/fuzz/corpus/$*
## fuzz: every target for FUZZ_SECONDS each, as many at once as there are cores; one table
fuzz: $(BUILD)/.packages-test
	$(Q)$(MAKE) VARIANT=fuzz $(FUZZERS:%=$(BUILD)/fuzz/fuzzer/%)
	$(Q)tools/fuzz $(BUILD) $(FUZZ_SECONDS) $(FUZZERS)
# Messages are changed as messages, by code whose own branches are not what is looked for.
$(B)/tests/fuzz/mutate.o: CFLAGS += -fno-sanitize=fuzzer-no-link
$(B)/fuzzer/wire_publish $(B)/fuzzer/wire_exchange $(B)/fuzzer/wire_feed: $(B)/tests/fuzz/mutate.o
# The adapters' library with a connection that the target drives: ZeroMQ's functions are line.c's.
LINED := $(foreach t,client consumer,$(B)/fuzzer/$(t) $(B)/replay/$(t))
$(LINED): $(B)/tests/fuzz/line.o
$(LINED): LDLIBS += -Wl,--wrap=fb_dealer_now_ms -Wl,--wrap=nanosleep
$(B)/fuzzer/%: $(B)/tests/fuzz/fuzz_%.o $(TEST_O) $(TESTED_O) $(ENGINE_O)
	@mkdir -p $(@D)
	$(call say,LINK,$@)$(CC) $(ALL_CFLAGS) -fsanitize=fuzzer -o $@ $^ $(LDLIBS) -lcunit $(HTTP_LIBS) $(OUT_LIBS) $(SHEET_LIBS)
include deploy/install.mk
-include $(wildcard tests/flow/*.mk)

# ---- to look at and to measure ----------------------------------------------
## demo: six trusts' month in, judged bookings, spend and alerts out (KEEP=1 leaves the engine up)
demo: $(PACKAGES)
	$(Q)tools/install-packages demo
	$(Q)$(MAKE) VARIANT=release all $(BUILD)/release/pseudonym
	$(Q)BIN=$(BUILD)/release KEEP=$(KEEP) sh tools/demo
## bench: figures and ratios, with the machine they were taken on (never fails on timing)
bench: $(PACKAGES)
	$(Q)$(MAKE) VARIANT=release all $(BUILD)/release/bench
	$(Q)BIN=$(BUILD)/release sh tools/bench
## demo-data: make the demo's made-up files again (they are committed; same seed, same bytes)
demo-data: $(B)/demo-data
	$(Q)$(B)/demo-data tests/data

# ---- checks on the source itself ------------------------------------------
## check-source: doors between rooms, purity, headers, wire numbers, banned calls
check-source: check-doors check-pure check-headers check-proto check-asyncapi check-words
check-doors:
	$(Q)tools/check-doors
check-pure: $(CORE_O)
	$(Q)tools/check-pure $(CORE_O)
check-proto:
	$(Q)tools/check-proto $(PROTOS)
	$(Q)tools/proto-lock --check proto/proto.lock $(PROTOS)
# The document of sockets and messages is what proto/ says, each message and field.
check-asyncapi:
	$(Q)tools/asyncapi --check
check-words:
	$(Q)tools/check-words $(SOURCES) $(HEADERS)
## analyse: gcc -fanalyzer, cppcheck and clang-tidy; what is excused stands in tools/analyse.excuses (minutes)
analyse: $(GEN_C)
	$(Q)tools/install-packages analyse
	$(Q)tools/analyse $(BUILD) $(STEPS)
## sbom: every part the programs are linked with, and its licence, as SPDX
sbom:
	$(Q)$(MAKE) VARIANT=release all
	$(Q)tools/parts $(BUILD)/release --spdx > $(BUILD)/sbom.spdx.json && tools/parts $(BUILD)/release
check-parts: all
	$(Q)tools/parts $(B) --check
check-headers: $(HEADERS:%=$(B)/%.ok)
$(B)/%.h.ok: %.h $(B)/.flags | $(GEN_C)
	@mkdir -p $(@D)
	$(call say,HEADER,$<)printf '#include "%s"\n#include "%s"\n' $< $< | \
	    $(CC) $(CPPFLAGS) $(WARN) $(ALL_CFLAGS) -MF $@.d -MT $@ -fsyntax-only -x c - && touch $@
## proto-lock: record new wire numbers (never changes an old line)
proto-lock:
	$(Q)tools/proto-lock --extend proto/proto.lock $(PROTOS)
## format: clang-format, in place
format:
	$(Q)clang-format -i $(SOURCES) $(HEADERS)

## clean: remove everything made
clean:
	rm -rf $(BUILD)
## help: this list
help:
	@sed -n 's/^## \([^:]*\): /\1|/p' Makefile deploy/install.mk tests/flow/*.mk | awk -F'|' '{ printf "  %-14s %s\n", $$1, $$2 }'

FORCE:
.PHONY: all test check-asyncapi unit valgrind tsan coverage analyse replay sim mutation flow fuzz demo bench demo-data packages check-source check-doors check-pure check-proto check-words check-headers check-parts sbom proto-lock format clean help FORCE
.SECONDARY:
