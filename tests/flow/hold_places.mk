flow: $(B)/hold_places
$(B)/hold_places: $(B)/tests/flow/hold_places.o $(ENGINE_O)
	$(call say,LINK,$@)$(CC) $(ALL_CFLAGS) $(LDFLAGS) -o $@ $^ $(LDLIBS)
