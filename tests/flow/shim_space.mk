# Takes no sanitizer: it is loaded before the sanitizer's own runtime.
flow: $(B)/shim_space.so
$(B)/shim_space.so: tests/flow/shim_space.c
	@mkdir -p $(@D)
	$(call say,LINK,$@)$(CC) $(CPPFLAGS) -MF $@.d $(WARN) -std=c11 -O1 -g -fPIC -shared -o $@ $<
