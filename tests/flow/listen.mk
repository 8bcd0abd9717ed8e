flow: $(B)/listen
$(B)/listen: $(B)/tests/flow/listen.o $(ENGINE_O)
	$(call say,LINK,$@)$(CC) $(ALL_CFLAGS) $(LDFLAGS) -o $@ $^ $(LDLIBS)
