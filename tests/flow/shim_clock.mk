# Takes no sanitizer: it is loaded before the sanitizer's own runtime.
flow: $(B)/shim_clock.so
$(B)/shim_clock.so: tests/flow/shim_clock.c
	@mkdir -p $(@D)
	$(call say,LINK,$@)$(CC) $(CPPFLAGS) -MF $@.d $(WARN) -std=c11 -O1 -g -fPIC -shared -o $@ $<
