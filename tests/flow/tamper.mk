flow: $(B)/tamper
$(B)/tamper: $(B)/tests/flow/tamper.o $(ENGINE_O)
	$(call say,LINK,$@)$(CC) $(ALL_CFLAGS) $(LDFLAGS) -o $@ $^ $(LDLIBS)
