# Somebody who means ill, and an honest publisher meanwhile. CONNECTIONS of them at once; the short form is part of `make flow`.
flow: $(B)/abuse
ABUSE_O := $(B)/tests/flow/abuse.o $(B)/tests/flow/abuse_raw.o $(B)/tests/flow/abuse_frames.o $(B)/tests/flow/abuse_full.o $(B)/tests/flow/abuse_place.o $(B)/tests/flow/abuse_ticker.o $(B)/tests/flow/abuse_honest.o $(B)/tests/bench/make.o
$(B)/abuse: $(ABUSE_O) $(LIB_O) $(ENGINE_O)
	$(call say,LINK,$@)$(CC) $(ALL_CFLAGS) $(LDFLAGS) -o $@ $^ $(LDLIBS)
## abuse: attacks on a running engine, with CONNECTIONS (10000) at once
abuse: all $(B)/abuse
	$(Q)BIN=$(B) CONNECTIONS=$(or $(CONNECTIONS),10000) sh tests/flow/abuse.sh
.PHONY: abuse
