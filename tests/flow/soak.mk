# The engine under a stated rate for a stated time, flat or not. Not part of `make flow`.
HOURS ?= 1
RATE  ?= 2000
SOAK_O := $(patsubst %.c,$(B)/%.o,$(wildcard tests/flow/soak*.c)) $(B)/tests/bench/make.o $(B)/tests/bench/figures.o
$(B)/soak: $(SOAK_O) $(LIB_O) $(ENGINE_O)
	$(call say,LINK,$@)$(CC) $(ALL_CFLAGS) $(LDFLAGS) -o $@ $^ $(LDLIBS)
## soak: the engine at RATE (2000) messages a second for HOURS (1) or MINUTES: flat memory, nothing lost
soak: $(PACKAGES)
	$(Q)$(MAKE) VARIANT=release all $(BUILD)/release/soak
	$(Q)BIN=$(BUILD)/release RATE=$(RATE) MINUTES=$(or $(MINUTES),$$(($(HOURS) * 60))) sh tests/soak
.PHONY: soak
