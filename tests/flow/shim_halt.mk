# Takes no sanitizer: it is loaded before the sanitizer's own runtime.
flow: $(B)/shim_halt.so
$(B)/shim_halt.so: tests/flow/shim_halt.c
	@mkdir -p $(@D)
	$(call say,LINK,$@)$(CC) $(CPPFLAGS) -MF $@.d $(WARN) -std=c11 -O1 -g -fPIC -shared -o $@ $< -ldl
