flow: $(B)/pseudonym
$(B)/pseudonym: $(B)/tests/flow/pseudonym.o
	$(call say,LINK,$@)$(CC) $(ALL_CFLAGS) $(LDFLAGS) -o $@ $^ $(LDLIBS)
