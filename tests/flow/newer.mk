flow: $(B)/newer_engine
$(B)/newer_engine: $(B)/tests/flow/newer_engine.o $(ENGINE_O)
	$(call say,LINK,$@)$(CC) $(ALL_CFLAGS) $(LDFLAGS) -o $@ $^ $(LDLIBS)
